"""Line: asks a host over the connection kept for it, or once over a connection of its own."""

from __future__ import annotations

import httpx

from guidetrack.fetch.exchange import Limits, Progress, Received, exchange
from guidetrack.fetch.faults import Fault
from guidetrack.fetch.manners import Host, Origin
from guidetrack.fetch.transport import HostTransport, Network
from guidetrack.models import Headers

_PORTS = {"http": 80, "https": 443}


def origin(url: httpx.URL) -> Origin:
    """What has a queue, rules and a connection of its own. RFC 6454 section 4."""
    return url.scheme, url.host, url.port or _PORTS[url.scheme]


def authority(url: httpx.URL) -> str:
    """The value of Host. RFC 9110 section 7.2."""
    return url.netloc.decode("ascii")


class Line:
    """Sends requests; whose turn it is, and how long it may take, is decided elsewhere."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def ask(self, host: Host, url: httpx.URL, headers: Headers, limits: Limits, progress: Progress) -> Received:
        """Over the host's connection; one the server dropped meanwhile is opened again at once. Fault as ``exchange``.

        After trouble of any kind, cancellation included, the connection is closed.
        """
        if host.transport is None:
            host.transport = HostTransport(self._network, url)
        reused = host.transport.used
        try:
            answer = await exchange(host.transport, url, headers, limits, progress)
        except BaseException as error:
            await host.hang_up()
            if not (reused and isinstance(error, Fault) and error.retry and progress.status is None):
                raise
            return await self.ask(host, url, headers, limits, progress)
        if not host.transport.clean:
            await host.hang_up()
        return answer

    async def ask_apart(self, url: httpx.URL, headers: Headers, limits: Limits) -> Received:
        """Over a connection of its own, closed afterwards."""
        transport = HostTransport(self._network, url)
        try:
            return await exchange(transport, url, headers, limits, Progress())
        finally:
            await transport.aclose()

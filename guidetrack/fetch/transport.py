"""One connection per host behind httpx's transport interface, all sharing one TLS context.

One pool for all hosts costs ten times the CPU: it walks every connection for every request. Built on httpcore's public
connections and proxies, because only they take a network backend, and the address check belongs where the connection
is opened.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from guidetrack.fetch.addresses import Policy
from guidetrack.fetch.connect import Backend, Resolver
from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason

KEEPALIVE_S = 30.0
"""How long a connection waits for the host's next turn."""


def tls_context() -> ssl.SSLContext:
    """A context that verifies: ``SSL_CERT_FILE``/``SSL_CERT_DIR`` when set, else the system's store (truststore).

    Where truststore cannot be used, Python's own default store stands in. There is no way to switch verification off.
    """
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        try:
            return ssl.create_default_context(cafile=file or None, capath=folder or None)
        except OSError as error:
            detail = f"the certificates named by SSL_CERT_FILE or SSL_CERT_DIR cannot be read ({error})"
            raise Fault(Reason.TLS, detail) from error
    try:
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except (ImportError, NotImplementedError, OSError):
        return ssl.create_default_context()


class Network:
    """What all hosts share: address policy, name lookups, the TLS context, the environment's proxies."""

    def __init__(self, policy: Policy, connect_s: float) -> None:
        self.policy = policy
        self.connect_s = connect_s
        self.resolver = Resolver()
        self._proxies = {scheme: url for scheme, url in getproxies().items() if scheme in ("http", "https", "all")}
        self._tls: ssl.SSLContext | None = None

    @property
    def tls(self) -> ssl.SSLContext:
        """The one TLS context, made when the first https address is asked."""
        if self._tls is None:
            self._tls = tls_context()
        return self._tls

    def proxy(self, url: httpx.URL) -> str:
        """The proxy the environment names for this URL (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), or empty."""
        if not self._proxies:
            return ""
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all", "")
        if not proxy or proxy_bypass(url.netloc.decode("ascii")):
            return ""
        return proxy if "://" in proxy else f"http://{proxy}"

    def close(self) -> None:
        """Let go of the lookup threads."""
        self.resolver.close()


class Body(httpx.AsyncByteStream):
    """The body of an answer as httpcore reads it: transfer-decoded, content-encoded."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return cast(AsyncIterator[bytes], aiter(self._stream))

    async def aclose(self) -> None:
        """Let go of the connection; it is used again only when the body was read to its end."""
        await self._stream.aclose()


class Direct:
    """One connection at a time to one host, opened anew when the last one has ended.

    What a pool of one would do: the bookkeeping of httpcore's pool for many costs as much as the request itself.
    """

    def __init__(self, tls: ssl.SSLContext | None, backend: Backend) -> None:
        self._tls = tls
        self._backend = backend
        self._connection: httpcore.AsyncHTTPConnection | None = None

    @property
    def connections(self) -> list[httpcore.AsyncHTTPConnection]:
        """The open connection, if there is one."""
        known = self._connection
        return [] if known is None or known.is_closed() else [known]

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send, over the connection in hand where it can still be used."""
        known = self._connection
        if known is None or known.is_closed() or known.has_expired() or not known.is_available():
            await self.aclose()
            known = self._connection = httpcore.AsyncHTTPConnection(
                request.url.origin, self._tls, keepalive_expiry=KEEPALIVE_S, network_backend=self._backend
            )
        return await known.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connection."""
        known, self._connection = self._connection, None
        if known is not None:
            await known.aclose()


class HostTransport(httpx.AsyncBaseTransport):
    """The connection to one host and port, direct or through a proxy.

    httpcore's errors and Faults pass through as they are. ``used`` says whether an answer came over the connection
    in hand, so that a connection the server dropped meanwhile can be told from a server that is down.
    """

    def __init__(self, network: Network, url: httpx.URL) -> None:
        self._network = network
        self._proxy = network.proxy(url)
        self._backend = Backend(network.policy, network.resolver, network.connect_s, to_proxy=bool(self._proxy))
        tls = self._network.tls if url.scheme == "https" else None
        self._pool = self._proxied(self._proxy) if self._proxy else Direct(tls, self._backend)
        self.used = False

    def _proxied(self, proxy: str) -> httpcore.AsyncConnectionPool:
        try:
            address = httpx.URL(proxy)
        except httpx.InvalidURL as error:
            raise Fault(Reason.NETWORK, "the environment names a proxy that is no address") from error
        auth = (address.username, address.password) if address.userinfo else None
        plain = str(address.copy_with(username=None, password=None))
        if address.scheme in ("http", "https"):
            return httpcore.AsyncHTTPProxy(
                plain, proxy_auth=auth, ssl_context=self._network.tls, max_connections=1, keepalive_expiry=KEEPALIVE_S,
                proxy_ssl_context=self._network.tls if address.scheme == "https" else None,
                network_backend=self._backend,
            )
        try:
            return httpcore.AsyncSOCKSProxy(
                plain, proxy_auth=auth, ssl_context=self._network.tls, max_connections=1, keepalive_expiry=KEEPALIVE_S,
                network_backend=self._backend,
            )
        except (RuntimeError, ImportError, TypeError) as error:
            named = f"{address.scheme}://{address.host}"
            detail = f"the environment names the proxy {named}, which needs: pip install 'httpx[socks]'"
            raise Fault(Reason.NETWORK, detail) from error

    @property
    def ip(self) -> str:
        """The address connected to; empty through a proxy."""
        return self._backend.last.ip if self._backend.last and not self._proxy else ""

    @property
    def received(self) -> int:
        """Bytes received over the connection in hand."""
        return self._backend.last.received if self._backend.last else 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and return with the head of the answer; its stream gives the body undecoded."""
        if self._proxy:
            await self._check_behind_proxy(request.url)
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status, headers=answer.headers, stream=Body(answer.stream), extensions=answer.extensions
        )

    async def _check_behind_proxy(self, url: httpx.URL) -> None:
        """The proxy connects, not we: refuse what we can see is private; a name only the proxy knows passes."""
        try:
            await self._backend.check(url.host, url.port or 0)
        except Fault as fault:
            if fault.reason is Reason.REFUSED:
                raise

    @property
    def clean(self) -> bool:
        """Whether nothing is left over from the last answer on an open connection.

        A server that sends more than it announced leaves bytes that would be read as the next source's answer.
        httpcore does not look; it has no public way to ask, so where its inside is not as known the answer is no.
        """
        for connection in self._pool.connections:
            inner = getattr(connection, "_connection", None)
            if self._proxy and not hasattr(inner, "_h11_state"):
                inner = getattr(inner, "_connection", None)
            state = getattr(inner, "_h11_state", None)
            if state is None or state.trailing_data[0]:
                return False
        return True

    async def aclose(self) -> None:
        """Close the connection."""
        await self._pool.aclose()

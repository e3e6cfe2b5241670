"""What a page asks for while Chromium shows it, and the capture that becomes of it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import httpx

from guidetrack.fetch import redirects
from guidetrack.fetch.addresses import parse
from guidetrack.fetch.deadline import Budget
from guidetrack.fetch.exchange import Limits, Progress, Received, exchange
from guidetrack.fetch.faults import Fault
from guidetrack.fetch.identity import forwarded
from guidetrack.fetch.render import AT_ONCE, Resource, render
from guidetrack.fetch.transport import HostTransport, Network
from guidetrack.models import Capture, Reason

PARALLEL = 6
"""Requests one page makes at once, as browsers do over HTTP/1.1."""

MAX_CONTENT = 1 << 20
"""Bytes a page may send with one request."""

METHODS = frozenset({"GET", "POST", "HEAD"})

_OF_THE_BYTES = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "etag", "last-modified", "content-type"}
)
"""Headers that describe the bytes that came, not the document that was shown."""


class Window:
    """Asks for what a page needs, each request over a connection of its own, at most ``limit`` bytes in all."""

    def __init__(self, network: Network, agent: str, limit: int) -> None:
        self._network = network
        self._agent = agent
        self._left = limit
        self._places = asyncio.Semaphore(PARALLEL)

    async def load(self, method: str, url: str, headers: dict[str, str], content: bytes) -> Resource:
        """See ``render.Load``. Redirects are followed here, every hop under the address policy."""
        if method not in METHODS or len(content) > MAX_CONTENT:
            raise Fault(Reason.REFUSED, f"a page may not {method} {len(content):,} bytes")
        at = parse(url)
        async with self._places:
            for _ in range(redirects.MAX_REDIRECTS + 1):
                answer = await self._ask(method, at, headers, content)
                to = redirects.target(at, answer.status, answer.header(b"location"))
                if to is None:
                    return _resource(answer)
                at = to
                if answer.status not in (307, 308):
                    method, content = "GET", b""
        raise Fault(Reason.HTTP_ERROR, "too many redirects")

    async def _ask(self, method: str, url: httpx.URL, headers: dict[str, str], content: bytes) -> Received:
        sent = forwarded(self._agent, url.netloc.decode("ascii"), headers)
        transport = HostTransport(self._network, url)
        limits = Limits(self._left, unread=redirects.FOLLOWED)
        try:
            answer = await exchange(transport, url, sent, limits, Progress(), method=method, content=content or None)
        finally:
            await transport.aclose()
        self._left -= len(answer.body)
        return answer


def _resource(answer: Received) -> Resource:
    """Only what the browser needs: the type, and what other origins may read. Cookies are not kept."""
    names = (b"content-type", b"access-control-")
    kept = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in answer.headers
        if name.lower().startswith(names)
    }
    return Resource(answer.status, kept, answer.body)


class Viewer:
    """Turns the capture of a script-only page into the capture of what a reader sees."""

    def __init__(self, network: Network, agent: str, limit: int) -> None:
        self._network = network
        self._agent = agent
        self._limit = limit
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def show(self, capture: Capture, budget: Budget) -> Capture:
        """The capture with the rendered document as its body; any answer but a page comes back as it is.

        The header ``X-Guidetrack-Rendered`` says that the body is no longer the server's. There are no validators:
        the shell of such a page stays the same while what it shows changes.
        """
        if capture.status != 200 or "html" not in (capture.media_type or "html").lower():
            return capture
        window = Window(self._network, self._agent, self._limit)
        first = Resource(200, {"content-type": capture.media_type or "text/html"}, capture.body)
        async with self._turn:
            shown = await budget.run(
                render(capture.reached, first, window.load, self._limit), "showing the page in Chromium"
            )
        kept = [(name, value) for name, value in capture.headers if name.lower() not in _OF_THE_BYTES]
        digest = hashlib.sha256(shown.html).hexdigest()
        return replace(
            capture,
            id=f"{capture.fetched:%Y-%m-%dT%H%M%SZ}-{digest[:8]}",
            reached=_address(shown.url, capture.reached),
            headers=(*kept, ("Content-Type", "text/html; charset=utf-8"), ("X-Guidetrack-Rendered", shown.browser)),
            body=shown.html,
            payload=shown.html,
            elapsed_s=budget.spent,
        )


def _address(shown: str, otherwise: str) -> str:
    """The address the page ended at, when it is one."""
    try:
        return str(parse(shown))
    except Fault:
        return otherwise

"""A scripted website on loopback, in total control of its bytes.

::

    with Site() as site:
        site.page("/a", "<html>…</html>")                        # 200, text/html; etag=True answers 304
        site.answer("/b", Answer(status=503, headers={"Retry-After": "1"}, body=b"busy"))
        site.script("/c", [Answer(body=b"one"), Answer(status=404)])   # one a request; the last one stays
        site.answer("/d", lambda request: Answer(body=request.headers["user-agent"].encode()))
        site.url("/a")                                            # http://127.0.0.1:PORT/a
        site.url("/a", host=2)                                    # the same site as 127.0.0.2 (needs Site(hosts=2))
        site.log                                                  # every Request, in order of arrival
        site.asked("/a")                                          # those for one path

A path that is not scripted answers 404, ``/robots.txt`` included. Answers given with ``host=`` are for that host only.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import itertools
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType

REQUEST_LIMIT = 1 << 20
"""Longest request head the site reads."""


@dataclass(frozen=True)
class Request:
    """What the site was asked. Header names are lower-case; ``at`` is ``time.monotonic()`` when the head was read."""

    method: str
    target: str
    headers: Mapping[str, str]
    host: str
    """The address that was connected to, e.g. ``127.0.0.2``."""
    at: float
    connection: int
    """Number of the connection, from 1: equal numbers mean a connection was used again."""
    head: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, true or false to the protocol as told.

    :param headers: a mapping, or pairs where a name repeats. Content-Length is added unless given, ``chunked``
        or ``stream`` is used, or the status has no body.
    :param gzip: encode the body and say so.
    :param chunked: send the body chunked; with ``cut_at`` the last chunk never comes.
    :param length: Content-Length to announce whatever the body is.
    :param cut_at: close the connection after so many bytes of the body (as sent).
    :param reset: close by RST instead of FIN (before the answer when ``cut_at`` is None).
    :param delay_s: wait before the first byte. :param drip_s: wait between single bytes of the body.
    :param drip_head_s: wait between single bytes of the head.
    :param stream: gives the body in pieces, generated lazily; sent chunked when ``chunked``, else until close.
    :param raw: the whole answer as is; everything else but delays, ``reset`` and ``keep`` is ignored.
    :param keep: leave the connection open after a ``raw`` answer. :param close: close it after any other.
    """

    status: int = 200
    body: bytes | str = b""
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = ()
    reason: str | None = None
    gzip: bool = False
    chunked: bool = False
    length: int | None = None
    cut_at: int | None = None
    reset: bool = False
    delay_s: float = 0.0
    drip_s: float = 0.0
    drip_head_s: float = 0.0
    stream: Callable[[], Iterable[bytes]] | None = None
    raw: bytes | None = None
    close: bool = False
    keep: bool = False

    def pairs(self) -> list[tuple[str, str]]:
        """The headers as pairs."""
        return list(self.headers.items() if isinstance(self.headers, Mapping) else self.headers)


Handler = Answer | Callable[[Request], Answer]

NOT_FOUND = Answer(404, b"<html><title>Not found</title><h1>Not found</h1></html>", {"Content-Type": "text/html"})


@dataclass
class _Script:
    """Answers in turn; the last one stays."""

    answers: list[Handler]
    turn: int = 0

    def next(self, request: Request) -> Answer:
        handler = self.answers[min(self.turn, len(self.answers) - 1)]
        self.turn += 1
        return handler if isinstance(handler, Answer) else handler(request)


@dataclass
class Site:
    """A website in a thread; see the module. Use as a context manager.

    :param hosts: how many loopback addresses it listens on: 127.0.0.1, 127.0.0.2 …, all on one port.
    :param tls: serve https with this context; ``name`` is then the host name in ``url`` unless ``host`` is given.
    """

    hosts: int = 1
    tls: ssl.SSLContext | None = None
    log: list[Request] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._scripts: dict[tuple[str, str], _Script] = {}
        self._connections = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="site", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    # what to answer

    def page(self, path: str, body: str | bytes, *, media_type: str = "text/html; charset=utf-8", etag: bool = False,
             last_modified: str = "", status: int = 200, host: int | None = None) -> None:
        """Serve ``body``; with ``etag`` (or ``last_modified``) conditional requests get 304."""
        raw = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": media_type}
        if etag:
            headers["ETag"] = '"' + hashlib.sha256(raw).hexdigest()[:16] + '"'
        if last_modified:
            headers["Last-Modified"] = last_modified

        def handler(request: Request) -> Answer:
            if (etag and request.headers.get("if-none-match") == headers["ETag"]) or (
                last_modified and not etag and request.headers.get("if-modified-since") == last_modified
            ):
                return Answer(304, headers=headers)
            return Answer(status, raw, headers)

        self.answer(path, handler, host=host)

    def answer(self, path: str, answer: Handler, *, host: int | None = None) -> None:
        """Give this answer for the path (with its query, if it names one) from now on."""
        self.script(path, [answer], host=host)

    def script(self, path: str, answers: Sequence[Handler], *, host: int | None = None) -> None:
        """Give these answers in turn; the last one stays."""
        self._scripts[self._host(host) if host else "", path] = _Script(list(answers))

    def redirect(self, path: str, to: str, status: int = 302, *, host: int | None = None) -> None:
        """Redirect the path. ``to`` is sent as it is."""
        self.answer(path, Answer(status, headers={"Location": to}), host=host)

    # what happened

    def url(self, path: str = "/", *, host: int = 1, name: str = "") -> str:
        """The address of a path on one of the hosts, or under a name that resolves to loopback."""
        return f"{'https' if self.tls else 'http'}://{name or self._host(host)}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        """The requests for a path (with its query, if it names one)."""
        return [request for request in list(self.log) if path in (request.target, request.path)]

    # how it runs

    def __enter__(self) -> Site:
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @staticmethod
    def _host(number: int) -> str:
        return f"127.0.{(number - 1) // 250}.{(number - 1) % 250 + 1}"

    async def _listen(self) -> list[asyncio.Server]:
        servers = []
        for number in range(1, self.hosts + 1):
            server = await asyncio.start_server(
                self._serve, self._host(number), self.port, limit=REQUEST_LIMIT, ssl=self.tls, backlog=512
            )
            self.port = self.port or server.sockets[0].getsockname()[1]
            servers.append(server)
        return servers

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        number = next(self._connections)
        try:
            while True:
                request = await self._read(reader, writer, number)
                self.log.append(request)
                answer = self._choose(request)
                if not await _send(writer, answer, request):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    @staticmethod
    async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> Request:
        head = await reader.readexactly(1)
        if head == b"\x16":
            writer.write(b"HTTP/1.1 400 This is not https\r\nConnection: close\r\n\r\n")
            raise ConnectionError("a TLS handshake on a plain port")
        head += await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = (first + "  ").split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        await reader.readexactly(int(headers.get("content-length", "0")))
        return Request(method, target, headers, writer.get_extra_info("sockname")[0], time.monotonic(), number, head)

    def _choose(self, request: Request) -> Answer:
        for host in (request.host, ""):
            for path in (request.target, request.path):
                script = self._scripts.get((host, path))
                if script is not None:
                    return script.next(request)
        return NOT_FOUND


async def _send(writer: asyncio.StreamWriter, answer: Answer, request: Request) -> bool:
    """Send the answer; True when the connection may be used again."""
    if answer.delay_s:
        await asyncio.sleep(answer.delay_s)
    if answer.reset and answer.cut_at is None:
        return _drop(writer, reset=True)
    if answer.raw is not None:
        await _drip(writer, answer.raw, answer.drip_head_s)
        return _drop(writer, reset=True) if answer.reset else answer.keep
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    if answer.gzip:
        body = gzip.compress(body, mtime=0)
    await _drip(writer, _head(answer, len(body), request), answer.drip_head_s)
    if request.method == "HEAD" or answer.status in (204, 304):
        return not answer.close
    pieces = answer.stream() if answer.stream else [body]
    whole = await _pieces(writer, pieces, answer)
    if not whole:
        return _drop(writer, reset=answer.reset)
    return not (answer.close or (answer.stream and not answer.chunked))


def _head(answer: Answer, length: int, request: Request) -> bytes:
    reason = answer.reason
    if reason is None:
        reason = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else "Unknown"
    pairs = answer.pairs()
    names = {name.lower() for name, _ in pairs}
    if answer.gzip and "content-encoding" not in names:
        pairs.append(("Content-Encoding", "gzip"))
    if answer.length is not None:
        pairs.append(("Content-Length", str(answer.length)))
    elif answer.chunked:
        pairs.append(("Transfer-Encoding", "chunked"))
    elif answer.stream:
        pairs.append(("Connection", "close"))
    elif "content-length" not in names and answer.status not in (204, 304) and answer.status >= 200:
        pairs.append(("Content-Length", str(length)))
    if answer.close:
        pairs.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in pairs), "", ""]
    return "\r\n".join(lines).encode("latin-1", "surrogateescape")


async def _pieces(writer: asyncio.StreamWriter, pieces: Iterable[bytes], answer: Answer) -> bool:
    """Send the body; False when it was cut on purpose."""
    left = answer.cut_at
    for piece in pieces:
        part = piece if left is None else piece[:left]
        if answer.chunked and part:
            await _drip(writer, b"%x\r\n" % len(part) + part + b"\r\n", answer.drip_s)
        else:
            await _drip(writer, part, answer.drip_s)
        if left is not None:
            left -= len(part)
            if left <= 0:
                return False
    if answer.chunked:
        await _drip(writer, b"0\r\n\r\n", answer.drip_s)
    return answer.cut_at is None


async def _drip(writer: asyncio.StreamWriter, data: bytes, pause_s: float) -> None:
    if not pause_s:
        writer.write(data)
        await writer.drain()
        return
    for at in range(len(data)):
        writer.write(data[at:at + 1])
        await writer.drain()
        await asyncio.sleep(pause_s)


def _drop(writer: asyncio.StreamWriter, *, reset: bool) -> bool:
    if reset:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
    return False


def zeros_gzip(size: int) -> Callable[[], Iterable[bytes]]:
    """The gzip of ``size`` zero bytes, for ``Answer.stream``: made while sent, a thousandth of the size."""
    import zlib

    def pieces() -> Iterable[bytes]:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        block = bytes(1 << 20)
        for _ in range(size >> 20):
            piece = packer.compress(block)
            if piece:
                yield piece
        yield packer.compress(bytes(size & ((1 << 20) - 1))) + packer.flush()

    return pieces

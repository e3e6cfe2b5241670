"""A scripted website on loopback, in total control of its bytes.

::

    with Site({"/a": "<html>…</html>"}) as site:                  # 200, text/html; a callable or Answer serves too
        site.page("/a", "<html>…</html>", etag=True)              # replaces it; conditional requests get 304
        site.answer("/b", Answer(status=503, headers={"Retry-After": "1"}, body=b"busy"))
        site.script("/c", [Answer(body=b"one"), Answer(status=404)])   # one a request; the last one stays
        site.answer("/d", lambda request: Answer(body=request.headers["user-agent"].encode()))
        site.url("/a")                                            # http://127.0.0.1:PORT/a
        site.url("/a", host=2)                                    # the same site as 127.0.0.2 (needs Site(hosts=2))
        site.log                                                  # every Request, in order of arrival
        site.asked("/a")                                          # those for one path

A path that is not scripted answers 404, ``/robots.txt`` included. Answers given with ``host=`` are for that host only.
More than one host needs a system that answers on all of 127.0.0.0/8 (Linux, Windows; macOS only where aliases are set).
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType

from guidetrack.testing.answers import NOT_FOUND, Answer, Handler, Request, Script, page
from guidetrack.testing.sending import send

REQUEST_LIMIT = 1 << 20
"""Longest request head the site reads."""


@dataclass
class Site:
    """A website in a thread; see the module. Use as a context manager.

    :param pages: what to serve at the start, by path: bodies (as ``page`` takes them), answers or callables.
    :param hosts: how many loopback addresses it listens on: 127.0.0.1, 127.0.0.2 …, all on one port.
    :param tls: serve https with this context; ``name`` is then the host name in ``url`` unless ``host`` is given.
    """

    pages: Mapping[str, str | bytes | Handler] = field(default_factory=dict)
    hosts: int = 1
    tls: ssl.SSLContext | None = None
    log: list[Request] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._scripts: dict[tuple[str, str], Script] = {}
        self._connections = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="site", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        for path, given in self.pages.items():
            self.page(path, given) if isinstance(given, str | bytes) else self.answer(path, given)

    # what to answer

    def page(self, path: str, body: str | bytes, *, media_type: str = "text/html; charset=utf-8", etag: bool = False,
             last_modified: str = "", status: int = 200, host: int | None = None) -> None:
        """Serve ``body``; with ``etag`` (or ``last_modified``) conditional requests get 304."""
        answer = page(body, media_type=media_type, etag=etag, last_modified=last_modified, status=status)
        self.answer(path, answer, host=host)

    def answer(self, path: str, answer: Handler, *, host: int | None = None) -> None:
        """Give this answer for the path (with its query, if it names one) from now on."""
        self.script(path, [answer], host=host)

    def script(self, path: str, answers: Sequence[Handler], *, host: int | None = None) -> None:
        """Give these answers in turn; the last one stays."""
        self._scripts[self._host(host) if host else "", path] = Script(answers)

    def redirect(self, path: str, to: str, status: int = 302, *, host: int | None = None) -> None:
        """Redirect the path. ``to`` is sent as it is."""
        self.answer(path, Answer(status, headers={"Location": to}), host=host)

    # what happened

    @property
    def paths(self) -> list[str]:
        """The paths that are scripted, in the order they were first named."""
        return list(dict.fromkeys(path for _, path in self._scripts))

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
                if not await send(writer, answer, request):
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

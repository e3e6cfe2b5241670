"""The website of ``benchmarks/fleet.py``, in a process of its own: many hosts on loopback, and who asked when."""

from __future__ import annotations

import asyncio
import json
import sys
import time

PAGE = (b"<main><h1>Guidance</h1>" + b"<p>Patients must be observed for at least two hours after each dose.</p>" * 12
        + b"</main>")
FULL = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\nContent-Length: %d\r\n\r\n" % len(PAGE)) + PAGE
SAME = b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"

Visit = tuple[str, str, float]
"""Host, path, and when it was asked and answered: the site takes no time."""


def host(number: int) -> str:
    """The address of a host."""
    return f"127.0.{number // 250}.{number % 250 + 1}"


class _Guest(asyncio.Protocol):
    """200 the first time, 304 for who knows the page."""

    def __init__(self, visits: list[Visit]) -> None:
        self._visits = visits
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._host = transport, str(transport.get_extra_info("sockname")[0])

    def data_received(self, data: bytes) -> None:
        self._head += data
        while b"\r\n\r\n" in self._head:
            head, _, self._head = self._head.partition(b"\r\n\r\n")
            self._visits.append((self._host, head.split(b" ", 2)[1].decode(), time.monotonic()))
            self._transport.write(SAME if b"if-none-match" in head.lower() else FULL)


async def serve(hosts: int) -> None:
    """Answer on so many hosts; tells its port, then what it was asked since, a line for each line on stdin."""
    visits: list[Visit] = []
    loop, port = asyncio.get_running_loop(), 0
    for number in range(hosts):
        listening = await loop.create_server(lambda: _Guest(visits), host(number), port, backlog=512)
        port = port or listening.sockets[0].getsockname()[1]
    print(port, flush=True)
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        print(json.dumps(visits) if word == "log" else "", flush=True)
        visits.clear()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))

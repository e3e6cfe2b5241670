"""What the fetch costs, as ratios to a bare httpx loop, and what a hostile page can make it cost.

    python benchmarks/fetch.py            # everything
    python benchmarks/fetch.py --sources 200 --skip-hostile

Every row runs in a process of its own against one loopback server (also its own process), in one go, so that load on
the machine touches all rows alike: read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

HOSTS = 50
AT_ONCE = 20
LINE = b"<p>Monitor the patient for at least two hours.</p>"
PAGE = b"<html><body><main><h1>Guidance %d</h1>" + LINE * 400 + b"</main></body></html>"
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "%d"\r\nDate: Tue, 24 Nov 2026 06:00:00 GMT\r\n\r\n'


# the server

class Site(asyncio.Protocol):
    """Pages of 20 KB with validators; 304 to a conditional request; and what no page should be."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            if path.startswith("/p"):
                self._page(int(path[2:]), b"if-none-match" in head.lower())
            elif path in HOSTILE:
                asyncio.get_running_loop().create_task(self._hostile(*HOSTILE[path]))
            else:
                self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    def _page(self, number: int, conditional: bool) -> None:
        if conditional:
            self.transport.write(NOT_MODIFIED % number)
            return
        body = PAGE % number
        head = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "%d"\r\nContent-Length: %d\r\n\r\n'
        self.transport.write(head % (number, len(body)) + body)

    async def _hostile(self, headers: bytes, pieces: Callable[[], Iterator[bytes]], pause_s: float) -> None:
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + headers + b"\r\n")
        for piece in pieces():
            if self.transport.is_closing():
                return
            self.transport.write(piece)
            while self.transport.get_write_buffer_size() > 1 << 20:
                await asyncio.sleep(0.001)
                if self.transport.is_closing():
                    return
            await asyncio.sleep(pause_s)
        self.transport.close()


def _gzip_bomb() -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(10_000):
        piece = packer.compress(bytes(1_000_000))
        if piece:
            yield piece
    yield packer.flush()


HOSTILE: dict[str, tuple[bytes, Callable[[], Iterator[bytes]], float]] = {
    "/bomb": (b"Content-Encoding: gzip\r\n", _gzip_bomb, 0),
    "/drip": (b"Content-Length: 100000\r\n", lambda: (b"x" for _ in range(100_000)), 0.2),
    "/large": (b"", lambda: (b"<p>word</p>" * 10_000 for _ in range(2800)), 0),
    "/crumbs": (b"Transfer-Encoding: chunked\r\n", lambda: (b"1\r\nx\r\n" * 10_000 for _ in range(5000)), 0),
}


def serve(pipe: Connection) -> None:
    """Listen on 127.0.0.1 to 127.0.0.50, tell the port, and answer until killed."""
    async def run() -> None:
        loop = asyncio.get_running_loop()
        port = 0
        for number in range(1, HOSTS + 1):
            server = await loop.create_server(Site, f"127.0.0.{number}", port, backlog=1024)
            port = port or server.sockets[0].getsockname()[1]
        pipe.send(port)
        await asyncio.Event().wait()

    asyncio.run(run())


# what is measured

def addresses(port: int, count: int, hosts: int) -> list[str]:
    """``count`` pages spread over ``hosts`` loopback addresses."""
    return [f"http://127.0.0.{number % hosts + 1}:{port}/p{number}" for number in range(count)]


async def bare(port: int, count: int, hosts: int) -> None:
    """One httpx.AsyncClient, 20 requests at once, bodies read and dropped."""
    import httpx

    async with httpx.AsyncClient(timeout=60) as client:
        async def worker(work: Iterator[str]) -> None:
            for url in work:
                response = await client.get(url, headers={"If-None-Match": '"1"'})
                assert response.status_code == 304

        work = iter(addresses(port, count, hosts))
        await measured(asyncio.gather(*(worker(work) for _ in range(AT_ONCE))))


async def fetcher(port: int, count: int, hosts: int) -> None:
    """Fetcher.get for every source, all 304."""
    from guidetrack.fetch import Fetcher
    from guidetrack.models import Capture, Source, Validators

    known = Validators(etag='"1"')
    sources = [Source(f"s{number}", url) for number, url in enumerate(addresses(port, count, hosts))]
    async with Fetcher(settings(), now=now, version="0.1.0") as fetch:
        async def one(source: Source) -> None:
            capture = await fetch.get(source, known)
            assert isinstance(capture, Capture), capture
            assert capture.status == 304, capture

        await measured(asyncio.gather(*(one(source) for source in sources)))


async def tracker(port: int, count: int, hosts: int) -> None:
    """Tracker.check of as many sources, all 304: the whole pipeline, everything recorded."""
    import guidetrack

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sources.toml"
        lines = ['[fetch]\npause = "0s"\nsecond_look = "off"\nallow_private = ["127.0.0.0/8"]\n']
        lines += [f'[[source]]\nid = "s{n}"\nurl = "{url}"\n' for n, url in enumerate(addresses(port, count, hosts))]
        file.write_text("\n".join(lines))
        with guidetrack.open(file) as opened:
            async def check(expected: str) -> None:
                async for outcome in opened.acheck():
                    assert str(outcome.outcome) == expected, outcome

            await check("first")
            await measured(check("unchanged"))


async def hostile(port: int, path: str, copies: int) -> None:
    """A hostile source, or several on as many hosts, beside twenty good ones."""
    from guidetrack.fetch import Fetcher
    from guidetrack.models import Capture, Failure, Source

    good = [Source(f"s{number}", url) for number, url in enumerate(addresses(port, 20, 20))]
    async with Fetcher(settings(timeout_s=5), now=now, version="0.1.0") as fetch:
        started = time.monotonic()
        hosts = [f"127.0.0.{30 + number}" for number in range(copies)]
        tasks = [asyncio.ensure_future(fetch.get(Source(host, f"http://{host}:{port}{path}"))) for host in hosts]
        assert all([isinstance(await fetch.get(source), Capture) for source in good])
        siblings = time.monotonic() - started
        bad = (await asyncio.gather(*tasks))[0]
        assert isinstance(bad, Failure)
        report(reason=str(bad.reason), detail=bad.detail, seconds=time.monotonic() - started, siblings=siblings)


def settings(timeout_s: float = 60) -> object:
    """No pause, loopback allowed."""
    from guidetrack.models import FetchSettings

    return FetchSettings(pause=timedelta(0), timeout=timedelta(seconds=timeout_s), allow_private=("127.0.0.0/8",))


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


async def measured(work: Awaitable[object]) -> None:
    """Run the work and report its CPU seconds."""
    before = cpu()
    await work
    report(cpu=cpu() - before)


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def report(**figures: object) -> None:
    """One line of JSON for the parent, with the peak memory of this process in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)
    print(json.dumps({**figures, "mb": peak}))


# the table

def child(*arguments: object) -> dict[str, float | str]:
    """Run one row in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--child", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return figures


def ratios(port: int, count: int, hosts: int, *, whole: bool) -> None:
    """CPU and memory of each row, as ratios to the bare loop of the same run."""
    base = child("bare", port, count, hosts)
    rows = {"bare httpx loop": base, "Fetcher": child("fetcher", port, count, hosts)}
    if whole:
        rows["whole check"] = child("tracker", port, count, hosts)
    print(f"\n{count:,} sources on {hosts} hosts, all 304          CPU ms each   ratio   peak MB")
    for name, row in rows.items():
        each = float(row["cpu"]) / count * 1000
        print(f"  {name:42} {each:9.2f} {float(row['cpu']) / float(base['cpu']):9.2f} {float(row['mb']):9.0f}")


def main() -> None:
    """Read the arguments, start the server, print the tables."""
    if sys.argv[1:2] == ["--child"]:
        kind, port, *rest = sys.argv[2:]
        rows = {"bare": bare, "fetcher": fetcher, "tracker": tracker}
        if kind == "hostile":
            asyncio.run(hostile(int(port), rest[0], int(rest[1])))
        else:
            asyncio.run(rows[kind](int(port), *map(int, rest)))
        return
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sources", type=int, default=1000)
    options.add_argument("--skip-hostile", action="store_true")
    options.add_argument("--skip-tracker", action="store_true")
    chosen = options.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    for hosts in (HOSTS, 1):
        ratios(port, chosen.sources, hosts, whole=not chosen.skip_tracker)
    if not chosen.skip_hostile:
        print("\nhostile sources beside 20 good ones (deadline 5 s)          seconds   siblings s   peak MB   outcome")
        for path, copies in [*((path, 1) for path in HOSTILE), ("/bomb", 19), ("/large", 19)]:
            row = child("hostile", port, path, copies)
            figures = f"{row['seconds']:9.1f} {row['siblings']:12.2f} {row['mb']:9.0f}"
            print(f"  {copies:2} x {path:47} {figures}   {row['reason']}: {row['detail']}")
    server.terminate()


if __name__ == "__main__":
    main()

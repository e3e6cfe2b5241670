"""What a whole check costs, as ratios to a bare httpx download loop over the same pages in the same run.

    python benchmarks/check.py [--sources 1000] [--profile noise]

One loopback server in a process of its own, 50 hosts, pages of 56 KB: head, menus, inline script, a document of 60
sections, footer. Rows: the first check (everything stored, durable); noise only (nonces, footer and a counter differ at
every request, no validators, no selector); 5 % of the documents changed. Read the ratios, not the milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import multiprocessing
import pstats
import random
import resource
import tempfile
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import ClassVar

HOSTS = 50
AT_ONCE = 20
WORDS = [
    "patient",
    "dose",
    "clinic",
    "setting",
    "observe",
    "record",
    "monitor",
    "prescriber",
    "pressure",
    "session",
    "treatment",
    "review",
    "certified",
    "programme",
    "registry",
    "label",
    "spray",
    "infusion",
    "guidance",
    "requirement",
    "depression",
    "response",
    "adequate",
    "trial",
]


def document(number: int, edition: int) -> str:
    """Sixty sections of prose with lists and a table, the same for the same edition."""
    chance = random.Random(number)
    parts = [f'<h1 class="page-title">Guidance document {number}</h1>']
    for section in range(1, 61):
        words = " ".join(chance.choices(WORDS, k=45))
        hours = "one hour" if edition and section == 30 else "two hours"
        parts.append(
            f'<h2 id="s{section}">{section} {words[:24].title()}</h2>'
            f'<p class="body-text">{words.capitalize()}. Observe for at least {hours}.</p>'
        )
        if section % 4 == 0:
            parts.append(
                '<ul class="list">'
                + "".join(f"<li>{' '.join(chance.choices(WORDS, k=9))}</li>" for _ in range(4))
                + "</ul>"
            )
        if section % 10 == 0:
            parts.append(
                '<table class="data"><tr><th>Code</th><th>Dose</th></tr>'
                + "".join(f"<tr><td>G{section}{row}</td><td>{28 * row} mg</td></tr>" for row in range(1, 6))
                + "</table>"
            )
    return "\n".join(parts)


def page(number: int, edition: int, visit: int) -> bytes:
    """The document in its furniture, as one visit sees it."""
    token = f"{random.Random(visit * 7919 + number).getrandbits(64):016x}"
    menu = "".join(
        f'<li class="menu-item level-1"><a class="menu-link" href="/topic/{n}">Topic number {n}</a></li>'
        for n in range(60)
    )
    script = "".join(f'window.cfg["{n}"]={{"k":"{token}","v":{n}}};' for n in range(220))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Guidance document {number} | Agency</title>'
        f'<meta name="csrf-token" content="{token}"><script nonce="{token}">{script}</script></head><body>'
        f'<header class="site-header"><nav aria-label="Main"><ul>{menu}</ul></nav></header>'
        f'<main id="main-content" data-visit="{visit}">{document(number, edition)}</main>'
        f"<footer><p>This page was viewed {1000 + visit} times. Served by node {token[:4]}.</p><ul>{menu}</ul></footer>"
        "</body></html>"
    ).encode()


class Site(asyncio.Protocol):
    """Answers every ``/pN`` with its page; ``/edition/1`` changes every twentieth document."""

    edition = 0
    visits: ClassVar[Counter[int]] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self.transport.write(self.answer(head.split(b" ", 2)[1].decode()))

    def answer(self, path: str) -> bytes:
        """One HTTP answer."""
        if path.startswith("/edition/"):
            Site.edition = int(path.rpartition("/")[2])
        if not path.startswith("/p"):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number = int(path[2:])
        Site.visits[number] += 1
        body = page(number, Site.edition if number % 20 == 0 else 0, Site.visits[number])
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (
            len(body),
            body,
        )


def serve(pipe: Connection) -> None:
    """The server process: says its port, runs until it is ended."""

    async def run() -> None:
        loop, port = asyncio.get_running_loop(), 0
        for host in range(1, HOSTS + 1):
            server = await loop.create_server(Site, f"127.0.0.{host}", port, backlog=512)
            port = port or server.sockets[0].getsockname()[1]
        pipe.send(port)
        await asyncio.Event().wait()

    asyncio.run(run())


def cpu() -> float:
    """Processor seconds of this process and the children it has waited for."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


async def bare_loop(urls: list[str]) -> None:
    """One ``httpx.AsyncClient``, 20 requests at once, bodies read and dropped."""
    import httpx

    gate = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient() as client:

        async def one(url: str) -> None:
            async with gate, client.stream("GET", url) as answer:
                async for _ in answer.aiter_bytes():
                    pass

        await asyncio.gather(*map(one, urls))


def check(sources: Path, profile: bool) -> Counter[str]:
    """One check; outcomes counted."""
    import guidetrack

    profiler = cProfile.Profile()
    with guidetrack.open(sources) as tracker:
        if profile:
            profiler.enable()
        found = Counter(outcome.kind.value for outcome in tracker.check())
        profiler.disable()
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(30)
    return found


def row(label: str, seconds: float, count: int, bare: float, said: str = "") -> None:
    """One line of the table."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {label:28s}{seconds / count * 1000:8.2f}{seconds / bare:9.2f}{peak:10.0f}   {said}", flush=True)


def main() -> None:
    """Serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--profile", choices=["first", "noise", "changed"])
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port, count = ours.recv(), options.sources
    urls = [f"http://127.0.0.{number % HOSTS + 1}:{port}/p{number}" for number in range(count)]
    print(f"{count} sources on {HOSTS} hosts, {len(page(1, 0, 1)) / 1000:.0f} KB each")
    print(f"  {'':28s}{'CPU ms':>8s}{'ratio':>9s}{'peak MB':>10s}")
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources.toml"
        sources.write_text(
            '[fetch]\npause = "0s"\nsecond_look = "0s"\nallow_private = ["127.0.0.0/8"]\n'
            + "".join(f'[[source]]\nid = "s{n}"\nurl = "{url}"\n' for n, url in enumerate(urls))
        )
        start = cpu()
        asyncio.run(bare_loop(urls))
        bare = cpu() - start
        row("bare httpx loop", bare, count, bare)
        for label in ("first", "noise", "changed"):
            if label == "changed":
                asyncio.run(bare_loop([urls[0].rpartition("/")[0] + "/edition/1"]))
            start = cpu()
            found = check(sources, options.profile == label)
            row(
                {"first": "first check", "noise": "noise only", "changed": "5 % changed"}[label],
                cpu() - start,
                count,
                bare,
                ", ".join(f"{word} {number}" for word, number in found.items()),
            )
    server.terminate()


if __name__ == "__main__":
    main()

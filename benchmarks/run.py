"""guidetrack beside its peers over one loopback site: CPU as ratios to a bare httpx loop, false reports, misses.

    python benchmarks/run.py [--sources 1000] [--cache FOLDER] [--only guidetrack]

Every tool runs as its users run it, start-up included, as a process of its own; webchanges and urlwatch come from the
package index into an environment each under the cache folder, made when first needed. One run, one site, so read the
ratios. The site knows the truth: what rotates (nonce, footer, counter, "last visit") is no change, nor is a wall or an
empty shell with status 200; an edit of one word in a page of 56 KB is.

Settings, said so that they can be argued with: guidetrack with ``pause`` and ``second_look`` of 0 s, as this is one
machine; webchanges and urlwatch with ``filter: html2text`` for every page, which their manuals give for pages, and all
else at its default. Nobody gets a selector.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from check import AT_ONCE, HOSTS, Site, bare_loop, cpu, page

PEERS = {"webchanges": "webchanges==3.37.0", "urlwatch": "urlwatch==2.29"}
PHASES = ("first check", "all 304", "noise only, no validators", "5 % changed")
WALL = b"""<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>
<p>Please complete the security check to continue. Enable JavaScript and cookies.</p>
<form action="/cdn-cgi/challenge-platform"></form></body></html>"""
SHELL = b"""<!doctype html><html><head><title>Agency</title><script src="/app.js"></script></head><body>
<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>"""


def is_edited(number: int) -> bool:
    """Whether a page's document has another word in the last phase."""
    return number % 20 == 0


class Truth(Site):
    """Steady with validators, or noisy without; walls and shells on two pages of a hundred while it only rotates."""

    mode = "steady"

    def answer(self, path: str) -> bytes:
        """One HTTP answer; ``/mode/…`` changes what the next ones are."""
        if path.startswith("/mode/"):
            Truth.mode = path.rpartition("/")[2]
        if not path.startswith("/p"):
            return _http(404, b"")
        number = int(path[2:])
        if Truth.mode == "steady":
            if b"if-none-match" in self.head.lower():
                return _http(304, b"", f'ETag: "{number}"\r\n')
            return _http(200, page(number, 0, 1), f'ETag: "{number}"\r\n')
        if Truth.mode == "noise" and number % 100 in (7, 57):
            return _http(200, WALL if number % 100 == 7 else SHELL)
        Site.visits[number] += 1
        visit = Site.visits[number]
        body = page(number, int(Truth.mode == "changed" and is_edited(number)), visit)
        if number % 3 == 0:
            clock = f"<p>Your last visit: {visit % 24:02d}:{visit * 7 % 60:02d}:{number % 60:02d}</p></main>"
            body = body.replace(b"</main>", clock.encode())
        return _http(200, body)

    def data_received(self, data: bytes) -> None:
        """Keeps the head, for its validators."""
        self.head = self.buffer + data
        super().data_received(data)


def _http(status: int, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status} x\r\nContent-Type: text/html; charset=utf-8\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def serve(pipe: Connection) -> None:
    """The server process: says its port, runs until it is ended."""

    async def run() -> None:
        loop, port = asyncio.get_running_loop(), 0
        for host in range(1, HOSTS + 1):
            server = await loop.create_server(Truth, f"127.0.0.{host}", port, backlog=512)
            port = port or server.sockets[0].getsockname()[1]
        pipe.send(port)
        await asyncio.Event().wait()

    asyncio.run(run())


@dataclass(frozen=True)
class Spent:
    """What one run of a tool took, and the pages it reported as changed."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    reported: frozenset[int]


def spent(command: list[str], folder: Path, reports: Callable[[str], set[int]]) -> Spent:
    """Run a tool and wait for it; its helpers count too."""
    start = time.monotonic()
    with (folder / "out.txt").open("wb") as out, (folder / "err.txt").open("wb") as err:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    said = (folder / "out.txt").read_text("utf-8", "replace")
    if process.returncode not in (0, 1, 2):
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {(folder / 'err.txt').read_text()[-2000:]}")
    return Spent(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024,
                 frozenset(reports(said)))


class Guidetrack:
    """The guidetrack of the environment that runs this."""

    name = "guidetrack"

    def prepare(self, folder: Path, urls: list[str]) -> None:
        """Write its sources."""
        head = '[fetch]\npause = "0s"\nsecond_look = "0s"\nallow_private = ["127.0.0.0/8"]\n'
        sources = "".join(f'[[source]]\nid = "s{n}"\nurl = "{url}"\n' for n, url in enumerate(urls))
        (folder / "sources.toml").write_text(head + sources)

    def check(self, folder: Path) -> Spent:
        """One check."""
        command = [sys.executable, "-m", "guidetrack", "-c", "sources.toml", "check", "--format", "json"]
        return spent(command, folder, self._reported)

    @staticmethod
    def _reported(said: str) -> set[int]:
        outcomes = json.loads(said)["outcomes"]
        return {int(o["source"][1:]) for o in outcomes if o["outcome"] == "changed"}


class Peer:
    """webchanges or urlwatch, which share their job format: from the package index, in an environment of its own."""

    def __init__(self, name: str, cache: Path) -> None:
        self.name = name
        self._home = cache / PEERS[name].replace("==", "-")
        self.ready = self._installed()

    def _installed(self) -> bool:
        program = self._home / "bin" / self.name
        if not program.exists():
            venv.create(self._home, with_pip=True)
            pip = [str(self._home / "bin" / "python"), "-m", "pip", "install", "--quiet", PEERS[self.name]]
            done = subprocess.run(pip, check=False, capture_output=True, text=True)
            print(done.stderr if done.returncode else f"installed {PEERS[self.name]}", file=sys.stderr)
        return program.exists()

    def prepare(self, folder: Path, urls: list[str]) -> None:
        """Write its jobs."""
        jobs = (f"name: s{n}\nurl: {url}\nfilter:\n  - html2text\n" for n, url in enumerate(urls))
        (folder / "jobs.yaml").write_text("---\n".join(jobs))
        (folder / "hooks.py").write_text("")

    def check(self, folder: Path) -> Spent:
        """One run over all jobs."""
        files = {"jobs" if self.name == "webchanges" else "urls": "jobs.yaml", "config": "config.yaml",
                 "hooks": "hooks.py", "database" if self.name == "webchanges" else "cache": "kept.db"}
        command = [str(self._home / "bin" / self.name)]
        for option, file in files.items():
            command += [f"--{option}", str(folder / file)]
        return spent(command, folder, lambda said: {int(n) for n in re.findall(r"CHANGED: s(\d+)\b", said)})


Tool = Guidetrack | Peer


def bare(urls: list[str]) -> float:
    """CPU seconds of a bare loop over the pages as they are now."""
    start = cpu()
    asyncio.run(bare_loop(urls))
    return cpu() - start


def measured(tool: Tool, urls: list[str], mode: Callable[[str], object]) -> list[tuple[float, Spent]]:
    """Each phase's CPU of the bare loop, and what the tool spent."""
    found: list[tuple[float, Spent]] = []
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        steady, rotating = Path(one), Path(two)
        tool.prepare(steady, urls)
        tool.prepare(rotating, urls)
        mode("steady")
        loop = bare(urls)
        found += [(loop, tool.check(steady)), (loop, tool.check(steady))]
        mode("settled")
        tool.check(rotating)
        for name in ("noise", "changed"):
            mode(name)
            found.append((bare(urls), tool.check(rotating)))
    return found


def cell(loop: float, run: Spent, truth: set[int]) -> str:
    """One cell of the table."""
    wrong = f", {len(run.reported - truth)} false, {len(truth - run.reported)} missed"
    return f"{run.cpu_s / loop:.1f}×, {run.wall_s:.0f} s, {run.peak_mb:.0f} MB{wrong}"


def main() -> None:
    """Serve, install, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "guidetrack-benchmarks")
    parser.add_argument("--only", choices=["guidetrack", *PEERS], action="append")
    options = parser.parse_args()
    wanted = options.only or ["guidetrack", *PEERS]
    tools: list[Tool] = [Guidetrack() if name == "guidetrack" else Peer(name, options.cache) for name in wanted]
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port, count = ours.recv(), options.sources
    urls = [f"http://127.0.0.{number % HOSTS + 1}:{port}/p{number}" for number in range(count)]
    mode: Callable[[str], object] = lambda name: asyncio.run(bare_loop([f"http://127.0.0.1:{port}/mode/{name}"]))  # noqa: E731
    truths: list[set[int]] = [set(), set(), set(), {number for number in range(count) if is_edited(number)}]
    rows = [[label] for label in PHASES]
    shown = []
    for tool in tools:
        if isinstance(tool, Peer) and not tool.ready:
            print(f"{tool.name} could not be installed; left out", file=sys.stderr)
            continue
        shown.append(PEERS.get(tool.name, tool.name).replace("==", " "))
        for row, (loop, run), truth in zip(rows, measured(tool, urls, mode), truths, strict=True):
            row.append(cell(loop, run, truth))
    server.terminate()
    size = len(page(1, 0, 1)) / 1000
    print(f"{count} pages of {size:.0f} KB on {HOSTS} hosts. × is CPU, start-up included, over that "
          f"of a bare httpx loop ({AT_ONCE} at once); false and missed count pages.\n")
    print("| |", " | ".join(shown), "|\n|---|", "---|" * len(shown), sep="")
    for row in rows:
        print("|", " | ".join(row), "|")


if __name__ == "__main__":
    main()

"""How a fleet scales: all sources 304 through 1, 2, 4 workers; who asked whom when; what a check costs the catalogue.

    python benchmarks/fleet.py [--sources 2000] [--hosts 200] [--workers 1,2,4] [--profile FILE]

The issue's size is ``--sources 100000 --hosts 2000``. Everything is real: worker processes, a PostgreSQL server of its
own (``fsync=off``: the disk of this machine does not decide), a website on loopback in a process of its own, with a
pause of 20 ms between two requests to one host. Compare ratios within one run, not seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support import postgres

PAUSE_S, SLACK_S = 0.02, 0.002
PAGE = (b"<main><h1>Guidance</h1>" + b"<p>Patients must be observed for at least two hours after each dose.</p>" * 12
        + b"</main>")
FULL = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\nContent-Length: %d\r\n\r\n" % len(PAGE)) + PAGE
SAME = b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"
_CALLS = ("SELECT coalesce(sum(calls), 0), coalesce(sum(total_exec_time), 0) FROM pg_stat_statements "
          "WHERE query NOT LIKE '%pg_stat_statements%'")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sources", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--profile", help="write the profile of one worker's round here (py-spy is not needed)")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        asyncio.run(_serve(wanted.serve))
        return
    statements = bool(list(Path("/usr/share").glob("postgresql/*/extension/pg_stat_statements*")))
    server = postgres.Server(*(["-c shared_preload_libraries=pg_stat_statements"] if statements else []))
    try:
        with tempfile.TemporaryDirectory() as folder:
            if statements:
                server.run("CREATE EXTENSION pg_stat_statements")
            small, large = (Fleet(server, Path(folder), max(1, wanted.sources // share), max(1, wanted.hosts // share),
                                  f"fleet_{share}", counted=statements) for share in (10, 1))
            _table(small, large, [int(count) for count in wanted.workers.split(",")], wanted.profile)
    finally:
        server.remove()


def _table(small: Fleet, large: Fleet, counts: list[int], profile: str | None) -> None:
    print(f"{'':30}{'sources/s':>10}{'×':>6}{'CPU ms':>8}{'db CPU ms':>10}{'statements':>11}{'log bytes':>10}"
          f"{'overlaps':>9}{'missing':>8}{'seconds':>8}")
    with small:
        small.round("first looks, a tenth", 1)
        few = small.round("304, a tenth, 1 worker", 1)
        few_size = small.size()
    with large:
        large.round("first looks, 1 worker", 1)
        base = 0.0
        size = 0
        for count in counts:
            rate = large.round(f"304, {count} worker(s)", count, base)
            base, size = base or rate, size or large.size()
        if profile:
            large.profile(Path(profile))
    print(f"\ntime per source, 1 worker, against a tenth of the sources: {few / base:.2f}")
    print(f"catalogue per source: {size / large.sources / 1024:.2f} kB, a tenth of them: "
          f"{few_size / small.sources / 1024:.2f} kB, both after two rounds")


class Fleet:
    """A catalogue, a website and workers."""

    def __init__(self, server: postgres.Server, folder: Path, sources: int, hosts: int, name: str, *,
                 counted: bool) -> None:
        self.server, self.sources, self.hosts, self.name, self._counted = server, sources, hosts, name, counted
        self._home = folder / name
        self._home.mkdir()

    def __enter__(self) -> Fleet:
        self._site = subprocess.Popen([sys.executable, __file__, "--serve", str(self.hosts)], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        port = int(self._ask(""))
        address = self.server.address(self.name)
        text = [f'[store]\narchive = "snapshots"\ncatalogue = "{address}"\n[fetch]\npause = "{PAUSE_S * 1000:.0f}ms"\n'
                'second_look = "0s"\nrobots = false\nallow_private = ["127.0.0.0/8"]\n']
        text += [f'[[source]]\nid = "s{number}"\nurl = "http://{_host(number % self.hosts)}:{port}/{number}"\n'
                 f'every = "1s"\n' for number in range(self.sources)]
        self.file = self._home / "fleet.toml"
        self.file.write_text("".join(text))
        return self

    def __exit__(self, *_: object) -> None:
        assert self._site.stdin is not None
        self._site.stdin.close()
        self._site.wait()

    def round(self, name: str, count: int, base: float = 0.0) -> float:
        """All sources once, through so many workers; a row of the table; returns sources a second."""
        time.sleep(1.1)
        self._run("schedule").wait()
        self._ask("clear")
        calls, worked = self._calls(), self._server_seconds()
        log = self._log_position()
        cpu = os.times().children_user + os.times().children_system
        begun = time.perf_counter()
        workers = [self._run("worker", "--once", "--concurrency", "50") for _ in range(count)]
        assert [worker.wait() for worker in workers] == [0] * count
        spent = time.perf_counter() - begun
        cpu = os.times().children_user + os.times().children_system - cpu
        spans: list[tuple[str, str, float, float]] = json.loads(self._ask("log"))
        asked = sorted(end for *_, end in spans)
        rate = len(spans) / (asked[-1] - asked[0])
        found = self._calls()
        server = self._server_seconds() - worked
        print(f"{name:30}{rate:10.0f}{rate / base if base else 1:6.2f}{cpu / self.sources * 1000:8.2f}"
              f"{server / self.sources * 1000:10.2f}{(found - calls) / self.sources:11.2f}"
              f"{self._log_since(log) / self.sources:10.0f}{_overlaps(spans):9}"
              f"{self.sources - len({path for _, path, *_ in spans}):8}{spent:8.1f}", flush=True)
        return rate

    def profile(self, file: Path) -> None:
        """One more round, by a worker under cProfile."""
        time.sleep(1.1)
        self._run("schedule").wait()
        subprocess.run([sys.executable, "-m", "cProfile", "-o", str(file), "-m", "guidetrack", "-c", str(self.file),
                        "worker", "--once", "--concurrency", "50"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)

    def size(self) -> int:
        """Bytes of the catalogue's tables with their indexes, the queue's left out."""
        return int(str(self.server.run(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE "
            f"'procrastinate%' AND relnamespace = '{self.name}'::regnamespace")[0][0]))

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "guidetrack", "-q", "-c", str(self.file), *arguments],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _ask(self, word: str) -> str:
        assert self._site.stdin is not None
        assert self._site.stdout is not None
        if word:
            self._site.stdin.write(word + "\n")
            self._site.stdin.flush()
        return self._site.stdout.readline()

    def _calls(self) -> int:
        return int(str(self.server.run(_CALLS)[0][0])) if self._counted else 0

    def _server_seconds(self) -> float:
        """Processor time of all the server's processes so far, of those that ended too."""
        number = int((self.server.folder / "data" / "postmaster.pid").read_text().split()[0])
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat.parent.name) == number:
                ticks += sum(int(fields[at]) for at in (11, 12, 13, 14))
            elif int(fields[1]) == number:
                ticks += sum(int(fields[at]) for at in (11, 12))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _log_position(self) -> object:
        return self.server.run("SELECT pg_current_wal_insert_lsn()")[0][0]

    def _log_since(self, position: object) -> int:
        return int(str(self.server.run(f"SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{position}')")[0][0]))


def _overlaps(spans: list[tuple[str, str, float, float]]) -> int:
    """Requests to a host that began before the last one was answered and the pause over."""
    by_host: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for host, _, begun, ended in spans:
        by_host[host].append((begun, ended))
    return sum(second[0] - first[1] < PAUSE_S - SLACK_S for times in by_host.values()
               for first, second in pairwise(sorted(times)))


def _host(number: int) -> str:
    return f"127.0.{number // 250}.{number % 250 + 1}"


async def _serve(hosts: int) -> None:
    """The website: 200 the first time, 304 for who knows the page; what it was asked, when told to say so."""
    spans: list[tuple[str, str, float, float]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                begun = time.monotonic()
                writer.write(SAME if b"if-none-match" in head.lower() else FULL)
                await writer.drain()
                spans.append((host, head.split(b" ", 2)[1].decode(), begun, time.monotonic()))
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    port = 0
    for number in range(hosts):
        listening = await asyncio.start_server(answer, _host(number), port, backlog=512)
        port = port or listening.sockets[0].getsockname()[1]
    print(port, flush=True)
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        print(json.dumps(spans) if word == "log" else "", flush=True)
        spans.clear()


if __name__ == "__main__":
    main()

"""How a fleet scales: sources that answer 304, through one worker and through several; what the limit was.

    python benchmarks/fleet.py [--sources 5000] [--hosts 100] [--workers 4] [--part 5] [--small 1000]

The issue's size is ``--sources 100000 --hosts 2000``: a quarter of an hour on two cores. Everything is real: worker
processes, a PostgreSQL server of its own (``fsync=off``: the disk of this machine does not decide), a website on
loopback in a process of its own, a pause of 20 ms between two requests to one host. First ``--small`` sources as a
measure; then all of them: first looks, one worker on a ``--part``-th of them, and all through several workers.

Compare processor time within one run, not seconds: workers, server and website share the cores of one machine here.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.fleet_meters import Meter, Process, seconds
from benchmarks.fleet_site import Visit, host
from tests.support import postgres

PAUSE_S, SLACK_S = 0.02, 0.002
PIECE = 50_000
"""Sources in one file of several."""
SITE = Path(__file__).with_name("fleet_site.py")


@dataclass(frozen=True)
class Round:
    """All sources of a file once. Processor time in seconds, starts of processes apart."""

    workers: int
    sources: int
    asked_s: float
    cpu: float
    start: float
    site: float
    meter: Meter
    overlaps: int
    missing: int
    twice: int
    widest: float
    """The longest time between two visits to a host that still had something to be looked at, in seconds."""

    @property
    def each_ms(self) -> float:
        """Processor time of workers and server for one source."""
        return (self.cpu + self.meter.cpu) / self.sources * 1000

    @property
    def rate(self) -> float:
        """Sources a second, by the clock."""
        return self.sources / self.asked_s


class Fleet:
    """A catalogue, a website, and sources files over it: ``all`` and a ``part``."""

    def __init__(self, server: postgres.Server, folder: Path, sources: int, hosts: int, name: str, *, part: int,
                 counted: bool) -> None:
        self.server, self.sources, self.hosts, self.name, self._counted = server, sources, hosts, name, counted
        self._home, self._part = folder / name, part
        self._home.mkdir()

    def __enter__(self) -> Fleet:
        self._site = subprocess.Popen([sys.executable, SITE, str(self.hosts)], text=True, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        port = int(self._ask(""))
        head = (f'[store]\narchive = "snapshots"\ncatalogue = "{self.server.address(self.name)}"\n[fetch]\npause = '
                f'"{PAUSE_S * 1000:.0f}ms"\nsecond_look = "0s"\nrobots = false\nallow_private = ["127.0.0.0/8"]\n')
        written = [f'[[source]]\nid = "s{number}"\nurl = "http://{host(number % self.hosts)}:{port}/{number}"\n'
                   f'every = "1s"\n' for number in range(self.sources)]
        some = [text for number, text in enumerate(written) if number % self.hosts < self.hosts // self._part]
        for name, chosen in (("all", written), ("part", some)):
            pieces = [f"{name}-{at}.toml" for at in range(0, len(chosen), PIECE)]
            for piece, at in zip(pieces, range(0, len(chosen), PIECE), strict=True):
                (self._home / piece).write_text("".join(chosen[at : at + PIECE]))
            (self._home / f"{name}.toml").write_text(f"include = {json.dumps(pieces)}\n{head}")
        self.some = len(some)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._site.stdin is not None
        self._site.stdin.close()
        self._site.wait()

    def round(self, workers: int, file: str = "all") -> Round:
        """Every source of a file once, through so many workers."""
        time.sleep(1.1)  # due again
        self._command(file, "schedule").wait()
        self._ask("clear")
        site = seconds(self._site.pid)
        with Meter(self.server, self.name, self._counted) as meter:
            crew = [self._command(file, "worker", "--once", "--concurrency", "50") for _ in range(workers)]
            cpu = sum(process.wait() for process in crew)
        visits: list[Visit] = json.loads(self._ask("log"))
        times = defaultdict(list)
        for where, _, at in visits:
            times[where].append(at)
        gaps = [second - first for found in times.values() for first, second in pairwise(sorted(found))]
        wanted = self.some if file == "part" else self.sources
        paths = {path for _, path, _ in visits}
        moments = sorted(at for *_, at in visits)
        return Round(workers, wanted, moments[-1] - moments[0], cpu, sum(process.start for process in crew) / workers,
                     seconds(self._site.pid) - site, meter, sum(gap < PAUSE_S - SLACK_S for gap in gaps),
                     wanted - len(paths), len(visits) - len(paths), max(gaps, default=0.0))

    def size(self) -> float:
        """Bytes of the catalogue's tables with their indexes for a source, the queue's left out."""
        found = self.server.run(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE "
            f"'procrastinate%' AND relnamespace = '{self.name}'::regnamespace")[0][0]
        return int(str(found)) / self.sources

    def _command(self, file: str, *arguments: str) -> Process:
        return Process([sys.executable, "-m", "guidetrack", "-c", str(self._home / f"{file}.toml"), *arguments])

    def _ask(self, word: str) -> str:
        assert self._site.stdin is not None
        assert self._site.stdout is not None
        if word:
            self._site.stdin.write(word + "\n")
            self._site.stdin.flush()
        return self._site.stdout.readline()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sources", type=int, default=5000)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--part", type=int, default=5, help="one worker alone looks at this part of the sources")
    parser.add_argument("--small", type=int, default=1000, help="sources of the catalogue to compare with")
    wanted = parser.parse_args()
    counted = bool(list(Path("/usr/share").glob("postgresql/*/extension/pg_stat_statements*")))
    server = postgres.Server(*(["-c shared_preload_libraries=pg_stat_statements"] if counted else []))
    begun = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            if counted:
                server.run("CREATE EXTENSION pg_stat_statements")
            few = max(1, wanted.hosts * wanted.small // wanted.sources)
            small = Fleet(server, Path(folder), wanted.small, few, "small", part=1, counted=counted)
            large = Fleet(server, Path(folder), wanted.sources, wanted.hosts, "large", part=wanted.part,
                          counted=counted)
            _measure(small, large, wanted.workers)
    finally:
        server.remove()
    print(f"\nall of it took {time.monotonic() - begun:.0f} s")


def _measure(small: Fleet, large: Fleet, workers: int) -> None:
    print(f"{'':34}{'sources':>8}{'a second':>9} | CPU ms a source: {'workers':>8}{'server':>7}{'site':>6} |"
          f"{'statements':>11}{'log bytes':>10} |{'overlaps':>9}{'missing':>8}{'twice':>6}{'widest gap':>11} |"
          f"{'machine':>8}{'turn':>6}{'queue':>6}")
    with small:
        _row("small: first looks, 1 worker", small.round(1))
        few = _row("small: 304, 1 worker", small.round(1))
        few_size = small.size()
    with large:
        _row("first looks, 2 workers", large.round(2))
        one = _row("304, 1 worker, a part", large.round(1, "part"))
        all_ = _row(f"304, {workers} workers, all", large.round(workers))
        size = large.size()
    _conclude(few, one, all_, size / few_size)


def _conclude(few: Round, one: Round, all_: Round, growth: float) -> None:
    """What the rows come to, and what the limit was."""
    workers, cores, meter = all_.workers, os.cpu_count() or 1, all_.meter
    crew = all_.sources / all_.cpu  # by each core that a worker has
    print(f"\n{all_.sources} against {few.sources} sources: the catalogue has {growth:.2f} times as much for each, and "
          f"1 worker with its server takes {one.each_ms / few.each_ms:.2f} times the processor time for each")
    print(f"sources for a CPU second of a worker: {one.sources / one.cpu:.0f} when alone, {crew:.0f} when {workers} "
          f"are at work; a worker starts in {one.start:.1f} and {all_.start:.1f} CPU s")
    print(f"by the clock {workers} workers did {all_.rate / one.rate:.2f} times as much as one. The limit: {cores} "
          f"cores, {meter.busy:.0%} busy, used by workers {all_.cpu / meter.wall:.2f}, server "
          f"{meter.cpu / meter.wall:.2f}, site {all_.site / meter.wall:.2f}; with one worker {one.meter.busy:.0%}")
    print(f"by processor time, with a core each, {workers} workers do {workers * crew * one.cpu / one.sources:.2f} "
          f"times as much as one: {workers * crew:.0f} a second, for which the server takes "
          f"{workers * meter.cpu / all_.cpu:.2f} cores. Its turn to write was taken {meter.turn:.0%} of the time: full "
          f"at {all_.rate / max(meter.turn, 0.001):.0f} a second")


def _row(name: str, found: Round) -> Round:
    meter, count = found.meter, found.sources
    print(f"{name:34}{count:8}{found.rate:9.0f} |{'':17}{found.cpu / count * 1000:8.2f}{meter.cpu / count * 1000:7.2f}"
          f"{found.site / count * 1000:6.2f} |{meter.statements / count:11.2f}{meter.log / count:10.0f} |"
          f"{found.overlaps:9}{found.missing:8}{found.twice:6}{found.widest:10.1f}s |{meter.busy:8.0%}{meter.turn:6.0%}"
          f"{meter.queue:6.2f}", flush=True)
    return found


if __name__ == "__main__":
    main()

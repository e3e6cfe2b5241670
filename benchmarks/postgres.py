"""What a check costs on a PostgreSQL catalogue: statements, round trips, bytes on the wire, log and disk; and how many
checks a second several writers get recorded beside one another.

    python benchmarks/postgres.py [--sources 1000] [--days 3]

Starts a server of its own (Debian's packages, no network, ``fsync=off``: the disk of this machine does not decide).
Counted by libpq's own trace, on the connections that the store makes; only the store is at work, nothing is fetched.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa

from guidetrack.models import OutcomeKind, Record, Run, StoreSettings
from guidetrack.store import Store
from tests.support import postgres
from tests.support.archive import NOW, VERSION, quiet, record

BATCHES = (1, 20, 200)


class Wire:
    """Counts what goes over the connections of this process, from libpq's trace (PQtrace)."""

    def __init__(self, folder: Path) -> None:
        self._file = open(folder / "trace", "w+b")  # noqa: SIM115
        sa.event.listen(sa.pool.Pool, "connect", self._connected)

    def _connected(self, connection: object, record: object) -> None:
        handle = connection.pgconn  # type: ignore[attr-defined]
        if hasattr(handle, "trace"):
            handle.trace(self._file.fileno())
            handle.set_trace_flags(1)

    def since(self) -> Counter[str]:
        """Statements, round trips and bytes since asked last."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(0)
        found: Counter[str] = Counter()
        for line in self._file.read().decode("utf-8", "replace").splitlines():
            parts = re.match(r"([FB])\t(\d+)\t(\w+)", line)
            if parts:
                found["out" if parts[1] == "F" else "in"] += int(parts[2]) + 1
                if parts[1] == "F":
                    found["statements"] += parts[3] in ("Execute", "Query")
                    found["trips"] += parts[3] in ("Sync", "Query")
        self._file.seek(0)
        self._file.truncate()
        return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--days", type=int, default=3)
    wanted = parser.parse_args()
    server = postgres.Server()
    try:
        with tempfile.TemporaryDirectory() as folder:
            _costs(server, Path(folder), wanted.sources, wanted.days)
            for count in (1, 4):
                _together(server, Path(folder), count, wanted.sources)
    finally:
        server.remove()


@contextmanager
def _opened(server: postgres.Server, folder: Path, name: str) -> Iterator[Store]:
    settings = StoreSettings(str(folder / name), server.address(name))
    with Store.open(settings, now=NOW, version=VERSION) as store:
        yield store


def _costs(server: postgres.Server, folder: Path, sources: int, days: int) -> None:
    wire = Wire(folder)
    with _opened(server, folder, "costs") as store, store.lock(command="check", now=NOW):
        store.begin(Run("r", NOW, VERSION, "0" * 64))
        names = [f"source-{number:06}" for number in range(sources)]
        bases = [record(name, "r", f"Text of {name}. " + "Observe for two hours. " * 40) for name in names]
        print(f"{'':28}{'statements':>11}{'round trips':>12}{'bytes out':>10}{'bytes in':>9}{'log bytes':>10}")
        _row("first, 200 at a time", server, wire, lambda: _all(store, bases, 200), sources)
        for day, batch in zip(range(1, days + 1), BATCHES, strict=False):
            at = NOW + timedelta(days=day)
            looks = [quiet(name, "r", at, base) for name, base in zip(names, bases, strict=True)]
            _row(f"quiet, {batch} at a time", server, wire, lambda looks=looks, batch=batch: _all(store, looks, batch),
                 sources)
        some = names[: max(1, sources // 10)]
        changed = [record(name, "r", f"Text of {name}. " + "Observe for one hour. " * 40, at=NOW + timedelta(days=9),
                          before=base.capture, outcome=OutcomeKind.CHANGED)
                   for name, base in zip(some, bases, strict=False)]
        for batch in (1, 200):
            half = changed[:: 2] if batch == 1 else changed[1:: 2]
            for one in half:
                store.keep(one.capture, one.text)  # type: ignore[arg-type]
            _row(f"changed, {batch} at a time", server, wire,
                 lambda half=half, batch=batch: _all(store, half, batch), len(half))
        store.end("r", NOW + timedelta(days=9))
    sizes = server.run("SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND "
                       "relnamespace = 'costs'::regnamespace AND pg_total_relation_size(oid) > 100000 ORDER BY 2 DESC")
    looks = (days + 1) * sources + len(changed)
    print("\non disk, with indexes: " + ", ".join(f"{name} {int(str(size)) / 1024:.0f} kB" for name, size in sizes))
    checks = next(int(str(size)) for name, size in sizes if name == "checks")
    print(f"a check: {checks / looks:.0f} bytes ({looks} checks of {sources} sources)")


def _all(store: Store, records: list[Record], batch: int) -> None:
    for start in range(0, len(records), batch):
        store.record(records[start:start + batch])


def _row(name: str, server: postgres.Server, wire: Wire, work: Callable[[], None], count: int) -> None:
    wire.since()
    before = server.run("SELECT pg_current_wal_insert_lsn()")[0][0]
    work()
    log = int(str(server.run(f"SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{before}')")[0][0]))
    found = wire.since()
    print(f"{name:28}{found['statements'] / count:11.2f}{found['trips'] / count:12.2f}{found['out'] / count:10.0f}"
          f"{found['in'] / count:9.0f}{log / count:10.0f}")


def _together(server: postgres.Server, folder: Path, writers: int, sources: int) -> None:
    name = f"together_{writers}"
    with _opened(server, folder, name):
        pass
    context = multiprocessing.get_context("fork")
    ready, go = context.Barrier(writers + 1), context.Event()
    children = [context.Process(target=_writer, args=(server.address(name), folder / name, number, sources, ready, go))
                for number in range(writers)]
    for child in children:
        child.start()
    ready.wait()
    begun = time.perf_counter()
    go.set()
    for child in children:
        child.join()
    done = writers * sources / (time.perf_counter() - begun)
    print(f"{writers} writer(s), quiet, 20 at a time: {done:.0f} checks a second in all")


def _writer(address: str, folder: Path, number: int, sources: int, ready: object, go: object) -> None:
    with Store.open(StoreSettings(str(folder), address), now=NOW, version=VERSION) as store, \
            store.join(command="worker", now=NOW):
        run = f"run-{number}"
        store.begin(Run(run, NOW, VERSION, "0" * 64))
        base = record("x", run, "Text.")
        looks = [replace(quiet(name, run, NOW, base), memory=replace(base.memory, source=name))
                 for name in (f"s{number}-{one}" for one in range(sources))]
        _all(store, looks, 200)  # every source known, every statement prepared
        ready.wait()  # type: ignore[attr-defined]
        go.wait()  # type: ignore[attr-defined]
        _all(store, looks, 20)


if __name__ == "__main__":
    main()

"""The archive after three years: 100,000 checks of 1,000 sources that change twice a year.

    python -m benchmarks.archive [CHECKS] [SOURCES]

Prints bytes and microseconds per quiet check and per kept capture, how long ``status`` and ``changes`` take, and the
time and peak memory of ``verify``. Every write is durable, as in a real run.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from guidetrack.models import (
    Block,
    BlockKind,
    Capture,
    CaptureRef,
    Change,
    ChangeKind,
    Check,
    Edit,
    EditKind,
    Level,
    Memory,
    Op,
    OpKind,
    OutcomeKind,
    Record,
    Run,
    Section,
    StoreSettings,
    Text,
    Validators,
)
from guidetrack.store import Store

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
YEARS = 3
CHANGES_A_YEAR = 2
"""How often one source changes."""
BATCH = 50
QUIET_RUNS = 5
"""Runs at the end in which nothing changes, to see what such a check adds to the catalogue."""
_WORDS = ("patients", "dose", "monitoring", "two", "hours", "esketamine", "blood", "pressure", "therapy", "the", "of",
          "clinical", "practice", "must", "should", "before", "after", "treatment", "prescriber", "record")


def page(chance: random.Random, source: str, at: datetime) -> tuple[Capture, Text]:
    """A page of about 56 KB, a third of it text."""
    blocks = tuple(Block(BlockKind.PARAGRAPH, " ".join(chance.choices(_WORDS, k=40))) for _ in range(70))
    frame = "".join(f"<div class='c{chance.random()}'></div>" for _ in range(900))
    body = f"<html><body>{frame}{''.join(f'<p>{b.text}</p>' for b in blocks)}</body></html>".encode()
    digest = sha256(body).hexdigest()
    url = f"https://{source}.example.org/guidance"
    capture = Capture(
        f"{at:%Y-%m-%dT%H%M%SZ}-{digest[:8]}", source, url, url, 200,
        (("Content-Type", "text/html"), ("ETag", f'"{digest[:16]}"'), ("Server", "x")), body, at, body)
    return capture, Text((Section(("Guidance",), 1, blocks),), extractor="html/1", rules="0" * 16)


def changed(source: str, capture: Capture, before: CaptureRef | None, run: str) -> Change:
    """A change of one block."""
    edit = Edit(EditKind.CHANGED, ("Guidance",), "at least two hours " * 5, "at least one hour " * 5,
                (Op(OpKind.SAME, "at least "), Op(OpKind.DELETED, "two hours"), Op(OpKind.INSERTED, "one hour")), 3, 3)
    ref = CaptureRef(capture.id, capture.sha256, capture.fetched)
    return Change(0, source, ChangeKind.CONTENT, Level.HIGH, ("two hours → one hour",), "Monitoring was shortened.",
                  capture.fetched, ref, before, edits=(edit,), url=capture.asked, run=run)


class Years:
    """Runs over simulated years; what they cost is added up by kind of check."""

    def __init__(self, store: Store, sources: int) -> None:
        self.store = store
        self.chance = random.Random(7)
        self.sources = [f"source-{number:05d}" for number in range(sources)]
        self.memories: dict[str, Memory] = {}
        self.refs: dict[str, CaptureRef] = {}
        self.quiet = self.kept = 0
        self.quiet_s = self.kept_s = 0.0

    def run(self, number: int, at: datetime, share: float) -> None:
        """One run over all sources; ``share`` of them have changed."""
        run = f"run-{number:05d}"
        with self.store.lock(command="check", now=at):
            self.store.begin(Run(run, at, "0.1.0", "0" * 64))
            news, same = [], []
            for source in self.sources:
                fresh = source not in self.memories or self.chance.random() < share
                (news if fresh else same).append(source)
            for start in range(0, len(news), BATCH):
                self._keep([self._news(source, run, at) for source in news[start:start + BATCH]])
            for start in range(0, len(same), BATCH):
                records = [self._same(source, run, at) for source in same[start:start + BATCH]]
                begun = time.process_time()
                self.store.record(records)
                self.quiet_s += time.process_time() - begun
                self.quiet += len(records)
            self.store.told([change.id for change in self.store.untold()], run)
            self.store.end(run, at + timedelta(minutes=5), 0)

    def _keep(self, records: list[Record]) -> None:
        begun = time.process_time()
        for record in records:
            assert record.capture is not None
            self.store.keep(record.capture, record.text)
        self.store.record(records)
        self.kept_s += time.process_time() - begun
        self.kept += len(records)

    def _news(self, source: str, run: str, at: datetime) -> Record:
        capture, text = page(self.chance, source, at)
        text.digest, text.words  # the pipeline has computed them before it stores  # noqa: B018
        before = self.refs.get(source)
        self.refs[source] = CaptureRef(capture.id, capture.sha256, at)
        memory = Memory(
            source, capture.id, text.digest, "html/1", "0" * 16, capture.sha256, Validators('"x"', "", capture.asked),
            capture.asked, 1, 1, 0, at, at, at, at, OutcomeKind.FIRST)
        self.memories[source] = memory
        outcome = OutcomeKind.CHANGED if before else OutcomeKind.FIRST
        check = Check(source, run, at, outcome, capture=capture.id, status=200, url=capture.asked,
                      final_url=capture.asked, elapsed_s=0.4, body_sha256=capture.sha256)
        return Record(check, memory, capture, text, changed(source, capture, before, run) if before else None)

    def _same(self, source: str, run: str, at: datetime) -> Record:
        memory = replace(self.memories[source], last_checked=at, checks=self.memories[source].checks + 1)
        self.memories[source] = memory
        return Record(Check(source, run, at, OutcomeKind.UNCHANGED, not_modified=True, status=304, url=memory.url,
                            final_url=memory.url, elapsed_s=0.05), memory)


def size(folder: Path, pattern: str) -> int:
    """Bytes of the files that match."""
    return sum(path.stat().st_size for path in folder.glob(pattern))


def main() -> None:
    """Build the archive, then ask it the everyday questions."""
    checks, sources = (int(word) for word in (sys.argv[1:] + ["100000", "1000"][len(sys.argv) - 1:]))
    folder = Path(tempfile.mkdtemp(prefix="guidetrack-archive-"))
    settings = StoreSettings(str(folder), str(folder / "catalogue.sqlite3"))
    runs = max(2 * QUIET_RUNS, checks // sources)
    step = timedelta(days=365 * YEARS) / runs
    try:
        with Store.open(settings, now=START, version="0.1.0") as store:
            years = Years(store, sources)
            for number in range(runs - QUIET_RUNS):
                years.run(number, START + number * step, CHANGES_A_YEAR * YEARS / runs)
        before = size(folder, "catalogue.sqlite3")
        with Store.open(settings, now=START, version="0.1.0") as years.store:
            for number in range(runs - QUIET_RUNS, runs):
                years.run(number, START + number * step, 0)
        _tell(folder, years, (size(folder, "catalogue.sqlite3") - before) / (QUIET_RUNS * sources))
        _ask(settings, folder)
    finally:
        shutil.rmtree(folder)


def _tell(folder: Path, years: Years, quiet_bytes: float) -> None:
    catalogue, bodies, texts = (size(folder, pattern) for pattern in ("catalogue.sqlite3", "*/*.warc.gz", "*/*.txt"))
    checks = years.quiet + years.kept
    rows = (catalogue - quiet_bytes * checks) / years.kept
    print(f"{checks} checks of {len(years.sources)} sources: catalogue {catalogue / 1e6:.1f} MB, "
          f"bodies {bodies / 1e6:.1f} MB, texts {texts / 1e6:.1f} MB")
    print(f"kept capture: {years.kept_s / years.kept * 1e6:.0f} us CPU, {bodies / years.kept:.0f} + "
          f"{texts / years.kept:.0f} bytes of files, {rows:.0f} bytes of rows")
    print(f"quiet check:  {years.quiet_s / max(1, years.quiet) * 1e6:.0f} us CPU, {quiet_bytes:.0f} bytes")


def _ask(settings: StoreSettings, folder: Path) -> None:
    now = START + timedelta(days=365 * YEARS)
    for name, ask in (
            ("status", lambda store: store.memories()),
            ("changes of 30 days", lambda store: store.changes(since=now - timedelta(days=30))),
            ("changes, all", lambda store: store.changes()),
            ("log", lambda store: store.runs()),
            ("a source's checks", lambda store: list(store.checks(source="source-00007"))),
            ("text on a day", lambda store: store.text_on("source-00007", now.date()))):
        begun = time.perf_counter()
        with Store.open(settings, now=now, version="0.1.0", write=False) as store:
            found = ask(store)
        print(f"{name + ':':20} {(time.perf_counter() - begun) * 1000:7.0f} ms  ({len(found)})")
    print(subprocess.run([sys.executable, "-c", VERIFY, settings.archive, settings.catalogue], check=True, text=True,
                         capture_output=True).stdout, end="")


VERIFY = """
import resource, sys, time
from datetime import UTC, datetime
from guidetrack.models import StoreSettings
from guidetrack.store import Store
from guidetrack.store.verify import verify
begun = time.perf_counter()
with Store.open(StoreSettings(*sys.argv[1:]), now=datetime.now(UTC), version="", write=False) as store:
    problems = sum(1 for _ in verify(store))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"verify: {time.perf_counter() - begun:.1f} s, {problems} problems, peak memory {peak:.0f} MB")
"""
"""In a process of its own: memory is that of verify alone."""


if __name__ == "__main__":
    main()

"""What reports cost: 2,000 changes of 100 sources in every format, and how soon Chromium shows a change page.

    python benchmarks/report.py [--changes 2000] [--sources 100] [--skip-browser]

Each format runs in a process of its own, so that its peak memory is its own. Targets: 5 s and 300 MB a report; under a
second to open a change page.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from guidetrack.models import (
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
    Outcome,
    OutcomeKind,
    Report,
    Run,
    SetAside,
    Source,
    SourceStatus,
)

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
SENTENCE = "The prescriber reviews the patient in a certified setting and records what was found. "
LIMIT_S, LIMIT_MB, OPEN_S = 5.0, 300.0, 1.0


def edit(number: int) -> Edit:
    """A block of about 1 KB in which two words change."""
    head, tail = SENTENCE * (3 + number % 9), SENTENCE * 3
    ops = (Op(OpKind.SAME, head), Op(OpKind.DELETED, "must"), Op(OpKind.INSERTED, "should"), Op(OpKind.SAME, " wait "),
           Op(OpKind.DELETED, "two hours"), Op(OpKind.INSERTED, "one hour"), Op(OpKind.SAME, ". " + tail))
    before = "".join(op.text for op in ops if op.kind is not OpKind.INSERTED)
    after = "".join(op.text for op in ops if op.kind is not OpKind.DELETED)
    return Edit(EditKind.CHANGED, (f"{number % 12} Section", "Monitoring"), before, after, ops)


def change(number: int, sources: int) -> Change:
    """Three of four changes hold one or two edits, every twentieth forty: the shape that real histories have."""
    edits = tuple(edit(number + at) for at in range(40 if number % 20 == 0 else 1 + number % 2))
    seen = NOW - timedelta(hours=4 * number)
    return Change(number, f"source-{number % sources}", ChangeKind.CONTENT, tuple(Level)[number % 3],
                  ("“must” → “should”",), "Monitoring: must → should; two hours → one hour", seen,
                  CaptureRef("c", "a" * 64, seen),
                  CaptureRef("d", "b" * 64, seen - timedelta(days=7)), seen.date(), edits,
                  set_aside=(SetAside("Viewed 12 times", "ignore"),) * 5, url="https://www.example.gov/page")


def history(changes: int, sources: int) -> Report:
    """A report over a year."""
    watched = [Source(f"source-{at}", f"https://www.example.gov/{at}", f"Document {at}", f"Publisher {at % 30}")
               for at in range(sources)]
    checks = tuple(Check(source.id, f"r{day}", NOW - timedelta(days=365 - day), OutcomeKind.UNCHANGED)
                   for day in range(365) for source in watched)
    begun = NOW - timedelta(days=365)
    coverage = tuple(SourceStatus(source, Memory(source.id, checks=365, first_attempt=begun, last_good=NOW,
                                                 last_outcome=OutcomeKind.UNCHANGED)) for source in watched)
    return Report(NOW, "bench", tuple(change(number, sources) for number in range(1, changes + 1)),
                  since=begun, until=NOW, coverage=coverage, checks=checks, sources_file="sources.toml")


def _render(format: str) -> Callable[[Report], int]:
    def work(report: Report) -> int:
        from guidetrack.report import render

        made = render(report, format)
        return len(made if isinstance(made, bytes) else made.encode())

    return work


def _site(report: Report) -> int:
    from guidetrack.report.html.site import write_site

    with tempfile.TemporaryDirectory() as folder:
        write_site(report, Path(folder))
        return sum(path.stat().st_size for path in Path(folder).rglob("*.html"))


def _check(report: Report) -> int:
    from dataclasses import replace

    from guidetrack.report.terminal import check_lines

    outcomes = tuple(Outcome(status.source, OutcomeKind.UNCHANGED) for status in report.coverage)
    return len(check_lines(replace(report, outcomes=outcomes, run=Run("r", NOW, "bench", "s", NOW)), verbose=True))


WORK: dict[str, Callable[[Report], int]] = {
    **{format: _render(format) for format in ("html", "mail", "text", "json", "csv", "xlsx", "atom")},
    "site": _site, "check": _check,
}


def measure(name: str, changes: int, sources: int, out: Connection) -> None:
    """One format in this process: seconds of CPU, bytes written, peak memory with and without the report."""
    report = history(changes, sources)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.process_time()
    size = WORK[name](report)
    out.send((time.process_time() - began, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, held))


def opened(changes: int, sources: int) -> dict[str, float] | None:
    """Seconds until Chromium has loaded and painted a change page, and the whole report; None without Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        return None
    from playwright.sync_api import sync_playwright

    from guidetrack.report import render
    from guidetrack.report.html.site import pages

    report = history(changes, sources)
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file, report_file = Path(folder, "change.html"), Path(folder, "report.html")
        page_file.write_text(next(html for name, html in pages(report) if name == "changes/0020.html"), "utf-8")
        report_file.write_text(str(render(report, "html")), "utf-8")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name, file in (("change page", page_file), ("report", report_file)):
            tab = browser.new_page()
            began = time.perf_counter()
            tab.goto(file.as_uri())
            tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            found[name] = time.perf_counter() - began
            tab.close()
        browser.close()
    return found


def main() -> None:
    """Print one row a format and the verdict against the targets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=2_000)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--skip-browser", action="store_true")
    asked = parser.parse_args()
    print(f"{asked.changes} changes of {asked.sources} sources")
    print(f"{'format':8} {'CPU s':>7} {'MB out':>8} {'peak MB':>8} {'of it input':>12}")
    spawn = multiprocessing.get_context("spawn")
    worst_s = worst_mb = 0.0
    for name in WORK:
        receive, send = spawn.Pipe(duplex=False)
        process = spawn.Process(target=measure, args=(name, asked.changes, asked.sources, send))
        process.start()
        seconds, size, peak, held = receive.recv()
        process.join()
        worst_s, worst_mb = max(worst_s, seconds), max(worst_mb, peak)
        print(f"{name:8} {seconds:7.2f} {size / 1e6:8.2f} {peak:8.0f} {held:12.0f}")
    print(f"worst: {worst_s:.2f} s (target {LIMIT_S:g}), {worst_mb:.0f} MB (target {LIMIT_MB:g})")
    shown = None if asked.skip_browser else opened(asked.changes, asked.sources)
    for name, seconds in (shown or {}).items():
        print(f"Chromium shows the {name} in {seconds:.2f} s" + (f" (target {OPEN_S:g})" if "page" in name else ""))


if __name__ == "__main__":
    main()

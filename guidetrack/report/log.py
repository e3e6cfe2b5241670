"""The audit trail: every run with its counts, the quiet ones too, and every decision, in order of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from guidetrack.models import Review, RunCounts
from guidetrack.report import clean, words
from guidetrack.report.width import pad, wrap

COUNTED = ("first", "unchanged", "changed", "held", "missed", "late", "overdue")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the trail: a run or a decision; the other is None. ``text`` is what a reader sees."""

    at: datetime
    id: str
    text: str
    run: RunCounts | None = None
    review: Review | None = None

    @property
    def what(self) -> Literal["run", "review"]:
        """``run`` or ``review``."""
        return "run" if self.run else "review"


def entries(runs: Iterable[RunCounts], reviews: Iterable[Review] = ()) -> list[LogEntry]:
    """Runs and decisions, oldest first."""
    found = [*map(_run_entry, runs), *map(_review_entry, reviews)]
    return sorted(found, key=lambda entry: (entry.at, entry.what, entry.id))


def _run_entry(counts: RunCounts) -> LogEntry:
    run = counts.run
    said = ", ".join(f"{getattr(counts, kind)} {kind}" for kind in COUNTED if getattr(counts, kind))
    ended = words.span(run.ended - run.started) if run.ended else "did not end"
    looks = words.plural(counts.checks, *(("copy", "copies") if run.command == "backfill" else ("source", "sources")))
    text = f"{run.command}: {looks}{f': {said}' if said else ''}; {ended}"
    status = f"; exit status {counts.exit_status}" if counts.exit_status else ""
    return LogEntry(run.started, run.id, text + status, run=counts)


def _review_entry(review: Review) -> LogEntry:
    text = f"{words.number(review.change)} {words.review_line(review)}"
    return LogEntry(review.at, str(review.id), text, review=review)


def log_lines(found: Iterable[LogEntry], *, width: int = 80) -> str:
    """One line an entry: time, what it was, what it came to. ``width`` 0 is a pipe: the id first."""
    lines: list[str] = []
    for entry in found:
        start = f"{words.stamp(entry.at)}  {pad(entry.what, 6)}  "
        text = clean.line(entry.text)
        if width <= 0:
            lines.append(f"{clean.line(entry.id)}  {start}{text}")
            continue
        first, *rest = wrap(text, max(24, width - len(start)))
        lines += [start + first, *(" " * len(start) + line for line in rest)]
    return "\n".join(lines) + "\n" if lines else ""

"""The audit trail: every run with its counts, the quiet ones too, and every decision, in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from guidetrack.models import Check, Review, Run
from guidetrack.report import clean, words
from guidetrack.report.width import pad, wrap

COUNTED = ("first", "unchanged", "changed", "held", "missed", "late", "overdue")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the trail: a run (with counts) or a decision.

    :param what: ``run`` or ``review``. :param id: the run's id, or the number of the review.
    :param counts: sources by `COUNTED`; empty for a decision. :param text: what a reader sees.
    """

    at: datetime
    what: str
    id: str
    text: str
    counts: Mapping[str, int]
    change: int | None = None


def entries(runs: Iterable[Run], checks: Iterable[Check], reviews: Iterable[Review] = ()) -> list[LogEntry]:
    """Runs and decisions, oldest first."""
    counted: dict[str, Counter[str]] = {}
    for check in checks:
        of = counted.setdefault(check.run, Counter())
        of[check.outcome.value] += 1
        of["late"] += check.late and not check.overdue
        of["overdue"] += check.overdue
    found = [_run_entry(run, counted.get(run.id, Counter())) for run in runs]
    found += [_review_entry(review) for review in reviews]
    return sorted(found, key=lambda entry: (entry.at, entry.what, entry.id))


def _run_entry(run: Run, of: Counter[str]) -> LogEntry:
    sources = sum(of[kind] for kind in COUNTED[:5])
    said = ", ".join(f"{of[kind]} {kind}" for kind in COUNTED if of[kind])
    ended = words.span(run.ended - run.started) if run.ended else "did not end"
    text = f"{run.command}: {words.plural(sources, 'source')}{f': {said}' if said else ''}; {ended}"
    return LogEntry(run.started, "run", run.id, text, dict(of))


def _review_entry(review: Review) -> LogEntry:
    text = f"{words.number(review.change)} {words.review_line(review)}"
    return LogEntry(review.at, "review", str(review.id), text, {}, review.change)


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

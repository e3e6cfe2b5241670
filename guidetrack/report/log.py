"""The audit trail in order of time: runs with counts, the quiet ones too, changes, decisions, configurations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from guidetrack.models import Change, Review, RunCounts
from guidetrack.report import clean, words
from guidetrack.report.width import pad, wrap

COUNTED = ("first", "unchanged", "changed", "held", "missed", "late", "overdue")


What = Literal["run", "change", "review", "configuration"]


class Configured(Protocol):
    """A sources.toml that came into force: its number, the SHA-256 of the file, since when."""

    @property
    def id(self) -> int:
        """Number in this archive, from 1."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the file, or of all the files it includes."""

    @property
    def at(self) -> datetime:
        """When a run first used it."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the trail: a run, change, decision or configuration; the others are None. ``text``: as read."""

    at: datetime
    id: str
    text: str
    run: RunCounts | None = None
    review: Review | None = None
    change: Change | None = None
    configuration: Configured | None = None

    @property
    def what(self) -> What:
        """Which of the four it is."""
        if self.run:
            return "run"
        return "change" if self.change else "review" if self.review else "configuration"


def entries(runs: Iterable[RunCounts], reviews: Iterable[Review] = (), changes: Iterable[Change] = (),
            configurations: Iterable[Configured] = ()) -> list[LogEntry]:
    """The trail, oldest first. A historical change stands at the run that found it, if that is among ``runs``."""
    runs = list(runs)
    began = {counts.run.id: counts.run.started for counts in runs}
    found = [*map(_configuration_entry, configurations), *map(_run_entry, runs),
             *(_change_entry(change, began) for change in changes), *map(_review_entry, reviews)]
    return sorted(found, key=lambda entry: entry.at)


def _change_entry(change: Change, began: Mapping[str, datetime]) -> LogEntry:
    said = (f"{words.number(change.id)} {change.level.value} {change.kind.value}, {change.source}: "
            f"{words.headline(change)}")
    marks = [mark for mark, holds in (("historical", change.historical), ("folded, not told", change.folded)) if holds]
    at = began.get(change.run, change.seen) if change.historical else change.seen
    return LogEntry(at, str(change.id), said + (f" ({', '.join(marks)})" if marks else ""), change=change)


def _configuration_entry(configured: Configured) -> LogEntry:
    text = f"sources.toml came into force, SHA-256 {configured.sha256}"
    return LogEntry(configured.at, str(configured.id), text, configuration=configured)


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
        start = f"{words.stamp(entry.at)}  {pad(entry.what[:6], 6)}  "
        text = clean.line(entry.text)
        if width <= 0:
            lines.append(f"{clean.line(entry.id)}  {start}{text}")
            continue
        first, *rest = wrap(text, max(24, width - len(start)))
        lines += [start + first, *(" " * len(start) + line for line in rest)]
    return "\n".join(lines) + "\n" if lines else ""

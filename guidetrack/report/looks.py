"""Every look at a source in a period: that somebody looked each day, and what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from guidetrack.models import Check, Source
from guidetrack.report import clean, words
from guidetrack.report.width import pad, wrap


def look_lines(source: Source, checks: Sequence[Check], since: datetime | None, until: datetime | None, *,
               width: int = 80) -> str:
    """One line a check: time, outcome, reason and detail; then the totals. ``width`` 0 is a pipe: the id first."""
    lines: list[str] = []
    for check in checks:
        start = f"{words.stamp(check.at)}  {pad(check.outcome.value, 9)}  "
        reason = check.reason.value if check.reason else ""
        text = clean.line(": ".join(part for part in (reason, check.detail) if part))
        if width <= 0:
            lines.append(f"{clean.line(source.id)}  {start}{text}".rstrip())
            continue
        first, *rest = wrap(text, max(24, width - len(start)))
        lines += [(start + first).rstrip(), *(" " * len(start) + line for line in rest)]
    return "\n".join([*lines, *wrap(totals(source, checks, since, until), width)]) + "\n"


def totals(source: Source, checks: Sequence[Check], since: datetime | None, until: datetime | None) -> str:
    """``us-label: looked 31 times from 1 Oct 2026 to 31 Oct 2026, 29 good, 2 missed.``"""
    start = f" from {words.day(since)}" if since else ""
    end = f" to {words.day(until)}" if until else ""
    good = sum(check.outcome.good for check in checks)
    bad = [f"{count} {word}" for word in ("held", "missed")
           if (count := sum(check.outcome.value == word for check in checks))]
    times = "once" if len(checks) == 1 else f"{len(checks):,} times"
    counted = ", ".join([f"{good:,} good", *bad]) if checks else ""
    return clean.line(f"{source.id}: looked {times}{start}{end}" + (f", {counted}." if counted else "."))

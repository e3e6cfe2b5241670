"""The dated story of one source: first seen, changes, decisions, and the gaps in which nobody looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from guidetrack.models import Change, Check, OutcomeKind, Review, Source

GAP = timedelta(days=3)
"""No good look for longer than this and twice the cadence is a gap worth a line."""


class EventKind(StrEnum):
    """What a line of the story is about."""

    FIRST = "first"
    CHANGE = "change"
    REVIEW = "review"
    GAP = "gap"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story; ``until`` is set for a gap or a run of trouble."""

    at: datetime
    kind: EventKind
    said: str
    change: Change | None = None
    until: datetime | None = None


def history(source: Source, checks: Iterable[Check], changes: Iterable[Change], reviews: Iterable[Review],
            ) -> list[Event]:
    """The events of one source, oldest first."""
    events = [*_looks(source, sorted(checks, key=lambda check: check.at))]
    events += [Event(change.seen, EventKind.CHANGE, change.summary, change) for change in changes]
    events += [Event(review.at, EventKind.REVIEW, f"#{review.change:04d} {review.decision.value} by {review.by}"
                     + (f": {review.note}" if review.note else "")) for review in reviews]
    return sorted(events, key=lambda event: event.at)


def _looks(source: Source, checks: list[Check]) -> Iterable[Event]:
    """First sight, runs of trouble and gaps, out of every check made."""
    last_good: datetime | None = None
    bad: list[Check] = []
    for check in checks:
        if not check.outcome.good:
            bad.append(check)
            continue
        if bad:
            yield _trouble(bad, check.at)
            bad = []
        elif last_good is not None and check.at - last_good > max(GAP, 2 * source.every):
            said = f"nobody looked for {(check.at - last_good).days} days"
            yield Event(last_good, EventKind.GAP, said, until=check.at)
        if check.outcome is OutcomeKind.FIRST:
            yield Event(check.at, EventKind.FIRST, "first seen")
        last_good = check.at
    if bad:
        yield _trouble(bad, None)


def _trouble(bad: list[Check], until: datetime | None) -> Event:
    reasons = ", ".join(dict.fromkeys(check.reason.value for check in bad if check.reason))
    checks = "1 check" if len(bad) == 1 else f"{len(bad)} checks"
    return Event(bad[0].at, EventKind.TROUBLE, f"not seen in {checks} ({reasons})", until=until)

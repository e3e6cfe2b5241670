"""The dated story of one source: first seen, changes, decisions, and the gaps in which nobody looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from guidetrack.fetch.mementos import taken_apart
from guidetrack.models import Change, Check, OutcomeKind, Review, Source

GAP = timedelta(days=3)
"""No good look for longer than this and twice the cadence is a gap worth a line."""


ARCHIVE_GAP = timedelta(days=400)
"""Web archives come by when they please: more than a year without a look at a copy is worth a line."""


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


def history(source: Source, checks: Iterable[Check], changes: Iterable[Change], reviews: Iterable[Review], *,
            archived: Iterable[Check] = ()) -> list[Event]:
    """The events of one source, oldest first.

    :param archived: looks at copies in web archives; they count at the time of the copy.
    """
    past = sorted(_dated(archived), key=lambda check: check.at)
    live = sorted(checks, key=lambda check: check.at)
    events = [*_looks(past, ARCHIVE_GAP, "no copy was looked at for"),
              *_looks(live, max(GAP, 2 * source.every), "nobody looked for")]
    first = min((event.at for event in events if event.kind is EventKind.FIRST), default=None)
    events = [event for event in events if event.kind is not EventKind.FIRST or event.at == first]
    events += [Event(change.seen, EventKind.CHANGE, change.summary, change) for change in changes]
    events += [Event(review.at, EventKind.REVIEW, f"#{review.change:04d} {review.decision.value} by {review.by}"
                     + (f": {review.note}" if review.note else "")) for review in reviews]
    return sorted(events, key=lambda event: (event.at, event.kind is EventKind.GAP))


def _dated(archived: Iterable[Check]) -> Iterable[Check]:
    """Good looks at copies, dated by the copy; an archive's walls say nothing about us."""
    for check in archived:
        parts = taken_apart(check.url)
        if parts is not None and check.outcome.good:
            yield replace(check, at=parts[0])


def _looks(checks: list[Check], longest: timedelta, nobody: str) -> Iterable[Event]:
    """First sight, runs of trouble and gaps, out of every look taken."""
    last_good: datetime | None = None
    bad: list[Check] = []
    for check in checks:
        if not check.outcome.good:
            bad.append(check)
            continue
        if bad:
            yield _trouble(bad, check.at)
            bad = []
        elif last_good is not None and check.at - last_good > longest:
            yield Event(last_good, EventKind.GAP, f"{nobody} {(check.at - last_good).days} days", until=check.at)
        if check.outcome is OutcomeKind.FIRST:
            copy = " (a copy in a web archive)" if taken_apart(check.url) else ""
            yield Event(check.at, EventKind.FIRST, f"first seen{copy}")
        last_good = check.at
    if bad:
        yield _trouble(bad, None)


def _trouble(bad: list[Check], until: datetime | None) -> Event:
    reasons = ", ".join(dict.fromkeys(check.reason.value for check in bad if check.reason))
    checks = "1 check" if len(bad) == 1 else f"{len(bad)} checks"
    return Event(bad[0].at, EventKind.TROUBLE, f"not seen in {checks} ({reasons})", until=until)

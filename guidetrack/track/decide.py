"""What one check comes to, as pure functions of what was and what is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from guidetrack.models import (
    Capture,
    Change,
    ChangeKind,
    Memory,
    OutcomeKind,
    Reason,
    Source,
    Text,
    Validators,
)
from guidetrack.normal import normal

FRESH_EVERY = 30
"""Every 30th check of a source ignores validators: a server that answers 304 for ever is found out (design §2.8)."""
NOT_FOUND_TO_BE_GONE = 2
"""Consecutive not-found checks before a page counts as gone (design §2.6)."""
RETURNS_TO_FOLD = 2
FOLD_WINDOW = timedelta(days=30)
FURTHER_LOOKS = 2
"""A second look settles most texts; where an edit stands in a line that also rotates, one more is taken."""
_NUMBER = re.compile(r"\d+")
UNSTABLE_KEPT = 400
"""Unstable lines remembered for a source; older ones fall out first."""


def standing(memory: Memory, grace: timedelta, now: datetime) -> tuple[bool, bool]:
    """(late, overdue) of a source after its last check. A page that is gone is neither (design §2.6).

    Late while the last good check (or, if never good, the first attempt) is younger than ``grace``.
    """
    if memory.last_outcome is None or memory.last_outcome.good or memory.gone_since is not None:
        return False, False
    anchor = memory.last_good or memory.first_attempt or now
    late = timedelta(0) <= now - anchor < grace
    return late, not late


def is_due(memory: Memory | None, source: Source, now: datetime) -> bool:
    """Whether ``every`` has passed since the last check; a clock set back counts as due, so nothing is starved."""
    if memory is None or memory.last_checked is None:
        return True
    age = now - memory.last_checked
    # a daily cron fires a little early or late: a twentieth of the cadence is forgiven
    return age < timedelta(0) or age >= source.every - source.every / 20


def validators_for(memory: Memory, source: Source, *, fresh: bool) -> Validators:
    """What to send with the request: nothing when asked fresh, on every 30th check, or for another address."""
    if fresh or memory.base is None or memory.url != source.url or memory.since_fresh >= FRESH_EVERY - 1:
        return Validators()
    if memory.held or memory.not_found or memory.gone_since is not None:
        return Validators()
    return memory.validators


def validators_of(capture: Capture) -> Validators:
    """ETag and Last-Modified of an answer, bounded: a header of a megabyte is not sent back. RFC 9110 section 8.8."""
    etag, modified = capture.header("etag").strip(), capture.header("last-modified").strip()
    return Validators(etag if len(etag) <= 512 else "", modified if len(modified) <= 64 else "", capture.reached)


def after_miss(memory: Memory, source: Source, now: datetime, *, reason: Reason, detail: str,
               outcome: OutcomeKind = OutcomeKind.MISSED, held: str = "") -> Memory:
    """The memory after a check that was not good; the last good text stands."""
    not_found = memory.not_found + 1 if reason is Reason.NOT_FOUND else 0
    # an interrupted or unreachable check says nothing about the page: it does not break a row of not-founds
    if reason in (Reason.INTERRUPTED, Reason.NETWORK, Reason.TIMEOUT, Reason.TLS):
        not_found = memory.not_found
        held = held or memory.held
    return replace(
        _looked(memory, source, now),
        last_outcome=outcome,
        last_reason=reason,
        last_detail=detail,
        misses=memory.misses + 1,
        missed_since=memory.missed_since or now,
        not_found=not_found,
        held=held,
        validators=Validators() if memory.url != source.url else memory.validators,
        since_fresh=memory.since_fresh,
    )


def after_good(memory: Memory, source: Source, now: datetime, *, outcome: OutcomeKind, fresh: bool) -> Memory:
    """The memory after a good check, before base, body and validators are set."""
    return replace(
        _looked(memory, source, now),
        last_outcome=outcome,
        last_reason=None,
        last_detail="",
        last_good=now,
        misses=0,
        missed_since=None,
        not_found=0,
        gone_since=None,
        held="",
        since_fresh=0 if fresh else memory.since_fresh + 1,
    )


def _looked(memory: Memory, source: Source, now: datetime) -> Memory:
    return replace(memory, checks=memory.checks + 1, first_attempt=memory.first_attempt or now, last_checked=now,
                   url=source.url)


def remember_unstable(memory: Memory, lines: tuple[str, ...], lingering: tuple[str, ...]) -> Memory:
    """Add lines that differed between two looks; the newest stand last and survive the bound."""
    if not lines and lingering == memory.lingering:
        return memory
    fresh = set(lines)
    kept = tuple(line for line in memory.unstable if line not in fresh) + lines
    return replace(memory, unstable=kept[-UNSTABLE_KEPT:], lingering=lingering[-UNSTABLE_KEPT:])


def sketch(text: Text) -> str:
    """What a held text must show again to be believed: its lines with every number masked, so that a counter in
    them does not hold it for ever."""
    lines = "\n".join(_NUMBER.sub("#", normal(line)) for line in text.lines)
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def moved_permanently(capture: Capture) -> str:
    """The new address when every hop was permanent (301, 308: RFC 9110 sections 15.4.2, 15.4.9) and leads elsewhere.

    A change of scheme, of ``www.``, of letter case or of a trailing slash is the same place.
    """
    if not capture.redirects or any(hop.status not in (301, 308) for hop in capture.redirects):
        return ""
    return "" if _place(capture.asked) == _place(capture.reached) else capture.reached


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/").lower(), parts.query


def fold(returns: list[Change], since_content: datetime | None, now: datetime) -> tuple[bool, int, datetime | None]:
    """Whether a further return is to be folded (design §2.5).

    :param returns: earlier ``returned`` changes of the source.
    :param since_content: when the last change of another kind was recorded: a third text re-opens.
    :return: (fold it, how many returns with this one, when the first of them was seen)
    """
    start = now - FOLD_WINDOW
    counted = [change for change in returns
               if change.seen >= start and (since_content is None or change.seen > since_content)]
    first = min((change.seen for change in counted), default=None)
    return len(counted) >= RETURNS_TO_FOLD, len(counted) + 1, first


def last_other(changes: list[Change]) -> datetime | None:
    """When the newest change that is a text of its own (content, gone, moved) was seen; None if there is none."""
    times = [change.seen for change in changes if change.kind not in (ChangeKind.RETURNED, ChangeKind.TECHNICAL)]
    return max(times, default=None)


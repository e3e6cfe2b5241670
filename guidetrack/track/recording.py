"""Building the change to record from what a check found. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from guidetrack.models import (
    Capture,
    CaptureInfo,
    CaptureRef,
    Change,
    ChangeKind,
    Comparison,
    DateKind,
    Level,
    PublisherNote,
    Source,
    Text,
)

_DATE_ORDER = (DateKind.UPDATED, DateKind.REVIEWED, DateKind.EFFECTIVE, DateKind.PUBLISHED)


def day(moment: datetime | date) -> str:
    """``3 Nov 2026``: the form dates take in sentences."""
    return f"{moment.day} {moment:%b %Y}"


def stated_date(text: Text) -> date | None:
    """The date a document gives itself: its last update if it states one, else review, effect, publication."""
    for kind in _DATE_ORDER:
        values = [stated.value for stated in text.dates if stated.kind is kind]
        if values:
            return max(values)
    return None


def new_notes(old: Text | None, new: Text) -> tuple[PublisherNote, ...]:
    """The publisher's notes that the old text did not have."""
    known = {note.text for note in old.notes} if old is not None else set()
    return tuple(note for note in new.notes if note.text not in known)


def ref(capture: Capture | CaptureInfo) -> CaptureRef:
    """A capture named from elsewhere."""
    return CaptureRef(capture.id, capture.sha256, capture.fetched)


def content_change(
    source: Source,
    capture: Capture | CaptureInfo,
    comparison: Comparison,
    *,
    old: Text,
    new: Text,
    from_: CaptureRef | None,
    confirmed: bool,
    detail: str = "",
    kind: ChangeKind = ChangeKind.CONTENT,
) -> Change:
    """The change that a comparison of the last good text with the new one amounts to."""
    return Change(
        id=0, source=source.id, kind=kind, level=comparison.level, reasons=comparison.reasons,
        summary=comparison.summary, seen=capture.fetched, to=ref(capture), from_=from_, stated=stated_date(new),
        edits=comparison.edits, notes=new_notes(old, new), set_aside=comparison.set_aside,
        renumbered=comparison.renumbered, confirmed=confirmed, coarse=comparison.coarse, detail=detail,
        url=capture.reached,
    )


def shrunk_change(change: Change, words_before: int, words_after: int) -> Change:
    """A page held once for having lost most of its words, or all of its own, seen the same again: high (§2.6)."""
    if words_after * 2 > words_before:
        reason = f"another text stands in place of the last one: {words_before} words before, {words_after} now"
        summary = f"Another text in place of the last one ({words_before} → {words_after} words): {change.summary}"
    else:
        reason = f"most of the document is gone: {words_before} words before, {words_after} now"
        summary = f"Most of the document is gone ({words_before} → {words_after} words)"
    return replace(change, level=Level.HIGH, reasons=(reason, *change.reasons), summary=summary)


def gone_change(source: Source, now: datetime, *, status: int | None, from_: CaptureRef | None) -> Change:
    """Not found on two consecutive checks."""
    how = f"answered {status}" if status in (404, 410) else "showed a not-found page"
    return Change(
        id=0, source=source.id, kind=ChangeKind.GONE, level=Level.HIGH, seen=now, from_=from_,
        reasons=(f"no longer at this address: {how} on two consecutive checks",),
        summary=f"No longer at this address ({how} twice)",
        detail=f"The last text is kept: guidetrack text {source.id}", url=source.url,
    )


def moved_change(source: Source, capture: Capture, new_address: str, *, from_: CaptureRef | None) -> Change:
    """The same text, at another address for good."""
    return Change(
        id=0, source=source.id, kind=ChangeKind.MOVED, level=Level.HIGH, seen=capture.fetched, from_=from_,
        to=ref(capture), reasons=(f"no longer at this address: permanently redirected to {new_address}",),
        summary=f"Moved, same text: now at {new_address}",
        detail=f"Accept the new address: guidetrack add --replace {source.id} {new_address}", url=new_address,
    )


def came_back(source: Source, capture: Capture, since: datetime, *, from_: CaptureRef | None) -> Change:
    """A page that was gone answers again with the text it had."""
    return Change(
        id=0, source=source.id, kind=ChangeKind.RETURNED, level=Level.MEDIUM, seen=capture.fetched, from_=from_,
        to=ref(capture), reasons=(f"back after being gone since {day(since)}",),
        summary=f"Answers again with the same text (gone since {day(since)})", url=capture.reached,
    )

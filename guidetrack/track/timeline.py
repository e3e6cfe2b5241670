"""The line of a source's texts in order of time, and the historical changes that it shows and nobody recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from itertools import pairwise

from guidetrack.compare import compare
from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.errors import DamagedError, StoreError
from guidetrack.fetch.mementos import Memento
from guidetrack.models import CaptureInfo, Change, ChangeKind, Memory, Record, Source, Text
from guidetrack.store import Store
from guidetrack.track import recording
from guidetrack.track.isolate import Reader
from guidetrack.track.technical import is_current

Pair = tuple[CaptureInfo, CaptureInfo]


def good(captures: Iterable[CaptureInfo]) -> list[CaptureInfo]:
    """The captures whose texts stood, oldest first by their own time."""
    return sorted((info for info in captures if info.good and info.text_digest), key=lambda info: info.fetched)


def unrecorded(captures: Iterable[CaptureInfo], changes: Iterable[Change]) -> list[Pair]:
    """Neighbours in time that differ, of which one at least came from elsewhere, and that no change tells of.

    A live capture that a live change led to is left alone: it was told, against the text that stood for us then.
    """
    known = [change for change in changes if change.to is not None and change.kind is not ChangeKind.TECHNICAL]
    told = {(change.from_.capture if change.from_ else "", change.to.capture) for change in known if change.to}
    live = {change.to.capture for change in known if change.to and not change.historical}
    return [(old, new) for old, new in pairwise(good(captures))
            if old.text_digest != new.text_digest and (old.origin or new.origin) and not (old.reduced or new.reduced)
            and (old.id, new.id) not in told and (new.origin or new.id not in live)]


def finest(changes: Iterable[Change]) -> list[Change]:
    """Without historical changes that a later back-fill narrowed: of those to one capture, the shortest stands."""
    changes = list(changes)
    latest: dict[tuple[str, str], Change] = {}
    for change in changes:
        if change.historical and change.to is not None and change.from_ is not None:
            known = latest.get((change.source, change.to.capture))
            if known is None or known.from_ is None or known.from_.seen < change.from_.seen:
                latest[change.source, change.to.capture] = change
    return [change for change in changes
            if not change.historical or change.to is None or change.from_ is None
            or latest[change.source, change.to.capture] is change]


async def current_text(store: Store, reader: Reader, source: Source, info: CaptureInfo) -> Text:
    """What a capture says by today's extractor and rules, read again if it was read by others (design §2.2)."""
    text = store.text(source.id, info.id)
    if is_current(text.extractor, text.rules, source):
        return text
    try:
        reading = await reader.read(store.capture(source.id, info.id), source.rules)
    except DamagedError:
        raise
    except StoreError:  # its body was pruned: the text as it was read then is all there is
        return text
    if reading.text is None:
        return text
    store.replace_text(source.id, info.id, reading.text)
    return reading.text


async def draw(store: Store, reader: Reader, source: Source, *, vocabulary: Vocabulary,
               run: str = "") -> AsyncIterator[Change]:
    """Record every historical change the line shows and nobody recorded, oldest first."""
    captures = store.captures(source.id)
    memory = store.memories().get(source.id) or Memory(source.id, url=source.url)
    first_seen: dict[str, CaptureInfo] = {}
    for info in good(captures):
        first_seen.setdefault(info.text_digest, info)
    for old, new in unrecorded(captures, store.changes(source=source.id, technical=True, historical=True)):
        before = await current_text(store, reader, source, old)
        after = await current_text(store, reader, source, new)
        comparison = compare(before, after, vocabulary=vocabulary)
        if not comparison:
            continue
        change = recording.content_change(source, new, comparison, old=before, new=after, from_=old.ref,
                                          confirmed=True, detail=_where(old, new))
        earlier = first_seen[new.text_digest]
        if earlier.fetched < old.fetched:
            said = f"Back to the text of {recording.day(earlier.fetched)}"
            change = replace(change, kind=ChangeKind.RETURNED, summary=f"{said}: {change.summary}")
        yield _record(store, memory, replace(change, historical=True, run=run))
    if source.keep_text == "excerpt" and captures:
        store.reduce(source.id, {memory.base or captures[-1].id})


def draw_gone(store: Store, source: Source, memento: Memento, *, run: str) -> Change | None:
    """Record that the page was gone where the archive's copies end with not-found answers and nothing came after."""
    known = good(store.captures(source.id))
    if not known or known[-1].fetched > memento.when:
        return None
    changes = store.changes(source=source.id, historical=True, kind=ChangeKind.GONE)
    memory = store.memories().get(source.id)
    if any(change.seen >= known[-1].fetched for change in changes) or memory is None or memory.last_good is not None:
        return None
    change = recording.gone_change(source, memento.when, status=memento.status, from_=known[-1].ref)
    said = f"the archive's last copies have status {memento.status}"
    return _record(store, memory, replace(change, historical=True, run=run, reasons=(f"no longer here: {said}",),
                                          summary=f"No longer at this address ({said})"))


def _where(old: CaptureInfo, new: CaptureInfo) -> str:
    if new.origin:
        return f"from {new.origin}"
    return f"between a copy of {recording.day(old.fetched)} ({old.origin}) and our first look"


def _record(store: Store, memory: Memory, change: Change) -> Change:
    recorded = store.record([Record(None, memory, change=change)])[0]
    assert recorded is not None
    return recorded

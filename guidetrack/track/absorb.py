"""Captures made elsewhere take their place in time: judged, read and kept as ours, told to nobody."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from guidetrack.compare import compare
from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.fetch.verdict import judge_answer, judge_page
from guidetrack.models import Capture, CaptureInfo, Change, Memory, Record, Source, Text
from guidetrack.store import Store
from guidetrack.track import recording
from guidetrack.track.isolate import Reader


class Taken(StrEnum):
    """What became of one capture from elsewhere."""

    KEPT = "kept"
    SAME = "same text as before"
    KNOWN = "already here"
    REFUSED = "not the page"


@dataclass(frozen=True, slots=True)
class Absorbed:
    """One capture from elsewhere: what became of it, why it was refused, the historical change it showed."""

    capture: Capture
    taken: Taken
    why: str = ""
    change: Change | None = None


class Absorber:
    """Takes captures of one source, in order of their time."""

    def __init__(self, store: Store, reader: Reader, source: Source, *, vocabulary: Vocabulary) -> None:
        self._store = store
        self._reader = reader
        self._source = source
        self._vocabulary = vocabulary
        known = [info for info in store.captures(source.id) if info.good and info.text_digest]
        self._line: list[CaptureInfo] = sorted(known, key=lambda info: info.fetched)

    async def take(self, capture: Capture) -> Absorbed:
        """Judge, read, compare with what stood just before it in time, and keep it if its text is new there."""
        if any(info.fetched == capture.fetched and info.sha256 == capture.sha256 for info in self._line):
            return Absorbed(capture, Taken.KNOWN)
        at = bisect_right(self._line, capture.fetched, key=lambda info: info.fetched)
        before = self._text(self._line[at - 1]) if at else None
        text, why = await self._read(capture, before)
        if text is None:
            return Absorbed(capture, Taken.REFUSED, why)
        if before is not None and before.digest == text.digest:
            return Absorbed(capture, Taken.SAME)
        change = self._change(capture, text, before, self._line[at - 1] if at else None)
        recorded = self._keep(capture, text, change)
        return Absorbed(capture, Taken.KEPT, change=recorded)

    def _text(self, info: CaptureInfo) -> Text:
        return self._store.text(self._source.id, info.id)

    async def _read(self, capture: Capture, before: Text | None) -> tuple[Text | None, str]:
        rules = self._source.rules
        early = judge_answer(capture, rules=rules)
        if early is not None:
            return None, early.detail
        reading = await self._reader.read(capture, rules)
        verdict = judge_page(capture, reading.text, before, reading.problem, rules=rules)
        return (reading.text, "") if verdict is None else (None, verdict.detail)

    def _change(self, capture: Capture, text: Text, before: Text | None, info: CaptureInfo | None) -> Change | None:
        if before is None or info is None:
            return None
        comparison = compare(before, text, vocabulary=self._vocabulary)
        if not comparison:
            return None
        change = recording.content_change(self._source, capture, comparison, old=before, new=text, from_=info.ref,
                                          confirmed=True, detail=f"from {capture.origin}" if capture.origin else "")
        return replace(change, historical=True)

    def _keep(self, capture: Capture, text: Text, change: Change | None) -> Change | None:
        memory = self._store.memories().get(self._source.id) or Memory(self._source.id, url=self._source.url)
        newest = not self._line or self._line[-1].fetched < capture.fetched
        if memory.base is None or (newest and memory.last_checked is None):
            # nobody has looked at the live page yet: its first check compares with this
            memory = replace(memory, base=capture.id, base_digest=text.digest, extractor=text.extractor,
                             rules=text.rules)
        memory = replace(memory, captures=memory.captures + 1)
        self._store.keep(capture, text)
        recorded = self._store.record([Record(None, memory, capture, text, change)])[0]
        infos = self._store.captures(self._source.id, since=capture.fetched, until=capture.fetched)
        self._line = sorted([*self._line, *(info for info in infos if info.id == capture.id)],
                            key=lambda info: info.fetched)
        return recorded


async def absorb(
    store: Store, source: Source, captures: Iterable[Capture], *, vocabulary: Vocabulary
) -> AsyncIterator[Absorbed]:
    """Take captures of one source, oldest first whatever order they come in."""
    async with Reader() as reader:
        absorber = Absorber(store, reader, source, vocabulary=vocabulary)
        for capture in sorted(captures, key=lambda capture: capture.fetched):
            yield await absorber.take(capture)

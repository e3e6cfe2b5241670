"""Captures made elsewhere take their place in time: judged, read and kept as ours, told to nobody."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.fetch.verdict import judge_answer, judge_page
from guidetrack.models import (
    Capture,
    Change,
    Check,
    Memory,
    OutcomeKind,
    Reason,
    Record,
    Source,
    Text,
    Verdict,
)
from guidetrack.store import Store
from guidetrack.track.isolate import Reader
from guidetrack.track.timeline import current_text, draw, good


class Taken(StrEnum):
    """What became of one capture from elsewhere."""

    KEPT = "kept"
    SAME = "same text as before"
    KNOWN = "already here"
    REFUSED = "not the page"


@dataclass(frozen=True, slots=True)
class Absorbed:
    """One capture from elsewhere: what became of it, why it was refused, the digest of what it says."""

    capture: Capture
    taken: Taken
    why: str = ""
    text_digest: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """The run in which copies are asked for, whose record they enter as looks; when it is; what to note beside it."""

    run: str
    at: datetime
    note: str = ""


class Absorber:
    """Takes captures of one source; each finds its place by its own time.

    :param keep_same: keep also a capture that says the same as the one before it. Needed where copies between the
        two were left out: one of them, taken later, may say something else.
    """

    def __init__(self, store: Store, reader: Reader, source: Source, *, keep_same: bool = False) -> None:
        self._store = store
        self._reader = reader
        self._source = source
        self._keep_same = keep_same
        known = store.captures(source.id)
        self._line = good(known)
        self._held = {info.text_digest for info in known if info.origin and not info.good and info.text_digest}
        self._memory = store.memories().get(source.id) or Memory(source.id, url=source.url)

    async def take(self, capture: Capture, asking: Asking | None = None) -> Absorbed:
        """Judge and read a capture, and keep it if its text is new where it stands.

        :param asking: set when it was asked for in a run: the look is recorded with whatever it came to.
        """
        for info in self._line:
            if info.fetched == capture.fetched and info.sha256 == capture.sha256:
                self._look(asking, capture, OutcomeKind.UNCHANGED, keep=info.id)
                return Absorbed(capture, Taken.KNOWN, text_digest=info.text_digest)
        at = bisect_right(self._line, capture.fetched, key=lambda info: info.fetched)
        previous = self._line[at - 1] if at else None
        legible = previous if previous and not previous.reduced else None
        before = await current_text(self._store, self._reader, self._source, legible) if legible else None
        text, verdict = await self._read(capture, before)
        if verdict is not None or text is None:
            return self._refused(capture, text, verdict, asking)
        if before is not None and before.digest == text.digest and not self._keep_same:
            self._look(asking, capture, OutcomeKind.UNCHANGED)
            return Absorbed(capture, Taken.SAME, text_digest=text.digest)
        same = before is not None and before.digest == text.digest
        self._keep(capture, text, asking, OutcomeKind.FIRST if before is None else
                   OutcomeKind.UNCHANGED if same else OutcomeKind.CHANGED)
        return Absorbed(capture, Taken.SAME if same else Taken.KEPT, text_digest=text.digest)

    def missed(self, url: str, reason: Reason | None, detail: str, asking: Asking, *, status: int | None = None,
               outcome: OutcomeKind = OutcomeKind.MISSED, capture: str | None = None) -> None:
        """Record a look that brought no bytes: the copy is none, or the archive says that it is like another."""
        check = Check(self._source.id, asking.run, asking.at, outcome, reason, detail, status=status, url=url,
                      capture=capture)
        self._store.record([Record(check, self._memory)])

    async def _read(self, capture: Capture, before: Text | None) -> tuple[Text | None, Verdict | None]:
        rules = self._source.rules
        early = judge_answer(capture, rules=rules)
        if early is not None:
            return None, early
        reading = await self._reader.read(capture, rules)
        verdict = judge_page(capture, reading.text, before, reading.problem, rules=rules)
        if verdict is not None and verdict.outcome is OutcomeKind.HELD and reading.text is not None:
            # seen the same once before: it is the page that shrank, not the copy (design §2.6)
            verdict = None if reading.text.digest in self._held else verdict
        return reading.text, verdict

    def _refused(self, capture: Capture, text: Text | None, verdict: Verdict | None,
                 asking: Asking | None) -> Absorbed:
        assert verdict is not None, "a capture without a text has a verdict"
        if verdict.outcome is OutcomeKind.HELD and text is not None:
            self._held.add(text.digest)
            self._look(asking, capture, OutcomeKind.HELD, verdict, text=text)
        else:
            self._look(asking, capture, verdict.outcome, verdict)
        return Absorbed(capture, Taken.REFUSED, verdict.detail)

    def _look(self, asking: Asking | None, capture: Capture, outcome: OutcomeKind, verdict: Verdict | None = None,
              *, text: Text | None = None, keep: str | None = None) -> None:
        """Record a look that leaves the line as it is."""
        if asking is None:
            return
        check = self._check(asking, capture, outcome, verdict, keep=capture.id if text else keep)
        if text is None:
            self._store.record([Record(check, self._memory)])
            return
        self._store.keep(capture, text)
        self._store.record([Record(check, self._memory, capture, text)])

    def _check(self, asking: Asking, capture: Capture, outcome: OutcomeKind, verdict: Verdict | None = None, *,
               keep: str | None = None) -> Check:
        return Check(
            self._source.id, asking.run, asking.at, outcome, verdict.reason if verdict else None,
            verdict.detail if verdict else asking.note, capture=keep, status=capture.status, url=capture.origin,
            final_url=capture.reached, elapsed_s=capture.elapsed_s, body_sha256=capture.sha256)

    def _keep(self, capture: Capture, text: Text, asking: Asking | None, outcome: OutcomeKind) -> None:
        memory = replace(self._memory, captures=self._memory.captures + 1)
        base = next((info for info in self._line if info.id == memory.base), None)
        overtaken = memory.last_good is None and base is not None and base.fetched < capture.fetched
        if memory.base is None or overtaken:
            # the live page was never seen: its first good check compares with the newest of these
            memory = replace(memory, base=capture.id, base_digest=text.digest, extractor=text.extractor,
                             rules=text.rules)
        check = self._check(asking, capture, outcome, keep=capture.id) if asking else None
        self._store.keep(capture, text)
        self._store.record([Record(check, memory, capture, text)])
        self._memory = memory
        infos = self._store.captures(self._source.id, since=capture.fetched, until=capture.fetched)
        self._line = good([*self._line, *(info for info in infos if info.id == capture.id)])


async def absorb(store: Store, source: Source, captures: Iterable[Capture], *,
                 vocabulary: Vocabulary) -> AsyncIterator[Absorbed | Change]:
    """Take captures of one source, oldest first whatever order they come in; then the changes they show."""
    async with Reader() as reader:
        absorber = Absorber(store, reader, source)
        for capture in sorted(captures, key=lambda capture: capture.fetched):
            yield await absorber.take(capture)
        async for change in draw(store, reader, source, vocabulary=vocabulary):
            yield change

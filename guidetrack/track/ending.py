"""What a look at one source can come to, and writing it down. The look itself stands in ``look``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from guidetrack.errors import DamagedError
from guidetrack.models import (
    Capture,
    CaptureRef,
    Change,
    ChangeKind,
    Check,
    Comparison,
    Failure,
    Memory,
    Outcome,
    OutcomeKind,
    Reason,
    Record,
    Source,
    Text,
    Verdict,
)
from guidetrack.track import decide, recording
from guidetrack.track.bench import Bench


class Ending:
    """A look at one source from its verdict to its record. ``asked`` is called once the first answer is in."""

    def __init__(self, bench: Bench, source: Source, memory: Memory, asked: Callable[[], None]) -> None:
        self.bench = bench
        self.source = source
        self.before = memory
        self.memory = memory
        self.kept = memory
        """What the archive holds: where a look that is broken off falls back to."""
        self.asked = asked
        self.started = bench.now()
        self.capture: Capture | None = None
        self.asked_fresh = False
        self.not_modified = False
        self.set_aside = 0

    async def _base_text(self) -> Text | None:
        if self.memory.base is None:
            return None
        return await self.bench.desk(self.bench.store.text, self.source.id, self.memory.base)

    async def _base_ref(self) -> CaptureRef | None:
        digest = self.memory.base_digest
        info = await self.bench.desk(self.bench.store.earlier, self.source.id, digest) if digest else None
        return None if info is None else info.ref

    async def _judged(self, verdict: Verdict, text: Text | None) -> Outcome:
        held = ""
        if verdict.outcome is OutcomeKind.HELD and text is not None:
            held = decide.sketch(text)
        if verdict.reason is Reason.NOT_FOUND and self.memory.base is not None:
            repeated = self.memory.not_found + 1 >= decide.NOT_FOUND_TO_BE_GONE
            if repeated and self.memory.gone_since is None:
                return await self._gone(verdict)
            if self.memory.gone_since is not None:
                verdict = replace(verdict, detail=f"gone since {recording.day(self.memory.gone_since)}: "
                                                  f"{verdict.detail}")
        return await self._missed(verdict.reason, verdict.detail, outcome=verdict.outcome, held=held, text=text)

    async def _missed(self, reason: Reason, detail: str, *, outcome: OutcomeKind = OutcomeKind.MISSED, held: str = "",
                      text: Text | None = None, answer: Failure | None = None) -> Outcome:
        self.memory = decide.after_miss(self.memory, self.source, self.bench.now(), reason=reason, detail=detail,
                                        outcome=outcome, held=held)
        keep = self.capture if held and text is not None else None
        return await self._finish(outcome, reason=reason, detail=detail, keep=keep, text=text, failure=answer)

    async def _gone(self, verdict: Verdict) -> Outcome:
        now = self.bench.now()
        status = self.capture.status if self.capture else None
        change = recording.gone_change(self.source, now, status=status, from_=await self._base_ref())
        missed = decide.after_miss(self.memory, self.source, now, reason=verdict.reason, detail=verdict.detail)
        # recording that it is gone is a good check: the page told us something we can trust
        self.memory = replace(missed, last_outcome=OutcomeKind.CHANGED, last_reason=None, gone_since=now, misses=0,
                              missed_since=None, last_changed=now, last_good=now)
        return await self._finish(OutcomeKind.CHANGED, change=change, detail=verdict.detail)

    async def _first(self, answer: Capture, text: Text) -> Outcome:
        self._good(OutcomeKind.FIRST, answer, text)
        return await self._finish(OutcomeKind.FIRST, keep=answer, text=text)

    async def _same_text(self, answer: Capture, text: Text, *, equal: bool = True) -> Outcome:
        """The text is the last good one: nothing to tell, unless it was gone or stands elsewhere for good.

        :param equal: False when it differs in what was set aside only.
        """
        gone_since, address = self.memory.gone_since, decide.moved_permanently(answer)
        change = None
        if gone_since is not None:
            change = recording.came_back(self.source, answer, gone_since, from_=await self._base_ref())
        elif address and self.memory.moved_to != address:
            change = recording.moved_change(self.source, answer, address, from_=await self._base_ref())
            self.memory = replace(self.memory, moved_to=address)
        if change is None:
            return await self._unchanged(answer, text, equal=equal)
        self._good(OutcomeKind.CHANGED, answer, None, known_body=equal)
        return await self._finish(OutcomeKind.CHANGED, change=change, keep=answer, text=text)

    async def _unchanged(self, answer: Capture, text: Text | None, *, equal: bool = True) -> Outcome:
        self._good(OutcomeKind.UNCHANGED, answer, None, known_body=equal)
        keep = answer if self.source.keep == "all" and text is not None else None
        return await self._finish(OutcomeKind.UNCHANGED, keep=keep, text=text if keep else None)

    async def _changed(self, answer: Capture, text: Text, old: Text, comparison: Comparison, *, confirmed: bool,
                       shrunk: bool) -> Outcome:
        source = self.source
        address = decide.moved_permanently(answer)
        detail = ""
        if address and self.memory.moved_to != address:
            detail = f"also moved permanently to {address}: guidetrack add --replace {source.id} {address}"
            self.memory = replace(self.memory, moved_to=address)
        if self.memory.gone_since is not None:
            detail = f"back after being gone since {recording.day(self.memory.gone_since)}, with another text"
        change = recording.content_change(source, answer, comparison, old=old, new=text, from_=await self._base_ref(),
                                          confirmed=confirmed, detail=detail)
        if shrunk:
            change = recording.shrunk_change(change, old.words, text.words)
        earlier = await self.bench.desk(self.bench.store.earlier, source.id, text.digest)
        if earlier is None:
            self._good(OutcomeKind.CHANGED, answer, text)
            return await self._finish(OutcomeKind.CHANGED, change=change, keep=answer, text=text)
        return await self._returned(answer, text, change, earlier.ref)

    async def _returned(self, answer: Capture, text: Text, change: Change, earlier: CaptureRef) -> Outcome:
        """The text equals an earlier one: say which; after two returns in 30 days fold (design §2.5)."""
        store, desk, source = self.bench.store, self.bench.desk, self.source
        everything = await desk(store.changes, source=source.id, technical=False, historical=False)
        returns = await desk(store.returns, source.id, answer.fetched - decide.FOLD_WINDOW)
        folded, times, first = decide.fold(returns, decide.last_other(everything), answer.fetched)
        said = f"back to the text of {recording.day(earlier.seen)}"
        reviewers = [review.by for known in everything if known.to and known.to.capture == earlier.capture
                     for review in await desk(store.reviews, change=known.id)]
        if reviewers:
            said += f", reviewed by {reviewers[-1]}"
        change = replace(change, kind=ChangeKind.RETURNED, folded=folded, detail=said,
                         summary=f"{said[0].upper()}{said[1:]}: {change.summary}")
        if folded and first is not None:
            self._good(OutcomeKind.UNCHANGED, answer, text)
            alternates = f"alternates between two texts ({times} times since {recording.day(first)})"
            return await self._finish(OutcomeKind.UNCHANGED, change=change, keep=answer, text=text, detail=alternates)
        self._good(OutcomeKind.CHANGED, answer, text)
        return await self._finish(OutcomeKind.CHANGED, change=change, keep=answer, text=text, detail=said)

    # writing it down

    def _good(self, kind: OutcomeKind, answer: Capture, text: Text | None, *, known_body: bool = True) -> None:
        """Move the memory on; with ``text`` it becomes the base of the next comparison.

        :param known_body: the body says what the base says. One whose differences were set aside must be read again
            next time: were it known by its digest or validators, a change taken for rotation would never be told.
        """
        now = self.bench.now()
        memory = decide.after_good(self.memory, self.source, now, outcome=kind, fresh=self.asked_fresh)
        if known_body and not self.not_modified:
            memory = replace(memory, body_sha256=answer.sha256, validators=decide.validators_of(answer))
        if text is not None:
            memory = replace(memory, base=answer.id, base_digest=text.digest, extractor=text.extractor,
                             rules=text.rules)
        if kind is OutcomeKind.CHANGED:
            memory = replace(memory, last_changed=now)
        self.memory = memory

    async def _finish(self, kind: OutcomeKind, *, reason: Reason | None = None, detail: str = "",
                      keep: Capture | None = None, text: Text | None = None, change: Change | None = None,
                      failure: Failure | None = None) -> Outcome:
        """Make the body durable, then the record, then say so (design §2.1, §5)."""
        now, source = self.bench.now(), self.source
        if keep is not None and text is not None:
            await asyncio.to_thread(self.bench.store.keep, keep, text)
            self.memory = replace(self.memory, captures=self.memory.captures + 1)
        late, overdue = decide.standing(self.memory, source.grace, now)
        if change is not None:
            change = replace(change, run=self.bench.run_id)
        capture = self.capture
        elapsed = max(0.0, (now - self.started).total_seconds())
        final_url = capture.reached if capture else failure.reached if failure else ""
        check = Check(
            source.id, self.bench.run_id, now, kind, reason, detail, late, overdue, self.not_modified,
            self.set_aside, None, keep.id if keep else None,
            capture.status if capture else failure.status if failure else None,
            source.url, final_url, elapsed,
            capture.sha256 if capture and capture.status != 304 else "",
        )
        recorded = await self._put(Record(check, self.memory, keep, text if keep else None, change,
                                            excerpt=source.keep_text == "excerpt"))
        was = self.before
        return Outcome(
            source, kind, reason, detail, late, overdue, self.not_modified, self.set_aside, recorded, source.url,
            final_url, elapsed,
            recovered=kind.good and was.last_outcome is not None and not was.last_outcome.good
            and was.last_reason is not Reason.INTERRUPTED,
            last_good=self.memory.last_good if kind.good else was.last_good,
            since=self.memory.missed_since or was.missed_since, gone_since=self.memory.gone_since,
        )

    async def _put(self, record: Record) -> Change | None:
        """What has been handed over is written and stands, also when the run is stopped at that very moment."""
        handed_over = asyncio.ensure_future(self.bench.recorder.put(record))
        try:
            recorded = await asyncio.shield(handed_over)
        except asyncio.CancelledError:
            recorded = await handed_over
        self.kept = record.memory
        return recorded

    async def failed(self, error: Exception) -> Outcome:
        """The outcome when the archive's copy is damaged or something of ours broke: loud, and only this source."""
        what = "the archive is damaged" if isinstance(error, DamagedError) else f"unexpected {type(error).__name__}"
        hint = "; run guidetrack verify" if isinstance(error, DamagedError) else ""
        self.memory = self.kept
        return await self._missed(Reason.UNREADABLE, f"{what}: {error}{hint}")

    async def interrupted(self) -> Outcome:
        """The outcome when the run is stopped before this source is done."""
        self.memory, self.capture, self.set_aside = self.kept, None, 0
        return await self._missed(Reason.INTERRUPTED, "the run was stopped before this source was done")

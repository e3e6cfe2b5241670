"""One source, one run: fetch, judge, read, compare, look again. What it comes to and its record stand in ``ending``,
decisions in ``decide``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from guidetrack.fetch.verdict import judge_answer, judge_page
from guidetrack.models import Capture, Comparison, Failure, Outcome, OutcomeKind, Record, Text
from guidetrack.normal import normal
from guidetrack.track import decide
from guidetrack.track.ending import Ending
from guidetrack.track.technical import bring_forward


class Look(Ending):
    """The look at one source. ``asked`` is called once the first answer is in: the next source may start."""

    async def run(self) -> Outcome:
        """Look, record, and say what it came to."""
        await self._same_extractor()
        validators = decide.validators_for(self.memory, self.source, fresh=self.bench.fresh)
        self.asked_fresh = not validators
        try:
            answer = await self.bench.fetcher.get(self.source, validators)
        finally:
            self.asked()
        if isinstance(answer, Failure):
            return await self._missed(answer.reason, answer.detail, answer=answer)
        self.capture = answer
        verdict = judge_answer(answer, conditional=bool(validators), rules=self.source.rules)
        if verdict is not None:
            return await self._judged(verdict, None)
        if answer.status == 304:
            self.not_modified = True
            return await self._unchanged(answer, None)
        if self._same_body(answer):
            return await self._unchanged(answer, None)
        return await self._page(answer)

    def _same_body(self, answer: Capture) -> bool:
        memory = self.memory
        return (memory.base is not None and answer.sha256 == memory.body_sha256 and not memory.held
                and memory.gone_since is None and not decide.moved_permanently(answer))

    async def _page(self, answer: Capture) -> Outcome:
        reading = await self.bench.reader.read(answer, self.source.rules, known=self._expected(answer))
        if reading.same is not None:
            self.set_aside = reading.same
            return await self._unchanged(answer, None)
        text = reading.text
        if text is not None and self.memory.base is not None and text.digest == self.memory.base_digest:
            self.set_aside = len(text.set_aside)
            return await self._same_text(answer, text)
        previous = await self._base_text()
        verdict = judge_page(answer, text, previous, reading.problem, rules=self.source.rules)
        believed = (verdict is not None and verdict.outcome is OutcomeKind.HELD and verdict.once and text is not None
                    and self.memory.held == decide.sketch(text))
        if verdict is not None and not believed:
            return await self._judged(verdict, text)
        assert text is not None
        self.set_aside = len(text.set_aside)
        if previous is None:
            return await self._first(answer, text)
        return await self._compared(answer, text, previous, shrunk=believed)

    def _expected(self, answer: Capture) -> str:
        """Digest of the text with which there is nothing to keep or tell, or empty: the text itself is not needed."""
        memory = self.memory
        quiet = (memory.base is not None and memory.gone_since is None and self.source.keep != "all"
                 and not decide.moved_permanently(answer))
        return memory.base_digest if quiet else ""

    async def _same_extractor(self) -> None:
        bench = self.bench
        self.memory, change = await bring_forward(bench.store, bench.desk, bench.reader, self.source, self.memory,
                                                  vocabulary=bench.vocabulary, now=self.started)
        if change is not None:
            await self._put(Record(None, self.memory, change=replace(change, run=bench.run_id)))

    async def _compared(self, answer: Capture, text: Text, old: Text, *, shrunk: bool) -> Outcome:
        """The text differs from the last good one: is it a change, told at once, or only the page moving about?"""
        allowed = set(self.memory.unstable) - set(self.memory.lingering)
        lingering = self._lingering(old, text)
        comparison = await self._compare(old, text, (), allowed)
        if not comparison:
            self.memory = decide.remember_unstable(self.memory, (), lingering)
            self.set_aside += len(comparison.set_aside)
            return await self._same_text(answer, text, equal=False)
        looks: list[Text] = []
        while not looks or (comparison.shaky and len(looks) < decide.FURTHER_LOOKS):
            again = await self._further_look(answer, text)
            if again is None:
                break
            looks.append(again)
            comparison = await self._compare(old, text, looks, allowed)
            self.memory = decide.remember_unstable(self.memory, comparison.unstable, ())
            self.memory = replace(self.memory, lingering=self._lingering(old, text))
            if not comparison or again.digest == self.memory.base_digest:
                self.set_aside += len(comparison.set_aside)
                return await self._same_text(answer, text, equal=False)
        self.set_aside += len(comparison.set_aside)
        return await self._changed(answer, text, old, comparison, confirmed=bool(looks), shrunk=shrunk)

    async def _compare(self, old: Text, text: Text, looks: Sequence[Text], allowed: set[str]) -> Comparison:
        return await self.bench.reader.compare(old, text, looks, allowed, self.bench.vocabulary)

    def _lingering(self, old: Text, text: Text) -> tuple[str, ...]:
        """Remembered unstable lines that this look has and the last good text lacks, or the other way round."""
        if not self.memory.unstable:
            return ()
        differing = {normal(line) for line in old.lines} ^ {normal(line) for line in text.lines}
        return tuple(line for line in self.memory.unstable if line in differing)

    async def _further_look(self, answer: Capture, text: Text) -> Text | None:
        """The text of one more look. None when it is refused or off: the change is told, marked unconfirmed."""
        if self.bench.second_look is None:
            return None
        taken = await self.bench.patience.take(len(answer.body))
        try:
            await asyncio.sleep(self.bench.second_look.total_seconds())
            again = await self.bench.fetcher.get(self.source, again=True)
        finally:
            await self.bench.patience.give(taken)
        if isinstance(again, Failure) or judge_answer(again, rules=self.source.rules) is not None:
            return None
        if again.sha256 == answer.sha256:
            return text
        reading = await self.bench.reader.read(again, self.source.rules)
        if reading.text is None or judge_page(again, reading.text, text, rules=self.source.rules) is not None:
            return None
        return reading.text

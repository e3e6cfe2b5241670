"""Where bodies are read and texts compared: here, in a few processes side by side, or alone in one of its own.

- What is large or risky is read in a child of its own, one at a time: it may hang, crash or swell there.
- All else is read here, until so much waits that other cores are worth starting a process for.

The answers are the same everywhere; only the time they take is not (docs/decisions/0803, 1008).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence

from guidetrack.compare import compare
from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.errors import ExtractError
from guidetrack.models import Capture, Comparison, Format, Rules, Text
from guidetrack.track import child as children
from guidetrack.track.child import Child, CrashedError, NotBegunError, TookTooLongError
from guidetrack.track.crew import Crew
from guidetrack.track.reading import Reading, read

INLINE_BYTES = 400_000
"""Markup up to this size is read in the process: few pages are larger, and hostile ones stay bounded."""
JOBS_A_CHILD = 200
"""The child for risky bodies is replaced after so many jobs, so that what a parser leaks does not add up."""
WAITING_BODIES = 32
WAITING_BYTES = 48_000_000
"""No new page is asked for while so much waits to be read: memory stays flat however fast pages come."""


def is_risky(capture: Capture, rules: Rules) -> bool:
    """Whether these bytes go to the child: large ones, and formats whose parsers are C code over binary data."""
    head = capture.body[:1024].lstrip()
    return (
        len(capture.body) > INLINE_BYTES
        or rules.format in (Format.PDF, Format.DOCX)
        or b"%PDF-" in head
        or head.startswith(b"PK\x03\x04")
    )


class Reader:
    """Reads captures and compares texts. Start with ``async with``; processes are started when first needed.

    :param cores: how many may be used; None: what this process may use.
    """

    def __init__(self, cores: int | None = None) -> None:
        self._crew = Crew(cores)
        self._child: Child | None = None
        self._turn = asyncio.Lock()
        self._lane = asyncio.Lock()
        self._bodies = self._bytes = 0
        self._calm = asyncio.Event()
        self._calm.set()

    async def __aenter__(self) -> Reader:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()
        await self._crew.close()

    async def calm(self) -> None:
        """Wait until little enough waits to be read."""
        while not self._calm.is_set():  # of those woken together the first may be enough
            await self._calm.wait()

    async def read(self, capture: Capture, rules: Rules, *, known: str = "") -> Reading:
        """The text of a capture, or why there is none. Never raises for what the bytes do.

        :param known: digest of a text that need not be given again, only that it is the same.
        """
        job = ("read", capture.body, capture.media_type, capture.reached, rules, known)
        risky = is_risky(capture, rules)
        self._count(0 if risky else 1, len(capture.body))
        try:
            if risky:
                return await self._alone(job)
            async with self._lane:
                await asyncio.sleep(0)  # what has come in meanwhile is counted before the next is begun
                future = self._crew.take(job, len(capture.body), self._bodies)
                if future is None:
                    return read(*job[1:])
            try:
                answer = await future
            except (CrashedError, NotBegunError):
                return await self._alone(job)
            except TookTooLongError:
                return _too_long()
            return _reading(answer)
        finally:
            self._count(0 if risky else -1, -len(capture.body))

    async def compare(self, old: Text, new: Text, looks: Sequence[Text], remembered: Collection[str],
                      vocabulary: Vocabulary) -> Comparison:
        """What :func:`guidetrack.compare` says, from whichever core is free."""
        async with self._lane:
            await asyncio.sleep(0)
            future = self._crew.take(("compare", old, new, looks, remembered), 0, self._bodies, keep=vocabulary)
        if future is not None:
            with contextlib.suppress(CrashedError, NotBegunError, TookTooLongError):
                answer = await future
                if isinstance(answer, Comparison):
                    return answer
        return compare(old, new, again=looks, remembered=remembered, vocabulary=vocabulary)

    def _count(self, bodies: int, size: int) -> None:
        self._bodies += bodies
        self._bytes += size
        if self._bodies < WAITING_BODIES and self._bytes < WAITING_BYTES:
            self._calm.set()
        else:
            self._calm.clear()

    async def _alone(self, job: tuple[object, ...]) -> Reading:
        """In a process that does nothing else meanwhile; a crash or a hang costs this body its text."""
        async with self._turn:
            if self._child is None or not self._child.alive or self._child.done >= JOBS_A_CHILD:
                await self._stop()
                try:
                    self._child = await Child.start()
                except (OSError, NotImplementedError) as error:
                    return Reading(None, ExtractError(f"it is read in a process of its own, and none starts: {error}"))
            try:
                return _reading(await self._child.give(job))
            except TookTooLongError:
                return _too_long()
            except CrashedError:
                return Reading(None, ExtractError("the parser crashed on it; it may be damaged or made to do so"))
            except asyncio.CancelledError:
                await self._stop()
                raise

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.stop()


def _reading(answer: object) -> Reading:
    return answer if isinstance(answer, Reading) else Reading(None, ExtractError("the parser gave no answer"))


def _too_long() -> Reading:
    return Reading(None, ExtractError(f"reading it took more than {children.SECONDS:.0f} s and was stopped"))

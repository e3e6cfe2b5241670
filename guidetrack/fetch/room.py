"""Room for large bodies: only a few at once, so that memory stays flat whatever twenty hosts send together."""

from __future__ import annotations

import asyncio
from types import TracebackType

from guidetrack.fetch.deadline import Budget

LARGE = 4 << 20
"""Bytes (received and decoded together) from which a body needs room."""

AT_ONCE = 2
"""Large bodies read at once: at 50 MB each, and as much again while joined, 200 MB."""


class Room:
    """One exchange's claim; a body that stays small never makes one. Waiting for it costs the source nothing."""

    def __init__(self, shared: asyncio.Semaphore, budget: Budget) -> None:
        self._shared = shared
        self._budget = budget
        self._held = False

    async def claim(self, size: int) -> None:
        """Wait for room once the body has grown to ``size`` bytes."""
        if size > LARGE and not self._held:
            await self._budget.uncounted(self._shared.acquire())
            self._held = True

    def __enter__(self) -> Room:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held:
            self._held = False
            self._shared.release()

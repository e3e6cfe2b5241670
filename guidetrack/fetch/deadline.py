"""Budget: the seconds one source may take, however they are spread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason

T = TypeVar("T")


class Budget:
    """Runs down only while ``run`` or ``sleep`` is under way: waiting for our own turn at a host is not counted."""

    def __init__(self, seconds: float) -> None:
        self.whole = seconds
        self.left = seconds
        self._clock: asyncio.Timeout | None = None
        self._uncounted = 0.0

    @property
    def spent(self) -> float:
        """Seconds used so far."""
        return self.whole - self.left

    async def run(self, work: Awaitable[T], doing: object, limit: float | None = None) -> T:
        """The result of ``work``; Fault ``timeout`` when the budget (or ``limit``, if less) ends first.

        :param doing: what the sentence says we waited for, as ``str`` at that moment.
        """
        allowed = max(self.left if limit is None else min(limit, self.left), 0.0)
        whole = self.whole if limit is None or limit >= self.left else limit
        started = time.monotonic()
        self._uncounted = 0.0
        self._clock = asyncio.timeout(allowed)
        try:
            async with self._clock:
                return await work
        except TimeoutError:
            if not self._clock.expired():
                raise
            raise Fault(Reason.TIMEOUT, f"no complete answer within {whole:g} s ({doing})") from None
        finally:
            self._clock = None
            self.left -= time.monotonic() - started - self._uncounted

    async def uncounted(self, work: Awaitable[object]) -> None:
        """Inside ``run``: wait for something that is not the source's fault, with the clock stopped."""
        clock = self._clock
        started = time.monotonic()
        until = clock.when() if clock is not None else None
        if clock is not None:
            clock.reschedule(None)
        await work
        waited = time.monotonic() - started
        self._uncounted += waited
        if clock is not None and until is not None:
            clock.reschedule(until + waited)

    async def sleep(self, seconds: float) -> None:
        """Wait, at the expense of the budget."""
        await self.run(asyncio.sleep(seconds), "waiting to try again")

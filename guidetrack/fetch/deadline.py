"""Budget: the seconds one source may take of its publisher's time and ours, however they are spread."""

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

    @property
    def spent(self) -> float:
        """Seconds used so far."""
        return self.whole - self.left

    async def run(self, work: Awaitable[T], doing: object, limit: float | None = None) -> T:
        """The result of ``work``; Fault ``timeout`` when the budget (or ``limit``, if less) ends first.

        :param doing: what the sentence says we waited for, as ``str`` at that moment.
        """
        allowed = max(self.left if limit is None else min(limit, self.left), 0.0)
        started = time.monotonic()
        clock = asyncio.timeout(allowed)
        try:
            async with clock:
                return await work
        except TimeoutError:
            if not clock.expired():
                raise
            whole = self.whole if limit is None or limit >= self.left else limit
            raise Fault(Reason.TIMEOUT, f"no complete answer within {whole:g} s ({doing})") from None
        finally:
            self.left -= time.monotonic() - started

    async def sleep(self, seconds: float) -> None:
        """Wait, at the expense of the budget."""
        await self.run(asyncio.sleep(seconds), "waiting to try again")

"""What a look at a source works with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.fetch import Fetcher
from guidetrack.store import Store
from guidetrack.track.desk import Desk
from guidetrack.track.isolate import Reader
from guidetrack.track.recorder import Recorder


class Patience:
    """How many bytes of pages may wait for their second look at once, so that memory stays flat."""

    LIMIT_BYTES = 48_000_000

    def __init__(self) -> None:
        self._free = self.LIMIT_BYTES
        self._changed = asyncio.Condition()

    async def take(self, size: int) -> int:
        """Wait until ``size`` bytes may wait; returns what was taken, to be given back."""
        size = min(size, self.LIMIT_BYTES)
        async with self._changed:
            await self._changed.wait_for(lambda: self._free >= size)
            self._free -= size
        return size

    async def give(self, size: int) -> None:
        """Give back what :meth:`take` returned."""
        async with self._changed:
            self._free += size
            self._changed.notify_all()


@dataclass(frozen=True)
class Bench:
    """What a look works with, shared by all sources of a run."""

    store: Store
    fetcher: Fetcher
    reader: Reader
    recorder: Recorder
    run_id: str
    now: Callable[[], datetime]
    second_look: timedelta | None
    fresh: bool
    vocabulary: Vocabulary
    patience: Patience
    desk: Desk

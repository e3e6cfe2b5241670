"""Group commit: many sources finish at once, one transaction keeps them all before anyone is told."""

from __future__ import annotations

import asyncio

from guidetrack.models import Change, Record
from guidetrack.store import Store
from guidetrack.track.desk import Desk

BATCH = 200
LINGER_S = 0.03
"""How long a finished check waits for company; one durable commit costs more than this in fsync alone."""

Waiting = tuple[Record, asyncio.Future[Change | None]]


class Recorder:
    """Collects records and writes them in batches; :meth:`put` returns once its record is durable.

    :param linger_s: how long a record waits for company.
    """

    def __init__(self, store: Store, desk: Desk, *, linger_s: float = LINGER_S) -> None:
        self._store = store
        self._desk = desk
        self._linger_s = linger_s
        self._waiting: list[Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    async def put(self, record: Record) -> Change | None:
        """Keep a record; the change comes back with its number. Raises StoreError when it cannot be kept."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Change | None] = loop.create_future()
        self._waiting.append((record, future))
        if len(self._waiting) >= BATCH:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(self._linger_s, self._flush)
        # what has been handed over is written even when the caller is cancelled meanwhile
        return await asyncio.shield(future)

    async def flush(self) -> None:
        """Write everything handed over so far."""
        self._flush()
        if self._writing is not None:
            await asyncio.wait([self._writing])

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting and self._writing is None:
            self._writing = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        """One batch after another: what is handed over while one is written, or waits for its turn, goes together."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._write_batch(batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: list[Waiting]) -> None:
        try:
            changes = await self._desk(self._store.record, [record for record, _ in batch])
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), change in zip(batch, changes, strict=True):
            if not future.done():
                future.set_result(change)

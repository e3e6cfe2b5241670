"""A host's turn across processes and machines: an advisory lock that dies with the session of who holds it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from guidetrack.store import postgres

if TYPE_CHECKING:
    from guidetrack.fetch.manners import Host, Origin
    from guidetrack.store import Store

SHORTEST_S, LONGEST_S = 0.05, 1.0
"""How long to wait before a turn that another process holds is asked for again."""


class Turns:
    """Takes turns at hosts for one process; give it to the ``Fetcher``. Close it when no request is under way.

    The turn is kept for the host's pause after the request, so that the pause holds whoever asks next.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: sa.Connection | None = None
        self._pending: set[asyncio.TimerHandle] = set()

    @contextlib.asynccontextmanager
    async def __call__(self, key: Origin, host: Host) -> AsyncIterator[None]:
        """Hold the turn at a host; waits for it. Raises StoreError when the database is away."""
        number = postgres.key(self._store.catalogue.schema, "host", key[1], str(key[2]))
        wait = SHORTEST_S
        while not self._take(number):
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, LONGEST_S)
        taken = self._connection
        try:
            yield
        finally:
            rest = host.free_at - time.monotonic()
            if rest > 0:
                self._later(rest, number, taken)
            else:
                self._give(number, taken)

    def close(self) -> None:
        """Give every turn back."""
        for handle in self._pending:
            handle.cancel()
        self._pending.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                if not connection.invalidated and not connection.closed:
                    postgres.unlock_all(connection)
                    connection.detach()
            connection.close()

    async def rest(self) -> None:
        """Wait until the pauses of the last requests are over."""
        while self._pending:
            await asyncio.sleep(SHORTEST_S)

    def _take(self, number: int) -> bool:
        with self._store.catalogue.trouble():
            if self._connection is None or self._connection.invalidated or self._connection.closed:
                self._connection = self._store.catalogue.single()
            return postgres.try_lock(self._connection, number)

    def _later(self, delay: float, number: int, taken: sa.Connection | None) -> None:
        def give() -> None:
            self._pending.discard(handle)
            self._give(number, taken)

        handle = asyncio.get_running_loop().call_later(delay, give)
        self._pending.add(handle)

    def _give(self, number: int, taken: sa.Connection | None) -> None:
        # a lock of a session that was lost went with it
        if taken is not None and taken is self._connection and not taken.invalidated and not taken.closed:
            with contextlib.suppress(sa.exc.DBAPIError):
                postgres.unlock(taken, number)

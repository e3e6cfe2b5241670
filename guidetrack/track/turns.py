"""A host's turn across processes and machines: an advisory lock that dies with the session of who holds it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from guidetrack.errors import StoreError
from guidetrack.store import postgres
from guidetrack.store.trouble import PassingError

if TYPE_CHECKING:
    from guidetrack.fetch.manners import Host, Origin
    from guidetrack.store import Store

SHORTEST_S, LONGEST_S = 0.05, 1.0
"""How long to wait before a turn that another process holds is asked for again."""
STRETCH_S = 30.0
"""A process that had a host for so long leaves it alone for ``LONGEST_S``, so that another one gets its turn."""


@dataclass
class _Turn:
    """One host as this process sees it. The server's lock is the session's, so it keeps no two of our visits apart."""

    visit: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    since: float = 0.0
    by: Host | None = None
    """Whose pause the server's lock is kept for; then ``end`` gives it back."""
    end: asyncio.TimerHandle | None = None


class Turns:
    """Takes turns at hosts for one process; give it to each ``Fetcher``. Close it when no request is under way.

    The turn is kept for the host's pause after the request, so that the pause holds whoever asks next.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: sa.Connection | None = None
        self._turns: dict[int, _Turn] = {}

    @contextlib.asynccontextmanager
    async def __call__(self, key: Origin, host: Host) -> AsyncIterator[None]:
        """Hold the turn at a host; waits for it. Raises StoreError when the database is away."""
        number = postgres.key(self._store.catalogue.schema, "host", key[1], str(key[2]))
        turn = self._turns.setdefault(number, _Turn())
        turn.users += 1
        try:
            async with turn.visit:
                await self._take(number, turn, host)
                session = self._connection
                try:
                    yield
                finally:
                    self._pause(number, turn, host, session)
        finally:
            turn.users -= 1
            self._forget(number, turn)

    def close(self) -> None:
        """Give every turn back."""
        for turn in self._turns.values():
            if turn.end is not None:
                turn.end.cancel()
        self._turns.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                if not connection.invalidated and not connection.closed:
                    postgres.unlock_all(connection)
                    connection.detach()
            connection.close()

    async def rest(self) -> None:
        """Wait until the pauses of the last requests are over."""
        while self._turns:
            await asyncio.sleep(SHORTEST_S)

    async def _take(self, number: int, turn: _Turn, host: Host) -> None:
        """Go on with the turn when it is still kept for this host's pause; else wait for it."""
        stretched = time.monotonic() - turn.since >= STRETCH_S
        if turn.end is not None and turn.by is host and not stretched:
            turn.end.cancel()
            turn.end = None
            if self._stands():
                return
        while turn.end is not None:  # a pause that is not ours to wait for, or the end of our stretch
            await asyncio.sleep(max(turn.end.when() - asyncio.get_running_loop().time(), 0.0) + 0.001)
            stretched = stretched and turn.by is host
        if turn.since and stretched:
            await asyncio.sleep(LONGEST_S)
        wait = SHORTEST_S
        while not self._try(number, again=True):
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, LONGEST_S)
        turn.since = time.monotonic()

    def _try(self, number: int, *, again: bool) -> bool:
        try:
            with self._store.catalogue.trouble():
                if self._connection is None or self._connection.invalidated or self._connection.closed:
                    self._connection = self._store.catalogue.single()
                return postgres.try_lock(self._connection, number)
        except PassingError:  # a session that was lost shows itself only now
            if not again:
                raise
            return self._try(number, again=False)

    def _stands(self) -> bool:
        """Whether the session is there, and with it its locks; one that was lost is taken leave of."""
        connection = self._connection
        if connection is None or connection.invalidated or connection.closed:
            return False
        try:
            with self._store.catalogue.trouble():
                connection.exec_driver_sql("SELECT 1")
        except StoreError:
            connection.close()
            return False
        return True

    def _pause(self, number: int, turn: _Turn, host: Host, session: sa.Connection | None) -> None:
        """Keep the turn for the host's pause, then give it back."""
        def give() -> None:
            turn.end = None
            self._give(number, session)
            self._forget(number, turn)

        rest = host.free_at - time.monotonic()
        if rest > 0:
            turn.by, turn.end = host, asyncio.get_running_loop().call_later(rest, give)
        else:
            self._give(number, session)

    def _give(self, number: int, session: sa.Connection | None) -> None:
        # a lock of a session that was lost went with it
        if session is not None and session is self._connection and not session.invalidated and not session.closed:
            with contextlib.suppress(sa.exc.DBAPIError):
                postgres.unlock(session, number)

    def _forget(self, number: int, turn: _Turn) -> None:
        if not turn.users and turn.end is None and self._turns.get(number) is turn:
            del self._turns[number]

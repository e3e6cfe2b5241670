"""A host's turn across processes and machines: an advisory lock that dies with the session of who holds it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from guidetrack.store import postgres
from guidetrack.track.locks import Locks

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
    session: int = 0
    """The session that has the server's lock."""
    by: Host | None = None
    """Whose pause the server's lock is kept for; then ``end`` gives it back."""
    end: asyncio.TimerHandle | None = None


class Turns:
    """Takes turns at hosts for one process; give it to each ``Fetcher``. Close it when no request is under way.

    The turn is kept for the host's pause after the request, so that the pause holds whoever asks next.
    """

    def __init__(self, store: Store) -> None:
        self._schema = store.catalogue.schema
        self._locks = Locks(store)
        self._turns: dict[int, _Turn] = {}

    @contextlib.asynccontextmanager
    async def __call__(self, key: Origin, host: Host) -> AsyncIterator[None]:
        """Hold the turn at a host; waits for it. Raises StoreError when the database is away."""
        number = postgres.key(self._schema, "host", key[1], str(key[2]))
        turn = self._turns.setdefault(number, _Turn())
        turn.users += 1
        try:
            async with turn.visit:
                await self._take(number, turn, host)
                try:
                    yield
                finally:
                    self._pause(number, turn, host)
        finally:
            turn.users -= 1
            self._forget(number, turn)

    def close(self) -> None:
        """Give every turn back."""
        for turn in self._turns.values():
            if turn.end is not None:
                turn.end.cancel()
        self._turns.clear()
        self._locks.close()

    async def rest(self) -> None:
        """Wait until the pauses of the last requests are over."""
        while self._turns or self._locks.busy:
            await asyncio.sleep(SHORTEST_S)

    async def _take(self, number: int, turn: _Turn, host: Host) -> None:
        """Go on with the turn when it is still kept for this host's pause; else wait for it."""
        stretched = time.monotonic() - turn.since >= STRETCH_S
        if turn.end is not None and turn.by is host and not stretched:
            turn.end.cancel()
            turn.end = None
            if await self._stands(number, turn):
                return
        while turn.end is not None:  # a pause that is not ours to wait for, or the end of our stretch
            await asyncio.sleep(max(turn.end.when() - asyncio.get_running_loop().time(), 0.0) + 0.001)
            stretched = stretched and turn.by is host
        if turn.since and stretched:
            await asyncio.sleep(LONGEST_S)
        wait = SHORTEST_S
        while not (session := await self._locks.take(number)):
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, LONGEST_S)
        turn.since, turn.session = time.monotonic(), session

    async def _stands(self, number: int, turn: _Turn) -> bool:
        """Whether a turn that was kept is still ours: its lock goes with the session."""
        try:
            return await self._locks.stands(turn.session)
        except BaseException:
            self._locks.give(number, turn.session)
            raise

    def _pause(self, number: int, turn: _Turn, host: Host) -> None:
        """Keep the turn for the host's pause, then give it back."""
        session = turn.session

        def give() -> None:
            turn.end = None
            self._locks.give(number, session)
            self._forget(number, turn)

        rest = host.free_at - time.monotonic()
        if rest > 0:
            turn.by, turn.end = host, asyncio.get_running_loop().call_later(rest, give)
        else:
            self._locks.give(number, session)

    def _forget(self, number: int, turn: _Turn) -> None:
        if not turn.users and turn.end is None and self._turns.get(number) is turn:
            del self._turns[number]

"""Locks of one session of the catalogue's server, for many who ask at once: what gathers meanwhile goes together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from guidetrack.store import postgres
from guidetrack.store.trouble import PassingError
from guidetrack.track.desk import Desk

if TYPE_CHECKING:
    from guidetrack.store import Store

MOST = 500
"""Wishes in one statement."""


class _What(Enum):
    TAKE = "pg_try_advisory_lock"
    GIVE = "pg_advisory_unlock"
    STAND = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    what: _What
    number: int
    session: int
    answer: asyncio.Future[int]


class Locks:
    """Advisory locks, taken at once or not at all, and given back. For one event loop; it never waits in it.

    Sessions are numbered: a lock belongs to the session that took it and is gone with it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._desk = Desk(store)
        self._connection: sa.Connection | None = None
        self._session = 0
        self._wishes: list[_Wish] = []
        self._serving: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether something was asked for that is not done yet."""
        return self._serving is not None and not self._serving.done()

    async def take(self, number: int) -> int:
        """Take a lock; the session that has it now, or 0: somebody else has it. Raises StoreError."""
        wish = self._wish(_What.TAKE, number)
        try:
            return await asyncio.shield(wish.answer)
        except asyncio.CancelledError:
            wish.answer.add_done_callback(lambda done: self._unwanted(number, done))
            raise

    async def stands(self, session: int) -> bool:
        """Whether a session is still there, and with it all its locks. Raises StoreError."""
        return bool(await asyncio.shield(self._wish(_What.STAND, 0, session).answer))

    def give(self, number: int, session: int) -> None:
        """Give a lock back, soon; one that was lost with its session does not matter."""
        self._wish(_What.GIVE, number, session).answer.add_done_callback(asyncio.Future.exception)

    def close(self) -> None:
        """Give every lock back; nothing may be under way."""
        self._desk.close()
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                if not connection.invalidated and not connection.closed:
                    postgres.unlock_all(connection)
                    connection.detach()
            connection.close()

    def _unwanted(self, number: int, done: asyncio.Future[int]) -> None:
        if not done.cancelled() and done.exception() is None and done.result():
            self.give(number, done.result())

    def _wish(self, what: _What, number: int, session: int = 0) -> _Wish:
        wish = _Wish(what, number, session, asyncio.get_running_loop().create_future())
        self._wishes.append(wish)
        if not self.busy:
            self._serving = asyncio.ensure_future(self._serve())
        return wish

    async def _serve(self) -> None:
        """Fulfil wishes, together what gathered while the last ones were on their way."""
        while self._wishes:
            now, self._wishes = self._wishes[:MOST], self._wishes[MOST:]
            try:
                answers = await self._desk(self._fulfil, now)
            except Exception as error:
                for wish in now:
                    wish.answer.set_exception(error)
            else:
                for wish, answer in zip(now, answers, strict=True):
                    wish.answer.set_result(answer)

    def _fulfil(self, wishes: Sequence[_Wish]) -> list[int]:
        """In the desk's thread: the answer to each wish. A session that was lost shows itself only now: once more."""
        try:
            return self._asked(wishes)
        except PassingError:
            return self._asked(wishes)

    def _asked(self, wishes: Sequence[_Wish]) -> list[int]:
        with self._store.catalogue.trouble():
            connection = self._connected()
            mine = [wish for wish in wishes if wish.what is _What.TAKE or wish.session == self._session]
            words = [f"{wish.what.value}({wish.number})" if wish.what.value else "true" for wish in mine]
            row = connection.exec_driver_sql(f"SELECT {', '.join(words)}").one() if words else ()
        held = {id(wish): self._session if found else 0 for wish, found in zip(mine, row, strict=True)}
        return [held.get(id(wish), 0) for wish in wishes]

    def _connected(self) -> sa.Connection:
        connection = self._connection
        if connection is None or connection.invalidated or connection.closed:
            if connection is not None:
                connection.close()
            self._connection = connection = self._store.catalogue.single()
            self._session += 1
        return connection

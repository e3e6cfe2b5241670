"""Who is at work on a PostgreSQL catalogue: locks that a session of the server holds, and that die with it.

The archive's lock is held alone (``check``, ``rebuild``, ``prune`` …) or together (workers of a fleet); those who hold
it together take a source's lock before they look at the source. All writes go through the session that holds the
locks: when it is lost nothing can be written before they are held again, and only if nobody else was at work meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from guidetrack.errors import LockedError
from guidetrack.store import postgres
from guidetrack.store.catalogue import persist
from guidetrack.store.runs import ended
from guidetrack.store.schema import memories, names, runs
from guidetrack.store.trouble import PassingError

if TYPE_CHECKING:
    from guidetrack.store.catalogue import Catalogue

_SINCE = "%Y%m%dT%H%MZ"
WRITING = "READ COMMITTED"
"""Isolation of transactions that write: they wait for their turn before they look at anything."""


class Session:
    """Locks of one process, on one connection. Made for one thread.

    :param alone: hold the archive alone; else together with others who say the same.
    :param part: something only one of them may be at.
    """

    def __init__(self, catalogue: Catalogue, *, command: str, now: datetime, alone: bool, part: str = "") -> None:
        self.alone = alone
        self.writer = secrets.token_hex(8)
        """In whose name intents are left."""
        self._catalogue = catalogue
        self._name = f"guidetrack {command} {os.getpid()} {now.astimezone(UTC):{_SINCE}} {socket.gethostname()}"
        self._locks = [(self._key("archive"), not alone), (self._key("writer", self.writer), False)]
        if part:
            self._locks.append((self._key("part", part), False))
        self._claims: dict[str, str | None] = {}
        """The sources held, each with the digest of its memory as it was or as we wrote it."""
        self._runs: set[str] = set()
        self._last_run = 0
        self._connection: sa.Connection | None = None
        self.stand: Callable[[], bool] = lambda: True
        """Whether nobody gave us up for dead, see :mod:`guidetrack.store.intents`."""

    def open(self) -> None:
        """Take the archive's lock. Raises LockedError, naming a holder."""
        def once() -> int:
            with self._catalogue.trouble():
                self.close()
                self._connect()
                for number, shared in self._locks:
                    if not self._take(number, shared=shared):
                        raise LockedError(self._holder(number))
                return self._newest_run()

        try:
            self._last_run = persist(once)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of all locks."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                if not connection.invalidated and not connection.closed:
                    with connection.begin():
                        postgres.unlock_all(connection)  # now, not when the server comes to ending the session
                    connection.detach()
            connection.close()

    def connection(self) -> sa.Connection:
        """The connection for writes. Raises LockedError when the locks were lost to somebody else."""
        if self._connection is None or self._connection.invalidated or self._connection.closed:
            self._again()
        assert self._connection is not None
        return self._connection

    def claim(self, sources: Sequence[str]) -> list[str]:
        """Take the locks of sources, each at once or not at all, in one statement; returns those that are held."""
        wanted = [source for source in sources if source not in self._claims]

        def once() -> list[str]:
            with self._catalogue.trouble(), self._plain(self.connection()) as connection:
                taken = postgres.try_locks(connection, [self._key("source", source) for source in wanted])
            return [source for source, mine in zip(wanted, taken, strict=True) if mine]

        taken = persist(once) if wanted else []
        if taken:
            known = self._catalogue.ask(lambda connection: _memories(connection, taken), single=True)
            self._claims.update((source, known.get(source)) for source in taken)
        return [source for source in sources if source in self._claims]

    def release(self, sources: Sequence[str]) -> None:
        """Let go of sources' locks."""
        self._untake(*(self._key("source", source) for source in sources if self._claims.pop(source, "") != ""))

    def begins(self, run: str) -> None:
        """A run of ours is about to begin: hold its lock, so that others see that it is under way."""
        persist(lambda: self._guarded(lambda: self._take(self._key("run", run), shared=False)))
        self._runs.add(run)

    def began(self, number: int) -> None:
        """The run has this number; a larger one will be somebody else's."""
        self._last_run = max(self._last_run, number)

    def ended(self, run: str) -> None:
        """A run of ours ended."""
        if run in self._runs:
            self._runs.remove(run)
            self._untake(self._key("run", run))

    def holds(self, source: str) -> bool:
        """Whether a source is held, by a session that is still there."""
        if not self.alone and source not in self._claims:
            return False
        connection = self._connection
        try:
            if connection is None or connection.invalidated or connection.closed:
                return False
            with connection.begin():
                connection.exec_driver_sql("SELECT 1")
        except sa.exc.DBAPIError:
            return False
        return True

    def bury(self, what: str, name: str) -> bool:
        """Whether a ``run`` or ``writer`` of that name is dead; then its lock is ours until :meth:`leave`."""
        if name == self.writer or name in self._runs:
            return False
        return persist(lambda: self._guarded(lambda: self._take(self._key(what, name), shared=False)))

    def still(self, connection: sa.Connection, what: str, name: str) -> bool:
        """Within a transaction: whether who was buried is dead yet; our own session may have been lost meanwhile."""
        return postgres.try_turn(connection, self._key(what, name))

    def leave(self, what: str, name: str) -> None:
        """Let go of the lock of somebody dead."""
        self._untake(self._key(what, name))

    def wrote(self, seals: Mapping[str, str]) -> None:
        """We wrote memories: the digest of each, by source."""
        self._claims.update((source, seal) for source, seal in seals.items() if source in self._claims)

    def _key(self, *what: str) -> int:
        return postgres.key(self._catalogue.schema, *what)

    def _guarded(self, work: Callable[[], bool]) -> bool:
        with self._catalogue.trouble():
            return work()

    def _connect(self) -> None:
        self._connection = self._catalogue.writing.connect()
        with self._connection.begin():
            postgres.call(self._connection, self._name)

    def _take(self, number: int, *, shared: bool) -> bool:
        with self._plain(self.connection()) as connection:
            return postgres.try_lock(connection, number, shared=shared)

    @contextlib.contextmanager
    def _plain(self, connection: sa.Connection) -> Iterator[sa.Connection]:
        """For one statement that needs no transaction around it: a third of the round trips."""
        connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            with connection.begin():
                yield connection
        finally:
            if not connection.invalidated and not connection.closed:
                connection.execution_options(isolation_level=WRITING)

    def _untake(self, *numbers: int) -> None:
        connection = self._connection
        if not numbers or connection is None or connection.invalidated or connection.closed:
            return  # the lock went with its session
        with contextlib.suppress(sa.exc.DBAPIError), self._plain(connection):
            postgres.unlock(connection, *numbers)

    def _again(self) -> None:
        """A new session with the locks of the lost one, unless somebody else was at work in between."""
        self.close()
        self._connect()
        # whoever gives us up for dead holds the lock of our name while doing so
        wanted = [*self._locks, *((self._key("source", name), False) for name in self._claims),
                  *((self._key("run", run), False) for run in self._runs)]
        for number, shared in wanted:
            if not self._take(number, shared=shared):
                said = self._holder(number)
                self.close()
                # most likely our own lost session, which the server has not given up yet
                raise PassingError(f"{said}; the database server went away and another session holds the lock")
        if self._changed():
            self.close()
            raise LockedError(f"another guidetrack was at work on {self._catalogue.address} while its server was away; "
                              "nothing more was written")

    def _changed(self) -> bool:
        assert self._connection is not None
        if not self.stand():
            return True
        with self._connection.begin():
            if any(ended(self._connection, run) for run in self._runs):
                return True
            if self.alone and self._newest_run(self._connection) != self._last_run:
                return True
            now = _memories(self._connection, list(self._claims))
            return any(now.get(source) != known for source, known in self._claims.items())

    def _newest_run(self, connection: sa.Connection | None = None) -> int:
        wanted = sa.select(sa.func.coalesce(sa.func.max(runs.c.number), 0))
        if connection is not None:
            return int(connection.execute(wanted).scalar_one())
        return self._catalogue.ask(lambda one: int(one.execute(wanted).scalar_one()), single=True)

    def _holder(self, number: int) -> str:
        connection = self.connection()
        with connection.begin():
            names = postgres.holders(connection, number)
        return described(names, self._catalogue.address)


def described(names: list[str], address: str) -> str:
    """A sentence saying who is at work, from what sessions call themselves."""
    words = names[0].split() if names else []
    if len(words) != 5 or words[0] != "guidetrack":
        return f"another guidetrack is at work on {address}"
    command, process, since, host = words[1:]
    try:
        when = f"{datetime.strptime(since, _SINCE).replace(tzinfo=UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        when = "an unknown time"
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"another guidetrack is at work on {address}: '{command}' (process {process} on {host}), since {when}{more}"


def at_work(catalogue: Catalogue) -> bool:
    """Whether any process holds the archive."""
    number = postgres.key(catalogue.schema, "archive")
    return bool(catalogue.ask(lambda connection: postgres.holders(connection, number), single=True))


def _memories(connection: sa.Connection, sources: Sequence[str]) -> dict[str, str]:
    """The digest of each source's memory; nothing for those never looked at."""
    wanted = (sa.select(names.c.text, memories.c.sha256).join(memories, memories.c.source == names.c.id)
              .where(names.c.text.in_(sources)))
    return {row.text: row.sha256 for row in connection.execute(wanted)}


@contextlib.contextmanager
def held(catalogue: Catalogue, *, command: str, now: datetime, alone: bool, part: str) -> Iterator[Session]:
    """Hold the archive of a catalogue; while it lasts, all writes go through the session that holds it."""
    session = Session(catalogue, command=command, now=now, alone=alone, part=part)
    session.open()
    catalogue.session = session
    try:
        yield session
    finally:
        catalogue.session = None
        session.close()

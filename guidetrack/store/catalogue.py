"""The catalogue's connection: transactions that are tried again when the database went away, and interned names."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from guidetrack.errors import DamagedError, GuidetrackError, StoreError
from guidetrack.store import dialect, journal, postgres
from guidetrack.store.journal import GENESIS, Entry
from guidetrack.store.schema import journal as journal_table
from guidetrack.store.schema import names, spell
from guidetrack.store.trouble import PassingError, told

if TYPE_CHECKING:
    from guidetrack.store.session import Session

T = TypeVar("T")
PATIENCE_SECONDS = 60.0
"""How long a transaction is tried again while the database server is away: a restart or a failover takes less."""
_PAUSES = (0.05, 0.2, 0.5, 1.0)
_BLOCK = 1000
_HEAD = sa.select(journal_table.c.number, journal_table.c.hash).order_by(journal_table.c.number.desc()).limit(1)


class Catalogue:
    """One catalogue. Reads may nest; writes are one transaction each, see :meth:`transact`."""

    def __init__(self, address: str, engine: sa.Engine, *, writable: bool, schema: str = "") -> None:
        self.address = address if dialect.is_sqlite(address) else postgres.shown(address)
        self.engine = engine
        self.writable = writable
        self.schema = schema
        """PostgreSQL's schema; empty for a file."""
        self.session: Session | None = None
        """While locks are held: the connection that holds them, and makes all writes."""
        self._names: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        alone = dialect.is_sqlite(address)
        self._single = engine if alone else engine.execution_options(isolation_level="AUTOCOMMIT")
        self.writing = engine if alone else engine.execution_options(isolation_level="READ COMMITTED")

    @property
    def conninfo(self) -> str:
        """What libpq connects with, for another client of the same database; never with a password."""
        return self.engine.url.set(drivername="postgresql").render_as_string()

    def single(self) -> sa.Connection:
        """A connection of its own, each statement of which stands for itself; its user closes it."""
        return self._single.connect()

    def close(self) -> None:
        """Let go of the file or server; SQLite folds its log into the catalogue."""
        self.engine.dispose()

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one consistent state."""
        with self.trouble(), self.engine.connect() as connection:
            yield connection

    def ask(self, question: Callable[[sa.Connection], T], *, single: bool = False) -> T:
        """The answer to a question that only reads; asked again when the database went away.

        :param single: it is one statement, so that it needs no transaction around it.
        """
        def once() -> T:
            with self.trouble(), (self._single if single else self.engine).connect() as connection:
                return question(connection)

        return persist(once)

    def transact(self, work: Callable[[Write], T]) -> T:
        """Do work that writes in one transaction, durable on return; tried again when the database undid it.

        ``work`` may run several times, so it changes nothing but the database. Raises StoreError.
        """
        def once() -> T:
            with self.write() as writing:
                return work(writing)

        return persist(once)

    @contextlib.contextmanager
    def write(self) -> Iterator[Write]:
        """One try at a transaction that nobody else's can come between; durable once left without an error.

        :raises StoreError: the catalogue is for reading only, or cannot be written.
        """
        if not self.writable:
            raise StoreError(f"{self.address} was opened for reading only")
        known = len(self._names)
        writing: Write | None = None
        try:
            with self.trouble(), self._writer() as connection, connection.begin():
                if self.schema:
                    postgres.take_turn(connection, self.schema)
                writing = Write(self, connection)
                yield writing
                writing.done = True
        except PassingError:
            # the answer to COMMIT may have been lost, not the transaction
            if writing is not None and writing.done and writing.proof is not None and self._stands(writing.proof):
                return
            self._forget(known)
            raise
        except BaseException:
            self._forget(known)
            raise

    @contextlib.contextmanager
    def _writer(self) -> Iterator[sa.Connection]:
        if self.session is not None:
            yield self.session.connection()
            return
        with self.writing.connect() as connection:
            yield connection.execution_options(guidetrack_write=True)

    def _stands(self, proof: sa.Select[Any]) -> bool:
        """Whether a transaction of which the end is unknown was committed: the server may still be at it."""
        def once() -> bool:
            with self.trouble(), self.writing.connect() as connection, connection.begin():
                postgres.take_turn(connection, self.schema)
                return connection.execute(proof).first() is not None

        return persist(once)

    def _forget(self, known: int) -> None:
        """Names that were not committed must not be believed."""
        if len(self._names) != known:
            self._names, self._texts = {}, {}  # new ones: who asks from another thread goes on with what it has

    @contextlib.contextmanager
    def trouble(self) -> Iterator[None]:
        """Database errors as StoreError or DamagedError, in a sentence that names the catalogue."""
        try:
            yield
        except GuidetrackError:
            raise
        except sa.exc.DBAPIError as error:
            raise told(error, self.address) from error

    def name(self, number: int, connection: sa.Connection) -> str:
        """The string a number of ``names`` stands for; its neighbours are learnt too. :raises DamagedError: none."""
        texts = self._texts
        if number not in texts:
            first = number - number % _BLOCK
            texts = self._learn(connection, names.c.id.between(first, first + _BLOCK - 1))
        try:
            return texts[number]
        except KeyError:
            raise DamagedError(f"{self.address}: name {number} is missing") from None

    def number(self, text: str, connection: sa.Connection) -> int | None:
        """The number of a string, or None when it has none."""
        known = self._names.get(text)
        if known is not None:
            return known
        return next((number for number, name in self._learn(connection, names.c.text == text).items() if name == text),
                    None)

    def learn_all(self, connection: sa.Connection) -> None:
        """Read every name at once, for a question about all sources."""
        self._learn(connection, sa.true())

    def _learn(self, connection: sa.Connection, condition: sa.ColumnElement[bool]) -> dict[int, str]:
        found = {int(number): str(text)
                 for number, text in connection.execute(sa.select(names.c.id, names.c.text).where(condition))}
        self._texts.update(found)
        self._names.update((text, number) for number, text in found.items())
        return found


class Write:
    """A transaction under way: the connection, and the journal it appends to."""

    def __init__(self, catalogue: Catalogue, connection: sa.Connection) -> None:
        self.catalogue = catalogue
        self.connection = connection
        self.done = False
        self.proof: sa.Select[Any] | None = None
        """Finds something once this transaction is committed, and only then."""

    def head(self) -> tuple[int, str]:
        """Number and hash of the journal's last entry; ``(0, "00…")`` before the first."""
        return head(self.connection)

    def append(self, at: datetime, items: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Entry]:
        """Append entries of these kinds and contents to the journal."""
        wanted = list(items)
        if not wanted:
            return []
        entries = journal.extend(self.head(), at, wanted)
        self.connection.execute(journal_table.insert(), [
            {"number": e.number, "at": e.at, "kind": e.kind, "content": e.content, "previous": e.previous,
             "hash": e.hash} for e in entries])
        self.prove(journal_table.c.number, entries[-1].number, journal_table.c.hash, entries[-1].hash)
        return entries

    def prove(self, number: sa.Column[int], value: int, digest: sa.Column[Any], found: object) -> None:
        """Name a row of this transaction by which it can be told whether it was committed."""
        self.proof = sa.select(sa.literal(1)).where(number == value, digest == found)

    def intern(self, texts: Iterable[str]) -> dict[str, int]:
        """The number of each string, given now to those that had none."""
        cache = self.catalogue._names
        wanted = set(texts)
        unknown = sorted(wanted - cache.keys())
        for start in range(0, len(unknown), 500):
            self.catalogue._learn(self.connection, names.c.text.in_(unknown[start:start + 500]))
        fresh = sorted(wanted - cache.keys(), key=spell)
        if fresh:
            first = self.next(names.c.id)
            rows = [{"id": first + index, "text": text} for index, text in enumerate(fresh)]
            self.connection.execute(names.insert(), rows)
            cache.update((text, first + index) for index, text in enumerate(fresh))
            self.catalogue._texts.update((first + index, text) for index, text in enumerate(fresh))
        return {text: cache[text] for text in wanted}

    def next(self, column: sa.Column[int]) -> int:
        """One more than the largest number in use."""
        return int(self.connection.execute(sa.select(sa.func.coalesce(sa.func.max(column), 0))).scalar_one()) + 1


def head(connection: sa.Connection) -> tuple[int, str]:
    """Number and hash of the journal's last entry; ``(0, "00…")`` before the first."""
    row = connection.execute(_HEAD).first()
    return (row.number, row.hash) if row else (0, GENESIS)


def persist(once: Callable[[], T]) -> T:
    """What ``once`` returns, tried again after a PassingError until patience is at its end."""
    until = time.monotonic() + PATIENCE_SECONDS
    for turn in range(10_000):
        try:
            return once()
        except PassingError:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)])
    return once()

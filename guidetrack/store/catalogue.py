"""The catalogue's connection: opening and creating it, transactions, interned names, trouble turned into sentences."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, EmptyArchiveError, GuidetrackError, NewerArchiveError, StoreError
from guidetrack.store import dialect, journal
from guidetrack.store.journal import GENESIS, Entry, Kind
from guidetrack.store.schema import REVISIONS, metadata, names, stamp
from guidetrack.store.schema import journal as journal_table

_HEAD = sa.select(journal_table.c.number, journal_table.c.hash).order_by(journal_table.c.number.desc()).limit(1)
_DAMAGE = ("malformed", "not a database", "disk image", "file is encrypted", "corrupt", "decode to UTF-8")


class Catalogue:
    """One catalogue. Reads may nest; writes are one transaction each, see :meth:`write`."""

    def __init__(self, address: str, engine: sa.Engine, *, writable: bool) -> None:
        self.address = address
        self.engine = engine
        self.writable = writable
        self._names: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def close(self) -> None:
        """Let go of the file; SQLite folds its log into the catalogue."""
        self.engine.dispose()

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one consistent state."""
        with self.trouble(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Write]:
        """A transaction that holds the write lock from its beginning; durable once left without an error."""
        if not self.writable:
            raise StoreError(f"{self.address} was opened for reading only")
        known = len(self._names)
        try:
            with (self.trouble(), self.engine.connect() as connection,
                  connection.execution_options(guidetrack_write=True).begin()):
                dialect.take_write_lock(connection)
                yield Write(self, connection)
        except BaseException:
            if len(self._names) != known:  # names that were not committed must not be believed
                self._names.clear()
                self._texts.clear()
            raise

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
        """The string a number of ``names`` stands for."""
        if number not in self._texts:
            self._load(connection)
        try:
            return self._texts[number]
        except KeyError:
            raise DamagedError(f"{self.address}: name {number} is missing") from None

    def number(self, text: str, connection: sa.Connection) -> int | None:
        """The number of a string, or None when it has none."""
        if text not in self._names:
            self._load(connection)
        return self._names.get(text)

    def _load(self, connection: sa.Connection) -> None:
        for number, text in connection.execute(sa.select(names.c.id, names.c.text)):
            self._names[text] = number
            self._texts[number] = text


class Write:
    """A transaction under way: the connection, and the journal it appends to."""

    def __init__(self, catalogue: Catalogue, connection: sa.Connection) -> None:
        self.catalogue = catalogue
        self.connection = connection

    def head(self) -> tuple[int, str]:
        """Number and hash of the journal's last entry; ``(0, "00…")`` before the first."""
        return head(self.connection)

    def append(self, at: datetime, items: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Entry]:
        """Append entries of these kinds and contents to the journal."""
        entries = journal.extend(self.head(), at, items)
        if entries:
            self.connection.execute(journal_table.insert(), [
                {"number": e.number, "at": e.at, "kind": e.kind, "content": e.content, "previous": e.previous,
                 "hash": e.hash} for e in entries])
        return entries

    def intern(self, texts: Iterable[str]) -> dict[str, int]:
        """The number of each string, given now to those that had none."""
        cache = self.catalogue._names
        wanted = set(texts)
        if not wanted <= cache.keys():
            self.catalogue._load(self.connection)
            first = max(self.catalogue._texts, default=0) + 1
            fresh = sorted(wanted - cache.keys())
            if fresh:
                rows = [{"id": first + index, "text": text} for index, text in enumerate(fresh)]
                self.connection.execute(names.insert(), rows)
                cache.update((text, first + index) for index, text in enumerate(fresh))
                self.catalogue._texts.update((first + index, text) for index, text in enumerate(fresh))
        return {text: cache[text] for text in wanted}

    def next(self, column: sa.Column[int]) -> int:
        """One more than the largest number in use."""
        return int(self.connection.execute(sa.select(sa.func.coalesce(sa.func.max(column), 0))).scalar_one()) + 1


def clean(text: str) -> str:
    """A string a database can hold: lone surrogates and NULs (PostgreSQL has none) as ``\\udc80``, ``\\x00``."""
    if text.isascii():
        return text.replace("\x00", "\\x00")
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def head(connection: sa.Connection) -> tuple[int, str]:
    """Number and hash of the journal's last entry; ``(0, "00…")`` before the first."""
    row = connection.execute(_HEAD).first()
    return (row.number, row.hash) if row else (0, GENESIS)


def told(error: sa.exc.DBAPIError, address: str) -> StoreError:
    """A database error as one of ours."""
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if any(word in said for word in _DAMAGE):
        return DamagedError(f"{address} is damaged ({said}); restore it from a backup")
    if "locked" in said:
        return StoreError(f"{address} is in use by another program ({said}); try again")
    if "full" in said:
        return StoreError(f"{address} cannot be written: no space left on the disk; nothing was lost")
    unwritable = "unable to open" in said and not os.access(Path(address).parent, os.W_OK)
    if "readonly" in said or "read-only" in said or unwritable:
        return StoreError(f"{address} cannot be written: it is read-only")
    return StoreError(f"{address}: {said}")


def open_catalogue(address: str, root: Path, *, now: datetime, version: str, write: bool) -> Catalogue:
    """The catalogue at ``address``, created or migrated when ``write`` is set. ``root``: the folder of bodies.

    Raises NewerArchiveError, DamagedError or StoreError with a sentence.
    """
    create = write and dialect.is_sqlite(address) and not Path(address).exists()
    if dialect.is_sqlite(address):
        _precondition(Path(address), root, create=create)
    try:
        engine = dialect.connect(address, write=write, create=create)
        catalogue = Catalogue(address, engine, writable=write)
        with catalogue.trouble():
            found = _stamp(engine)
            if found is None and write:
                _create(catalogue, now, version)
                found = REVISIONS[-1]
    except OSError as error:
        raise StoreError(f"{address} cannot be opened: {error.strerror or error}") from error
    try:
        _suits(catalogue, found, root, now=now, version=version)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def _precondition(path: Path, root: Path, *, create: bool) -> None:
    if create:
        if _holds_captures(root):
            raise DamagedError(f"{path} is missing, but {root} holds captures; restore it from a backup")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make {error.filename}: {error.strerror}") from error
    elif not path.exists():
        if _holds_captures(root):
            raise DamagedError(f"{path} is missing, but {root} holds captures; restore it from a backup")
        raise EmptyArchiveError(f"nothing is recorded yet: {path} does not exist; run 'guidetrack check' first")
    elif path.stat().st_size == 0:
        log = path.with_name(path.name + "-wal")
        if _holds_captures(root) and not (log.exists() and log.stat().st_size):
            raise DamagedError(f"{path} is empty, but {root} holds captures; restore it from a backup")


def _holds_captures(root: Path) -> bool:
    return root.is_dir() and next(root.glob("*/*.warc.gz"), None) is not None


def _stamp(engine: sa.Engine) -> str | None:
    """The schema's revision, or None in an empty database."""
    with engine.connect() as connection:
        try:
            return connection.execute(sa.select(stamp.c.version_num)).scalar()
        except sa.exc.DBAPIError as error:
            if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
                return None
            raise


def _create(catalogue: Catalogue, now: datetime, version: str) -> None:
    with catalogue.write() as writing:
        if sa.inspect(writing.connection).get_table_names():
            raise DamagedError(f"{catalogue.address} is no catalogue of guidetrack, or its stamp is lost")
        metadata.create_all(writing.connection)
        writing.connection.execute(stamp.insert(), {"version_num": REVISIONS[-1]})
        writing.append(now, [(Kind.ARCHIVE, birth(writing.connection, version))])


def birth(connection: sa.Connection, version: str) -> dict[str, Any]:
    """What the journal says of a new or migrated archive."""
    return {"schema": REVISIONS[-1], "version": version, "layout": journal.fingerprint(dialect.layout(connection))}


def _suits(catalogue: Catalogue, found: str | None, root: Path, *, now: datetime, version: str) -> None:
    if found == REVISIONS[-1]:
        return
    if found is None:
        raise EmptyArchiveError(f"nothing is recorded yet in {catalogue.address}; run 'guidetrack check' first")
    if found not in REVISIONS:
        _genuine(catalogue, found)
        raise NewerArchiveError(f"{catalogue.address} was written by a newer guidetrack (schema {found}; this one "
                                f"knows {REVISIONS[-1]}); upgrade guidetrack")
    if not catalogue.writable:
        raise StoreError(f"{catalogue.address} is of an older guidetrack (schema {found}); run 'guidetrack check' once "
                         "to bring it forward")
    from guidetrack.store.migrate import migrate

    migrate(catalogue, found, now=now, version=version)


def _genuine(catalogue: Catalogue, found: str) -> None:
    """A newer archive's journal says so too; a stamp that the journal does not know is damage."""
    wanted = (sa.select(journal_table.c.content).where(journal_table.c.kind == Kind.ARCHIVE.value)
              .order_by(journal_table.c.number.desc()).limit(1))
    with catalogue.read() as connection:
        content = connection.execute(wanted).scalar()
    if content is not None and f'"schema":{journal.canonical(found)}' not in content:
        raise DamagedError(f"{catalogue.address} is damaged: its stamp reads schema {found!r}, its journal does not")

"""Opening a catalogue: made when there is none, brought forward when it is old, refused when it is newer or damaged."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, EmptyArchiveError, NewerArchiveError, StoreError
from guidetrack.store import dialect, journal, postgres
from guidetrack.store.archive import Archive
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.journal import Kind
from guidetrack.store.schema import MOVING, REVISIONS, metadata, stamp
from guidetrack.store.schema import journal as journal_table
from guidetrack.store.trouble import PassingError

_TRIES = 3


def open_catalogue(address: str, archive: Archive, *, now: datetime, version: str, write: bool) -> Catalogue:
    """The catalogue at ``address``, created or migrated when ``write`` is set. ``archive``: the bodies it is about.

    Raises NewerArchiveError, DamagedError or StoreError with a sentence.
    """
    create = write and dialect.is_sqlite(address) and not Path(address).exists()
    if dialect.is_sqlite(address):
        _precondition(Path(address), archive, create=create)
    try:
        catalogue = connected(address, write=write, create=create)
        with catalogue.trouble():
            found = stamped(catalogue)
            if found is None and catalogue.schema and archive.holds_captures():
                found = stamped(catalogue)  # another process may have made it, and kept something, just now
                if found is None:
                    raise _lost(catalogue.address, "empty", archive)
            if found is None and write:
                found = catalogue.transact(lambda writing: _create(writing, now, version))
    except OSError as error:
        raise StoreError(f"{address} cannot be opened: {error.strerror or error}") from error
    try:
        _suits(catalogue, found, now=now, version=version)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def connected(address: str, *, write: bool, create: bool) -> Catalogue:
    """A catalogue by its address, whatever is in it. :raises StoreError: it cannot be reached or read."""
    engine = dialect.connect(address, write=write, create=create)
    catalogue = Catalogue(address, engine, writable=write)
    if not dialect.is_sqlite(address):
        try:
            catalogue.schema = _schema(catalogue, write)
        except BaseException as error:
            catalogue.close()
            if isinstance(error, StoreError) and catalogue.address not in str(error):
                raise StoreError(f"{catalogue.address}: {error}") from error
            raise
    return catalogue


def _schema(catalogue: Catalogue, write: bool) -> str:
    """Where the tables are. A server that is down is told at once; a session cut off in the middle is made again."""
    for _ in range(_TRIES):
        with contextlib.suppress(PassingError), catalogue.read() as connection:
            return postgres.schema(connection, write=write)
    with catalogue.read() as connection:
        return postgres.schema(connection, write=write)


def _precondition(path: Path, archive: Archive, *, create: bool) -> None:
    if create:
        if archive.holds_captures():
            raise _lost(path, "missing", archive)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            archive.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make {error.filename}: {error.strerror}") from error
    elif not path.exists():
        if archive.holds_captures():
            raise _lost(path, "missing", archive)
        raise EmptyArchiveError(f"nothing is recorded yet: {path} does not exist; run 'guidetrack check' first")
    elif path.stat().st_size == 0:
        log = path.with_name(path.name + "-wal")
        if archive.holds_captures() and not (log.exists() and log.stat().st_size):
            raise _lost(path, "empty", archive)


def _lost(what: object, how: str, archive: Archive) -> DamagedError:
    return DamagedError(f"{what} is {how}, but {archive.place.address} holds captures; restore it from a backup")


def stamped(catalogue: Catalogue) -> str | None:
    """The schema's revision, or None in an empty database."""
    def found(connection: sa.Connection) -> str | None:
        if catalogue.schema and stamp.name not in set(postgres.tables(connection)):
            return None
        try:
            return connection.execute(sa.select(stamp.c.version_num)).scalar()
        except sa.exc.DBAPIError as error:
            if "no such table" in str(error.orig):
                return None
            raise

    return catalogue.ask(found)


def _create(writing: Write, now: datetime, version: str) -> str:
    """Make the tables, unless another process made them while we waited for our turn; the schema they are of."""
    catalogue, connection = writing.catalogue, writing.connection
    there = set(sa.inspect(connection).get_table_names())
    if catalogue.schema and stamp.name in there:
        return str(connection.execute(sa.select(stamp.c.version_num)).scalar())
    # a database on a server may hold others' tables beside ours
    if there & metadata.tables.keys() if catalogue.schema else there:
        raise DamagedError(f"{catalogue.address} is no catalogue of guidetrack, or its stamp is lost")
    metadata.create_all(connection, checkfirst=False)
    connection.execute(stamp.insert(), {"version_num": REVISIONS[-1]})
    writing.append(now, [(Kind.ARCHIVE, birth(connection, version))])
    return REVISIONS[-1]


def birth(connection: sa.Connection, version: str) -> dict[str, Any]:
    """What the journal says of a new or migrated archive."""
    return {"schema": REVISIONS[-1], "version": version, "layout": journal.fingerprint(dialect.layout(connection))}


def _suits(catalogue: Catalogue, found: str | None, *, now: datetime, version: str) -> None:
    if found == REVISIONS[-1]:
        return
    if found is None:
        raise EmptyArchiveError(f"nothing is recorded yet in {catalogue.address}; run 'guidetrack check' first")
    if found == MOVING:
        raise StoreError(f"{catalogue.address} is half moved; run 'guidetrack migrate' again where it comes from")
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
    content = catalogue.ask(lambda connection: connection.execute(wanted).scalar(), single=True)
    if content is not None and f'"schema":{journal.canonical(found)}' not in content:
        raise DamagedError(f"{catalogue.address} is damaged: its stamp reads schema {found!r}, its journal does not")

"""Moving house: an archive from where it is to somewhere else, bodies, catalogue or both, and back.

The old place is only read, but for one journal entry where the new database spells its tables differently. The new
one cannot be used until all of it has been read again there and the last hashes of both journals are equal; until then
its stamp says that it is half moved. Killed at any moment, the same command goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from guidetrack.errors import StoreError, UsageError
from guidetrack.models import StoreSettings
from guidetrack.store import bodies, carry, dialect, journal
from guidetrack.store.archive import Archive
from guidetrack.store.carry import Progress
from guidetrack.store.catalogue import Catalogue, Write, head
from guidetrack.store.claim import claim_place, first_entry, owner
from guidetrack.store.journal import Entry, Kind
from guidetrack.store.main import Store
from guidetrack.store.opening import connected, stamped
from guidetrack.store.places import is_remote
from guidetrack.store.schema import MOVING, REVISIONS, metadata, stamp
from guidetrack.store.schema import journal as journal_table
from guidetrack.store.verify import UNSTAMPED, Problem, Scope, verify

EMPTY, STARTED, FINISHED = "empty", "started", "finished"


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where, and how much: files with their bytes, rows. ``found``: what the target holds already."""

    old: StoreSettings
    new: StoreSettings
    files: int
    bytes: int
    rows: int
    found: str

    @property
    def bodies(self) -> bool:
        """Whether the bodies move."""
        return not same(self.old.archive, self.new.archive)

    @property
    def catalogue(self) -> bool:
        """Whether the catalogue moves."""
        return not same(self.old.catalogue, self.new.catalogue)


def same(one: str, other: str) -> bool:
    """Whether two addresses name one place."""
    if is_remote(one) or is_remote(other):
        return one.rstrip("/") == other.rstrip("/")
    return Path(one).resolve() == Path(other).resolve()


def plan(store: Store, old: StoreSettings, new: StoreSettings) -> Move:
    """What a move would do; writes nothing. Raises StoreError when the target holds something else."""
    if same(old.archive, new.archive) and same(old.catalogue, new.catalogue):
        raise UsageError("the archive is there already; nothing is to be moved")
    archive = Archive.at(new)
    with store.catalogue.read() as connection:
        files = size = 0
        for file in carry.files(store.archive, connection):
            files, size = files + 1, size + file.size
        rows = carry.count(connection)
        mine = first_entry(connection)
        if not same(old.archive, new.archive):
            _free(archive, connection, mine)
    found = EMPTY if same(old.catalogue, new.catalogue) else _found(new.catalogue, mine, store.head())
    return Move(old, new, files, size, rows, found)


def _free(archive: Archive, connection: sa.Connection, mine: str) -> None:
    """The target holds nothing but what is ours."""
    mark = owner(archive.place) if is_remote(archive.place.address) else None
    if mark not in (None, mine):
        raise StoreError(f"{archive.place.address} holds the captures of another catalogue; name another prefix")
    strange = next(bodies.strangers(archive, connection, Problem), None)
    if strange is not None:
        raise StoreError(f"{archive.place.address} holds something else ({strange.where}); name an empty place")


def _found(address: str, mine: str, end: tuple[int, str]) -> str:
    """What the catalogue at an address holds: nothing, a part of this archive, or all of it."""
    if dialect.is_sqlite(address) and not Path(address).exists():
        return EMPTY
    catalogue = connected(address, write=False, create=False)
    try:
        with catalogue.read() as connection:
            version = stamped(catalogue)
            there = set(sa.inspect(connection).get_table_names())
            if catalogue.schema:  # a database on a server may hold others' tables beside ours
                there &= metadata.tables.keys()
            if version is None and not there:
                return EMPTY
            first = first_entry(connection) if journal_table.name in there else ""
            if version == MOVING and first in ("", mine):
                return STARTED
            if version == REVISIONS[-1] and head(connection) == end:
                return FINISHED
            raise StoreError(f"{catalogue.address} holds an archive already; name an empty one")
    finally:
        catalogue.close()


def move(store: Store, wanted: Move, *, now: datetime, version: str, progress: Progress) -> tuple[int, str]:
    """Carry it. Call with the lock of the old one held; returns number and last hash of both journals.

    Raises StoreError when something does not match: then nothing was switched over, and moving again goes on.
    """
    with _opened(store, wanted) as (archive, catalogue):
        if wanted.catalogue and wanted.found != FINISHED:
            _vouch(store, catalogue, now, version)
        with store.catalogue.read() as connection:
            end, mine = head(connection), first_entry(connection)
            if wanted.bodies:
                if is_remote(archive.place.address):
                    claim_place(archive.place, mine, known=True)
                resumed = next(archive.files(), None) is not None
                carry.carry_files(store.archive, archive, carry.files(store.archive, connection), total=wanted.files,
                                  resumed=resumed, progress=progress)
            if wanted.catalogue and wanted.found != FINISHED:
                carry.carry_rows(connection, catalogue, total=wanted.rows, progress=progress)
        _compared(Store(archive, catalogue, now, version), wanted, end, progress)
        if store.head() != end:
            raise StoreError("the archive was written to meanwhile; nothing was switched over. Run it again")
        if wanted.catalogue:
            catalogue.transact(lambda writing: _stamped(writing, REVISIONS[-1]))
        return end


@contextmanager
def _opened(store: Store, wanted: Move) -> Iterator[tuple[Archive, Catalogue]]:
    archive = Archive.at(wanted.new) if wanted.bodies else store.archive
    if not wanted.catalogue:
        yield archive, store.catalogue
        return
    address = wanted.new.catalogue
    fresh = dialect.is_sqlite(address) and not Path(address).exists()
    if dialect.is_sqlite(address):
        Path(address).parent.mkdir(parents=True, exist_ok=True)
    catalogue = connected(address, write=True, create=fresh)
    try:
        if wanted.found == EMPTY:
            catalogue.transact(_make)
        yield archive, catalogue
    finally:
        catalogue.close()


def _make(writing: Write) -> None:
    metadata.create_all(writing.connection, checkfirst=False)
    writing.connection.execute(stamp.insert(), {"version_num": MOVING})


def _stamped(writing: Write, version: str) -> None:
    writing.connection.execute(stamp.update().values(version_num=version))


def _vouch(store: Store, target: Catalogue, now: datetime, version: str) -> None:
    """Have the journal vouch for the new tables' definition too, where it does not yet: both chains stay one."""
    theirs = target.ask(lambda connection: journal.fingerprint(dialect.layout(connection)))
    ours = store.catalogue.ask(lambda connection: journal.fingerprint(dialect.layout(connection)))
    wanted = (sa.select(journal_table).where(journal_table.c.kind == Kind.ARCHIVE.value)
              .order_by(journal_table.c.number.desc()).limit(1))
    row = store.catalogue.ask(lambda connection: connection.execute(wanted).first())
    said = Entry(*row).value if row is not None else {}
    if {ours, theirs} <= {said.get("layout"), said.get("also", said.get("layout"))}:
        return
    entry = {"schema": REVISIONS[-1], "version": version, "layout": theirs, "also": ours}
    store.catalogue.transact(lambda writing: writing.append(now, [(Kind.ARCHIVE, entry)]))


def _compared(target: Store, wanted: Move, end: tuple[int, str], progress: Progress) -> None:
    """Read all of the target again: every body, row and hash."""
    scope = Scope() if wanted.bodies else Scope(sample=0.0)
    problems = (problem for problem in verify(target, scope, progress=lambda done, of: progress("checked", done, of))
                if problem.what != UNSTAMPED)
    found = next(problems, None)
    if found is not None:
        raise StoreError(f"what was carried does not verify ({found}); nothing was switched over")
    if target.head() != end:
        raise StoreError("the journals do not end alike; nothing was switched over")

"""Re-read everything and check it against its digests: every file, every row, the whole journal.

Streams in bounded memory and in one consistent view, also while a run is writing. Each finding is one
:class:`Problem`; silence means that all is as it was recorded.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, GuidetrackError
from guidetrack.store import bodies, dialect, journal, memories, runs
from guidetrack.store.journal import GENESIS, Entry, Kind
from guidetrack.store.ledger import paged
from guidetrack.store.ledgers import Books
from guidetrack.store.main import Store
from guidetrack.store.schema import REVISIONS, checks, stamp, texts
from guidetrack.store.schema import captures as captures_table
from guidetrack.store.schema import journal as journal_table
from guidetrack.store.schema import memories as memories_table
from guidetrack.store.schema import names as names_table
from guidetrack.store.schema import runs as runs_table
from guidetrack.store.trouble import told

Progress = Callable[[int, int], None]
UNSTAMPED = "its stamp is not the one of this schema"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was recorded: the file or part of the catalogue, and a sentence."""

    where: str
    what: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" [{self.source}]" if self.source else "")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which bodies are re-read; rows and journal always are.

    :param sample: share of the bodies, drawn anew each time; 1 is all.
    """

    source: str | None = None
    since: datetime | None = None
    sample: float = 1.0


def verify(store: Store, scope: Scope = Scope(), *, progress: Progress | None = None) -> Iterator[Problem]:
    """Everything that does not match, in the order found. Raises StoreError when something cannot be read."""
    address = store.catalogue.address
    with store.catalogue.read() as connection:
        parts: list[Iterator[Problem]] = [
            _database(connection, address), _checks(store, connection), _journal(store, connection, scope, progress),
            _memories(store, connection), _strangers(store, connection)]
        for part in parts:
            try:
                yield from part
            except DamagedError as error:
                yield Problem(address, str(error))
            except sa.exc.DBAPIError as error:
                yield Problem(address, str(told(error, address)))
            except (ValueError, TypeError, OverflowError, LookupError) as error:
                yield Problem(address, f"a row cannot be read ({type(error).__name__}: {error})")


def _strangers(store: Store, connection: sa.Connection) -> Iterator[Problem]:
    """Files nobody recorded. None while a run is writing, or was killed just now: the next run clears those away."""
    if not store.busy():
        yield from bodies.strangers(store.archive, connection, Problem)


def _database(connection: sa.Connection, address: str) -> Iterator[Problem]:
    for sentence in dialect.damage(connection):
        yield Problem(address, f"the database finds: {sentence}")
    if connection.execute(sa.select(stamp.c.version_num)).all() != [(REVISIONS[-1],)]:
        yield Problem(address, UNSTAMPED)


def _checks(store: Store, connection: sa.Connection) -> Iterator[Problem]:
    """Every check against its link, the links against what the journal says at the end of each run."""
    address, ends = store.catalogue.address, _ends(connection)
    ids = {row.number: row.id for row in connection.execute(sa.select(runs_table.c.number, runs_table.c.id))}
    state: dict[int, tuple[bytes, int]] = {}
    expected = 1
    for row in paged(connection, sa.select(checks), checks.c.id):
        if row.id != expected:
            yield Problem(address, f"checks {expected} to {row.id - 1} are missing")
        expected = row.id + 1
        before, count = state.get(row.run, (b"", 0))
        try:
            check = runs.thaw(row, ids[row.run], store.catalogue, connection)
            if runs.link(before, check) != row.link:
                yield Problem(address, f"check {row.id} ({check.at:%Y-%m-%d %H:%M:%S} UTC) is not as it was recorded",
                              check.source)
        except (GuidetrackError, ValueError, TypeError, KeyError) as error:
            yield Problem(address, f"check {row.id} is damaged ({error})")
        state[row.run] = bytes(row.link), count + 1
    for number, id in ids.items():
        link, count = state.get(number, (b"", 0))
        if id in ends and ends[id] != (count, link.hex()):
            then = ends[id][0]
            yield Problem(address, f"the checks of run {id} are not those it ended with ({count} now, {then} then)")


def _ends(connection: sa.Connection) -> dict[str, tuple[int, str]]:
    """Of each run that ended: how many checks it had, and the last link."""
    found = {}
    for row in paged(connection, sa.select(journal_table).where(journal_table.c.kind == Kind.ENDED.value),
                     journal_table.c.number):
        value = Entry(*row).value
        found[value["run"]] = value["checks"], value["link"]
    return found


def _journal(store: Store, connection: sa.Connection, scope: Scope, progress: Progress | None) -> Iterator[Problem]:
    with bodies.Reader(store.archive, Problem, store.busy) as reader:
        yield from _entries(store, connection, scope, reader, progress)


def _entries(store: Store, connection: sa.Connection, scope: Scope, reader: bodies.Reader[Problem],
             progress: Progress | None) -> Iterator[Problem]:
    """The chain itself, and every row and file its entries vouch for."""
    address = store.catalogue.address
    books = Books(store.catalogue, connection)
    total = connection.execute(sa.select(sa.func.count()).select_from(captures_table)).scalar_one()
    seen, previous, expected = 0, GENESIS, 1
    draw = random.Random()  # a sample drawn anew each night sees everything in time
    for row in paged(connection, sa.select(journal_table), journal_table.c.number):
        entry = Entry(*row)
        for sentence in _chained(entry, expected, previous):
            yield Problem(address, sentence)
        expected, previous = entry.number + 1, entry.hash
        for found in books.claim(entry):
            if isinstance(found, str):
                yield Problem(address, found, _source_of(entry))
            elif entry.kind == Kind.CAPTURE:
                seen += 1
                if _in_scope(found[0], scope) and draw.random() < scope.sample:
                    yield from reader.check(found[0])
                if progress is not None:
                    progress(seen, total)
    yield from reader.rest()
    for sentence in books.rest():
        yield Problem(address, sentence)
    if expected == 1:
        yield Problem(address, "the journal is empty")
    if books.layouts and journal.fingerprint(dialect.layout(connection)) not in books.layouts:
        yield Problem(address, "its tables are not defined as when they were made")


def _chained(entry: Entry, expected: int, previous: str) -> Iterator[str]:
    name = f"journal entry {entry.number}"
    if entry.number != expected:
        yield f"journal entries {expected} to {entry.number - 1} are missing"
    elif entry.previous != previous:
        yield f"{name} does not follow the one before it"
    if journal.digest(entry.number, entry.at, entry.kind, entry.content, entry.previous) != entry.hash:
        yield f"{name} ({entry.kind}) is not as it was recorded"


def _source_of(entry: Entry) -> str:
    try:
        return str(entry.value.get("source", ""))
    except ValueError:
        return ""


def _in_scope(row: Any, scope: Scope) -> bool:
    return (scope.source in (None, row.source_id)) and (scope.since is None or row.fetched >= scope.since)


def _memories(store: Store, connection: sa.Connection) -> Iterator[Problem]:
    """What the next check would start from: intact, and about captures that are there."""
    address = store.catalogue.address
    for row in paged(connection, sa.select(memories_table), memories_table.c.source):
        try:
            memory = memories.thaw(row, store.catalogue, connection)
        except GuidetrackError as error:
            yield Problem(address, str(error))
            continue
        if memory.base is None:
            continue
        known = connection.execute(
            sa.select(texts.c.digest).join(captures_table, texts.c.capture == captures_table.c.number)
            .join(names_table, captures_table.c.source == names_table.c.id)
            .where(names_table.c.text == memory.source, captures_table.c.id == memory.base)).scalars().all()
        if memory.base_digest and memory.base_digest not in known:
            yield Problem(address, f"the text last known, of {memory.base}, is not in the catalogue", memory.source)

"""Files and rows from one archive into another, each checked on its way. What is there is compared, not written.

Both ends may be anything: a folder or a bucket, SQLite or PostgreSQL. Carrying twice changes nothing, so whoever was
killed at it begins again and goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import sqlalchemy as sa

from guidetrack.errors import DamagedError, StoreError
from guidetrack.store import captures
from guidetrack.store.archive import MAX_FILE_BYTES, TXT, Archive
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.ledger import paged
from guidetrack.store.schema import captures as captures_table
from guidetrack.store.schema import journal, metadata, stamp

ROWS = 200
"""Rows carried in one transaction: a bound on memory."""
THREADS = 8
IN_FLIGHT_BYTES = 64_000_000
"""Bytes of files under way at once; one larger file goes alone."""

Progress = Callable[[str, int, int], None]


class File(NamedTuple):
    """A file that the catalogue says there is."""

    name: str
    size: int
    sha256: str


def files(archive: Archive, connection: sa.Connection) -> Iterator[File]:
    """Every file there should be, capture by capture."""
    for row in paged(connection, captures.LISTED, captures_table.c.number):
        if row.kept:
            yield File(archive.name(row.source_id, row.id), row.warc_size, row.warc_sha256)
        if row.txt_sha256 and not row.reduced:
            yield File(archive.name(row.source_id, row.id, TXT), row.txt_size, row.txt_sha256)


def carry_files(source: Archive, target: Archive, wanted: Iterator[File], *, total: int, resumed: bool,
                progress: Progress) -> int:
    """Carry files, several at a time; returns how many. ``resumed``: some may be there already.

    Raises DamagedError, naming what does not match, after everything else was carried.
    """
    damaged: list[str] = []
    done = 0
    going: deque[tuple[int, Future[str]]] = deque()

    def finish() -> int:
        size, future = going.popleft()
        if said := future.result():
            damaged.append(said)
        return size

    with ThreadPoolExecutor(THREADS) as pool:
        try:
            under_way = 0
            for file in wanted:
                while going and (len(going) >= 2 * THREADS or under_way + file.size > IN_FLIGHT_BYTES):
                    under_way -= finish()
                    done += 1
                    progress("files", done, total)
                going.append((file.size, pool.submit(_carry, source, target, file, resumed)))
                under_way += file.size
            while going:
                finish()
                done += 1
                progress("files", done, total)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    if damaged:
        more = f", and {len(damaged) - 1} more" if len(damaged) > 1 else ""
        raise DamagedError(f"{damaged[0]}{more}; nothing was switched over. Restore it from a backup, see "
                           "'guidetrack verify'")
    return done


def _carry(source: Archive, target: Archive, file: File, resumed: bool) -> str:
    """Carry one file; a sentence when it is not as it was recorded."""
    if resumed and target.place.size(file.name) == file.size:
        return ""  # every byte of the target is read again at the end
    try:
        data = source.place.get(file.name, MAX_FILE_BYTES)
    except DamagedError as error:
        return str(error)
    if len(data) != file.size or hashlib.sha256(data).hexdigest() != file.sha256:
        return f"{source.place.where(file.name)} does not match its SHA-256"
    if not target.place.put_new(file.name, data) and target.place.get(file.name, MAX_FILE_BYTES) != data:
        raise StoreError(f"{target.place.where(file.name)} holds something else; nothing was overwritten")
    target.place.settle(file.name)
    return ""


def tables() -> list[sa.Table]:
    """The tables in the order they are carried: the journal first, by which a half-made copy is known."""
    return [journal, *(table for table in metadata.sorted_tables if table not in (journal, stamp))]


def count(connection: sa.Connection) -> int:
    """Rows there are to carry."""
    return sum(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables())


def carry_rows(connection: sa.Connection, target: Catalogue, *, total: int, progress: Progress) -> int:
    """Carry every row, in pages; each page is read back and compared before it is committed. Returns how many."""
    done = 0
    for table in tables():
        key = table.primary_key.columns[0]
        last: int | None = None
        while True:
            wanted = sa.select(table).order_by(key).limit(ROWS)
            page = connection.execute(wanted if last is None else wanted.where(key > last)).mappings().all()
            rows = {row[key.name]: dict(row) for row in page}
            end = max(rows) if len(rows) == ROWS else None
            _transact(target, table, rows, last, end)
            done += len(rows)
            progress("rows", done, total)
            if end is None:
                break
            last = end
    return done


def _transact(target: Catalogue, table: sa.Table, rows: Mapping[int, dict[str, Any]], last: int | None,
              end: int | None) -> None:
    target.transact(lambda writing: _page(writing, table, rows, last, end))


def _page(writing: Write, table: sa.Table, rows: Mapping[int, dict[str, Any]], last: int | None,
          end: int | None) -> None:
    """Make the target's rows between two numbers equal to these. Rows of another archive are never touched."""
    connection, key = writing.connection, table.primary_key.columns[0]
    between = sa.select(table)
    between = between if last is None else between.where(key > last)
    between = between if end is None else between.where(key <= end)
    there = {row[key.name]: dict(row) for row in connection.execute(between).mappings()}
    differing = [number for number, row in there.items() if rows.get(number) != row]
    if there.keys() - rows.keys() or (differing and table is journal):
        raise StoreError(f"{writing.catalogue.address} holds something else; name an empty one")
    fresh = [row for number, row in rows.items() if number not in there]
    if fresh:
        connection.execute(table.insert(), fresh)
    for number in differing:
        # changed at its source between a migration that was killed and this one
        connection.execute(table.update().where(key == number).values(rows[number]))
    if fresh or differing:
        back = {row[key.name]: dict(row) for row in connection.execute(between).mappings()}
        if back != rows:
            raise StoreError(f"{writing.catalogue.address} does not give back the {table.name} it was given")



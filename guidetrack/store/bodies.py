"""The files of the archive against the catalogue: present, whole, and what was recorded."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from guidetrack.errors import DamagedError
from guidetrack.store import unwarc
from guidetrack.store.archive import TXT, WARC, Archive
from guidetrack.store.places import is_remote
from guidetrack.store.schema import captures, names

P = TypeVar("P")
Report = Callable[[str, str, str], P]
THREADS = 8
"""Objects asked for at once: an answer takes tens of milliseconds, most of them waiting."""
AHEAD_BYTES = 64_000_000
"""Bytes of files under way at once; one larger file goes alone."""


class Reader(Generic[P]):
    """Checks the files of captures: of a folder one after the other, of a bucket several at once. A context manager.

    ``problem`` makes a finding; ``busy`` tells whether a run is writing, or was killed just now.
    """

    def __init__(self, archive: Archive, problem: Report[P], busy: Callable[[], bool]) -> None:
        self._archive, self._problem, self._busy = archive, problem, busy
        self._pool = ThreadPoolExecutor(THREADS) if is_remote(archive.place.address) else None
        self._going: deque[tuple[int, Future[list[P]]]] = deque()
        self._bytes = 0

    def __enter__(self) -> Reader[P]:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def check(self, row: Any) -> Iterator[P]:
        """Look at the files of one capture, as listed; what was found by now."""
        if self._pool is None:
            yield from check(self._archive, row, self._problem, busy=self._busy)
            return
        size = row.warc_size + row.txt_size
        while self._going and (len(self._going) >= 2 * THREADS or self._bytes + size > AHEAD_BYTES):
            yield from self._next()
        self._bytes += size
        self._going.append((size, self._pool.submit(self._all, row)))

    def rest(self) -> Iterator[P]:
        """What the checks under way find."""
        while self._going:
            yield from self._next()

    def _all(self, row: Any) -> list[P]:
        return list(check(self._archive, row, self._problem, busy=self._busy))

    def _next(self) -> list[P]:
        size, future = self._going.popleft()
        self._bytes -= size
        return future.result()


def check(archive: Archive, row: Any, problem: Report[P], *, busy: Callable[[], bool]) -> Iterator[P]:
    """What is wrong with the files of one capture; ``row`` as listed, ``problem`` makes a finding.

    ``busy``: whether a run is writing, or was killed just now; what it was removing the next one removes.
    """
    name = f"{row.source_id}/{row.id}{WARC}"
    if not row.kept:
        yield from _gone(archive, row, WARC, problem, busy)
    else:
        yield from (problem(name, sentence, row.source_id) for sentence in _warc(archive, row))
    if row.reduced:
        yield from _gone(archive, row, TXT, problem, busy)
    elif row.txt_sha256:
        text = f"{row.source_id}/{row.id}{TXT}"
        yield from (problem(text, sentence, row.source_id)
                    for sentence in _same(archive, row, TXT, row.txt_size, row.txt_sha256)[1])


def _gone(archive: Archive, row: Any, suffix: str, problem: Report[P],
          busy: Callable[[], bool]) -> Iterator[P]:
    """A file that was removed is not there, unless a run is removing it, or was killed at it: the next one does it."""
    if archive.size(row.source_id, row.id, suffix) is not None and not busy():
        yield problem(f"{row.source_id}/{row.id}{suffix}", "was removed, but is there", row.source_id)


def _warc(archive: Archive, row: Any) -> list[str]:
    raw, found = _same(archive, row, WARC, row.warc_size, row.warc_sha256)
    if raw is None:
        return found
    try:
        capture = unwarc.decode(raw, max(row.size, 1))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return [*found, str(error)]
    if (capture.source, capture.id, capture.sha256, len(capture.body)) != (row.source_id, row.id, row.sha256, row.size):
        found.append("holds another capture than the one recorded")
    return found


def _same(archive: Archive, row: Any, suffix: str, size: int, sha256: str) -> tuple[bytes | None, list[str]]:
    try:
        raw = archive.read(row.source_id, row.id, suffix)
    except DamagedError as error:
        return None, [str(error).removeprefix(f"{archive.where(row.source_id, row.id, suffix)} ")]
    if len(raw) != size:
        return raw, [f"has {len(raw)} bytes; {size} were recorded"]
    if hashlib.sha256(raw).hexdigest() != sha256:
        return raw, ["does not match its SHA-256"]
    return raw, []


def strangers(archive: Archive, connection: sa.Connection, problem: Report[P]) -> Iterator[P]:
    """Bodies and texts that the catalogue does not know."""
    last, known = "", set()
    for source, name, _ in archive.files():
        if source != last:
            wanted = sa.select(captures.c.id).join(names, captures.c.source == names.c.id).where(names.c.text == source)
            last, known = source, set(connection.execute(wanted).scalars())
        if name.endswith((WARC, TXT)) and name.removesuffix(WARC).removesuffix(TXT) not in known:
            yield problem(f"{source}/{name}", "is not in the catalogue", source)

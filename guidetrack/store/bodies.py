"""The files of the archive against the catalogue: present, whole, and what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa

from guidetrack.errors import DamagedError
from guidetrack.store import unwarc
from guidetrack.store.archive import TXT, WARC, Archive
from guidetrack.store.schema import captures, names

P = TypeVar("P")
Report = Callable[[str, str, str], P]


def check(archive: Archive, row: Any, problem: Report[P], *, busy: bool) -> Iterator[P]:
    """What is wrong with the files of one capture; ``row`` as listed, ``problem`` makes a finding.

    ``busy``: a run is writing, or was killed just now; what it was removing the next one removes.
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


def _gone(archive: Archive, row: Any, suffix: str, problem: Report[P], busy: bool) -> Iterator[P]:
    """A file that was removed is not there, unless a run is removing it, or was killed at it: the next one does it."""
    if not busy and archive.size(row.source_id, row.id, suffix) is not None:
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

"""Removing bodies of long-superseded captures. Texts, digests and the journal stay; the journal says what went.

Kept whatever its age: the capture in force at the date given and all after it; whatever the next check starts from;
every capture of a change that nobody has decided on, or that was reopened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from guidetrack.models import CaptureInfo
from guidetrack.store import captures, changes, memories
from guidetrack.store.archive import WARC
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.journal import Kind
from guidetrack.store.main import Store
from guidetrack.store.schema import captures as captures_table

BATCH = 200


@dataclass(frozen=True, slots=True)
class Pruned:
    """A capture whose body goes, and the bytes of its file."""

    capture: CaptureInfo
    bytes: int


def candidates(store: Store, before: datetime) -> list[Pruned]:
    """The captures whose bodies may go, oldest first."""
    with store.catalogue.read() as connection:
        needed = _needed(store.catalogue, connection)
        rows = connection.execute(captures.LISTED.where(captures_table.c.fetched < before)
                                  .order_by(captures_table.c.fetched, captures_table.c.number)).all()
        sizes = {(row.source_id, row.id): row.warc_size for row in rows}
        in_force = {}
        for row in rows:
            if row.good:
                in_force[row.source_id] = row.id
        return [Pruned(info, sizes[info.source, info.id]) for info in map(captures.info, rows)
                if info.kept and (info.source, info.id) not in needed and in_force.get(info.source) != info.id]


def _needed(catalogue: Catalogue, connection: sa.Connection) -> set[tuple[str, str]]:
    known = memories.load(catalogue, connection).values()
    needed = {(memory.source, memory.base) for memory in known if memory.base}
    query = changes.Query(unreviewed=True, technical=True, historical=True)
    for change in changes.find(connection, query, catalogue.address):
        needed.update((change.source, ref.capture) for ref in (change.to, change.from_) if ref)
    return needed


def prune(store: Store, before: datetime, now: datetime) -> Iterator[Pruned]:
    """Remove what :func:`candidates` lists; yields each capture once its body is gone. Call with the lock held."""
    found = candidates(store, before)
    for start in range(0, len(found), BATCH):
        some = found[start:start + BATCH]
        named = [(item.capture.source, item.capture.id) for item in some]
        store.recorder.intents.say(named)
        store.catalogue.transact(partial(_mark, some=some, before=before, now=now))
        for item in some:
            # killed before this, the next writer does it: the rows say that the body is gone
            store.archive.remove(item.capture.source, item.capture.id, (WARC,))
            yield item
        store.recorder.intents.done(named)


def _mark(writing: Write, some: Sequence[Pruned], before: datetime, now: datetime) -> None:
    for item in some:
        source = writing.catalogue.number(item.capture.source, writing.connection)
        writing.connection.execute(captures_table.update().where(
            captures_table.c.source == source, captures_table.c.id == item.capture.id).values(kept=False))
    writing.append(now, [(Kind.PRUNED, {
        "before": before.isoformat(),
        "captures": [[item.capture.source, item.capture.id, item.capture.sha256] for item in some]})])

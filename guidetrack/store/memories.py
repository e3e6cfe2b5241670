"""Memories in the catalogue: one row a source, renewed with every check."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError
from guidetrack.models import Memory
from guidetrack.store import freeze
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.schema import memories, names

_RENEW = sa.text("INSERT INTO memories (source, content, sha256) VALUES (:source, :content, :sha256) "
                 "ON CONFLICT (source) DO UPDATE SET content = excluded.content, sha256 = excluded.sha256")


def save(writing: Write, items: Iterable[Memory], numbers: Mapping[str, int]) -> dict[str, str]:
    """Write memories; of several for one source the last stands. Returns the digest of each by source."""
    rows: dict[str, dict[str, Any]] = {}
    for memory in items:
        content = freeze.freeze_memory(memory)
        rows[memory.source] = {"source": numbers[memory.source], "content": content, "sha256": seal(content)}
    if rows:
        writing.connection.execute(_many() if writing.catalogue.schema else _RENEW, list(rows.values()))
    return {source: row["sha256"] for source, row in rows.items()}


@functools.cache
def _many() -> sa.Executable:
    """The same for a server, where hundreds of rows go in one statement."""
    from sqlalchemy.dialects.postgresql import insert

    made = insert(memories)
    renewed = made.on_conflict_do_update(index_elements=[memories.c.source], set_={
        "content": made.excluded.content, "sha256": made.excluded.sha256})
    return renewed.returning(memories.c.source)  # only what returns something goes in one statement


def seal(content: str) -> str:
    """The digest beside a memory."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def load(catalogue: Catalogue, connection: sa.Connection) -> dict[str, Memory]:
    """All memories by source id."""
    catalogue.learn_all(connection)
    return {memory.source: memory for memory in (thaw(row, catalogue, connection)
                                                 for row in connection.execute(sa.select(memories)))}


def some(catalogue: Catalogue, connection: sa.Connection, sources: Sequence[str]) -> dict[str, Memory]:
    """The memories of these sources by source id; nothing for those never looked at."""
    wanted = (sa.select(memories, names.c.text).join(names, memories.c.source == names.c.id)
              .where(names.c.text.in_(sources)))
    return {row.text: _checked(row.content, row.sha256, row.text, catalogue.address)
            for row in connection.execute(wanted)}


def thaw(row: Any, catalogue: Catalogue, connection: sa.Connection) -> Memory:
    """A row as the memory it was. Raises DamagedError naming the source."""
    return _checked(row.content, row.sha256, catalogue.name(row.source, connection), catalogue.address)


def _checked(content: str, sha256: str, source: str, address: str) -> Memory:
    try:
        if seal(content) != sha256:
            raise ValueError("digest differs")
        found = freeze.thaw_memory(content)
        if found.source != source:
            raise ValueError(f"it belongs to {found.source}")
    except (ValueError, TypeError) as error:
        raise DamagedError(f"{address}: memory of {source} is damaged ({error})") from error
    return found

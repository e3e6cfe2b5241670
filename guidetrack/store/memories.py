"""Memories in the catalogue: one row a source, renewed with every check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError
from guidetrack.models import Memory
from guidetrack.store import freeze
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.schema import memories

# the same words in SQLite (3.24) and PostgreSQL (9.5)
_RENEW = sa.text("INSERT INTO memories (source, content, sha256) VALUES (:source, :content, :sha256) "
                 "ON CONFLICT (source) DO UPDATE SET content = excluded.content, sha256 = excluded.sha256")


def save(writing: Write, items: Iterable[Memory], numbers: Mapping[str, int]) -> None:
    """Write memories; of several for one source the last stands."""
    rows: dict[str, dict[str, Any]] = {}
    for memory in items:
        content = freeze.freeze_memory(memory)
        rows[memory.source] = {"source": numbers[memory.source], "content": content, "sha256": seal(content)}
    writing.connection.execute(_RENEW, list(rows.values()))


def seal(content: str) -> str:
    """The digest beside a memory."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def load(catalogue: Catalogue, connection: sa.Connection) -> dict[str, Memory]:
    """All memories by source id."""
    return {memory.source: memory for memory in (thaw(row, catalogue, connection)
                                                 for row in connection.execute(sa.select(memories)))}


def thaw(row: Any, catalogue: Catalogue, connection: sa.Connection) -> Memory:
    """A row as the memory it was. Raises DamagedError naming the source."""
    source = catalogue.name(row.source, connection)
    try:
        if seal(row.content) != row.sha256:
            raise ValueError("digest differs")
        found = freeze.thaw_memory(row.content)
        if found.source != source:
            raise ValueError(f"it belongs to {found.source}")
    except (ValueError, TypeError) as error:
        raise DamagedError(f"{catalogue.address}: memory of {source} is damaged ({error})") from error
    return found

"""Each sources.toml that was in force, from when: a change of configuration is part of the record."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError
from guidetrack.store.catalogue import Write
from guidetrack.store.journal import Kind, iso
from guidetrack.store.schema import configurations

MAX_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Configuration:
    """One sources.toml: its digest as given, its text, since when it is in force."""

    id: int
    sha256: str
    content: str
    at: datetime


def latest(connection: sa.Connection) -> str | None:
    """The digest of the configuration last recorded."""
    wanted = sa.select(configurations.c.sha256).order_by(configurations.c.id.desc()).limit(1)
    found: str | None = connection.execute(wanted).scalar()
    return found


def listing(connection: sa.Connection, address: str, since: datetime | None,
            until: datetime | None) -> list[Configuration]:
    """Configurations recorded in the period, oldest first."""
    wanted = sa.select(configurations).order_by(configurations.c.id)
    if since is not None:
        wanted = wanted.where(configurations.c.at >= since)
    if until is not None:
        wanted = wanted.where(configurations.c.at <= until)
    return [thaw(row, address) for row in connection.execute(wanted)]


def add(writing: Write, sha256: str, content: str, now: datetime) -> None:
    """Append a configuration."""
    number = writing.next(configurations.c.id)
    raw = content.encode("utf-8", "surrogateescape")
    row = {"id": number, "sha256": sha256, "content": zlib.compress(raw, 6),
           "content_sha256": hashlib.sha256(raw).hexdigest(), "at": now}
    writing.connection.execute(configurations.insert(), row)
    writing.append(now, [(Kind.CONFIGURATION, journaled(row))])


def journaled(row: dict[str, Any]) -> dict[str, Any]:
    """What the journal says of a configuration."""
    return {"configuration": row["id"], "sha256": row["sha256"], "content_sha256": row["content_sha256"],
            "at": iso(row["at"])}


def thaw(row: Any, address: str) -> Configuration:
    """A row as the configuration it was. :raises DamagedError: it does not match its digest."""
    try:
        raw = zlib.decompressobj().decompress(row.content, MAX_BYTES)
        if hashlib.sha256(raw).hexdigest() != row.content_sha256:
            raise ValueError("digest differs")
    except (ValueError, zlib.error) as error:
        raise DamagedError(f"{address}: configuration {row.id} is damaged ({error})") from error
    return Configuration(row.id, row.sha256, raw.decode("utf-8", "surrogateescape"), row.at)

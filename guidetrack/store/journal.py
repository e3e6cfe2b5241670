"""The journal: an append-only chain of entries, each holding the SHA-256 of the one before.

An entry's hash is SHA-256 over its canonical JSON (keys sorted, no spaces, ASCII)::

    {"at":"2026-11-24T06:00:03.000000Z","content":{…},"kind":"capture","number":17,"previous":"3fa9…"}

The first entry's ``previous`` is 64 zeros. Whoever kept the hash of an entry elsewhere can tell whether anything
up to that entry was edited, added or removed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64


class Kind(StrEnum):
    """What an entry is about."""

    ARCHIVE = "archive"
    """Created or migrated: the schema and the version of guidetrack."""
    RUN = "run"
    """A run began."""
    ENDED = "ended"
    """A run ended, or was found to have been killed: its counts and the last link of its checks."""
    CAPTURE = "capture"
    TEXT = "text"
    CHANGE = "change"
    TOLD = "told"
    REVIEW = "review"
    DELIVERY = "delivery"
    SENT = "sent"
    """A delivery was handed over or given up."""
    CONFIGURATION = "configuration"
    PRUNED = "pruned"
    REDUCED = "reduced"
    """Bodies and texts of superseded captures were removed, because only excerpts may be kept of the source."""
    SWEPT = "swept"
    """Files of a killed run that nothing referred to were removed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as kept; ``content`` is its canonical JSON."""

    number: int
    at: datetime
    kind: str
    content: str
    previous: str
    hash: str

    @property
    def value(self) -> dict[str, Any]:
        """The content, parsed."""
        parsed: dict[str, Any] = json.loads(self.content)
        return parsed


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, ASCII only: one value, one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def iso(moment: datetime) -> str:
    """``2026-11-24T06:00:03.000000Z``: fixed width, so that it sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def spelled(number: int, at: datetime, kind: str, content: str, previous: str) -> str:
    """An entry's canonical JSON. ``content`` must be canonical already; it is put in as it stands."""
    return (f'{{"at":"{iso(at)}","content":{content},"kind":{json.dumps(str(kind))},'
            f'"number":{number},"previous":"{previous}"}}')


def digest(number: int, at: datetime, kind: str, content: str, previous: str) -> str:
    """The hash of an entry."""
    text = spelled(number, at, kind, content, previous)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def extend(head: tuple[int, str], at: datetime, items: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Entry]:
    """The entries that follow ``head`` (number, hash) for these kinds and contents."""
    number, previous = head
    entries = []
    for kind, content in items:
        number += 1
        text = canonical(content)
        hashed = digest(number, at, kind, text, previous)
        entries.append(Entry(number, at, str(kind), text, previous, hashed))
        previous = hashed
    return entries


def fingerprint(layout: Any) -> str:
    """SHA-256 of how the tables are defined, see :func:`guidetrack.store.dialect.layout`."""
    return hashlib.sha256(canonical(layout).encode()).hexdigest()

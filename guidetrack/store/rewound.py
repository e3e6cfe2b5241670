"""A catalogue that was restored from a backup no longer knows what was told since: it is noticed, and said.

After news were told, a small object beside the bodies, ``.told/last.json``, holds number, hash and time of the
journal's last entry. A journal that has another entry there, or none, was restored from an earlier copy. With a
catalogue on a server only: a file is restored together with the folder around it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError
from guidetrack.models import Change
from guidetrack.store import postgres, runs
from guidetrack.store.archive import Archive
from guidetrack.store.catalogue import Catalogue, head
from guidetrack.store.journal import iso
from guidetrack.store.schema import journal

FOLDER = ".told"
MARK = f"{FOLDER}/last.json"
FORGOTTEN = timedelta(days=60)
"""By then every source was looked at again."""
_MAX_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class Rewound:
    """The catalogue was restored: what was told up to ``until`` is not all in it."""

    until: datetime
    again: tuple[Change, ...]
    """Of the changes asked about those that may have been told before: the first news of their source since."""


def note(archive: Archive, catalogue: Catalogue, now: datetime) -> None:
    """Say beside the bodies how far the journal went when news were told; not when another process is at it."""
    with catalogue.trouble(), catalogue.writing.connect() as connection, connection.begin():
        if not postgres.try_turn(connection, postgres.key(catalogue.schema, FOLDER)):
            return
        until = _until(_read(archive), catalogue)
        number, digest = head(connection)
        said = {"number": number, "hash": digest, "at": iso(now), "restored": iso(until) if until else None}
        for found in list(archive.place.list(FOLDER)):  # what somebody killed left half written, too
            archive.place.delete(f"{FOLDER}/{found.name}")
        archive.place.put_new(MARK, json.dumps(said).encode())


def rewound(archive: Archive, catalogue: Catalogue, news: Iterable[Change], now: datetime) -> Rewound | None:
    """Whether the catalogue was restored not long ago, and which of the ``news`` may have been told before that."""
    until = _until(_read(archive), catalogue)
    if until is None or now - until > FORGOTTEN:
        return None
    return Rewound(until, tuple(change for change in news if _first(catalogue, change, until)))


def _read(archive: Archive) -> dict[str, Any]:
    try:
        value = json.loads(archive.place.get(MARK, _MAX_BYTES))
        return {**value, "at": datetime.fromisoformat(value["at"]),
                "restored": datetime.fromisoformat(value["restored"]) if value["restored"] else None}
    except (DamagedError, ValueError, KeyError, TypeError):
        return {}  # nothing was told yet, or whoever wrote it was killed: then nothing is known of a backup


def _until(mark: dict[str, Any], catalogue: Catalogue) -> datetime | None:
    """Up to when news were told that the catalogue does not know; None: it was not restored."""
    if not mark:
        return None
    wanted = sa.select(journal.c.hash).where(journal.c.number == mark["number"])
    there = catalogue.ask(lambda connection: connection.execute(wanted).scalar(), single=True)
    found: datetime | None = mark["restored"] if there == mark["hash"] else mark["at"]
    return found


def _first(catalogue: Catalogue, change: Change, until: datetime) -> bool:
    """Whether the first good look at its source since then came to this change."""
    looks = runs.read(catalogue, source=change.source, since=until, until=None, command="check")
    return next((look.change for look in looks if look.outcome.good), None) == change.id

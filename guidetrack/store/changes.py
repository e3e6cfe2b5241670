"""Changes and reviews in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, UsageError
from guidetrack.models import Change, ChangeKind, Decision, Level, Review
from guidetrack.store import freeze
from guidetrack.store.catalogue import Write
from guidetrack.store.journal import Kind, iso
from guidetrack.store.schema import changes, names, reviews


@dataclass(frozen=True, slots=True)
class Query:
    """Which changes are wanted; every member given must hold. ``ids`` asks for these and no other filter's sake."""

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    level: Level | None = None
    kind: ChangeKind | None = None
    unreviewed: bool = False
    older_than: datetime | None = None
    technical: bool = False
    historical: bool = False
    ids: tuple[int, ...] | None = None


def insert(writing: Write, items: Iterable[tuple[Change, int]]) -> list[tuple[str, dict[str, Any]]]:
    """Insert numbered changes with their source's name number; returns their journal entries."""
    rows: list[dict[str, Any]] = []
    entries: list[tuple[str, dict[str, Any]]] = []
    for change, source in items:
        content, sha256 = freeze.pack(freeze.freeze_change(change))
        rows.append({
            "id": change.id, "source": source, "kind": change.kind.value, "level": change.level.rank,
            "seen": change.seen, "run": change.run, "to_capture": change.to.capture if change.to else "",
            "folded": change.folded, "historical": change.historical, "told": None, "content": content,
            "sha256": sha256})
        entries.append((Kind.CHANGE, journaled(change, sha256)))
    writing.connection.execute(changes.insert(), rows)
    return entries


def journaled(change: Change, sha256: str) -> dict[str, Any]:
    """What the journal says of a change; the digest stands for the rest."""
    return {"change": change.id, "source": change.source, "kind": change.kind.value, "level": change.level.value,
            "seen": iso(change.seen), "summary": change.summary, "sha256": sha256}


def thaw(row: Any, address: str) -> Change:
    """The change of a row. Raises DamagedError when it is not what was recorded."""
    try:
        return freeze.thaw_change(freeze.unpack(row.content, row.sha256))
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedError(f"{address}: change {row.id} is damaged ({error})") from error


def find(connection: sa.Connection, query: Query, address: str) -> list[Change]:
    """Changes, newest first."""
    wanted = sa.select(changes.c.id, changes.c.content, changes.c.sha256)
    for condition in _conditions(query):
        wanted = wanted.where(condition)
    ordered = wanted.order_by(changes.c.seen.desc(), changes.c.id.desc())
    return [thaw(row, address) for row in connection.execute(ordered)]


def _conditions(query: Query) -> list[sa.ColumnElement[bool]]:
    if query.ids is not None:
        return [changes.c.id.in_(query.ids)]
    found: list[sa.ColumnElement[bool]] = []
    if query.since is not None:
        found.append(changes.c.seen >= query.since)
    if query.until is not None:
        found.append(changes.c.seen <= query.until)
    if query.older_than is not None:
        found.append(changes.c.seen < query.older_than)
    if query.source is not None:
        found.append(changes.c.source == sa.select(names.c.id).where(names.c.text == query.source).scalar_subquery())
    if query.level is not None:
        found.append(changes.c.level >= query.level.rank)
    if query.kind is not None:
        found.append(changes.c.kind == query.kind.value)
    if not query.technical and query.kind is not ChangeKind.TECHNICAL:
        found.append(changes.c.kind != ChangeKind.TECHNICAL.value)
    if not query.historical:
        found.append(sa.not_(changes.c.historical))
    if query.unreviewed:
        last = sa.select(sa.func.max(reviews.c.id)).group_by(reviews.c.change)
        decided = sa.select(reviews.c.change).where(reviews.c.id.in_(last), reviews.c.decision != Decision.REOPEN.value)
        found.append(changes.c.id.not_in(decided))
    return found


def one(connection: sa.Connection, id: int, address: str) -> Change:
    """A change by its number. Raises UsageError when there is none."""
    row = connection.execute(sa.select(changes.c.id, changes.c.content, changes.c.sha256)
                             .where(changes.c.id == id)).first()
    if row is None:
        raise UsageError(f"no change {id} is recorded; 'guidetrack changes' lists them")
    return thaw(row, address)


def untold(connection: sa.Connection, address: str) -> list[Change]:
    """Changes that are to be told and that no run has told yet, oldest first."""
    wanted = (sa.select(changes.c.id, changes.c.content, changes.c.sha256)
              .where(changes.c.told.is_(None), sa.not_(changes.c.folded), sa.not_(changes.c.historical),
                     changes.c.kind != ChangeKind.TECHNICAL.value).order_by(changes.c.id))
    return [thaw(row, address) for row in connection.execute(wanted)]


def told(writing: Write, ids: Iterable[int], run_id: str, at: datetime) -> None:
    """Record that a run told these changes; those told before stay as they are."""
    wanted = sorted(set(ids))
    open_ones = sa.select(changes.c.id).where(changes.c.id.in_(wanted), changes.c.told.is_(None)).order_by(changes.c.id)
    fresh = list(writing.connection.execute(open_ones).scalars())
    if fresh:
        writing.connection.execute(changes.update().where(changes.c.id.in_(fresh)).values(told=run_id))
        writing.append(at, [(Kind.TOLD, {"run": run_id, "changes": fresh})])


def review_row(review: Review) -> dict[str, Any]:
    """A review as a row; the journal says the same with the time spelled out."""
    return {
        "id": review.id, "change": review.change, "by": review.by, "role": review.role,
        "decision": review.decision.value, "note": review.note, "at": review.at, "account": review.account,
        "meaning": review.meaning, "version": review.version, "previous": review.previous}


def add_review(writing: Write, review: Review) -> Review:
    """Append a review; returns it with its number and the hash of the journal entry before.

    :raises UsageError: no such change.
    """
    found = writing.connection.execute(sa.select(changes.c.id).where(changes.c.id == review.change)).first()
    if found is None:
        raise UsageError(f"no change {review.change} is recorded; 'guidetrack changes' lists them")
    stored = replace(review, id=writing.next(reviews.c.id), previous=writing.head()[1], by=review.by,
                     role=review.role, note=review.note, account=review.account)
    row = review_row(stored)
    writing.connection.execute(reviews.insert(), row)
    writing.append(stored.at, [(Kind.REVIEW, {**row, "at": iso(stored.at)})])
    return stored


def find_reviews(connection: sa.Connection, change: int | None, since: datetime | None,
                 until: datetime | None) -> list[Review]:
    """Reviews, oldest first."""
    wanted = sa.select(reviews).order_by(reviews.c.id)
    if change is not None:
        wanted = wanted.where(reviews.c.change == change)
    if since is not None:
        wanted = wanted.where(reviews.c.at >= since)
    if until is not None:
        wanted = wanted.where(reviews.c.at <= until)
    return [Review(row.id, row.change, row.by, row.role, Decision(row.decision), row.note, row.at, row.account,
                   row.meaning, row.version, row.previous) for row in connection.execute(wanted)]

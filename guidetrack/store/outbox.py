"""The outbox: messages recorded before they are tried, kept until they are done and after."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, UsageError
from guidetrack.models import Delivery
from guidetrack.store import changes
from guidetrack.store.catalogue import Write
from guidetrack.store.journal import Kind, canonical, iso
from guidetrack.store.schema import deliveries

MAX_MESSAGE_BYTES = 200_000_000


def enqueue(writing: Write, items: Sequence[Delivery], told: Iterable[int], run_id: str,
            at: datetime) -> list[Delivery]:
    """Record messages to be sent, and that ``run_id`` told these changes; returns the messages numbered."""
    stored = _insert(writing, items) if items else []
    changes.told(writing, told, run_id, at)
    return stored


def _insert(writing: Write, items: Sequence[Delivery]) -> list[Delivery]:
    first = writing.next(deliveries.c.id)
    stored = [replace(item, id=first + index, subject=item.subject, recipient=item.recipient)
              for index, item in enumerate(items)]
    writing.connection.execute(deliveries.insert(), [_row(item) for item in stored])
    for item in stored:
        writing.append(item.created, [(Kind.DELIVERY, queued(item))])
    return stored


def queued(item: Delivery) -> dict[str, Any]:
    """What the journal says of a message when it is recorded."""
    return {"delivery": item.id, "recipient": item.recipient, "message_id": item.message_id, "subject": item.subject,
            "created": iso(item.created), "changes": list(item.changes), "channel": item.channel, "run": item.run,
            "sha256": hashlib.sha256(item.message).hexdigest()}


def outcome(item: Delivery) -> dict[str, Any]:
    """What the journal says once a message was handed over or given up."""
    return {"delivery": item.id, "sent": iso(item.sent) if item.sent else None, "given_up": item.given_up,
            "attempts": item.attempts, "error": item.error}


def update(writing: Write, item: Delivery, at: datetime) -> None:
    """Record how a try went. What the message says and to whom cannot be changed. :raises UsageError: none such."""
    row = writing.connection.execute(sa.select(deliveries).where(deliveries.c.id == item.id)).first()
    if row is None:
        raise UsageError(f"no delivery {item.id} is recorded")
    before = thaw(row, writing.catalogue.address)
    after = replace(before, attempts=item.attempts, last_try=item.last_try, next_try=item.next_try, sent=item.sent,
                    error=item.error, given_up=item.given_up)
    writing.connection.execute(deliveries.update().where(deliveries.c.id == item.id), _row(after))
    if (after.sent, after.given_up) != (before.sent, before.given_up):
        writing.append(item.sent or item.last_try or at, [(Kind.SENT, outcome(after))])


def find(connection: sa.Connection, address: str, *, pending_only: bool) -> list[Delivery]:
    """Deliveries, oldest first; pending are those neither sent nor given up."""
    wanted = sa.select(deliveries).order_by(deliveries.c.id)
    if pending_only:
        wanted = wanted.where(deliveries.c.sent.is_(None), sa.not_(deliveries.c.given_up))
    return [thaw(row, address) for row in connection.execute(wanted)]


def thaw(row: Any, address: str) -> Delivery:
    """A row as the delivery it was; DamagedError when it does not match its digest."""
    try:
        message = zlib.decompressobj().decompress(row.message, MAX_MESSAGE_BYTES)
        found = Delivery(row.id, row.recipient, row.message_id, row.subject, message, row.created,
                         tuple(json.loads(row.changes)), row.channel, row.run, row.attempts, row.last_try, row.next_try,
                         row.sent, row.error, row.given_up)
        if _seal(found) != row.sha256:
            raise ValueError("digest differs")
    except (ValueError, TypeError, zlib.error) as error:
        raise DamagedError(f"{address}: delivery {row.id} is damaged ({error})") from error
    return found


def _seal(item: Delivery) -> str:
    times = [iso(moment) if moment else None for moment in (item.last_try, item.next_try)]
    spelled = canonical([queued(item), outcome(item), times])
    return hashlib.sha256(spelled.encode()).hexdigest()


def _row(item: Delivery) -> dict[str, Any]:
    return {
        "id": item.id, "recipient": item.recipient, "message_id": item.message_id, "subject": item.subject,
        "message": zlib.compress(item.message, 1), "created": item.created, "changes": json.dumps(item.changes),
        "channel": item.channel, "run": item.run, "attempts": item.attempts, "last_try": item.last_try,
        "next_try": item.next_try, "sent": item.sent, "error": item.error, "given_up": item.given_up,
        "sha256": _seal(item)}

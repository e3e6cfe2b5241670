"""Delivery: one message to one recipient, recorded before it is tried, retried until it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox.

    :param id: 0 before it is recorded. :param channel: ``mail`` or ``chat``.
    :param message_id: RFC 5322 section 3.6.4; stays the same through every retry.
    :param changes: numbers of the changes the message tells. :param message: the whole message as bytes.
    :param attempts: how often it was tried. :param next_try: not before this (aware, UTC).
    :param sent: when it was handed over, or None. :param error: the last sentence of trouble.
    """

    id: int
    recipient: str
    message_id: str
    subject: str
    message: bytes
    created: datetime
    changes: tuple[int, ...] = ()
    channel: str = "mail"
    run: str = ""
    attempts: int = 0
    last_try: datetime | None = None
    next_try: datetime | None = None
    sent: datetime | None = None
    error: str = ""
    given_up: bool = False

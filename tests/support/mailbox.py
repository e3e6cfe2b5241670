"""A mail server on loopback that does as it is told: takes, refuses a recipient, refuses size, dawdles, hangs up."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """What arrived, as (recipient, message), and how to answer."""

    refuse: dict[str, str] = field(default_factory=dict)
    """Recipients refused, with the reply."""
    reply: str = "250 OK"
    """The reply to a message."""
    delay_s: float = 0.0
    login: tuple[bytes, bytes] | None = None
    arrived: list[tuple[str, bytes]] = field(default_factory=list)
    port: int = 0

    def messages(self) -> list[Message]:
        """What arrived, parsed."""
        return [message_from_bytes(raw) for _, raw in self.arrived]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str,
                          options: list[str]) -> str:
        """Take or refuse a recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message when the reply says so."""
        await asyncio.sleep(self.delay_s)
        if self.reply.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.arrived += [(address, envelope.content) for address in envelope.rcpt_tos]
        return self.reply

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Whether name and password are the right ones."""
        right = isinstance(data, LoginPassword) and (data.login, data.password) == self.login
        return AuthResult(success=right, handled=right)


def free_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(mailbox: Mailbox, *, port: int = 0, starttls: ssl.SSLContext | None = None,
            tls: ssl.SSLContext | None = None, limit: int = 33_554_432) -> Iterator[Mailbox]:
    """The mailbox behind a server. :param limit: bytes a message may have."""
    mailbox.port = port or free_port()
    more: dict[str, Any] = {"data_size_limit": limit}
    if starttls is not None:
        more |= {"tls_context": starttls, "require_starttls": True}
    if mailbox.login is not None:
        more |= {"authenticator": mailbox.authenticate, "auth_required": True, "auth_require_tls": starttls is not None}
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, ssl_context=tls, **more)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()

"""Hand a recorded message to a server, a sendmail program or a chat service; say when to try again.

Detection is stored before anything is told, and what is to be told is recorded before it is tried: this module only
takes one delivery and hands it over. Names and passwords come from the environment, never from a file.
"""

from __future__ import annotations

import smtplib
import ssl
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from guidetrack.errors import DeliveryError, MissingExtraError, RefusedError
from guidetrack.models import Delivery, MailSettings

TIMEOUT_S = 30.0
"""Seconds a server may stay silent at any step."""
PAUSES = (timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12),
          timedelta(hours=20))
"""After the first failure the next run tries again; then ever more rarely, but at least once a day."""
GIVE_UP_AFTER = timedelta(days=30)
"""A message refused for good is kept and shown, and no longer tried, when it is older than this."""
_TOO_LARGE = 552
"""RFC 1870, section 6.1: the message is larger than the server takes."""


def next_try(attempts: int, now: datetime) -> datetime:
    """When to try again after ``attempts`` failures (at least 1)."""
    return now + PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]


def due(deliveries: Iterable[Delivery], now: datetime) -> list[Delivery]:
    """The pending deliveries whose pause has passed."""
    return [delivery for delivery in deliveries if delivery.next_try is None or delivery.next_try <= now]


def attempt(delivery: Delivery, settings: MailSettings, env: Mapping[str, str], now: datetime) -> Delivery:
    """Try one delivery; returns it as it is to be recorded: sent, or with its error and the time of the next try."""
    tried = replace(delivery, attempts=delivery.attempts + 1, last_try=now)
    try:
        hand_over(delivery, settings, env)
    except DeliveryError as error:
        over = isinstance(error, RefusedError) and now - delivery.created > GIVE_UP_AFTER
        return replace(tried, error=str(error), next_try=next_try(tried.attempts, now), given_up=over)
    return replace(tried, sent=now, next_try=None, error="")


def hand_over(delivery: Delivery, settings: MailSettings, env: Mapping[str, str]) -> None:
    """Hand one delivery to its channel.

    :raises RefusedError: when it was refused for good. :raises DeliveryError: when trying again may help.
    """
    if delivery.channel == "chat":
        _chat(delivery, env)
        return
    try:
        deliver(delivery.message, delivery.recipient, settings, env)
    except RefusedError as error:
        small = without_attachment(delivery.message)
        if small is None or not _too_large(error):
            raise
        deliver(small, delivery.recipient, settings, env)


def _too_large(error: RefusedError) -> bool:
    """Whether it was the size that the server refused."""
    cause = error.__cause__
    return isinstance(cause, smtplib.SMTPResponseException) and cause.smtp_code == _TOO_LARGE


def deliver(message: bytes, recipient: str, settings: MailSettings, env: Mapping[str, str]) -> None:
    """Hand an RFC 5322 message for one recipient to sendmail or to the SMTP server.

    :raises RefusedError: when it was refused for good. :raises DeliveryError: when trying again may help.
    """
    address, sender = _bare(recipient), _bare(settings.from_)
    if not address:
        raise RefusedError(f"{recipient!r} is no mail address")
    if settings.sendmail:
        _sendmail(message, sender, address, settings)
        return
    where = f"{settings.host}:{settings.port}"
    try:
        with _server(settings, env) as server:
            server.sendmail(sender, [address], message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[address]
        raise _refusal(code, said, f"{where} refused {address}") from smtplib.SMTPResponseException(code, said)
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error, f"{where} refused the message") from error
    except ssl.SSLCertVerificationError as error:
        told = f"{where}: the server's certificate could not be verified: {error.verify_message}"
        raise DeliveryError(told) from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(f"{where} does not offer what sources.toml asks for: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"{where} could not be reached: {str(error) or type(error).__name__}") from error
    except UnicodeEncodeError as error:
        raise RefusedError(f"{address!r} holds characters that this server cannot take") from error


def _refusal(code: int, said: bytes | str, what: str) -> DeliveryError:
    """The error for an SMTP reply: 5yz is for good, 4yz is for now (RFC 5321, section 4.2.1)."""
    words = " ".join((said.decode("utf-8", "replace") if isinstance(said, bytes) else said).split())
    kind = RefusedError if 500 <= code < 600 else DeliveryError
    return kind(f"{what}: {code} {words}")


@contextmanager
def _server(settings: MailSettings, env: Mapping[str, str]) -> Iterator[smtplib.SMTP]:
    """A connection to the server, encrypted and verified where asked, logged in where named."""
    context = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.username_env:
            server.login(_secret(settings.username_env, env), _secret(settings.password_env, env))
        yield server
    finally:
        _quit(server)


def _quit(server: smtplib.SMTP) -> None:
    """Say goodbye; what happens now cannot change whether the message was taken."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _secret(name: str, env: Mapping[str, str]) -> str:
    if not name or not env.get(name):
        what = f"the environment variable {name}" if name else "password_env in sources.toml"
        raise DeliveryError(f"{what} is not set, so the mail server would not let us in")
    return env[name]


def _bare(text: str) -> str:
    """The address without its display name; empty when there is none or it could be taken for an option."""
    address = parseaddr(text)[1]
    return "" if address.startswith("-") or any(char.isspace() for char in address) else address


def _sendmail(message: bytes, sender: str, recipient: str, settings: MailSettings) -> None:
    """Through a sendmail program; ``-i``: a lone dot ends nothing. No shell is involved."""
    command = [settings.sendmail, "-i", *(["-f", sender] if sender else []), "--", recipient]
    try:
        unix = message.replace(b"\r\n", b"\n")
        done = subprocess.run(command, input=unix, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DeliveryError(f"{settings.sendmail} could not be run: {error}") from error
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:500]
        raise DeliveryError(f"{settings.sendmail} ended with status {done.returncode}: {said}")


def without_attachment(message: bytes) -> bytes | None:
    """The message with a line in place of each attachment, same Message-ID; None when it carries none."""
    parsed = message_from_bytes(message, policy=SMTP)
    if not isinstance(parsed, EmailMessage):
        return None
    attached = list(parsed.iter_attachments())
    if not attached:
        return None
    for part in attached:
        name = part.get_filename() or "the report"
        part.clear()
        part.set_content(f"{name} was left out: the mail server refused the message with it as too large. "
                         "Write it with: guidetrack report -o FILE\n")
    return parsed.as_bytes()


def _chat(delivery: Delivery, env: Mapping[str, str]) -> None:
    """Through apprise, to the services whose addresses the environment variable ``recipient`` holds."""
    try:
        import apprise
    except ImportError as error:
        raise DeliveryError(str(MissingExtraError('chat needs: pip install "guidetrack[chat]"'))) from error
    services = apprise.Apprise()
    for address in _secret(delivery.recipient, env).split():
        if not services.add(address):
            raise DeliveryError(f"an address in the environment variable {delivery.recipient} is not understood")
    body = delivery.message.decode("utf-8", "replace")
    if not services.notify(title=delivery.subject, body=body, body_format=apprise.NotifyFormat.TEXT):
        raise DeliveryError(f"a chat service named by {delivery.recipient} did not take the message")

"""Handing messages over: a server that is up, down, picky, slow, or not who it says it is."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from guidetrack import mail
from guidetrack.errors import DeliveryError, RefusedError
from guidetrack.models import Delivery, MailSettings
from guidetrack.report.email import deliveries
from tests.report.history import RUN_REPORT
from tests.support.certificates import Authority
from tests.support.mailbox import Mailbox, free_port, running

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
TO = "main@clinic.example"


def settings(port: int, **more: object) -> MailSettings:
    """Mail over the loopback server."""
    return replace(MailSettings(to=(TO,), from_="guidetrack <guidetrack@clinic.example>", host="127.0.0.1", port=port),
                   **more)  # type: ignore[arg-type]


def delivery(**more: object) -> Delivery:
    """The mail of the fixed run, as it stands in the outbox."""
    made = deliveries(RUN_REPORT, settings(25))[0]
    return replace(made, id=1, **more)  # type: ignore[arg-type]


def test_up() -> None:
    """A server that is up gets the message byte for byte, for its one recipient, and it is done."""
    with running(Mailbox()) as box:
        after = mail.attempt(delivery(), settings(box.port), {}, NOW)
    assert (after.sent, after.attempts, after.error, after.next_try) == (NOW, 1, "", None)
    assert box.arrived == [(TO, delivery().message)]


def test_down_then_up() -> None:
    """A server that is down: kept, with the reason and the time of the next try; up again: delivered once."""
    port = free_port()
    first = mail.attempt(delivery(), settings(port), {}, NOW)
    assert (first.sent, first.attempts, first.next_try) == (None, 1, NOW)
    assert f"127.0.0.1:{port} could not be reached" in first.error
    second = mail.attempt(first, settings(port), {}, NOW + timedelta(minutes=1))
    assert second.next_try == NOW + timedelta(minutes=11)
    with running(Mailbox(), port=port) as box:
        third = mail.attempt(second, settings(port), {}, NOW + timedelta(minutes=11))
    assert (third.sent, third.attempts) == (NOW + timedelta(minutes=11), 3)
    assert [message["Message-ID"] for message in box.messages()] == [delivery().message_id]


@pytest.mark.parametrize(("reply", "kind"), [("550 no such user", RefusedError), ("450 try later", DeliveryError)])
def test_one_recipient_refused(reply: str, kind: type[Exception]) -> None:
    """The one refused is kept with the server's words, for good or for now; the others are delivered."""
    wanted = settings(0, to=(TO, "gone@clinic.example"))
    with running(Mailbox(refuse={"gone@clinic.example": reply})) as box:
        wanted = replace(wanted, port=box.port)
        after = [mail.attempt(item, wanted, {}, NOW) for item in deliveries(RUN_REPORT, wanted)]
        with pytest.raises(DeliveryError) as caught:
            mail.deliver(b"Subject: x\r\n\r\nx\r\n", "gone@clinic.example", wanted, {})
    assert type(caught.value) is kind
    assert [item.sent is not None for item in after] == [True, False]
    assert f"refused gone@clinic.example: {reply}" in after[1].error
    assert [address for address, _ in box.arrived] == [TO]


def test_size_refused_goes_without_the_attachment() -> None:
    """Too large with the report attached: the same message goes at once without it, and says so."""
    with running(Mailbox(), limit=60_000) as box:
        assert len(delivery().message) > 60_000
        after = mail.attempt(delivery(), settings(box.port), {}, NOW)
    assert after.sent == NOW
    parsed = message_from_bytes(box.arrived[0][1])
    assert parsed["Message-ID"] == delivery().message_id
    parts = [(part.get_content_type(), part.get_filename()) for part in parsed.walk() if not part.is_multipart()]
    assert parts == [("text/plain", None), ("text/html", None), ("text/plain", None)]
    last = list(parsed.walk())[-1].get_payload(decode=True)
    assert isinstance(last, bytes)
    assert b"guidetrack-2026-11-24.html was left out" in last


def test_size_refused_for_good_is_kept() -> None:
    """Too large even without the attachment: kept with the server's words, not lost."""
    with running(Mailbox(reply="552 too large")) as box:
        after = mail.attempt(delivery(), settings(box.port), {}, NOW)
    assert after.sent is None
    assert "552 too large" in after.error
    assert not after.given_up
    assert not box.arrived


def test_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing for too long is given up for now; a slow one that answers in time is waited for."""
    with running(Mailbox(delay_s=0.3)) as box:
        assert mail.attempt(delivery(), settings(box.port), {}, NOW).sent == NOW
        monkeypatch.setattr(mail, "TIMEOUT_S", 0.1)
        after = mail.attempt(delivery(), settings(box.port), {}, NOW)
    assert after.sent is None
    assert "could not be reached" in after.error
    assert "timed out" in after.error


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_refused(security: str, tmp_path: Path) -> None:
    """Encrypted means verified: an unknown authority ends it before a word of the message is said."""
    context = Authority(tmp_path).server("127.0.0.1")
    given = {"starttls": context} if security == "starttls" else {"tls": context}
    with running(Mailbox(), **given) as box:
        after = mail.attempt(delivery(), settings(box.port, security=security), {}, NOW)
    assert after.sent is None
    assert "certificate could not be verified" in after.error
    assert not box.arrived


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_known_certificate_is_taken(security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an authority the system trusts the same server is spoken to."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = authority.server("127.0.0.1")
    given = {"starttls": context} if security == "starttls" else {"tls": context}
    with running(Mailbox(), **given) as box:
        assert mail.attempt(delivery(), settings(box.port, security=security), {}, NOW).sent == NOW


def test_starttls_that_is_not_offered_is_no_reason_to_speak_plainly() -> None:
    """A server without STARTTLS gets nothing when sources.toml asks for it."""
    with running(Mailbox()) as box:
        after = mail.attempt(delivery(), settings(box.port, security="starttls"), {}, NOW)
    assert after.sent is None
    assert "does not offer" in after.error
    assert not box.arrived


def test_password_from_the_environment_only() -> None:
    """Name and password come from the variables named; without them the message is kept, and no secret is told."""
    named = {"username_env": "SMTP_NAME", "password_env": "SMTP_WORD"}
    with running(Mailbox(login=(b"name", b"s3cret-word"))) as box:
        secured = settings(box.port, **named)
        right = {"SMTP_NAME": "name", "SMTP_WORD": "s3cret-word"}
        assert mail.attempt(delivery(), secured, right, NOW).sent == NOW
        unset = mail.attempt(delivery(), secured, {"SMTP_NAME": "name"}, NOW)
        wrong = mail.attempt(delivery(), secured, {**right, "SMTP_WORD": "wr0ng-word"}, NOW)
    assert "SMTP_WORD is not set" in unset.error
    assert wrong.sent is None
    assert "535" in wrong.error
    assert "wr0ng" not in wrong.error


def test_pauses_grow_and_never_pass_a_day() -> None:
    """The next run tries again; then the pauses grow, and every daily run tries at least once."""
    pauses = [mail.next_try(attempts, NOW) - NOW for attempts in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(0)
    assert pauses[-1] < timedelta(days=1)
    waiting = [delivery(), delivery(next_try=NOW), delivery(next_try=NOW + timedelta(seconds=1))]
    assert mail.due(waiting, NOW) == waiting[:2]


def test_refused_for_a_month_is_given_up() -> None:
    """A refusal for good is retried for a month, then shown and left; a server that is down never ends a message."""
    old = delivery(created=NOW - timedelta(days=31))
    with running(Mailbox(refuse={TO: "550 no such user"})) as box:
        assert mail.attempt(old, settings(box.port), {}, NOW).given_up
        assert not mail.attempt(delivery(created=NOW), settings(box.port), {}, NOW).given_up
    assert not mail.attempt(old, settings(free_port()), {}, NOW).given_up


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for sendmail")
def test_sendmail(tmp_path: Path) -> None:
    """A sendmail program gets the message on stdin and the recipient as an argument that is no option."""
    program = tmp_path / "sendmail"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/args"\ncat > "{tmp_path}/message"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    wanted = settings(0, sendmail=str(program))
    assert mail.attempt(delivery(), wanted, {}, NOW).sent == NOW
    assert (tmp_path / "args").read_text().split() == ["-i", "-f", "guidetrack@clinic.example", "--", TO]
    assert (tmp_path / "message").read_bytes() == delivery().message.replace(b"\r\n", b"\n")
    program.write_text("#!/bin/sh\necho no queue >&2\nexit 75\n")
    failed = mail.attempt(delivery(), wanted, {}, NOW)
    assert "ended with status 75: no queue" in failed.error
    missing = mail.attempt(delivery(), settings(0, sendmail=str(tmp_path / "nothing")), {}, NOW)
    assert "could not be run" in missing.error


@pytest.mark.parametrize("recipient", ["", "nonsense <>", "-oQ/tmp@clinic.example", "two words@x y"])
def test_what_is_no_address_is_refused(recipient: str) -> None:
    """A recipient that is no address, or could be an option, is refused with a sentence."""
    with pytest.raises(RefusedError, match="is no mail address"):
        mail.deliver(b"", recipient, settings(25), {})


def test_chat_without_its_extra_or_address_says_so() -> None:
    """Chat needs an extra and a variable; what is missing is named, and the message is kept."""
    chat = delivery(channel="chat", recipient="CHAT_URLS")
    after = mail.attempt(chat, settings(25), {}, NOW)
    assert after.sent is None
    assert "guidetrack[chat]" in after.error or "CHAT_URLS is not set" in after.error

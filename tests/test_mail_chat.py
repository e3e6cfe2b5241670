"""Chat: a real delivery through apprise to a webhook on loopback; the extra `chat` is part of what make test installs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import pytest

from guidetrack import mail
from guidetrack.errors import DeliveryError
from guidetrack.models import Delivery, MailSettings
from guidetrack.report.email import deliveries
from tests.report.history import RUN_REPORT

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
VARIABLE = "GUIDETRACK_CHAT"
pytestmark = pytest.mark.skipif(find_spec("apprise") is None,
                                reason="CHAT DELIVERY IS NOT TESTED: apprise is not installed (extra: chat)")


@dataclass
class Webhook:
    """A JSON webhook: what arrived, and the status it answers with."""

    port: int = 0
    status: int = 200
    arrived: list[dict[str, str]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """The environment in which its address is a secret."""
        return {VARIABLE: f"json://user:hunter2@127.0.0.1:{self.port}/hook"}


@contextmanager
def webhook(status: int = 200) -> Iterator[Webhook]:
    """Serve a webhook on loopback."""
    hook = Webhook(status=status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.arrived.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(hook.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


SETTINGS = MailSettings(from_="guidetrack@clinic.example", chat_env=VARIABLE)


def message() -> Delivery:
    """The chat message of the fixed run, as it stands in the outbox."""
    [made] = [one for one in deliveries(RUN_REPORT, SETTINGS) if one.channel == "chat"]
    return replace(made, id=1)


def test_a_message_arrives_once_and_whole() -> None:
    """The webhook gets subject and text as plain text; the delivery is done; markup of a page stays text."""
    with webhook() as hook:
        after = mail.attempt(message(), SETTINGS, hook.env, NOW)
    assert (after.sent, after.error) == (NOW, "")
    [said] = hook.arrived
    assert said["title"] == message().subject
    assert said["message"].split() == message().message.decode().split()
    assert said["type"] == "info"


def test_a_service_that_refuses_keeps_the_message() -> None:
    """500, then 200: kept with a sentence and a time to try again, then delivered; no secret in the sentence."""
    with webhook(500) as hook:
        first = mail.attempt(message(), SETTINGS, hook.env, NOW)
        assert (first.sent, first.attempts) == (None, 1)
        assert VARIABLE in first.error
        assert "hunter2" not in first.error
        hook.status = 200
        second = mail.attempt(first, SETTINGS, hook.env, NOW + timedelta(hours=1))
    assert second.sent == NOW + timedelta(hours=1)
    assert len(hook.arrived) == 2


@pytest.mark.parametrize("address", ["", "nonsense://hunter2", "json://127.0.0.1:1/hook"], ids=["unset", "unknown", "down"])
def test_an_address_that_serves_nobody(address: str) -> None:
    """Not set, not understood, nobody there: kept, with a sentence that names the variable and not its value."""
    after = mail.attempt(message(), SETTINGS, {VARIABLE: address} if address else {}, NOW)
    assert after.sent is None
    assert VARIABLE in after.error
    assert "hunter2" not in after.error


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where apprise is not installed the error says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(DeliveryError, match=r"guidetrack\[chat\]"):
        mail._chat(message(), {VARIABLE: "json://127.0.0.1:1/"})

"""gs:// and az:// as far as they can be tried without a cloud: addresses, the environment, sentences."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from guidetrack.errors import StoreError
from guidetrack.store.objects import Objects, Patience
from tests.support import bucket

pytestmark = [pytest.mark.fleet, pytest.mark.fast]
BRIEF = Patience(total=0.3, first=0.01, longest=0.1, request=30.0)
Cloud = Callable[[int, str], None]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.need()
    for name in [name for name in os.environ if name.startswith(("AWS_", "GOOGLE_", "AZURE_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """An account on this machine that answers everything with a status and an error's code."""
    answer = [200, ""]

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _any(self) -> None:
            body = f"<Error><Code>{answer[1]}</Code></Error>".encode()
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(int(answer[0]))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_DELETE = _any

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in (("ACCOUNT_NAME", "clinic"), ("ACCOUNT_KEY", "a2V5"),
                        ("ENDPOINT", f"http://127.0.0.1:{server.server_port}/clinic")):
        monkeypatch.setenv(f"AZURE_STORAGE_{name}", value)
    yield lambda status, code: answer.__setitem__(slice(None), [status, code])
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("address", ["gs://bucket/prefix", "gs://bucket", "GS://bucket/prefix/"])
def test_an_address_of_google_is_understood(address: str) -> None:
    """It names the bucket's prefix; nothing is asked before something is wanted."""
    assert Objects.at(address).where("a/x").startswith("gs://bucket")


def test_keys_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not set or cannot be read is named with the variable that it belongs in."""
    with pytest.raises(StoreError, match=r"archive az://c/p: .*AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY"):
        Objects.at("az://c/p")
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", "/nowhere/key.json")
    with pytest.raises(StoreError, match=r"archive gs://b/p: .*/nowhere/key.json.*it wants GOOGLE_SERVICE_ACCOUNT"):
        Objects.at("gs://b/p")
    with pytest.raises(StoreError, match="expected gs://bucket/prefix"):
        Objects.at("gs://key:secret@b/p")


@pytest.mark.parametrize("status, code, said", [
    (403, "AuthorizationFailure", r"access was refused \(AuthorizationFailure\); check AZURE_STORAGE_ACCOUNT_NAME"),
    (404, "ContainerNotFound", "there is no bucket 'c'; make it"),
    (503, "ServerBusy", "the store answers 503, and did for 0.3 s; nothing was lost, try later"),
    (400, "InvalidHeaderValue", "the store answers 400 InvalidHeaderValue")])
def test_what_azure_refuses_is_a_sentence(cloud: Cloud, status: int, code: str, said: str) -> None:
    """The account's answers in words, with the variables to look at; nothing of the key."""
    cloud(status, code)
    with pytest.raises(StoreError, match=said) as caught:
        Objects.at("az://c/p", patience=BRIEF).put_new("a/x", b"x")
    assert "a2V5" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_azure_makes_an_object_only_where_there_is_none(cloud: Cloud) -> None:
    """What was made is said to be made; what is there already is an answer, not trouble."""
    place = Objects.at("az://c/p", patience=BRIEF)
    cloud(409, "BlobAlreadyExists")
    assert not place.put_new("a/x", b"x")
    cloud(404, "BlobNotFound")
    assert place.size("a/x") is None

"""The head of the journal, time-stamped by an authority and verified offline. The authority is openssl, on loopback."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from guidetrack.errors import StoreError
from guidetrack.store.timestamp import stamp

pytest.importorskip("rfc3161_client")
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")

HEAD = "3fa9" * 16
CONFIG = """
[req]
distinguished_name = name
[name]
[authority]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    """A time-stamping authority with a certificate of its own; its address."""
    config = tmp_path / "tsa.cnf"
    config.write_text(CONFIG.format(folder=tmp_path))
    (tmp_path / "serial").write_text("01\n")
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test authority", "-extensions",
             "authority", "-config", str(config), "-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (tmp_path / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = b"no time stamp"
            if self.path == "/tsa":
                _openssl("ts", "-reply", "-config", str(config), "-queryfile", str(tmp_path / "query"),
                         "-out", str(tmp_path / "answer"))
                answer = (tmp_path / "answer").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _openssl(*words: str) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_stamp_verifies_offline(authority: str, tmp_path: Path) -> None:
    """The answer verifies with openssl against the hash as text, and not against another."""
    token, head = tmp_path / "head.tsr", tmp_path / "head.txt"
    token.write_bytes(stamp(HEAD, f"{authority}/tsa"))
    verify = ["ts", "-verify", "-in", str(token), "-data", str(head), "-CAfile", str(tmp_path / "cert.pem")]
    head.write_text(HEAD)
    _openssl(*verify)
    head.write_text(HEAD.replace("3", "4"))
    with pytest.raises(AssertionError):
        _openssl(*verify)


def test_an_authority_that_fails_is_a_sentence(authority: str) -> None:
    """Whoever answers with something else, or not at all, is named."""
    with pytest.raises(StoreError, match="did not answer with a time stamp"):
        stamp(HEAD, f"{authority}/other")
    with pytest.raises(StoreError, match="could not be asked"):
        stamp(HEAD, "http://127.0.0.1:1/tsa")

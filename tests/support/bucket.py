"""An S3 server of the tests' own (moto, in this process, on loopback), and a front that fails on demand.

Without moto or obstore the tests that need them are skipped; with ``GUIDETRACK_NEED_FLEET`` set they fail instead.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import importlib.util
import itertools
import logging
import os
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType

import pytest

NEED = "GUIDETRACK_NEED_FLEET"
MISSING = "no S3 server for tests: pip install 'moto[server]' obstore"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
_numbers = itertools.count(1)


def need() -> None:
    """Skip the test where there is no S3 server; fail where it is demanded."""
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("obstore") is None:
        if os.environ.get(NEED):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


@functools.cache
def shared() -> str:
    """Address of the server of this test process."""
    need()
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def fresh(patch: pytest.MonkeyPatch, endpoint: str = "") -> str:
    """A new bucket's name, with the environment set so that everything here and in children finds it."""
    home = shared()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": endpoint or home}.items():
        patch.setenv(name, value)
    name = f"bucket-{os.getpid()}-{next(_numbers)}"
    request("PUT", f"/{name}")
    return name


def request(method: str, path: str, body: bytes | None = None) -> bytes:
    """Ask the server itself, past everything that is tested."""
    connection = http.client.HTTPConnection(shared().removeprefix("http://"))
    try:
        connection.request(method, path, body, {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/s3/aws4_request"})
        answer = connection.getresponse()
        data = answer.read()
        assert answer.status < 300, (method, path, answer.status, data)
        return data
    finally:
        connection.close()


class Front:
    """Stands before the server. ``script`` decides for each request: ``pass``, ``503``, ``close`` (no answer),
    ``lost`` (carried out, but no answer), ``half`` (an answer that breaks off)."""

    def __init__(self, script: Callable[[str, str], str] = lambda method, path: "pass") -> None:
        self.script = script
        self.seen: list[tuple[str, str, str]] = []
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

            def _any(self) -> None:
                with contextlib.suppress(ConnectionError):  # a client that waits no longer
                    front._serve(self)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _any

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        what = self.script(handler.command, handler.path)
        self.seen.append((handler.command, handler.path, what))
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        handler.close_connection = True
        if what == "close":
            return
        if what == "503":
            said = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
            handler.send_response(503)
            handler.send_header("Content-Length", str(len(said)))
            handler.end_headers()
            handler.wfile.write(said if handler.command != "HEAD" else b"")
            return
        status, headers, data = _forward(handler, body)
        if what == "lost":
            return
        handler.send_response(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding", "date", "server"):
                handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(data[:len(data) // 2] if what == "half" else data)


def _forward(handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection(shared().removeprefix("http://"))
    try:
        connection.request(handler.command, handler.path, body, dict(handler.headers.items()))
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def adopt(into: dict[str, object], module: ModuleType, without: frozenset[str]) -> None:
    """Take the tests and fixtures of a module into another one, but for those that look into a folder of bodies."""
    unknown = without - vars(module).keys()
    assert not unknown, f"{module.__name__} has no {sorted(unknown)}"
    for name, value in vars(module).items():
        fixture = type(value).__name__ == "FixtureFunctionDefinition"
        ours = getattr(value, "__module__", "") == module.__name__ and name.startswith("test_")
        if (fixture or ours) and name not in without:
            into[name] = value

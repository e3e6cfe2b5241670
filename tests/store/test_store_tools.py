"""Other people's tools accept what we write. They live in an environment of their own (one is GPL): set
``GUIDETRACK_WARC_TOOLS`` to the folder with ``wacz``, ``wb-manager`` and ``wayback`` (``pip install wacz pywb``)."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from guidetrack.store import wacz
from tests.support.archive import NOW, VERSION, fill, open_store

TOOLS = Path(os.environ.get("GUIDETRACK_WARC_TOOLS", "/nonexistent"))
pytestmark = pytest.mark.skipif(not (TOOLS / "wacz").exists(), reason="GUIDETRACK_WARC_TOOLS names no tools")


def test_the_wacz_validator_passes(tmp_path: Path) -> None:
    """The public validator finds our collections valid."""
    fill(tmp_path)
    with open_store(tmp_path, write=False) as store:
        wacz.write(store, None, tmp_path / "all.wacz", made=NOW, version=VERSION, title="Captures")
    done = subprocess.run([TOOLS / "wacz", "validate", "-f", tmp_path / "all.wacz"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_replay_tool_shows_the_page(tmp_path: Path) -> None:
    """pywb indexes our files and answers with the very bytes that were captured, at either time."""
    fill(tmp_path, ["a"])
    replay = tmp_path / "replay"
    replay.mkdir()
    files = sorted((tmp_path / "snapshots" / "a").glob("*.warc.gz"))
    subprocess.run([TOOLS / "wb-manager", "init", "g"], cwd=replay, check=True, capture_output=True)
    subprocess.run([TOOLS / "wb-manager", "add", "g", *files], cwd=replay, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([TOOLS / "wayback", "-p", str(port), "-b", "127.0.0.1"], cwd=replay,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            with open_store(tmp_path, write=False) as store:
                for info in store.captures("a"):
                    address = f"http://127.0.0.1:{port}/g/{info.fetched:%Y%m%d%H%M%S}id_/{info.reached}"
                    assert _get(address) == store.capture("a", info.id).body
        finally:
            server.terminate()


def _get(address: str) -> bytes:
    for _ in range(60):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                data = bytes(answer.read())
                if answer.headers.get("Content-Encoding") == "gzip":
                    import gzip

                    data = gzip.decompress(data)
                return data
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} never answered")

"""pywb as a real web archive on loopback: installed into an environment of its own, since it is GPL and no part of us."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ENVIRONMENT = Path(__file__).resolve().parents[2] / ".venv-pywb"
INSTALL_SECONDS = 600
START_SECONDS = 40

Copy = tuple[str, str, int, dict[str, str], str]
"""WARC-Date, address, status, headers, body."""


def installed() -> str:
    """Install pywb where it is not yet; empty when it is there, else why it cannot be."""
    ready = ENVIRONMENT / ".ready"
    ENVIRONMENT.mkdir(exist_ok=True)
    with FileLock(ENVIRONMENT / ".lock"):
        if ready.exists():
            return ""
        try:
            for command in ([sys.executable, "-m", "venv", str(ENVIRONMENT)],
                            [str(ENVIRONMENT / "bin" / "pip"), "install", "--quiet", "pywb", "setuptools<81"]):
                subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", b"") or b""
            return f"{error} {said.decode(errors='replace')[-300:]}".strip()
        ready.touch()
    return ""


def write_warc(file: Path, copies: Sequence[Copy]) -> None:
    """A WARC file of these copies."""
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for date, url, status, headers, body in copies:
            head = StatusAndHeaders(f"{status} Said", [*headers.items()], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(
                url, "response", payload=io.BytesIO(body.encode()), http_headers=head,
                warc_headers_dict={"WARC-Date": date}))


@contextmanager
def running(folder: Path, copies: Sequence[Copy]) -> Iterator[str]:
    """pywb with one collection of these copies; gives the collection's address."""
    write_warc(folder / "copies.warc.gz", copies)
    manager = str(ENVIRONMENT / "bin" / "wb-manager")
    for arguments in (["init", "guidance"], ["add", "guidance", "copies.warc.gz"]):
        subprocess.run([manager, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([str(ENVIRONMENT / "bin" / "wayback"), "-b", "127.0.0.1", "-p", str(port), "-d", str(folder)],
                               cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}/guidance"
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < end and process.poll() is None:
        try:
            opener.open(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"pywb did not start on {url}")

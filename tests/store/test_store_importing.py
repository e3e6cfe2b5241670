"""Other tools' WARC files: taken when sound, passed over with a sentence when not, always within bounds."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from guidetrack.errors import GuidetrackError, UsageError
from guidetrack.models import Capture
from guidetrack.store.importing import Skipped, read
from tests.support.archive import NOW

PAGE = b"<!doctype html><p>Guidance.</p>"
THEN = "2020-03-01T12:00:00Z"


def _warc(path: Path, *, url: str = "https://example.org/a", body: bytes = PAGE, date: str = THEN, status: str = "200 OK",
          headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),), kind: str = "response",
          packed: bool = True, times: int = 1) -> Path:
    """A WARC file as other tools write it."""
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for _ in range(times):
            http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1") if kind == "response" else None
            writer.write_record(writer.create_warc_record(
                url, kind, payload=io.BytesIO(body), http_headers=http, warc_headers_dict={"WARC-Date": date}))
    return path


def _read(path: Path, url: str = "", max_body: int = 100_000) -> list[Capture | Skipped]:
    return list(read(path, "a", url=url, max_body=max_body, now=NOW))


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_is_taken_with_its_own_time(tmp_path: Path, packed: bool) -> None:
    """Body, address, status, headers and time are those of the record; its origin says which file."""
    found, = _read(_warc(tmp_path / "x.warc", packed=packed))
    assert isinstance(found, Capture)
    assert (found.body, found.status, found.reached) == (PAGE, 200, "https://example.org/a")
    assert found.fetched == datetime(2020, 3, 1, 12, tzinfo=UTC)
    assert found.id.startswith("2020-03-01T120000Z-")
    assert found.origin == "x.warc record 1"
    assert found.media_type == "text/html"


def test_codings_are_undone(tmp_path: Path) -> None:
    """Chunks and gzip are undone; the payload stays as it was received."""
    zipped = gzip.compress(PAGE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(zipped), zipped)
    found, = _read(_warc(tmp_path / "x.warc.gz", body=chunked,
                         headers=(("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))))
    assert isinstance(found, Capture)
    assert (found.body, found.payload) == (PAGE, zipped)
    assert found.header("Transfer-Encoding") == ""


@pytest.mark.parametrize(("asked", "taken"), [("http://www.example.org/a/", 1), ("https://example.org/b", 0), ("", 1)])
def test_only_the_sources_address_is_taken(tmp_path: Path, asked: str, taken: int) -> None:
    """Records of other addresses are left; scheme, www. and a final slash make no difference."""
    assert len(_read(_warc(tmp_path / "x.warc.gz"), url=asked)) == taken


@pytest.mark.parametrize(("odd", "why"), [
    ({"date": "yesterday"}, "no usable date"),
    ({"date": "2999-01-01T00:00:00Z"}, "future"),
    ({"status": "OK"}, "no usable date or status"),
    ({"body": bytes(100_001)}, "larger than 100000 bytes"),
    ({"body": gzip.compress(bytes(10_000_000)), "headers": (("Content-Encoding", "gzip"),)}, "when decoded"),
    ({"body": b"no gzip at all", "headers": (("Content-Encoding", "gzip"),)}, "cannot be decoded"),
    ({"body": b"x", "headers": (("Content-Encoding", "br"),)}, "cannot be undone"),
])
def test_what_is_not_usable_is_passed_over(tmp_path: Path, odd: dict[str, object], why: str) -> None:
    """A record that is no page, lies about its time, or is too large is passed over, and the sentence says why."""
    found, = _read(_warc(tmp_path / "x.warc.gz", **odd))  # type: ignore[arg-type]
    assert isinstance(found, Skipped)
    assert why in found.why


def test_a_body_that_does_not_match_its_digest_is_passed_over(tmp_path: Path) -> None:
    """An altered body is not taken."""
    path = _warc(tmp_path / "x.warc", packed=False)
    path.write_bytes(path.read_bytes().replace(b"Guidance.", b"Altered!."))
    found, = _read(path)
    assert isinstance(found, Skipped)
    assert "digest" in found.why


def test_records_that_are_no_answers_are_left(tmp_path: Path) -> None:
    """Only answers are pages."""
    assert _read(_warc(tmp_path / "x.warc.gz", kind="resource")) == []


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 torn", b"WARC/1.1\r\nbroken", gzip.compress(b"no record", mtime=0)])
def test_what_is_no_warc_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is nothing of the kind is a UsageError, or holds nothing."""
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with contextlib.suppress(UsageError):
        assert _read(path) == []


def test_names_inside_a_zip_are_never_paths(tmp_path: Path) -> None:
    """A collection whose members have hostile names writes nowhere and takes only what is under archive/."""
    inner = _warc(tmp_path / "in.warc.gz").read_bytes()
    target = tmp_path / "x.wacz"
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("archive/../../../evil.warc.gz", inner)
        packed.writestr("../evil.warc.gz", inner)
        packed.writestr("archive/readme.txt", "no")
    before = sorted(tmp_path.iterdir())
    found = _read(target)
    assert [one.origin for one in found if isinstance(one, Capture)] == ["x.wacz:evil.warc.gz record 1"]
    assert sorted(tmp_path.iterdir()) == before


def test_a_bomb_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    """A member that would expand to gigabytes is read no further than the limit."""
    import tracemalloc

    path = _warc(tmp_path / "x.warc.gz", body=bytes(300_000_000))
    tracemalloc.start()
    found, = _read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Skipped)
    assert peak < 100_000_000


@given(cut=st.integers(0, 900), flip=st.integers(0, 7000))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_never_becomes_a_page(tmp_path: Path, cut: int, flip: int) -> None:
    """Whatever is cut off or flipped: the same pages, fewer pages, or a sentence; never another page or a crash."""
    raw = bytearray(_warc(tmp_path / "x.warc.gz", times=2).read_bytes())
    raw[flip // 8 % len(raw)] ^= 1 << flip % 8
    path = tmp_path / "y.warc.gz"
    path.write_bytes(raw[:max(len(raw) - cut, 0)])
    found = []
    with contextlib.suppress(UsageError):
        found.extend(read(path, "a", max_body=100_000, now=NOW))
    assert all(one.body == PAGE for one in found if isinstance(one, Capture))


def test_nothing_of_a_damaged_file_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str],
                                              caplog: pytest.LogCaptureFixture) -> None:
    """The reader below us would print odd bytes of the file, control sequences included; nothing gets through."""
    uri, body = "http://www.example.org/a b\x1b[2J", b"HTTP/1.1 200 OK\r\n\r\nhello"
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {uri}\r\nContent-Length: {len(body) - 3}\r\n"
    file = tmp_path / "theirs.warc"
    file.write_bytes((head + "WARC-Date: 2026-01-01T00:00:00Z\r\n\r\n").encode() + body + b"\r\n\r\n")
    with contextlib.suppress(GuidetrackError):
        list(read(file, "a", max_body=1000, now=datetime(2026, 3, 2, tzinfo=UTC)))
    assert (tuple(capfd.readouterr()), caplog.records) == (("", ""), [])

"""Captures out of other tools' WARC files (``.warc``, ``.warc.gz``) and WACZ collections, bounded and one by one.

Nothing of a file is trusted: sizes are capped before bytes are kept, dates and addresses are parsed, names inside a
ZIP are never used as paths, and a record that is damaged or not a page is passed over with a sentence.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from guidetrack.errors import GuidetrackError, StoreError, UsageError
from guidetrack.models import Capture, Headers
from guidetrack.store import unwarc
from guidetrack.store.wacz import key

MAX_RECORDS = 1_000_000
"""Records of one file looked at: more is not an export of pages."""
MAX_RECORD_BYTES = 2_000_000_000
"""A record is read to its end even when it is passed over, so there must be an end to it."""
MAX_HEADERS = 500
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that was passed over, and why."""

    where: str
    why: str


def read(path: Path, source: str, *, url: str = "", max_body: int, now: datetime) -> Iterator[Capture | Skipped]:
    """The captures of a WARC or WACZ file, in file order.

    :param url: take only records of this address (scheme, ``www.`` and a final slash aside); empty: all.
    :param max_body: bytes of a body, decoded; a larger one is passed over. :param now: nothing may be newer.
    :raises UsageError: when it is no such file. :raises StoreError: when it cannot be read.
    """
    try:
        for name, stream in _members(path):
            yield from _records(stream, name, source, wanted=key(url) if url else "", max_body=max_body, now=now)
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}") from error


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with open(path, "rb") as file:
        start = file.read(4)
        if start == b"PK\x03\x04":
            yield from _zipped(path)
        elif start[:2] == b"\x1f\x8b" or start == b"WARC":
            file.seek(0)
            yield path.name, file
        else:
            raise UsageError(f"{path} is no WARC or WACZ file")


def _zipped(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with zipfile.ZipFile(path) as packed:
            for info in packed.infolist():
                if info.filename.startswith("archive/") and info.filename.endswith((".warc", ".warc.gz")):
                    with packed.open(info) as stream:
                        yield f"{path.name}:{info.filename.rpartition('/')[2]}", stream
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UsageError(f"{path} is no readable WACZ file: {error}") from error


@contextmanager
def _said(where: str) -> Iterator[None]:
    """Whatever a damaged file makes its reader raise, as one sentence: its bytes are not ours to trust."""
    try:
        yield
    except (GuidetrackError, OSError):
        raise
    except Exception as error:
        raise UsageError(f"{where} cannot be read further: {error or type(error).__name__}") from error


def _records(stream: IO[bytes], name: str, source: str, *, wanted: str, max_body: int,
             now: datetime) -> Iterator[Capture | Skipped]:
    records = _quietly(stream)
    for number in range(1, MAX_RECORDS + 1):
        where = f"{name} record {number}"
        with _said(where):
            record = next(records, None)
            if record is None:
                return
            if (record.length or 0) > MAX_RECORD_BYTES:
                raise UsageError(f"{where} says that it has {record.length} bytes; no page has")
            if record.rec_type != "response" or record.http_headers is None:
                continue
            address = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
            if wanted and key(address) != wanted:
                continue
            found = _capture(record, address, where, source, max_body=max_body, now=now)
        yield found
    raise UsageError(f"{name} holds more than {MAX_RECORDS} records")


def _quietly(stream: IO[bytes]) -> Iterator[Any]:
    """The records of a file. Their reader prints what it finds odd, bytes of the file included; here it does not."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.recordloader import logger

    class Quiet(ArchiveIterator):  # type: ignore[misc]
        INC_RECORD = ""

    logger.addFilter(_never)
    return iter(Quiet(stream))


def _never(record: Any) -> bool:
    """A filter that lets nothing through; adding it again changes nothing."""
    return False


def _capture(record: Any, address: str, where: str, source: str, *, max_body: int, now: datetime) -> Capture | Skipped:
    if urlsplit(address).scheme not in ("http", "https"):
        return Skipped(where, "is not of an http address")
    try:
        fetched = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")).astimezone(UTC)
        status = int(record.http_headers.get_statuscode())
    except (TypeError, ValueError, OverflowError):
        return Skipped(where, "has no usable date or status")
    if fetched > now:
        return Skipped(where, f"says it was fetched in the future ({fetched:%Y-%m-%d})")
    headers = _headers(record)
    received = _received(record, max_body)
    if received is None:
        return Skipped(where, f"is larger than {max_body} bytes")
    payload = _unchunked(record, received)
    try:
        body = _body(payload, headers, max_body)
    except ValueError as error:
        return Skipped(where, str(error))
    if not (_matches(record, payload) or _matches(record, received)):  # tools differ in which of the two they digest
        return Skipped(where, "does not match its payload digest")
    sha256 = hashlib.sha256(body).hexdigest()
    protocol = record.http_headers.protocol
    return Capture(
        id=f"{fetched:%Y-%m-%dT%H%M%SZ}-{sha256[:8]}", source=source, asked=address, reached=address, status=status,
        headers=headers, body=body, payload=body if payload == body else payload, fetched=fetched,
        http_version=protocol if protocol.startswith("HTTP/") else "HTTP/1.1", origin=where,
        truncated=str(record.rec_headers.get_header("WARC-Truncated") or "")[:20])


def _headers(record: Any) -> Headers:
    found = tuple((str(name), str(value)) for name, value in record.http_headers.headers[:MAX_HEADERS])
    # the reader undoes chunks, so the header that announces them would be a lie
    return tuple(item for item in found if item[0].lower() != "transfer-encoding")


def _received(record: Any, limit: int) -> bytes | None:
    """The bytes behind the HTTP headers as the record holds them; None past the limit."""
    pieces, size = [], 0
    while piece := record.raw_stream.read(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            return None
    return b"".join(pieces)


def _unchunked(record: Any, received: bytes) -> bytes:
    """The payload after transfer-decoding. RFC 9112 section 7.1."""
    if (record.http_headers.get_header("transfer-encoding") or "").strip().lower() != "chunked":
        return received
    from io import BytesIO

    from warcio.bufferedreaders import ChunkedDataReader

    payload: bytes = ChunkedDataReader(BytesIO(received), decomp_type=None).read(len(received))
    return payload


def _body(payload: bytes, headers: Headers, limit: int) -> bytes:
    """The decoded body; ValueError when it is larger than ``limit`` or cannot be decoded."""
    if not unwarc.codings(headers):
        return payload
    body = unwarc.inflate(payload, headers, limit + 1)
    if len(body) > limit:
        raise ValueError(f"is larger than {limit} bytes when decoded")
    return body


def _matches(record: Any, payload: bytes) -> bool:
    """Whether a stated payload digest is that of these bytes; none, and algorithms we lack, are let pass."""
    stated = str(record.rec_headers.get_header("WARC-Payload-Digest") or "")
    algorithm, _, value = stated.partition(":")
    if algorithm.lower() not in ("sha1", "sha256", "md5", "sha512") or not value:
        return True
    found = hashlib.new(algorithm.lower(), payload, usedforsecurity=False).digest()
    spelled = {found.hex(), base64.b32encode(found).decode().lower(), base64.b64encode(found).decode().lower()}
    return value.strip().lower() in spelled

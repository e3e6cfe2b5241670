"""One capture as a WARC file: three records (response, request, metadata), each its own gzip member.

WARC/1.1 (ISO 28500:2017). Digests are ``sha256:`` with hexadecimal digits. The response holds status line, headers and
payload as received after transfer-decoding; as tools would undo a ``Transfer-Encoding`` again, that header is
kept as ``X-Archive-Orig-Transfer-Encoding``. Record ids derive from the content, so equal captures give equal bytes.

Level 1 of zlib: level 6 takes nine times as long for files a quarter smaller (docs/decisions/0501).
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime

from guidetrack.models import Capture

ORIGINAL = "X-Archive-Orig-"
_MOVED = "transfer-encoding"
_SPACE = uuid.UUID("8c1c2f5e-5d0e-5a0c-9a53-3c1b7a4f9d10")
"""Namespace of our record ids (RFC 9562 section 5.5)."""
LEVEL = 1


def encode(capture: Capture) -> bytes:
    """The WARC file of a capture."""
    payload = capture.payload or capture.body
    head = _response_head(capture)
    date = _date(capture.fetched)
    common = [("WARC-Target-URI", _line(capture.reached or capture.asked)), ("WARC-Date", date)]
    if capture.ip:
        common.append(("WARC-IP-Address", _line(capture.ip)))
    block = hashlib.sha256(head)
    block.update(payload)
    inner = capture.sha256 if payload is capture.body else hashlib.sha256(payload).hexdigest()
    response_id = _id("response", capture.source, capture.id, block.hexdigest())
    fields = [*common, ("Content-Type", "application/http; msgtype=response"),
              ("WARC-Payload-Digest", f"sha256:{inner}"), ("WARC-Block-Digest", f"sha256:{block.hexdigest()}")]
    if capture.truncated:
        fields.append(("WARC-Truncated", _line(capture.truncated)))
    packed = payload is not capture.body
    records = [_record("response", response_id, fields, (head, payload), level=0 if packed else LEVEL)]
    linked = [("WARC-Concurrent-To", response_id)]
    request = _request(capture)
    records.append(_record(
        "request", _id("request", capture.source, capture.id, block.hexdigest()),
        [("WARC-Target-URI", _line(capture.asked)), ("WARC-Date", date), *linked,
         ("Content-Type", "application/http; msgtype=request"), _block_digest(request)], (request,)))
    about = _about(capture)
    records.append(_record(
        "metadata", _id("metadata", capture.source, capture.id, block.hexdigest()),
        # an address of its own: replay tools would answer with this record when asked for the page's
        [("WARC-Target-URI", f"urn:guidetrack:{capture.source}:{capture.id}"), ("WARC-Date", date),
         ("WARC-Refers-To", response_id), ("Content-Type", "application/json"), _block_digest(about)],
        (about,)))
    return b"".join(records)


def _response_head(capture: Capture) -> bytes:
    lines = [f"{capture.http_version or 'HTTP/1.1'} {capture.status} {_line(capture.reason_phrase)}"]
    for name, value in capture.headers:
        moved = ORIGINAL if name.lower() == _MOVED else ""
        lines.append(f"{moved}{_line(name)}: {_line(value)}")
    return _bytes("\r\n".join(lines) + "\r\n\r\n")


def _request(capture: Capture) -> bytes:
    from urllib.parse import urlsplit

    parts = urlsplit(capture.asked)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = list(capture.request_headers)
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    lines = [f"{capture.method} {_line(target)} {capture.http_version or 'HTTP/1.1'}"]
    lines += [f"{_line(name)}: {_line(value)}" for name, value in headers]
    return _bytes("\r\n".join(lines) + "\r\n\r\n")


def _about(capture: Capture) -> bytes:
    """What HTTP has no place for, and the lines of ours that the other records had to change."""
    value = {
        "software": "guidetrack", "source": capture.source, "capture": capture.id, "asked": capture.asked,
        "reached": capture.reached, "fetched": capture.fetched.astimezone(UTC).isoformat(),
        "method": capture.method, "http_version": capture.http_version, "reason_phrase": capture.reason_phrase,
        "elapsed_s": capture.elapsed_s, "ip": capture.ip, "truncated": capture.truncated, "origin": capture.origin,
        "body_sha256": capture.sha256, "body_size": len(capture.body),
        "redirects": [[hop.url, hop.status, hop.location] for hop in capture.redirects],
        "headers": capture.headers, "request_headers": capture.request_headers,
    }
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _record(kind: str, id: str, fields: Iterable[tuple[str, str]], block: tuple[bytes, ...],
            level: int = LEVEL) -> bytes:
    length = sum(map(len, block))
    lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: {id}"]
    lines += [f"{name}: {value}" for name, value in fields]
    lines.append(f"Content-Length: {length}")
    head = _bytes("\r\n".join(lines) + "\r\n\r\n")
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    pieces = [packer.compress(head), *(packer.compress(part) for part in block), packer.compress(b"\r\n\r\n")]
    return b"".join([*pieces, packer.flush()])


def _block_digest(block: bytes) -> tuple[str, str]:
    return "WARC-Block-Digest", f"sha256:{hashlib.sha256(block).hexdigest()}"


def _id(*parts: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_SPACE, chr(10).join(parts))}>"


def _date(moment: datetime) -> str:
    """WARC 1.1 section 5.4: UTC, here to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _line(value: str) -> str:
    """Nothing from outside may begin a new header line."""
    return value.replace("\r", " ").replace("\n", " ")


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")

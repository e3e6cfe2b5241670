"""Our own WARC files, read strictly: what :func:`guidetrack.store.warc.encode` wrote, and not a byte else.

A general reader is lenient (it passes over a torn last record); evidence must not be. Each gzip member carries
its CRC-32 and length (RFC 1952), each record its digests. Everything unexpected is a ValueError with a sentence.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guidetrack.models import Capture, Redirect

_CODED = {"gzip", "x-gzip", "deflate"}
_SLACK = 2_000_000
"""Bytes of headers and metadata allowed beside a body."""


@dataclass(frozen=True)
class Record:
    """One WARC record: its named fields (names in lower case) and its block."""

    fields: dict[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        """``response``, ``request`` or ``metadata``."""
        return self.fields.get("warc-type", "")


def decode(raw: bytes, limit: int) -> Capture:
    """The capture a WARC file of ours holds. ``limit``: bytes its body may have.

    Raises ValueError, in a sentence, when anything is not as it was written.
    """
    found = {record.kind: record for record in records(raw, 2 * limit + _SLACK)}
    if set(found) != {"response", "request", "metadata"}:
        held = ", ".join(sorted(found)) or "none"
        raise ValueError(f"holds the records {held}; expected response, request, metadata")
    about = json.loads(found["metadata"].block)
    head, _, payload = found["response"].block.partition(b"\r\n\r\n")
    status = int(head.split(None, 2)[1])
    headers = tuple((str(name), str(value)) for name, value in about["headers"])
    body = inflate(payload, headers, int(about["body_size"]))
    if hashlib.sha256(body).hexdigest() != about["body_sha256"]:
        raise ValueError("the body does not match its digest")
    return _capture(about, status, headers, body, payload)


def _capture(about: dict[str, Any], status: int, headers: tuple[tuple[str, str], ...], body: bytes,
             payload: bytes) -> Capture:
    return Capture(
        id=about["capture"], source=about["source"], asked=about["asked"], reached=about["reached"], status=status,
        headers=headers, body=body, fetched=datetime.fromisoformat(about["fetched"]),
        payload=body if payload == body else payload,
        request_headers=tuple((str(name), str(value)) for name, value in about["request_headers"]),
        redirects=tuple(Redirect(*hop) for hop in about["redirects"]), http_version=about["http_version"],
        method=about["method"], reason_phrase=about["reason_phrase"], elapsed_s=about["elapsed_s"], ip=about["ip"],
        truncated=about["truncated"], origin=about["origin"],
    )


def records(raw: bytes, limit: int) -> Iterator[Record]:
    """Every record of a file, each digest checked. ``limit`` bounds the bytes of one record."""
    at, number = 0, 0
    while at < len(raw):
        number += 1
        packer = zlib.decompressobj(31)
        try:
            # a view, not a slice: a copy of the rest for every member would be quadratic
            data = packer.decompress(memoryview(raw)[at:], limit)
        except zlib.error as error:
            raise ValueError(f"record {number} is damaged ({error})") from error
        if not packer.eof:
            torn = "is larger than any we write" if packer.unconsumed_tail else "is torn off at the end of the file"
            raise ValueError(f"record {number} {torn}")
        at = len(raw) - len(packer.unused_data)
        yield _parse(data, number)


def _parse(data: bytes, number: int) -> Record:
    head, gap, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    if not gap or lines[0] != "WARC/1.1":
        raise ValueError(f"record {number} does not begin as WARC/1.1")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    block = rest[:-4]
    if rest[-4:] != b"\r\n\r\n" or fields.get("content-length") != str(len(block)):
        raise ValueError(f"record {number} has not the length it states")
    _same(fields.get("warc-block-digest"), block, f"record {number}: the block")
    if "warc-payload-digest" in fields:
        _same(fields["warc-payload-digest"], block.partition(b"\r\n\r\n")[2], f"record {number}: the payload")
    return Record(fields, block)


def _same(stated: str | None, data: bytes, what: str) -> None:
    if stated != f"sha256:{hashlib.sha256(data).hexdigest()}":
        raise ValueError(f"{what} does not match its digest")


def codings(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """The content codings in the order they were applied. RFC 9110 section 8.4."""
    named = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    return [word for word in (part.strip().lower() for part in named.split(",")) if word and word != "identity"]


def inflate(payload: bytes, headers: tuple[tuple[str, str], ...], size: int) -> bytes:
    """The body of ``size`` bytes that a payload decodes to; never more, whatever it would expand to."""
    coded = codings(headers)
    if len(payload) == size and (not coded or set(coded) - _CODED):
        return payload
    data = payload
    for coding in reversed(coded):
        if coding not in _CODED:
            raise ValueError(f"Content-Encoding {coding!r} cannot be undone here")
        data = _unzip(data, coding, max(size, 4096) * (1 if coding == coded[0] else 64))
    return data[:size]


def _unzip(data: bytes, coding: str, limit: int) -> bytes:
    if coding == "deflate" and data[:1] and (data[0] & 0x0F) != 8:
        return zlib.decompressobj(-15).decompress(data, limit)
    wbits = 15 if coding == "deflate" else 31
    out = b""
    while data and len(out) < limit:
        packer = zlib.decompressobj(wbits)
        try:
            out += packer.decompress(data, limit - len(out))
        except zlib.error as error:
            if out:
                break  # bytes after the last member that are no member: every reader passes over them
            raise ValueError(f"the payload cannot be decoded ({error})") from error
        data = packer.unused_data
        if coding == "deflate":
            break
    return out

"""Content codings decoded piece by piece, never past a limit. RFC 9110 section 8.4, RFC 1950, 1951, 1952.

Only gzip and deflate are asked for and read. A decoder that hands over a whole piece at once lets 800 bytes of brotli
become half a gigabyte; zlib's ``max_length`` does not.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason

ACCEPT_ENCODING = "gzip, deflate"

STEP = 256 * 1024
"""Most bytes decoded at once."""

MAX_MEMBERS = 10_000
"""Members of one gzip stream: 50 MB in the 64 KB members of bgzip are 800; empty ones by the million are an attack."""

_GZIP_WBITS = zlib.MAX_WBITS | 16


class Decoder(Protocol):
    """Takes a body piece by piece. Fault ``incomplete`` when the coding is torn, ``unreadable`` when it is none."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded bytes, at most ``STEP`` at a time."""

    def finish(self) -> None:
        """The body has ended: is the coding whole?"""


def decoder(content_encoding: str) -> Decoder | None:
    """The decoder for a Content-Encoding header; None when nothing is encoded.

    Fault ``unreadable`` for codings that were not asked for and for several on top of each other.
    """
    words = (part.strip().lower() for part in content_encoding.split(","))
    codings = [word for word in words if word not in ("", "identity")]
    if not codings:
        return None
    if len(codings) > 1:
        raise Fault(Reason.UNREADABLE, f"the body is encoded {len(codings)} times over ({', '.join(codings)[:60]})")
    if codings[0] in ("gzip", "x-gzip"):
        return Gzip()
    if codings[0] == "deflate":
        return Deflate()
    detail = f"the body is encoded as {codings[0][:40]!r}, which was not asked for (only {ACCEPT_ENCODING} are)"
    raise Fault(Reason.UNREADABLE, detail)


class Gzip:
    """One or more gzip members; after the last one only zeros may follow (padding). RFC 1952 section 2.2."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_WBITS)
        self._members = 1
        self._fed = self._padding = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """See ``Decoder``."""
        piece = b""
        while data or len(piece) == STEP:
            if self._member.eof:
                data = self._next_member(data) if data else b""
                if not data:
                    return
            self._fed = True
            piece = _decompress(self._member, data, "gzip", started=self._members > 1)
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if piece:
                yield piece

    def _next_member(self, data: bytes) -> bytes:
        if data[0] == 0 or self._padding:
            self._padding = True
            if data.count(0) != len(data):
                raise Fault(Reason.INCOMPLETE, "the gzip body is followed by bytes that are no gzip")
            return b""
        if self._members >= MAX_MEMBERS:
            raise Fault(Reason.UNREADABLE, f"the gzip body has more than {MAX_MEMBERS:,} members")
        self._member = zlib.decompressobj(_GZIP_WBITS)
        self._members += 1
        return data

    def finish(self) -> None:
        """See ``Decoder``."""
        if self._fed and not self._member.eof:
            raise Fault(Reason.INCOMPLETE, "the gzip body ends before its end mark")


class Deflate:
    """A zlib stream, as the standard says, or a bare deflate stream, as some servers send. RFC 9110 section 8.4.1.2."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._head = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """See ``Decoder``."""
        if self._stream is None:
            data = self._head = self._head + data
            if len(data) < 2:
                return
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if _zlib_head(data) else -zlib.MAX_WBITS)
        piece = b""
        while data or len(piece) == STEP:
            if self._stream.eof:
                if data.count(0) != len(data):
                    raise Fault(Reason.INCOMPLETE, "the deflate body is followed by other bytes")
                return
            piece = _decompress(self._stream, data, "deflate", started=False)
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            if piece:
                yield piece

    def finish(self) -> None:
        """See ``Decoder``."""
        if (self._stream is None and self._head) or (self._stream is not None and not self._stream.eof):
            raise Fault(Reason.INCOMPLETE, "the deflate body ends before its end mark")


def _zlib_head(data: bytes) -> bool:
    """Compression method 8 and a header divisible by 31. RFC 1950 section 2.2."""
    return data[0] & 0x0F == 8 and ((data[0] << 8) | data[1]) % 31 == 0


def _decompress(stream: zlib._Decompress, data: bytes, coding: str, *, started: bool) -> bytes:
    try:
        return stream.decompress(data, STEP)
    except zlib.error as error:
        if "header" in str(error) and not started:
            raise Fault(Reason.UNREADABLE, f"the body says it is {coding} and is not") from error
        raise Fault(Reason.INCOMPLETE, f"the {coding} body is damaged ({error})") from error

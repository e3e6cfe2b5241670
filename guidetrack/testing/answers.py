"""What the site is asked and what it answers."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What the site was asked. Header names are lower-case; ``at`` is ``time.monotonic()`` when the head was read."""

    method: str
    target: str
    headers: Mapping[str, str]
    host: str
    """The address that was connected to, e.g. ``127.0.0.2``."""
    at: float
    connection: int
    """Number of the connection, from 1: equal numbers mean a connection was used again."""
    head: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, true or false to the protocol as told.

    :param headers: a mapping, or pairs where a name repeats. Content-Length is added unless given, ``chunked``
        or ``stream`` is used, or the status has no body.
    :param gzip: encode the body and say so.
    :param chunked: send the body chunked; with ``cut_at`` the last chunk never comes.
    :param length: Content-Length to announce whatever the body is.
    :param cut_at: close the connection after so many bytes of the body (as sent).
    :param reset: close by RST instead of FIN (before the answer when ``cut_at`` is None).
    :param delay_s: wait before the first byte. :param drip_s: wait between single bytes of the body.
    :param drip_head_s: wait between single bytes of the head.
    :param stream: gives the body in pieces, generated lazily; sent chunked when ``chunked``, else until close.
    :param raw: the whole answer as is; everything else but delays, ``reset`` and ``keep`` is ignored.
    :param keep: leave the connection open after a ``raw`` answer. :param close: close it after any other.
    """

    status: int = 200
    body: bytes | str = b""
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = ()
    reason: str | None = None
    gzip: bool = False
    chunked: bool = False
    length: int | None = None
    cut_at: int | None = None
    reset: bool = False
    delay_s: float = 0.0
    drip_s: float = 0.0
    drip_head_s: float = 0.0
    stream: Callable[[], Iterable[bytes]] | None = None
    raw: bytes | None = None
    close: bool = False
    keep: bool = False

    def pairs(self) -> list[tuple[str, str]]:
        """The headers as pairs."""
        return list(self.headers.items() if isinstance(self.headers, Mapping) else self.headers)


Handler = Answer | Callable[[Request], Answer]
"""An answer, or what makes one of a request."""

NOT_FOUND = Answer(404, b"<html><title>Not found</title><h1>Not found</h1></html>", {"Content-Type": "text/html"})


class Script:
    """Answers in turn; the last one stays."""

    def __init__(self, answers: Sequence[Handler]) -> None:
        self._answers = list(answers)
        self._turn = 0

    def next(self, request: Request) -> Answer:
        """The answer whose turn it is."""
        handler = self._answers[min(self._turn, len(self._answers) - 1)]
        self._turn += 1
        return handler if isinstance(handler, Answer) else handler(request)


def page(body: str | bytes, *, media_type: str, etag: bool, last_modified: str, status: int) -> Handler:
    """A page that answers conditional requests as its validators demand (RFC 9110 section 13)."""
    raw = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": media_type}
    if etag:
        headers["ETag"] = '"' + hashlib.sha256(raw).hexdigest()[:16] + '"'
    if last_modified:
        headers["Last-Modified"] = last_modified

    def handler(request: Request) -> Answer:
        if (etag and request.headers.get("if-none-match") == headers["ETag"]) or (
            last_modified and not etag and request.headers.get("if-modified-since") == last_modified
        ):
            return Answer(304, headers=headers)
        return Answer(status, raw, headers)

    return handler


def zeros_gzip(size: int) -> Callable[[], Iterable[bytes]]:
    """The gzip of ``size`` zero bytes, for ``Answer.stream``: made while sent, a thousandth of the size."""

    def pieces() -> Iterable[bytes]:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        block = bytes(1 << 20)
        for _ in range(size >> 20):
            piece = packer.compress(block)
            if piece:
                yield piece
        yield packer.compress(bytes(size & ((1 << 20) - 1))) + packer.flush()

    return pieces

"""One request, one answer: sent, received and decoded within bounds, or a Fault that says what went wrong."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpcore
import httpx

from guidetrack.fetch.decoding import Decoder, decoder
from guidetrack.fetch.faults import Fault
from guidetrack.fetch.room import Room
from guidetrack.fetch.transport import HostTransport
from guidetrack.models import Headers, Reason

MAX_PIECES = 20_000
"""Pieces of a chunked body after which they must hold ``MIN_PIECE`` bytes on average: one-byte chunks burn our time."""

MIN_PIECE = 32

_BODILESS = frozenset({204, 304})

YIELD_EVERY = 1 << 20
"""Bytes decoded between two chances for other sources to run."""


@dataclass(frozen=True, slots=True)
class Received:
    """One complete answer, or the head of one (``body`` empty) when it is a redirect.

    ``body`` is decoded, ``payload`` as received after transfer-decoding: the same object where nothing was encoded.
    ``truncated``: see ``Capture``.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    http_version: str
    reason_phrase: str
    ip: str
    body: bytes = b""
    payload: bytes = b""
    truncated: str = ""

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read.

    :param body: most bytes, decoded, and as received. :param cut: stop there quietly instead of a Fault.
    :param unread: statuses whose body is not read when they carry a Location.
    """

    body: int
    cut: bool = False
    unread: frozenset[int] = frozenset()


class Progress:
    """How far an exchange has come, for the sentence when its time is up, and its claim on room for a large body."""

    __slots__ = ("received", "room", "status")

    def __init__(self, room: Room | None = None) -> None:
        self.status: int | None = None
        self.received = 0
        self.room = room

    def __str__(self) -> str:
        if self.status is None:
            return "no answer"
        return f"status {self.status} and {self.received:,} bytes of the body came"


async def exchange(
    transport: HostTransport, url: httpx.URL, headers: Headers, limits: Limits, progress: Progress,
    *, method: str = "GET", content: bytes | None = None,
) -> Received:
    """Ask and read the answer. Fault for anything but a complete one.

    An error answer (400 and up) whose body is cut, too large or unreadable counts all the same, because its status
    has said what there is to say: ``truncated`` tells.
    """
    request = httpx.Request(method, url, headers=list(headers), content=content)
    try:
        response = await transport.handle_async_request(request)
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise _no_head(transport, url, error) from error
    progress.status = response.status_code
    answer = _head(response, transport.ip)
    try:
        if answer.status in limits.unread and answer.header(b"location") and answer.header(b"content-length") != b"0":
            return answer
        answer = await _with_body(response, answer, limits, progress)
        transport.used = True
        return answer
    finally:
        await response.aclose()


def _head(response: httpx.Response, ip: str) -> Received:
    extensions = response.extensions
    return Received(
        status=response.status_code,
        headers=response.headers.raw,
        http_version=extensions["http_version"].decode("ascii", "replace"),
        reason_phrase=extensions["reason_phrase"].decode("latin-1"),
        ip=ip,
    )


async def _with_body(response: httpx.Response, answer: Received, limits: Limits, progress: Progress) -> Received:
    truncated = ""
    parts = _Parts(limits.body, _joined(answer, b"content-encoding"), progress.room)
    announced = _announced(answer)
    try:
        if announced > limits.body and not limits.cut:
            raise _TooLarge(f"the body is announced with {announced:,} bytes, more than {limits.body:,}")
        await _read(response, parts, progress)
    except _TooLarge as error:
        truncated = "length"
        if not limits.cut and answer.status < 400:
            raise Fault(Reason.TOO_LARGE, str(error), status=answer.status) from None
    except Fault as fault:
        fault.status = answer.status
        truncated = "disconnect"
        if answer.status < 400:
            raise
    body, payload = parts.joined()
    return Received(
        answer.status, answer.headers, answer.http_version, answer.reason_phrase, answer.ip, body, payload, truncated
    )


def _announced(answer: Received) -> int:
    """Content-Length, or 0 where there is none or no body follows."""
    value = answer.header(b"content-length") or b""
    return int(value[:20]) if value.isdigit() and answer.status not in _BODILESS else 0


class _TooLarge(Exception):
    """More bytes than the limit."""


class _Parts:
    """The pieces of a body, raw and decoded, and how many bytes they may be."""

    def __init__(self, limit: int, coding: str, room: Room | None) -> None:
        self.decoder: Decoder | None = None
        self._limit = limit
        self._coding = coding
        self._room = room
        self._raw: list[bytes] = []
        self._decoded: list[bytes] = []
        self._raw_size = self._decoded_size = 0

    async def add(self, piece: bytes) -> None:
        """One more piece as received."""
        if not self._raw and self._coding:
            self.decoder = decoder(self._coding)
        self._raw_size += len(piece)
        await self._claim()
        if self._raw_size > self._limit:
            raise self._too_large()
        self._raw.append(piece)
        if len(self._raw) > MAX_PIECES and self._raw_size < MIN_PIECE * len(self._raw):
            raise Fault(Reason.NETWORK, f"the body comes in more than {MAX_PIECES:,} pieces of a few bytes each")
        if self.decoder is not None:
            await self._decode(piece)

    async def _decode(self, piece: bytes) -> None:
        assert self.decoder is not None
        since = 0
        for decoded in self.decoder.feed(piece):
            self._decoded_size += len(decoded)
            await self._claim()
            if self._decoded_size > self._limit:
                raise self._too_large()
            self._decoded.append(decoded)
            since += len(decoded)
            if since >= YIELD_EVERY:
                since = 0
                await asyncio.sleep(0)

    def _too_large(self) -> _TooLarge:
        return _TooLarge(f"the body is larger than {self._limit:,} bytes")

    async def _claim(self) -> None:
        if self._room is not None:
            await self._room.claim(self._raw_size + self._decoded_size)

    def joined(self) -> tuple[bytes, bytes]:
        """Body and payload; the same object when nothing was encoded. Lets go of the pieces."""
        payload = b"".join(self._raw)
        self._raw.clear()
        if self.decoder is None:
            return payload, payload
        body = b"".join(self._decoded)
        self._decoded.clear()
        return body, payload


async def _read(response: httpx.Response, parts: _Parts, progress: Progress) -> None:
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    try:
        async for piece in stream:
            progress.received += len(piece)
            await parts.add(piece)
    except httpcore.RemoteProtocolError as error:
        raise Fault(
            Reason.INCOMPLETE, f"the answer broke off after {progress.received:,} bytes of the body ({_words(error)})"
        ) from error
    except (httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise Fault(
            Reason.INCOMPLETE, f"the connection broke after {progress.received:,} bytes of the body", retry=True
        ) from error
    if parts.decoder is not None:
        parts.decoder.finish()


def _joined(answer: Received, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for key, value in answer.headers if key.lower() == name)


def _words(error: Exception) -> str:
    text = str(error)
    if "chunked" in text:
        return "its last chunk never came"
    received, _, expected = text.partition("expected ")
    return f"{expected.rstrip(')')} were announced" if received and expected else "its framing is damaged"


def _no_head(transport: HostTransport, url: httpx.URL, error: Exception) -> Fault:
    """Why there is not even the head of an answer."""
    text = str(error)
    if isinstance(error, httpcore.ProxyError):
        return Fault(Reason.NETWORK, f"the proxy would not connect to {url.host} ({text[:100]})", retry=True)
    if "too long" in text or "too many" in text.lower():
        return Fault(Reason.TOO_LARGE, f"the headers of the answer of {url.host} are too long")
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" not in text:
        return Fault(Reason.NETWORK, f"{url.host} does not answer in HTTP ({text[:100]})")
    if isinstance(error, httpcore.LocalProtocolError):
        return Fault(Reason.REFUSED, f"the request for {url.host} cannot be put in HTTP ({text[:100]})")
    if transport.received:
        return Fault(Reason.INCOMPLETE, f"{url.host} closed the connection in the middle of its headers", retry=True)
    return Fault(Reason.NETWORK, f"{url.host} closed the connection without an answer", retry=True)

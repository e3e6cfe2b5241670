"""One answer, byte by byte onto its connection."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections.abc import Iterable
from http import HTTPStatus

from guidetrack.testing.answers import Answer, Request


async def send(writer: asyncio.StreamWriter, answer: Answer, request: Request) -> bool:
    """Send the answer; True when the connection may be used again."""
    if answer.delay_s:
        await asyncio.sleep(answer.delay_s)
    if answer.reset and answer.cut_at is None:
        return _drop(writer, reset=True)
    if answer.raw is not None:
        await _drip(writer, answer.raw, answer.drip_head_s)
        return _drop(writer, reset=True) if answer.reset else answer.keep
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    if answer.gzip:
        body = gzip.compress(body, mtime=0)
    await _drip(writer, _head(answer, len(body), request), answer.drip_head_s)
    if request.method == "HEAD" or answer.status in (204, 304):
        return not answer.close
    pieces = answer.stream() if answer.stream else [body]
    whole = await _pieces(writer, pieces, answer)
    if not whole:
        return _drop(writer, reset=answer.reset)
    return not (answer.close or (answer.stream and not answer.chunked))


def _head(answer: Answer, length: int, request: Request) -> bytes:
    reason = answer.reason
    if reason is None:
        reason = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else "Unknown"
    pairs = answer.pairs()
    names = {name.lower() for name, _ in pairs}
    if answer.gzip and "content-encoding" not in names:
        pairs.append(("Content-Encoding", "gzip"))
    if answer.length is not None:
        pairs.append(("Content-Length", str(answer.length)))
    elif answer.chunked:
        pairs.append(("Transfer-Encoding", "chunked"))
    elif answer.stream:
        pairs.append(("Connection", "close"))
    elif "content-length" not in names and answer.status not in (204, 304) and answer.status >= 200:
        pairs.append(("Content-Length", str(length)))
    if answer.close:
        pairs.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in pairs), "", ""]
    return "\r\n".join(lines).encode("latin-1", "surrogateescape")


async def _pieces(writer: asyncio.StreamWriter, pieces: Iterable[bytes], answer: Answer) -> bool:
    """Send the body; False when it was cut on purpose."""
    left = answer.cut_at
    for piece in pieces:
        part = piece if left is None else piece[:left]
        if answer.chunked and part:
            await _drip(writer, b"%x\r\n" % len(part) + part + b"\r\n", answer.drip_s)
        else:
            await _drip(writer, part, answer.drip_s)
        if left is not None:
            left -= len(part)
            if left <= 0:
                return False
    if answer.chunked:
        await _drip(writer, b"0\r\n\r\n", answer.drip_s)
    return answer.cut_at is None


async def _drip(writer: asyncio.StreamWriter, data: bytes, pause_s: float) -> None:
    if not pause_s:
        writer.write(data)
        await writer.drain()
        return
    for at in range(len(data)):
        writer.write(data[at:at + 1])
        await writer.drain()
        await asyncio.sleep(pause_s)


def _drop(writer: asyncio.StreamWriter, *, reset: bool) -> bool:
    if reset:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
    return False

"""Content codings: whole, torn, false, and far too large."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.fetch.decoding import MAX_MEMBERS, STEP, decoder
from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason


def decoded(coding: str, data: bytes, step: int = 1000) -> bytes:
    """All of it, fed in pieces."""
    unpack = decoder(coding)
    assert unpack is not None
    out = [piece for at in range(0, len(data), step) for piece in unpack.feed(data[at:at + step])]
    unpack.finish()
    assert all(len(piece) <= STEP for piece in out)
    return b"".join(out)


def reason(coding: str, data: bytes, step: int = 1000) -> Reason:
    """Why it cannot be decoded."""
    with pytest.raises(Fault) as caught:
        decoded(coding, data, step)
    return caught.value.reason


def raw_deflate(body: bytes) -> bytes:
    """Deflate without the zlib wrapper."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@given(st.binary(max_size=5000), st.integers(1, 700))
def test_every_coding_gives_back_the_body(body: bytes, step: int) -> None:
    """gzip, x-gzip, zlib and bare deflate, in pieces of any size."""
    assert decoded("gzip", gzip.compress(body), step) == body
    assert decoded("X-GZIP", gzip.compress(body), step) == body
    assert decoded("deflate", zlib.compress(body), step) == body
    assert decoded(" deflate ", raw_deflate(body), step) == body


@given(st.lists(st.binary(max_size=500), min_size=1, max_size=8), st.integers(1, 300), st.integers(0, 20))
def test_members_are_joined_and_zeros_after_them_ignored(bodies: list[bytes], step: int, padding: int) -> None:
    """A gzip of several members is their bodies in a row. RFC 1952 section 2.2."""
    data = b"".join(gzip.compress(body) for body in bodies) + bytes(padding)
    assert decoded("gzip", data, step) == b"".join(bodies)


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_cut_body_is_incomplete(body: bytes, data: st.DataObject) -> None:
    """Whatever byte the transfer ends at before the end, it is told."""
    forms = (("gzip", gzip.compress(body)), ("deflate", zlib.compress(body)), ("deflate", raw_deflate(body)))
    for coding, packed in forms:
        cut = data.draw(st.integers(1, len(packed) - 1))
        assert reason(coding, packed[:cut]) is Reason.INCOMPLETE


def test_a_wrong_checksum_or_length_is_incomplete() -> None:
    """CRC-32 and ISIZE of gzip, Adler-32 of zlib."""
    packed = bytearray(gzip.compress(b"two hours" * 100))
    for at in (-8, -1):
        damaged = bytearray(packed)
        damaged[at] ^= 1
        assert reason("gzip", bytes(damaged)) is Reason.INCOMPLETE
    adler = bytearray(zlib.compress(b"two hours" * 100))
    adler[-1] ^= 1
    assert reason("deflate", bytes(adler)) is Reason.INCOMPLETE


def test_bytes_after_the_end_are_incomplete() -> None:
    """Only zeros may follow."""
    assert reason("gzip", gzip.compress(b"body") + b"garbage") is Reason.INCOMPLETE
    assert reason("gzip", gzip.compress(b"body") + b"\0\0x") is Reason.INCOMPLETE
    assert reason("gzip", gzip.compress(b"body") + b"\0" + gzip.compress(b"more"), 7) is Reason.INCOMPLETE
    assert reason("deflate", zlib.compress(b"body") + b"x") is Reason.INCOMPLETE


def test_a_false_label_is_unreadable() -> None:
    """A page that says gzip and is HTML."""
    assert reason("gzip", b"<html>plain</html>") is Reason.UNREADABLE


@pytest.mark.parametrize(
    "coding", ["br", "zstd", "compress", "x-compress", "utf-8", "gzip, gzip", "deflate, gzip", "br, identity"]
)
def test_codings_not_asked_for_are_unreadable(coding: str) -> None:
    """They are refused by name, without decoding."""
    with pytest.raises(Fault) as caught:
        decoder(coding)
    assert caught.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("coding", ["", "identity", " , ", "Identity, identity"])
def test_no_coding_needs_no_decoder(coding: str) -> None:
    """identity and empty mean as it is. RFC 9110 section 12.5.3."""
    assert decoder(coding) is None


def test_an_empty_body_needs_no_end_mark() -> None:
    """A 304 or an empty answer may carry the header without a byte."""
    for coding in ("gzip", "deflate"):
        assert decoded(coding, b"") == b""


def test_a_bomb_comes_out_in_small_pieces() -> None:
    """100 MB in one piece of input is never in memory at once, and stopping early stops the work."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(100)) + packer.flush()
    unpack = decoder("gzip")
    assert unpack is not None
    pieces = unpack.feed(bomb)
    assert sum(len(next(pieces)) for _ in range(40)) <= 40 * STEP
    assert decoded("gzip", bomb, len(bomb)).count(0) == 100 << 20


def test_members_are_counted() -> None:
    """Millions of empty members make no body and are no page."""
    assert reason("gzip", gzip.compress(b"") * (MAX_MEMBERS + 1), 1 << 20) is Reason.UNREADABLE

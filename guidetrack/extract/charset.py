"""Bytes to characters: byte-order mark, what the bytes prove, header, meta; then detection."""

from __future__ import annotations


def decode(body: bytes, media_type: str = "") -> str:
    """``body`` as characters; never fails."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")

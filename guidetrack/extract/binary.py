"""Bytes that are no document at all: pictures, archives, programs, compressed or encrypted data."""

from __future__ import annotations

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"RIFF", "a RIFF media file"), (b"BM\x00", "a bitmap picture"), (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"), (b"PK\x03\x04", "a ZIP archive"), (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "gzip data"), (b"BZh", "bzip2 data"), (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!\x1a\x07", "a RAR archive"), (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"), (b"wOFF", "a font"), (b"wOF2", "a font"), (b"\x00\x01\x00\x00\x00", "a font"),
    (b"OggS", "a media file"), (b"ID3", "a media file"), (b"\x1aE\xdf\xa3", "a media file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (.doc, .xls, .ppt)"),
    (b"SQLite format 3\x00", "a database"),
)
_SAMPLE = 4096
_CONTROL = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27}) + b"\x7f"
_SHARE = 0.05
"""Control characters past this share of the sample are no text in any single-byte or UTF-8 encoding."""


def named(body: bytes) -> str:
    """What kind of binary data ``body`` is, as words for a sentence; empty when it may be text.

    Text in UTF-16 or UTF-32 is full of NULs and stays text; NULs strewn into markup do not make it binary.
    """
    for signature, name in _SIGNATURES:
        if body.startswith(signature):
            return name
    if body[4:8] == b"ftyp":
        return "a media file"
    sample = body[:_SAMPLE]
    kept = sample.replace(b"\x00", b"")
    marked = sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
    wide = marked or b"\x00<" in sample or b"<\x00" in sample
    if len(kept) < len(sample) * 7 // 8:
        # many NULs: UTF-16 or UTF-32 when it says so or holds markup in wide characters, else no text
        return "" if wide else "binary data"
    controls = len(kept) - len(kept.translate(None, _CONTROL))
    return "binary data" if len(kept) >= 64 and controls > _SHARE * len(kept) else ""

"""The normal form in which texts are compared; the quoted text stays as published.

Not content, so removed here: Unicode normal form (NFC), typographic quotes and dashes, kinds of space, runs of
space, zero-width, variation and soft-hyphen characters, ligatures of the Latin block, the micro sign as against mu.
Kept: case, digits, punctuation marks, every word.
Used by extraction (digests) and comparison (equality), so both agree by construction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_MAP = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u2039\u203a", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u180e\u202a\u202b\u202c\u202d\u202e"
                    "\u2066\u2067\u2068\u2069\ufffe\x00\u061c\u034f\u2061\u2062\u2063\u2064\ufe0e\ufe0f"
                    "\u206a\u206b\u206c\u206d\u206e\u206f"),
    "\u00b5": "\u03bc",
    "\u2026": "...",
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
}
_SIGNS = {key: value or "" for key, value in _MAP.items()}
_SIGN = re.compile("[" + re.escape("".join(_SIGNS)) + "]")


def normal(text: str) -> str:
    """The form of ``text`` in which equality means "no change of content".

    Idempotent; safe on lone surrogates and NULs. ``normal("“two\\u00a0hours”")`` is ``'"two hours"'``.
    """
    if text.isascii():
        return " ".join(text.split()) if "`" not in text and "\x00" not in text else _slow(text)
    return _slow(text)


def normal_lines(lines: Sequence[str]) -> str:
    """The normal forms of ``lines``, one a line: what ``"\\n".join(map(normal, lines))`` gives, in one go."""
    joined = "\n".join(lines)
    if joined.count("\n") != max(0, len(lines) - 1):
        return "\n".join(map(normal, lines))
    if joined.isascii() and "`" not in joined:
        plain = joined.replace("\n", " ")
        if plain.isprintable() and "  " not in plain and plain[:1] != " " and plain[-1:] != " ":
            return joined
    # a line break neither composes with what follows nor is mapped, so all lines can be mapped at once
    mapped = unicodedata.normalize("NFC", joined)
    for sign, plain in _SIGNS.items():
        if sign in mapped:
            mapped = mapped.replace(sign, plain)
    mapped = unicodedata.normalize("NFC", mapped)
    return "\n".join([" ".join(line.split()) for line in mapped.split("\n")])


def _slow(text: str) -> str:
    """Composed before the signs go and after it: an invisible one may have stood between letter and accent."""
    mapped = _SIGN.sub(_plain, unicodedata.normalize("NFC", text))
    return " ".join(unicodedata.normalize("NFC", mapped).split())


def _plain(sign: re.Match[str]) -> str:
    return _SIGNS[sign[0]]

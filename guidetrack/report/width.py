"""How wide text stands on a terminal, and padding and wrapping by that width.

Widths follow UAX #11: wide and full-width characters take two cells, combining marks none.
"""

from __future__ import annotations

import re
import unicodedata

_WIDE = frozenset("WF")
_UNMARKED = frozenset(("Mn", "Me", "Cf"))
_PIECES = re.compile(r"[\u1100-\u115f\u2e80-\u9fff\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f"
                     r"\uff01-\uff60\U00020000-\U0003fffd]|[^\s\u1100-\u115f\u2e80-\u9fff\ua960-\ua97c"
                     r"\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\U00020000-\U0003fffd]+|\s+")
"""Where a line may break: at white space, and on either side of an ideograph, kana or hangul syllable."""


def pieces(text: str) -> list[str]:
    """``text`` cut where a line may break; joined they give it back. A word of letters is one piece."""
    return _PIECES.findall(text)


def cells(text: str) -> int:
    """Columns that ``text`` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.category(char) in _UNMARKED:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def pad(text: str, width: int) -> str:
    """``text`` with spaces after it up to ``width`` columns; longer text is kept whole."""
    return text + " " * max(0, width - cells(text))


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns; what does not fit ends in ``…`` after a whole word where one fits."""
    if cells(text) <= width:
        return text
    kept, used = "", 0
    for piece in pieces(text):
        if used + cells(piece) > width - 1:
            break
        kept, used = kept + piece, used + cells(piece)
    if not kept.strip():
        kept = _fit(text, width - 1)
    return kept.rstrip() + "…"


def _fit(text: str, width: int) -> str:
    used = 0
    for at, char in enumerate(text):
        used += _cell(char)
        if used > width:
            return text[:at]
    return text


def wrap(text: str, width: int) -> list[str]:
    """``text`` as lines of at most ``width`` columns; 0 is no limit. A word longer than that stands alone, whole."""
    return [text[start:end] for start, end in spans(text, width)]


def spans(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of ``wrap`` start and end in ``text``, white space at the breaks left out."""
    if width <= 0 or cells(text) <= width:
        return [(0, len(text))]
    lines: list[tuple[int, int]] = []
    start = end = at = used = 0
    for piece in pieces(text):
        size = cells(piece)
        if used + size > width and end > start:
            lines.append((start, end))
            used, start, end = 0, at, at
        at += len(piece)
        if piece.isspace():
            if start == end:
                start = end = at
            else:
                used += size
            continue
        used, end = used + size, at
    if end > start:
        lines.append((start, end))
    return lines

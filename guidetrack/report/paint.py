"""Terminal colours, laid over words that already say everything. Page text never reaches these functions raw."""

from __future__ import annotations

from guidetrack.models import Level, OpKind

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2", "high": "1;31"}
_WORDS = {
    "changed": "cyan", "returned": "cyan", "gone": "high", "moved": "yellow", "held": "yellow", "missed": "yellow",
    "late": "yellow", "overdue": "high", "first": "green", "recovered": "green", "unchanged": "dim", "folded": "dim",
}
_LEVELS = {Level.HIGH: "high", Level.MEDIUM: "yellow", Level.LOW: "dim"}
_RUNS = {OpKind.SAME: "", OpKind.DELETED: "31;9", OpKind.INSERTED: "32;4"}
"""Strike-through and underline beside the colour: colour is never alone (WCAG 2.2, 1.4.1)."""


def style(text: str, name: str, on: bool) -> str:
    """``text`` in a named colour, or as it is."""
    return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if on and text.strip() else text


def state(word: str, on: bool, text: str = "") -> str:
    """A state's word in its colour; ``text`` is the word padded, when it is."""
    return style(text or word, _WORDS.get(word, "bold"), on)


def level(value: Level, text: str, on: bool) -> str:
    """A level's word in its colour."""
    return style(text, _LEVELS[value], on)


def run(kind: OpKind, text: str, on: bool) -> str:
    """Removed or added words in their colour; the brackets round them are part of ``text``."""
    code = _RUNS[kind]
    return f"\x1b[{code}m{text}\x1b[0m" if on and code and text else text

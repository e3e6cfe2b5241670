"""Joining the lines of a paragraph: hyphens at the end of a line undone, as the document itself writes its words."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_END = re.compile(r"(?P<head>(?:[^\W\d_]+[-\u2010\u2011])*[^\W\d_]+)(?P<hyphen>[-\u2010\u2011\u00ad\x02\ufffe])$")
_START = re.compile(r"(?:[^\W\d_]+[-\u2010\u2011])*[^\W\d_]+")
_ADDRESS = re.compile(r"(?:(?:https?:/|www\.)\S*[/_=&?%-]|\w[/@])$")
_TIED = re.compile(r"(?:\d[-\u2010\u2011]|\w\u2013)$")
"""A dash without a space before it: ``737–`` and ``9``."""
_KEPT = frozenset((
    "all", "anti", "co", "cross", "double", "ex", "follow", "full", "half", "health", "high", "in", "inter", "large",
        "long", "low", "mid",
    "multi", "non", "off", "on", "one", "open", "over", "post", "pre", "pro", "pseudo", "quasi", "re", "risk", "self",
        "semi", "short",
    "single", "small", "sub", "take", "three", "time", "treatment", "two", "under", "up", "well", "year"))
"""First parts that mostly keep their hyphen when both parts are words on their own."""
_TAIL = 120
"""Characters at the end of a line that are looked at: longer words are no words."""
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|et|ou|y|o|e)\b", re.I)


class Joiner:
    """Joins lines; knows every word that the document writes within a line."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._seen: set[str] = set()
        for line in lines:
            plain = line.lower().replace("\u2010", "-").replace("\u2011", "-")
            self._seen.update(_WORD.findall(plain))

    def join(self, text: str, line: str, broken: bool = False) -> str:
        """``text`` and the ``line`` after it. ``broken``: PDFium took a hyphen off the end of ``text``."""
        if broken:
            text += "-"
        tail = text[-_TAIL:]
        end, start = _END.search(tail), _START.match(line[:_TAIL])
        if end and start and not _SUSPENDED.match(line):
            return self._word(text, line, end, start[0])
        if text[-1:] == "\u00ad":
            return text[:-1] + line
        if _TIED.search(tail) and line[:1].isalnum() and not _SUSPENDED.match(line):
            return text + line
        if _ADDRESS.search(tail) and line[:1].isalnum() and line[:1].lower() == line[:1]:
            return text + line
        return f"{text} {line}"

    def _word(self, text: str, line: str, end: re.Match[str], start: str) -> str:
        """The two parts of a word as one, with its hyphen when it has one of its own."""
        if end["hyphen"] == "\u00ad":
            return text[:-1] + line
        head, rest = end["head"].lower(), start.lower()
        last = re.split(r"[-\u2010\u2011]", head)[-1]
        if f"{head}-{rest}" in self._seen:
            return text[:-1] + "-" + line
        if last + rest in self._seen or head + rest in self._seen:
            return text[:-1] + line
        first = re.split(r"[-\u2010\u2011]", rest)[0]
        if start[0].isupper() or (last in _KEPT and first in self._seen):
            return text[:-1] + "-" + line
        if last in self._seen and first in self._seen and len(last) > 2 and len(first) > 2:
            return text[:-1] + "-" + line
        return text[:-1] + line

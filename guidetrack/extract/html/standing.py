"""What has become of a document: withdrawn, archived, superseded. Said in banners, in boxes of the site, in the title.

Such a line is read wherever on the page it stands. The words are in words.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from guidetrack.extract.html.words import entries, pattern
from guidetrack.normal import normal

LONGEST = 400
SHORT = 90
"""Characters of a line that opens with its word of standing."""

_PARTS = re.compile(r"\s+(?:[|·•»›<>]|-{1,2}|[–—]|::?)\s+")
"""What parts the title of the document from the name of the site."""


@cache
def _stems() -> tuple[str, ...]:
    return tuple(entries("stems"))


def may_stand(text: str) -> bool:
    """Cheap test: whether any word of standing begins somewhere in ``text``."""
    lower = text.lower()
    return any(map(lower.__contains__, _stems()))


def is_standing(line: str, *, alone: bool) -> bool:
    """Whether a line says what has become of the document.

    :param alone: a word of standing at the line's beginning ("Archived", "Withdrawn: see …") is enough; else the line
        must speak of "this guidance".
    """
    if len(line) > LONGEST or not may_stand(line):
        return False
    text = normal(line)
    if alone and len(text) <= SHORT and pattern("status").match(text):
        return True
    return pattern("standing").search(text) is not None


def standing_in_title(title: str, lines: Iterable[str]) -> str:
    """The part of a page's title that says what has become of the document, or empty: also if a line says it."""
    if not title or not may_stand(title):
        return ""
    for part in _PARTS.split(title):
        text = normal(part)
        if pattern("stood").search(text):
            known = text.lower()
            return "" if any(known in normal(line).lower() for line in lines) else part.strip()
    return ""

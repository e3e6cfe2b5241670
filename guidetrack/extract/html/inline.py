"""Inside a line: images that stand for words, values filled in, raised digits, struck words."""

from __future__ import annotations

import re

from guidetrack.extract.html.words import pattern

STRUCK, UNSTRUCK = "\ud800", "\udfff"
"""Stand for the ends of struck text in the buffer; lone surrogates, which no page holds once it is decoded."""
_STRUCK = re.compile(f"{STRUCK}([^{STRUCK}{UNSTRUCK}]*){UNSTRUCK}")
_LEFT_OVER = re.compile(f"[{STRUCK}{UNSTRUCK}]")
_BLANK = " \t\r\n\xa0\x00" + STRUCK + UNSTRUCK
_RAISED = str.maketrans("0123456789+-\u2212\u2013", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_RAISABLE = re.compile(r"\s*[-+\u2212\u2013]?\d{1,3}(?:, ?\d{1,3}){0,5}\s*")
LONGEST_ALT = 500
LONGEST_VALUE = 300
_TYPED = frozenset({"", "text", "number", "email", "tel", "date", "month", "time", "week"})


def filled_in(attrs: dict[str, str]) -> str:
    """What an input shows that nobody can change, or empty. Addresses to copy are the page's tools."""
    if ("readonly" not in attrs and "disabled" not in attrs) or attrs.get("type", "").lower() not in _TYPED:
        return ""
    value = attrs.get("value", "").strip()
    return "" if "://" in value else value[:LONGEST_VALUE]


def is_word(alt: str, follows: str) -> bool:
    """Whether an image is read in its place in the line, rather than as a picture beside the text.

    :param follows: what stands before it in the line.
    """
    if not follows.strip(_BLANK) or len(alt) > LONGEST_ALT:
        return pattern("force").search(alt) is not None and not pattern("icon").search(alt)
    return not pattern("icon").search(alt)


def raised(text: str) -> str:
    """Raised text after a digit: a power or a note's number must not run into the number it stands at."""
    return text.translate(_RAISED) if _RAISABLE.fullmatch(text) else text


def struck(raw: str) -> str:
    """``raw`` with struck words between ``~~``."""
    return _LEFT_OVER.sub("", _STRUCK.sub(_tildes, raw))


def _tildes(match: re.Match[str]) -> str:
    inside = match[1]
    words = inside.strip(_BLANK)
    return inside.replace(words, f"~~{words}~~", 1) if words else inside

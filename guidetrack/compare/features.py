"""What a sentence says, as far as the vocabulary knows: force, scope, status, topics, codes, dates, numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guidetrack.compare.dates import Dated, binding, dates_in
from guidetrack.compare.fold import Folder
from guidetrack.compare.phrases import Found, words_of
from guidetrack.compare.quantities import Quantity, quantities
from guidetrack.compare.vocabulary import Vocabulary

CONTACT = re.compile(
    r"<?https?://[^\s<>]+>?|\bwww\.[^\s<>]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w.])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,5}\)[ .-]?|\d{2,5}[ .-])\d{3,4}[ .-]\d{3,4}(?![\w.])"
    r"|(?<![\w.])\+\d{1,3}(?:[ .-]?\d{1,4}){2,6}(?!\w)"
)
"""Addresses of pages and mailboxes, telephone numbers: how to reach somebody, not what to do."""

STRUCK = "~~"
"""Stands before and after words a page shows struck out: they are there to be read as gone."""

_STRUCK = re.compile(r"~~[^~]{1,2000}~~")
_PLACES = frozenset({"room", "rooms", "floor", "floors", "suite", "suites"})
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th|\.)?\s$")
_NUMBERED = re.compile(r"\W{0,2}(?:is|number|no\.?|#)?\W{0,2}\d")
DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"@|://|www\.")
_CLASSED = re.compile(r"chedule|SCHEDULE|Class|Anlage|C-?[IV]")
"""Codes without a digit: schedules and classes."""

_LABELS = re.compile(
    r"\b(?:sections?|tables?|figures?|chapters?|pages?|appendix|step|paragraph|question|note|footnote)\s\d+(?:\.\d+)*\b"
    r"|[(\[]\d{1,2}(?:\.\d+)+(?:,\s?\d+(?:\.\d+)+)*[)\]]|\[\d{1,3}(?:[,-]\s?\d{1,3})*\]",
    re.IGNORECASE,
)
_MONTH_MAY = re.compile(r"(?:^|[\d,.])\s*May\b|\bMay\s+\d")


@dataclass(frozen=True, slots=True)
class Features:
    """What one side of an edit says. ``sentence`` is in normal form; every member runs left to right."""

    sentence: str
    force: list[Found]
    scope: list[Found]
    standing: list[Found]
    topics: list[Found]
    reaches: list[Found]
    codes: list[Found]
    dates: list[tuple[Dated, str]]
    quantities: list[Quantity]
    contacts: list[str]


def features(sentence: str, vocabulary: Vocabulary, folder: Folder) -> Features:
    """Read a sentence (normal form)."""
    digits = bool(DIGIT.search(sentence))
    contacts = [m[0] for m in CONTACT.finditer(sentence)] if digits or _ADDRESS.search(sentence) else []
    text = CONTACT.sub(_blank, sentence) if contacts else sentence
    if STRUCK in text:
        text = _STRUCK.sub(_blank, text)
    coded = vocabulary.codes.finditer(text) if digits or _CLASSED.search(text) else ()
    codes = [Found(f"codes.{m.lastgroup}", m[0], m.start(), m.end(), m[0]) for m in coded]
    for code in codes:
        text = text[: code.start] + " " * (code.stop - code.start) + text[code.stop :]
    dated = dates_in(text)
    words = words_of(text)
    terms = vocabulary.terms.find(text, words)
    force = [found for found in terms["force"] if not _is_month(text, found)]
    scope = [found for found in terms["scope"] if not _inside(found, force)]
    counted = digits or folder.counts(map(str.lower, words))
    bare = _LABELS.sub(_blank, text) if digits else text
    for day in dated:
        bare = bare[: day.start] + " " * (day.stop - day.start) + bare[day.stop :]
    return Features(
        sentence, force, scope, terms["standing"], terms["topics"],
        [found for found in terms["contact"] if _leads_there(text, found)], codes,
        [(day, binding(day, terms["dates"])) for day in dated],
        quantities(bare, vocabulary, folder) if counted else [], contacts,
    )


def _leads_there(text: str, found: Found) -> bool:
    """Whether a word says where to find somebody: "room 4" does, "stays in the room" does not."""
    if found.text.lower() not in _PLACES:
        return True
    return bool(_NUMBERED.match(text, found.stop)) or bool(_ORDINAL.search(text[max(0, found.start - 6) : found.start]))


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _inside(found: Found, others: list[Found]) -> bool:
    return any(other.start < found.stop and found.start < other.stop for other in others)


def _is_month(text: str, found: Found) -> bool:
    return found.text == "May" and bool(_MONTH_MAY.search(text, max(0, found.start - 3), found.stop + 3))

"""Calendar dates in a sentence, and the words that make them bind: effective, expiry, deadline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from guidetrack.compare.phrases import Found
from guidetrack.compare.vocabulary import load
from guidetrack.models.change import ComingDate
from guidetrack.models.text import Text
from guidetrack.normal import normal

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
} | {"sept": 9, "jän": 1, "jänner": 1}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"""(?<![\w/.-])(?:
      (?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)
    | (?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s(?:of\s|de\s)?(?P<m2>{_MONTH})\.?,?
      \s(?:de\s|del\s)?(?P<y2>(?:19|20)\d\d)
    | (?P<m3>{_MONTH})\.?\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y3>(?:19|20)\d\d)
    | (?P<a4>\d{{1,2}})/(?P<b4>\d{{1,2}})/(?P<y4>(?:19|20)\d\d)
    | (?P<d5>\d{{1,2}})\.(?P<m5>\d{{1,2}})\.(?P<y5>(?:19|20)\d\d)
    | (?P<m6>{_MONTH})\.?\s(?:de\s)?(?P<y6>(?:19|20)\d\d)
    )(?![\w/])""",
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE_END = re.compile(
    r"(?<=[.!?;。！？])(?<!\b[A-Z]\.)(?<!\bNo\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\b\d\.)(?<!\b\d\d\.)\s+(?=[^a-zß-ÿ])"
)
_YEAR = re.compile(r"20\d\d")
_REACH_BEFORE, _REACH_AFTER = 70, 35
"""Characters beside a date in which a binding word is looked for: a clause, not the whole sentence."""


class Dated(NamedTuple):
    """A date in a sentence: as written, what day it is (None when only a month or no real day), where it stands."""

    text: str
    value: date | None
    start: int
    stop: int


def dates_in(sentence: str) -> list[Dated]:
    """Every date with a year, in order. ``3/4/2026`` is read as month/day, the custom of the sources that write so."""
    if not _YEAR.search(sentence) and "19" not in sentence:
        return []
    return [Dated(m[0], _value(m), m.start(), m.end()) for m in _DATE.finditer(sentence)]


def _value(m: re.Match[str]) -> date | None:
    if m["y6"]:
        return None
    if m["y4"]:
        month, day, year = int(m["a4"]), int(m["b4"]), int(m["y4"])
        if month > 12:
            month, day = day, month
    else:
        n = next(n for n in "1235" if m[f"y{n}"])
        year, day, raw = int(m[f"y{n}"]), int(m[f"d{n}"]), m[f"m{n}"].lower()
        month = int(raw) if raw.isdigit() else _MONTHS.get(raw, 0)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def binding(dated: Dated, terms: Iterable[Found]) -> str:
    """``effective``, ``expiry`` or ``deadline`` when one of the sentence's date words binds the date; else empty.

    The nearest word wins; a word after the date counts as farther than one before it.
    """
    best, best_distance = "", 1_000
    for found in terms:
        if found.stop <= dated.start:
            distance = dated.start - found.stop
            near = distance <= _REACH_BEFORE
        else:
            distance = 2 * (found.start - dated.stop) + 10
            near = dated.stop <= found.start <= dated.stop + _REACH_AFTER
        if near and distance < best_distance:
            best, best_distance = found.group.removeprefix("dates."), distance
    return best


def sentences(text: str) -> list[str]:
    """A line cut after its full stops."""
    return _SENTENCE_END.split(text)


def binding_dates(text: Text, *, after: date, until: date) -> tuple[ComingDate, ...]:
    """See :func:`guidetrack.compare.coming_dates`."""
    vocabulary = load({})
    found: dict[tuple[date, str], ComingDate] = {}
    for section, block in text.walk():
        if not _YEAR.search(block.text):
            continue
        for sentence in sentences(normal(block.text)):
            for dated in dates_in(sentence):
                if dated.value is None or not after < dated.value <= until:
                    continue
                why = binding(dated, vocabulary.terms.find(sentence)["dates"])
                if why:
                    coming = ComingDate(dated.value, section.path, sentence, why)
                    found.setdefault((dated.value, sentence), coming)
    return tuple(sorted(found.values(), key=lambda coming: coming.value))

"""Numbers with their units in a sentence: doses, times, ages, counts, shares."""

from __future__ import annotations

import re
from typing import NamedTuple

from guidetrack.compare.fold import Folder
from guidetrack.compare.phrases import stem
from guidetrack.compare.vocabulary import Unit, Vocabulary
from guidetrack.models.enums import Level

_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\S")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*$")
_COMPARATORS = frozenset("<>≥≤=~±$€£")
_LOOK_AHEAD = 5
"""Words between a number and what it counts: "two adequate oral antidepressant trials"."""
_BETWEEN = ". , ; : ( ) | and or of to in at for with the und et y"
_STOPS = frozenset(_BETWEEN.split())
_PER = frozenset({"per", "every", "each", "je", "pro", "par", "por"})
_DEGREE = Unit("temperature", 1.0, Level.MEDIUM)
_RATE = Unit("rate", 1.0, Level.HIGH)


class Quantity(NamedTuple):
    """A number: as written with its unit, its sizes in the first unit of the group (two for a range), its unit."""

    text: str
    sizes: tuple[float, ...]
    unit: str
    measure: Unit | None
    start: int
    stop: int

    @property
    def key(self) -> tuple[str, tuple[float, ...]]:
        """Equal for equal amounts: 120 minutes and two hours; 0.5 mg and 0.5 mg/kg differ."""
        return self.unit, self.sizes


class _Piece(NamedTuple):
    text: str
    start: int
    stop: int


def quantities(sentence: str, vocabulary: Vocabulary, folder: Folder) -> list[Quantity]:
    """Every number in ``sentence`` (normal form; codes and dates already blanked), left to right."""
    pieces = [_Piece(m[0], m.start(), m.end()) for m in _PIECE.finditer(sentence)]
    found: list[Quantity] = []
    k = 0
    while k < len(pieces):
        value = _number(pieces[k].text, folder)
        if value is None or (k and pieces[k].start == pieces[k - 1].stop and pieces[k - 1].text.isalpha()):
            k += 1
            continue
        values, end = _range(pieces, k, value, folder)
        quantity, k = _measured(sentence, pieces, k, end, values, vocabulary)
        if quantity is not None:
            found.append(quantity)
    return found


def _number(text: str, folder: Folder) -> float | None:
    folded = folder.word(text) if text.isalpha() else text
    if not _NUMBER.match(folded):
        return None
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", folded):
        return float(folded.replace(",", ""))
    if re.fullmatch(r"\d+[.,]\d+|\d+", folded):
        return float(folded.replace(",", "."))
    return None


def _range(pieces: list[_Piece], k: int, value: float, folder: Folder) -> tuple[tuple[float, ...], int]:
    """``56-84``, ``56 to 84`` and ``140/90`` are one quantity with two ends."""
    if k + 2 < len(pieces) and pieces[k + 1].text in ("-", "to", "bis", "à", "a", "/"):
        other = _number(pieces[k + 2].text, folder)
        if other is not None:
            return (value, other), k + 2
    return (value,), k


def _measured(
    sentence: str, pieces: list[_Piece], k: int, end: int, values: tuple[float, ...], vocabulary: Vocabulary
) -> tuple[Quantity | None, int]:
    """The number with the unit after it, and where to read on."""
    start = pieces[k].start
    if k and pieces[k - 1].text in _COMPARATORS:
        start = pieces[k - 1].start
    unit, measure, last = _unit_after(pieces, end, vocabulary)
    if measure is None and end + 2 < len(pieces) and pieces[end + 1].text.lower() in _PER:
        rate = _rate(sentence, pieces, k, end, values, vocabulary)
        if rate is not None:
            return rate
    if measure is None and pieces[k].text.isalpha() and values == (1.0,):
        return None, end + 1  # "one of them": a pronoun, not an amount
    stop = pieces[last].stop
    scale = measure.factor if measure else 1.0
    group = unit if "/" in unit or measure is None else measure.group
    sizes = tuple(round(value * scale, 9) for value in values)
    if "/" in unit and measure is not None:
        group = measure.group + unit[unit.index("/") :]
    sign = pieces[k - 1].text if k and pieces[k - 1].text in "<>≥≤" else ""
    return Quantity(sentence[start:stop], sizes, sign + group, measure, start, stop), last + 1


def _rate(
    sentence: str, pieces: list[_Piece], k: int, end: int, values: tuple[float, ...], vocabulary: Vocabulary
) -> tuple[Quantity, int] | None:
    """``8 per 28 days``: how many in what time."""
    at = end + 2
    count = float(pieces[at].text) if pieces[at].text.isdecimal() and len(pieces[at].text) < 7 else None
    _name, measure, last = _unit_after(pieces, at if count is not None else at - 1, vocabulary)
    if measure is None or measure.group not in ("time", "calendar") or last > at + 1:
        return None
    sizes = (*values, round((count or 1.0) * measure.factor, 9))
    start, stop = pieces[k].start, pieces[last].stop
    return Quantity(sentence[start:stop], sizes, f"rate/{measure.group}", _RATE, start, stop), last + 1


def _unit_after(pieces: list[_Piece], end: int, vocabulary: Vocabulary) -> tuple[str, Unit | None, int]:
    """The unit's name, the unit, and the last piece it takes; the number's own place when there is none."""
    at = end + 1
    if at < len(pieces) and pieces[at].text == "-":
        at += 1
    if at + 1 < len(pieces) and pieces[at].text == "°" and pieces[at + 1].text in ("C", "F"):
        return pieces[at + 1].text, _DEGREE, at + 1
    for skipped in range(_LOOK_AHEAD):
        if at >= len(pieces) or pieces[at].text[0].isdigit():
            break
        for name, unit in vocabulary.units.get(stem(pieces[at].text), ()):
            if skipped and unit.group not in ("count", "device"):
                continue
            if len(name) == 1 or tuple([stem(piece.text) for piece in pieces[at : at + len(name)]]) == name:
                return _per(pieces, at, at + len(name) - 1, unit)
        if pieces[at].text in _STOPS:
            break
        at += 1
    return "", None, end


def _per(pieces: list[_Piece], first: int, last: int, unit: Unit) -> tuple[str, Unit, int]:
    """``mg/kg/h``: a unit with what it is counted against."""
    name = " ".join(stem(piece.text) for piece in pieces[first : last + 1])
    while last + 2 < len(pieces) and pieces[last + 1].text == "/" and pieces[last + 2].text.isalpha():
        name += "/" + stem(pieces[last + 2].text)
        last += 2
    return name, unit, last

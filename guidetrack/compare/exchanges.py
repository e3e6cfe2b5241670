"""What a summary shows of a word that only came or went: what stood in its place, or stands beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guidetrack.compare.features import STRUCK
from guidetrack.compare.findings import Finding, Matter
from guidetrack.compare.frames import Frames
from guidetrack.compare.phrases import stem, stems_of, words_of
from guidetrack.compare.vocabulary import Unit, Vocabulary
from guidetrack.compare.wording import EMPTY_WORDS, QUOTED, SMALL_ABROAD, Swap, beside, turned
from guidetrack.models.enums import Level
from guidetrack.normal import normal

_MEASURES = frozenset({"dose", "volume", "weight", "pressure"})
LONGEST_UNIT = 24
"""Characters of a unit with what it is counted against."""

_UNIT = re.compile(r"[^\W\d_]{1,12}(?:/[^\W\d_]{1,12}){0,3}")
_REACHING = frozenset({"scope.negation", "scope.only", "scope.exception"})
_PIECE = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.;:!?](?=\s)")


def _stops(text: str) -> tuple[list[str], set[int]]:
    """The words of a line without case, and after how many of them a sentence or clause ends within it."""
    words: list[str] = []
    stops: set[int] = set()
    for piece in _PIECE.findall(text):
        if piece[0].isalnum():
            words.append(piece.lower())
        else:
            stops.add(len(words))
    return words, stops - {0, len(words)}


def _around(text: str, at: int) -> str:
    """Two words before and two after a place counted in words, with the marks between them."""
    words = [found for found in _PIECE.finditer(text) if found[0][0].isalnum()]
    return text[words[max(0, at - 2)].start() : words[min(len(words), at + 2) - 1].end()]


def told_of_struck(finding: Finding, before: str, after: str) -> Finding:
    """The finding with the remark that its word is not gone but struck out, or no longer is."""
    word, other, note = (finding.come, before, "no longer struck out") if finding.come else (
        finding.gone, after, "struck out")
    alone = bool(finding.gone) != bool(finding.come)
    if not alone or not any(word.lower() in run.lower() for run in other.split(STRUCK)[1::2]):
        return finding
    return finding._replace(note=f"{finding.note}, {note}" if finding.note else note)


_AMOUNTS = frozenset({Matter.NUMBER, Matter.UNIT})


class Exchanges:
    """Reads the places of a line where words took the place of others."""

    def __init__(self, vocabulary: Vocabulary, frames: Frames) -> None:
        self._vocabulary = vocabulary
        self._frames = frames

    def swapped(self, swaps: Sequence[Swap]) -> list[Finding]:
        """``or`` for ``and``, ``before`` for ``after``: small words whose exchange turns a rule."""
        found: list[Finding] = []
        for gone, come, *_ in swaps:
            if not (gone and come):
                continue
            found += [Finding(Level.HIGH, Matter.NEGATION, a, b) for a, b in turned(gone, come)]
            found += self._units_changed(gone, come)
            mine, theirs = (self._small_words(text) for text in (gone, come))
            if len(mine) == len(theirs) == 1:
                (name, before), (other, after) = mine[0], theirs[0]
                if name == other and before.lower() != after.lower():
                    found.append(Finding(self._vocabulary.groups[name].level, Matter.SMALL_WORD, before, after))
        return found

    def _units_changed(self, gone: str, come: str) -> list[Finding]:
        """``mg/kg`` for ``mg`` without a number beside it, as at the head of a column."""
        if max(len(gone), len(come)) > LONGEST_UNIT:
            return []
        before, after = gone.strip(" ()[],;:"), come.strip(" ()[],;:")
        (one, _, per), (other, _, by) = (text.partition("/") for text in (before, after))
        if stem(normal(one)) not in self._vocabulary.units or before == after or not _UNIT.fullmatch(after):
            return []
        mine, theirs = self.unit_in(one), self.unit_in(other)
        if mine is None or theirs is None or not {mine.group, theirs.group} <= _MEASURES:
            return []
        if (mine, stems_of(per)) == (theirs, stems_of(by)):
            return []
        return [Finding(Level.HIGH, Matter.UNIT, before, after, "unit")]

    def unit_in(self, text: str) -> Unit | None:
        """The first unit of measure that words name."""
        stems = stems_of(normal(text)) if text else ()
        for at, first in enumerate(stems):
            for name, unit in self._vocabulary.units.get(first, ()):
                if stems[at : at + len(name)] == name:
                    return unit
        return None

    def divided(self, before: str, after: str, swaps: Sequence[Swap]) -> list[Finding]:
        """The same words cut into sentences elsewhere: "Do not dose. At home only" is not "Do not dose at home. Only".

        Told where a word of rule or reach is among them; a stop that only came or only went weighs less.
        """
        gone, come = " ".join(swap.gone for swap in swaps), " ".join(swap.come for swap in swaps)
        if words_of(gone.lower()) != words_of(come.lower()):
            return []
        (mine, stops), (theirs, others) = _stops(before), _stops(after)
        if mine != theirs or stops == others:
            return []
        terms = self._frames.terms(after)
        if not (terms["force"] or any(term.group in _REACHING for term in terms["scope"])):
            return []
        lost, new = stops - others, others - stops
        level = Level.HIGH if lost and new else Level.MEDIUM
        at = min(lost | new)
        return [Finding(level, Matter.SMALL_WORD, _around(before, at), _around(after, at), "divided elsewhere")]

    def joins(self, swap: Swap) -> bool:
        """Whether an alternative, or one more condition, only came or only went: "or with", "and dizziness"."""
        gone, come = swap.gone.strip(), swap.come.strip()
        if gone and come:
            return False
        return any(term.group == "scope.joining" for term in self._frames.terms(gone or come)["scope"])

    def _small_words(self, text: str) -> list[tuple[str, str]]:
        words = text.lower().split()
        if not 0 < len(words) <= 3 or self._vocabulary.small_words.isdisjoint(word.strip(".,;:()") for word in words):
            return []
        terms = self._frames.terms(text)["scope"]
        return [(term.group, term.text) for term in terms if self._vocabulary.groups[term.group].swap]

    def in_context(self, finding: Finding, swaps: Sequence[Swap]) -> Finding:
        """What the summary shows of a word that only came or went: what stood in its place, or stands beside it."""
        small = finding.matter is Matter.SMALL_WORD
        alone = bool(finding.gone) != bool(finding.come)
        if (any(finding.lead) and not (alone and finding.matter in _AMOUNTS)) or not (alone or small):
            return finding
        for swap in swaps:
            gone, come = swap.gone.strip(" ,;"), swap.come.strip(" ,;")
            if finding.gone not in gone or finding.come not in come or max(len(gone), len(come)) > QUOTED:
                continue
            if not small and not all(map(self._needs_neighbours, filter(None, (gone, come)))):
                return finding._replace(lead=(gone, come))
            left = beside(swap.left[::-1])[::-1]
            if left and left[-1].lower() not in EMPTY_WORDS:
                left = left[-1:]
            right = beside(swap.right[:1] if small else swap.right)
            gone, come = (" ".join(filter(None, [*left, words, *right])) for words in (gone, come))
            return finding._replace(lead=(gone, come))
        return _within(finding, swaps) if alone else finding

    def _needs_neighbours(self, text: str) -> bool:
        """Whether words say too little by themselves: one at most that is not "or", "not", "only", "may" …"""
        terms = self._frames.terms(text)
        rest = text
        for found in (*terms["scope"], *terms["force"]):
            rest = rest.replace(found.text, " ", 1)
        words = [word for word in words_of(rest) if word.lower() not in EMPTY_WORDS | SMALL_ABROAD]
        return not words or (len(words) == 1 and len(words_of(text)) > 1)


def _within(finding: Finding, swaps: Sequence[Swap]) -> Finding:
    """A word of a longer passage that came or went, with the words beside it there."""
    word = finding.gone or finding.come
    for swap in swaps:
        text = swap.gone if finding.gone else swap.come
        at = f" {text} ".find(f" {word} ")
        if at >= 0:
            said = " ".join([*text[:at].split()[-2:], word, *text[at + len(word) :].split()[:3]]).strip(" ,.;:")
            return finding._replace(lead=(said, "") if finding.gone else ("", said))
    return finding

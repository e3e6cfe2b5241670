"""What a summary shows of a word that only came or went: what stood in its place, or stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from guidetrack.compare.findings import Finding, Matter
from guidetrack.compare.frames import Frames
from guidetrack.compare.phrases import words_of
from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.compare.wording import EMPTY_WORDS, QUOTED, SMALL_ABROAD, Swap, beside, turned
from guidetrack.models.enums import Level

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
            mine, theirs = (self._small_words(text) for text in (gone, come))
            if len(mine) == len(theirs) == 1:
                (name, before), (other, after) = mine[0], theirs[0]
                if name == other and before.lower() != after.lower():
                    found.append(Finding(self._vocabulary.groups[name].level, Matter.SMALL_WORD, before, after))
        return found

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

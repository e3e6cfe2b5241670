"""Finding the terms of a vocabulary in a sentence: whole words, any case, plural or not, longest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from guidetrack.normal import normal

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[%≥≤<>]")


class Word(NamedTuple):
    """A word of a sentence: as written, as matched (lower-case, no plural s), and where it stands."""

    text: str
    stem: str
    start: int
    stop: int


class Found(NamedTuple):
    """A term found: the group it belongs to, its words as written, and where."""

    group: str
    text: str
    start: int
    stop: int
    term: str


def words_of(sentence: str) -> list[Word]:
    """The words of a sentence in normal form."""
    return [Word(m[0], stem(m[0]), m.start(), m.end()) for m in _WORD.finditer(sentence)]


def stem(word: str) -> str:
    """Lower-case, without the s of a plural or of a possessive."""
    word = word.lower().removesuffix("'s")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_abbreviation(term: str) -> bool:
    """Short and in capitals (IM, PA, REMS): matched only as written, since many collide with words."""
    return term.isupper() and sum(map(str.isalpha, term)) <= 5 and " " not in term


class Phrases:
    """Terms by group, indexed by their first word."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._index: dict[str, list[tuple[tuple[str, ...], str | None, str, str]]] = {}
        for group, terms in groups.items():
            for term in terms:
                words = words_of(normal(term))
                exact = words[0].text if is_abbreviation(term) else None
                entry = (tuple(word.stem for word in words), exact, group, term)
                self._index.setdefault(words[0].stem, []).append(entry)
        for entries in self._index.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, sentence: str, words: list[Word]) -> list[Found]:
        """Every term in ``sentence`` (in normal form, ``words`` its words), left to right, none inside another."""
        found: list[Found] = []
        k = 0
        while k < len(words):
            hit = self._at(words, k)
            if hit is None:
                k += 1
                continue
            length, group, term = hit
            start, stop = words[k].start, words[k + length - 1].stop
            if sentence[max(0, start - 1) : start] == "(" and ")" in sentence[start:stop]:
                start -= 1
            found.append(Found(group, sentence[start:stop], start, stop, term))
            k += length
        return found

    def _at(self, words: list[Word], k: int) -> tuple[int, str, str] | None:
        for stems, exact, group, term in self._index.get(words[k].stem, ()):
            n = len(stems)
            if exact is not None and words[k].text != exact:
                continue
            if n == 1 or tuple(word.stem for word in words[k : k + n]) == stems:
                return n, group, term
        return None

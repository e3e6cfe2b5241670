"""Finding the terms of a vocabulary in a sentence: whole words, any case, plural or not, longest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
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


def word_texts(sentence: str) -> list[str]:
    """The same as written, without their places."""
    return _WORD.findall(sentence)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Lower-case, without the s of a plural or of a possessive."""
    word = word.lower().removesuffix("'s")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_abbreviation(term: str) -> bool:
    """Short and in capitals (IM, PA, REMS): matched only as written, since many collide with words."""
    return term.isupper() and sum(map(str.isalpha, term)) <= 5 and " " not in term


class Lexicon:
    """Terms by table and group, indexed by their first word, so that one pass over a sentence finds them all."""

    def __init__(self, tables: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self.tables = tuple(tables)
        self._index: dict[str, dict[str, list[tuple[tuple[str, ...], str | None, str, str]]]] = {}
        for table, groups in tables.items():
            for group, terms in groups.items():
                for term in terms:
                    self._add(table, group, term)
        for entries in (entries for by_table in self._index.values() for entries in by_table.values()):
            entries.sort(key=lambda entry: -len(entry[0]))

    def _add(self, table: str, group: str, term: str) -> None:
        words = words_of(normal(term))
        exact = words[0].text if is_abbreviation(term) else None
        entry = (tuple(word.stem for word in words), exact, group, term)
        self._index.setdefault(words[0].stem, {}).setdefault(table, []).append(entry)

    def find(self, sentence: str, words: list[Word]) -> dict[str, list[Found]]:
        """Every term in ``sentence`` (in normal form, ``words`` its words) by table, left to right; within a table
        the longest wins and none lies inside another."""
        found: dict[str, list[Found]] = {table: [] for table in self.tables}
        free = dict.fromkeys(self.tables, 0)
        for k, word in enumerate(words):
            by_table = self._index.get(word.stem)
            if by_table is None:
                continue
            for table, entries in by_table.items():
                hit = _longest(entries, words, k) if k >= free[table] else None
                if hit is not None:
                    length, group, term = hit
                    free[table] = k + length
                    found[table].append(_found(sentence, words[k].start, words[k + length - 1].stop, group, term))
        return found


def _longest(
    entries: list[tuple[tuple[str, ...], str | None, str, str]], words: list[Word], k: int
) -> tuple[int, str, str] | None:
    for stems, exact, group, term in entries:
        n = len(stems)
        if exact is not None and words[k].text != exact:
            continue
        if n == 1 or tuple([word.stem for word in words[k : k + n]]) == stems:
            return n, group, term
    return None


def _found(sentence: str, start: int, stop: int, group: str, term: str) -> Found:
    if sentence[max(0, start - 1) : start] == "(" and ")" in sentence[start:stop]:
        start -= 1
    return Found(group, sentence[start:stop], start, stop, term)

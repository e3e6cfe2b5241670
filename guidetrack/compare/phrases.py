"""Finding the terms of a vocabulary in a sentence: whole words, any case, plural or not, longest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from guidetrack.normal import normal

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[%≥≤<>]")


class Found(NamedTuple):
    """A term found: the group it belongs to, its words as written, and where."""

    group: str
    text: str
    start: int
    stop: int
    term: str


def words_of(sentence: str) -> list[str]:
    """The words of a sentence in normal form, as written."""
    return _WORD.findall(sentence)


def stems_of(sentence: str) -> tuple[str, ...]:
    """The same as they are matched."""
    return tuple(map(stem, words_of(sentence)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Lower-case, without the s of a plural or of a possessive."""
    word = word.lower().removesuffix("'s")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_abbreviation(term: str) -> bool:
    """Short and in capitals (IM, PA, REMS): matched only as written, since many collide with words."""
    return term.isupper() and sum(map(str.isalpha, term)) <= 5 and " " not in term


_Entry = tuple[tuple[str, ...], str | None, str, str]
"""A term: its stems, how its first word is written where only that counts, its group, itself."""


class Lexicon:
    """Terms by table and group, indexed by their first word, so that one pass over a sentence finds them all."""

    def __init__(self, tables: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self.tables = tuple(tables)
        self._index: dict[str, dict[str, list[_Entry]]] = {}
        for table, groups in tables.items():
            for group, terms in groups.items():
                for term in terms:
                    self._add(table, group, term)
        for entries in (entries for by_table in self._index.values() for entries in by_table.values()):
            entries.sort(key=lambda entry: -len(entry[0]))

    def _add(self, table: str, group: str, term: str) -> None:
        stems = stems_of(normal(term))
        exact = words_of(normal(term))[0] if is_abbreviation(term) else None
        self._index.setdefault(stems[0], {}).setdefault(table, []).append((stems, exact, group, term))

    def find(self, sentence: str, words: list[str] | None = None) -> dict[str, list[Found]]:
        """Every term in ``sentence`` (in normal form) by table, left to right; within a table the longest wins and
        none lies inside another.

        :param words: its words, where they are known.
        """
        found: dict[str, list[Found]] = {table: [] for table in self.tables}
        words = words_of(sentence) if words is None else words
        stems = tuple(map(stem, words))
        free = dict.fromkeys(self.tables, 0)
        hits: list[tuple[str, int, int, str, str]] = []
        for k in [k for k, one in enumerate(stems) if one in self._index]:
            for table, entries in self._index[stems[k]].items():
                hit = _longest(entries, words, stems, k) if k >= free[table] else None
                if hit is not None:
                    free[table] = k + hit[0]
                    hits.append((table, k, *hit))
        spans = _spans(sentence, words) if hits else []
        for table, k, length, group, term in hits:
            found[table].append(_found(sentence, spans[k][0], spans[k + length - 1][1], group, term))
        return found


def _spans(sentence: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words of a sentence stand: what lies between them begins no word."""
    spans: list[tuple[int, int]] = []
    stop = 0
    for word in words:
        start = sentence.index(word, stop)
        stop = start + len(word)
        spans.append((start, stop))
    return spans


def _longest(entries: list[_Entry], words: list[str], stems: tuple[str, ...], k: int) -> tuple[int, str, str] | None:
    for wanted, exact, group, term in entries:
        n = len(wanted)
        if exact is not None and words[k] != exact:
            continue
        if n == 1 or stems[k : k + n] == wanted:
            return n, group, term
    return None


def _found(sentence: str, start: int, stop: int, group: str, term: str) -> Found:
    if sentence[max(0, start - 1) : start] == "(" and ")" in sentence[start:stop]:
        start -= 1
    return Found(group, sentence[start:stop], start, stop, term)

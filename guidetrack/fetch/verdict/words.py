"""Finding phrases: text folded to one spelling, phrases with gaps, and only those tried whose rarest word is there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, product
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

GAP = 60
"""Most characters that `` * `` in a phrase stands for."""

_WORDLESS_ASCII = " "
"""No word: under it stand the phrases without a whole word that ASCII texts may hold."""

_QUOTES = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "′": "'",
        "ʼ": "'",
        "´": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‹": "'",
        "›": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\ufeff": None,
        "¿": None,
        "¡": None,
    }
)
_COMBINING = re.compile("[\u0300-\u036f]+")
_TOKEN = re.compile(r"\w+")
_STOP = re.compile(r"[.!?;] |\n")


def fold(text: str) -> str:
    """Lower case, no accents, plain quotes and dashes, single spaces; line breaks become spaces."""
    return " ".join(_respelt(text).split())


def fold_lines(lines: Iterable[str]) -> list[str]:
    """Each of many lines folded, at a fraction of the cost. A line has no line break."""
    return [" ".join(line.split()) for line in _respelt("\n".join(lines)).split("\n")]


def _respelt(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text.translate(_QUOTES)))


def tokens(folded: str) -> set[str]:
    """The words of a folded text."""
    return set(_TOKEN.findall(folded))


def spelled_out(written: str) -> Iterator[str]:
    """Every phrase that alternatives in brackets stand for: ``a (b|c)`` is ``a b`` and ``a c``."""
    parts = [part.split("|") for part in re.split(r"[()]", written)]
    yield from map("".join, product(*parts)) if len(parts) > 1 and "|" in written else (written,)


class Phrase(NamedTuple):
    """Parts that follow each other within :data:`GAP` characters of one sentence; ``open_end``: a word may go on."""

    parts: tuple[str, ...]
    open_end: bool

    @classmethod
    def read(cls, folded: str) -> Phrase:
        """From the tables' spelling, folded: `` * `` is a gap, a final ``~`` lets the last word go on."""
        return cls(tuple(folded.rstrip("~").split(" * ")), folded.endswith("~"))

    def find(self, text: str, tries: int = 16) -> Iterator[tuple[int, int]]:
        """Start and end of each occurrence, at most ``tries`` starts looked at."""
        first, at = self.parts[0], 0
        for _ in range(tries):
            at = text.find(first, at)
            if at < 0:
                return
            end = self._end(text, at + len(first))
            if end and _bounded(text, at, end, self.open_end):
                yield at, end
            at += 1

    def _end(self, text: str, end: int) -> int:
        for part in self.parts[1:]:
            found = text.find(part, end, end + GAP + len(part))
            if found < 0 or _STOP.search(text, end, found):
                return 0
            end = found + len(part)
        return end


def _bounded(text: str, start: int, end: int, open_end: bool) -> bool:
    """No ASCII word is cut at either side."""
    if start and _wordy(text[start]) and _wordy(text[start - 1]):
        return False
    return open_end or end >= len(text) or not (_wordy(text[end - 1]) and _wordy(text[end]))


def _wordy(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


class Index(Generic[T]):
    """Phrases with what they mean, found by their rarest word, and taken apart when a text first has that word.

    Tables hold thousands of phrases of which a run meets few: what is done with each of them counts.
    """

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        listed = list(entries)
        folded = fold_lines(written for written, _ in listed)
        pairs = zip(folded, listed, strict=True)
        spelled = [(phrase, meaning) for line, (_, meaning) in pairs for phrase in spelled_out(line)]
        words = [_whole_words(phrase) for phrase, _ in spelled]
        common = Counter(chain.from_iterable(map(set, words)))
        rarity = {word: (count, -len(word)) for word, count in common.items()}
        self._by_word: dict[str, list[tuple[str, T]]] = {}
        for entry, each in zip(spelled, words, strict=True):
            self._by_word.setdefault(min(each, key=rarity.__getitem__, default=""), []).append(entry)
        self._read: dict[str, list[tuple[Phrase, T]]] = {}

    def search(self, text: str) -> Iterator[tuple[T, int, int]]:
        """Meaning, start and end of every phrase in a folded text."""
        words = tokens(text)
        words.add("")
        plain = text.isascii()
        for word in sorted(words & self._by_word.keys()):
            for phrase, meaning in self._entries(word, plain):
                if phrase.parts[0] in text:
                    for start, end in phrase.find(text):
                        yield meaning, start, end

    def _entries(self, word: str, plain: bool) -> list[tuple[Phrase, T]]:
        """The phrases under a word, and those without one: of these no more than an ASCII text may hold."""
        key = word or (_WORDLESS_ASCII if plain else "")
        if key not in self._read:
            entries = self._by_word[word]
            kept = [entry for entry in entries if key != _WORDLESS_ASCII or entry[0].isascii()]
            self._read[key] = [(Phrase.read(phrase), meaning) for phrase, meaning in kept]
        return self._read[key]


def _whole_words(folded: str) -> list[str]:
    """The words a text must have for the phrase to be in it; none where a script has no spaces."""
    words: list[str] = _TOKEN.findall(folded)
    if folded.endswith("~") and words:
        words.pop()
    return words if folded.isascii() or all(map(str.isascii, words)) else []

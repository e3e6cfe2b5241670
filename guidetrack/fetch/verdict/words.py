"""Finding phrases: text folded to one spelling, phrases with gaps, and only those tried whose rarest word is there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

T = TypeVar("T")

GAP = 60
"""Most characters that `` * `` in a phrase stands for."""

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
    text = text.casefold()
    if not text.isascii():
        text = _COMBINING.sub("", unicodedata.normalize("NFKD", text.translate(_QUOTES)))
    return " ".join(text.split())


def tokens(folded: str) -> set[str]:
    """The words of a folded text."""
    return set(_TOKEN.findall(folded))


def spelled_out(written: str) -> Iterator[str]:
    """Every phrase that alternatives in brackets stand for: ``a (b|c)`` is ``a b`` and ``a c``."""
    parts = [part.split("|") for part in re.split(r"[()]", written)]
    yield from map("".join, product(*parts)) if len(parts) > 1 and "|" in written else (written,)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Parts that follow each other within :data:`GAP` characters of one sentence; ``open_end``: a word may go on."""

    parts: tuple[str, ...]
    open_end: bool

    @classmethod
    def read(cls, written: str) -> Phrase:
        """From the tables' spelling: `` * `` is a gap, a final ``~`` lets the last word go on."""
        return cls(tuple(fold(part) for part in written.rstrip("~").split(" * ")), written.endswith("~"))

    @property
    def whole_words(self) -> list[str]:
        """The words a text must have for the phrase to be in it; none where a script has no spaces."""
        words = [word for part in self.parts for word in _TOKEN.findall(part)]
        if self.open_end and words:
            words.pop()
        return words if all(map(str.isascii, words)) else []

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
    """Phrases with what they mean, found by their rarest word."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        read = [(Phrase.read(written), meaning) for written, meaning in entries]
        words = [phrase.whole_words for phrase, _ in read]
        common = Counter(word for each in words for word in set(each))
        self._by_word: dict[str, list[tuple[Phrase, T]]] = {}
        for entry, each in zip(read, words, strict=True):
            key = min(each, key=lambda word: (common[word], -len(word)), default="")
            self._by_word.setdefault(key, []).append(entry)
        self._wordless_ascii = [entry for entry in self._by_word.get("", []) if all(map(str.isascii, entry[0].parts))]

    def search(self, text: str) -> Iterator[tuple[T, int, int]]:
        """Meaning, start and end of every phrase in a folded text."""
        words = tokens(text)
        words.add("")
        for word in sorted(words & self._by_word.keys()):
            entries = self._by_word[word] if word or not text.isascii() else self._wordless_ascii
            for phrase, meaning in entries:
                if phrase.parts[0] in text:
                    for start, end in phrase.find(text):
                        yield meaning, start, end

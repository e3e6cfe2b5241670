"""The form in which lines and words are compared: normal form, number words as digits, capitals without accents.

"2" equals "two" and "État" equals "Etat" (French capitals may drop their accents); case stays content.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from guidetrack.normal import normal

_WORDS = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "de": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
}
_ALSO = {"de": {"ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1}, "fr": {"une": 1}, "es": {"un": 1, "una": 1}}
_FALSE_FRIENDS = frozenset({"once", "sept", "un", "uno", "elf", "dos", "dix", "six"})
"""Words that mean something else in another of these languages: read as numbers only where the language is known."""


def _table(language: str) -> dict[str, int]:
    """Number words of a language (``de-AT`` reads as ``de``); of all four, without false friends, when unknown."""
    known = language.lower()[:2]
    table = {word: n for n, word in enumerate(_WORDS["en"].split(), 1)}
    for code in _WORDS if known not in _WORDS else {known} - {"en"}:
        words = {word: n for n, word in enumerate(_WORDS[code].split(), 1)}
        if code == known:
            words |= _ALSO.get(code, {})
        elif code != "en":
            words = {word: n for word, n in words.items() if word not in _FALSE_FRIENDS}
        table |= words
    return table


_TOKENS = re.compile(r"\w+")
_ACCENTED = re.compile("[À-ÖØ-ÞĀ-ſ]")


def _bare_capital(match: re.Match[str]) -> str:
    letter = match[0]
    return unicodedata.normalize("NFD", letter)[0] if letter.isupper() else letter


class Folder:
    """Folds lines and words of texts in one language (BCP 47, may be empty)."""

    def __init__(self, language: str = "") -> None:
        self._digits = {word: str(n) for word, n in _table(language).items()}
        self._pattern = re.compile(rf"\b(?:{'|'.join(self._digits)})\b", re.IGNORECASE)
        self._words: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The folded line. Idempotent; equal results mean no change of content."""
        folded = normal(text)
        if not folded.isascii():
            folded = _ACCENTED.sub(_bare_capital, folded)
        if self._digits.keys().isdisjoint(_TOKENS.findall(folded.lower())):
            return folded
        return self._pattern.sub(self._digit, folded)

    def counts(self, words: Iterable[str]) -> bool:
        """Whether one of ``words`` (lower-case) is a number word."""
        return not self._digits.keys().isdisjoint(words)

    def words(self, texts: Iterable[str]) -> list[str]:
        """Words folded one by one."""
        known, fold = self._words.get, self.word
        return [known(text) or fold(text) for text in texts]

    def word(self, text: str) -> str:
        """The same for one word, remembered."""
        folded = self._words.get(text)
        if folded is None:
            plain = text.isascii() and text.isalnum()
            folded = self._words[text] = self._digits.get(text.lower(), text) if plain else self(text)
        return folded

    def _digit(self, match: re.Match[str]) -> str:
        word = match[0].lower()
        return self._digits.get(word) or self._digits.get(unicodedata.normalize("NFC", word), match[0])

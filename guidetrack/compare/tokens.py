"""A line as words: never inside a word, number, unit, citation or code; one by one in scripts without spaces."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

from guidetrack.compare.fold import Folder


def _ranges(wanted: range, keep: str) -> str:
    """A character class of the code points in ``wanted`` whose category starts with ``keep``."""
    spans: list[list[int]] = []
    for code in wanted:
        if unicodedata.category(chr(code)).startswith(keep):
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


_MARKS = "".join(
    _ranges(wanted, "M")
    for wanted in (range(0x300, 0x1D00), range(0x1DC0, 0x1E00), range(0x20D0, 0x3100), range(0xA600, 0xABFF),
                   range(0xFB1E, 0xFE30), range(0x10A00, 0x11FFF), range(0xE0100, 0xE01F0))
)
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u3005-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana, Han: words are not set apart by spaces."""

_UNIT = (
    r"(?:mg|mcg|µg|μg|ng|kg|g|mL|ml|dL|dl|L|IU|UI|IE|mmHg|mm\sHg|mmol|mol|m2|m²|cm|mm|bpm|kPa|°C|°F|%|"
    r"h|hr|min|sec|s|day|dose|actuation|spray)"
)
_CODE_OF_LAW = r"(?:CFR|C\.F\.R\.|U\.?S\.?C\.?|Fed\.\sReg\.|FR|TAC|Stat\.)"
_NUMBER = r"\d+(?:[.,\u2009\u202f]\d+){0,6}"
_TOKEN = re.compile(
    rf"""(
      [A-Za-z]+(?=\s)                                                                        # most words, at once
    | https?://[^\s<>]+ | [\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}
    | \d+\s{_CODE_OF_LAW}\s(?:§+\s?|part\s)?\d+(?:[.–-]\d+)*(?:\(\w{{1,4}}\))*
    | \d{{1,2}}:\d\d(?::\d\d(?:\.\d+)?)?(?!\w)
    | (?:[≥≤<>≈~±$€£]\s?|[+−-])?{_NUMBER}(?:[–‑-]{_NUMBER})?\s?{_UNIT}(?:/{_UNIT})*(?![\w/])
    | (?:[≥≤<>≈~±$€£]\s?){_NUMBER}(?:[–‑-]{_NUMBER})?(?!\w)
    | {_NUMBER}(?:[–‑-]{_NUMBER})+(?!\w)
    | [{_DENSE}][{_MARKS}{_INVISIBLE}]*
    | (?:[^\W{_DENSE}]|[{_MARKS}{_INVISIBLE}])+(?:[-‐‑'’./&·](?:[^\W{_DENSE}]|[{_MARKS}{_INVISIBLE}])+)*
    | \S[{_MARKS}{_INVISIBLE}]*
    )(\s*)""",
    re.VERBOSE,
)
_LEADING = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Words:
    """A line cut into words. ``texts[k] + spaces[k]`` joined give the line back; ``forms`` are what is compared."""

    texts: list[str]
    spaces: list[str]
    forms: list[str]

    def __len__(self) -> int:
        return len(self.texts)

    def join(self, start: int, stop: int) -> str:
        """The words from ``start`` up to ``stop``, with the spaces between and after them."""
        return "".join(chain.from_iterable(zip(self.texts[start:stop], self.spaces[start:stop], strict=True)))


def cut(line: str, folder: Folder) -> Words:
    """``line`` as words. Any string will do: lone surrogates, control characters, every script."""
    texts: list[str] = []
    spaces: list[str] = []
    leading = _LEADING.match(line)
    if leading:
        texts.append("")
        spaces.append(leading[0])
    for text, space in _TOKEN.findall(line, leading.end() if leading else 0):
        texts.append(text)
        spaces.append(space)
    return Words(texts, spaces, folder.words(texts))

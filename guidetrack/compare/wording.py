"""The words of an edit: trivial exchanges, turned words, other dates; what is quoted of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import NamedTuple

from guidetrack.compare.dates import sentences
from guidetrack.compare.features import DIGIT, Features
from guidetrack.compare.findings import Finding, Matter
from guidetrack.compare.phrases import words_of
from guidetrack.compare.phrasing import shortened
from guidetrack.models.enums import Level
from guidetrack.normal import normal

QUOTED = 60
"""Characters of a line quoted where no single word stands out."""


class Swap(NamedTuple):
    """The words of one place, before and after, and up to two words that stayed ``left`` and ``right`` of it."""

    gone: str
    come: str
    left: Sequence[str] = ()
    right: Sequence[str] = ()


_CLAUSE = frozenset(".,;:!?()[]|–—")


def beside(words: Sequence[str]) -> list[str]:
    """Words up to the end of their clause."""
    return list(takewhile(lambda word: word not in _CLAUSE, words))


def changed_sentences(before: str, after: str) -> tuple[str, str]:
    """Only the sentences that are not in both."""
    old, new = sentences(before), sentences(after)
    mine, theirs = Counter(old), Counter(new)
    only_old, only_new = mine - theirs, theirs - mine
    if not only_old and not only_new:
        return before, after
    return " ".join(s for s in old if s in only_old), " ".join(s for s in new if s in only_new)


def dated_alike(old: Features, new: Features) -> bool:
    """Whether two sentences differ only in how they write their dates, and in numbers of pages."""
    if not (DIGIT.search(old.sentence) and DIGIT.search(new.sentence)):
        return old.sentence == new.sentence
    sides = []
    for side in (old, new):
        text = side.sentence
        for day, _ in reversed(side.dates):
            text = text[: day.start] + str(day.value or day.text) + text[day.stop :]
        sides.append(_PAGE.sub(r"\1", text))
    return sides[0] == sides[1]


_PAGE = re.compile(r"\b(pages?|p\.|pp\.|Seiten?|S\.|páginas?)\s\d+(?:[-–]\d+)?\b", re.IGNORECASE)


def contact(old: Features, new: Features) -> Finding:
    """An address, number or link target that went or came: low by itself."""
    gone = next((item for item in old.contacts if item not in new.contacts), "")
    come = next((item for item in new.contacts if item not in old.contacts), "")
    note = "link target" if "://" in gone + come else "contact"
    return Finding(Level.LOW, Matter.CONTACT, gone, come, note)


_ARTICLES = (
    "a an the this that these those of is are was were be been being to in on at for with as it its their his her our "
    "your we you they he she will would also such here there which who whom please and"
)
_FOREIGN = "se est sont le la les un une des du de el los las ist sind wird werden der die das es son en"
EMPTY_WORDS = frozenset(_ARTICLES.split())
SMALL_ABROAD = frozenset(_FOREIGN.split())
_PREFIXES = "un in im ir non dis hypo hyper anti pre post de sub super over under"
_TURNING = frozenset(_PREFIXES.split())
_NEGATING = frozenset({"un", "in", "im", "ir", "il", "non", "dis"})


def turned(gone: str, come: str) -> list[tuple[str, str]]:
    """Words that only gained or lost a syllable that turns them round: safe and unsafe, zulässig and unzulässig."""
    if not gone or not come:
        return []
    mine, theirs = (words_of(normal(text)) for text in (gone, come))
    if len(mine) != len(theirs):
        return []
    return [(a, b) for a, b in zip(mine, theirs, strict=True) if a[-4:] == b[-4:] and _turns(a.lower(), b.lower())]


def _turns(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) > 3 and long.endswith(short) and long[: -len(short)] in _NEGATING


MARKS = frozenset("*†‡§¶")
"""Marks that send a reader to a note below."""


def trivial(gone: str, come: str) -> bool:
    """Whether an exchange is of punctuation, articles, capitals or spelling only."""
    if MARKS & (set(gone) ^ set(come)):
        return False
    mine, theirs = (words_of(normal(text)) for text in (gone, come))
    if [word.lower() for word in mine] == [word.lower() for word in theirs]:
        return True
    left = [word.lower() for word in mine if word.lower() not in EMPTY_WORDS]
    right = [word.lower() for word in theirs if word.lower() not in EMPTY_WORDS]
    if len(left) != len(right):
        return False
    return all(a == b or _respelt(a, b) for a, b in zip(left, right, strict=True))


def _respelt(a: str, b: str) -> bool:
    if not (a.isalpha() and b.isalpha()) or min(len(a), len(b)) < 4 or max(len(a), len(b)) > 40:
        return False
    if any(a == prefix + b or b == prefix + a for prefix in _TURNING):
        return False
    return a[0] == b[0] and SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.8


def _has_content(text: str) -> bool:
    return any(word.lower() not in EMPTY_WORDS and word.lower() != "or" for word in words_of(text))


def wording_finding(level: Level, swaps: Sequence[Swap], before: str, after: str) -> Finding:
    """Nothing the vocabulary knows: quote the first words that differ and say something."""
    told = [swap for swap in swaps if swap.gone.strip() or swap.come.strip()]
    if told:
        first = next((swap for swap in told if _has_content(swap.gone) or _has_content(swap.come)), told[0])
        before, after = first.gone.strip(), first.come.strip()
    return Finding(level, Matter.WORDING, shortened(before, QUOTED), shortened(after, QUOTED), "wording")



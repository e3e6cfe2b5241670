"""How much of the last good text is still there. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from guidetrack.fetch.verdict.scan import count_words
from guidetrack.fetch.verdict.words import fold
from guidetrack.models import BlockKind, Text

PROSE = 6
"""Words from which a line counts as the document's own rather than a menu's."""
LONG_LINE = 36
"""Characters that such a line has."""
_LIMIT = 40_000
"""Words of each side that are looked at."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The old text against the new.

    :param kept: share (0–1) of the old text's words, counted in its sentences, that still stand in the same company.
    :param heading_gone: the old text's first heading is no longer there.
    :param vocabulary: share of the old text's longer words that the new one uses.
    """

    kept: float
    heading_gone: bool
    old_words: int
    new_words: int
    vocabulary: float

    @property
    def lost(self) -> bool:
        """Hardly anything of the document is left."""
        return self.kept < 0.3

    @property
    def shrunk(self) -> bool:
        """Most of the words are gone and nothing of the like has come instead."""
        return self.old_words >= 24 and self.new_words * 3 <= self.old_words


def same_lines(old: tuple[str, ...], new: tuple[str, ...]) -> float:
    """Share (0–1) of the old text's longer lines, by characters, that stand unchanged in the new one. Cheap.

    Never more than the new text is long, so that one copy does not stand for many.
    """
    there = set(new)
    own = [line for line in old if len(line) >= LONG_LINE] or list(old)
    total = sum(map(len, own))
    if not total:
        return 0.0
    kept = sum(len(line) for line in own if line in there) / total
    return min(kept, sum(map(len, new)) / sum(map(len, old)))


def resemblance(previous: Text, lines: tuple[str, ...]) -> Resemblance:
    """Compare the last good text with the lines of a new one.

    Whole lines first: that settles an edited page. Only then runs of three words, so that a one-paragraph page
    with a word changed is still itself.
    """
    old_words, new_words = sum(map(count_words, previous.lines)), sum(map(count_words, lines))
    heading = _first_heading(previous)
    kept = same_lines(previous.lines, lines)
    if kept >= 0.7:
        return Resemblance(kept, bool(heading) and heading not in lines, old_words, new_words, 1.0)
    old, new = _stream(_prose(previous.lines)), _stream(lines)
    runs = Counter(_runs(old))
    # counted, not looked up: a page that says the same in every chapter has lost those it no longer has
    kept = max(kept, (runs & Counter(_runs(new))).total() / runs.total()) if runs else kept
    long_old = {word for word in old if len(word) >= 5}
    used = len(long_old & set(new)) / len(long_old) if long_old else 1.0
    folded = fold(heading)
    gone = bool(folded) and folded not in fold(" ".join(islice(lines, 400)))
    return Resemblance(kept, gone, old_words, new_words, used)


def _prose(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines long enough to be the document's own; all of them where none is."""
    return tuple(line for line in lines if count_words(line) >= PROSE) or lines


def _stream(lines: tuple[str, ...]) -> list[str]:
    words: list[str] = []
    for line in lines:
        folded = fold(line)
        if count_words(folded) > 2 * folded.count(" ") + 2:
            words.extend(folded.replace(" ", ""))
        else:
            words.extend(folded.split())
        if len(words) >= _LIMIT:
            break
    return words[:_LIMIT]


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    if len(words) < 3:
        return [tuple(words)] if words else []
    return list(zip(words, words[1:], words[2:], strict=False))


def _first_heading(text: Text) -> str:
    return next((block.text for _, block in text.walk() if block.kind is BlockKind.HEADING), "")

"""Whether a label that changed says nothing: it follows from the labels around it, in both texts.

``5.4`` for ``5.3`` is renumbering where ``5.3`` stands before it in the new text as ``5.2`` did in the old one; a
number that changed by itself was changed by somebody, and is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from guidetrack.compare.lines import Side
from guidetrack.compare.numbering import Label
from guidetrack.models.enums import BlockKind

LOOK_BACK = 40
"""Labels of the same style looked through for the one before."""

LEAST_ENTRIES = 3
"""Lines with ascending page numbers that make a table of contents."""

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}

Group = tuple[bool, str, str, str]
"""Whether it is a heading, the label's style, how it counts, the number above (``5.3`` of ``5.3.1``)."""


class Renumbering:
    """The labels of both texts."""

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = old, new
        self._sequences: tuple[_Sequences, _Sequences] | None = None
        self._steady: dict[tuple[int, int], bool] = {}

    def explains(self, i: int, j: int) -> bool:
        """Whether two lines that are equal but for their numbers differ only in numbering."""
        old, new = self._sides
        mine, theirs = (side.numbering.label(side.texts[at], side.kinds[at]) for side, at in ((old, i), (new, j)))
        if not self._page_says_nothing(i, j):
            return False
        if mine == theirs or (mine and theirs and (mine.style, mine.number) == (theirs.style, theirs.number)):
            return True
        if self._sequences is None:
            self._sequences = _Sequences(old), _Sequences(new)
        if mine is None or theirs is None:
            return self._sequences[mine is None].counts(j if mine is None else i)
        return self._follows(mine, i, theirs, j)

    def _follows(self, mine: Label, i: int, theirs: Label, j: int) -> bool:
        """Whether the last part continues a sequence in both texts, and the parts above were renumbered alike."""
        assert self._sequences is not None
        gone, come = self._sequences
        own = mine.number.split("."), theirs.number.split(".")
        if mine.style != theirs.style or len(own[0]) != len(own[1]):
            return mine.number == theirs.number
        if own[0][-1] != own[1][-1] and not (gone.continues(i) and come.continues(j)):
            return False
        for depth in range(1, len(own[0])):
            above = ".".join(own[0][:depth]), ".".join(own[1][:depth])
            if above[0] != above[1] and not self._same_above(*above):
                return False
        return True

    def _same_above(self, before: str, after: str) -> bool:
        """Whether two numbers head sections of the same title, or two blocks without a heading."""
        assert self._sequences is not None
        gone, come = self._sequences
        if before in gone.titles or after in come.titles:
            return gone.titles.get(before) == come.titles.get(after)
        return gone.heads(before) and come.heads(after)

    def _page_says_nothing(self, i: int, j: int) -> bool:
        pages = []
        for side, at in zip(self._sides, (i, j), strict=True):
            entry = None
            if side.kinds[at] is not BlockKind.HEADING:
                entry = side.numbering.contents_entry(side.texts[at])
            pages.append(entry.page if entry else None)
        return pages[0] == pages[1] or all(self._in_contents(which, at) for which, at in enumerate((i, j)))

    def _in_contents(self, which: int, at: int) -> bool:
        """Whether the section around a line is a table of contents: headings with pages in ascending order."""
        side = self._sides[which]
        owner = side.owners[at]
        if (which, owner) not in self._steady:
            lines = (side.texts[k] for k in range(len(side)) if side.owners[k] == owner)
            entries = (side.numbering.contents_entry(line) for line in lines)
            pages = [entry.page for entry in entries if entry and entry.page is not None]
            ascending = all(page <= after for page, after in pairwise(pages))
            self._steady[which, owner] = len(pages) >= LEAST_ENTRIES and ascending
        return self._steady[which, owner]


class _Sequences:
    """The labels of one text, by the sequence they count in."""

    def __init__(self, side: Side) -> None:
        self._places: dict[int, list[tuple[Group, int, int]]] = defaultdict(list)
        self._numbers: dict[Group, list[int]] = defaultdict(list)
        self._above: dict[str, int] = defaultdict(int)
        self.titles: dict[str, str] = {}
        for at, (line, kind) in enumerate(zip(side.texts, side.kinds, strict=True)):
            label = side.numbering.label(line, kind)
            if label is None:
                continue
            if kind is BlockKind.HEADING:
                self.titles.setdefault(label.number, side.folded(at))
            above, _, last = label.number.rpartition(".")
            self._above[above] += 1
            for counting, ordinal in _ordinals(last):
                group = kind is BlockKind.HEADING, label.style, counting, above
                self._places[at].append((group, ordinal, len(self._numbers[group])))
                self._numbers[group].append(ordinal)

    def continues(self, at: int) -> bool:
        """Whether the label is what counting gives: the first, one more than one before, or the head of a run."""
        return any(self._continues(*place) for place in self._places.get(at, ()))

    def _continues(self, group: Group, ordinal: int, place: int) -> bool:
        numbers = self._numbers[group]
        if place + 1 < len(numbers) and numbers[place + 1] == ordinal + 1:
            return True
        for before in reversed(numbers[max(0, place - LOOK_BACK) : place]):
            if before == ordinal - 1:
                return True
            if before == ordinal:
                break
        return ordinal == 1

    def counts(self, at: int) -> bool:
        """The same, and not alone: what a page gains that numbers all its headings."""
        return any(len(self._numbers[place[0]]) > 1 and self._continues(*place) for place in self._places.get(at, ()))

    def heads(self, number: str) -> bool:
        """Whether several labels stand under a number."""
        return self._above.get(number, 0) > 1


def _ordinals(part: str) -> Iterable[tuple[str, int]]:
    """What a number, a letter or a Roman number counts to; ``i`` is both the ninth letter and one."""
    if part.isdecimal() and len(part) < 7:
        yield "1", int(part)
        return
    lower = part.lower()
    if len(part) == 1 and "a" <= lower <= "z":
        yield (part < "a" and "A") or "a", ord(lower) - ord("a") + 1
    if lower and not set(lower) - set(_ROMAN):
        values = [_ROMAN[letter] for letter in lower]
        total = sum(-v if v < after else v for v, after in pairwise([*values, 0]))
        yield "I" if part < "a" else "i", total

"""The lists of a text: neighbouring items of one section, what they hang on, and whether their order says something."""

from __future__ import annotations

import re

from guidetrack.compare.lines import Side
from guidetrack.compare.numbering import split_label
from guidetrack.models.enums import BlockKind

MOST_ITEMS = 50
"""Items of a list that are read for words of order."""

_IN_ORDER = re.compile(
    r"\b(?:orders?|sequences?|sequential(?:ly)?|steps?|stages?|stepwise|successively|in turn|priority|ranked|ranking|"
    r"hierarchy|algorithm|Reihenfolge|Schritten?|nacheinander|Rangfolge|ordre|étapes?|successivement|orden|pasos?|"
    r"secuencia|etapas?)\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?:then|next|afterwards|finally|lastly|first(?:ly)?,|second(?:ly)?,|third(?:ly)?,|dann|danach|anschließend|zuerst|"
    r"zuletzt|puis|ensuite|enfin|d'abord|luego|después|primero|por último)(?=[ ,:])",
    re.IGNORECASE,
)


class Lists:
    """The lists of one text, read when asked for."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._starts: dict[int, int] = {}
        self._forms: dict[int, frozenset[str]] = {}
        self._parents: dict[int, int | None] = {}
        self._sequences: dict[int, bool] = {}

    def start(self, at: int) -> int:
        """Where the list around an item begins."""
        if at not in self._starts:
            self._read(at)
        return self._starts[at]

    def forms(self, at: int) -> frozenset[str]:
        """What the items of the list around an item say."""
        return self._forms[self.start(at)]

    def parent(self, at: int) -> str:
        """The folded line an item hangs on: the item it is nested in, or the words before the list."""
        self.start(at)
        above = self._parents[at]
        return "" if above is None else self._side.folded(above)

    def is_nested(self, at: int) -> bool:
        """Whether an item hangs on another."""
        self.start(at)
        above = self._parents[at]
        return above is not None and self._side.kinds[above] is BlockKind.ITEM

    def lead(self, at: int) -> str:
        """The same as published; empty for what is no item."""
        if self._side.kinds[at] is not BlockKind.ITEM:
            return ""
        self.start(at)
        above = self._parents[at]
        return "" if above is None else self._side.texts[above]

    def is_ordered(self, at: int) -> bool:
        """Whether the place of an item among its like says something: it bears a number, or the words before the list
        or in it speak of an order.
        """
        if self._side.blocks[at].key or split_label(self._side.texts[at])[0]:
            return True
        start = self.start(at)
        if start not in self._sequences:
            self._sequences[start] = self._speaks_of_order(start)
        return self._sequences[start]

    def is_step(self, at: int) -> bool:
        """Whether a line is an item of a list whose order says something."""
        return self._side.kinds[at] is BlockKind.ITEM and self.is_ordered(at)

    def _speaks_of_order(self, start: int) -> bool:
        side, above = self._side, self._parents[start]
        heading = side.path(start)[-1] if above is None and side.path(start) else ""
        if _IN_ORDER.search(heading if above is None else side.texts[above]):
            return True
        items = range(start, min(start + MOST_ITEMS, len(side)))
        return any(side.kinds[at] is BlockKind.ITEM and self._starts.get(at) == start and _THEN.match(side.texts[at])
                   for at in items)

    def _read(self, at: int) -> None:
        side = self._side
        start, stop = at, at + 1
        while start and self._is_neighbour(at, start - 1):
            start -= 1
        while stop < len(side) and self._is_neighbour(at, stop):
            stop += 1
        before = start - 1
        lead = before if before >= 0 and side.owners[before] == side.owners[start] else None
        if lead is not None and side.kinds[lead] is BlockKind.HEADING:
            lead = None
        self._forms[start] = frozenset([side.folded(k) for k in range(start, stop)])
        within: list[int] = []
        for k in range(start, stop):
            while within and side.blocks[within[-1]].level >= side.blocks[k].level:
                within.pop()
            self._starts[k] = start
            self._parents[k] = within[-1] if within else lead
            within.append(k)

    def _is_neighbour(self, at: int, other: int) -> bool:
        side = self._side
        return side.kinds[other] is BlockKind.ITEM and side.owners[other] == side.owners[at]


def order_says_nothing(old: Lists, new: Lists, i: int, j: int) -> bool:
    """Whether two items of the same words stand in one list that may come in any order."""
    if old.is_ordered(i) or new.is_ordered(j):
        return False
    mine, theirs = old.forms(i), new.forms(j)
    shared = len(mine & theirs)
    if shared < 2:
        return False
    if old.is_nested(i) or new.is_nested(j):
        return old.is_nested(i) and new.is_nested(j) and old.parent(i) == new.parent(j)
    return old.parent(i) == new.parent(j) or 2 * shared > max(len(mine), len(theirs))

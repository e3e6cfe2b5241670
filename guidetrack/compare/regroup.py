"""The same words in the same order, cut into lines at other places: a page that was rebuilt, not rewritten."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from guidetrack.compare.align import Work
from guidetrack.compare.lines import Side
from guidetrack.models.enums import BlockKind

MOST_STARTS = 8
"""Places of one word at which a stretch is tried to begin."""

REGROUP_WORK = 200_000
"""Lines read, all tries together, in search of such stretches; past it what is left is told as edited."""

Span = tuple[int, int, int, int]
"""Indexes ``[p, p1)`` into the lines that went and ``[q, q1)`` into those that came."""

_CELLS = " | "


def regrouped(old: Side, new: Side, gone: Sequence[int], come: Sequence[int], work: Work) -> list[Span]:
    """Stretches of two neighbourhoods that are the same words, each as short as it can be.

    A table may become paragraphs or a list and back. Between two tables it is content which row and which column a
    word stands in, so a stretch with rows on both sides is none; nor is one with several lines on both sides, where a
    word went from one line into the next.
    """
    if not gone or not come or (len(gone) + len(come) < 3 and not _one_is_a_row(old, new, gone[0], come[0])):
        return []
    left, right = [_form(old, at) for at in gone], [_form(new, at) for at in come]
    starts: defaultdict[str, list[int]] = defaultdict(list)
    for q, form in enumerate(right):
        starts[_first(form)].append(q)
    found: list[Span] = []
    p = q = 0
    while p < len(left) and work.left > 0:
        places = starts.get(_first(left[p]), [])
        begin = bisect_left(places, q)
        for at in places[begin : begin + MOST_STARTS]:
            ends = _read_on(left, right, p, at, work)
            if ends and _keeps_cells(old, new, gone[p : ends[0]], come[at : ends[1]]):
                found.append((p, ends[0], at, ends[1]))
                p, q = ends[0] - 1, ends[1]
                break
        p += 1
    return found


def wholly_regrouped(old: Side, new: Side, span: Span, work: Work) -> list[Span]:
    """The stretches of lines ``[i0, i1)`` and ``[j0, j1)`` where these are the same words throughout; else none."""
    i0, i1, j0, j1 = span
    if i0 == i1 or j0 == j1 or not _may_begin(old.texts[i0], new.texts[j0]):
        return []
    left, right = [_form(old, at) for at in range(i0, i1)], [_form(new, at) for at in range(j0, j1)]
    found: list[Span] = []
    p = q = 0
    while p < len(left) and q < len(right):
        ends = _read_on(left, right, p, q, work)
        if ends is None or not _keeps_cells(old, new, range(i0 + p, i0 + ends[0]), range(j0 + q, j0 + ends[1])):
            return []
        found.append((i0 + p, i0 + ends[0], j0 + q, j0 + ends[1]))
        p, q = ends
    return found if p == len(left) and q == len(right) else []


def same_letters(old: Side, new: Side) -> bool:
    """Whether two texts are the same, spaces and bars aside: worth reading side by side. Quick where they are not."""
    if _size(old) != _size(new):
        return False
    left, right = ("".join("".join(side.texts).replace("|", "").split()) for side in (old, new))
    return left == right


def _size(side: Side) -> int:
    """Characters of all lines set one after the other, bars aside: the same however words are cut into lines."""
    size = sum(map(len, side.texts)) + len(side)
    if BlockKind.ROW in side.kinds:
        rows = (text for text, kind in zip(side.texts, side.kinds, strict=True) if kind is BlockKind.ROW)
        size -= 2 * sum(text.count(_CELLS) for text in rows)
    return size


def _form(side: Side, at: int) -> str:
    """The words of a line, every number in it content; without the bars between cells unless a cell is empty."""
    text = side.texts[at]
    if side.kinds[at] is BlockKind.ROW and _CELLS in text and all(map(str.strip, text.split("|"))):
        text = text.replace(_CELLS, " ")
    return side.folder(text)


def _first(form: str) -> str:
    return form.partition(" ")[0]


def _may_begin(a: str, b: str) -> bool:
    """Whether two lines may begin alike; lines that begin with other typography are left to :func:`regrouped`."""
    shorter = min(len(a), len(b), 8)
    return a[:shorter] == b[:shorter]


def _one_is_a_row(old: Side, new: Side, i: int, j: int) -> bool:
    return (old.kinds[i] is BlockKind.ROW) != (new.kinds[j] is BlockKind.ROW)


def _read_on(left: Sequence[str], right: Sequence[str], p: int, q: int, work: Work) -> tuple[int, int] | None:
    """How far both sides must be read on from ``p`` and ``q`` until the words read are the same."""
    a, b = left[p], right[q]
    at = bt = 0
    while a and b:
        work.left -= 1
        x, y = len(a) - at, len(b) - bt
        if x == y:
            return (p + 1, q + 1) if a.endswith(b[bt:]) else None
        if x < y:
            p += 1
            if p == len(left) or b[bt + x] != " " or not b.startswith(a[at:], bt):
                return None
            a, at, bt = left[p], 0, bt + x + 1
        else:
            q += 1
            if q == len(right) or a[at + y] != " " or not a.startswith(b[bt:], at):
                return None
            b, bt, at = right[q], 0, at + y + 1
    return None


def _keeps_cells(old: Side, new: Side, gone: Sequence[int], come: Sequence[int]) -> bool:
    """Whether no cell can have crossed into another row or column."""
    mine, theirs = (any(side.kinds[at] is BlockKind.ROW for at in lines) for side, lines in ((old, gone), (new, come)))
    if len(gone) == len(come) == 1 and mine and theirs:
        return old.folder(old.texts[gone[0]]) == new.folder(new.texts[come[0]])
    return not (mine and theirs) and min(len(gone), len(come)) < 2

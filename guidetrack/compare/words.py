"""Two lines → the words that differ: diff-match-patch on word codes, cleaned up on whole words.

The clean-up is dmp's own rule (a short equality between longer edits is no anchor), counted in words: its character
version would weigh punctuation like words and look at what the codes happen to mean as characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidetrack.compare.align import Run, Work, align, intern_all, search
from guidetrack.compare.tokens import Words
from guidetrack.models.change import Op
from guidetrack.models.enums import OpKind

PAIR_WORK = 150_000
"""Inner steps allowed for one pair of lines: about 50 ms."""

ALL_WORK = 2_500_000
"""Inner steps allowed for all pairs of one comparison: under a second."""

LONG = 48
"""Words in two lines together from which words found once on each side are used as anchors first."""


class Hunk(NamedTuple):
    """Words ``[i0, i1)`` of the old line became words ``[j0, j1)`` of the new one."""

    i0: int
    i1: int
    j0: int
    j1: int


def differing(old: Words, new: Words, work: Work, *, tidy: bool = True) -> tuple[list[Hunk], bool]:
    """What differs, in order, and whether the bound of work made it coarse.

    :param tidy: join what reads better as one replacement.
    """
    a, b = old.forms, new.forms
    limit = min(len(a), len(b))
    head = 0
    while head < limit and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < limit - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    i1, j1 = len(a) - tail, len(b) - tail
    if i1 == j1 == head:
        return [], False
    if min(i1, j1) == head:
        return [_settle(Hunk(head, i1, head, j1), a, b)], False
    inner, coarse = _inner(a[head:i1], b[head:j1], work, tidy)
    return [_settle(Hunk(i + head, k + head, j + head, m + head), a, b) for i, k, j, m in inner], coarse


def _inner(a: list[str], b: list[str], work: Work, tidy: bool) -> tuple[list[Hunk], bool]:
    """Hunks of two stretches that differ at both ends."""
    if len(a) == 1 or len(b) == 1:
        single, many = (a[0], b) if len(a) == 1 else (b[0], a)
        if single not in many:
            return [Hunk(0, len(a), 0, len(b))], False
    x, y = intern_all(a, b)
    allowed = max(0, min(PAIR_WORK, work.left))
    part = Work(allowed)
    runs = align(x, y, part) if len(x) + len(y) > LONG else search(x, y, part)
    work.left -= allowed - max(part.left, 0)
    hunks = list(_between(runs, len(x), len(y)))
    return _tidied(hunks, a) if tidy else hunks, part.exhausted


def _between(runs: list[Run], n: int, m: int) -> Iterator[Hunk]:
    """What lies between the runs."""
    i = j = 0
    for p, q, length in [*runs, (n, m, 0)]:
        if i < p or j < q:
            yield Hunk(i, p, j, q)
        i, j = p + length, q + length


def _tidied(hunks: list[Hunk], a: list[str]) -> list[Hunk]:
    """Join neighbours that have fewer words between them than either changes: "two hours" became "one hour"."""
    out: list[Hunk] = []
    for hunk in hunks:
        while out:
            left = out[-1]
            if _words_between(a, left.i1, hunk.i0, min(_size(left), _size(hunk))):
                break
            out.pop()
            hunk = Hunk(left.i0, hunk.i1, left.j0, hunk.j1)
        out.append(hunk)
    return out


def _words_between(a: list[str], start: int, stop: int, wanted: int) -> bool:
    """Whether at least ``wanted`` words that are not punctuation stand in ``a[start:stop]``."""
    for k in range(start, stop):
        wanted -= len(a[k]) > 1 or a[k].isalnum()
        if wanted <= 0:
            return True
    return False


def _size(hunk: Hunk) -> int:
    return max(hunk.i1 - hunk.i0, hunk.j1 - hunk.j0)


_STOPS = frozenset(".;:!?)。；！？")


def _settle(hunk: Hunk, a: list[str], b: list[str]) -> Hunk:
    """Slide words that only came or only went to where they begin and end with a sentence or a clause."""
    i0, i1, j0, j1 = hunk
    if (i0 == i1) == (j0 == j1):
        return hunk
    words, start, stop = (b, j0, j1) if i0 == i1 else (a, i0, i1)
    lowest = start
    other = min(i0, j0)
    while lowest > 0 and start - lowest < other and words[lowest - 1] == words[lowest - 1 + stop - start]:
        lowest -= 1
    best, best_score = start, _edge(words, start, stop)
    for at in range(start - 1, max(lowest, start - 200) - 1, -1):
        score = _edge(words, at, at + stop - start)
        if score > best_score:
            best, best_score = at, score
    by = start - best
    return Hunk(i0 - by, i1 - by, j0 - by, j1 - by)


def _edge(words: list[str], start: int, stop: int) -> int:
    """How well ``words[start:stop]`` stands as a sentence or clause of its own."""
    before = words[start - 1] if start else "."
    last = words[stop - 1]
    if last in _STOPS and before in _STOPS:
        return 3
    if last == "," and before == ",":
        return 1
    return 2 if words[start] == "," else 0


def to_ops(old: Words, new: Words, hunks: list[Hunk]) -> tuple[Op, ...]:
    """The whole line as runs that stayed, went and came; spelling that differs in no content still shows."""
    writer = _Writer()
    i = j = 0
    for hunk in [*hunks, Hunk(len(old), len(old), len(new), len(new))]:
        writer.equals(old, new, i, j, hunk.i0 - i)
        writer.replace(old.join(hunk.i0, hunk.i1), new.join(hunk.j0, hunk.j1))
        i, j = hunk.i1, hunk.j1
    return writer.close()


class _Writer:
    def __init__(self) -> None:
        self._ops: list[Op] = []
        self._same: list[str] = []
        self._gone: list[str] = []
        self._come: list[str] = []

    def equals(self, old: Words, new: Words, i: int, j: int, n: int) -> None:
        """``n`` words of equal form; those at the end may be followed by other spaces."""
        whole = max(n - 1, 0)
        if (old.texts[i : i + whole] == new.texts[j : j + whole]
                and old.spaces[i : i + whole] == new.spaces[j : j + whole]):
            if whole:
                same = old.join(i, i + whole)
                self.pair(same, same)
            i, j, n = i + whole, j + whole, n - whole
        for k in range(n):
            self.pair(old.texts[i + k], new.texts[j + k])
            self.pair(old.spaces[i + k], new.spaces[j + k])

    def pair(self, before: str, after: str) -> None:
        """Two spellings of the same."""
        if before == after:
            if before:
                if self._gone:
                    self._flush_changed()
                self._same.append(before)
        else:
            self._change(before, after)

    def replace(self, before: str, after: str) -> None:
        """Different words."""
        if before or after:
            self._change(before, after)

    def _change(self, before: str, after: str) -> None:
        self._flush_same()
        self._gone.append(before)
        self._come.append(after)

    def _flush_same(self) -> None:
        if self._same:
            self._ops.append(Op(OpKind.SAME, "".join(self._same)))
            self._same.clear()

    def _flush_changed(self) -> None:
        """Write what went and came; a space that ends both stays."""
        gone, come = "".join(self._gone), "".join(self._come)
        shared = 0
        while shared < min(len(gone), len(come)) and gone[-1 - shared] == come[-1 - shared] == " ":
            shared += 1
        if shared:
            self._same.append(" " * shared)
            gone, come = gone[:-shared], come[:-shared]
        if gone:
            self._ops.append(Op(OpKind.DELETED, gone))
        if come:
            self._ops.append(Op(OpKind.INSERTED, come))
        self._gone.clear()
        self._come.clear()

    def close(self) -> tuple[Op, ...]:
        self._flush_changed()
        self._flush_same()
        return tuple(self._ops)

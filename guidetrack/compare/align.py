"""Two sequences of ids → the runs they share: patience anchors, diff-match-patch in the gaps, bounded by work.

The ids are whatever the caller interned (lines of a document, words of a paragraph). Iterative throughout.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from diff_match_patch import diff_match_patch

MAX_CODES = 0x110000 - 0x800 - 1
"""Distinct ids that fit into one string: every code point but the surrogates and NUL."""

GAP_WORK = 2_000_000
"""Inner steps of the search allowed for all gaps between lines of one comparison: well under a second."""

CHUNK = 64
"""Items a side in one piece, once a gap proved too much to search whole."""

PIECE_WORK = 20_000
"""Inner steps allowed for one such piece: enough for two pieces with nothing in common."""

Run = tuple[int, int, int]
"""``(i, j, n)``: ``a[i:i + n]`` equals ``b[j:j + n]``."""


class Work:
    """A deadline counted in steps of the search instead of seconds, so that results repeat on any machine.

    diff-match-patch asks ``time.time() > deadline`` once for each step *d* of its bisection; step *d* walks up to
    2·*d* diagonals (Myers 1986). The comparison falls back to ``deadline.__lt__``, which counts them.
    """

    def __init__(self, allowed: int) -> None:
        self.left = allowed
        self.exhausted = False
        self._step = 0

    def start(self) -> None:
        """A bisection begins."""
        self._step = 0

    def __lt__(self, _now: object) -> bool:
        self._step += 1
        self.left -= 2 * self._step
        if self.left < 0:
            self.exhausted = True
        return self.exhausted


class _Search(diff_match_patch):  # type: ignore[misc]
    """diff-match-patch on codes: no clock, and no clean-up that looks at what a code point means as a character."""

    def __init__(self) -> None:
        super().__init__()
        self.Diff_Timeout = 0

    def diff_bisect(self, text1: str, text2: str, deadline: Any) -> list[tuple[int, str]]:
        deadline.start()
        found: list[tuple[int, str]] = super().diff_bisect(text1, text2, deadline)
        return found

    def diff_cleanupSemanticLossless(self, diffs: list[tuple[int, str]]) -> None:
        """Not on codes: their character classes say nothing."""


_SEARCH = _Search()


def intern_all(*sequences: Iterable[Hashable]) -> tuple[list[int], ...]:
    """Each distinct item as a small number, the same in every sequence."""
    ids: dict[Hashable, int] = {}
    return tuple([ids.setdefault(item, len(ids)) for item in sequence] for sequence in sequences)


def encode(ids: Sequence[int]) -> str:
    """Ids as code points; the surrogates are stepped over. Every id must be below ``MAX_CODES``."""
    return "".join([chr(i + 1 if i < 0xD7FF else i + 0x801) for i in ids])


def search(a: Sequence[int], b: Sequence[int], work: Work) -> list[Run]:
    """The shared runs by diff-match-patch; few or none once ``work`` is used up."""
    runs: list[Run] = []
    i = j = 0
    for op, codes in _SEARCH.diff_main(encode(a), encode(b), False, work):
        n = len(codes)
        if op == 0:
            runs.append((i, j, n))
        i += n if op <= 0 else 0
        j += n if op >= 0 else 0
    return runs


def align(a: Sequence[int], b: Sequence[int], work: Work) -> list[Run]:
    """The shared runs of two sequences, in order, neighbouring runs joined."""
    runs: list[Run] = []
    todo = [(0, len(a), 0, len(b))]
    while todo:
        i0, i1, j0, j1 = todo.pop()
        head = _head(a, b, i0, i1, j0, j1)
        if head:
            runs.append((i0, j0, head))
            i0, j0 = i0 + head, j0 + head
        tail = _tail(a, b, i0, i1, j0, j1)
        if tail:
            i1, j1 = i1 - tail, j1 - tail
            runs.append((i1, j1, tail))
        if i0 == i1 or j0 == j1 or (i1 - i0 <= CHUNK and set(a[i0:i1]).isdisjoint(b[j0:j1])):
            continue
        found = anchors(a, b, i0, i1, j0, j1)
        if found:
            shared = _collapsed(found)
            runs += shared
            todo += _between(shared, i0, i1, j0, j1)
        else:
            runs.extend(_gap(a, b, i0, i1, j0, j1, work))
    runs.sort()
    return list(joined(runs))


def _head(a: Sequence[int], b: Sequence[int], i0: int, i1: int, j0: int, j1: int) -> int:
    limit = min(i1 - i0, j1 - j0)
    n = 0
    while n < limit and a[i0 + n] == b[j0 + n]:
        n += 1
    return n


def _tail(a: Sequence[int], b: Sequence[int], i0: int, i1: int, j0: int, j1: int) -> int:
    limit = min(i1 - i0, j1 - j0)
    n = 0
    while n < limit and a[i1 - 1 - n] == b[j1 - 1 - n]:
        n += 1
    return n


def anchors(a: Sequence[int], b: Sequence[int], i0: int, i1: int, j0: int, j1: int) -> list[tuple[int, int]]:
    """Positions of the items found once on each side, longest run that keeps the order (patience)."""
    places = _once(b, j0, j1)
    pairs = [(i, places[item]) for item, i in _once(a, i0, i1).items() if item in places]
    return increasing(pairs)


def _once(items: Sequence[int], start: int, stop: int) -> dict[int, int]:
    """Items found exactly once in ``items[start:stop]``, with their position, in order."""
    places: dict[int, int] = {}
    repeated: set[int] = set()
    for at in range(start, stop):
        item = items[at]
        if item in places:
            repeated.add(item)
        else:
            places[item] = at
    for item in repeated:
        del places[item]
    return places


def increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest sub-sequence with both members rising; ``pairs`` rise in the first. O(n log n)."""
    tops: list[int] = []
    piles: list[int] = []
    below = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        below[k] = piles[pile - 1] if pile else -1
        tops[pile : pile + 1] = [j]
        piles[pile : pile + 1] = [k]
    chain: list[tuple[int, int]] = []
    k = piles[-1] if piles else -1
    while k >= 0:
        chain.append(pairs[k])
        k = below[k]
    chain.reverse()
    return chain


def _collapsed(pairs: list[tuple[int, int]]) -> list[Run]:
    """Neighbouring pairs as runs."""
    runs: list[Run] = []
    start = pairs[0]
    i, j = start
    for p, q in pairs:
        if p - i > 1 or q - j > 1:
            runs.append((*start, i - start[0] + 1))
            start = p, q
        i, j = p, q
    runs.append((*start, i - start[0] + 1))
    return runs


def _between(runs: list[Run], i0: int, i1: int, j0: int, j1: int) -> Iterator[tuple[int, int, int, int]]:
    for i, j, n in [*runs, (i1, j1, 0)]:
        if i0 < i and j0 < j:
            yield i0, i, j0, j
        i0, j0 = i + n, j + n


def _gap(a: Sequence[int], b: Sequence[int], i0: int, i1: int, j0: int, j1: int, work: Work) -> list[Run]:
    """Runs shared by two stretches without anchors. Only items known to both sides take part in the search."""
    common = set(a[i0:i1]) & set(b[j0:j1])
    if not common:
        return []
    left = [i for i in range(i0, i1) if a[i] in common]
    right = [j for j in range(j0, j1) if b[j] in common]
    ids = {item: k for k, item in enumerate(dict.fromkeys(a[i] for i in left))}
    if len(ids) >= MAX_CODES:
        work.exhausted = True
        return []
    x, y = [ids[a[i]] for i in left], [ids[b[j]] for j in right]
    found = search(x, y, work) if len(x) + len(y) <= 8 * CHUNK else _in_pieces(x, y, work)
    return [(left[i + k], right[j + k], 1) for i, j, n in found for k in range(n)]




def _in_pieces(x: list[int], y: list[int], work: Work) -> list[Run]:
    """Search whole with a quarter of the work; failing that, piece beside piece: correct, but coarser."""
    found, done = _try(x, y, work, work.left // 4)
    if done:
        return found
    work.exhausted = True
    found = []
    pieces = max(len(x), len(y)) // CHUNK + 1
    for k in range(pieces):
        i, i1 = (n * len(x) // pieces for n in (k, k + 1))
        j, j1 = (n * len(y) // pieces for n in (k, k + 1))
        part, _ = _try(x[i:i1], y[j:j1], work, PIECE_WORK)
        found.extend((i + p, j + q, n) for p, q, n in part)
    return found


def _try(x: list[int], y: list[int], work: Work, most: int) -> tuple[list[Run], bool]:
    """Search with a part of what is left; whether it was enough."""
    allowed = max(0, min(most, work.left))
    part = Work(allowed)
    found = search(x, y, part)
    work.left -= allowed - max(part.left, 0)
    return found, not part.exhausted


def joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs in order, neighbours made one."""
    last: Run | None = None
    for run in runs:
        if last and last[0] + last[2] == run[0] and last[1] + last[2] == run[1]:
            last = (last[0], last[1], last[2] + run[2])
            continue
        if last:
            yield last
        last = run
    if last:
        yield last

"""Two long sequences that are mostly equal: most of it by slices, before anything is aligned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from guidetrack.compare.align import Run

NEAR = 8
"""Items, both sides together, within which :func:`skim` expects two sequences to meet again after an edit."""


def skim(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[list[Run], list[tuple[int, int, int, int]]]:
    """Two long sequences that are mostly equal: their runs, and the stretches ``(i0, i1, j0, j1)`` left to align.

    Runs are compared by slices. Behind a difference the nearest item found once on each side, a few items on, is
    where the sequences meet again; where there is none, all the rest is left.
    """
    often, other = Counter(a), Counter(b)
    runs: list[Run] = []
    rest: list[tuple[int, int, int, int]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        length = _shared(a, b, i, j)
        if length:
            runs.append((i, j, length))
            i, j = i + length, j + length
        near = ((d, far - d) for far in range(1, NEAR + 1) for d in range(far + 1))
        ends = ((i + p, j + q) for p, q in near if i + p < len(a) and j + q < len(b))
        meet = next((e for e in ends if a[e[0]] == b[e[1]] and often[a[e[0]]] == other[a[e[0]]] == 1), None)
        if meet is None:
            break
        rest.append((i, meet[0], j, meet[1]))
        i, j = meet
    if i < len(a) or j < len(b):
        rest.append((i, len(a), j, len(b)))
    return runs, rest


def _shared(a: Sequence[Hashable], b: Sequence[Hashable], i: int, j: int) -> int:
    """How many items from ``i`` and ``j`` on are equal: slices twice as long while they are, half when not."""
    limit = min(len(a) - i, len(b) - j)
    n, step = 0, 16
    while step and n < limit:
        size = min(step, limit - n)
        if a[i + n : i + n + size] == b[j + n : j + n + size]:
            n += size
            step *= 2
        else:
            step = size // 2
            limit = n + size - 1
    return n

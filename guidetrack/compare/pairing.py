"""Lines without an equal → which old line became which new one, by the words they share. Bounded by work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from guidetrack.compare.align import Work, increasing
from guidetrack.compare.lines import Side
from guidetrack.models.enums import BlockKind

FLOOR = 0.4
"""Share of words in common from which two lines are one line edited."""

MAX_TABLE = 20_000
"""Pairs of lines in one gap weighed one by one; above, only pairs that share a rare word."""

MAX_TABLES = 100_000
"""The same for all gaps of one comparison."""

MAX_ANYWHERE = 60_000
"""Pairs of lines weighed while looking for lines that moved and were edited."""

RARE = 12
"""A word found in at most so many lines of a gap leads to candidates."""

Pair = tuple[int, int]


def pair_gap(old: Side, new: Side, gone: Sequence[int], come: Sequence[int], work: Work) -> list[Pair]:
    """Pairs in reading order on both sides. ``work`` counts the pairs that may still be weighed one by one."""
    if not gone or not come:
        return []
    if len(gone) == 1 and len(come) == 1:
        return [(gone[0], come[0])] if _alone(old, new, gone[0], come[0]) else []
    if len(gone) * len(come) <= min(MAX_TABLE, work.left):
        work.left -= len(gone) * len(come)
        return _table(old, new, gone, come)
    return _by_rare_words(old, new, gone, come)


def similarity(old: Side, new: Side, i: int, j: int) -> float:
    """0 to 1: shared words over all words (Dice); kind and key of the lines count too."""
    x, y = old.bag(i), new.bag(j)
    size = len(x) + len(y)
    if not size:
        return 1.0
    kind, other = old.kinds[i], new.kinds[j]
    score = 2 * len(x & y) / size
    if kind is BlockKind.ROW and other is BlockKind.ROW and old.blocks[i].key:
        same_key = old.folder(old.blocks[i].key) == new.folder(new.blocks[j].key)
        return min(1.0, 0.5 + score / 2) if same_key else score * 0.8
    if (kind is BlockKind.HEADING) != (other is BlockKind.HEADING):
        score -= 0.15
    return score


def _alone(old: Side, new: Side, i: int, j: int) -> bool:
    """Whether the only line that went and the only one that came are one line edited."""
    if similarity(old, new, i, j) >= 0.3:
        return True
    if old.kinds[i] is not new.kinds[j]:
        return False
    x, y = old.bag(i), new.bag(j)
    shared = [word for word in x & y if len(word) > 3]
    if shared and 2 * len(shared) >= min(len(x), len(y)):
        return True
    longest = max(len(x), len(y))
    return longest <= 3 or (longest <= 8 and bool(shared))


def _table(old: Side, new: Side, gone: Sequence[int], come: Sequence[int]) -> list[Pair]:
    """The order-keeping pairs with the greatest sum of similarities."""
    n, m = len(gone), len(come)
    scores = [[similarity(old, new, i, j) for j in come] for i in gone]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for p in range(n - 1, -1, -1):
        row, below, score = best[p], best[p + 1], scores[p]
        for q in range(m - 1, -1, -1):
            top = below[q] if below[q] >= row[q + 1] else row[q + 1]
            if score[q] >= FLOOR and score[q] + below[q + 1] > top:
                top = score[q] + below[q + 1]
            row[q] = top
    pairs: list[Pair] = []
    p = q = 0
    while p < n and q < m:
        if scores[p][q] >= FLOOR and best[p][q] == scores[p][q] + best[p + 1][q + 1]:
            pairs.append((gone[p], come[q]))
            p, q = p + 1, q + 1
        elif best[p][q] == best[p + 1][q]:
            p += 1
        else:
            q += 1
    return pairs


def _by_rare_words(old: Side, new: Side, gone: Sequence[int], come: Sequence[int]) -> list[Pair]:
    """The same for a gap too large to weigh every pair: rare words and the place in the gap lead to candidates."""
    places: dict[str, list[int]] = defaultdict(list)
    for q, j in enumerate(come):
        for word in new.bag(j):
            places[word].append(q)
    found: list[Pair] = []
    for p, i in enumerate(gone):
        diagonal = p * len(come) // len(gone)
        candidates = {diagonal, min(p, len(come) - 1)}
        for word in old.bag(i):
            at = places.get(word, ())
            if len(at) <= RARE:
                candidates.update(at)
        near = sorted(candidates, key=lambda q: (abs(q - diagonal), q))[: 2 * RARE]
        score, _, q = max((similarity(old, new, i, come[q]), -abs(q - diagonal), q) for q in near)
        if score >= FLOOR:
            found.append((p, q))
    return [(gone[p], come[q]) for p, q in increasing(found)]


def pair_anywhere(old: Side, new: Side, gone: Sequence[int], come: Sequence[int], floor: float) -> list[Pair]:
    """Pairs regardless of order, best first, by rare words: lines that moved and were edited on the way."""
    places: dict[str, list[int]] = defaultdict(list)
    for j in come:
        for word in new.bag(j):
            places[word].append(j)
    scored: list[tuple[float, int, int]] = []
    left = MAX_ANYWHERE
    for i in gone:
        candidates = {j for word in old.bag(i) for j in (places[word] if len(places.get(word, ())) <= RARE else ())}
        likely = sorted(candidates)[: min(left, 4 * RARE)]
        left -= len(likely)
        for j in likely:
            score = similarity(old, new, i, j)
            if score >= floor:
                scored.append((-score, i, j))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs: list[Pair] = []
    for _, i, j in sorted(scored):
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((i, j))
    return pairs

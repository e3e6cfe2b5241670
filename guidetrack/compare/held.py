"""Headings, and the words before a list, stand still where lines crossed them: the lines passed into another section.

Which of the two "moved" is a question of counting for an algorithm. To the reader the lines passed from *Allowed* to
*Forbidden*, and each is told; where the headings make no rule, or past a dozen lines, all of them are one statement,
made by the heading they crossed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from guidetrack.compare.align import Run, joined
from guidetrack.compare.captions import Captions
from guidetrack.compare.frames import Frames
from guidetrack.compare.lines import Side
from guidetrack.compare.pairing import Pair
from guidetrack.compare.vocabulary import load
from guidetrack.models.enums import BlockKind, Level

FRAMES_HELD = 200
"""Headings and lead-ins found elsewhere of which it is asked whether what stands around them moved instead."""

MOST_ASKED = 2_000
"""Lines found elsewhere that are looked at for such headings."""

MOST_CROSSED = 12
"""Lines told one by one that passed a heading which forbids, requires or allows; past it the heading tells of all."""


class Passed(NamedTuple):
    """Lines that crossed one heading: how many lines, and the first of them in the old and in the new text."""

    lines: int
    first: Pair

    def turned(self) -> Passed:
        """The same, from the new text to the old one."""
        return Passed(self.lines, (self.first[1], self.first[0]))


class Held(NamedTuple):
    """What moved and what stayed, and what passed each heading that is said to have moved itself."""

    moved: list[Pair]
    equal: list[Run]
    passed: dict[Pair, Passed]


def hold_frames(old: Side, new: Side, moved: list[Pair], equal: list[Run]) -> Held | None:
    """The matching with as many headings and lead-ins at rest as serves the reader; None where that is as it was."""
    if not moved:
        return None
    reader = Frames(load({}))
    captions = Captions(old, reader), Captions(new, reader)
    asked = moved[:MOST_ASKED]
    frames = [(i, j) for i, j in asked if _is_frame(old, i, captions[0]) and _is_frame(new, j, captions[1])]
    frames = frames[:FRAMES_HELD]
    if not frames:
        return None
    pairs = [(i + k, j + k) for i, j, n in equal for k in range(n)]
    left = set(moved)
    passed: dict[Pair, Passed] = {}
    for i, j in frames:
        if (i + 1, j + 1) in left:
            continue  # it took its section with it
        start, stop = sorted((bisect_left(pairs, (i, j)), bisect_left(pairs, j, key=itemgetter(1))))
        crossed = pairs[start:stop]
        if not crossed or any(_is_frame(old, p, captions[0]) or _is_frame(new, q, captions[1]) for p, q in crossed):
            continue
        if len(crossed) <= MOST_CROSSED and _each_is_told(old, new, (i, j), crossed, reader):
            pairs[start:stop] = [(i, j)]
            left = left - {(i, j)} | set(crossed)
        elif old.kinds[i] is BlockKind.HEADING:
            passed[i, j] = Passed(len(crossed), crossed[0])
    return Held(sorted(left), list(joined((i, j, 1) for i, j in pairs)), passed)


def _is_frame(side: Side, at: int, captions: Captions) -> bool:
    return side.frames(at) or captions.is_one(at)


def _each_is_told(old: Side, new: Side, frame: Pair, crossed: Sequence[Pair], reader: Frames) -> bool:
    """Whether lines are told one by one: a lone one, and those that stand under another rule now."""
    if len(crossed) == 1 or old.kinds[frame[0]] is not BlockKind.HEADING:
        return True
    p, q = crossed[0]
    return reader.passing(old.path(p), new.path(q)) is not Level.LOW

"""Lines known to come and go on a source: what is remembered of them, and what that excuses.

A line is remembered with its place, the last steady line before it, so that the same words elsewhere on the page (a
warning that a box of tips repeats, too) are never excused.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import blake2b

from guidetrack.compare.lines import Side
from guidetrack.compare.looks import Unsteady
from guidetrack.compare.matching import Gap
from guidetrack.compare.stability import Settled, put

PLACE = "\t"
"""Begins what stands for a line at its place: no line in normal form holds a tab."""

LOOK_BACK = 50
"""Unsteady lines stepped over in search of a steady one."""


def unstable_lines(new: Side, looks: Unsteady | None) -> tuple[str, ...]:
    """Lines of a look that another does not share, in normal form, each followed by what stands for its place."""
    if looks is None:
        return ()
    lines = [(new, at) for at in looks.lines()]
    for look in looks.looks:
        lines += [(look.again, at) for at in sorted({*look.strangers, *(at for at, _ in look.partly.values())})]
    unsteady = frozenset([side.normal(at) for side, at in lines])
    found: dict[str, None] = {}
    for side, at in lines:
        found |= {side.normal(at): None, _placed(side, at, unsteady): None}
    return tuple(found)


class Memory:
    """Which lines are known, and where."""

    def __init__(self, remembered: Collection[str]) -> None:
        self._lines = frozenset([line for line in remembered if not line.startswith(PLACE)])
        self._places = frozenset(remembered) - self._lines

    def knows(self, side: Side, at: int) -> bool:
        """Whether a line is known to come and go at its place; at any place where none was remembered."""
        line = side.normal(at)
        return line in self._lines and (not self._places or _placed(side, at, self._lines) in self._places)


def _placed(side: Side, at: int, unsteady: Collection[str]) -> str:
    before = at - 1
    while before >= max(0, at - LOOK_BACK) and side.normal(before) in unsteady:
        before -= 1
    anchor = side.normal(before) if before >= 0 else ""
    return PLACE + blake2b(f"{side.normal(at)}\n{anchor}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def set_remembered_aside(
    old: Side, new: Side, settled: Settled, gaps: Sequence[Gap], remembered: Collection[str], *, rotating: bool
) -> Settled:
    """Lines known to come and go on this source, whose counterpart is known too or absent.

    :param rotating: no second look was had, or it shows that something rotates.
    """
    memory = Memory(remembered)
    where = {("old", i): k for k, gap in enumerate(gaps) for i in gap.gone}
    where |= {("new", j): k for k, gap in enumerate(gaps) for j in gap.come}
    strange: set[tuple[int | None, str]] = set()
    familiar: set[tuple[int | None, str]] = set()
    for draft in settled.told:
        for side, at, lines in (("old", draft.i, old), ("new", draft.j, new)):
            if at is not None and (draft.i is None or draft.j is None):
                group = familiar if memory.knows(lines, at) else strange
                group.add((where.get((side, at)), side))
    out = Settled([], settled.aside)
    for draft in settled.told:
        if draft.i is not None and draft.j is not None:
            is_known = memory.knows(old, draft.i) and memory.knows(new, draft.j)
        else:
            side, at, other, lines = ("old", draft.i, "new", old) if draft.j is None else ("new", draft.j, "old", new)
            place = where.get((side, at or 0))
            alone = rotating and (place, other) not in strange
            is_known = memory.knows(lines, at or 0) and (alone or (place, other) in familiar)
        put(out, draft, real=not is_known)
    return out

"""Lists that show only their newest entries: what new ones pushed off the old end was not withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from guidetrack.compare.drafts import LEFT, Draft, Silent
from guidetrack.compare.entries import Key, entries, is_keyed
from guidetrack.compare.lines import Side

TOLERANCE = 0.1
"""Share of its length by which a list with a window may shrink or grow; one entry always."""


def set_left_aside(old: Side, new: Side, told: list[Draft]) -> tuple[list[Draft], list[Silent]]:
    """Drafts to tell, and the lines of entries that left a list of entries at its old end."""
    if not (is_keyed(old) and is_keyed(new)):
        return told, []
    mine, theirs = _listed(old), _listed(new)
    left = {at for key in _pushed_off(list(mine), list(theirs)) for at in mine[key]}
    if not left:
        return told, []
    aside = [Silent(draft, LEFT) for draft in told if draft.j is None and draft.i in left]
    return [draft for draft in told if draft.j is not None or draft.i not in left], aside


def _listed(side: Side) -> dict[Key, range]:
    """The lines of the entries that have a key, in the order of the list."""
    return {key: lines for key, lines in entries(side).items() if side.section(lines.start).key}


def _pushed_off(old: Sequence[Key], new: Sequence[Key]) -> Sequence[Key]:
    """The keys at the end of the old list that are gone, as many at most as new ones stand at the front."""
    if abs(len(new) - len(old)) > max(1, TOLERANCE * len(old)):
        return ()
    known, present = set(old), set(new)
    front = next((at for at, key in enumerate(new) if key in known), len(new))
    tail = next((at for at, key in enumerate(reversed(old)) if key in present), len(old))
    return old[len(old) - min(front, tail) :]

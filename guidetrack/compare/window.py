"""Lists that show only their newest entries: what new ones pushed off the old end was not withdrawn.

Only a list newest first has an old end: one whose entries bear dates, or a feed without any, whose notes show its
order. In a list in another order (codes, names) an entry that is gone from its end was withdrawn, whatever stands at
its front now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, pairwise

from guidetrack.compare.drafts import LEFT, Draft, Silent
from guidetrack.compare.entries import Key, entries, is_keyed
from guidetrack.compare.lines import Side
from guidetrack.models.enums import Format

TOLERANCE = 0.1
"""Share of its length by which a list with a window may shrink or grow; one entry always."""

LONGEST_NOTE = 400
"""Characters of a note of an entry."""

MOST_COLONS = 20
_COLON = re.compile(r": ")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}(?!\d)")


def set_left_aside(old: Side, new: Side, told: list[Draft]) -> tuple[list[Draft], list[Silent]]:
    """Drafts to tell, and the lines of entries that left a list of entries at its old end."""
    if not (is_keyed(old) and is_keyed(new)):
        return told, []
    mine, theirs = _listed(old), _listed(new)
    if _is_newest_first(old, mine) and _is_newest_first(new, theirs):
        pushed = _pushed_off(list(mine), list(theirs))
    else:
        pushed = _pushed_off_undated(_as_listed(old, mine), _as_listed(new, theirs))
    left = {at for key in pushed for at in mine[key]}
    if not left:
        return told, []
    aside = [Silent(draft, LEFT) for draft in told if draft.j is None and draft.i in left]
    return [draft for draft in told if draft.j is not None or draft.i not in left], aside


def _listed(side: Side) -> dict[Key, range]:
    """The lines of the entries that have a key, in the order of the list."""
    return {key: lines for key, lines in entries(side).items() if side.section(lines.start).key}


def _is_newest_first(side: Side, listed: Mapping[Key, range]) -> bool:
    """Whether every entry bears a date, none newer than the one before it."""
    notes = [note.value for note in side.text.notes]
    if len(notes) == len(listed) and all(notes):
        return _falls(str(day) for day in notes)
    return any(_falls(days) for days in _dated_fields(side, listed))


def _dated_fields(side: Side, listed: Mapping[Key, range]) -> list[list[str]]:
    """The days of each field that holds one in every entry, in the order of the list."""
    fields: dict[str, list[str]] = {}
    for lines in listed.values():
        for at in lines:
            found = _DAY.search(side.texts[at]) if side.blocks[at].key else None
            if found:
                fields.setdefault(side.blocks[at].key, []).append(found[0])
    return [days for days in fields.values() if len(days) == len(listed)]


def _falls(days: Iterable[str]) -> bool:
    pairs = list(pairwise(days))
    return all(day >= after for day, after in pairs) and any(day > after for day, after in pairs)


def _as_listed(side: Side, listed: Mapping[Key, range]) -> list[Key]:
    """The entries of a feed without dates as its notes list them; empty for any other, or where two share a name."""
    notes = side.text.notes
    if side.text.format is not Format.FEED or len(notes) != len(listed) or any(note.value for note in notes):
        return []
    named = {side.section(lines.start).heading[:LONGEST_NOTE]: key for key, lines in listed.items()}
    found = [named.get(name) for note in notes for name in _names(note.text) if name in named]
    order = list(dict.fromkeys(key for key in found if key is not None))
    return order if len(order) == len(listed) == len(found) else []


def _names(note: str) -> Iterable[str]:
    """What may be the entry's name in a note: all of it, or what stands before a colon."""
    yield note
    ends = islice(_COLON.finditer(note), MOST_COLONS)
    yield from (note[: end.start()] for end in ends)


def _pushed_off_undated(old: Sequence[Key], new: Sequence[Key]) -> Sequence[Key]:
    """The same where only the order tells: what both hold must come in one order, and the list keep its length."""
    known, present = set(old), set(new)
    stayed = [key for key in old if key in present]
    if not old or len(old) != len(new) or stayed != [key for key in new if key in known]:
        return ()
    return _pushed_off(old, new)


def _pushed_off(old: Sequence[Key], new: Sequence[Key]) -> Sequence[Key]:
    """The keys at the end of the old list that are gone, as many at most as new ones stand at the front."""
    if abs(len(new) - len(old)) > max(1, TOLERANCE * len(old)):
        return ()
    known, present = set(old), set(new)
    front = next((at for at, key in enumerate(new) if key in known), len(new))
    tail = next((at for at, key in enumerate(reversed(old)) if key in present), len(old))
    return old[len(old) - min(front, tail) :]

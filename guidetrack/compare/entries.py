"""Texts that are lists of entries, each known by its id: feeds, JSON lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from guidetrack.compare.lines import Side
from guidetrack.models.enums import BlockKind, Format

Key = tuple[str, int]
"""An entry's id, and how often the id came before."""

SAME_BODY = 0.6
"""Share of words in common from which an entry under a new title is the same entry."""


def is_keyed(side: Side) -> bool:
    """Whether the sections are entries known by their id, whose order says nothing."""
    return side.text.format in (Format.FEED, Format.JSON) and any(section.key for section in side.sections)


def entries(side: Side) -> dict[Key, range]:
    """The lines of each entry, in the order of the list."""
    starts: dict[int, int] = {}
    for at, owner in enumerate(side.owners):
        starts.setdefault(owner, at)
    found: dict[Key, range] = {}
    seen: Counter[str] = Counter()
    for (owner, start), (_, stop) in pairwise([*starts.items(), (len(side.sections), len(side))]):
        section = side.sections[owner]
        key = section.key or section.heading
        found[key, seen[key]] = range(start, stop)
        seen[key] += 1
    return found


def retitled(old: Side, new: Side, mine: Mapping[Key, range], theirs: Mapping[Key, range]) -> dict[Key, Key]:
    """Entries without an id of their own, known by their title, that stand at their old place under a new title."""
    if mine.keys() == theirs.keys():
        return {}
    places = {}
    for before, key, after in _with_neighbours(theirs):
        if key not in mine and _named_by_title(new, theirs[key]):
            places[before, after] = key
    found = {}
    for before, key, after in _with_neighbours(mine):
        other = places.get((before, after))
        if other is None or key in theirs or not _named_by_title(old, mine[key]):
            continue
        if _alike(_body(old, mine[key]), _body(new, theirs[other])):
            found[key] = other
    return found


def _with_neighbours(found: Mapping[Key, range]) -> list[tuple[Key | None, Key, Key | None]]:
    keys = list(found)
    return list(zip([None, *keys], keys, [*keys[1:], None], strict=False))


def _named_by_title(side: Side, lines: range) -> bool:
    section = side.section(lines.start)
    return section.key in ("", section.heading)


def _body(side: Side, lines: range) -> frozenset[str]:
    return frozenset().union(*(side.bag(at) for at in lines if side.kinds[at] is not BlockKind.HEADING))


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a and b) and 2 * len(a & b) >= SAME_BODY * (len(a) + len(b))

"""A matching → what happened, in reading order: drafts of edits, and the pairs that are no content."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from guidetrack.compare.labels import Renumbering
from guidetrack.compare.lines import Side
from guidetrack.compare.lists import Lists, order_says_nothing
from guidetrack.compare.matching import Matching
from guidetrack.models.enums import BlockKind, EditKind


@dataclass(frozen=True, slots=True)
class Draft:
    """What happened to one line, by position: ``i`` in the old text, ``j`` in the new one.

    ``calm``: the old line with what is unstable as the new one has it, where that differs from the old line.
    """

    kind: EditKind
    i: int | None
    j: int | None
    calm: str | None = None


SPELLING, RENUMBERED, REORDERED, REGROUPED = "spelling", "renumbered", "reordered", "regrouped"
UNSTABLE, LEFT = "unstable", "left the list"


@dataclass(frozen=True, slots=True)
class Silent:
    """A draft nobody is told of, and why."""

    draft: Draft
    why: str


def drafts(old: Side, new: Side, matching: Matching) -> tuple[list[Draft], list[Silent]]:
    """What changed and what only looks different, both in reading order."""
    told: list[Draft] = []
    lists = Lists(old), Lists(new)
    silent: list[Silent] = []
    numbers = Renumbering(old, new)
    rehung = {one.first for one in matching.rehung}
    told += [Draft(EditKind.MOVED, i, j) for i, j in sorted(rehung)]
    for i, j in [*_respelt(old, new, matching), *matching.paired]:
        if (i, j) in rehung:
            continue
        draft = Draft(EditKind.CHANGED, i, j)
        why = _same_content(old, new, i, j, numbers)
        if why:
            silent.append(Silent(draft, why))
        else:
            told.append(draft)
    for i, j in matching.moved:
        draft = Draft(EditKind.MOVED, i, j)
        quiet = matching.by_entry or _same_list(old, new, i, j, lists)
        if quiet and _same_content(old, new, i, j, numbers):
            silent.append(Silent(draft, REORDERED))
        else:
            told.append(draft)
    for gap in matching.regrouped:
        pieces = [Draft(EditKind.REMOVED, i, None) for i in gap.gone]
        pieces += [Draft(EditKind.ADDED, None, j) for j in gap.come]
        silent += [Silent(piece, REGROUPED) for piece in pieces]
    told += [Draft(EditKind.REMOVED, i, None) for i in matching.gone]
    told += [Draft(EditKind.ADDED, None, j) for j in matching.come]
    place = _Reading(matching)
    return sorted(told, key=place), sorted(silent, key=lambda item: place(item.draft))


def _respelt(old: Side, new: Side, matching: Matching) -> Iterator[tuple[int, int]]:
    """Lines matched as equal that are not written alike."""
    for i, j, n in matching.equal:
        if old.texts[i : i + n] == new.texts[j : j + n]:
            continue
        for k in range(n):
            if old.texts[i + k] != new.texts[j + k]:
                yield i + k, j + k


def _same_list(old: Side, new: Side, i: int, j: int, lists: tuple[Lists, Lists]) -> bool:
    """Whether two lines are items of one list that may come in any order."""
    if old.kinds[i] is not BlockKind.ITEM or new.kinds[j] is not BlockKind.ITEM:
        return False
    return old.folded(i) == new.folded(j) and old.place(i) == new.place(j) and order_says_nothing(*lists, i, j)


def _same_content(old: Side, new: Side, i: int, j: int, numbers: Renumbering) -> str:
    """Why two lines that differ are the same content; empty when they are not."""
    if old.folder(old.texts[i]) == new.folder(new.texts[j]):
        return SPELLING
    if old.folded(i) != new.folded(j):
        return ""
    if numbers.explains(i, j):
        return RENUMBERED
    old.keep_label(i)
    new.keep_label(j)
    return ""


class _Reading:
    """Sorts drafts as one reads the new text, what went at the place where it stood."""

    def __init__(self, matching: Matching) -> None:
        pairs = [(i + n - 1, j + n - 1) for i, j, n in matching.equal] + matching.paired
        pairs += [(i, j) for i, j, _ in matching.equal]
        self._pairs = sorted(pairs)

    def __call__(self, draft: Draft) -> tuple[int, int, int]:
        if draft.j is not None:
            return draft.j, 1, 0
        at = draft.i or 0
        k = bisect_right(self._pairs, (at, 1 << 60)) - 1
        if k < 0:
            return 0, 0, at
        i, j = self._pairs[k]
        return j + 1 if at > i else j, 0, at

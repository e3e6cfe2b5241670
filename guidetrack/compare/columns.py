"""Rows of tables: what names one in a sentence, and cells that say the same in other columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guidetrack.compare.drafts import Draft
from guidetrack.compare.lines import Side
from guidetrack.compare.phrasing import plain
from guidetrack.models.enums import BlockKind, EditKind
from guidetrack.normal import normal

LONGEST_KEY = 30
"""Characters of a row's first cell up to which it names the row."""

_CELLS = " | "


class Crossing(NamedTuple):
    """Cells of one row that changed places.

    :param gone: those that stand elsewhere now, as they stood; ``come``: as they stand. Empty where cells were joined
        or split on the way.
    :param with_heads: the heads of their columns changed places, too. :param heads: they are the heads themselves, over
        columns that stayed.
    """

    line: str
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()
    with_heads: bool = False
    heads: bool = False


def row_name(old: Side, new: Side, draft: Draft) -> str:
    """What names the row a draft is about: its first cell, where it is short and stayed, and the column."""
    if draft.i is None or draft.j is None or draft.kind is not EditKind.CHANGED:
        return ""
    mine, theirs = old.blocks[draft.i], new.blocks[draft.j]
    if theirs.kind is not BlockKind.ROW or mine.key != theirs.key:
        return ""
    gone, come = (block.text.split(_CELLS) for block in (mine, theirs))
    places = [at for at, cells in enumerate(zip(gone, come, strict=False)) if cells[0] != cells[1]]
    column = ""
    if len(gone) == len(come) == len(theirs.headers) and len(places) == 1 and mine.headers == theirs.headers:
        column = theirs.headers[places[0]]
    known = [plain(normal(text)) for text in (theirs.key, column) if 0 < len(text) <= LONGEST_KEY]
    return ", ".join(known)


def columns_crossed(old: Side, new: Side, i: int, j: int) -> Crossing | None:
    """What changed places in a row that has the same words in other cells; None for any other pair of lines."""
    if not old.kinds[i] is new.kinds[j] is BlockKind.ROW:
        return None
    before, after = old.texts[i], new.texts[j]
    gone, come = before.split(_CELLS), after.split(_CELLS)
    if sorted(gone) != sorted(come):
        same = before.replace("|", " ").split() == after.replace("|", " ").split() and before.split() != after.split()
        return Crossing(after) if same else None
    places = [at for at, (one, other) in enumerate(zip(gone, come, strict=True)) if one != other]
    crossing = Crossing(after, tuple(gone[at] for at in places), tuple(come[at] for at in places))
    if not places:
        return None
    if _alike(old.blocks[i].headers, gone, new.blocks[j].headers, come):
        return crossing._replace(with_heads=True)
    mine, theirs = old.row_under(i), new.row_under(j)
    if mine is None or theirs is None or mine.headers != tuple(gone) or theirs.headers != tuple(come):
        return crossing
    together = _alike(gone, mine.text.split(_CELLS), come, theirs.text.split(_CELLS))
    return crossing._replace(with_heads=together, heads=not together)


def _alike(heads: Sequence[str], cells: Sequence[str], others: Sequence[str], come: Sequence[str]) -> bool:
    """Whether every cell stands under the head it stood under."""
    if len(heads) != len(cells) or len(others) != len(come):
        return False
    return sorted(zip(heads, cells, strict=True)) == sorted(zip(others, come, strict=True))

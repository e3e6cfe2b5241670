"""Rows of tables: what names one in a sentence, and cells that say the same in other columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guidetrack.compare.drafts import Draft
from guidetrack.compare.lines import Side
from guidetrack.compare.phrasing import plain
from guidetrack.models.enums import BlockKind, EditKind
from guidetrack.models.text import Block
from guidetrack.normal import normal

LONGEST_KEY = 30
"""Characters of a row's first cell up to which it names the row."""

LONGEST_CELL = 40
"""Characters of a cell up to which it is quoted whole."""

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


class Cell(NamedTuple):
    """The one cell of a row that changed: the head of its column, what it said and says."""

    head: str
    gone: str
    come: str


def changed_cell(old: Side, new: Side, i: int, j: int) -> Cell | None:
    """The one cell two rows differ in; None where there are several, or where it is long or empty."""
    if not old.kinds[i] is new.kinds[j] is BlockKind.ROW:
        return None
    gone, come = old.texts[i].split(_CELLS), new.texts[j].split(_CELLS)
    places = [at for at, (one, other) in enumerate(zip(gone, come, strict=False)) if one != other]
    if len(gone) != len(come) or len(places) != 1:
        return None
    at, heads = places[0], new.blocks[j].headers
    cell = Cell(heads[at] if len(heads) == len(come) else "", normal(gone[at]), normal(come[at]))
    return cell if 0 < min(map(len, cell[1:])) <= max(map(len, cell[1:])) <= LONGEST_CELL else None


def row_name(old: Side, new: Side, draft: Draft) -> str:
    """What names the row a draft is about: its first cell, where it is short and stayed, and the column; or that it
    holds the heads of the columns.
    """
    if draft.i is None or draft.j is None or draft.kind is not EditKind.CHANGED:
        return ""
    mine, theirs = old.blocks[draft.i], new.blocks[draft.j]
    if theirs.kind is not BlockKind.ROW or mine.key != theirs.key:
        return ""
    below = new.row_under(draft.j)
    if below is not None and " | ".join(below.headers) == theirs.text:
        return "heads of columns"
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
    widened = _widened(old.blocks[i], new.blocks[j])
    if widened:
        return Crossing(after, *widened, with_heads=True)
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


def _widened(old: Block, new: Block) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The heads of columns that went and that came, where a row says nothing in them and the same in all others."""
    mine, theirs = _by_head(old), _by_head(new)
    if not mine or not theirs or mine.keys() == theirs.keys():
        return None
    gone, come = mine.keys() - theirs.keys(), theirs.keys() - mine.keys()
    if any(mine[head] != theirs[head] for head in mine.keys() & theirs.keys()):
        return None
    if any(mine[head] for head in gone) or any(theirs[head] for head in come):
        return None
    return tuple(head for head in mine if head in gone), tuple(head for head in theirs if head in come)


def _by_head(block: Block) -> dict[str, str]:
    cells = [cell.strip() for cell in block.text.split("|")]
    heads = block.headers
    return dict(zip(heads, cells, strict=True)) if len(heads) == len(cells) == len(set(heads)) else {}


def _alike(heads: Sequence[str], cells: Sequence[str], others: Sequence[str], come: Sequence[str]) -> bool:
    """Whether every cell stands under the head it stood under."""
    if len(heads) != len(cells) or len(others) != len(come):
        return False
    return sorted(zip(heads, cells, strict=True)) == sorted(zip(others, come, strict=True))

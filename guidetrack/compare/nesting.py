"""Lines that say the same at their place but hang on something else: an item that left its sub-list, a paragraph that
became the last item of a list of what is allowed or forbidden.

Only what a reader sees counts: what an item is nested in, not the number of its level, nor the tags of a page that was
rebuilt. Texts of equal digests are never told apart: a digest sees what items hang on, not whether a line is one.
"""

from __future__ import annotations

from typing import NamedTuple

from guidetrack.compare.align import Run
from guidetrack.compare.captions import Captions
from guidetrack.compare.frames import Frames
from guidetrack.compare.lines import Side
from guidetrack.compare.pairing import Pair
from guidetrack.compare.vocabulary import load
from guidetrack.models.enums import BlockKind, Format

_NOTHING = -1


class Rehung(NamedTuple):
    """Neighbouring lines that hang on something else now.

    :param first: the first of them in both texts. :param lines: how many.
    :param source: the line they hung on in the old text, ``target``: that in the new one; None where it is no item
        and no list, but the running text.
    """

    first: Pair
    lines: int
    source: int | None
    target: int | None


def rehung(old: Side, new: Side, equal: list[Run], elsewhere: list[Pair]) -> list[Rehung]:
    """Where lines matched as equal hang on other lines. ``elsewhere``: the other pairs of lines."""
    if BlockKind.ITEM not in old.kinds and BlockKind.ITEM not in new.kinds:
        return []
    if Format.PDF in (old.text.format, new.text.format):
        return []  # there, depth is a guess from where lines begin
    mine, theirs = hung_on(old), hung_on(new)
    pairs = {i + k: j + k for i, j, n in equal for k in range(n)}
    became = pairs | dict(elsewhere)
    frames = Frames(load({}))
    captions = Captions(old, frames), Captions(new, frames)
    known = set(became.values())
    found: list[Rehung] = []
    for i, j in pairs.items():
        if old.kinds[i] is not BlockKind.ITEM and new.kinds[j] is not BlockKind.ITEM:
            continue
        above, below = mine[i], theirs[j]
        if old.kinds[i] is not new.kinds[j]:
            if not _joined(old, new, pairs, i, j) or not (
                    _under_a_rule(captions[0], frames, above, i) or _under_a_rule(captions[1], frames, below, j)):
                continue
        elif became.get(above, _NOTHING) == below or not (_nests(old, above) or _nests(new, below)):
            continue
        elif min(above, below) >= 0 and above not in became and below not in known:
            continue  # one parent took the place of the other
        last = found[-1] if found else None
        source, target = (at if at >= 0 else None for at in (above, below))
        if last and (last.source, last.target) == (source, target) and _next_to(last, i, j):
            found[-1] = last._replace(lines=last.lines + 1)
        else:
            found.append(Rehung((i, j), 1, source, target))
    return [] if found and old.text.digest == new.text.digest else found


def _next_to(last: Rehung, i: int, j: int) -> bool:
    return (last.first[0] + last.lines, last.first[1] + last.lines) == (i, j)


def hung_on(side: Side) -> list[int]:
    """What each item hangs on: the item it is nested in, or the line before its list; -1 for none and for no item."""
    found = [_NOTHING] * len(side)
    within: list[int] = []
    lead = _NOTHING
    for at, kind in enumerate(side.kinds):
        if kind is not BlockKind.ITEM:
            within.clear()
            lead = at
            continue
        if lead >= 0 and side.owners[lead] != side.owners[at]:
            within.clear()
            lead = _NOTHING
        level = side.blocks[at].level
        while within and side.blocks[within[-1]].level >= level:
            within.pop()
        if within:
            found[at] = within[-1]
        elif lead >= 0 and side.kinds[lead] is not BlockKind.HEADING:
            found[at] = lead
        within.append(at)
    return found


def _nests(side: Side, at: int) -> bool:
    return at >= 0 and side.kinds[at] is BlockKind.ITEM


def _under_a_rule(captions: Captions, frames: Frames, above: int, at: int) -> bool:
    """Whether the words before a list, or what it stands under, allow, forbid, require or except."""
    side = captions.side
    lead = side.texts[above] if above >= 0 else ""
    return side.kinds[at] is BlockKind.ITEM and bool(frames.rules(captions.path(at), lead))


def _joined(old: Side, new: Side, pairs: dict[int, int], i: int, j: int) -> bool:
    """Whether a line that is an item in one text only stands beside an item of that list in both."""
    if {old.kinds[i], new.kinds[j]} & {BlockKind.HEADING, BlockKind.ROW}:
        return False
    for step in (-1, 1):
        if pairs.get(i + step) != j + step:
            continue
        same = old.owners[i + step] == old.owners[i] and new.owners[j + step] == new.owners[j]
        if same and old.kinds[i + step] is new.kinds[j + step] is BlockKind.ITEM:
            return True
    return False

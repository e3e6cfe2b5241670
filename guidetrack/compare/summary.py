"""A comparison in one line: the weightiest edit in the document's words, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guidetrack.compare.findings import Finding, Matter
from guidetrack.compare.numbering import split_label
from guidetrack.compare.phrasing import exchange, shortened
from guidetrack.models.change import Edit
from guidetrack.models.enums import BlockKind, EditKind
from guidetrack.normal import normal

LONGEST = 120
"""Characters a summary should not exceed."""


class Weighed(NamedTuple):
    """An edit with what was found in it. ``section_note``: what became of the section, for a heading.

    ``name``: the section's, as short as a summary needs it.
    """

    edit: Edit
    finding: Finding
    block: BlockKind
    section_note: str = ""
    entry: bool = False
    name: str = ""


def summarise(weighed: Sequence[Weighed]) -> str:
    """One line; empty when there is nothing to tell."""
    if not weighed:
        return ""
    first = min(weighed, key=lambda item: (*item.finding.order, not item.section_note))
    if first.entry:
        same = (item for item in weighed if item.entry and item.edit.section == first.edit.section)
        first = next((item for item in same if item.block is BlockKind.HEADING), first)
    others = [item for item in weighed if item is not first and not _part_of(first, item)]
    more = _more(others)
    where = _where(first)
    room = max(40, LONGEST - len(more) - len(where))
    return where + _what(first, room, quoted=not others) + more


def _part_of(first: Weighed, item: Weighed) -> bool:
    """Whether both are lines of one entry that came or went whole."""
    return first.entry and item.entry and item.edit.section == first.edit.section and item.edit.kind is first.edit.kind


def _where(item: Weighed) -> str:
    if item.finding.matter is Matter.MOVE and item.finding.gone:
        return ""
    return "" if item.section_note or item.entry or not item.name else item.name + ": "


def _what(item: Weighed, room: int, *, quoted: bool) -> str:
    edit, finding = item.edit, item.finding
    if item.entry and item.block is BlockKind.HEADING:
        return ("New: " if edit.kind is EditKind.ADDED else "Withdrawn: ") + shortened(edit.after or edit.before, room)
    if item.section_note:
        return item.section_note[:1].upper() + item.section_note[1:]
    mark = '"' if quoted else ""
    if edit.kind in (EditKind.ADDED, EditKind.REMOVED):
        return f'{edit.kind.value} "{shortened(normal(edit.after or edit.before), room - 12)}"'
    if finding.matter is Matter.MOVE:
        places = f' from "{finding.gone}" to "{finding.come}"' if finding.gone else ""
        if places and finding.lead[0]:
            return finding.lead[0] + places
        places = f" {finding.note}" if finding.note and not finding.gone else places
        said = normal(split_label(edit.after)[1] or edit.after)
        does = "moved" if _where(item) else "Moved"
        return f'{does} "{shortened(said, max(24, room - 10 - len(places)))}"{finding.lead[1]}{places}'
    gone, come = (lead or plain for lead, plain in zip(finding.lead, (finding.gone, finding.come), strict=False))
    return exchange(gone, come, room - 8, mark)


def _more(others: Sequence[Weighed]) -> str:
    if not others:
        return ""
    sections = len({item.edit.section for item in others})
    edits = f"{len(others)} more edit" + ("s" if len(others) > 1 else "")
    return f"; {edits} in {sections} sections" if sections > 1 else f"; {edits}"

"""A comparison in one line."""

from __future__ import annotations

from collections.abc import Sequence

from guidetrack.compare.numbering import split_label
from guidetrack.models.change import Edit
from guidetrack.models.enums import OpKind


def summarise(edits: Sequence[Edit]) -> str:
    """The weightiest edit in the document's words, and how many more there are."""
    if not edits:
        return ""
    first = edits[0]
    where = split_label(first.section[-1])[1] + ": " if first.section else ""
    gone = " … ".join(op.text.strip() for op in first.ops if op.kind is OpKind.DELETED)
    come = " … ".join(op.text.strip() for op in first.ops if op.kind is OpKind.INSERTED)
    more = f"; {len(edits) - 1} more edits" if len(edits) > 1 else ""
    return f'{where}"{gone}" → "{come}"{more}'

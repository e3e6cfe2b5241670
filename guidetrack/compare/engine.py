"""The one way through a comparison: lines, matching, drafts, stability, words, weight, summary."""

from __future__ import annotations

from collections.abc import Collection

from guidetrack.compare.align import Work
from guidetrack.compare.drafts import RENUMBERED, REORDERED, Draft, Silent, drafts
from guidetrack.compare.lines import Side
from guidetrack.compare.matching import match
from guidetrack.compare.summary import summarise
from guidetrack.compare.vocabulary import Vocabulary
from guidetrack.compare.words import ALL_WORK, differing, to_ops
from guidetrack.models.change import Comparison, Edit, Op
from guidetrack.models.enums import EditKind, Level, OpKind
from guidetrack.models.text import SetAside, Text


def compare_texts(
    old: Text, new: Text, *, again: Text | None, remembered: Collection[str], vocabulary: Vocabulary | None
) -> Comparison:
    """See :func:`guidetrack.compare.compare`."""
    a, b = Side(old), Side(new)
    if a.texts == b.texts:
        return Comparison()
    matching = match(a, b)
    told, silent = drafts(a, b, matching)
    work = Work(ALL_WORK)
    edits = tuple(_edit(a, b, draft, work) for draft in told)
    return Comparison(
        edits=edits,
        summary=summarise(edits),
        set_aside=tuple(_reordered(a, silent)),
        renumbered=sum(item.why is RENUMBERED for item in silent),
        coarse=matching.coarse or any(edit.coarse for edit in edits),
        silent=tuple(_bare(a, b, item) for item in silent),
    )


def _edit(a: Side, b: Side, draft: Draft, work: Work) -> Edit:
    before = "" if draft.i is None else a.texts[draft.i]
    after = "" if draft.j is None else b.texts[draft.j]
    path = b.path(draft.j) if draft.j is not None else a.path(draft.i or 0)
    ops, coarse = _ops(a, b, draft, work)
    came_from = a.path(draft.i) if draft.kind is EditKind.MOVED and draft.i is not None else ()
    return Edit(draft.kind, path, before, after, ops, draft.i, draft.j, came_from, Level.LOW, (), coarse)


def _ops(a: Side, b: Side, draft: Draft, work: Work) -> tuple[tuple[Op, ...], bool]:
    if draft.i is None:
        return (Op(OpKind.INSERTED, b.texts[draft.j or 0]),), False
    if draft.j is None:
        return (Op(OpKind.DELETED, a.texts[draft.i]),), False
    if a.texts[draft.i] == b.texts[draft.j]:
        return (Op(OpKind.SAME, a.texts[draft.i]),), False
    mine, theirs = a.words(draft.i), b.words(draft.j)
    hunks, coarse = differing(mine, theirs, work)
    return to_ops(mine, theirs, hunks), coarse


def _bare(a: Side, b: Side, item: Silent) -> Edit:
    draft = item.draft
    before = "" if draft.i is None else a.texts[draft.i]
    after = "" if draft.j is None else b.texts[draft.j]
    path = b.path(draft.j) if draft.j is not None else a.path(draft.i or 0)
    return Edit(draft.kind, path, before, after, (), draft.i, draft.j, reasons=(item.why,))


def _reordered(a: Side, silent: list[Silent]) -> list[SetAside]:
    return [
        SetAside(a.texts[item.draft.i], REORDERED) for item in silent if item.why is REORDERED and item.draft.i is not None
    ]

"""The one way through a comparison: lines, matching, drafts, stability, words, weight, summary."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from guidetrack.compare.align import Work
from guidetrack.compare.captions import Captions
from guidetrack.compare.columns import changed_cell, columns_crossed, row_name
from guidetrack.compare.drafts import LEFT, RENUMBERED, REORDERED, UNSTABLE, Draft, Silent, drafts
from guidetrack.compare.findings import Finding, Matter
from guidetrack.compare.lines import Side
from guidetrack.compare.lists import Lists
from guidetrack.compare.looks import Unsteady, look_twice, together
from guidetrack.compare.matching import Matching, match
from guidetrack.compare.memory import set_remembered_aside, unstable_lines
from guidetrack.compare.phrasing import distinct
from guidetrack.compare.sections import section_notes
from guidetrack.compare.stability import Settled, settle
from guidetrack.compare.summary import Weighed, summarise
from guidetrack.compare.tokens import Words, cut
from guidetrack.compare.vocabulary import Vocabulary, load
from guidetrack.compare.weigh import Weigher
from guidetrack.compare.window import set_left_aside
from guidetrack.compare.wording import Swap
from guidetrack.compare.words import ALL_WORK, Hunk, differing, to_ops
from guidetrack.models.change import Comparison, Edit, Op
from guidetrack.models.enums import BlockKind, EditKind, Format, Level, OpKind
from guidetrack.models.text import SetAside, Text

READ_WORK = 600_000
"""Characters of edited lines read word by word, under a second; lines past it are told whole, and coarse."""

LONGEST_CUT = 3_000_000
"""Characters of both sides of one edit together that are cut into words."""

READ_EACH = 200
"""What reading an edit costs beside its characters."""

MAX_REASONS = 3
"""Reasons kept for one edit, weightiest first."""

MAX_ALL_REASONS = 5
"""Distinct reasons kept for a comparison."""


def compare_texts(
    old: Text, new: Text, *, again: Text | Sequence[Text] | None, remembered: Collection[str],
    vocabulary: Vocabulary | None,
) -> Comparison:
    """See :func:`guidetrack.compare.compare`."""
    a = Side(old)
    b = Side(new, a.folder if old.language == new.language else None)
    others = [again] if isinstance(again, Text) else list(again or ())
    looks = together([look_twice(b, Side(other)) for other in others]) if others else None
    if a.texts == b.texts and a.levels() == b.levels():
        return Comparison(unstable=unstable_lines(b, looks))
    matching = match(a, b)
    told, silent = drafts(a, b, matching)
    told, left = set_left_aside(a, b, told)
    weigher = Weigher(vocabulary or load({}), a.folder)
    settled = _settled(a, b, told, matching, looks, remembered, weigher)
    silent += [*left, *(Silent(draft, UNSTABLE) for draft in settled.aside)]
    weighed = _Editor(a, b, weigher, matching).weighed(settled.told, section_notes(a, b, matching, settled.told))
    edits = tuple(item.edit for item in weighed)
    return Comparison(
        edits=edits,
        level=max((edit.level for edit in edits), key=lambda level: level.rank, default=Level.LOW),
        reasons=_all_reasons(weighed),
        summary=summarise(weighed),
        set_aside=tuple(_set_aside(a, b, silent, looks)),
        renumbered=sum(item.why is RENUMBERED for item in silent),
        coarse=matching.coarse or any(edit.coarse for edit in edits),
        unstable=unstable_lines(b, looks),
        shaky=looks is not None and looks.touches(settled.told, matching.gaps),
        silent=tuple(_bare(a, b, item) for item in silent),
    )


def _settled(
    a: Side, b: Side, told: list[Draft], matching: Matching, looks: Unsteady | None,
    remembered: Collection[str], weigher: Weigher,
) -> Settled:
    settled = Settled(told)
    if looks is not None and (looks.differ or looks.roaming):
        settled = settle(a, b, told, matching.gaps, looks, weigher.cost)
    if remembered:
        rotating = looks is None or looks.differ
        settled = set_remembered_aside(a, b, settled, matching.gaps, remembered, rotating=rotating)
    return settled


class _Editor:
    """Turns drafts into edits with words, level and reasons."""

    def __init__(self, a: Side, b: Side, weigher: Weigher, matching: Matching) -> None:
        self._a, self._b = a, b
        self._lists = Lists(b), Lists(a)
        self._weigher = weigher
        self._work = Work(ALL_WORK)
        self._unread = READ_WORK
        self._captions = Captions(a, weigher.frames), Captions(b, weigher.frames)
        self._passed = matching.passed
        self._rehung = {one.first: one for one in matching.rehung}
        self._entries = b.text.format in (Format.FEED, Format.JSON)

    def weighed(self, told: Sequence[Draft], notes: dict[Draft, str]) -> list[Weighed]:
        """The edits in reading order, each with its weightiest finding."""
        return [self._weighed(draft, notes.get(draft, "")) for draft in told]

    def _weighed(self, draft: Draft, note: str) -> Weighed:
        a, b = self._a, self._b
        side, at = (b, draft.j) if draft.j is not None else (a, draft.i or 0)
        path = side.path(at)
        before = "" if draft.i is None else a.texts[draft.i]
        after = "" if draft.j is None else b.texts[draft.j]
        size = len(before) + len(after)
        affordable = self._unread > 0 and size <= LONGEST_CUT
        self._unread -= size + READ_EACH
        if affordable:
            ops, coarse, swaps = self._words(draft, before, after)
            found = self._findings(draft, before, after, path, swaps)
            note = "" if _tells_itself(found[0], swaps) else note
        else:
            ops, coarse = _whole(before, after), True
            found = [self._weigher.unread(before, after)]
        name = self._weigher.section(path)
        name = ", ".join(filter(None, (name, row_name(a, b, draft))))
        heavy = [finding for finding in found if finding.level is found[0].level]
        if note and heavy[0].matter is Matter.BLOCK:
            heavy = heavy[1:]  # the note quotes the heading already
        reasons = distinct([*([note] if note else []), *(finding.reason(name) for finding in heavy)], MAX_REASONS)
        came_from = a.path(draft.i) if draft.kind is EditKind.MOVED and draft.i is not None else ()
        edit = Edit(
            draft.kind, path, before, after, ops, draft.i, draft.j, came_from, found[0].level, tuple(reasons), coarse
        )
        entry = self._entries and bool(side.section(at).key) and draft.kind in (EditKind.ADDED, EditKind.REMOVED)
        return Weighed(edit, found[0], side.kinds[at], note, entry, name)

    def _words(self, draft: Draft, before: str, after: str) -> tuple[tuple[Op, ...], bool, list[Swap]]:
        if draft.i is None or draft.j is None or before == after:
            return _whole(before, after), False, []
        mine, theirs = self._a.words(draft.i), self._b.words(draft.j)
        hunks, coarse = differing(mine, theirs, self._work)
        ops = to_ops(mine, theirs, hunks)
        if draft.calm is not None:
            mine = cut(draft.calm, self._a.folder)
            hunks, _ = differing(mine, theirs, self._work)
        return ops, coarse, _swaps(mine, theirs, hunks)

    def _findings(
        self, draft: Draft, before: str, after: str, path: tuple[str, ...], swaps: list[Swap]
    ) -> list[Finding]:
        a, b, weigher = self._a, self._b, self._weigher
        if draft.i is None or draft.j is None:
            side, at = (b, draft.j) if draft.j is not None else (a, draft.i or 0)
            context = " ".join(side.blocks[at].headers)
            lead = self._lists[draft.j is None].lead(at)
            path = side.subjects(at, *self._captions[draft.j is not None].path(at, lead)[len(side.path(at)) :])
            label = side.numbering.label(side.texts[at], side.kinds[at])
            said = label.rest if label else side.texts[at]
            return weigher.whole(said, path, draft.kind, side.kinds[at], context, lead)
        if before == after and draft.kind is EditKind.MOVED:
            return self._moved(draft.i, draft.j, after)
        found: list[Finding] = []
        mine, theirs = (s.numbering.label(s.texts[at], s.kinds[at]) for s, at in ((a, draft.i), (b, draft.j)))
        if mine and theirs and mine.number != theirs.number and a.folder(mine.rest) == b.folder(theirs.rest):
            found = [weigher.renumbered(mine.number, theirs.number)] if draft.kind is EditKind.CHANGED else []
        elif crossing := columns_crossed(a, b, draft.i, draft.j):
            found = [weigher.crossed(crossing)]
        elif a.folded(draft.i) != b.folded(draft.j):
            context = " ".join(b.blocks[draft.j].headers)
            cell = changed_cell(a, b, draft.i, draft.j)
            path = b.subjects(draft.j)
            found = weigher.changed(draft.calm or before, after, path, swaps, context, cell.head if cell else "")
            if cell:
                found = [finding.in_cell(cell.gone, cell.come) for finding in found]
            if b.kinds[draft.j] is BlockKind.HEADING:
                found = [finding.in_title() for finding in found]
        if draft.kind is EditKind.MOVED:
            found += self._moved(draft.i, draft.j, after)
        return sorted(found, key=lambda finding: finding.order)

    def _moved(self, i: int, j: int, after: str) -> list[Finding]:
        passed = self._passed.get((i, j))
        if passed:
            p, q = passed.first
            return self._weigher.frames.passed(self._a.path(p), self._b.path(q), passed.lines, self._b.texts[q])
        rehung = self._rehung.get((i, j))
        if rehung:
            hung = None if rehung.source is None else self._a.texts[rehung.source]
            hangs = None if rehung.target is None else self._b.texts[rehung.target]
            return self._weigher.frames.rehung(self._b.path(j), hung, hangs, rehung.lines, after)
        leads = self._lists[1].lead(i), self._lists[0].lead(j)
        source, target = self._captions[0].path(i, leads[0]), self._captions[1].path(j, leads[1])
        found = self._weigher.frames.moved(source, target, after, leads)
        steps = self._lists[1].is_step(i) and self._lists[0].is_step(j)
        return [one._replace(level=Level.MEDIUM) if steps and one.level is Level.LOW else one for one in found]


def _whole(before: str, after: str) -> tuple[Op, ...]:
    """A line as one run, or as one that went and one that came."""
    if before == after:
        return (Op(OpKind.SAME, after),)
    return tuple(Op(kind, text) for kind, text in ((OpKind.DELETED, before), (OpKind.INSERTED, after)) if text)


def _swaps(mine: Words, theirs: Words, hunks: Sequence[Hunk]) -> list[Swap]:
    """What took the place of what, with up to two words that stayed on either side."""
    swaps: list[Swap] = []
    ends = [hunk.j1 for hunk in hunks]
    starts = [hunk.j0 for hunk in hunks]
    for h, since, until in zip(hunks, [0, *ends], [*starts[1:], len(theirs)], strict=False):
        left, right = theirs.texts[max(since, h.j0 - 2) : h.j0], theirs.texts[h.j1 : min(until, h.j1 + 2)]
        swaps.append(Swap(mine.join(h.i0, h.i1), theirs.join(h.j0, h.j1), left, right))
    return swaps


def _tells_itself(finding: Finding, swaps: Sequence[Swap]) -> bool:
    """Whether a line only gained or only lost words that matter: of a heading they say more than both its names."""
    return finding.matter > Matter.SAME_FORCE and len(swaps) == 1 and not all(text.strip() for text in swaps[0][:2])


def _all_reasons(weighed: Sequence[Weighed]) -> tuple[str, ...]:
    ranked = sorted(weighed, key=lambda item: (item.finding.order, not item.section_note))
    return tuple(distinct([reason for item in ranked for reason in item.edit.reasons], MAX_ALL_REASONS))


def _bare(a: Side, b: Side, item: Silent) -> Edit:
    draft = item.draft
    before = "" if draft.i is None else a.texts[draft.i]
    after = "" if draft.j is None else b.texts[draft.j]
    path = b.path(draft.j) if draft.j is not None else a.path(draft.i or 0)
    return Edit(draft.kind, path, before, after, (), draft.i, draft.j, reasons=(item.why,))


def _set_aside(a: Side, b: Side, silent: Sequence[Silent], looks: Unsteady | None) -> list[SetAside]:
    """Lines with a rule a reader understands, each once."""
    aside: dict[SetAside, None] = {}
    for item in silent:
        if item.why in (REORDERED, UNSTABLE, LEFT):
            draft = item.draft
            if draft.i is not None and draft.kind is not EditKind.CHANGED:
                aside[SetAside(a.texts[draft.i], item.why)] = None
            elif draft.j is not None:
                aside[SetAside(b.texts[draft.j], item.why)] = None
    if looks is not None:
        aside |= {SetAside(b.texts[j], UNSTABLE): None for j in looks.lines()}
    return list(aside)

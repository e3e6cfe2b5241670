"""Two sides → which line is which: the lines that stayed, that changed, that moved, that went, that came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from guidetrack.compare.align import GAP_WORK, Run, Work, align, increasing, intern_all, joined
from guidetrack.compare.entries import entries, is_keyed, retitled
from guidetrack.compare.held import Passed, hold_frames
from guidetrack.compare.lines import Side, Stretch, alignment_keys
from guidetrack.compare.nesting import Rehung, rehung
from guidetrack.compare.pairing import MAX_TABLES, Pair, pair_anywhere, pair_gap
from guidetrack.compare.regroup import REGROUP_WORK, Span, regrouped, same_letters, wholly_regrouped
from guidetrack.compare.skim import skim
from guidetrack.normal import normal

MOVED_FLOOR = 0.6
"""Share of words in common from which a line elsewhere is the same line, moved and edited."""

MOVED_WORDS = 6
"""Distinct words a line must have to be recognised elsewhere after an edit."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Neighbouring lines without an equal at their place: positions that went and that came.

    ``since`` and ``at``: the positions in the old and in the new text where the gap begins.
    """

    gone: tuple[int, ...]
    come: tuple[int, ...]
    since: int
    at: int

    def without(self, gone: Container[int], come: Container[int]) -> Gap:
        """The gap without some of its lines."""
        left, right = (tuple([at for at in lines if at not in some])
                       for lines, some in ((self.gone, gone), (self.come, come)))
        return Gap(left, right, self.since, self.at)

    def turned(self) -> Gap:
        """The same, from the new text to the old one."""
        return Gap(self.come, self.gone, self.at, self.since)


@dataclass(slots=True)
class Matching:
    """Every line of both sides, exactly once.

    ``equal``: the same content at its place. ``paired``: edited in place. ``moved``: found elsewhere, edited or not.
    ``passed``: of each moved heading that lines crossed, which. ``regrouped``: the same words cut into lines elsewhere.
    ``gone`` and ``come``: only in one text. ``rehung``: of the equal lines, those in another list.
    ``by_entry``: matched entry by entry, so that ``moved`` says nothing but another order of the entries.
    """

    equal: list[Run] = field(default_factory=list)
    paired: list[Pair] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    regrouped: list[Gap] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    come: list[int] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    passed: dict[Pair, Passed] = field(default_factory=dict)
    rehung: list[Rehung] = field(default_factory=list)
    by_entry: bool = False
    coarse: bool = False

    def turned(self) -> Matching:
        """The same, from the new text to the old one."""
        return Matching(
            [(j, i, n) for i, j, n in self.equal], _turned(self.paired), _turned(self.moved),
            [gap.turned() for gap in self.regrouped], self.come, self.gone, [gap.turned() for gap in self.gaps],
            {(j, i): passed.turned() for (i, j), passed in self.passed.items()}, [], self.by_entry, self.coarse,
        )


def _turned(pairs: list[Pair]) -> list[Pair]:
    return [(j, i) for i, j in pairs]


@dataclass(slots=True)
class _Budget:
    """Work allowed for one comparison."""

    gaps: Work = field(default_factory=lambda: Work(GAP_WORK))
    tables: Work = field(default_factory=lambda: Work(MAX_TABLES))
    regrouping: Work = field(default_factory=lambda: Work(REGROUP_WORK))


def match(old: Side, new: Side) -> Matching:
    """Match the lines of two texts: from new to old the same lines as from old to new."""
    old.number()
    new.number()
    if len(old) == len(new) and all(map(_same, old.texts, new.texts)):
        matching = Matching(equal=[(0, 0, len(old))])
    else:
        find = _match_entries if is_keyed(old) and is_keyed(new) else _match_lines
        matching = find(new, old).turned() if new.texts < old.texts else find(old, new)
    matching.rehung = rehung(old, new, matching.equal, [*matching.paired, *matching.moved])
    return matching


def _match_lines(old: Side, new: Side) -> Matching:
    budget = _Budget()
    matching = Matching()
    whole: Stretch = (0, len(old), 0, len(new))
    spans = wholly_regrouped(old, new, whole, budget.regrouping) if same_letters(old, new) else []
    runs, stretches = _placed(old, new, spans, matching), list[Stretch]()
    if not spans:
        runs, stretches = skim(old.texts, new.texts)
    for stretch in stretches:
        spans = wholly_regrouped(old, new, stretch, budget.regrouping)
        runs += _placed(old, new, spans, matching) if spans else _aligned(old, new, stretch, budget.gaps)
    matching.equal, matching.coarse = list(joined(sorted(runs))), budget.gaps.exhausted
    matching.gaps = list(_gaps(matching.equal, range(len(old)), range(len(new))))
    settled = {i for gap in matching.regrouped for i in gap.gone}, {j for gap in matching.regrouped for j in gap.come}
    left = [gap.without(*settled) for gap in matching.gaps]
    elsewhere = _equal_elsewhere(old, new, left)
    matching.moved = sorted(elsewhere.items())
    arrived = set(elsewhere.values())
    for gap in left:
        _settle_gap(old, new, gap.without(elsewhere, arrived), matching, budget)
    _edited_elsewhere(old, new, matching)
    held = hold_frames(old, new, matching.moved, matching.equal)
    if held is not None:
        matching.moved, matching.equal, matching.passed = held
    return matching


def _placed(old: Side, new: Side, spans: list[Span], matching: Matching) -> list[Run]:
    """Lines that stand alone on both sides as runs; the others noted as regrouped."""
    runs: list[Run] = []
    for i, i1, j, j1 in spans:
        if i1 - i == j1 - j == 1 and old.folded(i) == new.folded(j):
            runs.append((i, j, 1))
        else:
            matching.regrouped.append(Gap(tuple(range(i, i1)), tuple(range(j, j1)), i, j))
    return runs


def _same(line: str, other: str) -> bool:
    return line == other or normal(line) == normal(other)


def _aligned(old: Side, new: Side, stretch: Stretch, work: Work) -> list[Run]:
    """The lines of a stretch that say the same, in order."""
    i0, i1, j0, j1 = stretch
    if i0 == i1 or j0 == j1:
        return []
    a, b = intern_all(*alignment_keys(old, new, stretch))
    return [(i0 + i, j0 + j, n) for i, j, n in align(a, b, work)]


def _match_entries(old: Side, new: Side) -> Matching:
    """Entry by entry, by id; an entry is never matched with another."""
    matching = Matching(by_entry=True)
    budget = _Budget()
    mine, theirs = entries(old), entries(new)
    renamed = retitled(old, new, mine, theirs)
    pairs: list[Pair] = []
    for key, gone in mine.items():
        come = theirs.pop(renamed.get(key, key), range(0))
        runs = _aligned(old, new, (gone.start, gone.stop, come.start, come.stop), budget.gaps)
        pairs += [(i + k, j + k) for i, j, n in runs for k in range(n)]
        runs = [(i - gone.start, j - come.start, n) for i, j, n in runs]
        for gap in _gaps(runs, gone, come):
            matching.gaps.append(gap)
            _settle_gap(old, new, gap, matching, budget)
    matching.gaps += [Gap((), tuple(come), len(old), come.start) for come in theirs.values()]
    matching.come += [j for come in theirs.values() for j in come]
    matching.coarse = budget.gaps.exhausted
    in_order = increasing(sorted(pairs))
    matching.equal = [(i, j, 1) for i, j in in_order]
    matching.moved = sorted(set(pairs) - set(in_order))
    return matching


def _gaps(runs: list[Run], old: range, new: range) -> Iterator[Gap]:
    i = j = 0
    for p, q, length in [*runs, (len(old), len(new), 0)]:
        if i < p or j < q:
            yield Gap(tuple(old[i:p]), tuple(new[j:q]), old.start + i, new.start + j)
        i, j = p + length, q + length


def _equal_elsewhere(old: Side, new: Side, gaps: list[Gap]) -> dict[int, int]:
    """Old lines that stand, with the same content, in another place of the new text."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for gap in gaps:
        for j in gap.come:
            wanted[new.folded(j)].append(j)
    found: dict[int, int] = {}
    for gap in gaps:
        for i in gap.gone:
            places = wanted.get(old.folded(i))
            if places and (_telling(old, i) or old.place(i) == new.place(places[0])):
                found[i] = places.pop(0)
    return found


def _telling(side: Side, at: int) -> bool:
    """Whether a line says enough to be known again elsewhere."""
    return len(side.bag(at)) >= 3 or len(side.folded(at)) >= 20


def _settle_gap(old: Side, new: Side, gap: Gap, matching: Matching, budget: _Budget) -> None:
    gone, come = list(gap.gone), list(gap.come)
    for p, p1, q, q1 in reversed(regrouped(old, new, gone, come, budget.regrouping)):
        matching.regrouped.append(Gap(tuple(gone[p:p1]), tuple(come[q:q1]), gone[p], come[q]))
        del gone[p:p1], come[q:q1]
    pairs = pair_gap(old, new, gone, come, budget.tables)
    matching.paired += pairs
    paired_old, paired_new = {i for i, _ in pairs}, {j for _, j in pairs}
    matching.gone += [i for i in gone if i not in paired_old]
    matching.come += [j for j in come if j not in paired_new]


def _edited_elsewhere(old: Side, new: Side, matching: Matching) -> None:
    gone = [i for i in matching.gone if len(old.bag(i)) >= MOVED_WORDS]
    come = [j for j in matching.come if len(new.bag(j)) >= MOVED_WORDS]
    if not gone or not come:
        return
    pairs = pair_anywhere(old, new, gone, come, MOVED_FLOOR)
    matching.moved = sorted([*matching.moved, *pairs])
    moved_old, moved_new = {i for i, _ in pairs}, {j for _, j in pairs}
    matching.gone = [i for i in matching.gone if i not in moved_old]
    matching.come = [j for j in matching.come if j not in moved_new]

"""Two sides → which line is which: the lines that stayed, that changed, that moved, that went, that came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from guidetrack.compare.align import GAP_WORK, Run, Work, align, increasing, intern_all, joined, skim
from guidetrack.compare.lines import Side, Stretch, alignment_keys
from guidetrack.compare.pairing import MAX_TABLES, Pair, pair_anywhere, pair_gap
from guidetrack.models.enums import Format
from guidetrack.normal import normal

MOVED_FLOOR = 0.6
"""Share of words in common from which a line elsewhere is the same line, moved and edited."""

MOVED_WORDS = 6
"""Distinct words a line must have to be recognised elsewhere after an edit."""


MOST_REGROUPED = 2_500
"""Pairs of lines in a gap up to which lines broken or joined are looked for."""

LONGEST_REGROUPED = 20
"""Lines a side that one stretch of the same words may be cut into."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Neighbouring lines without an equal at their place: positions that went and that came.

    ``since`` and ``at``: the positions in the old and in the new text where the gap begins.
    """

    gone: tuple[int, ...]
    come: tuple[int, ...]
    since: int
    at: int


@dataclass(slots=True)
class Matching:
    """Every line of both sides, exactly once.

    ``equal``: the same content at its place. ``paired``: edited in place. ``moved``: found elsewhere, edited or not.
    ``regrouped``: the same words cut into lines elsewhere. ``gone`` and ``come``: only in one text.
    ``by_entry``: matched entry by entry, so that ``moved`` says nothing but another order of the entries.
    """

    equal: list[Run] = field(default_factory=list)
    paired: list[Pair] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    regrouped: list[Gap] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    come: list[int] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    by_entry: bool = False
    coarse: bool = False


def match(old: Side, new: Side) -> Matching:
    """Match the lines of two texts."""
    old.number()
    new.number()
    if len(old) == len(new) and all(map(_same, old.texts, new.texts)):
        return Matching(equal=[(0, 0, len(old))])
    if is_keyed(old) and is_keyed(new):
        return _match_entries(old, new)
    work = Work(GAP_WORK)
    runs, stretches = skim(old.texts, new.texts)
    for stretch in stretches:
        runs += _aligned(old, new, stretch, work)
    matching = Matching(equal=list(joined(sorted(runs))), coarse=work.exhausted)
    matching.gaps = list(_gaps(matching.equal, range(len(old)), range(len(new))))
    elsewhere = _equal_elsewhere(old, new, matching.gaps)
    matching.moved = sorted(elsewhere.items())
    arrived = set(elsewhere.values())
    tables = Work(MAX_TABLES)
    for gap in matching.gaps:
        gone = tuple([i for i in gap.gone if i not in elsewhere])
        come = tuple([j for j in gap.come if j not in arrived])
        _settle_gap(old, new, Gap(gone, come, gap.since, gap.at), matching, tables)
    _edited_elsewhere(old, new, matching)
    return matching


def _same(line: str, other: str) -> bool:
    return line == other or normal(line) == normal(other)


def _aligned(old: Side, new: Side, stretch: Stretch, work: Work) -> list[Run]:
    """The lines of a stretch that say the same, in order."""
    i0, i1, j0, j1 = stretch
    if i0 == i1 or j0 == j1:
        return []
    a, b = intern_all(*alignment_keys(old, new, stretch))
    return [(i0 + i, j0 + j, n) for i, j, n in align(a, b, work)]


def is_keyed(side: Side) -> bool:
    """Whether the sections are entries known by their id, whose order says nothing."""
    return side.text.format in (Format.FEED, Format.JSON) and any(section.key for section in side.sections)


def _match_entries(old: Side, new: Side) -> Matching:
    """Entry by entry, by id; an entry is never matched with another."""
    matching = Matching(by_entry=True)
    work, tables = Work(GAP_WORK), Work(MAX_TABLES)
    mine, theirs = entries(old), entries(new)
    pairs: list[Pair] = []
    for key, gone in mine.items():
        come = theirs.pop(key, range(0))
        runs = _aligned(old, new, (gone.start, gone.stop, come.start, come.stop), work)
        pairs += [(i + k, j + k) for i, j, n in runs for k in range(n)]
        runs = [(i - gone.start, j - come.start, n) for i, j, n in runs]
        for gap in _gaps(runs, gone, come):
            matching.gaps.append(gap)
            _settle_gap(old, new, gap, matching, tables)
    matching.gaps += [Gap((), tuple(come), len(old), come.start) for come in theirs.values()]
    matching.come += [j for come in theirs.values() for j in come]
    matching.coarse = work.exhausted
    in_order = increasing(sorted(pairs))
    matching.equal = [(i, j, 1) for i, j in in_order]
    matching.moved = sorted(set(pairs) - set(in_order))
    return matching


def entries(side: Side) -> dict[tuple[str, int], range]:
    """The lines of each section, by its key and how often the key came before."""
    starts: dict[int, int] = {}
    for at, owner in enumerate(side.owners):
        starts.setdefault(owner, at)
    entries: dict[tuple[str, int], range] = {}
    seen: Counter[str] = Counter()
    bounds = [*starts.items(), (len(side.sections), len(side))]
    for (owner, start), (_, stop) in pairwise(bounds):
        section = side.sections[owner]
        key = section.key or section.heading
        entries[key, seen[key]] = range(start, stop)
        seen[key] += 1
    return entries


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


def _settle_gap(old: Side, new: Side, gap: Gap, matching: Matching, tables: Work) -> None:
    gone, come = list(gap.gone), list(gap.come)
    for part in _same_words(old, new, gap):
        matching.regrouped.append(part)
        gone = [i for i in gone if i not in part.gone]
        come = [j for j in come if j not in part.come]
    pairs = pair_gap(old, new, gone, come, tables)
    matching.paired += pairs
    paired_old, paired_new = {i for i, _ in pairs}, {j for _, j in pairs}
    matching.gone += [i for i in gone if i not in paired_old]
    matching.come += [j for j in come if j not in paired_new]


def _same_words(old: Side, new: Side, gap: Gap) -> Iterator[Gap]:
    """Stretches of a gap that are the same words, only cut into lines at other places."""
    size = len(gap.gone) * len(gap.come)
    if not 2 <= size <= MOST_REGROUPED:
        return
    starts = defaultdict(list)
    for q, j in enumerate(gap.come):
        starts[new.folded(j)[:12]].append(q)
    p = q = 0
    while p < len(gap.gone):
        form = old.folded(gap.gone[p])
        for at in starts.get(form[:12], ()):
            taken = _accumulate(old, new, gap, p, at) if at >= q else None
            if taken:
                p1, q1 = taken
                yield Gap(gap.gone[p:p1], gap.come[at:q1], gap.gone[p], gap.come[at])
                p, q = p1 - 1, q1
                break
        p += 1


def _accumulate(old: Side, new: Side, gap: Gap, p: int, q: int) -> tuple[int, int] | None:
    """How far both sides must be read on from ``p`` and ``q`` until the words read are the same."""
    left, right = old.folded(gap.gone[p]), new.folded(gap.come[q])
    p_last, q_last = p + LONGEST_REGROUPED, q + LONGEST_REGROUPED
    while left != right:
        if p > p_last or q > q_last:
            return None
        if len(left) < len(right):
            p += 1
            if p == len(gap.gone) or not right.startswith(left):
                return None
            left += " " + old.folded(gap.gone[p])
        else:
            q += 1
            if q == len(gap.come) or not left.startswith(right):
                return None
            right += " " + new.folded(gap.come[q])
    return p + 1, q + 1


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

"""Further looks at the same page, seconds later: what differs between the looks is not guidance.

Old text O, new text X, a further look Y. Words of X that Y does not share are unstable; of several looks each may
disagree. An edit from O to X is real when it brings words all looks share, or takes words that none has and that no
unstable place accounts for: a rotating line may stand for as many old lines as the longer of its two versions, never
for the paragraph beside it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from guidetrack.compare.align import Work
from guidetrack.compare.drafts import Draft, drafts
from guidetrack.compare.lines import Side
from guidetrack.compare.matching import Gap, match
from guidetrack.compare.pairing import similarity
from guidetrack.compare.words import ALL_WORK, Hunk, differing
from guidetrack.models.enums import EditKind

MOST_VERSIONS = 8
"""Lines of an unstable place that an old line is measured against."""

Weight = Callable[[str], int]
"""How much it would matter if this line went: 0 and up."""


@dataclass(slots=True)
class Slot:
    """A place where the two looks show different lines: ``mine`` in the new text, ``theirs`` in the second look."""

    start: int
    stop: int
    mine: tuple[int, ...]
    theirs: tuple[int, ...]


@dataclass(slots=True)
class Looks:
    """What two looks at one page show.

    ``loose``: lines of the new text the second look lacks. ``partly``: lines that share some words, with their
    counterpart and what differs. ``roaming``: lines that stand elsewhere. ``strangers``: lines only the second look
    has, and ``only_again`` their content.
    """

    again: Side
    loose: set[int] = field(default_factory=set)
    partly: dict[int, tuple[int, list[Hunk]]] = field(default_factory=dict)
    roaming: set[int] = field(default_factory=set)
    only_again: Counter[str] = field(default_factory=Counter)
    strangers: set[int] = field(default_factory=set)
    slots: list[Slot] = field(default_factory=list)
    work: Work = field(default_factory=lambda: Work(ALL_WORK))

    def touching(self, start: int, stop: int) -> list[Slot]:
        """The unstable places within or beside lines ``[start, stop)`` of the new text; they are in order."""
        first = bisect_left(self.slots, start, key=lambda slot: slot.stop)
        last = bisect_right(self.slots, stop, key=lambda slot: slot.start)
        return self.slots[first:last]

    @property
    def differ(self) -> bool:
        """Whether anything is unstable."""
        return bool(self.loose or self.partly or self.only_again)


@dataclass(slots=True)
class Unsteady:
    """What all looks together show to be unstable.

    ``partly``: the places of a line where looks disagree; a hunk's ``j1 - j0`` is the length of its longest version.
    """

    looks: list[Looks]
    loose: set[int] = field(default_factory=set)
    roaming: set[int] = field(default_factory=set)
    partly: dict[int, list[Hunk]] = field(default_factory=dict)
    work: Work = field(default_factory=lambda: Work(ALL_WORK))

    @property
    def differ(self) -> bool:
        """Whether anything is unstable."""
        return any(looks.differ for looks in self.looks)

    def lines(self) -> list[int]:
        """Lines of the new text that are unstable, in order."""
        return sorted(self.loose | self.partly.keys())

    def touches(self, told: Sequence[Draft], gaps: Sequence[Gap]) -> bool:
        """Whether something told stands in or beside what is unstable, so that one more look may say otherwise."""
        if any(draft.j in self.partly or draft.j in self.loose for draft in told if draft.j is not None):
            return True
        unsteady = [g for g in gaps if any(looks.touching(g.at, g.at + len(g.come)) for looks in self.looks)]
        old, new = {i for gap in unsteady for i in gap.gone}, {j for gap in unsteady for j in gap.come}
        return any(draft.i in old or draft.j in new for draft in told)


def together(looks: list[Looks]) -> Unsteady:
    """The looks as one."""
    unsteady = Unsteady(looks)
    for one in looks:
        unsteady.loose |= one.loose
        unsteady.roaming |= one.roaming
    for j in sorted({j for one in looks for j in one.partly}):
        unsteady.partly[j] = _merged([one.partly[j][1] for one in looks if j in one.partly])
    return unsteady


def _merged(looks: list[list[Hunk]]) -> list[Hunk]:
    """Places that overlap made one, as long as the longest version any look shows there."""
    if len(looks) == 1:
        return looks[0]
    spans: list[list[int]] = []
    for start, stop in sorted((hunk.i0, hunk.i1) for hunks in looks for hunk in hunks):
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], stop)
        else:
            spans.append([start, stop])
    merged: list[Hunk] = []
    for start, stop in spans:
        inside = ([hunk for hunk in hunks if start <= hunk.i0 and hunk.i1 <= stop] for hunks in looks)
        longest = max(sum((h.j1 - h.j0) - (h.i1 - h.i0) for h in hunks) for hunks in inside)
        merged.append(Hunk(start, stop, 0, max(0, stop - start + longest)))
    return merged


def look_twice(new: Side, again: Side) -> Looks:
    """Compare the two looks, word by word."""
    looks = Looks(again)
    if new.texts == again.texts:
        return looks
    matching = match(new, again)
    told, _ = drafts(new, again, matching)
    for draft in told:
        if draft.i is None or draft.j is None:
            if draft.i is not None:
                looks.loose.add(draft.i)
            if draft.j is not None:
                looks.strangers.add(draft.j)
            continue
        if draft.kind is EditKind.MOVED:
            looks.roaming.add(draft.i)
        hunks, _ = differing(new.words(draft.i), again.words(draft.j), looks.work, tidy=False)
        if hunks:
            looks.partly[draft.i] = draft.j, hunks
    looks.only_again = Counter(again.folded(j) for j in looks.strangers)
    for gap in matching.gaps:
        mine = tuple(i for i in gap.gone if i in looks.loose)
        other = tuple(j for j in gap.come if j in looks.strangers)
        if mine or other:
            looks.slots.append(Slot(gap.since, gap.since + len(gap.gone), mine, other))
    return looks


@dataclass(slots=True)
class Settled:
    """Drafts to tell, with what was unstable in them taken out of the reckoning, and those set aside."""

    told: list[Draft] = field(default_factory=list)
    aside: list[Draft] = field(default_factory=list)


def settle(old: Side, new: Side, told: list[Draft], gaps: list[Gap], looks: Unsteady, weight: Weight) -> Settled:
    """Which drafts are real."""
    settled = Settled()
    explained: set[int] = set()
    for one in looks.looks:
        _explain(old, new, told, gaps, one, looks.loose, weight, explained)
    for draft in told:
        i, j = draft.i, draft.j
        if i is None:
            put(settled, draft, real=j not in looks.loose)
        elif j is None:
            put(settled, draft, real=i not in explained)
        elif j in looks.loose:
            _split(settled, draft, explained)
        elif j in looks.partly:
            calm = _calmed(old, new, i, j, looks)
            put(settled, replace(draft, calm=calm), real=calm is not None)
        else:
            moved_only = draft.kind is EditKind.MOVED and old.folded(i) == new.folded(j)
            put(settled, draft, real=not (moved_only and j in looks.roaming))
    return settled


def put(settled: Settled, draft: Draft, *, real: bool) -> None:
    """Tell a draft, or set it aside."""
    (settled.told if real else settled.aside).append(draft)


def _split(settled: Settled, draft: Draft, explained: set[int]) -> None:
    """The old line's counterpart is unstable: set both aside, or tell that the old line went."""
    if draft.i in explained:
        settled.aside.append(draft)
    else:
        settled.told.append(Draft(EditKind.REMOVED, draft.i, None))
        settled.aside.append(Draft(EditKind.ADDED, None, draft.j))


def _explain(
    old: Side, new: Side, told: list[Draft], gaps: list[Gap], looks: Looks, loose: set[int], weight: Weight,
    explained: set[int],
) -> None:
    """Add old lines that went because an unstable place shows something else at the moment.

    A line explained by an earlier look has taken its room in the place.
    """
    lost = {draft.i for draft in told if draft.i is not None and (draft.j is None or draft.j in loose)}
    told_new = {draft.j for draft in told if draft.j is not None}
    seen = Counter(looks.only_again)
    for gap in gaps:
        candidates = [i for i in gap.gone if i in lost and i not in explained]
        stop = gap.at + len(gap.come)
        slots = looks.touching(gap.at, stop) if candidates else []
        if not slots:
            continue
        room = sum(max(len(slot.mine), len(slot.theirs)) for slot in slots)
        room -= sum(j not in told_new for slot in slots for j in slot.mine)
        room -= sum(i in explained for i in gap.gone)
        for i in list(candidates):
            if seen[old.folded(i)] > 0:
                seen[old.folded(i)] -= 1
                explained.add(i)
                candidates.remove(i)
                room -= 1
        if len(candidates) > room:
            candidates.sort(key=lambda i: (-_likeness(old, new, i, slots, looks, weight), i))
        explained.update(candidates[: max(room, 0)])


def _likeness(old: Side, new: Side, i: int, slots: list[Slot], looks: Looks, weight: Weight) -> float:
    """How well an old line fits among the versions of an unstable place."""
    best = 0.0
    for slot in slots[:MOST_VERSIONS]:
        versions = [(new, j) for j in slot.mine[:MOST_VERSIONS]]
        for side, at in versions + [(looks.again, j) for j in slot.theirs[:MOST_VERSIONS]]:
            sizes = sorted((len(old.texts[i]), len(side.texts[at])))
            score = 10 * similarity(old, side, i, at) + 3 * sizes[0] / (sizes[1] or 1)
            best = max(best, score + 2 * (old.kinds[i] is side.kinds[at]))
    return best - 4 * weight(old.texts[i])


def _calmed(old: Side, new: Side, i: int, j: int, looks: Unsteady) -> str | None:
    """The old line with unstable words as the new one has them; None when nothing else differs."""
    mine, theirs = old.words(i), new.words(j)
    hunks, _ = differing(mine, theirs, looks.work, tidy=False)
    loose = looks.partly[j]
    real = [_is_real(hunk, loose, hunks, mine.forms, theirs.forms) for hunk in hunks]
    if not any(real):
        return None
    parts: list[str] = []
    at = 0
    for hunk, keep in zip(hunks, real, strict=True):
        parts.append(mine.join(at, hunk.i0))
        parts.append(mine.join(hunk.i0, hunk.i1) if keep else theirs.join(hunk.j0, hunk.j1))
        at = hunk.i1
    parts.append(mine.join(at, len(mine)))
    return "".join(parts)


def _is_real(hunk: Hunk, loose: list[Hunk], hunks: list[Hunk], mine: list[str], theirs: list[str]) -> bool:
    """Whether words the looks share came, or more words went than the unstable places can hold."""
    touching = [slot for slot in loose if slot.i0 <= hunk.j1 and slot.i1 >= hunk.j0]
    unsteady = {k for slot in touching for k in range(slot.i0, slot.i1)}
    if any(theirs[k] for k in range(hunk.j0, hunk.j1) if k not in unsteady):
        return True
    room = 0
    for slot in touching:
        held = sum(1 for k in range(slot.i0, slot.i1) if not any(h.j0 <= k < h.j1 for h in hunks))
        room += max(slot.i1 - slot.i0, slot.j1 - slot.j0) - held
    return sum(1 for k in range(hunk.i0, hunk.i1) if mine[k]) > room

"""Several looks at one page, seconds apart: which lines and words they do not share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from guidetrack.compare.align import Work
from guidetrack.compare.drafts import Draft, drafts
from guidetrack.compare.lines import Side
from guidetrack.compare.matching import Gap, match
from guidetrack.compare.words import ALL_WORK, Hunk, differing
from guidetrack.models.enums import EditKind


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

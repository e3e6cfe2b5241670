"""Further looks at the same page, seconds later: what differs between the looks is not guidance.

Old text O, new text X, a further look Y. Words of X that Y does not share are unstable; of several looks each may
disagree. An edit from O to X is real when it brings words all looks share, or takes words that none has and that no
unstable place accounts for: a rotating line may stand for as many old lines as the longer of its two versions, never
for the paragraph beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from guidetrack.compare.drafts import Draft
from guidetrack.compare.lines import Side
from guidetrack.compare.looks import Looks, Slot, Unsteady
from guidetrack.compare.matching import Gap
from guidetrack.compare.pairing import similarity
from guidetrack.compare.words import Hunk, differing
from guidetrack.models.enums import EditKind

MOST_VERSIONS = 8
"""Lines of an unstable place that an old line is measured against."""

Weight = Callable[[str], int]
"""How much it would matter if this line went: 0 and up."""


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

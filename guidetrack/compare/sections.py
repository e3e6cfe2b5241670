"""Which section became which: new, gone, renamed, split, merged, moved; named on the edit of the heading."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from guidetrack.compare.drafts import Draft
from guidetrack.compare.lines import Side
from guidetrack.compare.matching import Matching
from guidetrack.compare.numbering import split_label
from guidetrack.compare.phrasing import renamed, section_name
from guidetrack.models.enums import BlockKind, EditKind

MOST = 0.6
"""Share of a section's words found in another from which it is said to have come from there."""

SOME = 0.25
"""Share from which a section is one of several sources."""


class Sections:
    """Where the words of each section went."""

    def __init__(self, old: Side, new: Side, matching: Matching) -> None:
        self._old, self._new = old, new
        self._passed = matching.passed
        self._flow: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._back: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._sizes = _sizes(old), _sizes(new)
        pairs = [*matching.paired, *matching.moved]
        pairs += [(i + k, j + k) for i, j, n in matching.equal for k in range(n)]
        for i, j in pairs:
            if old.kinds[i] is not BlockKind.HEADING:
                self._flow[old.owners[i]][new.owners[j]] += len(old.texts[i])
                self._back[new.owners[j]][old.owners[i]] += len(new.texts[j])

    def note(self, draft: Draft, headings_gone: set[int], headings_new: set[int]) -> str:
        """What the edit of a heading says about its section, in a phrase; empty when it is no heading."""
        i, j = draft.i, draft.j
        if i is not None and j is not None:
            return self._kept(draft, i, j)
        if j is not None and self._new.kinds[j] is BlockKind.HEADING:
            return self._came(j, headings_gone)
        if i is not None and self._old.kinds[i] is BlockKind.HEADING:
            return self._went(i, headings_new)
        return ""

    def _kept(self, draft: Draft, i: int, j: int) -> str:
        if self._old.kinds[i] is not BlockKind.HEADING or self._new.kinds[j] is not BlockKind.HEADING:
            return ""
        before, after = _title(self._old.texts[i]), _title(self._new.texts[j])
        if (i, j) in self._passed:
            return ""  # the lines that crossed it are told
        if draft.kind is EditKind.MOVED and self._old.folded(i) == self._new.folded(j):
            return f'section "{section_name(after)}" moved'
        if before == after:
            numbers = (split_label(side.texts[at])[0] for side, at in ((self._old, i), (self._new, j)))
            return f'section "{section_name(after)}" renumbered: ' + " → ".join(f'"{number}"' for number in numbers)
        return renamed(before, after)

    def _came(self, j: int, gone: set[int]) -> str:
        owner = self._new.owners[j]
        title = section_name(_title(self._new.texts[j]))
        sources = _shares(self._back[owner], self._sizes[1][owner])
        main = [o for o, share in sources if share >= MOST]
        if main and main[0] in gone:
            return renamed(_heading(self._old, main[0]), _title(self._new.texts[j]))
        if main:
            return f'section "{title}" split off from "{section_name(_heading(self._old, main[0]))}"'
        several = [o for o, share in sources if share >= SOME]
        if len(several) > 1:
            names = _listed([_heading(self._old, o) for o in several])
            return f'sections {names} merged into "{title}"'
        return f'new section "{title}"'

    def _went(self, i: int, came: set[int]) -> str:
        owner = self._old.owners[i]
        title = section_name(_title(self._old.texts[i]))
        targets = _shares(self._flow[owner], self._sizes[0][owner])
        main = [n for n, share in targets if share >= MOST]
        if main and main[0] in came:
            return renamed(_title(self._old.texts[i]), _heading(self._new, main[0]))
        if main:
            return f'section "{title}" merged into "{section_name(_heading(self._new, main[0]))}"'
        several = [n for n, share in targets if share >= SOME]
        if len(several) > 1:
            names = _listed([_heading(self._new, n) for n in several])
            return f'section "{title}" split into {names}'
        return f'section "{title}" is gone'


def section_notes(old: Side, new: Side, matching: Matching, told: Sequence[Draft]) -> dict[Draft, str]:
    """A phrase for each draft that is about a heading."""
    gone = {old.owners[d.i] for d in told if d.i is not None and d.j is None and old.kinds[d.i] is BlockKind.HEADING}
    came = {new.owners[d.j] for d in told if d.j is not None and d.i is None and new.kinds[d.j] is BlockKind.HEADING}
    about = [d for d in told if _is_heading(old, new, d)]
    if not about:
        return {}
    sections = Sections(old, new, matching)
    notes = {draft: sections.note(draft, gone, came) for draft in about}
    return {draft: note for draft, note in notes.items() if note}


def _is_heading(old: Side, new: Side, draft: Draft) -> bool:
    kinds = [side.kinds[at] for side, at in ((old, draft.i), (new, draft.j)) if at is not None]
    return BlockKind.HEADING in kinds


def _sizes(side: Side) -> Counter[int]:
    sizes: Counter[int] = Counter()
    for owner, kind, text in zip(side.owners, side.kinds, side.texts, strict=True):
        if kind is not BlockKind.HEADING:
            sizes[owner] += len(text)
    return sizes


def _shares(flow: Counter[int], size: int) -> list[tuple[int, float]]:
    return [(owner, amount / size) for owner, amount in flow.most_common(4)] if size else []


def _title(heading: str) -> str:
    return split_label(heading)[1]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f'"{section_name(name, 36 if len(names) < 3 else 22)}"' for name in names)


def _heading(side: Side, owner: int) -> str:
    path = side.sections[owner].path
    return _title(path[-1]) if path else "the beginning"

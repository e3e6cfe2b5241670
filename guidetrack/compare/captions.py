"""Short lines that head what follows without being headings: *Allowed*, *Not to be used in*, set bold."""

from __future__ import annotations

from bisect import bisect_left

from guidetrack.compare.frames import Frames
from guidetrack.compare.lines import Side
from guidetrack.models.enums import BlockKind

MOST_WORDS = 6
LONGEST = 60
"""Characters of a caption at most."""

_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.TERM, BlockKind.QUOTE})
_ENDS = (".", ",", ";", "!", "?", "。")


def bare(line: str) -> str:
    """A caption or lead-in without its colon."""
    return line.rstrip(" :")


class Captions:
    """The captions of one text: only lines that allow, forbid, require, except, or name what is contraindicated."""

    def __init__(self, side: Side, frames: Frames) -> None:
        self.side = side
        self._frames = frames
        self._over: dict[int, list[str]] = {}

    def over(self, at: int) -> str:
        """The caption a line stands under, in its section; empty for none, and for a heading."""
        owner = self.side.owners[at]
        if owner not in self._over:
            self._read(owner)
        return self._over[owner][at - self._first(owner)]

    def path(self, at: int, lead: str = "") -> tuple[str, ...]:
        """The headings down to a line, and its caption where it is not the ``lead`` of its list."""
        caption = self.over(at)
        return (*self.side.path(at), caption) if caption and caption != bare(lead) else self.side.path(at)

    def is_one(self, at: int) -> bool:
        """Whether a line is a caption: short, without a stop, followed in its section, and it makes a rule."""
        side = self.side
        text = side.texts[at]
        if side.kinds[at] not in _KINDS or len(text) > LONGEST or text.endswith(_ENDS):
            return False
        if at + 1 >= len(side) or side.owners[at + 1] != side.owners[at] or len(text.split()) > MOST_WORDS:
            return False
        return bool(self._frames.rules((text,), "")) or any(
            topic.name == "contraindications" for topic in self._frames.heading_topics((text,))
        )

    def _first(self, owner: int) -> int:
        return bisect_left(self.side.owners, owner)

    def _read(self, owner: int) -> None:
        side = self.side
        found: list[str] = []
        caption = ""
        for k in range(self._first(owner), len(side)):
            if side.owners[k] != owner:
                break
            if self.is_one(k):
                caption = bare(side.texts[k])
                found.append("")
            else:
                found.append("" if side.kinds[k] is BlockKind.HEADING else caption)
        self._over[owner] = found

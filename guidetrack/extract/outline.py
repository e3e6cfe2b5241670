"""Building sections: headings come with a level, blocks fall under the last heading. Shared by the formats."""

from __future__ import annotations

from dataclasses import dataclass, field

from guidetrack.models import Block, BlockKind, Section

MAX_LEVEL = 6
"""Deepest heading level of the models; deeper headings keep their place in the path at this level."""
MAX_PATH = 12
"""Longest path kept: more headings above one another than any real document has."""


def fold(text: str) -> str:
    """``text`` on one line: runs of white space become one space, NULs go."""
    return " ".join(text.replace("\x00", "").split())


def row(cells: list[str]) -> str:
    """A table row as one line: cells joined by `` | ``; empty cells at the end left out."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return " | ".join(cells).strip()


@dataclass
class _Open:
    path: tuple[str, ...]
    level: int
    key: str
    page: int | None
    blocks: list[Block] = field(default_factory=list)

    def closed(self) -> Section:
        return Section(self.path, self.level, tuple(self.blocks), self.key, self.page)


class Outline:
    """Collects headings and blocks in reading order; :meth:`sections` gives the result."""

    def __init__(self) -> None:
        self._open = _Open((), 0, "", None)
        self._done: list[Section] = []
        self._stack: list[tuple[int, str]] = []

    def heading(self, text: str, level: int, key: str = "", page: int | None = None) -> None:
        """A new section under the nearest heading of a lower ``level`` (from 1; any depth). Empty text is ignored."""
        text = fold(text)
        if not text:
            return
        self._close()
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        self._stack = [*self._stack[:MAX_PATH - 1], (level, text)]
        self._open = _Open(tuple(title for _, title in self._stack), min(len(self._stack), MAX_LEVEL), key, page)

    def add(self, block: Block) -> None:
        """A block of the section that is open. One without text is ignored."""
        if block.text:
            self._open.blocks.append(block)

    def text(self, kind: BlockKind, text: str, level: int = 0, key: str = "", headers: tuple[str, ...] = (),
             page: int | None = None) -> None:
        """:meth:`add` for raw text, which is folded first."""
        self.add(Block(kind, fold(text), level, key, headers, page))

    def sections(self) -> tuple[Section, ...]:
        """Everything collected, in order."""
        self._close()
        self._open = _Open((), 0, "", None)
        return tuple(self._done)

    def _close(self) -> None:
        if self._open.path or self._open.blocks:
            self._done.append(self._open.closed())

"""The shape of a page with planted edits and variations."""

from __future__ import annotations

from dataclasses import dataclass

Swap = tuple[str, str]


@dataclass(frozen=True)
class Planted:
    """A page in the manner of some publisher's system, our own words.

    :param edits: markup and what takes its place: each is another document. :param noise: each is the same document.
    """

    name: str
    markup: str
    edits: tuple[Swap, ...]
    noise: tuple[Swap, ...]

    def swapped(self, swap: Swap) -> str:
        """The page with the first ``swap[0]`` replaced."""
        assert swap[0] in self.markup, f"{self.name}: {swap[0]!r} is not on the page"
        return self.markup.replace(swap[0], swap[1], 1)

"""What each element does to the lines of a page."""

from __future__ import annotations

from guidetrack.extract.html.nodes import BLOCKS, HEADINGS, Node
from guidetrack.extract.html.tables import CELLS

LISTS = frozenset({"ul", "ol", "menu", "dir"})
STRIKES = frozenset({"del", "s", "strike"})
MARKED = frozenset({"a", "br", "input", "sup", *STRIKES})
PRE = frozenset({"pre", "listing", "xmp", "plaintext"})
LINE, BLOCK, INLINE = range(3)
"""Blocks that only end a line before and after them; those that do more; elements that leave a mark inside a line."""
KINDS = {
    **dict.fromkeys(BLOCKS, LINE), **dict.fromkeys(MARKED, INLINE),
    **dict.fromkeys((*LISTS, *PRE, *CELLS, *HEADINGS), BLOCK),
    **dict.fromkeys(("img", "button", "li", "blockquote", "table", "tr", "dt", "dd", "dl"), BLOCK),
}


def level_of(heading: Node) -> int:
    """The level of a heading, by its tag or as stated beside its role; 2 where nothing says."""
    if heading.tag in HEADINGS:
        return HEADINGS[heading.tag]
    stated = heading.attrs.get("aria-level", "")
    return min(6, max(1, int(stated))) if stated.isascii() and stated.isdigit() else 2

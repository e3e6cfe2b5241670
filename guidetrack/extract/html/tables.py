"""Table rows: which hold data, and which are the header."""

from __future__ import annotations

from guidetrack.extract.html.tree import BLOCKS, HEADINGS, Node, Token

CELLS = frozenset({"td", "th"})
LAYOUT_BLOCKS = 8
"""A cell with more blocks than this, in a row without header cells, is page layout, not data."""


def is_data(tokens: list[Token], row: Node) -> bool:
    """Whether a table row holds data; else it is layout and its cells are read as the page goes."""
    cells = blocks = most = 0
    heads = False
    for at in range(row.start + 1, row.end):
        token = tokens[at]
        if not isinstance(token, Node):
            continue
        tag = token.tag
        if tag == "table" or tag in HEADINGS:
            return False
        if tag in CELLS:
            cells += 1
            heads = heads or tag == "th"
            blocks = 0
        elif tag in BLOCKS and not token.rule:
            blocks += 1
            most = max(most, blocks)
    return cells > 1 and (heads or most <= LAYOUT_BLOCKS)


def is_header(tokens: list[Token], row: Node) -> bool:
    """Whether every cell of a row is a header cell."""
    cells = [token.tag for token in tokens[row.start + 1:row.end] if isinstance(token, Node) and token.tag in CELLS]
    in_head = row.parent is not None and row.parent.tag == "thead"
    return bool(cells) and (in_head or all(tag == "th" for tag in cells))

"""How much running text each element holds, and what stands directly in it."""

from __future__ import annotations

from collections.abc import Iterator

from guidetrack.extract.html.tree import BLOCKS, Node, Tree

PROSE_CHARS = 50
"""A run of text with this much outside links is prose."""
CELL_CHARS = 12
"""In a list or table, where text is short, this much counts half."""
BLURB_CHARS = 500
"""Text of one teaser: a linked headline and a few words."""


def measure(tree: Tree) -> None:
    """Fill in ``prose`` of every node: characters in runs that read like text, not like menus."""
    tokens = tree.tokens
    node: Node | None = None
    run = linked = links = cells = at = 0
    stop = len(tokens)
    while at < stop:
        token = tokens[at]
        at += 1
        if type(token) is str:
            size = len(token.strip())
            run += size
            if links:
                linked += size
            continue
        if token is not None:
            assert isinstance(token, Node)
            if token.rule:
                token.prose = 0
                at = token.end + 1
                if token.tag not in BLOCKS:
                    continue
        closing = node if token is None else None
        tag = closing.tag if closing is not None else token.tag  # type: ignore[union-attr]
        if tag in BLOCKS and run:
            own = run - linked
            if node is not None and own >= CELL_CHARS:
                if own >= PROSE_CHARS:
                    node.prose += own
                elif cells and not linked:
                    node.prose += own // 2
            run = linked = 0
        if closing is not None:
            if tag == "a":
                links -= 1
            elif tag in ("li", "tr", "dl"):
                cells -= 1
            if closing.cards == 1 and closing.own <= BLURB_CHARS:
                closing.prose = 0  # a teaser tells about another page
            node = closing.parent
            if node is not None:
                node.prose += closing.prose
        elif isinstance(token, Node) and not token.rule:
            token.prose = 0
            node = token
            if tag == "a":
                links += 1
            elif tag in ("li", "tr", "dl"):
                cells += 1


def children(tree: Tree, node: Node) -> Iterator[tuple[int, Node | str]]:
    """What stands directly in ``node``, with its place in the tokens."""
    at = node.start + 1
    while at < node.end:
        token = tree.tokens[at]
        if token is None:
            return
        yield at, token
        at = token.end + 1 if isinstance(token, Node) else at + 1

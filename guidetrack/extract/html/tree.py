"""A page's markup to its flat form, by the events of lxml's parser.

Events, not lxml's tree: that drops what nests deeper than 254 without a word, takes time by the square of a tag's
attributes, and costs an object for each element beside ours. beautifulsoup4, the reference, is made of the same events
(docs/decisions/0301).
"""

from __future__ import annotations

from guidetrack.extract.html.build import Builder
from guidetrack.extract.html.nodes import (
    BLOCKS,
    CARD_HEADS,
    CONTAINERS,
    HEADINGS,
    Node,
    Token,
    Tree,
    ancestors,
)
from guidetrack.extract.html.soup import encoded, parse_bs4, soup_of, walk_bs4

__all__ = [
    "BLOCKS", "CARD_HEADS", "CONTAINERS", "HEADINGS", "Node", "Token", "Tree", "ancestors", "parse", "parse_bs4",
    "soup_of", "walk_bs4",
]


def parse(markup: str) -> Tree:
    """The page as browsers show it, whatever its nesting; empty for markup that holds nothing."""
    from lxml import etree

    builder = Builder()
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, target=builder)
    data = encoded(markup)
    if data.strip():
        etree.fromstring(data, parser)
    return builder.tree

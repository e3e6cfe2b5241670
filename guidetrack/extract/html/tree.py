"""A page's markup to its flat form: by lxml where its tree keeps everything, else by beautifulsoup4. Same result.

The two fill the same tokens and count the same things, which a test proves on any tag soup. This one is the fast one:
one tight loop that counts as it goes.
"""

from __future__ import annotations

import re
from typing import Any

from guidetrack.extract.html.links import hidden_address
from guidetrack.extract.html.nodes import (
    BLOCKS,
    CARD_HEADS,
    CONTAINERS,
    EMBEDDED,
    HEADINGS,
    NOTED,
    TELLING,
    UNREAD,
    Node,
    Token,
    Tree,
    ancestors,
    count,
    note,
    note_aside,
    note_embedded,
)
from guidetrack.extract.html.soup import encoded, parse_bs4, soup_of, tidy, walk_bs4

__all__ = [
    "BLOCKS", "CARD_HEADS", "CONTAINERS", "HEADINGS", "Node", "Token", "TooDeep", "Tree", "ancestors", "parse",
    "parse_bs4", "parse_lxml", "soup_of", "tidy", "walk_bs4",
]

DEPTH_LXML_KEEPS = 250
"""libxml2's tree drops what nests deeper than 254 without a word; from here on bs4, which builds its own, reads."""

FEW_BYTES = 40_000
MOST_ATTRIBUTES = 2_000
"""lxml's tree takes time by the square of a tag's attributes; bs4's own does not."""
SWARM_BYTES = 3 * MOST_ATTRIBUTES
"""A shorter tag holds no swarm."""
_TAG = re.compile(rb"""<[a-zA-Z][^>"']*+(?:(?:"[^"]*+"|'[^']*+')[^>"']*+)*+""")
_RAW_OR_TAG = re.compile(
    rb"<!--(?:-?>|.*?--!?>)|<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b[^>]*>.*?</\1|<[!?/][^>]*>|(?P<tag>"
    + _TAG.pattern + rb")", re.I | re.S)
_QUOTED = re.compile(rb"""=\s*(?:"[^"]*"|'[^']*')""")
_NO_ATTRS: dict[str, str] = {}


class TooDeep(Exception):
    """The page nests deeper than lxml's tree keeps, or has a tag it would chew on for minutes."""


def parse(markup: str) -> Tree:
    """The page, read by lxml where its tree keeps everything, else by beautifulsoup4. Same result either way."""
    try:
        return parse_lxml(markup)
    except TooDeep:
        return parse_bs4(markup)


def parse_lxml(markup: str) -> Tree:
    """The page by lxml's own tree. :raises TooDeep: something may have been lost."""
    from lxml import etree

    data = encoded(markup)
    if len(data) > FEW_BYTES and _swarms(data):
        raise TooDeep
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser) if data.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise TooDeep
    tree = Tree()
    while root is not None:  # text after </html> and a second document are further roots, which browsers show
        _walk(tree, root)
        if root.tail:
            tree.tokens.append(root.tail)
        root = root.getnext()
    return tree


def _swarms(data: bytes) -> bool:
    """Whether some tag has a swarm of attributes; what looks so may be a script (``a<b``) and is looked at again."""
    return any(map(_is_swarm, [tag for tag in _TAG.findall(data) if len(tag) > SWARM_BYTES])) \
        and any(map(_is_swarm, _tags(data)))


def _tags(data: bytes) -> list[bytes]:
    """The tags outside comments, scripts and other raw text, each of which ends as soon as it may."""
    return [found[0] for found in _RAW_OR_TAG.finditer(data) if found.lastgroup == "tag"]


def _is_swarm(tag: bytes) -> bool:
    return len(tag) > SWARM_BYTES and len(_QUOTED.sub(b"= ", tag).split()) > MOST_ATTRIBUTES


def _walk(tree: Tree, root: Any) -> None:
    """Enter ``root`` and all it holds; each node is counted into the one above when it closes."""
    tokens, nodes = tree.tokens, tree.nodes
    append, enter = tokens.append, nodes.append
    above: Node | None = None
    address = ""
    links = 0
    rest = iter((root,))
    stack: list[tuple[Any, Any, Node | None]] = []
    while True:
        for element in rest:
            tag = element.tag
            if above is not None and (tag in UNREAD or (tag == "title" and not tree.title)):
                _unread(tree, tag, element)
            else:
                attrs = element.items()
                node = Node(tag, dict(attrs) if attrs else _NO_ATTRS, above, len(tokens))
                append(node)
                enter(node)
                if tag == "a":
                    links += 1
                if (attrs or tag in NOTED) and (code := note(tree, node)):
                    address = hidden_address(code)
                size = 0
                if words := element.text:
                    if address and "protected]" in words:
                        words, address = address, ""
                    append(words)
                    if size := len(words.strip()):
                        node.chars = size
                        if links:
                            node.linked = size
                if len(element):
                    stack.append((element, rest, above))
                    if len(stack) > DEPTH_LXML_KEEPS:
                        raise TooDeep
                    above, rest = node, iter(element)
                    break
                node.end = len(tokens)
                append(None)
                if tag == "a":
                    links -= 1
                if above is None:
                    continue
                if links or tag == "a":
                    count(node, above)
                elif size:
                    above.chars += size
            if words := element.tail:
                if address and "protected]" in words:
                    words, address = address, ""
                append(words)
                if size := len(words.strip()):
                    above.chars += size
                    if links:
                        above.linked += size
        else:
            if not stack or above is None:
                return
            node = above
            element, rest, above = stack.pop()
            node.end = len(tokens)
            append(None)
            if node.tag == "a":
                links -= 1
            if above is None:
                continue
            count(node, above)
            if words := element.tail:
                if address and "protected]" in words:
                    words, address = address, ""
                append(words)
                if size := len(words.strip()):
                    above.chars += size
                    if links:
                        above.linked += size


def _unread(tree: Tree, tag: str, element: Any) -> None:
    if tag in TELLING:
        note_aside(tree, tag, dict(element.items()), element.text or "")
    elif tag in EMBEDDED:
        note_embedded(tree, dict(element.items()), element.itertext())

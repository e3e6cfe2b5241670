"""A page by beautifulsoup4 on lxml: the reference. No depth limit, any number of attributes, CSS selectors."""

from __future__ import annotations

import re
from typing import Any

from guidetrack.extract.html.links import hidden_address
from guidetrack.extract.html.nodes import (
    EMBEDDED,
    NOTED,
    UNREAD,
    Node,
    Tree,
    count,
    note,
    note_aside,
    note_embedded,
)

_SURROGATES = re.compile("[\ud800-\udfff]")


def parse_bs4(markup: str) -> Tree:
    """The page by beautifulsoup4 on lxml: the reference."""
    return walk_bs4(soup_of(markup))[0]


def tidy(markup: str) -> str:
    """What no parser takes: NULs go, lone surrogates become the replacement character."""
    return encoded(markup).decode()


def encoded(markup: str) -> bytes:
    """The same in UTF-8."""
    try:
        data = markup.encode()
    except UnicodeEncodeError:
        data = _SURROGATES.sub("\ufffd", markup).encode()
    return data.replace(b"\x00", b"")


def soup_of(markup: str) -> Any:
    """The page as a soup."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(tidy(markup), "lxml", multi_valued_attributes=None)


def walk_bs4(soup: Any) -> tuple[Tree, dict[int, Node]]:
    """A soup as a tree, and the node of each of its tags by ``id(tag)``."""
    from bs4.element import PreformattedString, Tag

    tree = Tree()
    append = tree.tokens.append
    nodes: dict[int, Node] = {}
    pieces: list[str] = []

    def end_text() -> None:
        if pieces:
            append("".join(pieces))
            pieces.clear()

    stack = [iter(soup.contents)]
    while stack:
        for child in stack[-1]:
            if isinstance(child, Tag):
                end_text()
                attrs = {name: str(value) for name, value in child.attrs.items()}
                if child.name in UNREAD or (child.name == "title" and not tree.title):
                    note_aside(tree, child.name, attrs, "".join(str(part) for part in child.contents))
                    if child.name in EMBEDDED:
                        note_embedded(tree, attrs, (str(part) for part in child.descendants if isinstance(part, str)))
                    continue
                nodes[id(child)] = node = Node(child.name, attrs)
                append(node)
                stack.append(iter(child.contents))
                break
            if not isinstance(child, PreformattedString):
                pieces.append(str(child))
        else:
            end_text()
            stack.pop()
            if stack:
                append(None)
    return _grow(tree), nodes


def _grow(tree: Tree) -> Tree:
    """Tell each node its parent, where it stands and what it holds."""
    tokens, nodes = tree.tokens, tree.nodes
    node: Node | None = None
    links = 0
    address = ""
    for at, token in enumerate(tokens):
        if token is None:
            if node is None:
                continue
            node.end = at
            closed, node = node, node.parent
            if closed.tag == "a":
                links -= 1
            if node is not None:
                count(closed, node)
        elif type(token) is str:
            if address and "protected]" in token:
                tokens[at] = token = address
                address = ""
            if node is not None and (size := len(token.strip())):
                node.chars += size
                if links:
                    node.linked += size
        elif isinstance(token, Node):
            token.parent, token.start = node, at
            node = token
            nodes.append(token)
            if token.tag == "a":
                links += 1
            if (token.attrs or token.tag in NOTED) and (code := note(tree, token)):
                address = hidden_address(code)
    return tree

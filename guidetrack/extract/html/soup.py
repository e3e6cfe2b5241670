"""A page by beautifulsoup4 on lxml: the reference, and what CSS selectors are matched on."""

from __future__ import annotations

import re
from typing import Any

from guidetrack.extract.html.build import Builder
from guidetrack.extract.html.nodes import Node, Tree

_SURROGATES = re.compile("[\ud800-\udfff]")


def parse_bs4(markup: str) -> Tree:
    """The page by beautifulsoup4 on lxml: the reference."""
    return walk_bs4(soup_of(markup))[0]


def encoded(markup: str) -> bytes:
    """In UTF-8, without what no parser takes: NULs go, lone surrogates become the replacement character."""
    try:
        data = markup.encode()
    except UnicodeEncodeError:
        data = _SURROGATES.sub("\ufffd", markup).encode()
    return data.replace(b"\x00", b"")


def soup_of(markup: str) -> Any:
    """The page as a soup."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(encoded(markup).decode(), "lxml", multi_valued_attributes=None)


def walk_bs4(soup: Any) -> tuple[Tree, dict[int, Node]]:
    """A soup as a tree, and the node of each of its tags that is read, by ``id(tag)``."""
    from bs4.element import PreformattedString, Tag

    builder = Builder()
    nodes: dict[int, Node] = {}
    stack = [(soup, iter(soup.contents))]
    while stack:
        tag, rest = stack[-1]
        for child in rest:
            if isinstance(child, Tag):
                node = builder.start(child.name, {name: str(value) for name, value in child.attrs.items()})
                if node is not None:
                    nodes[id(child)] = node
                stack.append((child, iter(child.contents)))
                break
            if not isinstance(child, PreformattedString):
                builder.data(str(child))
        else:
            stack.pop()
            if stack:
                builder.end(tag.name)
    return builder.close(), nodes

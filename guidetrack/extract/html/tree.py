"""One flat form of a page that both parsers yield: opening nodes, text and closings in document order.

Everything after parsing reads only this, so lxml (fast) and beautifulsoup4 on lxml (the reference, no depth limit)
feed the same walker. Flat, so no step recurses however deep a page nests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from guidetrack.extract.html.links import PROTECTED, hidden_address, is_document

DEPTH_LXML_KEEPS = 250
"""libxml2's tree drops what nests deeper than 254 without a word; from here on bs4, which builds its own, reads."""

FEW_BYTES = 40_000
MOST_ATTRIBUTES = 2_000
"""lxml's tree takes time by the square of a tag's attributes; bs4's own does not."""
_TAG = re.compile(rb"""<[a-zA-Z](?:[^>"']++|"[^"]*+"|'[^']*+')*+""")
_QUOTED = re.compile(rb"""=\s*(?:"[^"]*"|'[^']*')""")

_SURROGATES = re.compile("[\ud800-\udfff]")

UNREAD = frozenset({
    "script", "style", "template", "svg", "iframe", "object", "embed", "applet", "canvas", "audio", "video", "map",
    "noframes", "meta", "link", "base",
})
"""Elements whose inside is never the text of a page."""
CONTAINERS = frozenset({
    "html", "body", "main", "div", "section", "article", "form", "center", "table", "tbody", "tr", "td", "span", "font",
    "fieldset",
})
"""Elements that pages are laid out with."""
CARD_HEADS = frozenset({"h2", "h3", "h4", "h5", "h6"})
VOID = frozenset({"br", "hr", "img", "wbr", "input", "area", "col", "source", "track", "param"})


class Node:
    """An element: where it starts and ends in the tokens, and how much text it holds.

    Numbers that are mostly zero are defaults of the class: pages have thousands of elements.
    """

    chars = 0
    """Characters of text inside, white space at the ends of each piece left out."""
    linked = 0
    """How many of them stand in links."""
    anchors = 0
    """Links inside."""
    cards = 0
    """Headings inside that are links: each heads a teaser of another page."""
    docs = 0
    """Links to documents inside."""
    prose = 0
    """Characters of running text inside that is not set aside; filled in when the document is looked for."""
    rule = ""
    """Why it is set aside, or empty."""
    end = 0
    """Index of its closing in the tokens."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None, start: int) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.start = start

    @property
    def own(self) -> int:
        """Characters of text outside links."""
        return self.chars - self.linked

    @property
    def size(self) -> int:
        """How many parsed pieces it holds."""
        return self.end - self.start

    def holds(self, other: Node) -> bool:
        """Whether ``other`` is this node or inside it."""
        return self.start <= other.start <= self.end


MAX_CLIMB = 60
"""How far up anything looks: bounds work on hostile nesting."""


def ancestors(node: Node) -> Iterator[Node]:
    """Parents, nearest first, up to a bound."""
    parent = node.parent
    for _ in range(MAX_CLIMB):
        if parent is None:
            return
        yield parent
        parent = parent.parent


Token = Node | str | None
"""A node opens, text, or (None) the last opened node closes."""


@dataclass
class Tree:
    """A parsed page."""

    tokens: list[Token] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    title: str = ""
    language: str = ""
    base: str = ""
    mains: list[Node] = field(default_factory=list)
    """What the page itself calls its main content: ``main`` and the role of that name."""
    titles: list[Node] = field(default_factory=list)
    """Headings of the first level."""
    metas: list[dict[str, str]] = field(default_factory=list)
    linked_data: list[str] = field(default_factory=list)
    """JSON-LD scripts, as written."""
    stray: list[tuple[str, str]] = field(default_factory=list)
    """Text that stood loose beside the document, and its rule."""


_NO_ATTRS: dict[str, str] = {}
_TELLING = frozenset({"meta", "base", "title", "script"})


class TooDeep(Exception):
    """The page nests deeper than lxml's tree keeps, or has a tag it would chew on for minutes."""


class Builder:
    """Takes opens, texts and closes in document order and grows a :class:`Tree`."""

    def __init__(self) -> None:
        self.tree = Tree()
        self._tokens = self.tree.tokens
        self._nodes = self.tree.nodes
        self._open: Node | None = None
        self._links = 0
        self._address = ""

    def open(self, tag: str, attrs: dict[str, str]) -> Node:
        """An element starts."""
        tokens = self._tokens
        node = Node(tag, attrs, self._open, len(tokens))
        tokens.append(node)
        self._nodes.append(node)
        self._open = node
        if tag == "a":
            self._links += 1
            node.anchors = 1
            if is_document(attrs):
                node.docs = 1
        elif tag == "main" or (attrs and attrs.get("role") == "main"):
            self.tree.mains.append(node)
        elif tag == "h1":
            self.tree.titles.append(node)
        if attrs and (tag == "a" or tag == "html" or "data-cfemail" in attrs):
            self._note(tag, attrs)
        return node

    def _note(self, tag: str, attrs: dict[str, str]) -> None:
        code = attrs.get("data-cfemail", "")
        if not code and tag == "a" and PROTECTED in attrs.get("href", ""):
            code = attrs["href"].partition("#")[2]
        if code:
            self._address = hidden_address(code)
        if tag == "html":
            self.tree.language = self.tree.language or attrs.get("lang", "") or attrs.get("xml:lang", "")

    def text(self, text: str) -> None:
        """Characters, as the parser read them."""
        if self._address and "protected]" in text:
            text, self._address = self._address, ""
        self._tokens.append(text)
        node = self._open
        if node is not None and not text.isspace():
            size = len(text.strip())
            node.chars += size
            if self._links:
                node.linked += size

    def close(self) -> None:
        """The last element opened ends."""
        node = self._open
        if node is None:
            return
        tokens = self._tokens
        node.end = len(tokens)
        tokens.append(None)
        if node.tag == "a":
            self._links -= 1
        elif node.tag in CARD_HEADS and node.linked > 0.8 * node.chars:
            node.cards = 1
        parent = self._open = node.parent
        if parent is not None:
            if node.chars:
                parent.chars += node.chars
            if node.linked or node.anchors:
                parent.linked += node.linked
                parent.anchors += node.anchors
                parent.cards += node.cards
                parent.docs += node.docs

    def aside(self, tag: str, attrs: dict[str, str], text: str) -> None:
        """An element that is not read as text but says something about the page."""
        tree = self.tree
        if tag == "meta":
            tree.metas.append(attrs)
        elif tag == "base":
            tree.base = tree.base or attrs.get("href", "")
        elif tag == "title":
            tree.title = tree.title or " ".join(text.split())
        elif tag == "script" and "ld+json" in attrs.get("type", "").lower():
            tree.linked_data.append(text)


def parse(markup: str) -> Tree:
    """The page, read by lxml where its tree keeps everything, else by beautifulsoup4. Same result either way."""
    try:
        return parse_lxml(markup)
    except TooDeep:
        return parse_bs4(markup)


def tidy(markup: str) -> str:
    """What no parser takes: NULs go, lone surrogates become the replacement character."""
    return _encoded(markup).decode()


def _encoded(markup: str) -> bytes:
    try:
        data = markup.encode()
    except UnicodeEncodeError:
        data = _SURROGATES.sub("\ufffd", markup).encode()
    return data.replace(b"\x00", b"")


def parse_lxml(markup: str) -> Tree:
    """The page by lxml's own tree. :raises TooDeep: something may have been lost."""
    from lxml import etree

    builder = Builder()
    data = _encoded(markup)
    if len(data) > FEW_BYTES and _swarms(data):
        raise TooDeep
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser) if data.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise TooDeep
    _walk_lxml(root, builder)
    return builder.tree


def _swarms(data: bytes) -> bool:
    """Whether some tag has a swarm of attributes."""
    long = (tag[0] for tag in _TAG.finditer(data) if tag.end() - tag.start() > 3 * MOST_ATTRIBUTES)
    return any(len(_QUOTED.sub(b"= ", tag).split()) > MOST_ATTRIBUTES for tag in long)


def _walk_lxml(root: Any, builder: Builder) -> None:
    start, text, close = builder.open, builder.text, builder.close
    start(root.tag, dict(root.items()))
    if root.text:
        text(root.text)
    stack = [(root, iter(root))]
    while stack:
        parent, rest = stack[-1]
        for element in rest:
            tag = element.tag
            if tag in UNREAD or (tag == "title" and not builder.tree.title):
                if tag in _TELLING:
                    builder.aside(tag, dict(element.items()), element.text or "")
            else:
                attrs = element.items()
                start(tag, dict(attrs) if attrs else _NO_ATTRS)
                if words := element.text:
                    text(words)
                if len(element):
                    stack.append((element, iter(element)))
                    if len(stack) > DEPTH_LXML_KEEPS:
                        raise TooDeep
                    break
                close()
            if words := element.tail:
                text(words)
        else:
            stack.pop()
            close()
            if stack and parent.tail:
                text(parent.tail)


def parse_bs4(markup: str) -> Tree:
    """The page by beautifulsoup4 on lxml: the reference."""
    return walk_bs4(soup_of(markup))[0]


def soup_of(markup: str) -> Any:
    """The page as a soup."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(tidy(markup), "lxml", multi_valued_attributes=None)


def walk_bs4(soup: Any) -> tuple[Tree, dict[int, Node]]:
    """A soup as a tree, and the node of each of its tags by ``id(tag)``."""
    from bs4.element import PreformattedString, Tag

    builder = Builder()
    nodes: dict[int, Node] = {}
    stack = [iter(soup.contents)]
    while stack:
        for child in stack[-1]:
            if isinstance(child, Tag):
                attrs = {name: str(value) for name, value in child.attrs.items()}
                if child.name in UNREAD or (child.name == "title" and not builder.tree.title):
                    builder.aside(child.name, attrs, "".join(str(part) for part in child.contents))
                    continue
                nodes[id(child)] = builder.open(child.name, attrs)
                stack.append(iter(child.contents))
                break
            if not isinstance(child, PreformattedString):
                builder.text(str(child))
        else:
            stack.pop()
            if stack:
                builder.close()
    return builder.tree, nodes

"""One flat form of a page that both parsers yield: opening nodes, text and closings in document order.

Everything after parsing reads only this, so lxml (fast) and beautifulsoup4 on lxml (the reference, no depth limit)
feed the same walker. Flat, so no step recurses however deep a page nests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from guidetrack.extract.html.links import PROTECTED, hidden_address, is_document

DEPTH_LXML_KEEPS = 250
"""libxml2's tree drops what nests deeper than 254 without a word; from here on bs4, which builds its own, reads."""

FEW_BYTES = 40_000
MOST_ATTRIBUTES = 2_000
"""lxml's tree takes time by the square of a tag's attributes; bs4's own does not."""
_TAG = re.compile(rb"""<[a-zA-Z][^>"']*+(?:(?:"[^"]*+"|'[^']*+')[^>"']*+)*+""")
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
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "head", "header", "hgroup", "hr", "html",
    "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search", "section", "select",
    "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "noscript", "img",
    "plaintext", "listing", "xmp", "button", *HEADINGS,
})


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
    parent: Node | None = None
    start = 0
    """Index of its opening in the tokens."""
    end = 0
    """Index of its closing in the tokens."""

    def __init__(self, tag: str, attrs: dict[str, str]) -> None:
        self.tag = tag
        self.attrs = attrs

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
_NOTED = frozenset({"a", "main", "h1", "html"})
_EMBEDDED = frozenset({"object", "svg", "iframe", "template"})
"""Holders of another document, a drawing or a spare part: not compared, but listed."""
_EMBEDDED_CHARS = 500
_MOST_STRAY = 200
_TELLING = frozenset({"meta", "base", "title", "script"})


class TooDeep(Exception):
    """The page nests deeper than lxml's tree keeps, or has a tag it would chew on for minutes."""


def _aside(tree: Tree, tag: str, attrs: dict[str, str], text: str) -> None:
    """Note an element that is not read as text but says something about the page."""
    if tag == "meta":
        tree.metas.append(attrs)
    elif tag == "base":
        tree.base = tree.base or attrs.get("href", "")
    elif tag == "title":
        tree.title = tree.title or " ".join(text.split())
    elif tag == "script" and "ld+json" in attrs.get("type", "").lower():
        tree.linked_data.append(text)


def _embedded(tree: Tree, attrs: dict[str, str], texts: Iterable[str]) -> None:
    text = " ".join(" ".join((attrs.get("srcdoc", ""), *texts)).split())
    if text and len(tree.stray) < _MOST_STRAY:
        tree.stray.append((text[:_EMBEDDED_CHARS], "embedded"))


def _grow(tree: Tree) -> Tree:
    """Tell each node its parent, where it stands and what it holds. One tight loop: pages are thousands of tokens."""
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
            elif closed.tag in CARD_HEADS and closed.linked > 0.8 * closed.chars:
                closed.cards = 1
            if node is not None and closed.chars:
                node.chars += closed.chars
            if node is not None and (closed.linked or closed.anchors):
                node.linked += closed.linked
                node.anchors += closed.anchors
                node.cards += closed.cards
                node.docs += closed.docs
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
            if (token.attrs or token.tag in _NOTED) and (code := _note(tree, token)):
                address = hidden_address(code)
    return tree


def _note(tree: Tree, node: Node) -> str:
    """Enter a node that its tag or attributes single out; returns the code of a hidden mail address, if it has one."""
    tag, attrs = node.tag, node.attrs
    if tag == "a":
        node.anchors = 1
        if attrs and is_document(attrs):
            node.docs = 1
    elif tag == "main" or attrs.get("role") == "main":
        tree.mains.append(node)
    elif tag == "h1":
        tree.titles.append(node)
    if tag == "html":
        tree.language = tree.language or attrs.get("lang", "") or attrs.get("xml:lang", "")
    code = attrs.get("data-cfemail", "")
    if not code and tag == "a" and PROTECTED in attrs.get("href", ""):
        code = attrs["href"].partition("#")[2]
    return code


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
    tree = Tree()
    while root is not None:  # text after </html> and a second document are further roots, which browsers show
        _walk_lxml(tree, root)
        if root.tail:
            tree.tokens.append(root.tail)
        root = root.getnext()
    return _grow(tree)


def _swarms(data: bytes) -> bool:
    """Whether some tag has a swarm of attributes."""
    long = [tag for tag in _TAG.findall(data) if len(tag) > 3 * MOST_ATTRIBUTES]
    return any(len(_QUOTED.sub(b"= ", tag).split()) > MOST_ATTRIBUTES for tag in long)


def _walk_lxml(tree: Tree, root: Any) -> None:
    append = tree.tokens.append
    append(Node(root.tag, dict(root.items())))
    if root.text:
        append(root.text)
    stack = [(root, iter(root))]
    while stack:
        parent, rest = stack[-1]
        for element in rest:
            tag = element.tag
            if tag in UNREAD or (tag == "title" and not tree.title):
                if tag in _TELLING:
                    _aside(tree, tag, dict(element.items()), element.text or "")
                elif tag in _EMBEDDED:
                    _embedded(tree, dict(element.items()), element.itertext())
            else:
                attrs = element.items()
                append(Node(tag, dict(attrs) if attrs else _NO_ATTRS))
                if words := element.text:
                    append(words)
                if len(element):
                    stack.append((element, iter(element)))
                    if len(stack) > DEPTH_LXML_KEEPS:
                        raise TooDeep
                    break
                append(None)
            if words := element.tail:
                append(words)
        else:
            stack.pop()
            append(None)
            if stack and (words := parent.tail):
                append(words)


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
                    _aside(tree, child.name, attrs, "".join(str(part) for part in child.contents))
                    if child.name in _EMBEDDED:
                        _embedded(tree, attrs, (str(part) for part in child.descendants if isinstance(part, str)))
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

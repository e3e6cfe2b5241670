"""The flat form of a page: opening nodes, text and closings in document order, and what each node holds.

Flat, so no step recurses however deep a page nests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from guidetrack.extract.html.links import PROTECTED, is_document

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
    start: int
    """Index of its opening in the tokens."""
    end = 0
    """Index of its closing in the tokens."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None = None, start: int = 0) -> None:
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


NOTED = frozenset({"a", "main", "h1", "html"})
"""Elements of interest even without attributes."""
EMBEDDED = frozenset({"object", "svg", "iframe", "template"})
"""Holders of another document, a drawing or a spare part: not compared, but listed."""
_EMBEDDED_CHARS = 500
_MOST_STRAY = 200
TELLING = frozenset({"meta", "base", "title", "script"})


def note_aside(tree: Tree, tag: str, attrs: dict[str, str], text: str) -> None:
    """Note an element that is not read as text but says something about the page."""
    if tag == "meta":
        tree.metas.append(attrs)
    elif tag == "base":
        tree.base = tree.base or attrs.get("href", "")
    elif tag == "title":
        tree.title = tree.title or " ".join(text.split())
    elif tag == "script" and "ld+json" in attrs.get("type", "").lower():
        tree.linked_data.append(text)


def note_embedded(tree: Tree, attrs: dict[str, str], texts: Iterable[str]) -> None:
    """List what stands in an object, a drawing, a frame or a template."""
    text = " ".join(" ".join((attrs.get("srcdoc", ""), *texts)).split())
    if text and len(tree.stray) < _MOST_STRAY:
        tree.stray.append((text[:_EMBEDDED_CHARS], "embedded"))


def count(node: Node, above: Node) -> None:
    """Add what a closed node holds to the one it stands in."""
    chars = node.chars
    if chars:
        above.chars += chars
    linked = node.linked
    if linked or node.anchors:
        if node.tag in CARD_HEADS and linked > 0.8 * chars:
            node.cards = 1
        above.linked += linked
        above.anchors += node.anchors
        above.cards += node.cards
        above.docs += node.docs


def note(tree: Tree, node: Node) -> str:
    """Enter a node that its tag or attributes single out; returns the code of a hidden mail address, if it has one."""
    tag, attrs = node.tag, node.attrs
    if tag == "a":
        node.anchors = 1
        if attrs and is_document(attrs):
            node.docs = 1
        if "href" in attrs and PROTECTED in attrs["href"]:
            return attrs.get("data-cfemail") or attrs["href"].partition("#")[2]
    elif tag == "main" or ("role" in attrs and attrs["role"] == "main"):
        tree.mains.append(node)
    elif tag == "h1":
        tree.titles.append(node)
    elif tag == "html":
        tree.language = tree.language or attrs.get("lang", "") or attrs.get("xml:lang", "")
    return attrs.get("data-cfemail", "")

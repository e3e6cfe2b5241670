"""The flat form of a page: opening nodes, text and closings in document order, and what each node holds.

Flat, so no step recurses however deep a page nests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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
    """An element: where it starts and ends in the tokens, and how much text it holds."""

    __slots__ = (
        "anchors", "attrs", "cards", "chars", "docs", "end", "linked", "parent", "prose", "rule", "start", "tag",
    )

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None, start: int) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.start = start
        """Index of its opening in the tokens."""
        self.end = 0
        """Index of its closing in the tokens."""
        self.chars = 0
        """Characters of text inside, white space at the ends of each piece left out."""
        self.linked = 0
        """How many of them stand in links."""
        self.anchors = 0
        """Links inside."""
        self.cards = 0
        """Headings inside that are links: each heads a teaser of another page."""
        self.docs = 0
        """Links to documents inside."""
        self.prose = 0
        """Characters of running text inside that is not set aside; filled in when the document is looked for."""
        self.rule = ""
        """Why it is set aside, or empty."""

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

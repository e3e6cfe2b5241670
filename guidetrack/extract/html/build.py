"""A page's events (an element begins, text, it ends) to its flat form, counting on the way, whatever parses it."""

from __future__ import annotations

from collections.abc import Iterable

from guidetrack.extract.html.embedded import is_open, pieces
from guidetrack.extract.html.links import PROTECTED, hidden_address, is_document
from guidetrack.extract.html.nodes import CARD_HEADS, UNREAD, Node, Tree

_NOTED = frozenset({"a", "main", "h1", "html"})
"""Elements of interest whatever their attributes."""
_EMBEDDED = frozenset({"object", "svg", "iframe", "template", "embed", "map"})
"""Holders of another document, a drawing or a spare part: listed, but for what browsers show of them."""
_EMBEDDED_CHARS = 500
_MOST_STRAY = 200
_TELLING = frozenset({"meta", "base", "title", "script"})
"""Elements that are not read as text but say something about the page."""
_NO_ATTRS: dict[str, str] = {}


class Builder:
    """Fills a tree. ``data`` may bring a text in pieces; every ``start`` has its ``end``."""

    def __init__(self) -> None:
        self.tree = Tree()
        self._pieces: list[str] = []
        self.data = self._pieces.append
        self._above: Node | None = None
        self._links = 0
        self._address = ""
        self._depth = 0
        """How deep inside an element that is not read; 0 outside."""
        self._unread: tuple[str, dict[str, str], list[str]] = "", {}, []
        self._labels: list[str] = []
        self._label = 0
        """How deep the label of a drawing began; 0 outside."""
        self._areas: list[dict[str, str]] = []

    def start(self, tag: str, attrs: dict[str, str]) -> Node | None:
        """An element begins. Returns its node, or None if it is not read."""
        if self._pieces:
            self._end_text()
        tree = self.tree
        if self._depth or tag in UNREAD or (tag == "title" and not tree.title):
            if self._depth or not is_open(tag, attrs):
                self._start_unread(tag, attrs)
                return None
            self._plant(tag, attrs)
        attrs = attrs or _NO_ATTRS
        tokens = tree.tokens
        self._above = node = Node(tag, attrs, self._above, len(tokens))
        tokens.append(node)
        tree.nodes.append(node)
        if tag == "a":
            self._links += 1
        if (tag in _NOTED or "role" in attrs or "data-cfemail" in attrs) and (code := _note(tree, node)):
            self._address = hidden_address(code)
        return node

    def end(self, tag: str) -> None:
        """The element begun last ends."""
        if self._pieces:
            self._end_text()
        if self._depth:
            self._depth -= 1
            if self._depth < self._label:
                self._label = 0
                self._labels.append(" ")
            if not self._depth:
                self._end_unread()
            return
        node = self._above
        if node is None:
            return
        tokens = self.tree.tokens
        node.end = len(tokens)
        tokens.append(None)
        if tag == "a":
            self._links -= 1
        self._above = above = node.parent
        if above is not None and (node.chars or node.anchors):
            _count(node, above)

    def close(self) -> Tree:
        """No more comes."""
        if self._pieces:
            self._end_text()
        return self.tree

    def _end_text(self) -> None:
        pieces = self._pieces
        words = pieces[0] if len(pieces) == 1 else "".join(pieces)
        pieces.clear()
        if self._depth:
            self._unread[2].append(words)
            if self._label:
                self._labels.append(words)
            return
        if self._address and "protected]" in words:
            words, self._address = _uncovered(words, self._address), ""
        self.tree.tokens.append(words)
        above = self._above
        if above is not None and (size := len(words.strip())):
            above.chars += size
            if self._links:
                above.linked += size

    def _start_unread(self, tag: str, attrs: dict[str, str]) -> None:
        if not self._depth:
            self._unread = tag, attrs, []
            self._labels, self._areas = [], []
        self._depth += 1
        if tag == "text" and not self._label:
            self._label = self._depth
        elif tag == "area":
            self._areas.append(attrs)

    def _end_unread(self) -> None:
        tag, attrs, texts = self._unread
        if tag in _TELLING:
            _note_aside(self.tree, tag, attrs, "".join(texts))
        elif tag in _EMBEDDED and (not self._plant(tag, attrs) or tag == "object"):
            _note_embedded(self.tree, attrs, texts)

    def _plant(self, tag: str, attrs: dict[str, str]) -> bool:
        """Enter what browsers show of a holder, if anything."""
        found = pieces(tag, attrs, self._labels, self._areas)
        for element, given, text in found:
            self.start(element, given)
            if text:
                self.data(text)
            self.end(element)
        return bool(found)


def _uncovered(words: str, address: str) -> str:
    """``words`` with the mail address in place of "[email protected]"."""
    before, _, after = words.partition("protected]")
    start = before.rfind("[")
    return (before if start < 0 else before[:start]) + address + after


def _count(node: Node, above: Node) -> None:
    """Add what a closed node holds to the one it stands in."""
    above.chars += node.chars
    if node.linked or node.anchors:
        if node.tag in CARD_HEADS and node.linked > 0.8 * node.chars:
            node.cards = 1
        above.linked += node.linked
        above.anchors += node.anchors
        above.cards += node.cards
        above.docs += node.docs


def _note(tree: Tree, node: Node) -> str:
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


def _note_aside(tree: Tree, tag: str, attrs: dict[str, str], text: str) -> None:
    """Note an element that is not read as text but says something about the page."""
    if tag == "meta":
        tree.metas.append(attrs)
    elif tag == "base":
        tree.base = tree.base or attrs.get("href", "")
    elif tag == "title":
        tree.title = tree.title or " ".join(text.split())
    elif tag == "script" and "ld+json" in attrs.get("type", "").lower():
        tree.linked_data.append(text)


def _note_embedded(tree: Tree, attrs: dict[str, str], texts: Iterable[str]) -> None:
    """List what stands in an object, a drawing, a frame or a template."""
    text = " ".join(" ".join((attrs.get("srcdoc", ""), *texts)).split())
    if text and len(tree.stray) < _MOST_STRAY:
        tree.stray.append((text[:_EMBEDDED_CHARS], "embedded"))

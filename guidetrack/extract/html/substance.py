"""What a box says against what it calls itself: a name alone never hides a rule, a dose or a withdrawal.

Names of boxes, roles and headings are shared by sites' furniture and by documents (``recommendation``, ``status``,
``alert``). Words of force and figures with units decide; the words are in words.toml.
"""

from __future__ import annotations

from guidetrack.extract.html.tree import Node, Tree
from guidetrack.extract.html.words import pattern

GUARDED = frozenset({
    "share bar", "page feedback", "related links", "newsletter", "page tools", "comments", "advertisement", "pop-up",
    "author box", "byline", "sidebar", "site header", "site footer", "hidden",
})
"""Rules whose names documents use as well."""
LONGEST_TEXT = 4_000
"""Longer boxes are told by their links and their share of the page."""
MOST_PARSED = 400
TEASER_LINKS = 3
TEASER_CHARS = 200
"""Own text that each of a row of teasers may carry."""

LABEL_CHARS = 30
HEAD_CHARS = 150
"""What holds a toggle and more text than this is no head of what follows it."""

_PRESSED = frozenset({"form", "button", "input", "select", "textarea"})
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"})
_TOGGLES = frozenset({"aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle"})
_PARTS = frozenset({"dd", "tr", "td"})


def text_of(tree: Tree, node: Node) -> str:
    """The words inside ``node``, set aside or not, folded."""
    return " ".join("".join([t for t in tree.tokens[node.start:node.end] if type(t) is str]).split())


def has_force(text: str) -> bool:
    """Whether ``text`` obliges, forbids, withdraws or doses, and does not speak of the site itself."""
    return pattern("force").search(text) is not None and pattern("site").search(text) is None


def is_spared(tree: Tree, node: Node, *, inside: bool) -> bool:
    """Whether what ``node`` says outweighs its name.

    :param inside: it stands in the document, where a plain sentence without links or controls is enough.
    """
    if not node.own or node.chars > LONGEST_TEXT or node.size > MOST_PARSED or _is_teasers(node):
        return False
    text = text_of(tree, node)
    if has_force(text):
        return True
    return inside and not node.anchors and pattern("sentence").search(text) is not None \
        and pattern("site").search(text) is None and not is_pressed(tree, node)


def is_folded(tree: Tree, node: Node) -> bool:
    """Whether a hidden ``node`` unfolds: a table's row, a tab, or what follows a heading or a toggle."""
    if not node.own or node.linked > node.own or node.parent is None:
        return False
    if node.tag in _PARTS or node.attrs.get("role") == "tabpanel" or _is_unfolded_after(tree, node):
        return True
    at = node.start - 1
    while at > node.parent.start:
        token = tree.tokens[at]
        if token is None:
            return _heads(tree, at)
        if not isinstance(token, str) or not token.isspace():
            return False
        at -= 1
    return False


def _is_unfolded_after(tree: Tree, node: Node) -> bool:
    """Whether "Read more" follows ``node``."""
    at = node.end + 1
    while at < len(tree.tokens):
        token = tree.tokens[at]
        if isinstance(token, Node):
            label = text_of(tree, token).strip(" .…»›") if 0 < token.chars <= LABEL_CHARS else ""
            return bool(label) and pattern("unfolds").fullmatch(label) is not None
        if token is None or not token.isspace():
            return False
        at += 1
    return False


def _heads(tree: Tree, closing: int) -> bool:
    """Whether the element that closes there is a heading or a toggle, or a box around one."""
    depth = 0
    for at in range(closing, max(-1, closing - MOST_PARSED), -1):
        token = tree.tokens[at]
        if token is None:
            depth += 1
        elif isinstance(token, Node):
            depth -= 1
            if not depth:
                return _unfolds(token) or (0 < token.chars <= HEAD_CHARS and any(
                    isinstance(inner, Node) and _unfolds(inner) for inner in tree.tokens[token.start:closing]))
    return False


def _unfolds(node: Node) -> bool:
    return node.tag in _HEADS or not _TOGGLES.isdisjoint(node.attrs)


def _is_teasers(node: Node) -> bool:
    return node.anchors >= TEASER_LINKS and node.own < TEASER_CHARS * node.anchors


def is_pressed(tree: Tree, node: Node) -> bool:
    """Whether ``node`` holds something to fill in or press."""
    return any(isinstance(token, Node) and token.tag in _PRESSED for token in tree.tokens[node.start:node.end])

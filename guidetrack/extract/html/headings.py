"""Headings that give away what stands under them: "Related articles", "You may also like", "Share this"."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from guidetrack.extract.html.substance import has_force, text_of
from guidetrack.extract.html.tree import CARD_HEADS, HEADINGS, Node, Tree, ancestors
from guidetrack.extract.html.words import pattern

LONGEST = 60
"""Characters of the longest heading tried."""
CONTROL_CHARS = 50
FEW_TOKENS = 40
"""What holds more parsed pieces than this is no label, however little it says; keeps deep nesting linear."""
LABEL_CHARS = 80
MOST_TEASERS = 200
BLURB_CHARS = 200
"""Text outside links that one linked teaser may carry."""

FEW_TEASERS = 3
"""Fewer links than this are read: a rule among them is no teaser."""
SHORT = 40
_PRESSED = frozenset({"", "button", "form"})
_CONTROLS = frozenset({"button", "a", "div", "span", "input", "label", "p"})
_LIKE_HEADS = frozenset({"p", "div", "strong", "b", "span", "dt"})
_TOO_HIGH = frozenset({"html", "body", "main"})
BANNER_CHARS = 1500
"""A cookie notice with more text outside links than this is a document about cookies."""


def set_aside_cookies(tree: Tree, tops: Collection[Node]) -> None:
    """Mark notices that ask for consent, told by their controls ("Accept all") and their words.

    :param tops: nodes that hold the document; none of them becomes part of a notice.
    """
    past = -1
    for node in _short(tree):
        if node.start < past:
            continue
        if node.rule not in _PRESSED:
            past = node.end
        elif node.tag in _CONTROLS and 1 < node.chars <= CONTROL_CHARS and node.size <= FEW_TOKENS \
                and _asks_consent(text_of(tree, node)):
            banner = _banner_around(node, tops)
            if banner is not None and pattern("cookie").search(text_of(tree, banner)):
                banner.rule = "cookie banner"
                past = banner.end


def _short(tree: Tree) -> list[Node]:
    """What may be a label, and what carries a rule: nothing else matters to those who look for labels."""
    return [node for node in tree.nodes if 0 < node.chars <= LONGEST or node.rule]


@lru_cache(maxsize=4096)
def _asks_consent(text: str) -> bool:
    return pattern("consent").fullmatch(text.strip(" .!")) is not None


@lru_cache(maxsize=4096)
def _leads_away(text: str) -> bool:
    return pattern("related").fullmatch(text.strip(" :.…!?›»>-|").replace("’", "'")) is not None


def _banner_around(control: Node, tops: Collection[Node]) -> Node | None:
    banner: Node | None = None
    for parent in ancestors(control):
        if parent.tag in _TOO_HIGH or parent.own > BANNER_CHARS or any(map(parent.holds, tops)):
            break
        banner = parent
    return banner


def set_aside_related(tree: Tree, core: Node) -> None:
    """Mark what stands under such a heading, as far up as it holds nothing but linked teasers."""
    past = -1
    for node in _short(tree):
        if node.start < past:
            continue
        if node.rule:
            past = node.end
        elif _may_head(node) and node.size <= FEW_TOKENS and _leads_away(text_of(tree, node)):
            past = max(past, _mark_group(tree, node, core))


def _may_head(node: Node) -> bool:
    tag = node.tag
    if tag in HEADINGS:
        return True
    if tag in _LIKE_HEADS and node.chars <= SHORT and not node.linked:
        return True
    return bool(node.attrs) and node.attrs.get("role") == "heading"


def _mark_group(tree: Tree, heading: Node, core: Node) -> int:
    """Mark the group under ``heading``; returns where in the tokens the mark ends, or -1."""
    best: Node | None = None
    for parent in ancestors(heading):
        if parent.tag in _TOO_HIGH or parent.docs or parent.holds(core) or not _is_teasers(parent, heading):
            break
        best = parent
    if best is not None and best.chars > heading.chars + 5:
        if best.anchors < FEW_TEASERS and has_force(text_of(tree, best)):
            return -1
        best.rule = "related links"
        return best.end
    return _mark_following(tree, heading if best is None else best)


def _is_teasers(node: Node, heading: Node) -> bool:
    rest = node.own - heading.own
    return rest <= LABEL_CHARS or rest <= BLURB_CHARS * node.anchors


def _mark_following(tree: Tree, heading: Node) -> int:
    group: list[Node] = []
    at = heading.end + 1
    while at < len(tree.tokens) and len(group) < MOST_TEASERS:
        token = tree.tokens[at]
        if token is None:
            break
        if isinstance(token, str):
            if not token.isspace():
                return -1
            at += 1
            continue
        if token.tag in CARD_HEADS and token.tag <= heading.tag:
            break
        if token.chars and not token.rule:
            if token.docs or token.linked < token.chars / 2 or not token.anchors:
                break
            group.append(token)
        at = token.end + 1
    if not group or (sum(node.anchors for node in group) < FEW_TEASERS
                     and any(has_force(text_of(tree, node)) for node in group)):
        return -1
    for node in (heading, *group):
        node.rule = "related links"
    return group[-1].end

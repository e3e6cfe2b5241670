"""Setting aside what stands beside the document: the rest of the page around it, menus and teasers next to it."""

from __future__ import annotations

from collections.abc import Iterator

from guidetrack.extract.html.headings import FEW_TOKENS
from guidetrack.extract.html.hidden import CAPTION_CHARS, is_photo_caption
from guidetrack.extract.html.measure import BLURB_CHARS, PROSE_CHARS, children
from guidetrack.extract.html.naming import LINK_SHARE, MENU_LINKS, MOST_HEADS, MOST_PIECES
from guidetrack.extract.html.standing import is_standing
from guidetrack.extract.html.substance import MOST_PARSED, has_force, is_pressed, is_spared, text_of
from guidetrack.extract.html.tree import CARD_HEADS, CONTAINERS, Node, Tree
from guidetrack.extract.html.words import pattern

AROUND_SHARE = 0.5
"""What holds this share of the landmark's prose outside it is no furniture."""
MENU_PROSE = 200
"""A list of links with more running text than this says something of its own."""
SHORT_PAGE = 400
"""Beside less prose than this nothing is called a mere list of links: the list may be the page."""
LONG_TEXT = 1000
"""A document with this much prose has no need of teasers beside it."""
FOOTER_LINKS = 6
DOCUMENT_CHARS = 200
"""Text outside links that goes with one linked document of a list."""
LEGAL_LINKS = 30
LEGAL_CHARS = 250

_CAPTION_TAGS = frozenset({"figcaption", "div", "p", "span"})
_OUTSIDE = "outside the document"
_LINKS = "link list"


def mark_around(tree: Tree, body: Node, land: Node) -> None:
    """Set aside what stands outside the landmark, unless it holds as much prose as half the landmark."""
    heads = tree.titles[:MOST_HEADS]
    headless = not any(map(land.holds, heads))
    node = land
    while node is not body and node.parent is not None:
        for at, beside in children(tree, node.parent):
            if isinstance(beside, str):
                _stray(tree, at, _OUTSIDE)
            elif beside is not node and not beside.rule and (
                    beside.prose <= AROUND_SHARE * land.prose or text_of(tree, land) in text_of(tree, beside)):
                if is_spared(tree, beside, inside=False) and text_of(tree, land) not in text_of(tree, beside):
                    continue
                if _is_documents(tree, beside):
                    continue
                if headless and beside.anchors < MENU_LINKS and any(map(beside.holds, heads)):
                    continue
                beside.rule = _OUTSIDE
        node = node.parent


def _is_documents(tree: Tree, node: Node) -> bool:
    """Whether ``node`` is a list of documents: two and more, with few words to each."""
    return node.docs >= 2 and 2 * node.docs >= node.anchors and node.own <= DOCUMENT_CHARS * node.docs \
        and not is_pressed(tree, node)


def _stray(tree: Tree, at: int, rule: str) -> None:
    text = tree.tokens[at]
    if isinstance(text, str) and not text.isspace() and not is_standing(text, alone=True):
        tree.stray.append((" ".join(text.split()), rule))
        tree.tokens[at] = " "


def prune(tree: Tree, root: Node, core: Node, *, strict: bool) -> None:
    """Set aside lists of links that stand beside the way from ``root`` down to ``core``."""
    heads = tree.titles[:MOST_HEADS]
    parts = [child for _, child in children(tree, core) if isinstance(child, Node) and not child.rule and child.chars]
    for part in parts:
        if _is_cards(part, core) and part.prose <= core.prose / 2:
            part.rule = _LINKS
    if not strict:
        _mark_ends(tree, parts, core, heads)
    node = core
    while node is not root and node.parent is not None:
        for _, beside in children(tree, node.parent):
            if isinstance(beside, Node) and beside is not node and not beside.rule \
                    and _is_link_list(tree, beside, core, strict) and not any(map(beside.holds, heads)):
                beside.rule = _LINKS
        node = node.parent


def _mark_ends(tree: Tree, parts: list[Node], core: Node, heads: list[Node]) -> None:
    """Without a landmark, menus before the first text and after the last are the site's."""
    for part in (*_until_prose(parts), *_until_prose(parts[::-1])):
        if part.anchors >= FOOTER_LINKS and part.tag in CONTAINERS and _is_link_list(tree, part, core, strict=True) \
                and not any(map(part.holds, heads)):
            part.rule = _LINKS


def _until_prose(parts: list[Node]) -> Iterator[Node]:
    for part in parts:
        if part.prose > MENU_PROSE:
            return
        if not part.rule:
            yield part


def _is_link_list(tree: Tree, node: Node, core: Node, strict: bool) -> bool:
    if _is_legal(tree, node):
        return True
    if node.tag in ("h1", "h2", "h3", "h4", "p") or not node.anchors or core.prose < SHORT_PAGE:
        return False
    if node.docs * (4 if strict else 2) >= node.anchors or _says_something(tree, node):
        return False
    if node.linked >= LINK_SHARE * node.chars and (node.anchors >= 3 or not strict) and node.prose <= MENU_PROSE:
        return True
    if node.anchors < 3 or node.prose > core.prose / 2:
        return False
    words = node.own < (60 if not strict else 30) * node.anchors and node.prose <= MENU_PROSE
    return words or _is_cards(node, core)


def _is_legal(tree: Tree, node: Node) -> bool:
    """Whether ``node`` is a line of links to what every site has: privacy, accessibility, contact."""
    if not 2 <= node.anchors <= LEGAL_LINKS or node.docs or node.own > LEGAL_CHARS or node.size > MOST_PARSED:
        return False
    links = [text_of(tree, token) for token in tree.tokens[node.start:node.end]
             if isinstance(token, Node) and token.tag == "a"]
    return 2 * sum(pattern("legal").match(text) is not None for text in links) > len(links) \
        and not has_force(text_of(tree, node))


def _is_cards(node: Node, core: Node) -> bool:
    """Whether ``node`` is a row of teasers beside a long text: linked headlines, each with a few words."""
    return core.prose >= LONG_TEXT and node.cards >= 3 and node.own < BLURB_CHARS * node.cards


def _says_something(tree: Tree, node: Node) -> bool:
    """Whether a heading in ``node`` is a sentence of its own rather than a label."""
    return node.prose > 0 and any(isinstance(token, Node) and token.tag in CARD_HEADS and token.own >= PROSE_CHARS
                                  for token in tree.tokens[node.start:min(node.end, node.start + MOST_PIECES)])


def set_aside_captions(tree: Tree) -> None:
    """Mark captions that only credit a photograph."""
    for node in [n for n in tree.nodes if n.tag in _CAPTION_TAGS and 0 < n.chars - n.linked <= CAPTION_CHARS]:
        caption = node.tag == "figcaption" or "caption" in node.attrs.get("class", "")
        if caption and not node.rule and not node.docs and node.size <= FEW_TOKENS \
                and is_photo_caption(text_of(tree, node)):
            node.rule = "photo caption"

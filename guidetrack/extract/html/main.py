"""Where the document is on the page. Recall first: when in doubt it stays.

Each step marks nodes with the rule that sets them aside: what names itself (landmarks, ids, classes), what stands
beside the document (siblings on the way down to most of the running text), what a heading gives away ("Related
articles"). Nothing is removed from the tree.
"""

from __future__ import annotations

from guidetrack.extract.html.beside import mark_around, prune, set_aside_captions
from guidetrack.extract.html.chrome import Name
from guidetrack.extract.html.headings import set_aside_cookies, set_aside_related
from guidetrack.extract.html.measure import children, measure
from guidetrack.extract.html.naming import mark_named
from guidetrack.extract.html.substance import text_of
from guidetrack.extract.html.tree import CONTAINERS, HEADINGS, Node, Tree
from guidetrack.extract.html.words import names

MAIN_SHARE = 0.4
"""A landmark with less than this share of the page's prose is not believed."""
STARVED = 150
"""A page with less running text than this has hidden its document under the name of a box."""
MANY = 4
LEAST_TITLE = 8
MOST_TITLES = 500
_MISNAMED = frozenset({
    "sidebar", "site header", "site footer", "related links", "advertisement", "slideshow", "page tools", "author box",
    "byline", "navigation", "tags", "newsletter",
})
CORE_SHARE = 0.5
"""The way down follows the child that holds this share of its parent's prose."""


def choose(tree: Tree) -> None:
    """Mark what is not the document with the rule that says so."""
    if not tree.nodes:
        return
    body = next((node for node in tree.nodes if node.tag == "body"), tree.nodes[0])
    land = _landmark(tree, body)
    outside = mark_named(tree, body, land)
    measure(tree)
    if body.prose < STARVED and (taken := _taken(tree)) is not None:
        outside = _anew(tree, body, land, taken)
    if land is not None and land.prose < MAIN_SHARE * body.prose:
        land = None
        for node, name in outside:
            node.rule = "" if node.own > CORE_SHARE * body.own else name.rule
        measure(tree)
    core = _core(tree, land or body)
    set_aside_cookies(tree, (core,))
    if land is not None:
        mark_around(tree, body, land)
    prune(tree, land or body, core, strict=land in tree.mains)
    set_aside_related(tree, core)
    set_aside_captions(tree)


def _taken(tree: Tree) -> Node | None:
    """What a name alone took away, where it left nothing to read: the longest such box that holds the page's title."""
    boxes = [node for node in tree.nodes if node.rule in _MISNAMED and node.own > MANY * STARVED]
    heads = [node for node in tree.nodes if node.tag in HEADINGS and LEAST_TITLE <= node.chars <= len(tree.title)]
    titled = [head for head in heads[:MOST_TITLES] if text_of(tree, head).lower() in tree.title.lower()]
    return max((box for box in boxes if any(map(box.holds, titled))), key=lambda node: node.own, default=None)


def _anew(tree: Tree, body: Node, land: Node | None, taken: Node) -> list[tuple[Node, Name]]:
    """Mark names again, but believe none on the way down to ``taken``."""
    for node in tree.nodes:
        node.rule = ""
    outside = mark_named(tree, body, land, taken)
    measure(tree)
    return outside


def _landmark(tree: Tree, body: Node) -> Node | None:
    """The element the page itself calls its main content, best evidence first."""
    mains = [node for node in tree.mains if node.own > 0]
    if mains:
        return max(mains, key=lambda node: node.own)
    articles = [n for n in tree.nodes if n.tag == "article" and n.own > CORE_SHARE * body.own]
    if articles:
        return articles[0]
    called = [n for n in tree.nodes if n.tag in CONTAINERS and n.own > CORE_SHARE * body.own
              and n.tag not in ("html", "body")
              and names("content").search(f"{n.attrs.get('id', '')} {n.attrs.get('class', '')}")]
    return min(called, key=lambda node: node.own) if called else None


def _core(tree: Tree, root: Node) -> Node:
    """The deepest node that still holds most of the prose of each of its ancestors up to ``root``."""
    node = root
    while True:
        best = max((child for _, child in children(tree, node) if isinstance(child, Node) and not child.rule),
                   key=lambda child: child.prose, default=None)
        if best is None or best.tag not in CONTAINERS or best.prose < CORE_SHARE * node.prose or not best.prose:
            return node
        node = best

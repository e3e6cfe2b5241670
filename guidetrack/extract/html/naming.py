"""Marking what names itself: by tag, role, id, class, or by being hidden."""

from __future__ import annotations

from guidetrack.extract.html.chrome import ROLES, TAGS, Name, named
from guidetrack.extract.html.headings import set_aside_cookies
from guidetrack.extract.html.hidden import is_control, is_hidden
from guidetrack.extract.html.substance import GUARDED, is_folded, is_spared
from guidetrack.extract.html.tree import Node, Tree

OUTSIDE_SHARE = 0.8
"""Outside the landmark a name is believed up to this share of the page."""
INSIDE_SHARE = 0.5
"""Inside it, up to this share: a wrapper's name says nothing about what it wraps."""
LINK_SHARE = 0.5
"""Most of an element's text in links makes it a list of links."""
MENU_LINKS = 4
"""A header with this many links is the site's, not the document's."""
FORM_CHARS = 400
"""A form with more text outside links than this is a page in a form."""
MOST_PIECES = 5_000
MOST_HEADS = 20
"""First-level headings looked at; a page with more of them says nothing by them."""

_BUTTON, _HIDDEN, _FORM = (Name(rule, "anywhere") for rule in ("button", "hidden", "form"))
_TRAIL = Name("breadcrumb", "anywhere", 300)
_TRAILS = frozenset({"breadcrumb", "breadcrumbs"})
_CONTAINERS = frozenset({"html", "body", "main"})
_TELLING = frozenset({*TAGS, "button"})
"""Tags that say something without attributes."""
_NEVER_SELECTED = frozenset({"cookie banner", "hidden", "no script", "button"})
_SITES_OWN = frozenset({"site footer", "cookie banner", "pop-up", "hidden", "form", "slideshow"})
"""What may hold a first-level heading and still be the site's."""


def mark_named(tree: Tree, body: Node, land: Node | None, document: Node | None = None) -> list[tuple[Node, Name]]:
    """Mark what its tag, role, id or class gives away. Returns what was marked only for standing outside.

    :param document: what is known to hold the document: nothing that holds it is marked.
    """
    keep = (*tree.mains[:MOST_HEADS], *tree.titles[:MOST_HEADS])
    outside: list[tuple[Node, Name]] = []
    past = -1
    for node in tree.nodes:
        if node.start < past or node.tag in _CONTAINERS or not (node.attrs or node.tag in _TELLING) \
                or (document is not None and node.holds(document)):
            continue
        name = _name(node)
        if name is not None and _believed(tree, node, name, body, land, keep):
            node.rule = name.rule
            past = node.end
            if name.where == "outside":
                outside.append((node, name))
    return outside


def clean(tree: Tree, kept: list[Node]) -> None:
    """Inside a selection only what nobody selects is marked: cookie notices, hidden scraps, controls."""
    past = -1
    tops = {node.start for node in kept}
    for node in tree.nodes:
        if node.start in tops:
            past = max(past, node.end)
        elif node.start < past and not node.rule:
            name = _name(node)
            if name is not None and name.rule in _NEVER_SELECTED:
                node.rule = name.rule
    set_aside_cookies(tree, kept[:MOST_HEADS])


def _name(node: Node) -> Name | None:
    attrs, tag = node.attrs, node.tag
    if tag == "button" and is_control(node):
        return _BUTTON
    if not attrs or (len(attrs) == 1 and "href" in attrs):
        return TAGS.get(tag)
    if is_hidden(node):
        return _HIDDEN
    if "role" in attrs and attrs["role"] in ROLES:
        return ROLES[attrs["role"]]
    if "aria-label" in attrs and attrs["aria-label"].lower() in _TRAILS:
        return _TRAIL
    name = named(attrs.get("id", ""), attrs.get("class", ""))
    if name is not None:
        return name
    if tag == "form" and node.own < FORM_CHARS and not node.docs:
        return _FORM
    return TAGS.get(tag)


def _believed(tree: Tree, node: Node, name: Name, body: Node, land: Node | None, keep: tuple[Node, ...]) -> bool:
    inside = land is not None and land.holds(node)
    if name.where == "outside" and inside:
        return (name.rule == "sidebar" and node.anchors > 2 and node.linked >= LINK_SHARE * node.chars
                and not node.docs and not any(map(node.holds, keep)))
    if any(node.holds(other) and (other.tag != "h1" or _is_title(node, name)) for other in keep):
        return False
    if name.rule == "cookie banner" and not name.most:
        return True
    if name.most and node.own > name.most:
        return False
    if node.own > (INSIDE_SHARE if land is None or inside else OUTSIDE_SHARE) * body.own:
        return False
    if name.rule == "slideshow" and inside and _pictures(tree, node) < 2:
        return False
    if name.where == "links" and node.linked < LINK_SHARE * node.chars:
        return False
    if inside and node.docs * 4 >= max(1, node.anchors) and name.rule not in ("hidden", "no script"):
        return False
    within = inside or land is None
    if name.rule == "hidden" and within and (node.attrs.get("role") == "button" or is_folded(tree, node)):
        return False
    return name.rule not in GUARDED or not is_spared(tree, node, inside=inside and name.rule != "hidden")


def _pictures(tree: Tree, node: Node) -> int:
    pieces = tree.tokens[node.start:min(node.end, node.start + MOST_PIECES)]
    return sum(isinstance(token, Node) and token.tag == "img" for token in pieces)


def _is_title(node: Node, name: Name) -> bool:
    """Whether an element that holds an ``h1`` is the head of the document rather than of the site."""
    return name.rule not in _SITES_OWN and node.anchors < MENU_LINKS

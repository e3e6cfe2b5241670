"""Where the document is on the page. Recall first: when in doubt it stays.

Three steps, each marking nodes with the rule that sets them aside: what names itself (landmarks, ids, classes),
what stands beside the document (siblings on the way down to most of the running text), what a heading gives away
("Related articles"). Nothing is removed from the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidetrack.extract.html.blocks import BLOCKS
from guidetrack.extract.html.chrome import ROLES, TAGS, Name, named
from guidetrack.extract.html.headings import FEW_TOKENS, set_aside_cookies, set_aside_related, text_of
from guidetrack.extract.html.hidden import CAPTION_CHARS, is_control, is_hidden, is_photo_caption
from guidetrack.extract.html.tree import CARD_HEADS, Node, Tree

PROSE_CHARS = 50
"""A run of text with this much outside links is prose."""
CELL_CHARS = 12
"""In a list or table, where text is short, this much counts half."""
MENU_PROSE = 200
"""A list of links with more running text than this says something of its own."""
MAIN_SHARE = 0.4
"""A landmark with less than this share of the page's prose is not believed."""
OUTSIDE_SHARE = 0.8
"""Outside the landmark a name is believed up to this share of the page."""
CORE_SHARE = 0.5
"""The way down follows the child that holds this share of its parent's prose."""
MENU_LINKS = 4
"""A header with this many links is the site's, not the document's."""
MOST_PIECES = 5_000
MOST_HEADS = 20
"""First-level headings looked at; a page with more of them says nothing by them."""
FOOTER_LINKS = 6
LINK_SHARE = 0.5
"""Most of a block's text in links makes it a list of links."""

LONG_TEXT = 1000
"""A document with this much prose has no need of teasers beside it."""
BLURB_CHARS = 500

_CONTENT_NAME = re.compile(
    r"(?:^|\s)(?:main-?content(?:-?area)?|content-?main|page-?content|the-?content|content|contents|main|main-?body|maincontainer"
    r"|post-?content|entry-?content|article-?(?:body|content|text)|story-?(?:body|content)|body-?content|content-?body|content-?area|field--name-body"
    r"|DeltaPlaceHolderMain|ctl00_PlaceHolderMain\w*|primary|region-content|rich-?text|wysiwyg)(?=\s|$)", re.I)
_NEVER_SELECTED = frozenset({"cookie banner", "hidden", "no script", "button"})
_CHROME_CONTAINERS = frozenset({"html", "body", "main"})
_DESCENDED = frozenset({"html", "body", "main", "div", "section", "article", "form", "center", "table", "tbody", "tr",
                        "td", "span", "font", "fieldset"})


def choose(tree: Tree) -> None:
    """Mark what is not the document with the rule that says so."""
    if not tree.nodes:
        return
    body = next((node for node in tree.nodes if node.tag == "body"), tree.nodes[0])
    land = _landmark(tree, body)
    outside = _mark_named(tree, body, land)
    measure(tree)
    if land is not None and land.prose < MAIN_SHARE * body.prose:
        land = None
        for node, name in outside:
            node.rule = "" if node.own > CORE_SHARE * body.own else name.rule
        measure(tree)
    core = _core(tree, land or body)
    set_aside_cookies(tree, (core,))
    if land is not None:
        _mark_around(tree, body, land)
    _prune(tree, land or body, core, strict=land is not None and _is_main(land))
    set_aside_related(tree, core)
    _set_aside_captions(tree)


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


def _titles(tree: Tree) -> list[Node]:
    return [node for node in tree.nodes if node.tag == "h1"][:MOST_HEADS]


def _is_main(node: Node) -> bool:
    return node.tag == "main" or node.attrs.get("role") == "main"


def _landmark(tree: Tree, body: Node) -> Node | None:
    """The element the page itself calls its main content, best evidence first."""
    mains = [node for node in tree.nodes if _is_main(node) and node.own > 0]
    if mains:
        return max(mains, key=lambda node: node.own)
    articles = [n for n in tree.nodes if n.tag == "article" and n.own > CORE_SHARE * body.own]
    if articles:
        return articles[0]
    called = [n for n in tree.nodes if n.tag in _DESCENDED and n.own > CORE_SHARE * body.own
              and n.tag not in _CHROME_CONTAINERS
              and _CONTENT_NAME.search(f"{n.attrs.get('id', '')} {n.attrs.get('class', '')}")]
    return min(called, key=lambda node: node.own) if called else None


def _mark_named(tree: Tree, body: Node, land: Node | None) -> list[tuple[Node, Name]]:
    """Mark what its tag, role, id or class gives away. Returns what was marked only for standing outside."""
    keep = [node for node in tree.nodes if node.tag == "h1" or _is_main(node)][:MOST_HEADS]
    outside: list[tuple[Node, Name]] = []
    past = -1
    for node in tree.nodes:
        if node.start < past or node.tag in _CHROME_CONTAINERS:
            continue
        name = _name(node)
        if name is not None and _believed(tree, node, name, body, land, keep):
            node.rule = name.rule
            past = node.end
            if name.where == "outside":
                outside.append((node, name))
    return outside


def _name(node: Node) -> Name | None:
    attrs = node.attrs
    if node.tag == "button" and is_control(node):
        return Name("button", "anywhere")
    if not attrs:
        return TAGS.get(node.tag)
    if is_hidden(node):
        return Name("hidden", "anywhere")
    role = attrs.get("role")
    if role and role in ROLES:
        return ROLES[role]
    identity, classes = attrs.get("id", ""), attrs.get("class", "")
    if identity or classes:
        name = named(identity, classes)
        if name is not None:
            return name
    if node.tag == "form" and node.own < 400 and not node.docs:
        return Name("form", "anywhere")
    return TAGS.get(node.tag)


def _believed(tree: Tree, node: Node, name: Name, body: Node, land: Node | None, keep: list[Node]) -> bool:
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
    if node.own > (CORE_SHARE if land is None or inside else OUTSIDE_SHARE) * body.own:
        return False
    if name.rule == "slideshow" and inside and _pictures(tree, node) < 2:
        return False
    if name.where == "links" and node.linked < LINK_SHARE * node.chars:
        return False
    return not (inside and node.docs * 4 >= max(1, node.anchors) and name.rule not in ("hidden", "no script"))


def _pictures(tree: Tree, node: Node) -> int:
    return sum(1 for token in tree.tokens[node.start:min(node.end, node.start + MOST_PIECES)] if isinstance(token, Node) and token.tag == "img")


def _is_title(node: Node, name: Name) -> bool:
    """Whether an element that holds an ``h1`` is the head of the document rather than of the site."""
    return name.rule not in ("site footer", "cookie banner", "pop-up", "hidden", "form", "slideshow") and node.anchors < MENU_LINKS


def measure(tree: Tree) -> None:
    """Fill in ``prose`` of every node: characters in runs that read like text, not like menus."""
    tokens = tree.tokens
    node: Node | None = None
    run = linked = links = cells = at = 0
    stop = len(tokens)
    while at < stop:
        token = tokens[at]
        at += 1
        if type(token) is str:
            size = len(token.strip())
            run += size
            if links:
                linked += size
            continue
        if token is not None:
            assert isinstance(token, Node)
            if token.rule:
                token.prose = 0
                at = token.end + 1
                if token.tag not in BLOCKS:
                    continue
        closing = node if token is None else None
        tag = closing.tag if closing is not None else token.tag  # type: ignore[union-attr]
        if tag in BLOCKS and run:
            own = run - linked
            if node is not None and own >= CELL_CHARS:
                if own >= PROSE_CHARS:
                    node.prose += own
                elif cells and not linked:
                    node.prose += own // 2
            run = linked = 0
        if closing is not None:
            if tag == "a":
                links -= 1
            elif tag in ("li", "tr", "dl"):
                cells -= 1
            if closing.cards == 1 and closing.own <= BLURB_CHARS:
                closing.prose = 0  # a teaser tells about another page
            node = closing.parent
            if node is not None:
                node.prose += closing.prose
        elif isinstance(token, Node) and not token.rule:
            token.prose = 0
            node = token
            if tag == "a":
                links += 1
            elif tag in ("li", "tr", "dl"):
                cells += 1


def children(tree: Tree, node: Node) -> Iterator[tuple[int, Node | str]]:
    """What stands directly in ``node``, with its place in the tokens."""
    at = node.start + 1
    while at < node.end:
        token = tree.tokens[at]
        if token is None:
            return
        yield at, token
        at = token.end + 1 if isinstance(token, Node) else at + 1


def _core(tree: Tree, root: Node) -> Node:
    """The deepest node that still holds most of the prose of each of its ancestors up to ``root``."""
    node = root
    while True:
        best = max((child for _, child in children(tree, node) if isinstance(child, Node) and not child.rule),
                   key=lambda child: child.prose, default=None)
        if best is None or best.tag not in _DESCENDED or best.prose < CORE_SHARE * node.prose or not best.prose:
            return node
        node = best


def _mark_around(tree: Tree, body: Node, land: Node) -> None:
    """Set aside what stands outside the landmark, unless it holds as much prose as half the landmark."""
    heads = _titles(tree)
    headless = not any(map(land.holds, heads))
    node = land
    while node is not body and node.parent is not None:
        for at, beside in children(tree, node.parent):
            if isinstance(beside, str):
                _stray(tree, at, "outside the document")
            elif beside is not node and not beside.rule and (
                    beside.prose <= CORE_SHARE * land.prose or text_of(tree, land) in text_of(tree, beside)):
                if headless and beside.anchors < MENU_LINKS and any(map(beside.holds, heads)):
                    continue
                beside.rule = "outside the document"
        node = node.parent


def _stray(tree: Tree, at: int, rule: str) -> None:
    text = tree.tokens[at]
    if isinstance(text, str) and not text.isspace():
        tree.stray.append((" ".join(text.split()), rule))
        tree.tokens[at] = " "


def _prune(tree: Tree, root: Node, core: Node, *, strict: bool) -> None:
    """Set aside lists of links that stand beside the way from ``root`` down to ``core``."""
    heads = _titles(tree)
    parts = [child for _, child in children(tree, core) if isinstance(child, Node) and not child.rule and child.chars]
    for part in parts:
        if _is_cards(part, core) and part.prose <= core.prose / 2:
            part.rule = "link list"
    if not strict:
        _mark_ends(tree, parts, core, heads)
    node = core
    while node is not root and node.parent is not None:
        for _, beside in children(tree, node.parent):
            if isinstance(beside, Node) and beside is not node and not beside.rule \
                    and _is_link_list(tree, beside, core, strict) and not any(map(beside.holds, heads)):
                beside.rule = "link list"
        node = node.parent


def _is_link_list(tree: Tree, node: Node, core: Node, strict: bool) -> bool:
    if node.tag in ("h1", "h2", "h3", "h4", "p") or not node.anchors or core.prose < 400:
        return False
    if node.docs * (4 if strict else 2) >= node.anchors or _says_something(tree, node):
        return False
    if node.linked >= LINK_SHARE * node.chars and (node.anchors >= 3 or not strict) and node.prose <= MENU_PROSE:
        return True
    if node.anchors < 3 or node.prose > core.prose / 2:
        return False
    words = node.own < (60 if not strict else 30) * node.anchors and node.prose <= MENU_PROSE
    return words or _is_cards(node, core)


def _set_aside_captions(tree: Tree) -> None:
    for node in tree.nodes:
        if node.tag == "figcaption" or (node.tag in ("div", "p", "span") and "caption" in node.attrs.get("class", "")):
            if not node.rule and not node.docs and 0 < node.own <= CAPTION_CHARS and node.size <= FEW_TOKENS and is_photo_caption(text_of(tree, node)):
                node.rule = "photo caption"


def _says_something(tree: Tree, node: Node) -> bool:
    """Whether a heading in ``node`` is a sentence of its own rather than a label."""
    return node.prose > 0 and any(isinstance(token, Node) and token.tag in CARD_HEADS and token.own >= PROSE_CHARS
                                  for token in tree.tokens[node.start:min(node.end, node.start + MOST_PIECES)])


def _mark_ends(tree: Tree, parts: list[Node], core: Node, heads: list[Node]) -> None:
    """Without a landmark, menus before the first text and after the last are the site's."""
    for part in (*_until_prose(parts), *_until_prose(parts[::-1])):
        if part.anchors >= FOOTER_LINKS and part.tag in _DESCENDED and _is_link_list(tree, part, core, strict=True) \
                and not any(map(part.holds, heads)):
            part.rule = "link list"


def _until_prose(parts: list[Node]) -> Iterator[Node]:
    for part in parts:
        if part.prose > MENU_PROSE:
            return
        if not part.rule:
            yield part


def _is_cards(node: Node, core: Node) -> bool:
    """Whether ``node`` is a row of teasers beside a long text: linked headlines, each with a few words."""
    return core.prose >= LONG_TEXT and node.cards >= 3 and node.own < BLURB_CHARS * node.cards

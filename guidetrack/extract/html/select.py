"""A source's own selectors: ``select`` says where the document is, ``drop`` what of it to set aside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guidetrack.errors import ExtractError, SelectError
from guidetrack.extract.html.main import choose
from guidetrack.extract.html.naming import clean
from guidetrack.extract.html.tree import Node, Tree, soup_of, walk_bs4
from guidetrack.models import Rules

OUTSIDE = "outside the selection"


def selected(markup: str, rules: Rules) -> Tree:
    """The page with everything outside ``rules.select`` and inside ``rules.drop`` marked.

    :raises SelectError: ``select`` matches nothing. :raises ExtractError: a selector is not CSS.
    """
    soup = soup_of(markup)
    wanted = _matches(soup, rules.select, "select") if rules.select else []
    dropped = [(f"drop: {css}", _matches(soup, css, "drop")) for css in rules.drop]
    if rules.select and not wanted:
        raise SelectError(f"select {rules.select!r} matches nothing on the page")
    tree, nodes = walk_bs4(soup)
    for rule, tags in dropped:
        for node in _nodes(nodes, tags):
            node.rule = rule
    if wanted:
        kept = _nodes(nodes, wanted)
        clean(tree, kept)
        _mark_others(tree, kept)
    else:
        choose(tree)
    return tree


def _matches(soup: Any, css: str, key: str) -> list[Any]:
    from soupsieve import SelectorSyntaxError

    try:
        return list(soup.select(css))
    except (SelectorSyntaxError, ValueError, NotImplementedError) as error:
        raise ExtractError(f"{key} {css!r} is not a CSS selector: {str(error).splitlines()[0]}") from error


def _nodes(nodes: dict[int, Node], tags: Iterable[Any]) -> list[Node]:
    return [nodes[id(tag)] for tag in tags if id(tag) in nodes]


def _mark_others(tree: Tree, kept: list[Node]) -> None:
    """Give a rule to every highest node that neither is, holds, nor stands in a kept one."""
    spans = sorted((node.start, node.end) for node in kept)
    holders = set()
    for node in kept:
        parent = node.parent
        while parent is not None and parent not in holders:
            holders.add(parent)
            parent = parent.parent
    past = at = -1
    span = 0
    for at, token in enumerate(tree.tokens):
        if at <= past:
            continue
        while span < len(spans) and spans[span][1] < at:
            span += 1
        if span < len(spans) and spans[span][0] <= at:
            past = spans[span][1]
        elif isinstance(token, Node) and token not in holders:
            token.rule = token.rule or OUTSIDE
            past = token.end
        elif isinstance(token, str) and not token.isspace():
            tree.stray.append((" ".join(token.split()), OUTSIDE))
            tree.tokens[at] = " "

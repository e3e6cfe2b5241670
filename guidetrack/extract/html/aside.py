"""The lines of what carries a rule: listed, and read after all where one says what has become of the document."""

from __future__ import annotations

from collections.abc import Iterator

from guidetrack.extract.html.standing import is_standing, may_stand
from guidetrack.extract.html.tree import BLOCKS, Node, Token
from guidetrack.models import SetAside
from guidetrack.models.quick import set_aside

MAX_ASIDE_LINES = 2000
"""Set-aside lines kept by name; the rest are counted in one last line."""
MAX_ASIDE_CHARS = 500

_NEVER_TOLD = frozenset({
    "hidden", "no script", "cookie banner", "comments", "form", "button", "outside the selection",
})
_LABELLED = frozenset({
    "site header", "outside the document", "pop-up", "page tools", "sidebar", "advertisement", "byline", "tags",
})
"""Boxes in which a line that is only a word of standing ("Archived") is the document's, not the name of a list."""

Told = dict[Node, tuple[str, ...]]
"""Lines that are read although what holds them is set aside."""


Beside = list[tuple[Node, list[tuple[str, int]]]]
"""What is set aside: each node with its lines, and how much of each stands in links."""


def beside(tokens: list[Token], nodes: list[Node]) -> Beside:
    """The lines inside ``nodes``."""
    return [(node, list(_plain(tokens, node))) for node in nodes]


def aside_lines(found: Beside, told: Told) -> tuple[SetAside, ...]:
    """The lines with the rule of each; those that are ``told`` left out."""
    lines: list[SetAside] = []
    more = 0
    for node, texts in found:
        known = told.get(node, ())
        for text, _ in texts:
            if text in known:
                continue
            if len(lines) < MAX_ASIDE_LINES:
                lines.append(set_aside(text[:MAX_ASIDE_CHARS], node.rule))
            else:
                more += 1
    if more:
        lines.append(SetAside(f"… and {more} more lines", "too many to list"))
    return tuple(lines)


def told(found: Beside, lines: tuple[SetAside, ...]) -> Told:
    """What is said there of the document's standing ("This guidance has been withdrawn"), outside links."""
    if not may_stand("\n".join([line.text for line in lines])):
        return {}
    telling: Told = {}
    for node, texts in found:
        if node.rule in _NEVER_TOLD or node.rule.startswith("drop:"):
            continue
        labelled = node.rule in _LABELLED
        said = tuple([text for text, linked in texts
                      if linked < len(text) / 2 and is_standing(text, alone=labelled)])
        if said:
            telling[node] = said
    return telling


def _plain(tokens: list[Token], node: Node) -> Iterator[tuple[str, int]]:
    """The lines inside ``node``, however deep, without their kinds, and how much of each stands in links."""
    buffer: list[str] = []
    open_tags: list[str] = []
    links = linked = 0
    for at in range(node.start, node.end + 1):
        token = tokens[at]
        if type(token) is str:
            buffer.append(token)
            if links:
                linked += len(token)
            continue
        tag = open_tags.pop() if token is None else token.tag  # type: ignore[union-attr]
        if token is not None:
            open_tags.append(tag)
        if tag == "a":
            links += 1 if token is not None else -1
        elif buffer and (tag in BLOCKS or tag == "br"):
            text = " ".join("".join(buffer).split())
            buffer.clear()
            if text:
                yield text, linked
            linked = 0
    text = " ".join("".join(buffer).split())
    if text:
        yield text, linked

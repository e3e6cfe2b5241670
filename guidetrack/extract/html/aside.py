"""The lines of what carries a rule: listed, and read after all where one says what has become of the document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from guidetrack.extract.html.standing import is_standing, may_stand
from guidetrack.extract.html.substance import has_force
from guidetrack.extract.html.tree import BLOCKS, HEADINGS, Node, Token
from guidetrack.extract.html.words import pattern
from guidetrack.models import Section, SetAside
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

_OVERHEARD = frozenset({"sidebar", "outside the document", "site header", "site footer", "link list"})
"""Boxes of the site in which a line that obliges, doses or sets a day is read: "Comments are due by 30 June"."""
FEWEST_WORDS = 6
ENTRY_CHARS = 40
NEAR = 50
"""How many lines up and down show whether a line belongs to a teaser."""

Told = dict[Node, tuple[str, ...]]
"""Lines that are read although what holds them is set aside."""


class Line(NamedTuple):
    """A line inside what is set aside.

    :param linked: characters in links and buttons. :param head: it is a heading. :param item: it stands in a list.
    """

    text: str
    linked: int
    head: bool
    item: bool

    @property
    def is_link(self) -> bool:
        """Whether most of it is a link."""
        return self.linked * 2 >= len(self.text)


Beside = list[tuple[Node, list[Line]]]
"""What is set aside: each node with its lines."""


def beside(tokens: list[Token], nodes: list[Node]) -> Beside:
    """The lines inside ``nodes``."""
    return [(node, list(_plain(tokens, node))) for node in nodes]


def aside_lines(found: Beside, told: Told) -> tuple[SetAside, ...]:
    """The lines with the rule of each; those that are ``told`` left out."""
    lines: list[SetAside] = []
    more = 0
    for node, texts in found:
        known = told.get(node, ())
        for text, _, _, _ in texts:
            if text in known:
                continue
            if len(lines) < MAX_ASIDE_LINES:
                lines.append(set_aside(text[:MAX_ASIDE_CHARS], node.rule))
            else:
                more += 1
    if more:
        lines.append(SetAside(f"… and {more} more lines", "too many to list"))
    return tuple(lines)


def told(found: Beside, lines: tuple[SetAside, ...], sections: tuple[Section, ...]) -> Told:
    """What is said there, outside links, of the document's standing ("This guidance has been withdrawn") or its rules.

    :param lines: everything there. :param sections: the document, of which a copy says nothing new.
    """
    if not any(may_stand(line.text) or (line.rule in _OVERHEARD and _speaks(line.text)) for line in lines):
        return {}
    telling: Told = {}
    known = {block.text for section in sections for block in section.blocks}
    for node, inside in found:
        if node.rule in _NEVER_TOLD or node.rule.startswith("drop:"):
            continue
        said = tuple([line.text for at, line in enumerate(inside) if not line.is_link and (
            _is_notice(inside, at, node.rule) or (line.text not in known and _is_rule(inside, at, node.rule)))])
        if said:
            telling[node] = said
    return telling


@lru_cache(maxsize=4096)
def _speaks(text: str) -> bool:
    """Whether a line obliges, doses or names a day that binds, and does not speak of the site."""
    return text.count(" ") >= FEWEST_WORDS - 1 and pattern("promotion").search(text) is None and (has_force(text) or (
        pattern("dated").search(text) is not None and pattern("site").search(text) is None))


def _is_notice(lines: list[Line], at: int, rule: str) -> bool:
    return is_standing(lines[at].text, alone=rule in _LABELLED) and not _is_entry(lines, at)


def _is_rule(lines: list[Line], at: int, rule: str) -> bool:
    return rule in _OVERHEARD and _speaks(lines[at].text) and not _is_teaser(lines, at)


def _is_entry(lines: list[Line], at: int) -> bool:
    """Whether a short line is an entry of a menu ("Withdrawn guidance") whose others are links."""
    line = lines[at]
    return line.item and len(line.text) <= ENTRY_CHARS and any(
        other.item and other.is_link for other in (*lines[max(0, at - 1):at], *lines[at + 1:at + 2]))


def _is_teaser(lines: list[Line], at: int) -> bool:
    """Whether an unlinked line tells about the page that a link beside it leads to."""
    first = last = at
    while first > max(0, at - NEAR) and not lines[first - 1].is_link:
        first -= 1
    while last + 1 < min(len(lines), at + NEAR) and not lines[last + 1].is_link:
        last += 1
    if last + 1 < len(lines) and pattern("onward").fullmatch(lines[last + 1].text):
        return True
    if first == 0 or any(line.head for line in lines[first:at + 1]):
        return False
    menu = first
    while menu > max(0, first - NEAR) and lines[menu - 1].is_link:
        menu -= 1
    return first - menu < 2 or any(line.head for line in lines[menu:first])


def _plain(tokens: list[Token], node: Node) -> Iterator[Line]:
    """The lines inside ``node``, however deep, without their kinds."""
    buffer: list[str] = []
    open_tags: list[str] = []
    links = linked = items = 0
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
        if buffer and tag != "a" and (tag in BLOCKS or tag == "br"):
            text = " ".join("".join(buffer).split())
            buffer.clear()
            if text:
                yield Line(text, linked, token is None and tag in HEADINGS, items > 0)
            linked = 0
        if tag == "a" or tag == "button":
            links += 1 if token is not None else -1
        elif tag == "li":
            items += 1 if token is not None else -1
    text = " ".join("".join(buffer).split())
    if text:
        yield Line(text, linked, False, False)

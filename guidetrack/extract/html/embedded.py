"""What a page shows without text nodes of its own: labels of a drawing, a framed page, a document within the page."""

from __future__ import annotations

from collections.abc import Iterable

from guidetrack.extract.html.links import is_document
from guidetrack.extract.html.nodes import BLOCKS, UNREAD

Piece = tuple[str, dict[str, str], str]
"""An element to read in place of the holder: its tag, its attributes, its text."""

_LINE: Piece = ("hr", {}, "")
"""Stands for the end of a line."""
DRAWN_CHARS = 2_000
FRAMED_CHARS = 50_000
_SHADOW = frozenset({"shadowrootmode", "shadowroot"})
"""Attributes of a template whose content the browser shows at once."""


def is_open(tag: str, names: Iterable[str]) -> bool:
    """Whether the inside of an element that is otherwise not read is: an ``embed`` has none, what libxml2 puts into it
    follows it. ``names`` are those of its attributes.
    """
    return tag == "embed" or (tag == "template" and not _SHADOW.isdisjoint(names))


def pieces(tag: str, attrs: dict[str, str], labels: Iterable[str], areas: Iterable[dict[str, str]]) -> list[Piece]:
    """What to read of a holder; nothing where it is only listed.

    :param labels: texts that a drawing shows, spaces between them included.
    :param areas: attributes of the links that lie over an image.
    """
    if tag == "svg":
        drawn = " ".join("".join(labels).split())[:DRAWN_CHARS]
        return [("img", {"alt": drawn}, "")] if drawn else []
    if tag == "map":
        found = [(_LINE, ("a", area, area.get("alt", "")), _LINE) for area in areas if is_document(area)]
        return [piece for three in found for piece in three]
    if tag == "iframe" and attrs.get("srcdoc"):
        return [("p", {}, line) for line in framed(attrs["srcdoc"])]
    shown = {"href": attrs.get("data") or attrs.get("src") or "", "type": attrs.get("type", "")}
    return [_LINE, ("a", shown, ""), _LINE] if is_document(shown) else []


def framed(markup: str) -> list[str]:
    """The lines of a page within the page, without its scripts."""
    from lxml import etree

    try:
        root = etree.fromstring(markup[:FRAMED_CHARS], etree.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.XMLSyntaxError, ValueError):
        return []
    lines = [""]
    for event, element in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        unread = element.tag in UNREAD or element.tag == "title"
        if element.tag in BLOCKS or element.tag == "br":
            lines.append("")
        if event == "start" and not unread:
            lines[-1] += element.text or ""
        elif event == "end":
            lines[-1] += element.tail or ""
    return [folded for line in lines if (folded := " ".join(line.split()))]

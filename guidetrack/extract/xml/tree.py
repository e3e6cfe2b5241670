"""Reading an element tree without recursion: names without namespace, text on one line, tables as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guidetrack.extract.outline import Outline, fold, row
from guidetrack.models import BlockKind


def name(element: Any) -> str:
    """The element's local name; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, wanted: str) -> str:
    """An attribute by its local name, or empty."""
    value = element.get(wanted)
    if value is None:
        value = next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == wanted), "")
    return str(value)


def child(element: Any, *names: str) -> Any:
    """The first child with one of these local names, or None."""
    return next((node for node in element if name(node) in names), None)


def children(element: Any, *names: str) -> list[Any]:
    """All children with one of these local names."""
    return [node for node in element if name(node) in names]


def first(element: Any, wanted: str) -> Any:
    """The first descendant with this local name, or None."""
    return next(element.iter(f"{{*}}{wanted}"), None)


def pieces(element: Any, skip: frozenset[str] = frozenset(), breaks: frozenset[str] = frozenset()) -> Iterator[str]:
    """The text inside an element in order, without the elements called ``skip``; a space around those in ``breaks``."""
    stack: list[Any] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
            continue
        kind = name(node)
        if node is not element:
            stack.append(node.tail or "")
        if not kind or (kind in skip and node is not element):
            continue
        if kind in breaks:
            stack.append(" ")
        if kind in ("img", "graphic", "renderMultiMedia") and (words := attribute(node, "alt")):
            yield f" {words} "
        stack.extend(reversed(node))
        stack.append(node.text or "")
        if kind in breaks:
            stack.append(" ")


BREAKS = frozenset(("br", "BR", "p", "P", "paragraph", "item", "li", "td", "tr", "para", "Para", "LI", "caption",
                    "footnote"))


def line(element: Any, skip: frozenset[str] = frozenset()) -> str:
    """The text inside an element on one line."""
    return fold("".join(pieces(element, skip, BREAKS)))


def runs(element: Any, blocks: frozenset[str], skip: frozenset[str] = frozenset()) -> list[Any]:
    """The children called one of ``blocks``, as elements, and the words between them, as strings; none is lost."""
    out: list[Any] = []
    words = [element.text or ""]
    for node in element:
        kind = name(node)
        if kind in blocks:
            out += [fold("".join(words)), node]
            words = []
        elif kind and kind not in skip:
            words.extend(pieces(node, skip, BREAKS))
        words.append(node.tail or "")
    out.append(fold("".join(words)))
    return [run for run in out if not isinstance(run, str) or run]


_ROWS = ("tr", "TR", "ROW", "row", "Row")
_CELLS = frozenset(("td", "th", "TD", "TH", "ENT", "entry", "cell"))
_HEADS = frozenset(("thead", "THEAD", "BOXHD"))


def table(outline: Outline, element: Any, skip: frozenset[str] = frozenset(), header: tuple[str, ...] = ()) -> None:
    """Every row of a table as one block; the rows of its head, or else a first row of ``th``, are the header."""
    seen_body = False
    for tr in element.iter(*(f"{{*}}{wanted}" for wanted in _ROWS)):
        found = [cell for cell in tr if name(cell) in _CELLS]
        texts = [line(cell, skip) for cell in found]
        if not any(texts):
            continue
        is_head = not seen_body and (any(name(up) in _HEADS for up in tr.iterancestors())
                                     or all(name(cell).lower() == "th" for cell in found))
        seen_body = seen_body or not is_head
        outline.text(BlockKind.ROW, row(texts), key=texts[0], headers=() if is_head else header)
        if is_head:
            header = tuple(texts)

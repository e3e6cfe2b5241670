"""Any other XML: containers with a title become sections, running text paragraphs, single values ``name: value``."""

from __future__ import annotations

import re
from typing import Any

from guidetrack.extract.draft import Draft
from guidetrack.extract.outline import Outline, fold
from guidetrack.extract.xml.tree import attribute, child, line, name, runs, table
from guidetrack.models import BlockKind

_TITLES = ("title", "Title", "head", "HEAD", "heading", "Heading", "Head", "h1", "h2", "h3", "h4", "brief_title",
    "briefTitle", "subject", "name", "Name", "ArticleTitle", "docTitle")
_PROSE = frozenset(("p", "P", "para", "Para", "paragraph", "Paragraph", "text", "Text", "td", "description",
    "abstract", "AbstractText", "textblock", "li", "item", "FP", "quote", "note", "body", "content", "summary"))
_ITEMS = frozenset(("li", "item", "listitem", "list-item", "ListItem", "LI"))
_TABLES = frozenset(("table", "Table", "TABLE", "tgroup"))
_VALUES = ("value", "displayName", "content", "title", "code", "text")
_KEYS = ("id", "ID", "Id", "N", "eId", "ui", "key")


def draft(root: Any, vocabulary: str) -> Draft:
    """The document as an outline; ``vocabulary`` is the root's name, the title when there is no better."""
    outline = Outline()
    stack: list[tuple[Any, int]] = [(root, 0)]
    while stack:
        node, level = stack.pop()
        if isinstance(node, str):
            outline.text(BlockKind.PARAGRAPH, node)
            continue
        stack.extend(reversed(_read(node, level, outline)))
    title = child(root, *_TITLES)
    named = line(title) if title is not None else ""
    return Draft(outline.sections(), named or spaced(vocabulary), attribute(root, "lang"))


def spaced(tag: str) -> str:
    """An element's name as words: ``overall_status`` and ``overallStatus`` become ``overall status``."""
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[_.-]+", " ", tag)).lower())


def _read(node: Any, level: int, outline: Outline) -> list[tuple[Any, int]]:
    kind = name(node)
    if not kind:
        return []
    if kind in _TABLES:
        table(outline, node)
        return []
    if len(node) == 0:
        _leaf(node, kind, outline)
        return []
    if _is_running_text(node):
        outline.text(BlockKind.ITEM if kind in _ITEMS else BlockKind.PARAGRAPH, line(node), int(kind in _ITEMS))
        return []
    title = child(node, *_TITLES)
    if title is not None and line(title):
        key = next((attribute(node, key) for key in _KEYS if attribute(node, key)), "")
        outline.heading(line(title), level + 1, key)
        level += 1
    names = frozenset(name(inner) for inner in node if name(inner))
    return [(run, level) for run in runs(node, names) if run is not title]


def _is_running_text(node: Any) -> bool:
    """Words and elements side by side: the elements are emphasis and links, unless they hold further structure."""
    mixed = bool((node.text or "").strip()) or any((inner.tail or "").strip() for inner in node)
    return mixed and not any(len(inner) > 3 or name(inner) in _PROSE or name(inner) in _TABLES for inner in node)


def _leaf(node: Any, kind: str, outline: Outline) -> None:
    """An element without elements: prose is a paragraph, anything else a value under its name."""
    text = fold(node.text or "") or next((fold(attribute(node, key)) for key in _VALUES if attribute(node, key)), "")
    if not text:
        return
    if kind in _ITEMS:
        outline.text(BlockKind.ITEM, text, 1)
    elif kind in _PROSE or kind in _TITLES or len(text) > 200:
        outline.text(BlockKind.PARAGRAPH, text)
    else:
        outline.text(BlockKind.ENTRY, f"{spaced(kind)}: {text}", key=spaced(kind))

"""Legislation: legislation.gov.uk's vocabulary and Akoma Ntoso. Provisions keep their numbers; annotations are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from guidetrack.extract.draft import Draft
from guidetrack.extract.outline import Outline
from guidetrack.extract.xml.tree import attribute, child, first, line, name, runs, table
from guidetrack.models import BlockKind, DateKind, SetAside, StatedDate

_ROOTS = frozenset(("Legislation", "akomaNtoso", "lawDoc", "uslm", "bill", "statuteDoc"))
_STRUCTURE = frozenset((
    "Group", "Part", "Chapter", "Pblock", "PsubBlock", "P1group", "P2group", "Schedule", "EUPart", "EUTitle",
        "EUChapter", "EUSection",
    "Division", "Appendix", "Article", "book", "part", "chapter", "title", "subtitle", "section", "article",
        "division", "subpart",
    "subchapter", "schedule", "hcontainer", "attachment", "appendix", "crossHeading"))
_PROVISIONS = frozenset(("P1", "P2", "P3", "P4", "P5", "P6", "P7", "subsection", "paragraph", "subparagraph", "level",
    "clause", "subclause", "point", "item", "ListItem", "indent", "rule", "proviso", "Footnote"))
_NUMBERS = ("Pnumber", "Number", "num")
_TITLES = ("Title", "heading", "TitleBlock")
_TEXTS = frozenset(("Text", "p", "block", "LongTitle", "longTitle", "EnactingText", "IntroductoryText", "Citation",
    "Reference", "Para"))
_SKIP = frozenset(("CommentaryRef", "FootnoteRef", "MarginNoteRef", "noteRef", "remark"))
_HIDDEN = frozenset(("Metadata", "meta", "Contents", "Resources", "Versions", "toc", "meta"))


def reads(root: Any) -> bool:
    """Whether the root is of one of the two vocabularies."""
    return name(root) in _ROOTS and ("legislation" in str(root.tag).lower() or "akoma" in str(root.tag).lower()
                                     or first(root, "Body") is not None or first(root, "body") is not None)


def draft(root: Any) -> Draft:
    """The law. Metadata and the table of contents, which repeats the headings, are set aside."""
    outline = Outline()
    stack: list[tuple[Any, int, int]] = [(root, 1, 0)]
    while stack:
        node, level, depth = stack.pop()
        if isinstance(node, str):
            outline.text(BlockKind.PARAGRAPH, node)
            continue
        stack.extend(reversed(_read(node, level, depth, outline)))
    aside = [SetAside(line(node), "feed metadata" if name(node).lower().startswith("meta") else "table of contents")
             for node in root.iter() if name(node) in ("Contents", "toc", "Metadata") and line(node)]
    title = _title(root)
    return Draft(outline.sections(), title, attribute(root, "lang"), _dates(root), set_aside=tuple(aside))


def _read(node: Any, level: int, depth: int, outline: Outline) -> list[tuple[Any, int, int]]:
    """Say what is at ``node`` and give back what is left to read inside it."""
    kind = name(node)
    if not kind or kind in _HIDDEN:
        return []
    if kind in ("Tabular", "table"):
        table(outline, node, skip=_SKIP)
        return []
    if kind == "Commentary":
        outline.heading(f"Annotation {attribute(node, 'Type')}", level, attribute(node, "id"))
    if kind in _STRUCTURE or (kind == "Commentaries"):
        return _structure(node, level, outline)
    if kind in _PROVISIONS:
        return _provision(node, level, depth, outline)
    if kind in _TEXTS and not any(name(inner) in _PROVISIONS | _STRUCTURE for inner in node.iter()):
        outline.text(BlockKind.PARAGRAPH, line(node, _SKIP))
        return []
    return [(run, level, depth) for run in runs(node, _names(node), _SKIP)]


def _names(node: Any) -> frozenset[str]:
    """Children that are blocks: all but those that stand in running text."""
    mixed = bool((node.text or "").strip()) or any((inner.tail or "").strip() for inner in node)
    return frozenset() if mixed and name(node) in _TEXTS else frozenset(name(inner) for inner in node if name(inner))


def _structure(node: Any, level: int, outline: Outline) -> list[tuple[Any, int, int]]:
    number, title = child(node, *_NUMBERS), child(node, *_TITLES)
    used = [number, title]
    provisions = [inner for inner in node if name(inner) == "P1"]
    rest = runs(node, _names(node), _SKIP)
    if number is None and len(provisions) == 1 and child(provisions[0], "Pnumber") is not None:
        number = child(provisions[0], "Pnumber")
        used.append(number)
        inside = runs(provisions[0], _names(provisions[0]), _SKIP)
        rest = [part for run in rest for part in (inside if run is provisions[0] else [run])]
    heading = " ".join(line(part, _SKIP) for part in (number, title) if part is not None)
    if name(node) == "Commentaries":
        heading = "Annotations"
    outline.heading(heading, level, attribute(node, "id") or attribute(node, "eId")
                    or (attribute(provisions[0], "id") if len(provisions) == 1 else ""))
    inner = level + 1 if heading else level
    return [(run, inner, 0) for run in rest if not any(run is part for part in used)]


def _provision(node: Any, level: int, depth: int, outline: Outline) -> list[tuple[Any, int, int]]:
    """A numbered provision: its number and first words make the item, what is nested follows one deeper."""
    number, heading = child(node, *_NUMBERS), child(node, *_TITLES)
    rest: list[Any] = [node]
    words = [line(part, _SKIP) for part in (number, heading) if part is not None]
    while rest:
        opener = rest.pop(0)
        if isinstance(opener, str):
            words.append(opener)
            break
        if opener is number or opener is heading:
            continue
        if name(opener) in _TEXTS and not any(name(inner) in _PROVISIONS for inner in opener.iter()):
            words.append(line(opener, _SKIP))
            break
        if opener is not node and name(opener) in _PROVISIONS | _STRUCTURE | {"Tabular", "table"}:
            rest.insert(0, opener)
            break
        rest = runs(opener, _names(opener), _SKIP) + rest
    outline.text(BlockKind.ITEM, " ".join(words), depth + 1, attribute(node, "id") or attribute(node, "eId"))
    return [(run, level, depth + 1) for run in rest if run is not number and run is not heading]


def _title(root: Any) -> str:
    for wanted in ("title", "docTitle", "shortTitle", "FRBRalias"):
        node = first(root, wanted)
        if node is not None and (words := line(node) or attribute(node, "value")):
            return words
    return ""


def _dates(root: Any) -> tuple[StatedDate, ...]:
    """``dct:valid`` is the point in time of the text, ``dc:modified`` when it was last worked on."""
    found = []
    for wanted, kind in (("valid", DateKind.EFFECTIVE), ("modified", DateKind.UPDATED)):
        node = first(root, wanted)
        try:
            found.append(StatedDate(kind, date.fromisoformat(line(node)[:10]), f"{wanted}: {line(node)}"))
        except (ValueError, AttributeError):
            continue
    return tuple(found)

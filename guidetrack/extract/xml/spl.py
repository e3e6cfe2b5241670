"""Structured Product Labeling (HL7 v3): sections keyed by LOINC code, with titles and numbers as published."""

from __future__ import annotations

from datetime import date
from typing import Any

from guidetrack.extract.draft import Draft
from guidetrack.extract.outline import Outline, fold
from guidetrack.extract.xml.tree import attribute, child, children, first, line, name, runs, table
from guidetrack.models import BlockKind, DateKind, SetAside, StatedDate

_LOINC = "2.16.840.1.113883.6.1"
_TITLES = {
    "34066-1": "BOXED WARNING", "34067-9": "INDICATIONS & USAGE", "34068-7": "DOSAGE & ADMINISTRATION",
    "34070-3": "CONTRAINDICATIONS", "43685-7": "WARNINGS AND PRECAUTIONS", "34071-1": "WARNINGS",
    "42232-9": "PRECAUTIONS",
    "34084-4": "ADVERSE REACTIONS", "34073-7": "DRUG INTERACTIONS", "42228-7": "PREGNANCY", "34081-0": "PEDIATRIC USE",
    "42227-9": "DRUG ABUSE AND DEPENDENCE", "43678-2": "DOSAGE FORMS & STRENGTHS", "42231-1": "MEDICATION GUIDE",
    "51945-4": "PACKAGE LABEL", "48780-1": "PRODUCT DATA", "34089-3": "DESCRIPTION", "34069-5": "HOW SUPPLIED",
}
"""Names of the codes, shown where a section has no title of its own."""


_METADATA = (("setId", "root", "version"), ("versionNumber", "value", "version"),
             ("effectiveTime", "value", "stated date"))


def reads(root: Any) -> bool:
    """Whether this is a label: an HL7 ``document`` with a ``setId``."""
    return name(root) == "document" and child(root, "setId") is not None


def draft(root: Any) -> Draft:
    """The label. Its set id, version and effective time are metadata: a new version number alone is no content."""
    outline = Outline()
    dates = []
    stamp = attribute(child(root, "effectiveTime"), "value") if child(root, "effectiveTime") is not None else ""
    if (day := hl7_day(stamp)) is not None:
        dates.append(StatedDate(DateKind.EFFECTIVE, day, f"effectiveTime {stamp}"))
    aside = [SetAside(f"{label}: {attribute(node, key)}", rule) for label, key, rule in _METADATA
             if (node := child(root, label)) is not None and attribute(node, key)]
    names = [line(node) for node in root.iter("{*}manufacturedProduct") for node in children(node, "name")]
    title_node = child(root, "title")
    title = line(title_node) if title_node is not None else ""
    if title:
        outline.text(BlockKind.PARAGRAPH, title)
    _sections(root, outline)
    language = attribute(child(root, "languageCode"), "code") if child(root, "languageCode") is not None else ""
    return Draft(outline.sections(), title or next(iter(names), ""), language, tuple(dates), set_aside=tuple(aside))


def hl7_day(stamp: str) -> date | None:
    """The day of an HL7 time stamp: ``20251209`` or ``20251209120000+0000``; None when it is no day."""
    try:
        return date(int(stamp[:4]), int(stamp[4:6] or 1), int(stamp[6:8] or 1))
    except ValueError:
        return None


def _sections(root: Any, outline: Outline) -> None:
    """Every section in document order; how deep it stands among the sections is its level."""
    stack: list[tuple[Any, int]] = [(root, 0)]
    while stack:
        node, level = stack.pop()
        if name(node) == "section":
            _section(node, level, outline)
            level += 1
        elif level == 0 and name(node) not in ("document", "component", "structuredBody"):
            continue
        stack.extend((inner, level) for inner in reversed(children(node, "component", "structuredBody", "section")))


def _section(section: Any, level: int, outline: Outline) -> None:
    code = child(section, "code")
    key = attribute(code, "code") if code is not None and attribute(code, "codeSystem") in ("", _LOINC) else ""
    title = child(section, "title")
    heading = line(title) if title is not None else ""
    text = child(section, "text")
    if not heading and (text is not None or level == 0) and key != "48780-1":
        heading = _TITLES.get(key) or (fold(attribute(code, "displayName")) if code is not None else "")
    if heading:
        outline.heading(heading, level + 1, key)
    _products(section, outline)
    if text is not None:
        narrative(text, outline)
    for excerpt in children(section, "excerpt"):
        for words in excerpt.iter("{*}text"):
            narrative(words, outline)
    for media in section.iter("{*}observationMedia"):
        if next(up for up in media.iterancestors() if name(up) == "section") is section:
            described = child(media, "text")
            outline.text(BlockKind.PARAGRAPH, line(described) if described is not None else "", key="image")


_BLOCKS = frozenset(("paragraph", "list", "table", "item"))


def narrative(text: Any, outline: Outline) -> None:
    """The blocks of a narrative: paragraphs, list items by depth, table rows; words between them are paragraphs."""
    stack: list[tuple[Any, int]] = [(text, 0)]
    while stack:
        node, depth = stack.pop()
        kind = "" if isinstance(node, str) else name(node)
        if isinstance(node, str):
            outline.text(BlockKind.PARAGRAPH, node)
        elif kind == "table":
            _table(node, outline)
        elif kind == "list":
            _caption(node, outline)
            stack.extend((item, depth + 1) for item in reversed(children(node, "item")))
        elif kind == "item":
            marker = child(node, "caption")
            own = line(node, frozenset(("list", "table", "caption")))
            outline.text(BlockKind.ITEM, f"{line(marker) if marker is not None else ''} {own}", depth)
            stack.extend((inner, depth) for inner in reversed(children(node, "list", "table")))
        elif kind == "paragraph" and first(node, "table") is None and first(node, "list") is None:
            outline.text(BlockKind.PARAGRAPH, line(node))
        else:
            stack.extend((run, depth) for run in reversed(runs(node, _BLOCKS)))


def _caption(node: Any, outline: Outline) -> None:
    caption = child(node, "caption")
    if caption is not None:
        outline.text(BlockKind.PARAGRAPH, line(caption))


def _table(node: Any, outline: Outline) -> None:
    _caption(node, outline)
    table(outline, node)


def _products(section: Any, outline: Outline) -> None:
    """Name, form, ingredients with strengths, NDC, schedule: what the product data section codes as attributes."""
    for subject in children(section, "subject"):
        for product in subject.iter("{*}manufacturedProduct"):
            if name(product.getparent()) == "manufacturedProduct":
                outline.text(BlockKind.ROW, _product(product), key=_code(product))


def _code(product: Any) -> str:
    node = child(product, "code")
    return attribute(node, "code") if node is not None else ""


def _product(product: Any) -> str:
    title, form = child(product, "name"), child(product, "formCode")
    parts = [line(title) if title is not None else "", _code(product)]
    parts.append(attribute(form, "displayName") if form is not None else "")
    for ingredient in product.iter("{*}ingredient"):
        substance = first(ingredient, "name")
        amount, per = first(ingredient, "numerator"), first(ingredient, "denominator")
        strength = " per ".join(f"{attribute(part, 'value')} {attribute(part, 'unit')}".strip()
                                for part in (amount, per) if part is not None)
        parts.append(f"{line(substance) if substance is not None else ''} {strength}".strip())
    for policy in product.iter("{*}policy"):
        parts += [attribute(code, "displayName") for code in children(policy, "code")]
    return " | ".join(filter(None, (fold(part) for part in parts)))

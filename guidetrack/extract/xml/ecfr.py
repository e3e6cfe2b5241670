"""Federal Register and eCFR (GPO's vocabularies): DIV1–DIV9 with HEAD, HD by SOURCE, SECTNO with SUBJECT, P and FP."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from guidetrack.extract.draft import Draft
from guidetrack.extract.outline import Outline, fold
from guidetrack.extract.xml.tree import attribute, child, line, name, runs, table
from guidetrack.models import BlockKind, PublisherNote, SetAside

_ROOTS = frozenset(("ECFR", "DLPSTEXTCLASS", "FEDREG", "RULE", "PRORULE", "NOTICE", "PRESDOCU", "RULES", "NOTICES",
    "PRORULES", "CFRGRANULE", "CFRDOC"))
_DIVISION = re.compile(r"DIV\d$")
_PARAGRAPHS = frozenset(("P", "FP", "PSPACE", "AMDPAR", "AGENCY", "SUBAGY", "CFR", "DEPDOC", "RIN", "FRDOC", "BILCOD",
    "NAME", "TITLE", "AUTH", "SOURCE", "CITA", "SECAUTH", "EDNOTE", "APPRO", "DATED", "STARS", "PTITLE", "LSTSUB",
    "PARAUTH", "CROSSREF", "HED1", "LDRFIG", "MATH", "FP-1", "FP-2", "FP1", "FP1-2", "FP-DASH", "FRP", "RESERVED",
    "SUBJECT", "SECTNO", "PARTNO", "TTITLE", "GPH", "p", "HED"))
_HEADS = frozenset(("HEAD", "HD", "HD1", "HD2", "HD3", "HD4", "RESHD"))
_TABLES = frozenset(("GPOTABLE", "TABLE", "table"))
_GROUPS = frozenset(("DIV", "div", "PREAMB", "SUPLINF", "REGTEXT", "PART", "SUBPART", "SECTION", "AGY", "ACT", "SUM",
    "EFFDATE", "DATES", "ADD", "FURINF", "SIG", "EXTRACT", "NOTE", "FTNT", "BODY", "TEXT", "HEADER", "CONTENTS",
    "ENDTABLE", "SUBCHAP", "CHAPTER", "APPENDIX", "RULE", "PRORULE", "NOTICE", "PRESDOCU", "RULES", "NOTICES",
    "PRORULES", "EXECORD", "DETERM", "PROCLA", "SUBJGRP", "VOLUME", "TITLE", "PRNOTICE", "WIDE", "DISCUS"))
_SKIP = frozenset(("PRTPAGE", "FR", "IMG_PATH"))


def reads(root: Any) -> bool:
    """Whether the root is one of GPO's."""
    return name(root) in _ROOTS or _DIVISION.match(name(root)) is not None


def draft(root: Any) -> Draft:
    """The document; page marks are set aside, the action line is kept as the publisher's own note."""
    outline = Outline()
    level = 0
    stack: list[tuple[Any, int]] = [(root, 0)]
    while stack:
        node, level = stack.pop()
        if isinstance(node, str):
            outline.text(BlockKind.PARAGRAPH, node)
            continue
        kind = name(node)
        if kind in _HEADS:
            outline.heading(line(node, _SKIP), max(level, 1) + _source_level(node))
        elif kind in _TABLES:
            _table(node, outline)
        elif kind == "SECTION" and child(node, "SECTNO") is not None:
            stack.extend((run, level + 1) for run in reversed(_section(node, level, outline)))
        elif _DIVISION.match(kind):
            level = int(kind[3])
            stack.extend((run, level) for run in reversed(_division(node, level, outline)))
        elif kind in _PARAGRAPHS and not _holds_blocks(node):
            outline.text(BlockKind.PARAGRAPH, line(node, _SKIP))
        else:
            stack.extend((run, level) for run in reversed(runs(node, _blocks_of(node), _SKIP)))
    marks = [SetAside(f"page {attribute(mark, 'P')}", "page number")
             for mark in root.iter("{*}PRTPAGE") if attribute(mark, "P")]
    return Draft(outline.sections(), _title(root), "en", notes=_notes(root), set_aside=tuple(marks))


_BLOCKS = _PARAGRAPHS | _HEADS | _TABLES | _GROUPS


def _blocks_of(node: Any) -> frozenset[str]:
    """The known blocks, and whatever holds some of them near its start (wrappers have many names)."""
    unknown = (inner for inner in node if name(inner) not in _BLOCKS and len(inner))
    return _BLOCKS | frozenset(name(inner) for inner in unknown if _wraps(inner))


def _wraps(node: Any) -> bool:
    return _DIVISION.match(name(node)) is not None or any(
        name(inner) in _BLOCKS or _DIVISION.match(name(inner)) for inner in islice(node.iter(), 1, 40))


def _holds_blocks(node: Any) -> bool:
    return any(name(inner) in _BLOCKS for inner in node)


def _source_level(head: Any) -> int:
    """``HED`` opens a part of the document; ``HD1`` to ``HD4`` stand below one another."""
    match = re.search(r"HD(\d)$", attribute(head, "SOURCE") or name(head))
    return int(match[1]) if match else 0


def _division(node: Any, level: int, outline: Outline) -> list[Any]:
    head = child(node, "HEAD")
    if head is not None:
        outline.heading(line(head, _SKIP), level, attribute(node, "N"))
    return [run for run in runs(node, _blocks_of(node), _SKIP) if run is not head]


def _section(node: Any, level: int, outline: Outline) -> list[Any]:
    number, subject = child(node, "SECTNO"), child(node, "SUBJECT")
    heading = " ".join(line(part, _SKIP) for part in (number, subject) if part is not None)
    outline.heading(heading, max(level, 1) + 5, re.sub(r"[^\d.\w-]", "", line(number)))
    return [run for run in runs(node, _BLOCKS, _SKIP) if run is not number and run is not subject]


def _table(node: Any, outline: Outline) -> None:
    for title in (inner for inner in node if name(inner) in ("TTITLE", "TDESC", "caption")):
        outline.text(BlockKind.PARAGRAPH, line(title, _SKIP))
    header = tuple(line(cell, _SKIP) for cell in node.iter("{*}CHED"))
    if header:
        outline.text(BlockKind.ROW, " | ".join(header), key=header[0])
    table(outline, node, skip=_SKIP, header=header)
    for note in (inner for inner in node if name(inner) in ("TNOTE", "TRAILER")):
        outline.text(BlockKind.PARAGRAPH, line(note, _SKIP))


def _title(root: Any) -> str:
    for wanted in ("SUBJECT", "HEAD"):
        node = next(root.iter(f"{{*}}{wanted}"), None)
        if node is not None and line(node, _SKIP):
            return line(node, _SKIP)
    return ""


def _notes(root: Any) -> tuple[PublisherNote, ...]:
    """The ACTION line: what the agency says that this document does."""
    texts = (fold(" ".join(line(part, _SKIP) for part in act if name(part) == "P")) for act in root.iter("{*}ACT"))
    return tuple(PublisherNote(text) for text in texts if text)

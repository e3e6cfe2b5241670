"""Word documents (Office Open XML, ECMA-376 part 1): headings by style, lists, tables, notes; accepted revisions."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from guidetrack.errors import ExtractError
from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.outline import Outline, fold, row
from guidetrack.models import BlockKind, SetAside

VERSION = 3
MAX_PART_BYTES = 60_000_000
"""Decompressed size of one part; the text of a 2,000-page document stays below 30 MB."""
MAX_PARTS = 5_000
_HEADING = re.compile(r"^(?:heading|überschrift|titre|título|rubrik|kop|overskrift)\s*([1-9])$", re.I)
_DROPPED = frozenset(("del", "moveFrom", "instrText", "delText", "delInstrText", "fldData", "rPr", "pPr", "Fallback"))


_SYMBOLS = {0x2B: "+", 0x2D: "−", 0x3C: "<", 0x3D: "=", 0x3E: ">", 0x61: "α", 0x62: "β", 0x64: "δ", 0x67: "γ",
            0x6C: "λ", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAE: "→", 0xB0: "°",
            0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB9: "≠", 0xBB: "≈", 0xD2: "®", 0xD4: "™",
            0xE2: "®", 0xE4: "™"}
"""Signs of Adobe's Symbol encoding that stand in running text. Another is shown as unknown rather than dropped."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(source: Input) -> Draft:
    """The document with all tracked changes accepted; headers and footers are set aside.

    :raises ExtractError: not a Word document, damaged, encrypted, or too large when unpacked.
    """
    if source.body.startswith(_OLE):
        raise ExtractError("expected a .docx document, but this is an old .doc file or an encrypted one: "
                           "it cannot be read")
    try:
        with zipfile.ZipFile(io.BytesIO(source.body)) as archive:
            return _draft(_Parts(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, RuntimeError, ValueError) as error:
        raise ExtractError(f"the Word document is damaged or cut off: {error}") from error


class _Parts:
    """The parts of the package as element trees, each bounded in size."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        if len(archive.infolist()) > MAX_PARTS:
            raise ExtractError(f"the Word document has more than {MAX_PARTS:,} parts")

    def named(self, pattern: str) -> list[str]:
        """Names of the parts that match, in order."""
        return sorted(name for name in self._names if re.fullmatch(pattern, name))

    def tree(self, path: str) -> Any:
        """The root of a part, or None when it is not there."""
        from guidetrack.extract.xml.parse import parse

        if path not in self._names:
            return None
        with self._archive.open(path) as stream:
            body = stream.read(MAX_PART_BYTES + 1)
        if len(body) > MAX_PART_BYTES:
            raise ExtractError(f"the Word document unpacks to more than {MAX_PART_BYTES:,} bytes in {path}; refused")
        return parse(body)


def _draft(parts: _Parts) -> Draft:
    from guidetrack.extract.xml.tree import first, line

    root = parts.tree("word/document.xml")
    if root is None:
        raise ExtractError("expected a Word document, but the package has no word/document.xml")
    outline = Outline()
    _Body(outline, _styles(parts.tree("word/styles.xml"))).read(root)
    for path, heading in (("word/footnotes.xml", "Footnotes"), ("word/endnotes.xml", "Endnotes")):
        notes = parts.tree(path)
        texts = [text for note in notes if (text := _words(note))] if notes is not None else []
        if texts:
            outline.heading(heading, 1)
        for text in texts:
            outline.text(BlockKind.PARAGRAPH, text)
    aside = [SetAside(text, "running head") for path in parts.named(r"word/(?:header|footer)\d*\.xml")
             for paragraph in parts.tree(path).iter("{*}p") if (text := _words(paragraph))]
    core = parts.tree("docProps/core.xml")
    title = first(core, "title") if core is not None else None
    return Draft(outline.sections(), line(title) if title is not None else "", set_aside=tuple(aside))


def _styles(root: Any) -> dict[str, int]:
    """Style id -> heading level (from 1), for styles that are headings by name, outline level or descent."""
    levels: dict[str, int] = {}
    parents: dict[str, str] = {}
    for style in root.iter("{*}style") if root is not None else ():
        id = _value(style, "styleId")
        named = _HEADING.match(_value(_only(style, "name"), "val"))
        outline = _only(style, "outlineLvl")
        if named:
            levels[id] = int(named[1])
        elif outline is not None and _value(outline, "val").isdecimal() and int(_value(outline, "val")) < 9:
            levels[id] = int(_value(outline, "val")) + 1
        elif _value(_only(style, "name"), "val").lower() == "title":
            levels[id] = 1
        parents[id] = _value(_only(style, "basedOn"), "val")
    for id in parents:
        at, seen = id, {id}
        while at not in levels and parents.get(at) and parents[at] not in seen:
            at = parents[at]
            seen.add(at)
        if at in levels:
            levels[id] = levels[at]
    return levels


class _Body:
    """Reads paragraphs and tables in order, without recursion."""

    def __init__(self, outline: Outline, levels: dict[str, int]) -> None:
        self._outline = outline
        self._levels = levels
        self._held = ""

    def read(self, root: Any) -> None:
        """Everything in ``root``; text boxes follow the paragraph that they are anchored in."""
        from guidetrack.extract.xml.tree import name

        stack = [root]
        while stack:
            node = stack.pop()
            kind = name(node)
            if kind == "p":
                self._paragraph(node)
                stack.extend(reversed(list(_boxes(node))))
            elif kind == "tbl":
                self._table(node)
            elif kind not in _DROPPED:
                stack.extend(reversed(node))

    def _paragraph(self, node: Any) -> None:
        properties = node.find("{*}pPr")
        text = self._held + _words(node)
        self._held = ""
        if properties is not None and properties.find("{*}rPr/{*}del") is not None:
            self._held = text
            return
        style = _value(properties.find("{*}pStyle"), "val") if properties is not None else ""
        outline = properties.find("{*}outlineLvl") if properties is not None else None
        level = self._levels.get(style, 0)
        if outline is not None and _value(outline, "val").isdecimal():
            level = int(_value(outline, "val")) + 1 if int(_value(outline, "val")) < 9 else 0
        numbering = properties.find("{*}numPr") if properties is not None else None
        if level and len(text) <= 300:
            self._outline.heading(text, level)
        elif numbering is not None or "list" in style.lower():
            depth = _value(numbering.find("{*}ilvl"), "val") if numbering is not None else ""
            self._outline.text(BlockKind.ITEM, text, int(depth) + 1 if depth.isdecimal() and len(depth) < 3 else 1)
        else:
            self._outline.text(BlockKind.PARAGRAPH, text)

    def _table(self, node: Any) -> None:
        header: tuple[str, ...] = ()
        rows = [tr for tr in node.iter("{*}tr") if next(tr.iterancestors("{*}tbl")) is node]
        for at, tr in enumerate(rows):
            properties = tr.find("{*}trPr")
            if properties is not None and properties.find("{*}del") is not None:
                continue
            cells = [fold(_words(cell)) for cell in tr.iterchildren("{*}tc")]
            marked = properties is not None and properties.find("{*}tblHeader") is not None
            if any(cells):
                self._outline.text(BlockKind.ROW, row(cells), key=cells[0], headers=header)
            if not header and (marked or at == 0):
                header = tuple(cells)


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter("{*}txbxContent"):
        if not any(up.tag.endswith("}Fallback") for up in box.iterancestors()):
            yield from box


def _words(node: Any) -> str:
    """The words in a paragraph or cell: inserted ones kept, deleted ones, field codes and text boxes left out."""
    from guidetrack.extract.xml.tree import name

    out: list[str] = []
    stack = [node]
    while stack:
        inner = stack.pop()
        kind = name(inner)
        if kind in _DROPPED or kind == "txbxContent":
            continue
        if kind == "t":
            out.append(inner.text or "")
        elif kind in ("tab", "br", "cr", "ptab"):
            out.append(" ")
        elif kind == "noBreakHyphen":
            out.append("-")
        elif kind == "sym":
            out.append(_symbol(inner))
        elif kind == "p" and inner is not node:
            out.append(" ")
        stack.extend(reversed(inner))
    return fold("".join(out))


def _symbol(node: Any) -> str:
    """The character of ``w:sym`` (17.3.3.30): the font Symbol keeps its signs in U+F000 to U+F0FF."""
    code = _value(node, "char")
    point = int(code, 16) if re.fullmatch(r"[0-9a-fA-F]{2,5}", code) else 0
    if _value(node, "font").lower() == "symbol" and (point < 0x100 or 0xF000 <= point < 0xF100):
        return _SYMBOLS.get(point & 0xFF, "\N{REPLACEMENT CHARACTER}")
    return chr(point) if point and not 0xD800 <= point < 0xE000 else ""


def _only(node: Any, wanted: str) -> Any:
    return next(node.iter(f"{{*}}{wanted}"), None)


def _value(node: Any, key: str) -> str:
    """An attribute of the word-processing namespace, or empty."""
    from guidetrack.extract.xml.tree import attribute

    return attribute(node, key) if node is not None else ""

"""Plain text, comma- or tab-separated tables."""

from __future__ import annotations

import csv
import io
import re
from itertools import chain, pairwise

from guidetrack.errors import ExtractError
from guidetrack.extract.charset import decode
from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.outline import Outline, fold, row
from guidetrack.models import BlockKind, SetAside

VERSION = 1
_PAGE_MARK = re.compile(r"^\s*\[\[Page [\w-]+\]\]\s*$")
_INLINE_PAGE_MARK = re.compile(r"\s*\[\[Page ([\w-]+)\]\]\s*")
_UNDERLINE = re.compile(r"^\s*([=~*^#\"'+-])\1{2,}\s*$")
_RULE = re.compile(r"^[\s=_*~.-]{3,}$")
_BULLET = re.compile(r"^\s*(?:[-*+•‣▪–]|o(?=\s{2}))\s+(?=\S)")
_NUMBERED_ITEM = re.compile(r"^\s*(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s+(?=\S)")
_NUMBERED_HEADING = re.compile(r"^(?:(?:[IVXLC]+|[A-Z]|\d{1,3}(?:\.\d{1,3}){0,5})\.?|§+ ?[\d.]+\w*)\s+\S")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-$")
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|et|ou|y|o|e)\b", re.I)
"""Words after which a hyphen is not a break: ``one- and two-hour``."""
_MAX_HEADING = 120
_MAX_LINES = 20_000
"""Lines of one paragraph; what is longer is cut there."""


def read(source: Input) -> Draft:
    """Paragraphs as blank lines part them: the width at which lines were broken does not matter.

    :raises ExtractError: the text is empty, or RTF.
    """
    if source.body.startswith(b"{\\rtf"):
        raise ExtractError("expected text, but the server sent an RTF file; it cannot be read")
    text = decode(source.body, source.media_type).lstrip("\ufeff").replace("\x00", "")
    if not text.strip():
        raise ExtractError("the text is empty")
    delimiter = _delimiter(text, source.media_type, source.url)
    return _table(text, delimiter) if delimiter else _prose(text)


def _delimiter(text: str, media_type: str, url: str) -> str:
    """The delimiter of a table, told by its name or by the same count of delimiters on the first lines; else empty."""
    declared = media_type.lower()
    path = url.lower().partition("?")[0]
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    if "tab-separated" in declared or path.endswith(".tsv"):
        return "\t"
    if "csv" in declared or path.endswith(".csv") or "csv" in url.lower().partition("?")[2]:
        return max(",;\t", key=(lines or [""])[0].count)
    for delimiter in "\t,;":
        rows = csv.reader(lines[:-1], delimiter=delimiter) if len(lines) > 2 else ()
        counts = {len(cells) for cells in rows}
        if len(counts) == 1 and counts.pop() >= 3 and not (delimiter == "," and any(", " in line for line in lines)):
            return delimiter
    return ""


def _table(text: str, delimiter: str) -> Draft:
    """One row a record, keyed by its first cell; the first record is the header."""
    outline = Outline()
    header: tuple[str, ...] = ()
    limit = csv.field_size_limit(10_000_000)
    try:
        for record in csv.reader(io.StringIO(text), delimiter=delimiter):
            cells = [fold(cell) for cell in record]
            if any(cells):
                outline.text(BlockKind.ROW, row(cells), key=cells[0], headers=header)
                header = header or tuple(cells)
    except csv.Error as error:
        raise ExtractError(f"the table cannot be read: {error}") from error
    finally:
        csv.field_size_limit(limit)
    return Draft(outline.sections())


def _prose(text: str) -> Draft:
    outline = Outline()
    aside: list[SetAside] = []
    group: list[str] = []
    title = ""
    for line in chain(io.StringIO(text, newline=None), ("",)):
        line = line.expandtabs(4).rstrip("\n")
        if _PAGE_MARK.match(line):
            aside.append(SetAside(fold(line), "page number"))
            continue
        for mark in _INLINE_PAGE_MARK.findall(line):
            aside.append(SetAside(f"[[Page {mark}]]", "page number"))
        line = _INLINE_PAGE_MARK.sub(" ", line)
        if line.strip():
            group.append(line)
        if group and (not line.strip() or len(group) >= _MAX_LINES):
            title = title or _first_heading(group)
            _paragraph(group, outline, aside)
            group = []
    return Draft(outline.sections(), title, set_aside=tuple(aside))


def _first_heading(group: list[str]) -> str:
    return fold(group[0]) if _is_heading(group) else ""


def _is_heading(group: list[str]) -> bool:
    """Underlined, in capitals, or numbered and short without a full stop; alone between blank lines."""
    if len(group) == 2 and _UNDERLINE.match(group[1]) and len(fold(group[0])) <= _MAX_HEADING:
        return True
    line = fold(" ".join(group))
    if len(line) > _MAX_HEADING or len(group) > 2 or line[-1] in ".;,:?!" or not any(char.isalpha() for char in line):
        return False
    letters = [char for char in line if char.isalpha()]
    if len(letters) >= 3 and all(char.isupper() for char in letters):
        return True
    return len(group) == 1 and bool(_NUMBERED_HEADING.match(line)) and len(line.split()) <= 12


def _paragraph(group: list[str], outline: Outline, aside: list[SetAside]) -> None:
    """What stands between two blank lines: a heading, list items, or one paragraph."""
    if _is_heading(group):
        rows = group[:1] if len(group) == 2 and _UNDERLINE.match(group[1]) else group
        outline.heading(" ".join(rows), _level(fold(" ".join(rows)), len(rows) < len(group)))
        return
    if len(group) > 1 and _UNDERLINE.match(group[1]) and len(fold(group[0])) <= _MAX_HEADING:
        outline.heading(group[0], _level(fold(group[0]), True))
        group = group[2:]
    current: list[str] = []
    for line in group:
        if _RULE.match(line):
            aside.append(SetAside(fold(line), "rule"))
            continue
        if current and _starts_item(line) and (_starts_item(group[0]) or current[-1].rstrip()[-1:] in ".:;"):
            _flush(current, outline)
            current = []
        current.append(line)
    _flush(current, outline)


def _starts_item(line: str) -> bool:
    return bool(_BULLET.match(line) or _NUMBERED_ITEM.match(line))


def _level(line: str, underlined: bool) -> int:
    number = re.match(r"(\d{1,3}(?:\.\d{1,3})*)\.?\s", line)
    if number:
        return number[1].count(".") + 1
    return 1 if underlined or line.isupper() else 2


def _flush(lines: list[str], outline: Outline) -> None:
    if not lines:
        return
    parts = [lines[0].strip()]
    parts += [glue(above, line.strip()) + line.strip() for above, line in pairwise(lines)]
    text = "".join(parts)
    bullet = _BULLET.match(text)
    if bullet:
        outline.text(BlockKind.ITEM, text[bullet.end():], 1)
    elif _NUMBERED_ITEM.match(text):
        outline.text(BlockKind.ITEM, text, 1)
    else:
        outline.text(BlockKind.PARAGRAPH, text)


def glue(above: str, line: str) -> str:
    """What parts two lines of one paragraph. A hyphen at the break belongs to its word (``long-`` + ``term``)."""
    broken = _HYPHEN.search(above.rstrip()[-3:]) and line[:1].isalpha() and not _SUSPENDED.match(line)
    return "" if broken else " "

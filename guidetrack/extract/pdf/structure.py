"""Paragraphs to sections: which of them are headings, of which level; list items and table rows."""

from __future__ import annotations

import re
from collections import Counter

from guidetrack.extract.outline import Outline, fold, row
from guidetrack.extract.pdf.paragraphs import BULLET, Paragraph
from guidetrack.models import Block, BlockKind, SetAside

_NUMBER = re.compile(r"^(?:(?:section|chapter|part|article|annex|appendix|schedule)\s+)?"
                     r"(\d{1,3}(?:\.\d{1,3})*)\.?\s+(?=\S)", re.I)
_CLOSED = re.compile(r"[.;,?!]['\"”’)]*$")
_DOTS = re.compile(r"\s*(?:\.\s?){4,}\s*")
_RULE = re.compile(r"^[_\-=—–*.\s]{4,}$")
_MAX_CHARACTERS = 220
_Style = tuple[float, bool, bool]


def outline(paragraphs: list[Paragraph], body: float, aside: list[SetAside],
            opening: tuple[Block, ...] = ()) -> tuple[Outline, str]:
    """The sections, which begin with ``opening``, and the title: the largest heading of the first page."""
    bold_body = _bold_share(paragraphs, body) > 0.5
    heads = {id(paragraph): _style(paragraph) for at, paragraph in enumerate(paragraphs)
             if _is_heading(paragraphs, at, body, bold_body)}
    ranks = {style: rank for rank, style in enumerate(sorted(set(heads.values()), reverse=True), start=1)}
    shallow = _shallowest(paragraphs, heads)
    out = Outline()
    for block in opening:
        out.add(block)
    table: tuple[str, ...] = ()
    lefts = _indents(paragraphs)
    for paragraph in paragraphs:
        text, page = fold(_DOTS.sub(" ", paragraph.text)), paragraph.first.page
        if _RULE.match(text):
            aside.append(SetAside(text, "rule"))
        elif paragraph.first.cells:
            table = _row(out, paragraph, table, aside)
            continue
        elif id(paragraph) in heads:
            style = heads[id(paragraph)]
            out.heading(text, ranks[style] + _depth(text) - shallow.get(style, 0), page=page)
        elif paragraph.item and BULLET.match(text):
            out.add(Block(BlockKind.ITEM, BULLET.sub("", text), _nesting(paragraph, lefts), page=page))
        elif paragraph.item:
            out.add(Block(BlockKind.ITEM, text, _nesting(paragraph, lefts), page=page))
        else:
            out.add(Block(BlockKind.PARAGRAPH, text, page=page))
        table = ()
    first = [paragraph for paragraph in paragraphs if id(paragraph) in heads and paragraph.first.page == 1]
    title = max(first, key=lambda paragraph: paragraph.first.size, default=None)
    return out, fold(title.text) if title else ""


def _row(out: Outline, paragraph: Paragraph, header: tuple[str, ...], aside: list[SetAside]) -> tuple[str, ...]:
    """One table row; the head that is printed again on the next page is set aside."""
    cells = tuple(_DOTS.sub(" ", fold(cell)) for cell in paragraph.first.cells)
    text = row(list(cells))
    if header and cells == header:
        aside.append(SetAside(text, "repeated table head"))
        return header
    out.add(Block(BlockKind.ROW, text, key=cells[0], headers=header, page=paragraph.first.page))
    return header or (cells if paragraph.first.head else ())


def _style(paragraph: Paragraph) -> _Style:
    line = paragraph.first
    letters = [char for char in paragraph.text if char.isalpha()]
    return line.style[0], line.bold, bool(letters) and all(char.isupper() for char in letters)


def _bold_share(paragraphs: list[Paragraph], body: float) -> float:
    counts: Counter[bool] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            if line.style[0] == body:
                counts[line.bold] += len(line.text)
    return counts[True] / max(counts.total(), 1)


def _is_heading(paragraphs: list[Paragraph], at: int, body: float, bold_body: bool) -> bool:
    """Set apart by size, weight, capitals, or by a number with one of these; short, and no sentence."""
    paragraph = paragraphs[at]
    text = fold(paragraph.text)
    if paragraph.first.cells or paragraph.note or len(paragraph.lines) > 4 or not 2 < len(text) <= _MAX_CHARACTERS:
        return False
    if BULLET.match(text) or _DOTS.search(text) or not any(char.isalpha() for char in text):
        return False
    size, bold, capitals = _style(paragraph)
    if size >= 1.12 * body and size > body + 0.9:
        return not (_CLOSED.search(text) and len(text) > 120)
    if _CLOSED.search(text) or size < 0.9 * body:
        return False
    bold = bold and not bold_body and all(line.bold for line in paragraph.lines)
    if bold or (capitals and len(text) > 3 and len(text.split()) <= 14):
        return at + 1 < len(paragraphs)
    return False


def _shallowest(paragraphs: list[Paragraph], heads: dict[int, _Style]) -> dict[_Style, int]:
    """Style -> least depth of the numbers in it, so that ``4.2`` stands below ``4`` when both look alike."""
    out: dict[_Style, int] = {}
    for paragraph in paragraphs:
        if id(paragraph) in heads:
            style, depth = heads[id(paragraph)], _depth(paragraph.text)
            out[style] = min(out.get(style, depth), depth)
    return out


def _depth(text: str) -> int:
    match = _NUMBER.match(text)
    return match[1].count(".") if match else 0


def _indents(paragraphs: list[Paragraph]) -> list[float]:
    """The distances from the column's edge at which list items start, smallest first."""
    found: list[float] = []
    for offset in sorted(paragraph.first.x0 - paragraph.first.left for paragraph in paragraphs if paragraph.item):
        if not found or offset - found[-1] > 6:
            found.append(offset)
    return found


def _nesting(paragraph: Paragraph, lefts: list[float]) -> int:
    offset = paragraph.first.x0 - paragraph.first.left
    return max(1, sum(offset >= left - 1 for left in lefts))

"""Lines to paragraphs: across line ends, columns and pages; where lines were broken does not matter."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from guidetrack.extract.pdf.page import Line
from guidetrack.extract.pdf.words import Joiner

BULLET = re.compile(r"^(?:[•●○◦▪■□▫·‣⁃➢►✓\uf0b7\uf0a7\uf0d8\uf076\uf02d*]\s*|[–—-]\s+|o\s+(?=[A-Z]))(?=\S)")
NUMBERED = re.compile(r"^(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)]|\d{1,2}(?:\.\d{1,3})+\.?)\s+(?=\S)")
_TERMINAL = re.compile(r"[.:;?!]['\"”’)\]]*$")
_LONGEST = 60_000
"""Characters of a paragraph; what is longer is cut, not joined for ever."""
_INLINE = re.compile(r"\((?:i|a|1)\)\s")
"""An enumeration that began in the middle of a paragraph goes on in it."""
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\S{0,6}$")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together. ``cells`` for a table row; ``note`` for a footnote."""

    lines: list[Line]
    text: str
    item: bool = False
    note: bool = False
    joined: bool = field(default=False)

    @property
    def first(self) -> Line:
        """Its topmost line."""
        return self.lines[0]

    @property
    def last(self) -> Line:
        """Its lowest line."""
        return self.lines[-1]


def assemble(regions: list[list[Line]], joiner: Joiner) -> list[Paragraph]:
    """Paragraphs of all regions in reading order; one cut by the end of a column or page is made whole."""
    leading = _leading(regions)
    body = body_size(regions)
    rights = _rights(regions)
    out: list[Paragraph] = []
    notes: list[Paragraph] = []
    for region in regions:
        for line in region:
            line.right = max(line.right, rights.get(_edge(line), line.right))
        found = _region(region, leading, joiner)
        _mark_notes(found, body)
        flow = [paragraph for paragraph in found if not paragraph.note]
        if out and flow and _goes_on(out[-1], flow[0]):
            head = flow.pop(0)
            _continue(out[-1], head, joiner)
        if flow:
            out += notes + flow
            notes = []
        notes += [paragraph for paragraph in found if paragraph.note]
    return out + notes


def _continue(paragraph: Paragraph, rest: Paragraph, joiner: Joiner) -> None:
    """Make whole what a column or page cut; of a table row each cell."""
    cells, more = paragraph.last.cells, rest.first.cells
    if cells:
        paragraph.first.cells = tuple(joiner.join(cell, after) if cell and after else cell or after
                                      for cell, after in zip(cells, more, strict=True))
        return
    paragraph.text = joiner.join(paragraph.text, rest.text, paragraph.last.broken)
    paragraph.lines += rest.lines


def body_size(regions: list[list[Line]]) -> float:
    """The size in which most of the document is written."""
    counts: Counter[float] = Counter()
    for region in regions:
        for line in region:
            counts[line.style[0]] += len(line.text)
    return counts.most_common(1)[0][0] if counts else 10.0


def _leading(regions: list[list[Line]]) -> dict[float, float]:
    """Size -> usual distance of baselines within a paragraph: the smallest that is common."""
    gaps: dict[float, Counter[float]] = {}
    for region in regions:
        for above, line in pairwise(region):
            gap = above.y - line.y
            if above.style[0] == line.style[0] and 0.7 * line.size < gap < 2.6 * line.size and not line.cells:
                gaps.setdefault(line.style[0], Counter())[round(gap * 2) / 2] += 1
    return {size: min(gap for gap, count in found.items()
                      if count >= 0.15 * found.total() or count == max(found.values()))
            for size, found in gaps.items()}


def _edge(line: Line) -> int:
    return round(line.left / 8)


def _rights(regions: list[list[Line]]) -> dict[int, float]:
    """Left edge -> right edge of the columns that start there, as most regions have it."""
    seen: dict[int, Counter[int]] = {}
    for region in regions:
        if len(region) >= 5:
            seen.setdefault(_edge(region[0]), Counter())[round(region[0].right / 4)] += len(region)
    return {edge: counts.most_common(1)[0][0] * 4.0 - 2 for edge, counts in seen.items()}


def _region(lines: list[Line], leading: dict[float, float], joiner: Joiner) -> list[Paragraph]:
    out: list[Paragraph] = []
    for line in lines:
        if line.cells:
            out.append(Paragraph([line], line.text))
        elif out and not out[-1].last.cells and len(out[-1].text) < _LONGEST and not _starts(out[-1], line, leading):
            out[-1].text = joiner.join(out[-1].text, line.text, out[-1].last.broken)
            out[-1].lines.append(line)
        else:
            out.append(Paragraph([line], line.text, item=bool(BULLET.match(line.text) or NUMBERED.match(line.text))))
    return out


def _starts(paragraph: Paragraph, line: Line, leading: dict[float, float]) -> bool:
    """Whether ``line`` starts a paragraph of its own."""
    above = paragraph.last
    gap = above.y - line.y
    usual = leading.get(line.style[0], 1.2 * line.size)
    if abs(above.size - line.size) > max(0.6, 0.07 * line.size):
        return True
    if gap > 1.22 * usual + 1 or gap < -0.5 * line.size:
        return True
    if BULLET.match(line.text) or _LEADER.search(above.text[-60:]):
        return True
    full = not _fits(above, line)
    if NUMBERED.match(line.text) and _starts_item(paragraph, line, full):
        return True
    if above.bold != line.bold and not full:
        return True
    if _is_centred(above) and _is_centred(line) and abs(above.x0 - line.x0) > 2:
        return not (above.bold == line.bold and (line.bold or line.text[:1].islower()))
    return _indented(paragraph, line, full) or (not full and not _runs_on(above, line))


def _starts_item(paragraph: Paragraph, line: Line, full: bool) -> bool:
    """Whether a number at the start of a line opens an item, and does not just stand there by the line's break."""
    hanging = paragraph.item and len(paragraph.lines) > 1 and paragraph.last.x0 > paragraph.first.x0 + 3
    if hanging:
        return abs(line.x0 - paragraph.first.x0) < 3 or line.x0 > paragraph.last.x0 + 3
    within = line.text.startswith("(") and _INLINE.search(paragraph.text, 4)
    return not full or (_closes(paragraph.last.text) and not within)


def _indented(paragraph: Paragraph, line: Line, full: bool) -> bool:
    """A first line set in, or a line that falls back behind the lines before it."""
    above, step = paragraph.last, 0.7 * line.size
    if len(paragraph.lines) == 1:
        if line.x0 > above.x0 + step:
            return not (full or paragraph.item)
        return line.x0 < above.x0 - step and not full and _closes(above.text)
    return line.x0 > above.x0 + step or (line.x0 < above.x0 - step and (not full or _closes(above.text)))


def _closes(text: str) -> bool:
    """Whether a sentence or clause ends here."""
    return _TERMINAL.search(text[-8:]) is not None


def _fits(above: Line, line: Line) -> bool:
    """Whether the first word of ``line`` would have fitted on the line above: then the break was meant."""
    slack = (0.5 if _closes(above.text) else 2.5) * line.size
    return above.x1 + 0.25 * line.size + line.first + slack < above.right


def _runs_on(above: Line, line: Line) -> bool:
    """A sentence that goes on in small letters although the line above ends early."""
    width = max(above.right - above.left, 1)
    return (line.text[:1].islower() or above.text.endswith(",")) and not _closes(above.text) \
        and above.right - above.x1 < 0.4 * width


def _is_centred(line: Line) -> bool:
    margin = line.x0 - line.left
    return margin > 1.5 * line.size and abs(margin - (line.right - line.x1)) < 0.12 * max(line.right - line.left, 1)


def _mark_notes(found: list[Paragraph], body: float) -> None:
    """Footnotes: what stands in smaller type at the foot of a column, from a mark on."""
    at = len(found)
    while at and found[at - 1].first.size < 0.93 * body and not found[at - 1].first.cells:
        at -= 1
    while at < len(found) and not re.match(r"^(?:\d{1,3}|[*†‡§¶#a-z]{1,2})(?:\s|[).]|(?=[A-Z\"“]))", found[at].text):
        at += 1
    if at:
        for paragraph in found[at:]:
            paragraph.note = True


def _goes_on(before: Paragraph, after: Paragraph) -> bool:
    """Whether a paragraph goes on in the next column or page."""
    last, line = before.last, after.first
    if last.cells and line.cells:
        return last.page != line.page and len(last.cells) == len(line.cells) and not line.cells[0] and not line.head
    if last.cells or line.cells or before.note or BULLET.match(line.text) or NUMBERED.match(line.text):
        return False
    if abs(last.size - line.size) > 0.6 or last.bold != line.bold or last.text.isupper() != line.text.isupper():
        return False
    if line.text[:1].islower() and not _closes(last.text):
        return True
    if last.text.endswith(("-", "\u00ad", ",")) or last.broken:
        return True
    return not _fits(last, line) and (before.item or line.x0 <= line.left + 0.7 * line.size)

"""Lines of a column, and the tables in it: rows of cells that stand under one another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from guidetrack.extract.pdf.page import Line, Page, Rule, Run, rows
from guidetrack.extract.pdf.words import Joiner

_MARKER = re.compile(r"^(?:[•●○◦▪■□▫–—·‣⁃➢►✓\uf0b7\uf0a7\uf0d8\uf076\uf02d*-]|o"
                     r"|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]"
                     r"|\d{1,3}(?:\.\d{1,3})+|§+|\d{1,2})$")
_NEAR = 3.5
"""Points by which edges of cells in one column may differ."""


@dataclass(slots=True)
class _Cell:
    text: str
    x0: float
    x1: float
    runs: list[Run]


_Row = list[_Cell]
_Columns = list[tuple[float, float]]
"""Left and right edge of each column."""


def lines(runs: list[Run], page: Page, joiner: Joiner) -> list[Line]:
    """The lines of one column from the top down; a table row is one line with its cells."""
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    found = [_unspread(_cells(row), left, right) for row in rows(runs)]
    if right - left < 0.5 * page.width and not page.columned and _alone(runs, page):
        right = max(right, page.width - left)
    out: list[Line] = []
    at = 0
    while at < len(found):
        if any(cell.runs[0].table for cell in found[at]):
            out.extend(line for cell in found[at] for line in _ready(cell, page.number, left, right))
            at += 1
            continue
        end, columns = _table_end(found, at, page.rules)
        if end > at:
            out.extend(_table(found[at:end], columns, page, joiner, left, right))
            at = end
        else:
            out.append(_line(found[at], page.number, left, right))
            at += 1
    return out


def _alone(runs: list[Run], page: Page) -> bool:
    """Whether nothing stands beside these runs: short lines then have the width of the page to themselves."""
    top, bottom, own = max(run.y for run in runs), min(run.y for run in runs), {id(run) for run in runs}
    return not any(bottom <= run.y <= top and id(run) not in own for run in page.runs)


def _cells(row: list[Run]) -> _Row:
    """Runs of one row with hardly a gap joined; a list marker joined with what it marks."""
    cells: _Row = []
    for run in row:
        near = bool(cells) and _is_near(cells[-1].runs[-1], run)
        marked = cells and len(cells) == 1 and _MARKER.match(cells[0].text) and run.x0 - cells[0].x1 < 6 * run.size
        if near or marked:
            glue = "" if run.x0 - cells[-1].x1 < 0.08 * run.size and not marked else " "
            cells[-1].text += glue + run.text
            cells[-1].x1 = max(cells[-1].x1, run.x1)
            cells[-1].runs.append(run)
        else:
            cells.append(_Cell(run.text, run.x0, run.x1, [run]))
    return cells


def _ready(cell: _Cell, number: int, left: float, right: float) -> list[Line]:
    """The rows of a ruled table; what stands beside it on its first line stays a line."""
    run = cell.runs[0]
    if not run.table:
        return [_line([cell], number, left, right)]
    return [Line(" | ".join(row), run.x0, run.x1, run.y, run.size, False, run.first, number, left, right,
                 cells=row if len(row) > 1 else (), head=run.bold_head and not at) for at, row in enumerate(run.table)]


def _is_near(before: Run, run: Run) -> bool:
    """Whether two runs are words of one line: written one after another, or with hardly a gap."""
    gap = run.x0 - before.x1
    if run.table or before.table:
        return False
    return not run.walled and gap < (1.0 if run.order == before.order + 1 else 0.4) * run.size


def _unspread(row: _Row, left: float, right: float) -> _Row:
    """A justified line of few words is spread evenly over the column: it is no row of cells."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(row)]
    spread = len(row) > 1 and max(gaps) - min(gaps) < 0.8 and row[0].x0 - left < 2 and right - row[-1].x1 < 2
    if not spread or any(" " in cell.text for cell in row) or any(cell.runs[0].table for cell in row):
        return row
    runs = [run for cell in row for run in cell.runs]
    return [_Cell(" ".join(cell.text for cell in row), row[0].x0, row[-1].x1, runs)]


def _line(row: _Row, number: int, left: float, right: float) -> Line:
    runs = [run for cell in row for run in cell.runs]
    main = max(runs, key=lambda run: len(run.text))
    return Line(" ".join(cell.text for cell in row), row[0].x0, row[-1].x1, main.y, main.size,
                all(run.bold for run in runs), runs[0].first, number, left, right, runs[-1].broken)


def _table_end(found: list[_Row], at: int, rules: list[Rule]) -> tuple[int, _Columns]:
    """Where a table that starts at row ``at`` ends (``at`` when none starts there), and its columns."""
    if len(found[at]) < 2:
        return at, []

    columns = [(cell.x0, cell.x1) for cell in found[at]]
    end, several = at + 1, 1
    pending = at + 1
    while pending < len(found):
        row, above = found[pending], found[pending - 1]
        size = row[0].runs[0].size
        gap = above[0].runs[0].y - row[0].runs[0].y
        if any(cell.runs[0].table for cell in row) or (gap > 4 * size and not _ruled(rules, row, above)):
            break
        if len(row) == 1:
            if not _within_one(row[0], columns) or (gap > 2.2 * size and not _ruled(rules, row, above)):
                break
        else:
            merged = _merged(columns, row)
            if merged is None:
                break
            columns, several, end = merged, several + 1, pending + 1
        pending += 1
    if several < 2:
        return at, []
    while end < pending and len(found[end]) == 1 and _continues(found[end], found[end - 1], columns):
        end += 1
    return end, columns


def _ruled(rules: list[Rule], row: _Row, above: _Row) -> bool:
    return any(row[0].runs[0].y < rule.y < above[0].runs[0].y + above[0].runs[0].size for rule in rules)


def _continues(row: _Row, above: _Row, columns: _Columns) -> bool:
    """Whether a lone cell after the last full row is the rest of a cell in it: close below, not in the first column."""
    size = row[0].runs[0].size
    tight = above[0].runs[0].y - row[0].runs[0].y < 1.5 * size
    return tight and row[0].x0 > columns[0][1] and abs(row[0].runs[0].size - above[-1].runs[0].size) < 0.6


def _within_one(cell: _Cell, columns: _Columns) -> bool:
    touched = [column for column in columns if cell.x0 < column[1] and cell.x1 > column[0]]
    return len(touched) == 1


def _merged(columns: _Columns, row: _Row) -> _Columns | None:
    """The columns with another row in them; None when the row does not stand in these columns."""
    aligned = 0
    out = list(columns)
    for cell in row:
        touched = [index for index, column in enumerate(out) if cell.x0 < column[1] + 1 and cell.x1 > column[0] - 1]
        if len(touched) > 1:
            return None
        if not touched:
            out.append((cell.x0, cell.x1))
            continue
        x0, x1 = out[touched[0]]
        aligned += min(abs(cell.x0 - x0), abs(cell.x1 - x1), abs(cell.x0 + cell.x1 - x0 - x1) / 2) <= _NEAR
        out[touched[0]] = (min(x0, cell.x0), max(x1, cell.x1))
    out.sort()
    clear = all(before[1] + 1 < after[0] for before, after in pairwise(out))
    return out if clear and aligned >= 1 else None


def _table(found: list[_Row], columns: _Columns, page: Page, joiner: Joiner, left: float, right: float) -> list[Line]:
    """The table's rows; lines that continue the cells of a row are joined with it."""
    out: list[Line] = []
    grid = _grid(found, page.rules)
    tight = min((a[0].runs[0].y - b[0].runs[0].y for a, b in pairwise(found)), default=0.0)
    texts: list[str] = []
    first: _Row = found[0]
    bold = True

    def close() -> None:
        line = _line(first, page.number, left, right)
        line.cells, line.text, line.head = tuple(texts), " | ".join(texts), bold and not out
        out.append(line)

    for index, row in enumerate(found):
        if index and _starts_row(found, index, columns, grid, tight, page.rules):
            close()
            texts, first, bold = [], row, True
        texts = texts or [""] * len(columns)
        for cell in row:
            column = _column(cell, columns)
            texts[column] = joiner.join(texts[column], cell.text) if texts[column] else cell.text
            bold = bold and all(run.bold for run in cell.runs)
    close()
    return out


def _column(cell: _Cell, columns: _Columns) -> int:
    """The column that a cell overlaps most."""
    return max(range(len(columns)), key=lambda at: min(cell.x1, columns[at][1]) - max(cell.x0, columns[at][0]))


def _grid(found: list[_Row], rules: list[Rule]) -> bool:
    """Whether every row of the table is ruled off from the next."""
    top, bottom = found[0][0].runs[0].y, found[-1][0].runs[0].y
    left, right = min(row[0].x0 for row in found), max(row[-1].x1 for row in found)
    inner = {round(rule.y / 3) for rule in rules if bottom < rule.y < top and rule.x0 < right and rule.x1 > left}
    return len(inner) >= 2 and len(inner) >= 0.4 * sum(len(row) > 1 for row in found)


def _starts_row(found: list[_Row], index: int, columns: _Columns, grid: bool, tight: float, rules: list[Rule]) -> bool:
    row, above = found[index], found[index - 1]
    if grid:
        return _ruled(rules, row, above)
    gap = above[0].runs[0].y - row[0].runs[0].y
    in_first = row[0].x0 < columns[0][1]
    if _ruled(rules, row, above) or gap > 1.35 * tight + 1:
        return True
    return in_first and len(row) >= 2

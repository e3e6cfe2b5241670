"""Ruled tables: where lines draw the cells, the lines decide what stands in which cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from guidetrack.extract.pdf.page import Page, Rule, Run, Wall, rows
from guidetrack.extract.pdf.words import Joiner

_SAME = 3.0
"""Points within which two drawn lines are one."""
_FIGURE = re.compile(r"[\d\s.,:%$€£()/+–-]+")
_MAX_TABLES = 60
_MAX_COLUMNS = 80
_MAX_LINES = 4_000
"""More drawn lines than that are a picture or a graph."""


def lift(page: Page, joiner: Joiner) -> None:
    """Take the runs inside ruled tables off the page and put one run in their place that holds the rows."""
    if not page.walls or not page.rules or len(page.walls) + len(page.rules) > _MAX_LINES:
        return
    for left, bottom, right, top, walls in islice(_boxes(page.walls), _MAX_TABLES):
        columns = _positions([(wall.x, wall.y1 - wall.y0) for wall in walls], 0.4 * (top - bottom))
        inside = [rule for rule in page.rules if bottom - _SAME <= rule.y <= top + _SAME and _joins(rule, columns)]
        lengths = [(rule.y, min(rule.x1, right) - max(rule.x0, left)) for rule in inside]
        lines = _positions(lengths, 0.6 * (right - left))
        if not 3 <= len(columns) <= _MAX_COLUMNS or len(lines) < 2:
            continue
        _take(page, columns, lines, joiner)


def _joins(rule: Rule, columns: list[float]) -> bool:
    """Whether a horizontal line reaches from column to column: one under a word does not."""
    return all(any(abs(end - place) <= _SAME for place in columns) for end in (rule.x0, rule.x1)) \
        or (rule.x0 < columns[0] + _SAME and rule.x1 > columns[-1] - _SAME)


def _take(page: Page, columns: list[float], lines: list[float], joiner: Joiner) -> None:
    left, right, bottom, top = columns[0], columns[-1], lines[0], lines[-1]
    within = [run for run in page.runs if not run.table and left - _SAME < (run.x0 + run.x1) / 2 < right + _SAME
              and bottom < run.y + 0.3 * run.size < top]
    table = _table(within, columns, lines, joiner)
    if not table or (len(columns) < 4 and not any(sum(bool(cell) for cell in cells) > 1 for cells in table)):
        return
    taken = {id(run) for run in within}
    first = min(within, key=lambda run: run.order)
    page.runs = [run for run in page.runs if id(run) not in taken]
    page.runs.append(Run(" ".join(filter(None, table[0])), left, right, top - first.size, first.size, False,
                         first.order, right - left, table=tuple(table),
                         bold_head=all(run.bold for run in within if run.y > lines[-2])))


def _boxes(walls: list[Wall]) -> Iterator[tuple[float, float, float, float, list[Wall]]]:
    """Groups of vertical lines that reach over the same heights, with the box around each."""
    group: list[Wall] = []
    bottom = 0.0
    for wall in sorted(walls, key=lambda wall: -wall.y1):
        if group and wall.y1 < bottom - _SAME:
            yield _box(group)
            group = []
        bottom = min(bottom, wall.y0) if group else wall.y0
        group.append(wall)
    if group:
        yield _box(group)


def _box(walls: list[Wall]) -> tuple[float, float, float, float, list[Wall]]:
    return (min(wall.x for wall in walls), min(wall.y0 for wall in walls), max(wall.x for wall in walls),
            max(wall.y1 for wall in walls), walls)


def _positions(found: list[tuple[float, float]], least: float) -> list[float]:
    """Where lines stand that together are at least ``least`` long, in order."""
    out: list[tuple[float, float]] = []
    for place, length in sorted(found):
        if out and place - out[-1][0] <= _SAME:
            out[-1] = (out[-1][0], out[-1][1] + length)
        else:
            out.append((place, length))
    return [place for place, length in out if length >= least]


def _table(within: list[Run], columns: list[float], lines: list[float], joiner: Joiner) -> list[tuple[str, ...]]:
    """The rows; one that spans the table is a tuple of one."""
    bands: dict[int, list[Run]] = {}
    for run in within:
        bands.setdefault(sum(place > run.y + 0.3 * run.size for place in lines[1:-1]), []).append(run)
    out: list[tuple[str, ...]] = []
    for _, band in sorted(bands.items()):
        for part in _rows(band, columns):
            cells = [_cell([run for run in part if _column(run, columns) == at], joiner)
                     for at in range(len(columns) - 1)]
            edge = columns[_column(part[0], columns) + 1]
            spans = sum(bool(cell) for cell in cells) == 1 and max(run.x1 for run in part) > edge + 6
            out.append((next(filter(None, cells)),) if spans else tuple(cells))
    return out


def _column(run: Run, columns: list[float]) -> int:
    """The column in which a run starts."""
    start = run.x0 + min(_SAME, (run.x1 - run.x0) / 2)
    return sum(place < start for place in columns[1:-1])


def _rows(band: list[Run], columns: list[float]) -> list[list[Run]]:
    """The runs between two lines as one row, or as several when figures stand in all columns line by line."""
    visual = rows(band)
    filled = {_column(run, columns) for run in band}
    figures = sum(bool(_FIGURE.fullmatch(run.text)) for run in band)
    if len(visual) < 2 or len(filled) < 3 or figures < 0.5 * len(band):
        return [band]
    whole = all(len({_column(run, columns) for run in line}) >= 0.7 * len(filled) for line in visual)
    return visual if whole else [band]


def _cell(runs: list[Run], joiner: Joiner) -> str:
    text, broken = "", False
    for row in rows(runs):
        for run in row:
            text = joiner.join(text, run.text, broken) if text else run.text
            broken = run.broken
    return text

"""Reading order: the page in bands from the top down, each band in its columns from left to right."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from guidetrack.extract.pdf.page import Page, Run, rows

_MIN_GUTTER = 5.0
_MIN_ROWS = 4
"""Rows on both sides of a gutter that make columns."""
_SAME = 8.0
"""Points within which gutters on two pages are the same."""


def regions(pages: list[Page]) -> list[list[list[Run]]]:
    """Each page's runs in groups to be read one after another.

    A gutter found on one page is trusted on the others, where a column may hold a line or two.
    """
    known: Counter[int] = Counter()
    for page in pages:
        _grouped(page.runs, known, frozenset())
    trusted = frozenset(known)
    for page in pages:
        page.columned = bool(known)
    return [_grouped(page.runs, Counter(), trusted) + [[run] for run in page.turned] for page in pages]


def _grouped(runs: list[Run], found: Counter[int], known: frozenset[int]) -> list[list[Run]]:
    out: list[list[Run]] = []
    stack = [runs] if runs else []
    while stack:
        group = stack.pop()
        parts = _split(group, found, known)
        if parts is None:
            out.append(group)
        else:
            stack.extend(reversed(parts))
    return out


def _split(runs: list[Run], found: Counter[int], known: frozenset[int]) -> list[list[Run]] | None:
    """Bands and columns of a group, or None when it is one column."""
    lines = rows(runs)
    if len(lines) < 2 or (len(lines) < _MIN_ROWS and not known):
        return None
    for gutter in (*_gutters(runs), *sorted(known)):
        trusted = any(abs(gutter - place) <= _SAME for place in known)
        bands = _bands(lines, gutter, trusted)
        if any(is_columns for is_columns, _ in bands):
            found[round(gutter)] += 1
            parts: list[list[Run]] = []
            for is_columns, band in bands:
                flat = [run for line in band for run in line]
                if not is_columns:
                    parts.append(flat)
                    continue
                tail = _tail(band, gutter)
                flat = [run for line in band[:len(band) - tail] for run in line]
                parts += [[run for run in flat if run.x1 <= gutter + 1], [run for run in flat if run.x1 > gutter + 1],
                          [run for line in band[len(band) - tail:] for run in line]]
            parts = [part for part in parts if part]
            return parts if len(parts) > 1 else None
    return None


def _gutters(runs: list[Run]) -> list[float]:
    """White strips that few runs cross, the widest first: just before the next column's even left edge."""
    left, right = int(min(run.x0 for run in runs)), int(max(run.x1 for run in runs)) + 1
    width = min(right - left, 20_000)
    steps = [0] * (width + 2)
    for run in runs:
        steps[max(0, min(int(run.x0) - left, width))] += 1
        steps[max(0, min(int(run.x1) - left + 1, width + 1))] -= 1
    cover, total = [], 0
    for step in steps[:width]:
        total += step
        cover.append(total)
    typical = median(cover) if cover else 0
    found: list[tuple[float, float]] = []
    start = None
    for x, count in enumerate([*cover, 10**9]):
        if count <= typical * 0.4:
            start = x if start is None else start
        elif start is not None:
            if start > 0 and x < width and x - start >= _MIN_GUTTER:
                found.append((x - start, left + x - 2.0))
            start = None
    return [place for _, place in sorted(found, reverse=True)[:8]]


def _bands(lines: list[list[Run]], gutter: float, trusted: bool) -> list[tuple[bool, list[list[Run]]]]:
    """Consecutive rows that leave the gutter free, and those between them; True for real columns."""
    groups: list[tuple[bool, list[list[Run]]]] = []
    for line in lines:
        free = not any(run.x0 < gutter - 1 and run.x1 > gutter + 1 for run in line)
        if groups and groups[-1][0] is free:
            groups[-1][1].append(line)
        else:
            groups.append((free, [line]))
    judged = [(free and _is_columns(band, gutter, trusted), band) for free, band in groups]
    merged: list[tuple[bool, list[list[Run]]]] = []
    for is_columns, band in judged:
        if merged and not merged[-1][0] and not is_columns:
            merged[-1][1].extend(band)
        else:
            merged.append((is_columns, list(band)))
    return merged


def _tail(band: list[list[Run]], gutter: float) -> int:
    """How many rows at the end stand below both columns: on the left only, after more white than between paragraphs."""
    last = max((at for at, line in enumerate(band) if line[-1].x1 > gutter + 1), default=-1)
    steps = [above[0].y - line[0].y for above, line in pairwise(band)]
    usual = median(steps) if steps else 0.0
    for at in range(max(last + 1, 1), len(band)):
        if steps[at - 1] > 2.2 * usual:
            return len(band) - at
    return 0


def _is_columns(band: list[list[Run]], gutter: float, trusted: bool) -> bool:
    """Whether both sides hold running text that is read down, not across as the cells of a table."""
    left = [run for line in band for run in line if run.x1 <= gutter + 1]
    right = [run for line in band for run in line if run.x1 > gutter + 1]
    both = sum(line[0].x1 <= gutter + 1 and line[-1].x1 > gutter + 1 for line in band)
    if not left or not right or (min(len(rows(left)), len(rows(right)), both) < 2 and not trusted):
        return False
    sides = [run.x1 > gutter + 1 for run in sorted([*left, *right], key=lambda run: run.order)]
    returns = sum(before and not after for before, after in pairwise(sides))
    if trusted and returns <= len(band) // 15 and _words(left) >= 2.5 and _words(right) >= 2.5:
        return True
    prose = _is_prose(left) and _is_prose(right)
    if len(rows(left)) < _MIN_ROWS or len(rows(right)) < _MIN_ROWS:
        return returns == 0 and prose and _words(left) >= 4 and _words(right) >= 4
    if returns <= len(band) // 15:
        return prose or (_words(left) >= 2.5 and _words(right) >= 2.5)
    return prose and len(band) >= 8 and returns >= 0.8 * both and _words(left) >= 4 and _words(right) >= 4 \
        and _running(left) >= 0.5 and _running(right) >= 0.5


def _words(runs: list[Run]) -> float:
    return median(len(run.text.split()) for run in runs)


def _fills(runs: list[Run]) -> float:
    """How much of its column's width the median row covers."""
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    lines = rows(runs)
    return median((line[-1].x1 - line[0].x0) / max(right - left, 1) for line in lines)


def _running(runs: list[Run]) -> float:
    """How many rows go on with a sentence: they start in small letters."""
    return sum(run.text[:1].islower() for run in runs) / len(runs)


def _is_prose(runs: list[Run]) -> bool:
    """Rows of several words that mostly reach across their column."""
    return _words(runs) >= 3 and _fills(runs) >= 0.6

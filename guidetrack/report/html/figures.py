"""Two pictures as inline SVG: changes over time by publisher and level, and each source's checks day by day.

Shapes carry the meaning, colour only repeats it (WCAG 2.2, 1.4.1); each picture is named and described, and the
numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape

from markupsafe import Markup

from guidetrack.models import Change, Check, Level, OutcomeKind, Source
from guidetrack.report import clean, words
from guidetrack.report.width import cut

_ROW, _LABEL, _PLOT, _TOP = 26, 225, 700, 34
_CELL = 14
_MOST_COLUMNS = 62
"""Days drawn one by one; a longer period is drawn in steps, each showing its worst day."""
_MOST_ROWS = 120


def _name(text: str, columns: int = 34) -> str:
    return escape(cut(clean.line(text), columns))


def _day_of(value: datetime) -> date:
    return value.astimezone(UTC).date()


def shape(level: Level, x: float, y: float) -> str:
    """The mark of a level, centred: high a triangle, medium a square, low a ring."""
    if level is Level.HIGH:
        return f'<path class="high" d="M{x:.1f} {y - 8:.1f}l8 14h-16z"/>'
    if level is Level.MEDIUM:
        return f'<rect class="medium" x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12"/>'
    return f'<circle class="low" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>'


def timeline(changes: Sequence[Change], sources: Mapping[str, Source], start: date, end: date) -> Markup:
    """Told changes of a period, a row a publisher, a mark a day and publisher (the worst, with how many)."""
    days = max(1, (end - start).days)
    rows = _by_publisher(changes, sources)
    if not rows:
        return Markup("")
    height = _TOP + _ROW * len(rows) + 8
    parts = [*_axis(start, days, height)]
    for at, (publisher, found) in enumerate(rows):
        y = _TOP + _ROW * at + _ROW / 2
        parts.append(f'<path class="grid" d="M{_LABEL} {y:.1f}h{_PLOT}"/>'
                     f'<text x="0" y="{y + 4:.1f}">{_name(publisher)}</text>')
        parts += _marks(found, start, days, y)
    described = "; ".join(f"{clean.line(publisher)}: {_levels(found)}" for publisher, found in rows)
    title = "Changes over time, by publisher and level"
    return _figure("timeline", title, described, _LABEL + _PLOT + 24, height, parts, _level_legend())


def _by_publisher(changes: Sequence[Change], sources: Mapping[str, Source]) -> list[tuple[str, list[Change]]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        source = sources.get(change.source)
        grouped.setdefault((source.publisher or source.name) if source else change.source, []).append(change)
    worst = sorted(grouped.items(), key=lambda row: (-max(c.level.rank for c in row[1]), -len(row[1]), row[0]))
    if len(worst) <= _MOST_ROWS:
        return worst
    rest = [change for _, found in worst[_MOST_ROWS:] for change in found]
    return [*worst[:_MOST_ROWS], (f"{len(worst) - _MOST_ROWS} other publishers", rest)]


def _levels(changes: Iterable[Change]) -> str:
    found = [change.level for change in changes]
    return ", ".join(f"{found.count(level)} {level.value}" for level in Level if level in found)


def _axis(start: date, days: int, height: float) -> list[str]:
    step = max(1, -(-days // 7))
    parts = []
    for offset in range(0, days + 1, step):
        x = _LABEL + 10 + (_PLOT - 20) * offset / days
        label = words.day(start + timedelta(days=offset), year=offset == 0 or days > 300)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP - 8}V{height - 4:.0f}"/>'
                     f'<text class="soft" x="{x:.1f}" y="14" text-anchor="middle">{label}</text>')
    return parts


def _marks(changes: Sequence[Change], start: date, days: int, y: float) -> list[str]:
    slots: dict[int, list[Change]] = {}
    for change in changes:
        offset = min(max(0, (_day_of(change.seen) - start).days), days)
        slots.setdefault(round(offset * 40 / days), []).append(change)
    parts = []
    for slot, found in sorted(slots.items()):
        x = _LABEL + 10 + (_PLOT - 20) * slot / 40
        worst = max((change.level for change in found), key=lambda level: level.rank)
        parts.append(shape(worst, x, y))
        if len(found) > 1:
            parts.append(f'<text x="{x + 8:.1f}" y="{y - 3:.1f}" font-size="10">{len(found)}</text>')
    return parts


def _figure(
    key: str, title: str, described: str, width: float, height: float, parts: Sequence[str], legend: str
) -> Markup:
    """An SVG named and described for those who do not see it, in a box that scrolls by itself when narrow."""
    return Markup(
        f'<figure><figcaption id="f-{key}">{escape(title)}</figcaption>{legend}'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="f-{key}">'
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t-{key} d-{key}" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"><title id="t-{key}">{escape(title)}</title>'
        f'<desc id="d-{key}">{escape(described)}</desc>{"".join(parts)}</svg></div></figure>'
    )


def _legend(items: Iterable[tuple[str, str]]) -> str:
    return '<ul class="legend">' + "".join(
        f'<li><svg aria-hidden="true" width="18" height="18" viewBox="0 0 18 18">{mark}</svg>{escape(text)}</li>'
        for mark, text in items) + "</ul>"


def _level_legend() -> str:
    return _legend((shape(level, 9, 9), text) for level, text in (
        (Level.HIGH, "high: triangle"), (Level.MEDIUM, "medium: square"), (Level.LOW, "low: ring")))


_CELLS = {
    "bad": "M{x} {y}m3 3l7 7m0 -7l-7 7",
    "heldc": "M{x} {y}m2 6.5h9",
    "changed": "M{x} {y}m1 1h11v11h-11zm3.5 3.5v4h4v-4z",
    "good": "M{x} {y}m3 3h7v7h-7z",
    "nocheck": "M{x} {y}m5.5 5.5h2v2h-2z",
}
"""Worst first. A cross, a dash, a square with a hole, a small square, a dot."""
_CELL_WORDS = {"bad": "missed: cross", "heldc": "held: dash", "changed": "changed: square with a hole",
               "good": "good: small square", "nocheck": "no check: dot"}
_OF_DAY = {key: rank for rank, key in enumerate(("nocheck", "bad", "heldc", "good", "changed"))}
"""Of several checks on one day the best counts: the page was seen that day."""
_OF_STEP = {key: rank for rank, key in enumerate(("nocheck", "good", "changed", "heldc", "bad"))}
"""Of several days in one step the worst counts: a day on which the page was not seen must not disappear."""


def cell_of(outcome: OutcomeKind) -> str:
    """The calendar's mark of one check."""
    if outcome is OutcomeKind.MISSED:
        return "bad"
    if outcome is OutcomeKind.HELD:
        return "heldc"
    return "changed" if outcome is OutcomeKind.CHANGED else "good"


def calendar(checks: Iterable[Check], sources: Sequence[Source], start: date, end: date) -> Markup:
    """A row a source, a column a day (or a step of days): the worst that happened, or that nobody looked."""
    days = (end - start).days + 1
    step = -(-days // _MOST_COLUMNS)
    columns = -(-days // step)
    daily: dict[tuple[str, int], str] = {}
    for check in checks:
        cell = check.source, (_day_of(check.at) - start).days
        daily[cell] = max(cell_of(check.outcome), daily.get(cell, "nocheck"), key=_OF_DAY.__getitem__)
    grid: dict[str, dict[int, str]] = {source.id: {} for source in sources}
    for (id, day), mark in daily.items():
        if id in grid and 0 <= day < days:
            row = grid[id]
            row[day // step] = max(mark, row.get(day // step, "nocheck"), key=_OF_STEP.__getitem__)
    if not grid or not any(grid.values()):
        return Markup("")
    height = _TOP + _CELL * 1.4 * len(sources) + 8
    parts = _columns(start, columns, step)
    paths: dict[str, list[str]] = {key: [] for key in _CELLS}
    for at, source in enumerate(sources):
        y = _TOP + _CELL * 1.4 * at
        parts.append(f'<text x="0" y="{y + 11:.1f}">{_name(source.name)}</text>')
        for column in range(columns):
            mark = grid[source.id].get(column, "nocheck")
            paths[mark].append(_CELLS[mark].format(x=_LABEL + _CELL * column, y=f"{y:.1f}"))
    parts += [f'<path class="{key}" d="{"".join(drawn)}"/>' for key, drawn in paths.items() if drawn]
    title = "Coverage: each source, each day" if step == 1 else f"Coverage: each source, the worst of every {step} days"
    described = f"From {words.day(start)} to {words.day(end)}. The table below holds the same as numbers."
    width = _LABEL + _CELL * columns + 24
    return _figure("calendar", title, described, width, height, parts, _cell_legend())


def _columns(start: date, columns: int, step: int) -> list[str]:
    every = max(1, -(-columns // 8))
    return [f'<text class="soft" x="{_LABEL + _CELL * at}" y="16">'
            f"{words.day(start + timedelta(days=at * step), year=False)}</text>"
            for at in range(0, columns, max(every, 4))]


def _cell_legend() -> str:
    return _legend((f'<path class="{key}" d="{path.format(x=2, y=2)}"/>', _CELL_WORDS[key])
                   for key, path in reversed(_CELLS.items()))

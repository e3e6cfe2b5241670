"""What the templates ask for: filters over the models, and the lists a page shows. Every word comes from `words`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby
from typing import Any

from markupsafe import Markup

from guidetrack.models import Change, ChangeKind, Edit, EditKind, Op, OpKind, OutcomeKind, Report, Review, Source
from guidetrack.report import clean, redline, state, words
from guidetrack.report.html import figures

MANY_EDITS = 20
"""Edits of one change shown before the rest folds away."""
LISTED_LINES = 100
"""Set-aside lines of one change listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One edit as the template shows it: one labelled text, or before, after and marked runs.

    :param whole: the runs of the whole passage, when ``ops`` is shortened. :param words: how many words that is.
    """

    label: str = ""
    text: str = ""
    before: str = ""
    after: str = ""
    ops: tuple[Op, ...] = ()
    moved: str = ""
    whole: tuple[Op, ...] = ()
    words: str = ""


def shown(edit: Edit, limit: int = 0) -> Shown:
    """One edit under its labels, shortened around what changed; with ``limit`` clipped to so many characters."""
    full = redline.operations(edit)
    ops = redline.shortened(full)
    if limit:
        ops = redline.clipped(ops, limit)
    moved = ""
    if edit.kind is EditKind.MOVED:
        moved = f"from {words.section_path(edit.moved_from)} to {words.section_path(edit.section)}"
    whole = full if ops != full else ()
    count = f"{len((edit.after or edit.before).split()):,}"
    if edit.kind is EditKind.ADDED:
        return Shown("Added", redline.after(ops), whole=whole, words=count)
    if edit.kind is EditKind.REMOVED:
        return Shown("Removed", redline.before(ops), whole=whole, words=count)
    if redline.before(ops) == redline.after(ops):
        return Shown("Text", redline.after(ops), moved=moved, whole=whole, words=count)
    return Shown("", "", redline.before(ops), redline.after(ops), ops, moved, whole, count)


def sections(edits: Iterable[Edit]) -> Iterator[tuple[tuple[str, ...], list[Edit]]]:
    """Neighbouring edits under the same headings."""
    for path, group in groupby(edits, key=lambda edit: edit.section):
        yield path, list(group)


def remarks(change: Change) -> list[str]:
    """What else has to be said of a change, each a sentence."""
    said = []
    if not change.confirmed:
        said.append("Seen once; the next check will confirm it.")
    if words.more(change):
        said.append(words.more(change))
    if change.historical:
        said.append("Found in an archive of the past; dated then, told to nobody.")
    if change.folded:
        said.append("Folded: the page alternates between texts.")
    if change.renumbered:
        said.append(words.renumbered(change.renumbered))
    if change.coarse:
        said.append("The edits are correct but coarse: the comparison reached its bound of work.")
    return said


def decision(history: Sequence[Review] | None, change: Change) -> str:
    """The last decision's word, or whether one is asked for."""
    if history and not words.open_after(history):
        return history[-1].decision.value
    return "needs one" if words.needs_decision(change, history or ()) else "open"


def who(thing: Change | str, source: Source | None) -> str:
    """Publisher and title."""
    return words.who(source, thing.source if isinstance(thing, Change) else thing)


@dataclass(frozen=True, slots=True)
class Coverage:
    """One source's line in the coverage table; numbers as text."""

    name: str
    state: str
    done: str
    planned: str
    bad: str
    last_good: str
    every: str


def bounds(report: Report) -> tuple[date, date]:
    """First and last day (UTC) the pictures show: the period, else from the oldest to the newest thing known."""
    end = (report.until or report.made).astimezone(UTC).date()
    if report.since is not None:
        return min(report.since.astimezone(UTC).date(), end), end
    seen = [change.seen for change in report.changes] + [check.at for check in report.checks[:1]]
    start = min(seen, default=report.made).astimezone(UTC).date()
    return min(start, end), end


def coverage(report: Report) -> list[Coverage]:
    """Every source with the checks done and planned in the period."""
    done: dict[str, int] = {}
    bad: dict[str, int] = {}
    for check in report.checks:
        done[check.source] = done.get(check.source, 0) + 1
        bad[check.source] = bad.get(check.source, 0) + (check.outcome in (OutcomeKind.HELD, OutcomeKind.MISSED))
    rows = []
    for status in report.coverage:
        source, memory = status.source, status.memory
        name = source.id if source.name == source.id else f"{source.name} ({source.id})"
        rows.append(Coverage(
            f"{source.publisher} · {name}" if source.publisher else name,
            status.state if source.enabled else "disabled", f"{done.get(source.id, 0):,}",
            f"{state.planned(status, report):,}",
            f"{bad.get(source.id, 0):,}", words.day(memory.last_good) if memory.last_good else "never",
            f"every {words.span(source.every).removeprefix('1 ')}"))
    return rows


def aside(report: Report) -> list[tuple[str, list[str]]]:
    """What the report does not tell as a change: held, folded, technical, historical; each counted and listed."""
    sources = state.sources_of(report)
    held = [f"{words.who(outcome.source, outcome.source.id)}: {clean.line(outcome.detail)}"
            for outcome in report.outcomes if outcome.kind is OutcomeKind.HELD]
    folded = [f"{words.who(outcome.source, outcome.source.id)}: {clean.line(outcome.detail)}"
              for outcome in report.outcomes if state.folded(outcome)]
    kinds: list[tuple[str, Callable[[Change], bool]]] = [
        ("returned and folded", lambda change: change.folded),
        ("technical: read anew by us, not changed by the publisher",
         lambda change: change.kind is ChangeKind.TECHNICAL),
        ("historical: found in an archive of the past", lambda change: change.historical and not change.folded
         and change.kind is not ChangeKind.TECHNICAL),
    ]
    groups = [("held", held), ("alternating between two texts", folded)]
    for label, wanted in kinds:
        groups.append((label, [
            f"{words.number(change.id)} {words.who(sources.get(change.source), change.source)}, "
            f"{words.day(change.seen)}: {words.headline(change)}" for change in report.changes if wanted(change)]))
    return [(f"{len(lines):,} {label}", lines) for label, lines in groups if lines]


def noisy(report: Report) -> str:
    """How many lines were set aside as noise in the run's checks, or in the period's."""
    counted = [outcome.set_aside for outcome in report.outcomes] or [check.set_aside for check in report.checks]
    total = sum(counted)
    if not total:
        return ""
    where = words.plural(sum(1 for count in counted if count), "source" if report.outcomes else "check")
    return f"{words.plural(total, 'line')} set aside as noise in {where}; those beside a change are listed here."


def filters() -> dict[str, Callable[..., Any]]:
    """The filters of the templates, by name."""
    return {
        "day": words.day, "moment": words.moment, "stamp": words.stamp, "level": words.level, "number": words.number,
        "plural": words.plural, "headline": words.headline, "flags": words.flags,
        "dates": words.dates_line, "why": words.why,
        "review": words.review_line, "path": words.section_path, "who": who, "web": clean.web_url, "shown": shown,
        "sections": sections, "remarks": remarks, "open_after": _open, "decision": decision,
        "clip": clip, "retold": words.retold, "state_class": lambda word: word if word.isalpha() else "other",
    }


def _open(change: Change, history: Sequence[Review]) -> bool:
    return change.kind is not ChangeKind.TECHNICAL and words.open_after(history)


def clip(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, ending in ``…`` after a whole word when it was longer."""
    safe = clean.line(text)
    return safe if len(safe) <= limit else redline.clipped((Op(OpKind.SAME, safe),), limit)[0].text


def finalize(value: object) -> object:
    """Every value a template prints passes here, before it is escaped: nothing a page wrote escapes the cleaning."""
    return clean.inline(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def context(report: Report) -> dict[str, Any]:
    """What the report's page shows."""
    sources, told = state.sources_of(report), state.told(report)
    start, end = bounds(report)
    watched = [status.source for status in report.coverage if status.source.enabled]
    return {
        "report": report, "period": words.period(report), "glance": state.glance(report), "told": told,
        "sources": sources, "histories": words.by_change(report.reviews), "troubles": state.troubles(report),
        "aside": aside(report), "noisy": noisy(report), "coverage": coverage(report), "looked": state.looked(report),
        "timeline": figures.timeline(told, sources, start, end) if start < end else "",
        "calendar": figures.calendar(report.checks, watched, start, end),
    }

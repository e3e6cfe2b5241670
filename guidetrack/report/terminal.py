"""What the commands print: lists and tables. ``width`` 0 is a pipe: one line an item, its id first, never cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from guidetrack.models import Change, ChangeKind, Level, Outcome, OutcomeKind, Report, Review, Source, SourceStatus
from guidetrack.report import block, clean, paint, state, words
from guidetrack.report.width import cells, pad, wrap

_ID_COLUMN = 28
_ORDER = ("overdue", "late", "missed", "held", "gone", "changed", "moved", "returned", "folded", "recovered", "first",
          "technical", "unchanged")
_STATES = ("overdue", "late", "missed", "held", "gone", "never checked", "changed", "first", "unchanged")


def check_header(sources: int, pause: timedelta) -> str:
    """What is about to happen, for stderr or the top of the list."""
    polite = f", politely ({words.span(pause)} between requests to one host)" if pause else ""
    return f"Checking {words.plural(sources, 'source')}{polite}."


def check_lines(
    report: Report, *, quiet: bool = False, verbose: bool = False, width: int = 80, colour: bool = False
) -> str:
    """A run as its list and its totals: what could not be checked first, then changes, then the quiet rest.

    With ``quiet`` unchanged sources and folded returns are left out; the result is empty when nothing is left.
    With ``verbose`` every unchanged source has its own line.
    """
    shown, folded_away = [], []
    for outcome in report.outcomes:
        word = state.outcome_word(outcome)
        if word == "unchanged" and not (verbose and not quiet):
            folded_away.append(outcome)
        elif not (quiet and word in ("unchanged", "folded")):
            shown.append((word, outcome))
    if quiet and not shown:
        return ""
    shown.sort(key=lambda item: (_ORDER.index(item[0]), -(item[1].change.level.rank if item[1].change else 0)))
    now = (report.run and report.run.ended) or report.made
    rows = [_row(word, outcome, now, verbose) for word, outcome in shown]
    lines = _listing(rows, width, colour)
    if folded_away and not quiet:
        lines.append(_unchanged(folded_away, width, colour))
    return "\n".join([*lines, "", *_totals(report, width)]) + "\n"


class _Row(NamedTuple):
    """One line of a run's list."""

    word: str
    level: Level | None
    id: str
    text: str
    number: str


def _row(word: str, outcome: Outcome, now: datetime, verbose: bool) -> _Row:
    change = outcome.change
    level = change.level if change and word not in ("folded", "technical") else None
    number = words.number(change.id) if change and change.id else ""
    return _Row(word, level, clean.line(outcome.source.id), _said(word, outcome, now, verbose), number)


def _said(word: str, outcome: Outcome, now: datetime, verbose: bool) -> str:
    """The sentence beside a source in a run's list."""
    if not outcome.kind.good:
        return state.trouble_sentence(outcome, now)
    aside = f"{words.plural(outcome.set_aside, 'line')} set aside" if verbose and outcome.set_aside else ""
    if word == "folded":
        text = clean.line(outcome.detail)
    elif outcome.change is not None:
        text = words.headline(outcome.change) + ("" if outcome.change.confirmed else "; seen once, to be confirmed")
    elif word == "recovered":
        text = "answers again" + (f"; last good {words.ago(outcome.last_good, now)}" if outcome.last_good else "")
    elif outcome.kind is OutcomeKind.FIRST:
        text = clean.line(outcome.detail) or "first text kept"
    else:
        text = clean.line(outcome.detail) or ("not modified" if outcome.not_modified else "same text")
    return "; ".join(part for part in (text, aside) if part)


def _listing(rows: Sequence[_Row], width: int, colour: bool) -> list[str]:
    if not rows:
        return []
    id_width = max(cells(row.id) for row in rows)
    if width <= 0:
        number_width = max(len(row.number) for row in rows)
        return [_piped(row, id_width, number_width) for row in rows]
    id_width = min(id_width, _ID_COLUMN)
    return [line for row in rows for line in _laid_out(row, id_width, width, colour)]


def _level_word(row: _Row) -> str:
    return words.LEVEL_WORD[row.level] if row.level else ""


def _piped(row: _Row, id_width: int, number_width: int) -> str:
    parts = [pad(row.id, id_width), pad(row.word, 9), pad(_level_word(row), 6)]
    if number_width:
        parts.append(pad(row.number, number_width))
    return "  ".join([*parts, row.text]).rstrip()


def _laid_out(row: _Row, id_width: int, width: int, colour: bool) -> list[str]:
    """A row of columns; the text wraps under itself, the number stands at the right edge."""
    lead = 2 + 10 + 7 + id_width + 2
    level = pad(_level_word(row), 7)
    start = (f"  {paint.state(row.word, colour, pad(row.word, 10))}"
             f"{paint.level(row.level, level, colour) if row.level else level}{pad(row.id, id_width)}")
    room = max(24, width - lead - 7)
    text = wrap(row.text, room)
    if cells(row.id) > id_width:
        first, hang = [start], text
    else:
        first, hang = [f"{start}  {text[0]}"], text[1:]
        if row.number:
            first = [f"{start}  {pad(text[0], room)} {row.number}"]
    lines = first + [" " * lead + line for line in hang]
    if cells(row.id) > id_width and row.number:
        lines[1] = f"{pad(lines[1], lead + room)} {row.number}"
    return lines


def _unchanged(outcomes: Sequence[Outcome], width: int, colour: bool) -> str:
    same = sum(outcome.not_modified for outcome in outcomes)
    aside = sum(outcome.set_aside for outcome in outcomes)
    notes = [f"{same} not modified" if same else "", f"{words.plural(aside, 'line')} set aside" if aside else ""]
    told = ", ".join(note for note in notes if note)
    text = words.plural(len(outcomes), "source") + (f" ({told})" if told else "")
    if width <= 0:
        return f"unchanged  {text}"
    return f"  {paint.state('unchanged', colour, pad('unchanged', 10))}{' ' * 7}{text}"


def _totals(report: Report, width: int) -> list[str]:
    """The sentence of totals, and what to type next."""
    states = Counter(state.outcome_word(outcome) for outcome in report.outcomes)
    late = sum(outcome.late and not outcome.overdue for outcome in report.outcomes)
    overdue = sum(outcome.overdue for outcome in report.outcomes)
    recorded = [change for change in report.changes if change.notifies]
    parts = [words.plural(len(recorded), "change") + " recorded" if recorded else "No changes"]
    parts += [f"{states['first']} seen for the first time"] if states["first"] else []
    parts += [f"{states['held']} held"] if states["held"] else []
    trouble = f"{words.plural(late, 'source')} late" if late else "None late"
    said = f"{', '.join(parts)}. {trouble}, {overdue or 'none'} overdue."
    if report.run and report.run.ended:
        said += f" {words.span(report.run.ended - report.run.started)}."
    lines = wrap(said, width)
    if recorded:
        numbers = [f"{change.id:04d}" for change in state.told(report)]
        if width > 0 and len(numbers) > 8:
            numbers = [*numbers[:8], "…"]
        worst = next((change for change in state.told(report)), recorded[0])
        lines.append(f"See them: guidetrack show {' '.join(numbers)}     Decide: guidetrack review {worst.id:04d}")
    return lines


def changes_table(
    changes: Iterable[Change], sources: Mapping[str, Source], *, reviews: Iterable[Review] = (), width: int = 80,
    colour: bool = False,
) -> str:
    """One line a change: number, day seen, level, source, summary, decision."""
    histories = words.by_change(reviews)
    lines: list[str] = []
    for change in changes:
        source = sources.get(change.source)
        name = clean.line(source.publisher or source.id) if source else clean.line(change.source)
        history = histories.get(change.id)
        decision = f"  [{history[-1].decision.value}]" if history else ""
        flags = "".join(f" ({word})" for word, on in (
            ("technical", change.kind is ChangeKind.TECHNICAL), ("historical", change.historical),
            ("folded", change.folded), ("seen once", not change.confirmed)) if on)
        text = words.headline(change) + flags + decision
        start = f"{words.number(change.id)}  {words.stamp(change.seen)[:10]}  "
        level = pad(words.level(change), 7)
        if width <= 0:
            lines.append(f"{start}{level} {clean.line(change.source)}  {text}")
            continue
        lead = cells(start) + 7
        lines.append(f"{start}{paint.level(change.level, level, colour)}{name} · {clean.line(change.source)}"
                     if source and source.publisher else f"{start}{paint.level(change.level, level, colour)}{name}")
        lines += [" " * lead + line for line in wrap(text, max(24, width - lead))]
    return "\n".join(lines) + "\n" if lines else ""


def show_change(
    change: Change, source: Source | None, *, history: Sequence[Review] = (), evidence: Sequence[tuple[str, str]] = (),
    noise: bool = False, width: int = 80, colour: bool = False, whole: bool = False,
) -> str:
    """One change in full: the block of the mail. ``history`` are its reviews, oldest first."""
    return "\n".join(block.change_block(change, source, history=history, pairs=evidence, noise=noise, width=width,
                                        colour=colour, whole=whole)) + "\n"


def status_table(statuses: Iterable[SourceStatus], *, width: int = 80, colour: bool = False) -> str:
    """One line a source, worst first: where it stands, when it was checked, good and changed, how often we looked.

    What does not fit the width is left out from the right; a pipe gets every column, the id first.
    """
    rows = sorted(statuses, key=lambda status: _STATES.index(status.state))
    if not rows:
        return ""
    head = ("state", "source", "last checked", "last good", "last changed", "checks", "kept")
    table = [_status_row(status) for status in rows]
    sizes = [max(cells(row[at]) for row in (*table, head)) for at in range(len(head))]
    if width <= 0:
        order = (1, 0, 2, 3, 4, 5, 6)
        return "".join("  ".join([*(pad(row[at], sizes[at]) for at in order), _detail(status)]).rstrip() + "\n"
                       for status, row in zip(rows, table, strict=True))
    shown = len(head)
    while shown > 3 and sum(sizes[:shown]) + 2 * (shown - 1) > width:
        shown -= 1
    lines = ["  ".join(pad(word, size) for word, size in zip(head[:shown], sizes, strict=False)).rstrip()]
    for status, row in zip(rows, table, strict=True):
        fields = [pad(word, size) for word, size in zip(row[:shown], sizes, strict=False)]
        fields[0] = paint.state(row[0], colour, fields[0])
        lines.append("  ".join(fields).rstrip())
        if _detail(status):
            lines += ["    " + line for line in wrap(_detail(status), max(24, width - 4))]
    return "\n".join(lines) + "\n"


def _status_row(status: SourceStatus) -> tuple[str, ...]:
    memory = status.memory
    checked, good, changed = (words.stamp(at)[:16].replace("T", " ") if at else "never"
                              for at in (memory.last_checked, memory.last_good, memory.last_changed))
    return (status.state, clean.line(status.source.id), checked, good[:10], changed[:10],
            str(memory.checks), str(memory.captures))


def _detail(status: SourceStatus) -> str:
    return clean.line(status.memory.last_detail) if status.memory.misses or status.memory.gone_since else ""

"""What ``check`` prints: a run as a list and its totals, what could not be checked first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from guidetrack.models import ChangeKind, Level, Outcome, OutcomeKind, Report
from guidetrack.report import clean, paint, state, words
from guidetrack.report.width import cells, pad, wrap

_ID_COLUMN = 28
_NUMBER = 7
"""Columns of a space and a change's number at the right edge."""
_ORDER = ("overdue", "late", "missed", "held", "gone", "changed", "moved", "returned", "folded", "recovered", "first",
          "unchanged")


def check_header(sources: int, pause: timedelta) -> str:
    """What is about to happen, for stderr or the top of the list."""
    polite = f", politely ({words.span(pause)} between requests to one host)" if pause else ""
    return f"Checking {words.plural(sources, 'source')}{polite}."


def check_lines(
    report: Report, *, quiet: bool = False, verbose: bool = False, width: int = 80, colour: bool = False
) -> str:
    """A run as its list and its totals: what could not be checked first, then changes, then the quiet rest.

    With ``quiet`` only news and trouble: first texts, unchanged sources and folded returns are left out, and so is what
    an earlier run said already (late, held, gone) until it is overdue; the result is empty when nothing is left.
    With ``verbose`` every unchanged source has its own line.
    """
    now = (report.run and report.run.ended) or report.made
    begun = report.run.started if report.run else now
    shown, folded_away = [], []
    for outcome in report.outcomes:
        word = state.outcome_word(outcome)
        if word == "unchanged" and not (verbose and not quiet):
            folded_away.append(outcome)
        elif not (quiet and _known(outcome, word, begun)):
            shown.append((word, outcome))
    rows = [_row(word, outcome, now, verbose) for word, outcome in shown] + _earlier(report)
    if quiet and not rows:
        return ""
    rows.sort(key=lambda row: (_ORDER.index(row.word), -(row.level.rank if row.level else 0)))
    lines = _listing(rows, width, colour)
    if folded_away and not quiet:
        lines += _unchanged(folded_away, width, colour)
    return "\n".join([*lines, "", *_totals(report, width)]) + "\n"


def _known(outcome: Outcome, word: str, begun: datetime) -> bool:
    """Whether an outcome is no news: nothing to compare with or nothing changed, or trouble that was said before."""
    if outcome.kind.good:
        return word in ("unchanged", "folded") or (word == "first" and not outcome.recovered)
    return not outcome.overdue and (outcome.gone_since is not None
                                    or (outcome.since is not None and outcome.since < begun))


class _Row(NamedTuple):
    """One line of a run's list."""

    word: str
    level: Level | None
    id: str
    text: str
    number: str


def _row(word: str, outcome: Outcome, now: datetime, verbose: bool) -> _Row:
    change = outcome.change
    level = change.level if change and change.notifies else None
    number = words.number(change.id) if change and change.id else ""
    return _Row(word, level, clean.line(outcome.source.id), _said(word, outcome, now, verbose), number)


def _earlier(report: Report) -> list[_Row]:
    """Changes that nobody was told yet and that this run did not find: by a run that was killed, or by a worker."""
    found = {outcome.change.id for outcome in report.outcomes if outcome.change}
    return [_Row("changed" if change.kind is ChangeKind.CONTENT else change.kind.value, change.level,
                 clean.line(change.source), words.headline(change), words.number(change.id))
            for change in report.changes if change.notifies and change.id not in found]


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
    """A row of columns with the number at the right edge; a text that does not fit stands below, under the id."""
    hang = 2 + 10 + 7
    level = pad(_level_word(row), 7)
    start = (f"  {paint.state(row.word, colour, pad(row.word, 10))}"
             f"{paint.level(row.level, level, colour) if row.level else level}")
    room = width - hang - id_width - 2 - _NUMBER
    if cells(row.id) <= id_width and cells(row.text) <= room:
        line = f"{start}{pad(row.id, id_width)}  {pad(row.text, room)} {row.number}"
        return [line.rstrip()]
    first = f"{start}{pad(row.id, width - hang - _NUMBER)} {row.number}".rstrip()
    return [first, *(" " * hang + line for line in wrap(row.text, max(24, width - hang)))]


def _unchanged(outcomes: Sequence[Outcome], width: int, colour: bool) -> list[str]:
    same = sum(outcome.not_modified for outcome in outcomes)
    aside = sum(outcome.set_aside for outcome in outcomes)
    anew = sum(outcome.change is not None for outcome in outcomes)
    notes = [f"{same} not modified" if same else "", f"{words.plural(aside, 'line')} set aside" if aside else "",
             f"{anew} read anew by us" if anew else ""]
    told = ", ".join(note for note in notes if note)
    text = words.plural(len(outcomes), "source") + (f" ({told})" if told else "")
    if width <= 0:
        return [f"unchanged  {text}"]
    first, *rest = wrap(text, max(24, width - 19))
    return [f"  {paint.state('unchanged', colour, pad('unchanged', 10))}{' ' * 7}{first}",
            *(" " * 19 + line for line in rest)]


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
        see = f"See them: guidetrack show {' '.join(numbers)}"
        decide = f'Decide: guidetrack review {state.told(report)[0].id} --by "…" --decision …'
        side_by_side = f"{see}     {decide}"
        lines += [side_by_side] if width <= 0 or cells(side_by_side) <= width else [see, decide]
    return lines

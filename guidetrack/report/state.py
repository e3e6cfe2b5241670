"""Where things stand, in one word and one sentence each: outcomes, troubles, and a report at a glance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from guidetrack.models import Change, ChangeKind, Outcome, OutcomeKind, Report, Source, SourceStatus
from guidetrack.report import clean
from guidetrack.report.words import (
    REASON_MEANS,
    ago,
    by_change,
    day,
    needs_decision,
    plural,
    sentence,
    span,
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that could not be checked, or is gone: the state in one word, and the sentence."""

    word: str
    source: Source
    sentence: str

    @property
    def rank(self) -> int:
        """Worst first."""
        return ("overdue", "late", "missed", "held", "gone").index(self.word)


def outcome_word(outcome: Outcome) -> str:
    """The one word that a list shows for an outcome."""
    if outcome.kind.good:
        if outcome.kind is OutcomeKind.CHANGED and outcome.change and outcome.change.kind is not ChangeKind.CONTENT:
            return outcome.change.kind.value
        if outcome.kind is OutcomeKind.UNCHANGED and (folded(outcome) or outcome.recovered):
            return "folded" if folded(outcome) else "recovered"
        return outcome.kind.value
    if outcome.gone_since is not None:
        return "gone"
    if outcome.overdue:
        return "overdue"
    return "held" if outcome.kind is OutcomeKind.HELD else "late" if outcome.late else "missed"


def folded(outcome: Outcome) -> bool:
    """Whether the page alternates between two texts and its return was not told."""
    return bool(outcome.change and outcome.change.folded) or (
        outcome.kind is OutcomeKind.UNCHANGED and outcome.detail.startswith("alternates"))


def trouble_sentence(outcome: Outcome, now: datetime) -> str:
    """Why the source has no new text: what happened, since when, when it was last good, and the grace."""
    if outcome.last_good is None and outcome.since is None and not outcome.detail:
        return "not checked yet"
    what = clean.line(outcome.detail) or (REASON_MEANS[outcome.reason.value] if outcome.reason else "not checked")
    if outcome.gone_since is not None:
        since = "" if what.startswith("gone since") else f"gone since {day(outcome.gone_since)}: "
        return since + sentence(what)
    code = f" ({outcome.reason.value})" if outcome.reason else ""
    parts = [f"{sentence(what)}{code}"]
    if outcome.since is not None and outcome.since.date() != now.date():
        parts.append(f"since {day(outcome.since, weekday=True)}")
    parts.append(f"last good {ago(outcome.last_good, now)}" if outcome.last_good else "never good so far")
    if outcome.overdue or outcome.late:
        parts[-1] += f" (grace {span(outcome.source.grace)})"
    return "; ".join(parts)


def status_outcome(status: SourceStatus) -> Outcome:
    """What a source's memory says, as an outcome: for reports over a period, which have no run."""
    memory = status.memory
    return Outcome(
        source=status.source, kind=memory.last_outcome or OutcomeKind.MISSED, reason=memory.last_reason,
        detail=memory.last_detail, late=status.late, overdue=status.overdue,
        last_good=memory.last_good, since=memory.missed_since, gone_since=memory.gone_since,
    )


def troubles(report: Report) -> tuple[Trouble, ...]:
    """Every source the report could not check or that is gone, worst first."""
    outcomes = report.outcomes or tuple(status_outcome(status) for status in report.coverage if status.source.enabled)
    now = (report.run and report.run.ended) or report.until or report.made
    bad = [outcome for outcome in outcomes if not outcome.kind.good]
    found = (Trouble(outcome_word(outcome), outcome.source, trouble_sentence(outcome, now)) for outcome in bad)
    return tuple(sorted(found, key=lambda trouble: trouble.rank))


def told(report: Report) -> tuple[Change, ...]:
    """The changes a reader is told of, worst first; those in which no word changed after those in which some did."""
    return tuple(sorted((change for change in report.changes if change.notifies),
                        key=lambda change: (-change.level.rank, change.kind is ChangeKind.MOVED,
                                            -change.seen.timestamp(), change.id)))


def source_count(report: Report) -> int:
    """How many sources the report speaks of."""
    return len(report.outcomes) or sum(status.source.enabled for status in report.coverage)


def glance(report: Report) -> str:
    """``3 changes in 41 sources. 1 needs a decision. 1 source could not be checked.``"""
    changes = told(report)
    histories = by_change(report.reviews)
    waiting = sum(needs_decision(change, histories.get(change.id, ())) for change in changes)
    counts = Counter(trouble.word for trouble in troubles(report))
    count = plural(len(changes), "change") if changes else "No changes"
    parts = [f"{count} in {plural(source_count(report), 'source')}."]
    if waiting:
        parts.append(f"{waiting} {'needs' if waiting == 1 else 'need'} a decision.")
    if failed := counts.total() - counts["gone"]:
        states = ", ".join(f"{counts[word]} {word}" for word in ("overdue", "late", "held") if counts[word])
        parts.append(f"{plural(failed, 'source')} could not be checked{f' ({states})' if states else ''}.")
    if counts["gone"]:
        parts.append(f"{plural(counts['gone'], 'source')} gone.")
    return " ".join(parts)


def sources_of(report: Report) -> dict[str, Source]:
    """Every source the report knows, by id."""
    known = {outcome.source.id: outcome.source for outcome in report.outcomes}
    return known | {status.source.id: status.source for status in report.coverage}


def planned(status: SourceStatus, report: Report) -> int:
    """How many checks of a source its cadence asks for in the report's period, counted from its first attempt."""
    source, end = status.source, report.until or report.made
    if not source.enabled or source.every <= timedelta(0):
        return 0
    start = max(filter(None, (report.since, status.memory.first_attempt)), default=end)
    return max(1, round((end - start) / source.every))


def looked(report: Report) -> str:
    """``139 checks in 7 runs, 140 asked for by the cadence; 1 day without a run``: the proof of quiet days.

    Days before the first attempt at any source are no gap: nothing was watched yet.
    """
    if report.since is None:
        return ""
    wanted = sum(planned(status, report) for status in report.coverage)
    end = (report.until or report.made).astimezone(UTC)
    first = min((status.memory.first_attempt for status in report.coverage if status.memory.first_attempt), default=end)
    start = max(report.since, first).astimezone(UTC)
    days = {check.at.astimezone(UTC).date() for check in report.checks}
    silent = sum(start.date() + timedelta(days=day) not in days for day in range(1, (end.date() - start.date()).days))
    runs = len({check.run for check in report.checks})
    without = f"{plural(silent, 'day')} without a run" if silent else "no day without a run"
    done = f"{plural(len(report.checks), 'check')} in {plural(runs, 'run')}"
    return f"{done}, {wanted:,} asked for by the cadence; {without}"

"""CSV for spreadsheet people: one row a change, a source, a run or a decision; no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from guidetrack.models import Change, Check, ComingDate, OpKind, Report, Review, Source, SourceStatus
from guidetrack.report import clean, redline, state, words
from guidetrack.report.log import COUNTED, LogEntry

CHANGE_COLUMNS = (
    "id", "seen", "stated", "publisher", "document", "url", "level", "summary", "decision", "by", "when",
    "source", "kind", "reasons", "confirmed", "note", "before", "after", "from_sha256", "to_sha256",
)
"""The first eleven are those of the user story; what follows leads back to the words and the bytes."""
STATUS_COLUMNS = (
    "source", "state", "last_checked", "last_good", "last_changed", "checks", "captures", "late", "overdue",
    "publisher", "document", "url", "reason", "detail",
)
LOG_COLUMNS = ("time", "what", "id", "command", *COUNTED, "ended", "version", "sources_sha256", "change", "decision",
               "by", "role", "note", "meaning", "account", "source", "kind", "level", "summary")
CHECK_COLUMNS = ("time", "source", "run", "outcome", "reason", "detail", "late", "overdue", "not_modified", "change",
                 "capture", "status")
DATE_COLUMNS = ("date", "source", "publisher", "document", "why", "section", "sentence")
_CELL_CHARACTERS = 32_000
"""A spreadsheet cell holds 32,767 characters (Excel's limit)."""

Cell = str | int


def change_row(change: Change, source: Source | None, history: Sequence[Review]) -> list[Cell]:
    """One change as cells, in the order of `CHANGE_COLUMNS`; numbers stay numbers."""
    last = history[-1] if history else None
    by = ", ".join(part for part in (last.by, last.role) if part) if last else ""
    texts = (
        words.stamp(change.seen), change.stated.isoformat() if change.stated else "",
        source.publisher if source else "",
        source.name if source else change.source, change.url or (source.url if source else ""), change.level.value,
        words.headline(change), last.decision.value if last else "", by, words.stamp(last.at) if last else "",
        change.source, change.kind.value, "; ".join(change.reasons), "yes" if change.confirmed else "seen once",
        last.note if last else "", _said(change, OpKind.INSERTED), _said(change, OpKind.DELETED),
        change.from_.sha256 if change.from_ else "", change.to.sha256 if change.to else "",
    )
    return [change.id, *map(_cell, texts)]


def _said(change: Change, without: OpKind) -> str:
    """The old (without INSERTED) or the new words of every edit, shortened around what changed."""
    found, size = [], 0
    for edit in change.edits:
        ops = redline.shortened(redline.operations(edit))
        text = (redline.before if without is OpKind.INSERTED else redline.after)(ops)
        if text:
            found.append(text)
            size += len(text)
        if size > _CELL_CHARACTERS:
            break
    return " / ".join(found)


def _cell(text: str) -> str:
    return clean.cell(text[:_CELL_CHARACTERS])


def change_rows(report: Report) -> Iterable[list[Cell]]:
    """Every change of the report as cells, in its order."""
    sources, histories = state.sources_of(report), words.by_change(report.reviews)
    return (change_row(change, sources.get(change.source), histories.get(change.id, ())) for change in report.changes)


def status_row(status: SourceStatus) -> list[Cell]:
    """One source as cells, in the order of `STATUS_COLUMNS`."""
    source, memory = status.source, status.memory
    times = [words.stamp(at) if at else "" for at in (memory.last_checked, memory.last_good, memory.last_changed)]
    reason = memory.last_reason.value if memory.last_reason else ""
    flags = ["yes" if flag else "no" for flag in (status.late, status.overdue)]
    return [_cell(source.id), status.state, *times, memory.checks, memory.captures, *flags,
            *map(_cell, (source.publisher, source.name, source.url, reason, memory.last_detail))]


def log_row(entry: LogEntry) -> list[Cell]:
    """One entry of the trail as cells, in the order of `LOG_COLUMNS`."""
    row: dict[str, Cell] = {"time": words.stamp(entry.at), "what": entry.what, "id": _cell(entry.id)}
    if entry.run is not None:
        run = entry.run.run
        row |= {kind: getattr(entry.run, kind) for kind in COUNTED}
        row |= {"command": _cell(run.command), "ended": words.stamp(run.ended) if run.ended else "",
                "version": _cell(run.version), "sources_sha256": _cell(run.sources_sha256)}
    if entry.review is not None:
        review = entry.review
        row |= {"change": review.change, "decision": review.decision.value, "by": _cell(review.by),
                "role": _cell(review.role), "note": _cell(review.note), "meaning": _cell(review.meaning),
                "account": _cell(review.account), "version": _cell(review.version)}
    if entry.change is not None:
        change = entry.change
        row |= {"change": change.id, "source": _cell(change.source), "kind": change.kind.value,
                "level": change.level.value, "summary": _cell(words.headline(change))}
    if entry.configuration is not None:
        row["sources_sha256"] = _cell(entry.configuration.sha256)
    return [row.get(column, "") for column in LOG_COLUMNS]


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180: CRLF, every text quoted, numbers bare."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def changes_csv(report: Report) -> str:
    """One row a change."""
    return as_csv(CHANGE_COLUMNS, change_rows(report))


def dates_csv(found: Iterable[tuple[Source, ComingDate]]) -> str:
    """One row a date that is coming up."""
    rows = ([coming.value.isoformat(), *map(_cell, (source.id, source.publisher, source.name, coming.why,
                                                    words.section_path(coming.section), coming.sentence))]
            for source, coming in found)
    return as_csv(DATE_COLUMNS, rows)


def status_csv(statuses: Iterable[SourceStatus]) -> str:
    """One row a source."""
    return as_csv(STATUS_COLUMNS, map(status_row, statuses))


def checks_csv(checks: Iterable[Check]) -> str:
    """One row a look at a source, in the order of `CHECK_COLUMNS`; ``status`` is that of HTTP."""
    return as_csv(CHECK_COLUMNS, map(_check_row, checks))


def _check_row(check: Check) -> list[Cell]:
    flags = ["yes" if flag else "no" for flag in (check.late, check.overdue, check.not_modified)]
    return [words.stamp(check.at), _cell(check.source), _cell(check.run), check.outcome.value,
            check.reason.value if check.reason else "", _cell(check.detail), *flags,
            check.change or "", _cell(check.capture or ""), check.status or ""]


def log_csv(entries: Iterable[LogEntry]) -> str:
    """One row a run, a change, a decision or a configuration."""
    return as_csv(LOG_COLUMNS, map(log_row, entries))

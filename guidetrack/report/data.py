"""Models to JSON: each document of `documents`, filled and written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from guidetrack.models import (
    Backlog,
    CaptureRef,
    Change,
    Check,
    ComingDate,
    Comparison,
    Edit,
    Outcome,
    Report,
    Run,
    Source,
    SourceStatus,
)
from guidetrack.report import clean
from guidetrack.report.documents import (
    DOCUMENTS,
    ChangeData,
    ChangesDocument,
    CheckData,
    ComparisonDocument,
    Counts,
    DateData,
    DatesDocument,
    Document,
    EditData,
    EventData,
    HistoryDocument,
    LogData,
    LogDocument,
    OutcomeData,
    QueueData,
    RefData,
    RunData,
    RunDocument,
    SourceData,
    SourcesDocument,
    StatusData,
    StatusDocument,
)
from guidetrack.report.log import COUNTED, LogEntry


def _ref(ref: CaptureRef | None) -> RefData | None:
    return RefData(capture=ref.capture, sha256=ref.sha256, seen=ref.seen) if ref else None


def edit_data(edit: Edit) -> EditData:
    """One edit as data."""
    return EditData(kind=edit.kind, section=list(edit.section), before=edit.before, after=edit.after,
                    marked=edit.marked or _whole(edit), moved_from=list(edit.moved_from))


def _whole(edit: Edit) -> str:
    """The marked block of an edit that carries no word runs: it came, went or moved whole."""
    if edit.before == edit.after:
        return edit.after
    return (f"[-{edit.before}-]" if edit.before else "") + (f"{{+{edit.after}+}}" if edit.after else "")


def change_data(change: Change) -> ChangeData:
    """One change as data."""
    return ChangeData.model_validate({
        "id": change.id, "source": change.source, "kind": change.kind, "level": change.level,
        "reasons": list(change.reasons), "summary": change.summary, "seen": change.seen, "stated": change.stated,
        "from": _ref(change.from_), "to": _ref(change.to), "edits": [edit_data(edit) for edit in change.edits],
        "url": change.url, "detail": change.detail or None, "confirmed": change.confirmed, "folded": change.folded,
        "historical": change.historical, "renumbered": change.renumbered, "set_aside": len(change.set_aside),
        "notes": [{"text": note.text, "date": note.value} for note in change.notes],
    })


def outcome_data(outcome: Outcome) -> OutcomeData:
    """One outcome as data."""
    change = outcome.change
    return OutcomeData(
        source=outcome.source.id, outcome=outcome.kind, reason=outcome.reason, detail=outcome.detail or None,
        late=outcome.late, overdue=outcome.overdue, not_modified=outcome.not_modified, set_aside=outcome.set_aside,
        change=change.id if change else None, level=change.level if change else None,
        summary=change.summary if change else None, url=outcome.url or outcome.source.url,
        final_url=outcome.final_url or None, elapsed_s=round(outcome.elapsed_s, 3),
    )


def counts(outcomes: Iterable[Outcome]) -> Counts:
    """How many sources came to what."""
    outcomes = tuple(outcomes)
    kinds = Counter(outcome.kind.value for outcome in outcomes)
    return Counts(**kinds, late=sum(outcome.late for outcome in outcomes),
                  overdue=sum(outcome.overdue for outcome in outcomes))


def run_data(run: Run) -> RunData:
    """A run as data."""
    return RunData(id=run.id, started=run.started, ended=run.ended, version=run.version,
                   sources_sha256=run.sources_sha256)


def run_document(report: Report) -> RunDocument:
    """A run as data."""
    return RunDocument(run=run_data(report.run) if report.run else None, counts=counts(report.outcomes),
                       outcomes=[outcome_data(outcome) for outcome in report.outcomes],
                       changes=[change_data(change) for change in report.changes])


def status_data(status: SourceStatus) -> StatusData:
    """Where one source stands, as data."""
    source, memory = status.source, status.memory
    return StatusData(
        source=source.id, state=status.state, title=source.name, publisher=source.publisher, url=source.url,
        enabled=source.enabled, last_checked=memory.last_checked, last_good=memory.last_good,
        last_changed=memory.last_changed, checks=memory.checks, captures=memory.captures, late=status.late,
        overdue=status.overdue, outcome=memory.last_outcome, reason=memory.last_reason,
        detail=memory.last_detail or None, gone_since=memory.gone_since,
    )


def as_json(document: Document) -> str:
    """A document as JSON text, indented by two spaces, dangerous characters as ``\\uXXXX``."""
    value = document.model_dump(mode="json", by_alias=True, exclude=document.absent)
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return clean.escaped(text)


def run_json(report: Report) -> str:
    """``guidetrack/run/1``."""
    return as_json(run_document(report))


def changes_json(changes: Iterable[Change]) -> str:
    """``guidetrack/changes/1``, in the order given."""
    return as_json(ChangesDocument(changes=[change_data(change) for change in changes]))


def status_json(statuses: Iterable[SourceStatus], backlog: Backlog | None = None) -> str:
    """``guidetrack/status/1``, in the order given; with the workers' queue where there is one."""
    queue = None if backlog is None else QueueData(
        waiting=backlog.waiting, under_way=backlog.under_way, failed=backlog.failed, workers=backlog.workers,
        oldest=backlog.oldest)
    return as_json(StatusDocument(sources=[status_data(status) for status in statuses], queue=queue))


def looks_json(statuses: Iterable[SourceStatus], checks: Iterable[Check]) -> str:
    """``guidetrack/status/1`` with every look of a period."""
    return as_json(StatusDocument(sources=[status_data(status) for status in statuses],
                                  checks=[_check_data(check) for check in checks]))


def _check_data(check: Check) -> CheckData:
    return CheckData(
        time=check.at, source=check.source, run=check.run, outcome=check.outcome, reason=check.reason,
        detail=check.detail or None, late=check.late, overdue=check.overdue, not_modified=check.not_modified,
        change=check.change, capture=check.capture, status=check.status)


def comparison_json(comparison: Comparison) -> str:
    """``guidetrack/comparison/1``."""
    return as_json(ComparisonDocument(
        changed=bool(comparison), level=comparison.level if comparison else None, reasons=list(comparison.reasons),
        summary=comparison.summary, renumbered=comparison.renumbered, set_aside=len(comparison.set_aside),
        edits=[edit_data(edit) for edit in comparison.edits]))


def dates_json(found: Iterable[tuple[Source, ComingDate]]) -> str:
    """``guidetrack/dates/1``, in the order given."""
    return as_json(DatesDocument(dates=[
        DateData(date=coming.value, source=source.id, why=coming.why, section=list(coming.section),
                 sentence=coming.sentence) for source, coming in found]))


def log_json(entries: Iterable[LogEntry]) -> str:
    """``guidetrack/log/1``, in the order given."""
    return as_json(LogDocument(entries=[_log_data(entry) for entry in entries]))


def _log_data(entry: LogEntry) -> LogData:
    of, review, change = entry.run, entry.review, entry.change
    number = change.id if change else review.change if review else None
    return LogData(
        time=entry.at, what=entry.what, id=entry.id, run=run_data(of.run) if of else None,
        counts=Counts(**{kind: getattr(of, kind) for kind in COUNTED}) if of else None,
        exit_status=of.exit_status if of else None, change=number,
        decision=review.decision if review else None, by=review.by if review else None,
        role=review.role if review else None, note=review.note if review else None,
        meaning=review.meaning if review else None, account=review.account if review else None,
        source=change.source if change else None, kind=change.kind if change else None,
        level=change.level if change else None, summary=change.summary if change else None,
        sources_sha256=entry.configuration.sha256 if entry.configuration else None)


def report_json(report: Report) -> str:
    """A run's document when the report is of a run, else the changes of the period."""
    return run_json(report) if report.run is not None else changes_json(report.changes)


def sources_json(rows: Iterable[dict[str, Any]]) -> str:
    """``guidetrack/sources/1``: one row a source, with the keys of `SourceData`."""
    return as_json(SourcesDocument(sources=[SourceData(**row) for row in rows]))


def history_json(source: str, rows: Iterable[dict[str, Any]]) -> str:
    """``guidetrack/history/1``: one row an event, with the keys of `EventData`."""
    return as_json(HistoryDocument(source=source, events=[EventData(**row) for row in rows]))


def json_schema(name: str) -> str:
    """The JSON Schema of one of `DOCUMENTS`, as text."""
    return json.dumps(DOCUMENTS[name].model_json_schema(mode="serialization", by_alias=True), indent=2) + "\n"

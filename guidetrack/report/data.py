"""What programs read: pydantic models of every JSON document, versioned by ``schema``, and how they are filled.

Keys follow the design, section 4. A key is only ever added; a change of meaning gets a new number in ``schema``.
Times are RFC 3339 in UTC with ``Z``, whole seconds; dates are ``YYYY-MM-DD``; digests are hex SHA-256.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from guidetrack.models import (
    CaptureRef,
    Change,
    ChangeKind,
    Comparison,
    Edit,
    EditKind,
    Level,
    Outcome,
    OutcomeKind,
    Reason,
    Report,
    SourceStatus,
)
from guidetrack.report import clean
from guidetrack.report.words import stamp

Time = Annotated[datetime, PlainSerializer(stamp, return_type=str, when_used="json")]
Said = Annotated[str, BeforeValidator(lambda value: clean.scalar(value) if isinstance(value, str) else value)]
"""Text as the publisher wrote it; only lone surrogates, which UTF-8 cannot hold, are replaced."""


class Document(BaseModel):
    """Base of all: immutable; unknown keys are refused when a document is read back."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RefData(Document):
    """A capture: its id, the SHA-256 of its body, when we saw it."""

    capture: Said
    sha256: Said
    seen: Time


class EditData(Document):
    """One block: headings above it, whole before and after, and the whole block with its words marked."""

    kind: EditKind
    section: list[Said]
    before: Said
    after: Said
    marked: Said
    moved_from: list[Said] = Field(default_factory=list, description="headings it stood under before, when it moved")


class NoteData(Document):
    """The publisher's own words about the change."""

    text: Said
    date: date | None


class ChangeData(Document):
    """A recorded change."""

    id: int
    source: Said
    kind: ChangeKind
    level: Level
    reasons: list[Said]
    summary: Said
    seen: Time
    stated: date | None
    from_: RefData | None = Field(alias="from")
    to: RefData | None
    edits: list[EditData]
    url: Said = ""
    detail: Said | None = Field(None, description="which text returned, where it moved, gone since when")
    confirmed: bool = Field(True, description="false: seen once, the next check will confirm it")
    folded: bool = Field(False, description="recorded and not told: the page alternates between texts")
    historical: bool = Field(False, description="found in a web archive or an imported file; never notified")
    renumbered: int = Field(0, description="headings or references of which only the number changed")
    set_aside: int = Field(0, description="lines set aside as noise in this comparison")
    notes: list[NoteData] = Field(default_factory=list)


class OutcomeData(Document):
    """What happened to one source in the run. ``elapsed_s`` is in seconds."""

    source: Said
    outcome: OutcomeKind
    reason: Reason | None
    detail: Said | None
    late: bool
    overdue: bool
    not_modified: bool
    set_aside: int
    change: int | None
    level: Level | None
    summary: Said | None
    url: Said
    final_url: Said | None
    elapsed_s: float


class RunData(Document):
    """The run itself. ``ended`` is null for one that was killed."""

    id: Said
    started: Time
    ended: Time | None
    version: Said
    sources_sha256: Said


class Counts(Document):
    """How many sources came to what; ``late`` and ``overdue`` count beside the outcomes."""

    first: int = 0
    unchanged: int = 0
    changed: int = 0
    held: int = 0
    missed: int = 0
    late: int = 0
    overdue: int = 0


class RunDocument(Document):
    """``check --format json``."""

    schema_: Annotated[Literal["guidetrack/run/1"], Field(alias="schema")] = "guidetrack/run/1"
    run: RunData | None
    counts: Counts
    outcomes: list[OutcomeData]
    changes: list[ChangeData]


class ChangesDocument(Document):
    """``changes``, ``show`` and ``report`` with ``--format json``."""

    schema_: Annotated[Literal["guidetrack/changes/1"], Field(alias="schema")] = "guidetrack/changes/1"
    changes: list[ChangeData]


class StatusData(Document):
    """Where a source stands. ``checks``: times we looked; ``captures``: bodies kept."""

    source: Said
    state: str
    title: Said
    publisher: Said
    url: Said
    enabled: bool
    last_checked: Time | None
    last_good: Time | None
    last_changed: Time | None
    checks: int
    captures: int
    late: bool
    overdue: bool
    outcome: OutcomeKind | None
    reason: Reason | None
    detail: Said | None
    gone_since: Time | None


class StatusDocument(Document):
    """``status --format json``."""

    schema_: Annotated[Literal["guidetrack/status/1"], Field(alias="schema")] = "guidetrack/status/1"
    sources: list[StatusData]


class ComparisonDocument(Document):
    """``diff --format json``: two texts compared, nothing recorded."""

    schema_: Annotated[Literal["guidetrack/comparison/1"], Field(alias="schema")] = "guidetrack/comparison/1"
    changed: bool
    level: Level | None
    reasons: list[Said]
    summary: Said
    renumbered: int
    set_aside: int
    edits: list[EditData]


DOCUMENTS: dict[str, type[Document]] = {
    "run": RunDocument, "changes": ChangesDocument, "status": StatusDocument, "comparison": ComparisonDocument,
}
"""Every document by the middle part of its ``schema``."""


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


def run_document(report: Report) -> RunDocument:
    """A run as data."""
    run = report.run
    about = None if run is None else RunData(id=run.id, started=run.started, ended=run.ended, version=run.version,
                                             sources_sha256=run.sources_sha256)
    return RunDocument(run=about, counts=counts(report.outcomes),
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
    """A document as JSON text: two spaces, one newline at the end, dangerous characters as ``\\uXXXX``."""
    text = json.dumps(document.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2)
    return clean.escaped(text) + "\n"


def run_json(report: Report) -> str:
    """``guidetrack/run/1``."""
    return as_json(run_document(report))


def changes_json(changes: Iterable[Change]) -> str:
    """``guidetrack/changes/1``, in the order given."""
    return as_json(ChangesDocument(changes=[change_data(change) for change in changes]))


def status_json(statuses: Iterable[SourceStatus]) -> str:
    """``guidetrack/status/1``, in the order given."""
    return as_json(StatusDocument(sources=[status_data(status) for status in statuses]))


def comparison_json(comparison: Comparison) -> str:
    """``guidetrack/comparison/1``."""
    return as_json(ComparisonDocument(
        changed=bool(comparison), level=comparison.level if comparison else None, reasons=list(comparison.reasons),
        summary=comparison.summary, renumbered=comparison.renumbered, set_aside=len(comparison.set_aside),
        edits=[edit_data(edit) for edit in comparison.edits]))


def report_json(report: Report) -> str:
    """A run's document when the report is of a run, else the changes of the period."""
    return run_json(report) if report.run is not None else changes_json(report.changes)


def json_schema(name: str) -> str:
    """The JSON Schema of one of `DOCUMENTS`, as text."""
    return json.dumps(DOCUMENTS[name].model_json_schema(mode="serialization", by_alias=True), indent=2) + "\n"


__all__ = [
    "DOCUMENTS", "ChangeData", "ChangesDocument", "ComparisonDocument", "RunDocument", "StatusDocument", "changes_json",
    "comparison_json", "json_schema", "report_json", "run_json", "status_json",
]

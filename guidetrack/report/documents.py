"""What programs read: pydantic models of every JSON document, versioned by ``schema``.

Keys follow the design, section 4. A key is only ever added; a change of meaning gets a new number in ``schema``.
Times are RFC 3339 in UTC with ``Z``, whole seconds; dates are ``YYYY-MM-DD``; digests are hex SHA-256.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from guidetrack.models import ChangeKind, Decision, EditKind, Level, OutcomeKind, Reason
from guidetrack.report import clean
from guidetrack.report.words import stamp

Time = Annotated[datetime, PlainSerializer(stamp, return_type=str, when_used="json")]
Said = Annotated[str, BeforeValidator(lambda value: clean.scalar(value) if isinstance(value, str) else value)]
"""Text as the publisher wrote it; only lone surrogates, which UTF-8 cannot hold, are replaced."""


class Document(BaseModel):
    """Base of all: immutable; unknown keys are refused when a document is read back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def absent(self) -> set[str]:
        """Keys that are left out of this document."""
        return set()


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


class CheckData(Document):
    """One look at a source."""

    time: Time
    source: Said
    run: Said
    outcome: OutcomeKind
    reason: Reason | None
    detail: Said | None
    late: bool
    overdue: bool
    not_modified: bool
    change: int | None
    capture: Said | None
    status: int | None = Field(description="HTTP status of the answer")


class QueueData(BaseModel):
    """Jobs of workers that share a catalogue; a job is a host with sources that are due."""

    waiting: int
    under_way: int
    failed: int = Field(description="given up after several tries")
    workers: int = Field(description="heard of in the last 45 seconds")
    oldest: datetime | None = Field(description="when the job waiting longest was put in")


class StatusDocument(Document):
    """``status --format json``. ``checks`` is there only when a period was asked for, ``queue`` where there is one."""

    schema_: Annotated[Literal["guidetrack/status/1"], Field(alias="schema")] = "guidetrack/status/1"
    sources: list[StatusData]
    checks: list[CheckData] | None = Field(default=None, description="every look of the period, oldest first")
    queue: QueueData | None = None

    @property
    def absent(self) -> set[str]:
        """What was not asked for or is not there."""
        return {name for name in ("checks", "queue") if getattr(self, name) is None}


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


class DateData(Document):
    """A binding date stated in a current text."""

    date: date
    source: Said
    why: Said
    section: list[Said]
    sentence: Said


class DatesDocument(Document):
    """``status --dates --format json``."""

    schema_: Annotated[Literal["guidetrack/dates/1"], Field(alias="schema")] = "guidetrack/dates/1"
    dates: list[DateData]


class LogData(Document):
    """One line of the trail: a run with its counts, a change, a decision, or a sources.toml that came into force."""

    time: Time
    what: Literal["run", "change", "review", "configuration"]
    id: Said
    run: RunData | None
    counts: Counts | None
    exit_status: int | None
    change: int | None
    decision: Decision | None
    by: Said | None
    role: Said | None
    note: Said | None
    meaning: Said | None
    account: Said | None
    source: Said | None = None
    kind: ChangeKind | None = None
    level: Level | None = None
    summary: Said | None = None
    sources_sha256: Said | None = Field(None, description="of the configuration that came into force")


class LogDocument(Document):
    """``log --format json``."""

    schema_: Annotated[Literal["guidetrack/log/1"], Field(alias="schema")] = "guidetrack/log/1"
    entries: list[LogData]


class SourceData(Document):
    """One source as sources.toml says it, every default filled in; spans as text with a unit."""

    id: Said
    title: Said
    publisher: Said
    jurisdiction: Said
    kind: Said
    url: Said
    format: Said
    every: Said
    grace: Said
    topics: list[Said]
    enabled: bool
    keep_text: Said
    evidence: Said
    licence: Said
    note: Said


class SourcesDocument(Document):
    """``sources --format json``."""

    schema_: Annotated[Literal["guidetrack/sources/1"], Field(alias="schema")] = "guidetrack/sources/1"
    sources: list[SourceData]


class EventData(Document):
    """One event of a source's story; ``until`` is empty but for gaps, ``change`` and ``level`` but for changes."""

    at: Said
    until: Said
    event: Said
    change: int | None
    level: Said
    said: Said


class HistoryDocument(Document):
    """``history ID --format json``."""

    schema_: Annotated[Literal["guidetrack/history/1"], Field(alias="schema")] = "guidetrack/history/1"
    source: Said
    events: list[EventData]


DOCUMENTS: dict[str, type[Document]] = {
    "run": RunDocument, "changes": ChangesDocument, "status": StatusDocument, "comparison": ComparisonDocument,
    "dates": DatesDocument, "log": LogDocument, "sources": SourcesDocument, "history": HistoryDocument,
}
"""Every document by the middle part of its ``schema``."""
PRINTED_BY = {"check": "run", "report": "changes", "show": "changes", "diff": "comparison"}
"""Commands whose ``--format json`` is a document of another name."""

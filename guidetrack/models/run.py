"""Run, Outcome, Check and Memory: one ``check``, what it came to for each source, what the next one needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from guidetrack.models.capture import Capture, Validators
from guidetrack.models.change import Change, Review
from guidetrack.models.enums import OutcomeKind, Reason
from guidetrack.models.source import Source
from guidetrack.models.text import Text


@dataclass(frozen=True, slots=True)
class Run:
    """One ``check``. Times are aware, UTC; ``ended`` is None while it runs or when it was killed."""

    id: str
    started: datetime
    version: str
    sources_sha256: str
    ended: datetime | None = None
    command: str = "check"


@dataclass(frozen=True, slots=True)
class RunCounts:
    """A run and what it came to: how many checks had each outcome, and how many sources were late or overdue."""

    run: Run
    first: int = 0
    unchanged: int = 0
    changed: int = 0
    held: int = 0
    missed: int = 0
    late: int = 0
    overdue: int = 0
    exit_status: int | None = None

    @property
    def checks(self) -> int:
        """How many looks were recorded."""
        return self.first + self.unchanged + self.changed + self.held + self.missed


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one source, as kept: every check is recorded, the quiet ones too."""

    source: str
    run: str
    at: datetime
    outcome: OutcomeKind
    reason: Reason | None = None
    detail: str = ""
    late: bool = False
    overdue: bool = False
    not_modified: bool = False
    set_aside: int = 0
    change: int | None = None
    capture: str | None = None
    status: int | None = None
    url: str = ""
    final_url: str = ""
    elapsed_s: float = 0.0
    body_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the next check of a source needs to know. Written in the same transaction as the check.

    :param base: capture id of the last good text. :param base_digest: its ``Text.digest``.
    :param body_sha256: SHA-256 of the last good body (its text may equal the base's).
    :param validators: of the last good answer, valid for ``url``.
    :param since_fresh: checks since one was made without validators.
    :param not_found: consecutive not-found checks. :param gone_since: when the ``gone`` change was recorded.
    :param held: digest of the text that was held last time, to be believed if seen again.
    :param unstable: lines (normal form) that differed between looks, newest last, bounded.
    :param lingering: unstable lines in which the last check differed from the base: seen so twice, they are doubted.
    :param misses: consecutive checks that were not good.
    :param moved_to: the address a ``moved`` change already proposed, so that it is told once.
    """

    source: str
    base: str | None = None
    base_digest: str = ""
    extractor: str = ""
    rules: str = ""
    body_sha256: str = ""
    validators: Validators = field(default_factory=Validators)
    url: str = ""
    checks: int = 0
    captures: int = 0
    since_fresh: int = 0
    first_attempt: datetime | None = None
    last_checked: datetime | None = None
    last_good: datetime | None = None
    last_changed: datetime | None = None
    last_outcome: OutcomeKind | None = None
    last_reason: Reason | None = None
    last_detail: str = ""
    misses: int = 0
    missed_since: datetime | None = None
    not_found: int = 0
    gone_since: datetime | None = None
    held: str = ""
    unstable: tuple[str, ...] = ()
    lingering: tuple[str, ...] = ()
    moved_to: str = ""


@dataclass(frozen=True)
class Outcome:
    """What happened to one source in one run."""

    source: Source
    kind: OutcomeKind
    reason: Reason | None = None
    detail: str = ""
    late: bool = False
    overdue: bool = False
    not_modified: bool = False
    set_aside: int = 0
    change: Change | None = None
    url: str = ""
    final_url: str = ""
    elapsed_s: float = 0.0
    recovered: bool = False
    """The last check was not good and this one is; said once."""
    last_good: datetime | None = None
    since: datetime | None = None
    """When the run of bad checks began."""
    gone_since: datetime | None = None

    @property
    def outcome(self) -> OutcomeKind:
        """The same as ``kind``, under the name the JSON uses."""
        return self.kind


@dataclass(frozen=True)
class Record:
    """All that one check adds to the archive, written in one transaction.

    ``capture`` and ``text`` are set when a body was kept; ``change.id`` is 0 until recorded. ``check`` is None
    when nobody looked at the page: a technical change after an upgrade, an imported or back-filled capture.
    ``excerpt``: with a new capture, body and text of all captures but this one and the memory's base are removed.
    """

    check: Check | None
    memory: Memory
    capture: Capture | None = None
    text: Text | None = None
    change: Change | None = None
    excerpt: bool = False


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """Where a source stands, for ``status`` and the coverage of a report."""

    source: Source
    memory: Memory
    late: bool = False
    overdue: bool = False

    @property
    def state(self) -> str:
        """``never checked``, ``gone``, ``overdue``, ``late`` or the last outcome's word."""
        if self.memory.last_outcome is None:
            return "never checked"
        if self.memory.gone_since is not None:
            return "gone"
        if self.overdue or self.late:
            return "overdue" if self.overdue else "late"
        return self.memory.last_outcome.value


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for the workers of a fleet. ``oldest``: when the job waiting longest was put in."""

    waiting: int = 0
    under_way: int = 0
    failed: int = 0
    workers: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Report:
    """Everything a report says, as values: renderers read nothing else.

    :param since: start of the period, or None for a single run. :param until: its end.
    :param run: the run reported, when it is one. :param outcomes: of that run, in order of the sources file.
    :param changes: newest first. :param waiting: older changes nobody has reviewed, oldest first.
    :param coverage: one status a source. :param checks: every check of the period, oldest first.
    """

    made: datetime
    version: str
    changes: tuple[Change, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    run: Run | None = None
    outcomes: tuple[Outcome, ...] = ()
    coverage: tuple[SourceStatus, ...] = ()
    checks: tuple[Check, ...] = ()
    reviews: tuple[Review, ...] = ()
    waiting: tuple[Change, ...] = ()
    sources_file: str = ""
    sources_sha256: str = ""

    def source(self, id: str) -> Source | None:
        """The source with this id among the coverage and the outcomes, if it is there."""
        for status in self.coverage:
            if status.source.id == id:
                return status.source
        return next((o.source for o in self.outcomes if o.source.id == id), None)

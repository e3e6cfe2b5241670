"""Store: what we keep, behind one object. Each method is one question or one transaction.

One thread at a time writes, claims and releases. Questions may be asked from others meanwhile, and :meth:`Store.keep`,
which only touches files, may run in several.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Self

from guidetrack.errors import DamagedError, StoreError
from guidetrack.models import (
    Capture,
    CaptureInfo,
    Change,
    ChangeKind,
    Check,
    Delivery,
    Level,
    Memory,
    Record,
    Review,
    Run,
    RunCounts,
    StoreSettings,
    Text,
)
from guidetrack.store import (
    captures,
    catalogue,
    changes,
    configuration,
    memories,
    outbox,
    recording,
    rewound,
    runs,
    unwarc,
)
from guidetrack.store.archive import Archive
from guidetrack.store.lock import held, read_note
from guidetrack.store.opening import open_catalogue
from guidetrack.store.session import at_work

if TYPE_CHECKING:
    from types import TracebackType


class Store:
    """An open archive. Use as a context manager, or call :meth:`close`."""

    def __init__(self, archive: Archive, kept: catalogue.Catalogue, now: datetime, version: str) -> None:
        self.archive = archive
        self.catalogue = kept
        self.version = version
        self._latest = now
        self.recorder = recording.Recorder(archive, kept)

    @classmethod
    def open(cls, settings: StoreSettings, *, now: datetime, version: str, write: bool = True) -> Store:
        """Open an archive; with ``write`` it is created or brought forward to this version's schema.

        Raises StoreError, NewerArchiveError or DamagedError, each with a sentence.
        """
        archive = Archive.at(settings)
        kept = open_catalogue(settings.catalogue, archive, now=now, version=version, write=write)
        return cls(archive, kept, now, version)

    def close(self) -> None:
        """Let go of the catalogue. Closing twice does no harm."""
        self.catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    @contextlib.contextmanager
    def lock(self, *, command: str, now: datetime) -> Iterator[None]:
        """Be the single writer; the lock dies with this process. What a killed writer left behind is cleared away.

        Raises LockedError, naming the holder.
        """
        self._latest = now
        with held(self, command=command, now=now):
            yield

    @contextlib.contextmanager
    def join(self, *, command: str, now: datetime, part: str = "") -> Iterator[None]:
        """Be one of several writers, each at sources it holds, see :meth:`claim`. With a SQLite file: as :meth:`lock`.

        :param part: something only one may be at, such as ``mail``. Raises LockedError, naming the holder.
        """
        self._latest = now
        with held(self, command=command, now=now, alone=False, part=part):
            yield

    def claim(self, source: str) -> bool:
        """Within :meth:`join`: hold a source, at once or not at all; nobody else checks it until it is released.

        Read its memory after this, not before. Always true within :meth:`lock`.
        """
        return bool(self.claim_some([source]))

    def claim_some(self, sources: Sequence[str]) -> list[str]:
        """As :meth:`claim` for a few hundred sources at most, in two statements; returns those that are held."""
        session = self.catalogue.session
        return list(sources) if session is None or session.alone else session.claim(sources)

    def release(self, *sources: str) -> None:
        """Let go of sources that were claimed. One not held does not matter."""
        if self.catalogue.session is not None:
            self.catalogue.session.release(sources)

    def busy(self) -> bool:
        """Whether a writer is at work, or was killed and left something for the next one to clear away."""
        if not self.catalogue.schema:
            return read_note(self.archive.root) is not None
        return at_work(self.catalogue) or next(self.recorder.intents.everybodys(), None) is not None

    # runs

    def begin(self, run: Run) -> None:
        """Record that a run began."""
        self._latest = run.started
        session = self.catalogue.session
        if session is not None:
            session.begins(run.id)
        number = self.catalogue.transact(lambda writing: runs.begin(writing, run))
        if session is not None:
            session.began(number)

    def end(self, run_id: str, ended: datetime, exit_status: int | None = None) -> None:
        """Record that a run ended, with its counts and a digest of its checks in the journal."""
        self._latest = ended
        self.catalogue.transact(lambda writing: runs.end(writing, run_id, ended, exit_status, ended))
        if self.catalogue.session is not None:
            self.catalogue.session.ended(run_id)

    def runs(self, *, since: datetime | None = None, until: datetime | None = None) -> list[RunCounts]:
        """Runs begun in the period, oldest first, with counts."""
        return self.catalogue.ask(lambda db: runs.listing(db, since, until))

    # what the next check needs

    def memories_of(self, sources: Sequence[str]) -> dict[str, Memory]:
        """What the next check needs to know of a few sources, by source id; those never looked at are left out."""
        return self.catalogue.ask(lambda db: memories.some(self.catalogue, db, sources), single=True)

    def last_checked(self) -> dict[str, datetime]:
        """When each source was last looked at, by source id; cheap also for very many sources."""
        return self.catalogue.ask(runs.last_looks, single=True)

    def memories(self) -> dict[str, Memory]:
        """What the next check needs to know of every source, by source id. DamagedError when one is damaged."""
        return self.catalogue.ask(lambda db: memories.load(self.catalogue, db))

    # keeping

    def keep(self, capture: Capture, text: Text | None) -> None:
        """Make a body durable, before anything says that it exists. Idempotent; safe in worker threads."""
        self.recorder.keep(capture, text)

    def record(self, records: Sequence[Record]) -> list[Change | None]:
        """Add what these checks came to in one transaction; the change of each, numbered, or None."""
        looked = [item.check.at for item in records if item.check is not None]
        self._latest = looked[-1] if looked else self._latest
        return self.recorder.record(records, self._latest)

    def reduce(self, source: str, working: Collection[str]) -> None:
        """Remove body and text of a source's captures but these; digests and changes stay. Call with the lock held."""
        self.recorder.reduce(source, working, self._latest)

    # reading back

    def capture(self, source: str, capture_id: str) -> Capture:
        """A capture as it was fetched, read from its WARC file. DamagedError when it does not match its digest."""
        row = self.catalogue.ask(lambda db: captures.row(self.catalogue, db, source, capture_id),
                                 single=True)
        if row.reduced:
            raise StoreError(f"{source} {capture_id}: only digests are kept (keep_text = \"excerpt\")")
        if not row.kept:
            raise StoreError(f"{source} {capture_id}: the body was pruned; its text and digests are kept")
        raw = self.archive.read(source, capture_id)
        try:
            found = unwarc.decode(raw, row.size)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DamagedError(f"{self.archive.where(source, capture_id)} is damaged: {error}") from error
        if (found.sha256, found.source, found.id) != (row.sha256, source, capture_id):
            raise DamagedError(f"{self.archive.where(source, capture_id)} is not the capture that was recorded")
        return found

    def text(self, source: str, capture_id: str) -> Text:
        """What a capture says. DamagedError when it does not match its digest."""
        return self.catalogue.ask(lambda db: captures.text(self.catalogue, db, source, capture_id))

    def text_on(self, source: str, day: date) -> tuple[CaptureInfo | None, CaptureInfo | None]:
        """The capture in force at the end of a day (UTC) as far as we saw, and the next one after."""
        return self.catalogue.ask(lambda db: captures.around(db, source, datetime.combine(day, time.max, UTC)))

    def captures(self, source: str | None = None, *, since: datetime | None = None,
                 until: datetime | None = None) -> list[CaptureInfo]:
        """Captures fetched in the period, oldest first."""
        return self.catalogue.ask(lambda db: captures.listing(self.catalogue, db, source, since, until))

    def earlier(self, source: str, digest: str) -> CaptureInfo | None:
        """The newest good capture whose text had this digest."""
        return self.catalogue.ask(lambda db: captures.earlier(db, source, digest), single=True)

    def returns(self, source: str, since: datetime) -> list[Change]:
        """The ``returned`` changes of a source since then, newest first, folded ones too."""
        return self.changes(source=source, since=since, kind=ChangeKind.RETURNED, historical=True)

    def changes(self, *, since: datetime | None = None, until: datetime | None = None, source: str | None = None,
                level: Level | None = None, kind: ChangeKind | None = None, unreviewed: bool = False,
                older_than: datetime | None = None, technical: bool = False, historical: bool = False,
                ids: Iterable[int] | None = None) -> list[Change]:
        """Recorded changes with all edits, newest first. ``level`` is a minimum; ``ids`` alone decides."""
        query = changes.Query(since, until, source, level, kind, unreviewed, older_than, technical, historical,
                              None if ids is None else tuple(ids))
        return self.catalogue.ask(lambda db: changes.find(db, query, self.catalogue.address), single=True)

    def change(self, id: int) -> Change:
        """A change by its number. UsageError when there is none."""
        return self.catalogue.ask(lambda db: changes.one(db, id, self.catalogue.address), single=True)

    def untold(self) -> list[Change]:
        """Changes that are to be told and that no run has told yet, oldest first."""
        return self.catalogue.ask(lambda db: changes.untold(db, self.catalogue.address), single=True)

    def told(self, ids: Iterable[int], run_id: str) -> None:
        """Record that a run told these changes."""
        numbers = tuple(ids)
        self.catalogue.transact(lambda writing: changes.told(writing, numbers, run_id, self._latest))
        self._note_told(numbers)

    def _note_told(self, numbers: Sequence[int]) -> None:
        if numbers and self.catalogue.schema:
            rewound.note(self.archive, self.catalogue, self._latest)

    def rewound(self, news: Iterable[Change], now: datetime) -> rewound.Rewound | None:
        """Whether the catalogue was restored from a backup, and which of the ``news`` may have been told before."""
        return rewound.rewound(self.archive, self.catalogue, news, now) if self.catalogue.schema else None

    def checks(self, *, source: str | None = None, since: datetime | None = None,
               until: datetime | None = None, command: str = "check") -> Iterator[Check]:
        """Every look taken in the period by runs of ``command``, in the order recorded.

        With ``backfill``: copies asked for in web archives; ``url`` is the copy's address, ``at`` when we asked.
        """
        return runs.read(self.catalogue, source=source, since=since, until=until, command=command)

    def replace_text(self, source: str, capture_id: str, text: Text) -> None:
        """Add a newer reading of a capture; the earlier one stays."""
        self.catalogue.transact(lambda writing: recording.reread(writing, source, capture_id, text, self._latest))

    def note_configuration(self, sha256: str, content: str, now: datetime) -> None:
        """Record sources.toml when it differs from the last one recorded."""
        self._latest = now
        if self.catalogue.ask(configuration.latest, single=True) != sha256:
            self.catalogue.transact(lambda writing: configuration.add(writing, sha256, content, now))

    def configurations(self, *, since: datetime | None = None,
                       until: datetime | None = None) -> list[configuration.Configuration]:
        """Each sources.toml that came into force in the period, oldest first."""
        return self.catalogue.ask(
            lambda db: configuration.listing(db, self.catalogue.address, since, until), single=True)

    # reviews

    def add_review(self, review: Review) -> Review:
        """Append a decision; returns it numbered, with the hash of the journal entry before it."""
        return self.catalogue.transact(lambda writing: changes.add_review(writing, review))

    def reviews(self, *, change: int | None = None, since: datetime | None = None,
                until: datetime | None = None) -> list[Review]:
        """Decisions, oldest first."""
        return self.catalogue.ask(lambda db: changes.find_reviews(db, change, since, until), single=True)

    # outbox

    def enqueue(self, deliveries: Sequence[Delivery], *, told: Iterable[int] = (), run_id: str = "") -> list[Delivery]:
        """Record messages before they are tried; returns them numbered.

        ``told``: changes they tell, marked as told by ``run_id`` in the same transaction, so that a run killed
        between the two can neither lose nor repeat a message.
        """
        numbers = tuple(told)
        if not deliveries and not numbers:
            return []
        found = self.catalogue.transact(
            lambda writing: outbox.enqueue(writing, deliveries, numbers, run_id, self._latest))
        self._note_told(numbers)
        return found

    def outbox(self, *, pending_only: bool = True) -> list[Delivery]:
        """Messages waiting, or all there ever were, oldest first."""
        return self.catalogue.ask(
            lambda db: outbox.find(db, self.catalogue.address, pending_only=pending_only), single=True)

    def update_delivery(self, delivery: Delivery) -> None:
        """Record how a try went."""
        self.catalogue.transact(lambda writing: outbox.update(writing, delivery, self._latest))

    # journal

    def head(self) -> tuple[int, str]:
        """Number and hash of the journal's last entry."""
        return self.catalogue.ask(catalogue.head, single=True)

"""Store: what we keep, behind one object. Each method is one question or one transaction.

Made for one thread, but for :meth:`Store.keep`, which only touches files and may run in several.
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
from guidetrack.store import captures, catalogue, changes, configuration, memories, outbox, recording, runs, unwarc
from guidetrack.store.archive import Archive
from guidetrack.store.lock import locked, read_note
from guidetrack.store.sweep import sweep

if TYPE_CHECKING:
    from types import TracebackType


class Store:
    """An open archive. Use as a context manager, or call :meth:`close`."""

    def __init__(self, archive: Archive, kept: catalogue.Catalogue, now: datetime, version: str) -> None:
        self.archive = archive
        self.catalogue = kept
        self.version = version
        self._latest = now
        self._recorder = recording.Recorder(archive, kept)

    @classmethod
    def open(cls, settings: StoreSettings, *, now: datetime, version: str, write: bool = True) -> Store:
        """Open an archive; with ``write`` it is created or brought forward to this version's schema.

        Raises StoreError, NewerArchiveError or DamagedError, each with a sentence.
        """
        archive = Archive.at(settings)
        kept = catalogue.open_catalogue(settings.catalogue, archive.root, now=now, version=version, write=write)
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
        with locked(self.archive.root, command=command, now=now) as left:
            sweep(self.catalogue, self.archive, left=left is not None, now=now)
            self._recorder.hold()
            try:
                yield
            finally:
                self._recorder.release()

    def busy(self) -> bool:
        """Whether a writer is at work, or was killed and left something for the next one to clear away."""
        return read_note(self.archive.root) is not None

    # runs

    def begin(self, run: Run) -> None:
        """Record that a run began."""
        self._latest = run.started
        with self.catalogue.write() as writing:
            runs.begin(writing, run)

    def end(self, run_id: str, ended: datetime, exit_status: int | None = None) -> None:
        """Record that a run ended, with its counts and a digest of its checks in the journal."""
        self._latest = ended
        with self.catalogue.write() as writing:
            runs.end(writing, run_id, ended, exit_status, ended)

    def runs(self, *, since: datetime | None = None, until: datetime | None = None) -> list[RunCounts]:
        """Runs begun in the period, oldest first, with counts."""
        with self.catalogue.read() as connection:
            return runs.listing(connection, since, until)

    # what the next check needs

    def memories(self) -> dict[str, Memory]:
        """What the next check needs to know of every source, by source id. DamagedError when one is damaged."""
        with self.catalogue.read() as connection:
            return memories.load(self.catalogue, connection)

    # keeping

    def keep(self, capture: Capture, text: Text | None) -> None:
        """Make a body durable, before anything says that it exists. Idempotent; safe in worker threads."""
        self._recorder.keep(capture, text)

    def record(self, records: Sequence[Record]) -> list[Change | None]:
        """Add what these checks came to in one transaction; the change of each, numbered, or None."""
        looked = [item.check.at for item in records if item.check is not None]
        self._latest = looked[-1] if looked else self._latest
        return self._recorder.record(records, self._latest)

    def reduce(self, source: str, working: Collection[str]) -> None:
        """Remove body and text of a source's captures but these; digests and changes stay. Call with the lock held."""
        self._recorder.reduce(source, working, self._latest)

    # reading back

    def capture(self, source: str, capture_id: str) -> Capture:
        """A capture as it was fetched, read from its WARC file. DamagedError when it does not match its digest."""
        with self.catalogue.read() as connection:
            row = captures.row(self.catalogue, connection, source, capture_id)
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
        with self.catalogue.read() as connection:
            return captures.text(self.catalogue, connection, source, capture_id)

    def text_on(self, source: str, day: date) -> tuple[CaptureInfo | None, CaptureInfo | None]:
        """The capture in force at the end of a day (UTC) as far as we saw, and the next one after."""
        with self.catalogue.read() as connection:
            return captures.around(connection, source, datetime.combine(day, time.max, UTC))

    def captures(self, source: str | None = None, *, since: datetime | None = None,
                 until: datetime | None = None) -> list[CaptureInfo]:
        """Captures fetched in the period, oldest first."""
        with self.catalogue.read() as connection:
            return captures.listing(self.catalogue, connection, source, since, until)

    def earlier(self, source: str, digest: str) -> CaptureInfo | None:
        """The newest good capture whose text had this digest."""
        with self.catalogue.read() as connection:
            return captures.earlier(connection, source, digest)

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
        with self.catalogue.read() as connection:
            return changes.find(connection, query, self.catalogue.address)

    def change(self, id: int) -> Change:
        """A change by its number. UsageError when there is none."""
        with self.catalogue.read() as connection:
            return changes.one(connection, id, self.catalogue.address)

    def untold(self) -> list[Change]:
        """Changes that are to be told and that no run has told yet, oldest first."""
        with self.catalogue.read() as connection:
            return changes.untold(connection, self.catalogue.address)

    def told(self, ids: Iterable[int], run_id: str) -> None:
        """Record that a run told these changes."""
        with self.catalogue.write() as writing:
            changes.told(writing, ids, run_id, self._latest)

    def checks(self, *, source: str | None = None, since: datetime | None = None,
               until: datetime | None = None, command: str = "check") -> Iterator[Check]:
        """Every look taken in the period by runs of ``command``, in the order recorded.

        With ``backfill``: copies asked for in web archives; ``url`` is the copy's address, ``at`` when we asked.
        """
        return runs.read(self.catalogue, source=source, since=since, until=until, command=command)

    def replace_text(self, source: str, capture_id: str, text: Text) -> None:
        """Add a newer reading of a capture; the earlier one stays."""
        with self.catalogue.write() as writing:
            recording.reread(writing, source, capture_id, text, self._latest)

    def note_configuration(self, sha256: str, content: str, now: datetime) -> None:
        """Record sources.toml when it differs from the last one recorded."""
        self._latest = now
        with self.catalogue.read() as connection:
            if configuration.latest(connection) == sha256:
                return
        with self.catalogue.write() as writing:
            configuration.add(writing, sha256, content, now)

    def configurations(self, *, since: datetime | None = None,
                       until: datetime | None = None) -> list[configuration.Configuration]:
        """Each sources.toml that came into force in the period, oldest first."""
        with self.catalogue.read() as connection:
            return configuration.listing(connection, self.catalogue.address, since, until)

    # reviews

    def add_review(self, review: Review) -> Review:
        """Append a decision; returns it numbered, with the hash of the journal entry before it."""
        with self.catalogue.write() as writing:
            return changes.add_review(writing, review)

    def reviews(self, *, change: int | None = None, since: datetime | None = None,
                until: datetime | None = None) -> list[Review]:
        """Decisions, oldest first."""
        with self.catalogue.read() as connection:
            return changes.find_reviews(connection, change, since, until)

    # outbox

    def enqueue(self, deliveries: Sequence[Delivery], *, told: Iterable[int] = (), run_id: str = "") -> list[Delivery]:
        """Record messages before they are tried; returns them numbered.

        ``told``: changes they tell, marked as told by ``run_id`` in the same transaction, so that a run killed
        between the two can neither lose nor repeat a message.
        """
        numbers = tuple(told)
        if not deliveries and not numbers:
            return []
        with self.catalogue.write() as writing:
            stored = outbox.enqueue(writing, deliveries) if deliveries else []
            changes.told(writing, numbers, run_id, self._latest)
            return stored

    def outbox(self, *, pending_only: bool = True) -> list[Delivery]:
        """Messages waiting, or all there ever were, oldest first."""
        with self.catalogue.read() as connection:
            return outbox.find(connection, self.catalogue.address, pending_only=pending_only)

    def update_delivery(self, delivery: Delivery) -> None:
        """Record how a try went."""
        with self.catalogue.write() as writing:
            outbox.update(writing, delivery, self._latest)

    # journal

    def head(self) -> tuple[int, str]:
        """Number and hash of the journal's last entry."""
        with self.catalogue.read() as connection:
            return catalogue.head(connection)

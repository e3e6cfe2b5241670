"""The questions asked of a tracker: what a source says, what changed, what was decided, what a report needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta

from guidetrack._version import __version__
from guidetrack.compare import coming_dates, compare, load_vocabulary
from guidetrack.errors import UsageError
from guidetrack.models import (
    CaptureInfo,
    Change,
    ChangeKind,
    ComingDate,
    Comparison,
    Level,
    Memory,
    Outcome,
    Report,
    Run,
    Settings,
    Source,
    SourceStatus,
    Text,
)
from guidetrack.store import Store
from guidetrack.track import decide
from guidetrack.track.history import Event, history
from guidetrack.track.timeline import finest

WAITING = timedelta(days=14)
"""A change nobody has reviewed for longer is listed as waiting on every report."""


class Asking:
    """What can be asked of the sources of one file and their archive; nothing here writes."""

    settings: Settings
    store: Store
    now: Callable[[], datetime]
    last_run: Run | None

    def sources(self, ids: Collection[str] | None = None) -> list[Source]:
        """The enabled sources, or those named (enabled or not). :raises UsageError: an unknown or ambiguous id."""
        if not ids:
            return [source for source in self.settings.sources if source.enabled]
        return [self.source(id) for id in dict.fromkeys(ids)]

    def source(self, id: str) -> Source:
        """The source with this id, or the only one whose id begins so.

        :raises UsageError: there is none, or several.
        """
        known = {source.id: source for source in self.settings.sources}
        if id in known:
            return known[id]
        begins = [name for name in known if name.startswith(id)]
        if len(begins) == 1:
            return known[begins[0]]
        raise UsageError(_unknown(id, begins or _near(id, known)))

    def source_or_kept(self, id: str) -> Source:
        """Likewise, but also a source that is in the archive only: its history stays readable."""
        try:
            return self.source(id)
        except UsageError:
            if id in self.store.memories():
                return Source(id, "", title=id, enabled=False)
            raise

    def status(self, ids: Collection[str] | None = None) -> list[SourceStatus]:
        """Where each source stands, worst first."""
        memories, now = self.store.memories(), self.now()
        found = [self._standing(source, memories.get(source.id), now) for source in self.sources(ids)]
        order = {"overdue": 0, "late": 1, "held": 2, "missed": 3, "gone": 4, "never checked": 5}
        return sorted(found, key=lambda status: order.get(status.state, 9))

    def _standing(self, source: Source, memory: Memory | None, now: datetime) -> SourceStatus:
        memory = memory or Memory(source.id)
        return SourceStatus(source, memory, *decide.standing(memory, source.grace, now))

    def changes(self, *, since: datetime | date | None = None, until: datetime | date | None = None,
                source: str | None = None, level: Level | None = None, kind: ChangeKind | None = None,
                reviewed: bool | None = None, technical: bool = False, historical: bool = False) -> list[Change]:
        """Recorded changes, newest first; ``level`` is the least that counts."""
        found = self.store.changes(since=_moment(since), until=_moment(until, end=True), source=source, level=level,
                                   kind=kind, unreviewed=reviewed is False, technical=technical, historical=historical)
        if reviewed:
            known = {review.change for review in self.store.reviews()}
            found = [change for change in found if change.id in known]
        return finest(found)

    def text(self, id: str, on: date | None = None) -> Text:
        """What a source said: its last good text, or the one in force at the end of ``on`` as far as we saw.

        :raises UsageError: nothing was kept by then.
        """
        source = self.source_or_kept(id)
        info, _ = self.text_on(source.id, on or self.now().date())
        if info is None:
            when = f" on or before {on}" if on else ""
            raise UsageError(f"nothing was kept of {source.id}{when}; run: guidetrack check {source.id}")
        return self.store.text(source.id, info.ref.capture)

    def text_on(self, id: str, day: date) -> tuple[CaptureInfo | None, CaptureInfo | None]:
        """The capture in force at the end of a day (UTC), and the next one after it: the gap is plain."""
        return self.store.text_on(id, day)

    def diff(self, id: str, from_: datetime | date | None = None, to: datetime | date | None = None,
             ) -> tuple[Comparison, CaptureInfo, CaptureInfo]:
        """What differs between what a source said at two times, with the captures that said so.

        :param to: default: now. :param from_: default: just before the text at ``to`` first stood.
        :raises UsageError: nothing, or only one text, was kept by then.
        """
        source = self.source_or_kept(id)
        kept = [info for info in self.store.captures(source.id) if info.good and info.text_digest]
        kept.sort(key=lambda info: info.fetched)
        second = _last(kept, _moment(to, end=True))
        earlier = [info for info in kept if second and info.fetched < second.fetched
                   and info.text_digest != second.text_digest]
        first = earlier[-1] if from_ is None and earlier else _last(kept, _moment(from_, end=True))
        if second is None or first is None or (from_ is None and not earlier):
            have = f"there is one text, of {kept[0].fetched:%Y-%m-%d}" if kept else "nothing was kept"
            raise UsageError(f"nothing to compare for {source.id}: {have} in that time")
        old, new = (self.store.text(source.id, info.id) for info in (first, second))
        return compare(old, new, vocabulary=load_vocabulary(self.settings.vocabulary)), first, second

    def report(self, *, changes: Iterable[int] | None = None, since: datetime | None = None,
               until: datetime | None = None, outcomes: Iterable[Outcome] = ()) -> Report:
        """Everything a report says, gathered: the changes named, those of a period, or those of a run."""
        now, outcomes = self.now(), tuple(outcomes)
        if changes is not None:
            found = [self.store.change(number) for number in changes]
        else:
            found = finest(self.store.changes(since=since, until=until, technical=True, historical=True))
        return Report(
            made=now, version=__version__, changes=tuple(found), since=since, until=until or now,
            run=self.last_run if outcomes else None, outcomes=outcomes, coverage=tuple(self.status()),
            checks=tuple(self.store.checks(since=since, until=until)) if since else (),
            reviews=tuple(self.store.reviews(since=since)), waiting=tuple(self.waiting(now)),
            sources_file=self.settings.file.name, sources_sha256=self.settings.sha256,
        )

    def coming_dates(self, within: timedelta, ids: Collection[str] | None = None) -> list[tuple[Source, ComingDate]]:
        """Binding dates (effective, expiry, deadlines) in the current texts, from today on, soonest first."""
        memories, today = self.store.memories(), self.now().date()
        found = []
        for source in self.sources(ids):
            memory = memories.get(source.id)
            if memory is not None and memory.base is not None and memory.gone_since is None:
                text = self.store.text(source.id, memory.base)
                dates = coming_dates(text, after=today - timedelta(days=1), until=today + within)
                found += [(source, date) for date in dates]
        return sorted(found, key=lambda item: item[1].value)

    def history(self, id: str) -> tuple[Source, list[Event]]:
        """The dated story of one source, oldest first: first seen, changes, decisions, trouble, gaps."""
        source = self.source_or_kept(id)
        changes = finest(self.store.changes(source=source.id, historical=True))
        reviews = [review for change in changes for review in self.store.reviews(change=change.id)]
        live = self.store.checks(source=source.id)
        archived = self.store.checks(source=source.id, command="backfill")
        return source, history(source, live, changes, reviews, archived=archived)

    def waiting(self, now: datetime) -> list[Change]:
        """Changes that nobody has reviewed for two weeks, oldest first."""
        return self._ours(self.store.changes(unreviewed=True, older_than=now - WAITING)[::-1])

    def untold(self) -> list[Change]:
        """Changes that are to be told and that no run has told yet, oldest first."""
        return self._ours(self.store.untold())

    def _ours(self, changes: list[Change]) -> list[Change]:
        """A catalogue on a server may be that of several files: each is told of its own sources."""
        if not self.store.catalogue.schema:
            return changes
        known = {source.id for source in self.settings.sources}
        return [change for change in changes if change.source in known]


def _moment(when: datetime | date | None, *, end: bool = False) -> datetime | None:
    if when is None or isinstance(when, datetime):
        return when
    start = datetime(when.year, when.month, when.day, tzinfo=UTC)
    return start + timedelta(days=1) - timedelta(microseconds=1) if end else start


def _last(kept: list[CaptureInfo], until: datetime | None) -> CaptureInfo | None:
    """The newest of ``kept`` (oldest first) that was there at a moment; None as moment is now."""
    return next((info for info in reversed(kept) if until is None or info.fetched <= until), None)


def _near(id: str, known: Iterable[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(id, list(known), 3, 0.5)


def _unknown(id: str, candidates: list[str]) -> str:
    hint = f"; did you mean {', '.join(candidates[:5])}?" if candidates else "; guidetrack sources lists them"
    return f"no source has the id {id!r}{hint}"

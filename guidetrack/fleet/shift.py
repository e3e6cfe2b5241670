"""Sources files that a worker serves, and its runs: one at a time for each file, begun with the first job and ended
when it is idle."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from guidetrack._version import __version__
from guidetrack.errors import UsageError
from guidetrack.fleet.queue import name_of
from guidetrack.models import Run, Settings, Source
from guidetrack.track.bench import Bench

LONGEST = timedelta(minutes=10)
"""A run is ended by then, so that its counts are in the journal while the worker goes on."""


@dataclass
class Shift:
    """One run and the jobs that are under way in it."""

    run: Run
    bench: Bench
    jobs: int = 0


@dataclass
class Tenant:
    """A sources file that the worker serves: its queue, its sources, what its looks work with."""

    settings: Settings
    queue: str
    bench: Bench
    sources: dict[str, Source] = field(default_factory=dict)
    strange: set[str] = field(default_factory=set)
    """Ids in jobs that the sources file here does not have."""
    _current: Shift | None = None
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def enter(self, now: Callable[[], datetime]) -> Shift:
        """The run for a job that starts now; begun when there is none."""
        async with self._beginning:
            shift = self._current
            if shift is None or now() - shift.run.started >= LONGEST:
                await self.rest(now())
                started = now()
                run = Run(f"{started:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}", started, __version__,
                          self.settings.sha256)
                await self.bench.desk(self.bench.store.begin, run)
                shift = self._current = Shift(run, replace(self.bench, run_id=run.id))
            shift.jobs += 1
            return shift

    async def leave(self, shift: Shift, now: datetime) -> None:
        """A job of the run is done; a run that is no longer the current one ends with its last job."""
        shift.jobs -= 1
        if shift is not self._current and not shift.jobs:
            await self.bench.desk(self.bench.store.end, shift.run.id, now)

    async def rest(self, now: datetime) -> None:
        """Let the current run end, at once when no job is under way in it."""
        shift, self._current = self._current, None
        if shift is not None and not shift.jobs:
            await self.bench.desk(self.bench.store.end, shift.run.id, now)

    @property
    def idle(self) -> bool:
        """Whether a run is open in which nothing is under way."""
        return self._current is not None and not self._current.jobs

def agree(files: Sequence[Settings]) -> None:
    """Raises UsageError when files cannot be served together: another archive, one name, one id for two pages."""
    known: dict[str, tuple[Source, Settings]] = {}
    queues: dict[str, Settings] = {}
    for settings in files:
        name = name_of(settings.file)
        if name in queues:
            raise UsageError(f"{settings.file} and {queues[name].file} have the same name, so they would share a "
                             "queue; rename one of them")
        queues[name] = settings
        if settings.store.catalogue != files[0].store.catalogue or settings.store.archive != files[0].store.archive:
            raise UsageError(f"{settings.file} has another catalogue or archive than {files[0].file}; a worker serves "
                             "one archive")
        for source in settings.sources:
            other, where = known.setdefault(source.id, (source, settings))
            if (other.url, other.rules) != (source.url, source.rules):
                raise UsageError(f"{settings.file} and {where.file} mean different pages by {source.id!r}; one "
                                 "catalogue has one page for an id: rename one of them")

"""The runs of a worker: one at a time for each sources file, begun with the first job and ended when it is idle."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from guidetrack._version import __version__
from guidetrack.models import Run, Settings, Source
from guidetrack.store import Store
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

    def enter(self, store: Store, now: Callable[[], datetime]) -> Shift:
        """The run for a job that starts now; begun when there is none."""
        shift = self._current
        if shift is None or now() - shift.run.started >= LONGEST:
            self.rest(store, now())
            started = now()
            run = Run(f"{started:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}", started, __version__, self.settings.sha256)
            store.begin(run)
            shift = self._current = Shift(run, replace(self.bench, run_id=run.id))
        shift.jobs += 1
        return shift

    def leave(self, shift: Shift, store: Store, now: datetime) -> None:
        """A job of the run is done; a run that is no longer the current one ends with its last job."""
        shift.jobs -= 1
        if shift is not self._current and not shift.jobs:
            store.end(shift.run.id, now)

    def rest(self, store: Store, now: datetime) -> None:
        """Let the current run end, at once when no job is under way in it."""
        shift, self._current = self._current, None
        if shift is not None and not shift.jobs:
            store.end(shift.run.id, now)

    @property
    def idle(self) -> bool:
        """Whether a run is open in which nothing is under way."""
        return self._current is not None and not self._current.jobs

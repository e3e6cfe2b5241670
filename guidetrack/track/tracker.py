"""Tracker: the sources of one file and their archive, looked at and asked."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from contextlib import ExitStack, aclosing, closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from guidetrack._version import __version__
from guidetrack.compare import load_vocabulary
from guidetrack.errors import UsageError
from guidetrack.models import Change, Decision, Outcome, OutcomeKind, Reason, Review, Run, Settings
from guidetrack.store import Store
from guidetrack.track import decide
from guidetrack.track.asking import Asking

if TYPE_CHECKING:
    from types import TracebackType

    from guidetrack.track.technical import Rebuilt

__all__ = ["Tracker"]

MOST_BESIDE = 1_000
"""Sources held at once beside workers: the server's table of locks is not endless."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Tracker(Asking):
    """The sources of one file and their archive. Open with :func:`guidetrack.open`, close with ``with``.

    :param settings: the sources file, read.
    :param now: the clock: aware, UTC. :param write: False opens the archive for questions only.
    """

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] = _utc_now, write: bool = True) -> None:
        self.settings = settings
        self.now = now
        self.store = Store.open(settings.store, now=now(), version=__version__, write=write)
        self.last_run: Run | None = None
        self.errors: tuple[Exception, ...] = ()
        """What went wrong in the last run that is not a page's doing: damage, a bug. Such a run is trouble."""
        self._stop: Callable[[], None] | None = None

    def __enter__(self) -> Tracker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive."""
        self.store.close()

    # looking

    def check(self, ids: Collection[str] | None = None, *, due: bool = False, fresh: bool = False,
              beside: bool = False) -> Iterator[Outcome]:
        """Look at all enabled sources, or those named; outcomes come as they finish, each already durable.

        :param due: only sources whose ``every`` has passed. :param fresh: ignore validators.
        :param beside: run beside workers on the same PostgreSQL catalogue; a source one of them holds at that moment
            comes out ``interrupted``.
        :raises UsageError: an unknown id; or an event loop is running here (use :meth:`acheck`).
        :raises LockedError: another run holds the archive.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise UsageError("an event loop is running here: use `async for outcome in tracker.acheck()`")
        return self._check(self.acheck(ids, due=due, fresh=fresh, beside=beside))

    def _check(self, outcomes: AsyncGenerator[Outcome, None]) -> Iterator[Outcome]:
        loop = asyncio.new_event_loop()
        try:
            while True:
                try:
                    outcome = loop.run_until_complete(anext(outcomes))
                except StopAsyncIteration:
                    return
                yield outcome
        finally:
            loop.run_until_complete(outcomes.aclose())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    async def acheck(self, ids: Collection[str] | None = None, *, due: bool = False, fresh: bool = False,
                     beside: bool = False) -> AsyncGenerator[Outcome, None]:
        """The asynchronous core of :meth:`check`; cancelling it or ``aclose`` keeps what came out. Raises the same."""
        from guidetrack.fetch import Fetcher
        from guidetrack.track.bench import Bench, Patience
        from guidetrack.track.desk import Desk
        from guidetrack.track.garbage import seldom_collected
        from guidetrack.track.isolate import Reader
        from guidetrack.track.loop import Loop
        from guidetrack.track.recorder import Recorder
        from guidetrack.track.turns import Turns

        sources = self.sources(ids)
        started = self.now()
        lock = self.store.join if beside else self.store.lock
        with seldom_collected(), lock(command="check", now=started), ExitStack() as stack:
            if beside and len(sources) > MOST_BESIDE:
                raise UsageError(f"beside workers at most {MOST_BESIDE:,} sources can be checked; name them, or use "
                                 "guidetrack schedule")
            taken = [source for source in sources if not self.store.claim(source.id)]
            for source in taken:
                sources.remove(source)
                yield Outcome(source, OutcomeKind.MISSED, Reason.INTERRUPTED, "a worker is looking at it",
                              url=source.url)
            desk = stack.enter_context(Desk(self.store))
            turns = stack.enter_context(closing(Turns(self.store))) if self.store.catalogue.schema else None
            memories = self.store.memories()
            if due:
                sources = [source for source in sources if decide.is_due(memories.get(source.id), source, started)]
            run = Run(f"{started:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}", started, __version__, self.settings.sha256)
            self._note_configuration(started)
            self.store.begin(run)
            self.last_run, self.errors = run, ()
            async with Reader() as reader, Fetcher(self.settings.fetch, now=self.now, version=__version__,
                                                   ready=reader.calm, turns=turns) as fetcher:
                bench = Bench(self.store, fetcher, reader, Recorder(self.store, desk), run.id, self.now,
                              self.settings.fetch.second_look, fresh, load_vocabulary(self.settings.vocabulary),
                              Patience(), desk)
                loop = Loop(bench, sources, memories)
                running = asyncio.get_running_loop()
                self._stop = partial(_call_soon, running, loop.stop)
                try:
                    # closed here and now, not when the collector finds it: the lock must outlive the last write
                    async with aclosing(loop.outcomes()) as outcomes:
                        async for outcome in outcomes:
                            yield outcome
                finally:
                    self._stop = None
                    await bench.recorder.flush()
                    self.errors = tuple(loop.errors)
            ended = self.now()
            self.store.end(run.id, ended)
            self.last_run = replace(run, ended=ended)

    async def rebuild(self, ids: Collection[str] | None = None) -> AsyncGenerator[Rebuilt, None]:
        """Extract kept captures again after an upgrade or a rule edit; what differs is technical, never told."""
        from guidetrack.track.technical import rebuild

        now = self.now()
        with self.store.lock(command="rebuild", now=now):
            vocabulary = load_vocabulary(self.settings.vocabulary)
            async for rebuilt in rebuild(self.store, self.sources(ids), vocabulary=vocabulary, now=now):
                yield rebuilt

    def stop(self) -> None:
        """End a running check soon: what is done is kept, the rest comes out ``interrupted``. Signal safe."""
        if self._stop is not None:
            self._stop()

    def _note_configuration(self, now: datetime) -> None:
        try:
            content = self.settings.file.read_text("utf-8", "replace")
        except OSError:
            content = ""
        self.store.note_configuration(self.settings.sha256, content, now)

    # deciding

    def review(self, change: Change | int, *, by: str, decision: Decision | str, note: str = "", role: str = "",
               confirm: bool = False) -> Review:
        """Record a person's decision on a change, append-only; guidetrack records, it does not authenticate.

        :raises UsageError: unknown change, an empty name, a missing note, or the same name confirming itself.
        """
        from guidetrack.review import decided

        number = change.id if isinstance(change, Change) else change
        known = self.store.change(number)
        source = next((s for s in self.settings.sources if s.id == known.source), None)
        entry = decided(known, self.store.reviews(change=number), by=by, role=role, decision=Decision(decision),
                        note=note, at=self.now(), confirm=confirm, two_person=bool(source and source.two_person),
                        version=__version__)
        with self.store.join(command="review", now=self.now()):
            return self.store.add_review(entry)


def _call_soon(running: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    running.call_soon_threadsafe(stop)

"""A worker: takes jobs, holds their sources, looks at them, and takes up what a dead worker left."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from guidetrack._version import __version__
from guidetrack.compare import load_vocabulary
from guidetrack.errors import StoreError
from guidetrack.fetch import Fetcher
from guidetrack.fleet import queue
from guidetrack.fleet.again import Again, Patience
from guidetrack.fleet.sentences import first_line as _first_line
from guidetrack.fleet.sentences import sentences
from guidetrack.fleet.shift import Tenant, agree
from guidetrack.models import Backlog, Memory, Outcome, Reason, Settings, Source
from guidetrack.store import Store
from guidetrack.track import bench as benches
from guidetrack.track.desk import Desk
from guidetrack.track.isolate import Reader
from guidetrack.track.loop import Loop
from guidetrack.track.recorder import Recorder
from guidetrack.track.turns import Turns

if TYPE_CHECKING:
    import procrastinate
    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job as Deferred

HELD, TOGETHER = 10, 5
"""Sources of a job that are held at once, and that are looked at before it is asked whether to stop."""
LINGER_S = 0.15
"""How long a check waits for company before it is recorded: appends of all workers take turns at the server."""
POLL_S = 0.5
"""How often the queue is asked for jobs while there were none: one of the same host may have ended since."""
ROUND_S = 5.0
"""How often a worker looks for jobs of workers that fell silent, and ends runs in which nothing happens."""


class Watcher(Protocol):
    """Who is told what a worker does; see :mod:`guidetrack.fleet.metrics`."""

    def looked(self, outcome: Outcome) -> None:
        """A source was looked at."""

    def counted(self, backlog: Backlog) -> None:
        """What is in the queues now."""


class Worker:
    """Serves the queues of one or more sources files that share a catalogue.

    :param concurrency: jobs, so hosts, at once.
    :param silent: a worker that has said nothing for so long is given up; its jobs are taken up.
    :param say: is given one sentence about trouble.
    :raises UsageError: the files do not share a catalogue, or name different things by one id.
    """

    def __init__(self, files: Sequence[Settings], store: Store, *, now: Callable[[], datetime], watcher: Watcher,
                 say: Callable[[str], None], concurrency: int = 20, silent: timedelta = timedelta(seconds=30)) -> None:
        agree(files)
        self._files = files
        self._store = store
        self._now = now
        self._watcher = watcher
        self._say = say
        self._concurrency = concurrency
        self._silent_s = silent.total_seconds()
        self._tenants: dict[str, Tenant] = {}
        self._at_work: set[str] = set()
        self._stopping = False
        self._serving: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Take no more jobs and finish the looks that are under way. Call from the loop's own thread."""
        self._stopping = True
        if self._serving is not None:
            self._serving.cancel()

    async def run(self, *, wait: bool = True) -> None:
        """Work until told to stop, or with ``wait`` off until the queues are empty.

        Raises StoreError when the database stays away; what was looked at by then is kept.
        """
        with self._store.join(command="worker", now=self._now()):
            app = queue.application(self._store, min_size=1, max_size=4)
            app.task(name=queue.TASK, pass_context=True, retry=Patience())(self._look)
            async with sentences(self._say), app.open_async(), self._open() as desk:
                self._say(f"At work on {', '.join(self._tenants)}: {self._concurrency} hosts at once.")
                rounds = asyncio.create_task(self._rounds(app, desk))
                self._serving = asyncio.create_task(self._serve(app) if wait else self._empty(app, desk))
                try:
                    if not self._stopping:
                        await self._serving
                except asyncio.CancelledError:
                    if not self._stopping:
                        raise
                finally:
                    rounds.cancel()
                    await asyncio.gather(rounds, return_exceptions=True)
                    for tenant in self._tenants.values():
                        await tenant.rest(self._now())

    async def _serve(self, app: procrastinate.App) -> None:
        """Take jobs until cancelled; then those under way are finished."""
        await app.run_worker_async(
            queues=list(self._tenants), concurrency=self._concurrency, delete_jobs="successful",
            install_signal_handlers=False, fetch_job_polling_interval=POLL_S,
            update_heartbeat_interval=self._silent_s / 4, stalled_worker_timeout=self._silent_s)
        raise StoreError("the queue's connection was lost")  # procrastinate ends quietly when its heartbeat fails

    async def _empty(self, app: procrastinate.App, desk: Desk) -> None:
        """Take jobs until none is left whose time has come."""
        while await desk(queue.due, self._store, self._tenants):
            serving = asyncio.create_task(self._serve(app))
            try:
                while not serving.done() and await desk(queue.due, self._store, self._tenants):
                    await asyncio.wait([serving], timeout=POLL_S)
            finally:
                serving.cancel()
                await asyncio.wait([serving])
            if not serving.cancelled():
                serving.result()

    @contextlib.asynccontextmanager
    async def _open(self) -> AsyncIterator[Desk]:
        """Whatever looks need, for every sources file; ended in good order."""
        async with contextlib.AsyncExitStack() as stack:
            desk = stack.enter_context(Desk(self._store))
            recorder, turns = Recorder(self._store, desk, linger_s=LINGER_S), Turns(self._store)
            stack.callback(turns.close)
            stack.push_async_callback(turns.rest)
            reader = await stack.enter_async_context(Reader())
            for settings in self._files:
                fetcher = await stack.enter_async_context(
                    Fetcher(settings.fetch, now=self._now, version=__version__, ready=reader.calm, turns=turns))
                bench = benches.Bench(self._store, fetcher, reader, recorder, "", self._now, settings.fetch.second_look,
                              False, load_vocabulary(settings.vocabulary), benches.Patience(), desk)
                name = queue.name_of(settings.file)
                self._tenants[name] = Tenant(settings, name, bench, {s.id: s for s in settings.sources if s.enabled})
                content = settings.file.read_text("utf-8", "replace")
                self._store.note_configuration(settings.sha256, content, self._now())
            stack.push_async_callback(recorder.flush)
            yield desk

    async def _look(self, context: JobContext, *, sources: list[str], asked: str) -> None:
        """One job. What cannot be looked at now raises Again, and the job comes back later for the rest."""
        tenant = self._tenants[str(context.job.queue)]
        wanted = [tenant.sources[id] for id in sources if id in tenant.sources]
        self._note_unknown(tenant, sources)
        shift = await tenant.enter(self._now)
        try:
            # only a job that comes back was begun before; clocks of machines differ, so a new one does not ask them
            since = datetime.fromisoformat(asked) if context.job.attempts else None
            missing = 0
            for start in range(0, len(wanted), HELD):
                async with self._held(wanted[start:start + HELD], shift.bench) as (held, memories):
                    missing += len(wanted[start:start + HELD]) - len(held)
                    for at in range(0, len(held), TOGETHER):
                        if self._stopping:
                            raise Again("stopping", 0)
                        await self._together(shift.bench, held[at:at + TOGETHER], memories, since)
            if missing:
                raise Again("another worker holds a source of this job", 5)
        except Again:
            raise
        except Exception as error:
            self._say(f"the job for {_host(context.job)} broke: {_first_line(error)}")
            raise
        finally:
            await tenant.leave(shift, self._now())

    def _note_unknown(self, tenant: Tenant, sources: Sequence[str]) -> None:
        """Say, once for each, which sources only the sources file of whoever put the job in knows."""
        fresh = [id for id in sources if id not in tenant.sources and id not in tenant.strange]
        if fresh:
            tenant.strange.update(fresh)
            self._say(f"not looked at, because {tenant.settings.file} here does not have them switched on: "
                      f"{', '.join(fresh)}; restart this worker with the file that schedule reads")

    @contextlib.asynccontextmanager
    async def _held(self, sources: Sequence[Source], bench: benches.Bench,
                    ) -> AsyncIterator[tuple[list[Source], dict[str, Memory]]]:
        """Those of the sources that could be held, and what is remembered of them; held as long as this lasts."""
        free = [source.id for source in sources if source.id not in self._at_work]
        self._at_work.update(free)
        mine: list[str] = []
        try:
            mine, memories = await bench.desk(_claimed, self._store, free)
            self._at_work.difference_update(set(free) - set(mine))
            yield [source for source in sources if source.id in set(mine)], memories
        except BaseException:
            await bench.recorder.flush()  # while the sources are held
            raise
        finally:
            self._at_work.difference_update(free)
            await bench.desk(self._store.release, *mine)

    async def _together(self, bench: benches.Bench, sources: Sequence[Source], memories: dict[str, Memory],
                        since: datetime | None) -> None:
        """Look at a few sources that are held, but not at those seen ``since``."""
        now = self._now()
        wanted = [one for one in sources if since is None or not _seen(memories.get(one.id), since, now)]
        loop = Loop(bench, wanted, memories)
        async with contextlib.aclosing(loop.outcomes()) as outcomes:
            async for outcome in outcomes:
                self._watcher.looked(outcome)
        for error in loop.errors:
            self._say(str(error))

    async def _rounds(self, app: procrastinate.App, desk: Desk) -> None:
        """Until cancelled: take up what silent workers left, end idle runs, count."""
        idle: set[str] = set()
        while True:
            await asyncio.sleep(min(ROUND_S, self._silent_s / 2))
            try:
                await self._take_up(app)
                resting = {name for name, tenant in self._tenants.items() if tenant.idle}
                for name in resting & idle:
                    await self._tenants[name].rest(self._now())
                idle = resting
                backlog = await desk(queue.backlog, self._store, self._tenants)
                if backlog is not None:
                    self._watcher.counted(backlog)
            except (StoreError, _queue_trouble()) as error:
                self._say(f"the queue: {_first_line(error)}")

    async def _take_up(self, app: procrastinate.App) -> None:
        for job in await app.job_manager.get_stalled_jobs(task_name=queue.TASK, seconds_since_heartbeat=self._silent_s):
            if job.queue in self._tenants:
                with contextlib.suppress(_queue_trouble()):  # another worker was first
                    await app.job_manager.retry_job(job)
                    self._say(f"taken up from a worker that fell silent: the job for {_host(job)}")


def _claimed(store: Store, sources: Sequence[str]) -> tuple[list[str], dict[str, Memory]]:
    """Those of the sources that could be held, with their memories, read after they were."""
    mine = store.claim_some(sources) if sources else []
    return mine, store.memories_of(mine) if mine else {}


def _seen(memory: Memory | None, since: datetime, now: datetime) -> bool:
    """Whether a source was looked at after its job was put in: by the worker that died, or by hand.

    A look that was cut short was none, and one in the future only tells of a clock that was wrong.
    """
    return (memory is not None and memory.last_checked is not None and since <= memory.last_checked <= now
            and memory.last_reason is not Reason.INTERRUPTED)


def _host(job: Deferred) -> str:
    return (job.lock or "").rpartition(" ")[2]


def _queue_trouble() -> Any:
    from procrastinate.exceptions import ConnectorException

    return ConnectorException

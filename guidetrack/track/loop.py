"""The run: sources side by side, hosts in turn, one bounded window of work, a clean end when told to stop."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable, Iterable
from urllib.parse import urlsplit

from guidetrack.errors import DamagedError, StoreError
from guidetrack.models import Memory, Outcome, Source
from guidetrack.track.bench import Bench
from guidetrack.track.look import Look

WINDOW = 200
"""Sources whose first answer is awaited at once. The fetcher bounds open connections; this bounds memory."""


def in_turn(sources: Iterable[Source]) -> list[Source]:
    """One source of each host, then a second of each …: no host with many sources keeps the others waiting."""
    hosts: dict[str, deque[Source]] = defaultdict(deque)
    for source in sources:
        hosts[urlsplit(source.url).netloc.lower()].append(source)
    ordered: list[Source] = []
    waiting = list(hosts.values())
    while waiting:
        ordered.extend(queue.popleft() for queue in waiting)
        waiting = [queue for queue in waiting if queue]
    return ordered


class Loop:
    """Looks at many sources; outcomes come as they finish."""

    def __init__(self, bench: Bench, sources: Iterable[Source], memories: dict[str, Memory]) -> None:
        self._bench = bench
        self._sources = in_turn(sources)
        self._memories = memories
        self._done: asyncio.Queue[Outcome | BaseException] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._feeder: asyncio.Task[None] | None = None
        self.errors: list[Exception] = []
        """What went wrong that is not the page's doing: the run ends in trouble."""

    def stop(self) -> None:
        """Stop now: what is done stays, the rest comes out ``interrupted``. Call from the loop's own thread."""
        self._stopping = True
        if self._feeder is not None:
            self._feeder.cancel()
        for task in tuple(self._tasks):
            task.cancel()

    async def outcomes(self) -> AsyncGenerator[Outcome, None]:
        """Every source's outcome exactly once. Raises StoreError when nothing can be kept any more."""
        self._feeder = asyncio.create_task(self._feed())
        try:
            for _ in self._sources:
                outcome = await self._done.get()
                if isinstance(outcome, BaseException):
                    raise outcome
                yield outcome
        finally:
            self.stop()
            await asyncio.gather(self._feeder, *self._tasks, return_exceptions=True)

    async def _feed(self) -> None:
        window = asyncio.Semaphore(WINDOW)
        waiting = deque(self._sources)
        try:
            while waiting:
                await window.acquire()
                self._start(waiting.popleft(), window)
        except asyncio.CancelledError:
            for source in waiting:
                await self._give_up(self._look(source, lambda: None))

    def _start(self, source: Source, window: asyncio.Semaphore) -> None:
        open_window = [window]

        def asked() -> None:
            if open_window:
                open_window.pop().release()

        look = self._look(source, asked)
        task = asyncio.create_task(self._one(look))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: asked())

    def _look(self, source: Source, asked: Callable[[], None]) -> Look:
        return Look(self._bench, source, self._memories.get(source.id) or Memory(source.id), asked)

    async def _one(self, look: Look) -> None:
        try:
            self._done.put_nowait(await look.run())
        except asyncio.CancelledError:
            await self._give_up(look)
        except StoreError as error:
            await self._damaged(look, error) if isinstance(error, DamagedError) else self._done.put_nowait(error)
        except Exception as error:
            await self._damaged(look, error)

    async def _give_up(self, look: Look) -> None:
        try:
            self._done.put_nowait(await look.interrupted())
        except Exception as error:
            self._done.put_nowait(error)

    async def _damaged(self, look: Look, error: Exception) -> None:
        self.errors.append(error)
        try:
            self._done.put_nowait(await look.failed(error))
        except Exception as second:
            self._done.put_nowait(second)

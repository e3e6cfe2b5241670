"""A few processes side by side, for runs in which many bodies have changed."""

from __future__ import annotations

import asyncio
import os
import sys

from guidetrack.track.child import Child

MOST = 4
"""Processes at most, however many cores there are: with more, the one that fetches and records is waited for."""
DEPTH = 3
"""Jobs a process is given ahead, so that it need not wait for us between two."""
WORTH_BYTES = 6_000_000
"""A process is started once so much has been read here: starting one costs as much CPU as reading this."""
WORTH_WAITING = 8
"""… and so many bodies wait: where pages come slower than they are read, one core is enough."""
JOBS = 2_000
"""A process is replaced after so many jobs, so that what a parser leaks does not add up."""


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Crew:
    """The processes. One core is left to the process that fetches and records.

    :param cores_: how many cores there are; None: what this process may use.
    """

    def __init__(self, cores_: int | None = None) -> None:
        # in a frozen program sys.executable is that program
        self._size = 0 if getattr(sys, "frozen", False) else min(MOST, (cores_ or cores()) - 1)
        self._children: list[Child] = []
        self._starting: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._read_here = 0

    def take(self, job: object, size: int, waiting: int, *, keep: object = None) -> asyncio.Future[object] | None:
        """The answer to come, if a process is free; else None: the job is the caller's, and counted.

        :param size: bytes of the body. :param waiting: how many bodies wait, this one included.
        :param keep: what the process must have been told to keep.
        """
        if not self._size:
            return None
        free = min(self._working(), key=lambda child: child.waiting, default=None)
        if free is None or free.waiting >= DEPTH:
            self._read_here += size
            self._start_if_worth(waiting)
            return None
        if keep is not None:
            free.keep(keep)
        return free.give(job)

    async def close(self) -> None:
        """End every process."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await asyncio.gather(*self._ending, *(child.stop() for child in self._children), return_exceptions=True)
        self._children.clear()

    def _working(self) -> list[Child]:
        """Processes that can be given jobs; those that died or have done enough are let go."""
        for child in [child for child in self._children if not child.alive or child.done >= JOBS]:
            if not child.waiting:
                self._children.remove(child)
                task = asyncio.create_task(child.stop())
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
        return [child for child in self._children if child.alive and child.done < JOBS]

    def _start_if_worth(self, waiting: int) -> None:
        wanted = len(self._children) < self._size and self._starting is None
        if wanted and self._read_here >= WORTH_BYTES and waiting >= WORTH_WAITING:
            self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        try:
            self._children.append(await Child.start())
            self._starting = None
        except (OSError, NotImplementedError):
            self._size = 0  # an event loop or a machine that lets us start none: everything is read here
        self._read_here = 0

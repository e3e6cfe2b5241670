"""A process of ours that does jobs one after the other, so that a body which hurts a parser hurts nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque

from guidetrack.track.wire import HELLO, LENGTH, opened, packed

SECONDS = 45.0
"""After this a job is killed: no page takes that long unless it means to."""
START_SECONDS = 60.0
"""A child that has not said what it is by then is none of ours."""
PIPE_BYTES = 1 << 20
"""Linux: room for the next jobs while one is done; elsewhere the system's own."""


class TookTooLongError(Exception):
    """The job was stopped."""


class CrashedError(Exception):
    """The process ended while it did this job."""


class NotBegunError(Exception):
    """The process ended before this job's turn: nothing is known against it."""


class Child:
    """One process. Start with :meth:`start`; jobs are answered in the order in which they are given."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._given: deque[asyncio.Future[object]] = deque()
        self._answering: asyncio.Task[None] | None = None
        self._ended = False
        self.done = 0
        """Jobs answered."""
        self._kept: object = None

    @classmethod
    async def start(cls) -> Child:
        """A process that has said that it is ours.

        :raises OSError: it cannot be started, or is something else.
        """
        process = await _process()
        assert process.stdout is not None
        said = b""
        try:
            async with asyncio.timeout(START_SECONDS):
                said = await process.stdout.readline()
        except (TimeoutError, ValueError):
            pass
        finally:
            if said != HELLO:
                await _end(process)
        if said != HELLO:
            raise OSError(f"{sys.executable} does not start the child process of this guidetrack")
        return cls(process)

    @property
    def alive(self) -> bool:
        """Whether it can be given jobs."""
        return not self._ended and self._process.returncode is None

    @property
    def waiting(self) -> int:
        """Jobs given and not answered yet."""
        return len(self._given)

    def give(self, job: object) -> asyncio.Future[object]:
        """Hand over a job; the answer comes in the future, or one of the errors above."""
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(packed(job))
        self._given.append(future)
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answers())
        return future

    def keep(self, value: object) -> None:
        """Have it keep a value for later jobs, unless it does already."""
        if self._kept is not value:
            self._kept = value
            self.give(("keep", value)).add_done_callback(lambda told: told.cancelled() or told.exception())

    async def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._ended = True
        if self._answering is not None:
            self._answering.cancel()
        for future in self._given:
            future.cancel()
        self._given.clear()
        await _end(self._process)

    async def _answers(self) -> None:
        while self._given:
            try:
                async with asyncio.timeout(SECONDS):
                    answer = await _message(self._process)
            except TimeoutError:
                await self._broken(TookTooLongError())
                return
            except (OSError, EOFError, pickle.UnpicklingError):
                await self._broken(CrashedError())
                return
            future = self._given.popleft()
            self.done += 1
            if not future.done():  # whoever asked may be gone
                future.set_result(answer)

    async def _broken(self, error: Exception) -> None:
        """The first job waiting is the one that did it."""
        self._ended = True
        given, self._given = self._given, deque()
        for future in given:
            if not future.done():
                future.set_exception(error)
            error = NotBegunError()
        await _end(self._process)


async def _message(process: Process) -> object:
    assert process.stdout is not None
    (size,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return opened(await process.stdout.readexactly(size))


async def _process() -> Process:
    # the child must import this very package wherever it stands, also when it is not installed
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    # -c, not -m, and -P: nothing in the folder we stand in can be picked up, and no module runs twice
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-c", "from guidetrack.track.worker import main; main()",
        stdin=PIPE, stdout=PIPE, limit=2**20, env={**os.environ, "PYTHONPATH": path},
        start_new_session=os.name == "posix",  # Ctrl-C is for us: we end it when we are done
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    if sys.platform == "linux":
        import fcntl

        assert process.stdin is not None
        pipe = process.stdin.get_extra_info("pipe")
        with contextlib.suppress(OSError, ValueError):  # the user may have used up what is allowed; it may have ended
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return process


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()

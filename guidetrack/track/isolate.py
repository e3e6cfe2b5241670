"""Reading bodies where they can do no harm: small HTML here, everything large or risky in a child process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import sys
from asyncio.subprocess import PIPE, Process

from guidetrack.errors import ExtractError
from guidetrack.models import Capture, Format, Rules
from guidetrack.track.reading import Reading, read
from guidetrack.track.worker import LENGTH

INLINE_BYTES = 400_000
"""Markup up to this size is read in the process: few pages are larger, and hostile ones stay bounded."""
SECONDS = 45.0
"""After this a job is killed: no page takes that long unless it means to."""
JOBS_A_CHILD = 200
"""A child is replaced after so many jobs, so that what a parser leaks does not add up."""


def is_risky(capture: Capture, rules: Rules) -> bool:
    """Whether these bytes go to the child: large ones, and formats whose parsers are C code over binary data."""
    head = capture.body[:1024].lstrip()
    return (
        len(capture.body) > INLINE_BYTES
        or rules.format in (Format.PDF, Format.DOCX)
        or b"%PDF-" in head
        or head.startswith(b"PK\x03\x04")
    )


class Reader:
    """Reads captures. Start with ``async with``; one child at most, started when first needed."""

    def __init__(self) -> None:
        self._child: Process | None = None
        self._jobs = 0
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Reader:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def read(self, capture: Capture, rules: Rules) -> Reading:
        """The text of a capture, or why there is none. Never raises for what the bytes do."""
        job = (capture.body, capture.media_type, capture.reached, rules)
        if not is_risky(capture, rules):
            return read(*job)
        async with self._turn:
            return await self._in_child(pickle.dumps(job))

    async def _in_child(self, job: bytes) -> Reading:
        child = await self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            async with asyncio.timeout(SECONDS):
                child.stdin.write(LENGTH.pack(len(job)) + job)
                await child.stdin.drain()
                (size,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
                answer = pickle.loads(await child.stdout.readexactly(size))
        except TimeoutError:
            await self._stop()
            return Reading(None, ExtractError(f"reading it took more than {SECONDS:.0f} s and was stopped"))
        except (asyncio.IncompleteReadError, ConnectionError, OSError, EOFError, pickle.UnpicklingError):
            await self._stop()
            return Reading(None, ExtractError("the parser crashed on it; it may be damaged or made to do so"))
        except asyncio.CancelledError:
            await self._stop()
            raise
        self._jobs += 1
        if self._jobs >= JOBS_A_CHILD:
            await self._stop()
        return answer if isinstance(answer, Reading) else Reading(None, ExtractError("the parser gave no answer"))

    async def _start(self) -> Process:
        if self._child is None or self._child.returncode is not None:
            # the child must import this very package wherever it stands, also when it is not installed
            root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
            path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
            # -c, not -m: a folder of ours named like a module cannot be picked up, and no module runs twice
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "from guidetrack.track.worker import main; main()",
                stdin=PIPE, stdout=PIPE, limit=2**20, env={**os.environ, "PYTHONPATH": path},
                start_new_session=os.name == "posix",
            )
            self._jobs = 0
        return self._child

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()

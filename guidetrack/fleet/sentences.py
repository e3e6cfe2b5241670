"""What the queue's library logs, and what breaks where nobody waits for it, as sentences instead of tracebacks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any


class _Said(logging.Handler):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say the first line, and for a job that is given up which one and why."""
        error = record.exc_info[1] if record.exc_info else None
        job: dict[str, Any] = getattr(record, "job", None) or {}
        if getattr(record, "action", "") == "job_error":
            host = str(job.get("lock") or "").rpartition(" ")[2]
            self._say(f"given up, see status: the job for {host}: {first_line(error)}")
        else:
            about = f" ({first_line(error)})" if error is not None else ""
            self._say(f"the queue: {record.getMessage().splitlines()[0]}{about}")


def first_line(error: object) -> str:
    """What an error says in its first line, or its cause where it says nothing; its type where nobody does."""
    while isinstance(error, BaseException):
        said = str(error).strip()
        # procrastinate's own errors say nothing of what the server said
        if error.__cause__ is not None and type(error).__module__.startswith("procrastinate"):
            error = error.__cause__
            continue
        return said.splitlines()[0] if said else type(error).__name__
    return str(error)


@contextlib.asynccontextmanager
async def sentences(say: Callable[[str], None]) -> AsyncIterator[None]:
    """While it lasts, the running loop and the library's loggers speak through ``say``."""
    logger, handler, loop = logging.getLogger("procrastinate"), _Said(say), asyncio.get_running_loop()
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    pool = logging.getLogger("psycopg.pool")
    pool.addHandler(handler)
    loop.set_exception_handler(
        lambda _, context: say(f"the queue: {first_line(context.get('exception') or context['message'])}"))
    try:
        yield
    finally:
        loop.set_exception_handler(None)
        pool.removeHandler(handler)
        logger.propagate = before
        logger.removeHandler(handler)

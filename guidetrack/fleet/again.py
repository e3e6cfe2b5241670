"""When a job comes back: at once after a stop, soon when a source is held, later and later when something broke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procrastinate.retry import BaseRetryStrategy, RetryDecision

if TYPE_CHECKING:
    from procrastinate.jobs import Job

TRIES = 8
"""Of a job that breaks: with the waits below, about two hours. Then it stays in the queue as failed, and is told."""
LONGEST_WAIT_S = 1800
BROKEN = -10
"""Priority of a job that broke: jobs of a host are taken in their order, and this one's wait must hold up no other."""


class Again(Exception):
    """This job is to come back in some seconds; nothing went wrong."""

    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(why)
        self.seconds = seconds


class Patience(BaseRetryStrategy):
    """Decides when a job that raised comes back."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When; or None: never."""
        if isinstance(exception, Again):
            return RetryDecision(retry_in={"seconds": exception.seconds})
        if not isinstance(exception, Exception):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts >= TRIES:
            return None
        return RetryDecision(retry_in={"seconds": min(5 * 3 ** job.attempts, LONGEST_WAIT_S)}, priority=BROKEN)

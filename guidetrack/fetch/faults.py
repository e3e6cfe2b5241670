"""Fault: why no complete answer came, inside the fetch; outside it becomes a ``Failure``."""

from __future__ import annotations

from guidetrack.errors import GuidetrackError
from guidetrack.models import Reason


class Fault(GuidetrackError):
    """No complete answer.

    :param reason: the reason code. :param detail: a sentence a person understands.
    :param retry: asking again in a moment may help. :param status: of the answer that broke off, if its head came.
    """

    def __init__(self, reason: Reason, detail: str, *, retry: bool = False, status: int | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.retry = retry
        self.status = status

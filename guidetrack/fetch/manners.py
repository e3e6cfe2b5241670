"""Manners: one request at a time to a host, a pause between two, longer ones where the host asks for them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from guidetrack.fetch.robots import Rules
from guidetrack.fetch.transport import HostTransport

Origin = tuple[str, str, int]
"""Scheme, host, port."""

AT_ONCE = 20
"""Requests under way at once, all hosts together: keeps 10,000 sources inside the file limit of a small machine."""

OPEN_CONNECTIONS = 40
"""Idle connections kept for the next turn at their host; beyond it the one idle longest is closed."""

HOSTS_REMEMBERED = 1000
"""Hosts whose robots.txt and pace are kept while no source waits for them."""

MAX_PAUSE_S = 60.0
"""Longest pause between two requests to one host, whatever its Crawl-delay or its 429s say."""

TRIES = 3
"""Requests for one answer, the first included."""

MAX_BACKOFF_S = 30.0
WAIT_SHARE = 0.9
"""Part of what is left of the deadline that a wait may take: the try after it needs some too."""

BUSY = frozenset({429, 503})
"""Answers that ask for fewer requests."""
PASSING = frozenset({429, 502, 503, 504})
"""Answers that may be another one in a moment."""


class Host:
    """One host and port: its queue, its pace, its rules, its connection.

    ``turn`` is held while a source is served; ``free_at`` is when the next request may start (monotonic seconds).
    """

    __slots__ = ("free_at", "pause", "rules", "transport", "turn", "waiting")

    def __init__(self, pause: float) -> None:
        self.turn = asyncio.Lock()
        self.pause = pause
        self.free_at = 0.0
        self.waiting = 0
        self.rules: Rules | None = None
        self.transport: HostTransport | None = None

    async def rest(self) -> None:
        """Wait until the pause since the last request is over."""
        left = self.free_at - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)

    def done(self) -> None:
        """A request has ended: the pause starts."""
        self.free_at = time.monotonic() + self.pause

    def go_on(self) -> None:
        """The next hop of the same visit needs no pause."""
        self.free_at = 0.0

    def slow_down(self) -> None:
        """The host says it is asked too often: twice the pause for the rest of the run."""
        self.at_least(self.pause * 2)
        self.done()

    def at_least(self, pause: float) -> None:
        """A longer pause is asked for; our own, where it is longer still, stays."""
        self.pause = max(self.pause, min(pause, MAX_PAUSE_S))

    async def hang_up(self) -> None:
        """Close the connection; the next request opens a new one."""
        transport, self.transport = self.transport, None
        if transport is not None:
            await transport.aclose()


Turns = Callable[[Origin, Host], AbstractAsyncContextManager[None]]
"""Holds a host's turn among several processes while a visit lasts, and after it for the host's pause."""


class Hosts:
    """Every host being asked, and the last ones that were. Each step costs the same however many there are."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._active: dict[Origin, Host] = {}
        self._idle: OrderedDict[Origin, Host] = OrderedDict()
        self._open: OrderedDict[Origin, Host] = OrderedDict()

    def enter(self, key: Origin) -> Host:
        """The host, kept until as many ``leave`` as ``enter``."""
        host = self._active.get(key)
        if host is None:
            host = self._idle.pop(key, None) or Host(self._pause)
            self._open.pop(key, None)
            self._active[key] = host
        host.waiting += 1
        return host

    async def leave(self, key: Origin) -> None:
        """One source is done with the host."""
        host = self._active[key]
        host.waiting -= 1
        if host.waiting:
            return
        del self._active[key]
        self._idle[key] = host
        if host.transport is not None:
            self._open[key] = host
        if len(self._idle) > HOSTS_REMEMBERED:
            oldest, forgotten = self._idle.popitem(last=False)
            self._open.pop(oldest, None)
            await forgotten.hang_up()
        if len(self._open) > OPEN_CONNECTIONS:
            await self._open.popitem(last=False)[1].hang_up()

    async def close(self) -> None:
        """Close every connection."""
        for host in [*self._active.values(), *self._idle.values()]:
            await host.hang_up()


def backoff(tries: int, pause: float) -> float:
    """Seconds to wait after so many tries: the pause, then twice it, each somewhere between half and one and a half.

    ``backoff(1, 2.0)`` is 1 to 3 s, ``backoff(2, 2.0)`` 2 to 6 s. At most ``MAX_BACKOFF_S``.
    """
    return min(pause * float(1 << (tries - 1)) * random.uniform(0.5, 1.5), MAX_BACKOFF_S)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for, never negative; None when it says nothing. RFC 9110 section 10.2.3."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max((when - now).total_seconds(), 0.0)

"""Rulebook: fetches each host's robots.txt once, under the same limits as a page, and says what it forbids."""

from __future__ import annotations

import asyncio

import httpx

from guidetrack.fetch import redirects, robots
from guidetrack.fetch.deadline import Budget
from guidetrack.fetch.exchange import Limits, Progress
from guidetrack.fetch.faults import Fault
from guidetrack.fetch.identity import request_headers
from guidetrack.fetch.line import Line, authority, origin
from guidetrack.fetch.manners import Host
from guidetrack.models import Headers, Reason

SHARE = 1 / 4
"""Part of the deadline a robots.txt may take: one that hangs must not silence the source."""

_LIMITS = Limits(robots.MAX_ROBOTS, cut=True, unread=redirects.FOLLOWED)


class Rulebook:
    """Asks and keeps the rules.

    :param slots: places for requests, shared by all hosts. :param timeout: the whole deadline of a source, in seconds.
    """

    def __init__(self, line: Line, slots: asyncio.Semaphore, agent: str, timeout: float) -> None:
        self._line = line
        self._slots = slots
        self._agent = agent
        self._share = timeout * SHARE

    async def check(self, host: Host, url: httpx.URL, budget: Budget) -> None:
        """Fault ``robots`` when the site asks us to leave the address alone. To be called in the host's turn."""
        file = url.copy_with(raw_path=b"/robots.txt")
        if host.rules is None:
            host.rules = await self._fetch(host, file, budget)
            host.at_least(host.rules.delay)
            host.done()
        if not host.rules.allow(str(url)):
            raise Fault(Reason.ROBOTS, f"{file} asks crawlers to leave this address alone")

    async def _fetch(self, host: Host, file: httpx.URL, budget: Budget) -> robots.Rules:
        """The rules; none when they cannot be had, unless they took the last of the budget."""
        await host.rest()
        headers = request_headers(self._agent, authority(file), accept=robots.ACCEPT)
        async with self._slots:
            try:
                return await budget.run(self._rules(host, file, headers), "robots.txt", self._share)
            except Fault as fault:
                if budget.left <= 0:
                    raise
                return robots.no_rules(f"robots.txt: {fault.reason}")

    async def _rules(self, host: Host, file: httpx.URL, headers: Headers) -> robots.Rules:
        url = file
        for _ in range(robots.MAX_HOPS + 1):
            if origin(url) == origin(file):
                answer = await self._line.ask(host, url, headers, _LIMITS, Progress())
            else:
                headers = (("Host", authority(url)), *headers[1:])
                answer = await self._line.ask_apart(url, headers, _LIMITS)
            to = redirects.target(url, answer.status, answer.header(b"location"))
            if to is None:
                media_type = (answer.header(b"content-type") or b"").decode("latin-1")
                return robots.rules(answer.status, media_type, answer.body)
            url = to
        return robots.no_rules("robots.txt redirects too often")

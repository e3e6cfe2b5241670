"""Fetcher: one polite request for a source, and whatever came back as a Capture, or why nothing did as a Failure."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from guidetrack.fetch import manners, redirects, room
from guidetrack.fetch.addresses import Policy, parse
from guidetrack.fetch.cookies import Cookies
from guidetrack.fetch.deadline import Budget
from guidetrack.fetch.exchange import Limits, Progress, Received
from guidetrack.fetch.faults import Fault
from guidetrack.fetch.identity import request_headers, user_agent
from guidetrack.fetch.line import Line, authority, origin
from guidetrack.fetch.manners import Host, Hosts, Origin, Turns
from guidetrack.fetch.ping import ping
from guidetrack.fetch.room import Room
from guidetrack.fetch.rulebook import Rulebook
from guidetrack.fetch.transport import Network
from guidetrack.models import Capture, Failure, FetchSettings, Headers, Source, Validators

if TYPE_CHECKING:
    from guidetrack.fetch.window import Viewer

CONNECT_SHARE = 1 / 3
"""Part of the deadline one attempt to connect may take, so that there is time for another."""


@contextlib.asynccontextmanager
async def _nobody_else(key: Origin, host: Host) -> AsyncIterator[None]:
    """The turn at a host that only this process asks."""
    yield


class _Visit:
    """One ``get`` under way: its source, its budget, the hops gone."""

    def __init__(self, source: Source, validators: Validators, budget: Budget, *, again: bool) -> None:
        self.source = source
        self.validators = validators
        self.again = again
        self.budget = budget
        self.chain = redirects.Chain()
        self.cookies = Cookies()
        self.reached = source.url
        self.sent: Headers = ()


class Fetcher:
    """Asks publishers, one polite request at a time for each host, many hosts at once.

    :param settings: contact, pause, deadline, sizes, allowed networks.
    :param now: gives the time that captures are stamped with (aware, UTC).
    :param version: of guidetrack, for the User-Agent.
    :param ready: awaited before each request: whoever takes the answers may hold new ones back while many wait.
    :param turns: entered around each visit to a host: where others ask it too, it waits for the turn among them.

    Use as an async context manager. Raises UsageError when ``settings.allow_private`` is not made of networks.
    """

    def __init__(self, settings: FetchSettings, *, now: Callable[[], datetime], version: str,
                 ready: Callable[[], Awaitable[None]] | None = None, turns: Turns | None = None) -> None:
        self._settings = settings
        self._ready = ready
        self._turns = turns or _nobody_else
        self._now = now
        self._agent = user_agent(version, settings.contact)
        self._timeout = settings.timeout.total_seconds()
        self._policy = Policy.of(settings.allow_private)
        self._limits = Limits(settings.max_body, unread=redirects.FOLLOWED)
        self._network: Network | None = None

    async def __aenter__(self) -> Fetcher:
        self._network = Network(self._policy, self._timeout * CONNECT_SHARE)
        self._hosts = Hosts(self._settings.pause.total_seconds())
        self._slots = asyncio.Semaphore(manners.AT_ONCE)
        self._line = Line(self._network)
        self._rules = Rulebook(self._line, self._slots, self._agent, self._timeout)
        self._room = asyncio.Semaphore(room.AT_ONCE)
        return self

    @cached_property
    def _viewer(self) -> Viewer:
        """Shows pages in Chromium; imported when the first source asks for it."""
        from guidetrack.fetch.window import Viewer

        assert self._network is not None
        return Viewer(self._network, self._agent, self._settings.max_body)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hosts.close()
        if self._network is not None:
            self._network.close()

    async def get(
        self, source: Source, validators: Validators = Validators(), *, again: bool = False
    ) -> Capture | Failure:
        """Ask for the source. Any complete answer is a Capture, whatever its status; else a Failure says why not.

        Waits for the host's turn and pause first; ``settings.timeout`` runs only while the source itself is slow.

        :param validators: make the request conditional; a 304 then comes back as a Capture without body.
        :param again: the second look: a fresh connection, no validators, nothing out of a cache.
        """
        known = Validators() if source.render else validators
        visit = _Visit(source, known, Budget(self._timeout), again=again)
        try:
            capture = await self._follow(visit)
            return await self._viewer.show(capture, visit.budget) if source.render else capture
        except Fault as fault:
            return Failure(
                fault.reason, fault.detail, visit.reached, tuple(visit.chain.hops), fault.status, visit.budget.spent
            )

    async def ping(self, url: str, status: int) -> str:
        """GET ``url/status`` (healthchecks style). Empty when it arrived, else a sentence; never raises."""
        assert self._network is not None
        try:
            tls = self._network.tls
        except Fault as fault:
            return fault.detail
        return await ping(url, status, agent=self._agent, tls=tls)

    async def _follow(self, visit: _Visit) -> Capture:
        """From hop to hop until an answer is no redirect."""
        url = parse(visit.source.url)
        while True:
            key = origin(url)
            host = self._hosts.enter(key)
            try:
                async with host.turn, self._turns(key, host):
                    answer, url = await self._at_host(visit, host, url)
            finally:
                await self._hosts.leave(key)
            if answer is not None:
                return self._capture(visit, answer)

    async def _at_host(self, visit: _Visit, host: Host, url: httpx.URL) -> tuple[Received | None, httpx.URL]:
        """Hops on one host, without the pause between them; the answer, or None and the next address elsewhere."""
        if visit.again:
            await host.hang_up()
        here = origin(url)
        while True:
            visit.reached = str(url)
            if self._settings.robots:
                await self._rules.check(host, url, visit.budget)
            answer = await self._try(visit, host, url)
            to = redirects.target(url, answer.status, answer.header(b"location"))
            if to is None:
                return answer, url
            visit.cookies.keep(url, answer.headers)
            visit.chain.add(url, answer.status, to, visit.cookies.header(to))
            url = to
            if origin(url) != here:
                return None, url
            host.go_on()

    async def _try(self, visit: _Visit, host: Host, url: httpx.URL) -> Received:
        """Ask, and once or twice more where the trouble may pass, while the budget lasts."""
        for tries in range(1, manners.TRIES + 1):
            last = tries == manners.TRIES
            wait = manners.backoff(tries, host.pause)
            try:
                answer = await self._once(visit, host, url)
            except Fault as fault:
                if last or not fault.retry or wait > visit.budget.left * manners.WAIT_SHARE:
                    raise
            else:
                if answer.status in manners.BUSY:
                    host.slow_down()
                if answer.status not in manners.PASSING or last:
                    return answer
                asked = manners.retry_after((answer.header(b"retry-after") or b"").decode("latin-1"), self._now())
                wait = wait if asked is None else asked
                if wait > visit.budget.left * manners.WAIT_SHARE:
                    return answer
            await visit.budget.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _once(self, visit: _Visit, host: Host, url: httpx.URL) -> Received:
        """One request after the host's pause, in one of the slots all hosts share."""
        known = visit.validators if visit.validators.url in ("", visit.reached) else Validators()
        visit.sent = request_headers(
            self._agent, authority(url), accept=visit.source.accept, validators=known,
            fresh=visit.again, cookie=visit.cookies.header(url),
        )
        await host.rest()
        with Room(self._room, visit.budget) as claim:
            progress = Progress(claim)
            async with self._slots:
                if self._ready is not None:
                    await self._ready()
                try:
                    work = self._line.ask(host, url, visit.sent, self._limits, progress)
                    return await visit.budget.run(work, progress)
                except Fault as fault:
                    fault.status = progress.status
                    raise
                finally:
                    host.done()

    def _capture(self, visit: _Visit, answer: Received) -> Capture:
        now = self._now()
        digest = hashlib.sha256(answer.body).hexdigest()
        capture = Capture(
            id=f"{now:%Y-%m-%dT%H%M%SZ}-{digest[:8]}",
            source=visit.source.id,
            asked=visit.source.url,
            reached=visit.reached,
            status=answer.status,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers),
            body=answer.body,
            fetched=now,
            payload=answer.payload,
            request_headers=visit.sent,
            redirects=tuple(visit.chain.hops),
            http_version=answer.http_version,
            reason_phrase=answer.reason_phrase,
            elapsed_s=visit.budget.spent,
            ip=answer.ip,
            truncated=answer.truncated,
        )
        capture.__dict__["sha256"] = digest  # the cached property, so that a large body is not hashed twice
        return capture

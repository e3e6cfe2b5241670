"""Manners: the queue of a host, its pauses, its tries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.fetch import Fetcher
from guidetrack.fetch.manners import (
    HOSTS_REMEMBERED,
    MAX_BACKOFF_S,
    MAX_PAUSE_S,
    OPEN_CONNECTIONS,
    TRIES,
    Host,
    Hosts,
    backoff,
    retry_after,
)
from guidetrack.models import Source
from tests.support.site import Answer, Site

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def gaps(site: Site) -> list[float]:
    """Seconds between the requests of one host, robots.txt included."""
    times = [request.at for request in site.log]
    return [later - earlier for earlier, later in pairwise(times)]


def test_requests_to_one_host_keep_the_pause(site: Site, using: Callable[..., Any]) -> None:
    """Asked together, answered one after the other, a pause between each two, robots.txt too."""
    site.page("/a", "x")

    async def work(fetcher: Fetcher) -> Any:
        return await asyncio.gather(*(fetcher.get(Source(f"s{n}", site.url("/a"))) for n in range(4)))

    assert all(capture.status == 200 for capture in using(work, pause=0.2))
    assert len(site.log) == 5
    assert min(gaps(site)) >= 0.2


def test_the_pause_is_not_the_sources_fault(site: Site, using: Callable[..., Any]) -> None:
    """Waiting in the queue longer than the deadline is no timeout."""
    site.page("/a", "x")

    async def work(fetcher: Fetcher) -> Any:
        return await asyncio.gather(*(fetcher.get(Source(f"s{n}", site.url("/a"))) for n in range(5)))

    captures = using(work, pause=0.4, timeout=1.5)
    assert all(capture.status == 200 for capture in captures)
    assert all(capture.elapsed_s < 1.5 for capture in captures)


def test_hosts_are_asked_in_parallel(site: Site, using: Callable[..., Any]) -> None:
    """A slow host holds up no other: both requests are under way before either is answered."""
    arrived = set()

    def hold(request: Any) -> Answer:
        arrived.add(request.host)
        return Answer(body=b"x", delay_s=1)

    site.answer("/a", hold)

    async def work(fetcher: Fetcher) -> Any:
        return await asyncio.gather(*(fetcher.get(Source(f"s{h}", site.url("/a", host=h))) for h in (1, 2, 3)))

    captures = using(work, robots=False)
    starts = [request.at for request in site.log]
    assert len(arrived) == 3
    assert max(starts) - min(starts) < 1
    assert all(capture.status == 200 for capture in captures)


def test_hops_on_one_host_need_no_pause(site: Site, ask: Callable[..., Any]) -> None:
    """One redirect chain is one visit: what a reader's click does."""
    site.redirect("/a", "/b")
    site.page("/b", "x")
    ask(site.url("/a"), pause=30, timeout=5, robots=False)
    assert [request.path for request in site.log] == ["/a", "/b"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_error_is_asked_again(site: Site, ask: Callable[..., Any], status: int) -> None:
    """Two more tries, then the answer stands."""
    site.script("/a", [Answer(status), Answer(status), Answer(200, b"back")])
    site.answer("/b", Answer(status, b"still"))
    back, still = ask(site.url("/a"), site.url("/b"))
    assert back.body == b"back"
    assert (still.status, still.body) == (status, b"still")
    assert len(site.asked("/b")) == TRIES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 501])
def test_other_errors_are_not_asked_again(site: Site, ask: Callable[..., Any], status: int) -> None:
    """They say the same a second later."""
    site.answer("/a", Answer(status))
    ask(site.url("/a"))
    assert len(site.asked("/a")) == 1


def test_a_reset_connection_is_asked_again(site: Site, ask: Callable[..., Any]) -> None:
    """Trouble of the network often passes."""
    site.script("/a", [Answer(reset=True), Answer(reset=True), Answer(body=b"back")])
    assert ask(site.url("/a"), robots=False).body == b"back"


def test_retry_after_is_honoured_when_it_fits(site: Site, ask: Callable[..., Any]) -> None:
    """The wait the server asks for, neither less nor our own."""
    site.script("/a", [Answer(503, headers={"Retry-After": "1"}), Answer(body=b"back")])
    assert ask(site.url("/a"), robots=False).body == b"back"
    assert gaps(site)[0] >= 1.0


def test_retry_after_beyond_the_deadline_lets_the_answer_stand(site: Site, ask: Callable[..., Any]) -> None:
    """An hour is not waited for; the 503 comes back at once."""
    site.answer("/a", Answer(503, b"later", {"Retry-After": "3600"}))
    assert ask(site.url("/a")).body == b"later"
    assert len(site.asked("/a")) == 1


def test_a_busy_host_is_asked_more_slowly_for_the_rest_of_the_run(site: Site, ask: Callable[..., Any]) -> None:
    """After a 429 the pause is doubled."""
    site.answer("/busy", Answer(429, headers={"Retry-After": "3600"}))
    site.page("/a", "x")
    ask(site.url("/a"), site.url("/busy"), site.url("/a"), pause=0.2, robots=False)
    first, second = gaps(site)
    assert first >= 0.2
    assert second >= 0.4


def test_slowing_down_and_delays_are_bounded() -> None:
    """Neither a stubborn 429 nor a Crawl-delay of a day stops a run."""
    host = Host(2.0)
    for _ in range(20):
        host.slow_down()
    assert host.pause == MAX_PAUSE_S
    other = Host(2.0)
    other.at_least(86_400)
    assert other.pause == MAX_PAUSE_S
    other.at_least(1)
    assert other.pause == MAX_PAUSE_S
    slow = Host(300.0)
    slow.slow_down()
    assert slow.pause == 300.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), (" 0 ", 0.0), (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
     (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0), ("Tue, 24 Nov 2026 06:00:30", 30.0),
     ("", None), ("soon", None), ("-5", None), ("1.5", None), ("٣", None), ("Fri, 99 Foo 20260 99:99:99 GMT", None)],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    """RFC 9110 section 10.2.3; what is neither says nothing."""
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_a_wait_or_nothing(value: str) -> None:
    """Never an exception, never negative."""
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_backoff_grows_with_jitter_and_is_bounded() -> None:
    """Somewhere between half and one and a half times the pause, then twice that; with no pause, none."""
    for _ in range(50):
        assert 1.0 <= backoff(1, 2.0) <= 3.0
        assert 2.0 <= backoff(2, 2.0) <= 6.0
        assert backoff(2, 60.0) <= MAX_BACKOFF_S
        assert backoff(2, 0.0) == 0.0


class _Line:
    """Stands in for a connection."""

    def __init__(self) -> None:
        self.closed = False

    async def aclose(self) -> None:
        self.closed = True


def test_ten_thousand_hosts_stay_flat() -> None:
    """Only the last hosts are remembered and fewer connections stay open; the rest are closed."""
    async def work() -> tuple[Hosts, list[_Line]]:
        hosts = Hosts(0.0)
        lines = []
        for number in range(10_000):
            host = hosts.enter(("http", f"h{number}", 80))
            line = _Line()
            host.transport = line  # type: ignore[assignment]
            lines.append(line)
            await hosts.leave(("http", f"h{number}", 80))
        return hosts, lines

    hosts, lines = asyncio.run(work())
    assert sum(not line.closed for line in lines) == OPEN_CONNECTIONS
    assert [line.closed for line in lines[-OPEN_CONNECTIONS:]] == [False] * OPEN_CONNECTIONS
    assert len(hosts._idle) == HOSTS_REMEMBERED
    assert not hosts._active


def test_a_host_in_use_is_never_forgotten() -> None:
    """While any source waits for it, queue, pace and rules are one."""
    async def work() -> bool:
        hosts = Hosts(1.0)
        kept = hosts.enter(("http", "kept", 80))
        for number in range(HOSTS_REMEMBERED + 5):
            hosts.enter(("http", f"h{number}", 80))
            await hosts.leave(("http", f"h{number}", 80))
        again = hosts.enter(("http", "kept", 80))
        await hosts.leave(("http", "kept", 80))
        return again is kept and hosts.enter(("http", "kept", 80)) is kept

    assert asyncio.run(work())

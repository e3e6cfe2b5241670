"""The asynchronous face: it works where a loop runs, and a cancelled check leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from pathlib import Path

import pytest

import guidetrack
from guidetrack.errors import LockedError, UsageError
from guidetrack.models import OutcomeKind
from guidetrack.store.verify import verify
from guidetrack.testing import Answer, Clock, Site, write_sources


def in_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run the test in an event loop of its own."""

    @wraps(test)
    def run(**arguments: object) -> None:
        async def story() -> None:
            await test(**arguments)

        asyncio.run(story())

    return run


PAGES = [f"/p{number}" for number in range(8)]


def page(number: int, hours: str) -> str:
    """A page of its own for each number."""
    return (f"<main><h1>Guidance number {number}</h1><p>Observe the patient for at least {hours} hours.</p>"
            f"<p>Paragraph {number} says that records are kept for seven years.</p></main>")


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of as many hosts as pages: none waits for another's turn."""
    with Site(hosts=len(PAGES)) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, site: Site) -> Path:
    """Eight sources over the scripted site, each at a host of its own."""
    for number, path in enumerate(PAGES):
        site.page(path, page(number, "two"))
    urls = {path[1:]: site.url(path, host=number) for number, path in enumerate(PAGES, 1)}
    return write_sources(tmp_path, site, urls=urls)


def slow_half(site: Site) -> None:
    """Every page changes; the second half hangs long enough to be caught at work."""
    for number, path in enumerate(PAGES):
        body = page(number, "one")
        headers = {"Content-Type": "text/html; charset=utf-8"}
        site.answer(path, Answer(body=body, headers=headers, delay_s=30.0 if number >= len(PAGES) // 2 else 0.0))


async def drain(tracker: guidetrack.Tracker) -> list[guidetrack.Outcome]:
    """All outcomes of a check."""
    return [outcome async for outcome in tracker.acheck()]


@in_a_loop
async def test_acheck_works_inside_a_running_loop(place: Path) -> None:
    """Every source comes out once; other tasks of the loop go on meanwhile; the blocking twin says what to use."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    with guidetrack.open(place, now=Clock()) as tracker:
        with pytest.raises(UsageError, match="acheck"):
            tracker.check()
        beside = asyncio.create_task(tick())
        outcomes = await drain(tracker)
        beside.cancel()
    assert sorted(outcome.source.id for outcome in outcomes) == [path[1:] for path in PAGES]
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.FIRST}
    assert ticks > len(PAGES)


@pytest.mark.parametrize("seen", [0, 1, 3])
@in_a_loop
async def test_a_cancelled_check_leaves_a_sound_archive_and_no_lock(place: Path, site: Site, seen: int) -> None:
    """Cancelled while half of the pages hang: what came out is kept, the archive verifies, the next check tells the
    rest, each change once, and no task, lock or file stays behind."""
    clock = Clock()
    with guidetrack.open(place, now=clock) as tracker:
        await drain(tracker)
        slow_half(site)
        clock.forward(days=1)
        came: list[str] = []
        enough = asyncio.Event()

        async def consume() -> None:
            async for outcome in tracker.acheck():
                came.append(outcome.source.id)
                if len(came) >= seen:
                    enough.set()

        task = asyncio.create_task(consume())
        if seen:
            await asyncio.wait_for(enough.wait(), 20)
        else:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert [str(problem) for problem in verify(tracker.store)] == []
        for number, path in enumerate(PAGES):
            site.page(path, page(number, "one"))
        clock.forward(days=1)
        again = await drain(tracker)
        assert len(again) == len(PAGES)
        assert {outcome.kind for outcome in again} <= {OutcomeKind.CHANGED, OutcomeKind.UNCHANGED}
        changes = tracker.changes()
        assert sorted(change.source for change in changes) == [path[1:] for path in PAGES]
        assert [str(problem) for problem in verify(tracker.store)] == []
    assert not list(place.parent.rglob("*.part"))


@in_a_loop
async def test_a_consumer_that_closes_early_frees_the_archive(place: Path, site: Site) -> None:
    """``aclose`` after the first outcome ends the run at once; the next check is let in."""
    clock = Clock()
    with guidetrack.open(place, now=clock) as tracker:
        async with contextlib.aclosing(tracker.acheck()) as outcomes:
            async for _ in outcomes:
                break
        assert asyncio.all_tasks() == {asyncio.current_task()}
        clock.forward(days=1)
        assert len(await drain(tracker)) == len(PAGES)


@in_a_loop
async def test_two_checks_of_one_archive_do_not_mix(place: Path) -> None:
    """A second check in the same loop is refused while the first holds the archive, and leaves it whole."""
    with guidetrack.open(place, now=Clock()) as one, guidetrack.open(place, now=Clock()) as other:
        async with contextlib.aclosing(one.acheck()) as outcomes:
            await anext(outcomes)
            with pytest.raises(LockedError):
                await drain(other)
            rest = [outcome async for outcome in outcomes]
        assert len(rest) == len(PAGES) - 1
        assert [str(problem) for problem in verify(one.store)] == []

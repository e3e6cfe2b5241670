"""A host's turn: one visit at a time among processes, and among the clients of one; it dies with its session."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from guidetrack.fetch.manners import Host
from guidetrack.models import StoreSettings
from guidetrack.store import Store
from guidetrack.track.turns import Turns
from tests.support import postgres
from tests.support.archive import NOW, VERSION

pytestmark = pytest.mark.fleet
KEY = ("https", "a.example", 443)
PAUSE_S = 0.2


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two stores on one catalogue, as two processes have them."""
    address = postgres.shared().address(f"turns_{tmp_path.name[-20:]}")
    settings = StoreSettings(str(tmp_path / "snapshots"), address)
    with contextlib.ExitStack() as stack:
        yield (stack.enter_context(Store.open(settings, now=NOW, version=VERSION)),
               stack.enter_context(Store.open(settings, now=NOW, version=VERSION)))


async def _visits(turns: Turns, host: Host, count: int, spans: list[tuple[float, float]]) -> None:
    for _ in range(count):
        async with turns(KEY, host):
            await host.rest()
            begun = time.monotonic()
            await asyncio.sleep(0.05)
            spans.append((begun, time.monotonic()))
            host.done()


def _apart(spans: list[tuple[float, float]]) -> bool:
    spans.sort()
    return all(later[0] - earlier[1] > PAUSE_S - 0.01 for earlier, later in pairwise(spans))


def test_two_processes_never_visit_at_once(stores: tuple[Store, Store]) -> None:
    """Visits of two sessions to a host keep the pause between any two of them, and both get there."""
    first, second = Turns(stores[0]), Turns(stores[1])
    spans: list[tuple[float, float]] = []

    async def both() -> None:
        await asyncio.gather(_visits(first, Host(PAUSE_S), 3, spans), _visits(second, Host(PAUSE_S), 3, spans))
        await asyncio.gather(first.rest(), second.rest())

    asyncio.run(both())
    first.close()
    second.close()
    assert len(spans) == 6
    assert _apart(spans)


def test_two_clients_of_one_process_never_visit_at_once(stores: tuple[Store, Store]) -> None:
    """The server's lock is the session's, so a process keeps its own fetchers apart, pause included."""
    turns = Turns(stores[0])
    spans: list[tuple[float, float]] = []

    async def both() -> None:
        await asyncio.gather(_visits(turns, Host(PAUSE_S), 3, spans), _visits(turns, Host(PAUSE_S), 3, spans))
        await turns.rest()

    asyncio.run(both())
    turns.close()
    assert len(spans) == 6
    assert _apart(spans)


def test_a_lost_session_gives_its_turn_back(stores: tuple[Store, Store]) -> None:
    """When the session of who holds a turn dies, another one gets it; the first goes on with a new session later."""
    first, second = Turns(stores[0]), Turns(stores[1])

    async def go() -> None:
        spans: list[tuple[float, float]] = []
        slow = Host(PAUSE_S)
        async with first(KEY, slow):
            number = first._locks._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()  # type: ignore[union-attr]
            waiting = asyncio.create_task(_visits(second, Host(PAUSE_S), 1, spans))
            await asyncio.sleep(0.3)
            assert not spans, "it waits while the turn is held"
            postgres.shared().run(f"SELECT pg_terminate_backend({number})")
            await asyncio.wait_for(waiting, 20)
            slow.done()
        await second.rest()
        await asyncio.wait_for(_visits(first, slow, 1, spans), 20)
        assert len(spans) == 2

    asyncio.run(go())
    first.close()
    second.close()


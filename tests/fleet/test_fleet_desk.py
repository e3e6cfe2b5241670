"""Waiting for the database waits in a thread: the loop with its requests and timeouts goes on meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from guidetrack.models import StoreSettings
from guidetrack.store import Store
from guidetrack.store.postgres import key
from guidetrack.track.desk import Desk
from guidetrack.track.locks import Locks
from guidetrack.track.recorder import Recorder
from tests.support import postgres
from tests.support.archive import NOW, VERSION, open_store, record, running

pytestmark = [pytest.mark.fleet, pytest.mark.fast]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store on a server."""
    settings = StoreSettings(str(tmp_path / "snapshots"), postgres.shared().address(f"desk_{tmp_path.name[-20:]}"))
    with Store.open(settings, now=NOW, version=VERSION) as opened:
        yield opened


def test_another_writers_turn_holds_up_no_loop(store: Store) -> None:
    """A batch waits for its turn to write; the loop turns on, and questions are answered; then the batch is kept."""
    async def go() -> None:
        with Desk(store) as desk, store.catalogue.single() as other:
            recorder = Recorder(store, desk, linger_s=0.0)
            number = key(store.catalogue.schema, "write")
            other.exec_driver_sql(f"SELECT pg_advisory_lock({number})")
            kept = asyncio.ensure_future(recorder.put(record("a", "r", "Words.")))
            for _ in range(50):
                await asyncio.sleep(0.01)
                assert store.captures() == []
            assert not kept.done()
            other.exec_driver_sql(f"SELECT pg_advisory_unlock({number})")
            await asyncio.wait_for(kept, 30)
            await recorder.flush()
        assert len(store.captures()) == 1

    with running(store, "r"):
        asyncio.run(go())


def test_a_server_that_is_away_holds_up_no_loop(tmp_path: Path) -> None:
    """While the server is stopped the batch is tried again and again in its thread; the loop brings the server back."""
    postgres.need()
    server = postgres.Server()
    settings = StoreSettings(str(tmp_path / "snapshots"), server.address("away"))

    async def go(store: Store) -> None:
        with Desk(store) as desk:
            recorder = Recorder(store, desk, linger_s=0.0)
            server.stop("immediate")
            kept = asyncio.ensure_future(recorder.put(record("a", "r", "Words.")))
            await asyncio.sleep(0.5)
            assert not kept.done()
            server.start()
            await asyncio.wait_for(kept, 60)

    try:
        with Store.open(settings, now=NOW, version=VERSION) as store:
            with running(store, "r"):
                asyncio.run(go(store))
            assert len(store.captures()) == 1
    finally:
        server.remove()


def test_what_was_handed_over_is_done(store: Store) -> None:
    """A caller that is cancelled waits until its use of the store is over, and leaves then."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def use() -> None:
        begun.set()
        go_on.wait(30)
        ended.set()

    async def go() -> None:
        with Desk(store) as desk:
            task = asyncio.ensure_future(desk(use))
            await asyncio.to_thread(begun.wait, 30)
            task.cancel()
            await asyncio.sleep(0.05)
            assert not task.done()
            go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert ended.is_set()

    asyncio.run(go())


def test_a_file_is_asked_at_once(tmp_path: Path) -> None:
    """With a catalogue in a file everything happens in the caller's own thread."""
    async def go() -> None:
        with open_store(tmp_path) as opened, Desk(opened) as desk:
            assert await desk(threading.get_ident) == threading.get_ident()

    asyncio.run(go())


def test_wishes_that_gather_go_together(store: Store) -> None:
    """Many locks asked for at once take few statements; each asker gets its own answer."""
    statements: list[str] = []
    sa.event.listen(store.catalogue.engine, "before_cursor_execute",
                    lambda conn, cursor, statement, *rest: statements.append(statement))

    async def go() -> None:
        mine, theirs = Locks(store), Locks(store)
        assert await theirs.take(7)
        found = await asyncio.gather(*(mine.take(number) for number in range(1, 200)))
        assert [number for number, session in enumerate(found, 1) if not session] == [7]
        assert sum("pg_try_advisory_lock" in one for one in statements) <= 4
        for number, session in enumerate(found, 1):
            if session:
                mine.give(number, session)
        while mine.busy:
            await asyncio.sleep(0.01)
        assert await theirs.take(8)
        mine.close()
        theirs.close()

    asyncio.run(go())


def test_a_lock_that_nobody_wants_any_more_is_given_back(store: Store) -> None:
    """Whoever is cancelled while a lock is on its way leaves none behind."""
    async def go() -> None:
        mine, theirs = Locks(store), Locks(store)
        task = asyncio.ensure_future(mine.take(9))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(500):
            if await theirs.take(9):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("it is still held")
        mine.close()
        theirs.close()

    asyncio.run(go())

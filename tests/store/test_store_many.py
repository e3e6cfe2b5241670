"""Several processes on one PostgreSQL catalogue: nothing lost, nothing twice, one chain, whatever is killed or goes away."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from guidetrack.errors import LockedError, StoreError
from guidetrack.models import OutcomeKind, Run
from guidetrack.store import Store, catalogue
from guidetrack.store import session as session_module
from guidetrack.store.verify import verify
from tests.support import archive as archives
from tests.support import postgres
from tests.support.archive import DAY, NOW, VERSION, capture, on_postgresql, open_store, record, running, text

pytestmark = [pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"), pytest.mark.usefixtures("backend"),
              on_postgresql]
SOURCES = ("a", "b", "c")
TURNS = 8


def _work(folder: Path, name: str) -> None:
    """What a worker does, again from the start when it was taken for dead."""
    for turn in range(50):
        try:
            _work_on(folder, f"{name}-{turn}")
            return
        except LockedError:
            continue


def _work_on(folder: Path, name: str) -> None:
    """Claim a source, go on from what it remembers, record one more version, until all have enough."""
    with open_store(folder) as store, store.join(command="worker", now=NOW):
        store.begin(Run(name, NOW, VERSION, "0" * 64))
        open_ones = set(SOURCES)
        while open_ones:
            source = random.choice(sorted(open_ones))
            if not store.claim(source):
                continue
            known = store.memories_of([source]).get(source)
            turn = known.checks + 1 if known else 1
            if turn <= TURNS:
                _look(store, name, source, turn)
            else:
                open_ones.remove(source)
            store.release(source)
        store.end(name, NOW + DAY, 0)


def _look(store: Store, run: str, source: str, turn: int) -> None:
    known, at = store.memories_of([source]).get(source), NOW + timedelta(hours=turn)
    before = store.capture(source, known.base) if known and known.base else None
    made = record(source, run, f"Version {turn}.", at=at, before=before,
                  outcome=OutcomeKind.CHANGED if before else OutcomeKind.FIRST)
    assert made.capture is not None
    store.keep(made.capture, made.text)
    store.record([replace(made, memory=replace(made.memory, checks=turn))])


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        status = 70
        try:
            random.seed(os.getpid())
            work()
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def _ends(children: list[int]) -> list[int]:
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _assert_whole(folder: Path) -> None:
    """Every version of every source once and in order, each change from the version before, and the archive sound."""
    with open_store(folder) as store:
        with store.lock(command="check", now=NOW + 9 * DAY):
            pass  # whatever was killed is cleared away
        assert [str(problem) for problem in verify(store)] == []
        for source in SOURCES:
            kept = store.captures(source)
            assert len(kept) == TURNS
            assert all(f"Version {turn}." in store.text(source, info.id).plain for turn, info in enumerate(kept, 1))
            story = store.changes(source=source)[::-1]
            assert len(story) == TURNS - 1
            ids = [info.id for info in kept]
            assert [(c.from_.capture, c.to.capture) for c in story if c.from_ and c.to] == list(pairwise(ids))
            assert len(list(store.checks(source=source, command="check"))) == TURNS
    assert not list((folder / "snapshots" / ".writing").glob("*")), "no intent stays"
    files = list((folder / "snapshots").glob("?/*"))
    assert len(files) == len(SOURCES) * TURNS * 2, "no litter stays"


def test_four_writers_at_once(tmp_path: Path) -> None:
    """Four processes create the catalogue and write side by side: each version once, in one verifiable chain."""
    archives.settings(tmp_path)
    assert _ends([_fork(lambda n=n: _work(tmp_path, f"run-{n}")) for n in range(4)]) == [0] * 4  # type: ignore[misc]
    _assert_whole(tmp_path)


def test_writers_that_are_killed(tmp_path: Path) -> None:
    """Whichever instant a writer is killed at, others go on with its sources; what it left half is cleared away."""
    archives.settings(tmp_path)
    with open_store(tmp_path):
        pass
    chance, killed = random.Random(3), 0
    children: list[int] = []
    for turn in range(14):
        child = _fork(lambda n=turn: _work(tmp_path, f"run-{n}"))  # type: ignore[misc]
        children.append(child)
        if turn % 2:
            time.sleep(chance.uniform(0.05, 0.6))
            victim = children.pop(0)
            os.kill(victim, signal.SIGKILL)
            killed += os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]) == -signal.SIGKILL
    _ends(children)
    assert _ends([_fork(lambda: _work(tmp_path, "run-last"))]) == [0]
    assert killed
    _assert_whole(tmp_path)


def test_sessions_that_are_cut_off(tmp_path: Path) -> None:
    """Sessions ended by the server's administrator at any instant: every transaction is done once all the same."""
    archives.settings(tmp_path)
    with open_store(tmp_path):
        pass
    children = [_fork(lambda n=n: _work(tmp_path, f"run-{n}")) for n in range(2)]  # type: ignore[misc]
    server = os.environ[archives.SERVER]
    for _ in range(25):
        postgres.run(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE "
                             "'guidetrack%' AND pid <> pg_backend_pid()")
        time.sleep(0.08)
    assert _ends(children) == [0, 0]
    _assert_whole(tmp_path)


@contextmanager
def _own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Server]:
    server = postgres.Server()
    try:
        monkeypatch.setenv(archives.SERVER, server.address())
        monkeypatch.setattr(archives, "_schemas", set())
        yield server
    finally:
        server.remove()


def test_a_server_that_crashes_and_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server crashes twice and comes back while two processes write: they wait, and nothing is lost or doubled."""
    with _own_server(monkeypatch) as server:
        with open_store(tmp_path):
            pass
        children = [_fork(lambda n=n: _work(tmp_path, f"run-{n}")) for n in range(2)]  # type: ignore[misc]
        for _ in range(2):
            time.sleep(0.4)
            server.stop("immediate")
            time.sleep(0.3)
            server.start()
        assert _ends(children) == [0, 0]
        _assert_whole(tmp_path)


def test_a_server_that_stays_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When patience is at its end: a sentence, nothing half recorded; once it is back the same work is done."""
    monkeypatch.setattr(catalogue, "PATIENCE_SECONDS", 0.3)
    with _own_server(monkeypatch) as server, open_store(tmp_path) as store:
        with running(store, "r"):
            made = record("a", "r", "One.")
            server.stop()
            with pytest.raises(StoreError, match=r"server (went away|does not answer)"):
                store.record([made])
            with pytest.raises(StoreError, match=r"server (went away|does not answer)"):
                store.memories()
            server.start()
            assert store.captures() == []
            assert store.record([made]) == [None]
        assert [str(problem) for problem in verify(store)] == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_answer_to_a_commit_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """The connection breaks at COMMIT: whether the server did it or not is found out, and the work is done once."""
    import psycopg
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    real = PGDialect_psycopg.do_commit

    with open_store(tmp_path) as store, running(store, "r"):
        for number, more in enumerate(({"before": capture()}, {})):
            made = record("ab"[number], "r", "One.", **more)  # type: ignore[arg-type]
            lost: list[int] = []

            def commit(self: Any, connection: Any, lost: list[int] = lost) -> None:
                if lost:
                    return real(self, connection)
                lost.append(1)
                if when == "after":
                    real(self, connection)
                connection.dbapi_connection.close()
                raise psycopg.OperationalError("the connection is lost")

            store.keep(made.capture, made.text)  # type: ignore[arg-type]
            with monkeypatch.context() as patch:
                patch.setattr(PGDialect_psycopg, "do_commit", commit)
                store.record([made])
            assert lost
        assert len(store.captures()) == len(list(store.checks())) == 2
        assert len(store.changes()) == 1
    with open_store(tmp_path) as store:
        assert [str(problem) for problem in verify(store)] == []


def test_who_may_be_at_work_beside_whom(tmp_path: Path) -> None:
    """Alone excludes everybody; together excludes only those alone; a part and a source are held by one each."""
    with open_store(tmp_path) as first, open_store(tmp_path) as second:
        with first.join(command="worker", now=NOW):
            with pytest.raises(LockedError, match=rf"'worker' \(process {os.getpid()} on .*\), since 2026-11-24 06:00"), \
                    second.lock(command="check", now=NOW):
                pass
            with second.join(command="mail", now=NOW, part="mail"):
                assert first.claim("a")
                assert first.claim("a")
                assert not second.claim("a")
                assert second.claim("b")
                first.release("a")
                assert second.claim("a")
            assert first.claim("a"), "the end of a session frees what it held"
        with first.join(command="mail", now=NOW, part="mail"), pytest.raises(LockedError, match="'mail'"), \
                second.join(command="mail", now=NOW, part="mail"):
            pass
        with first.lock(command="check", now=NOW), pytest.raises(LockedError), second.join(command="worker", now=NOW):
            pass
        with second.lock(command="check", now=NOW):
            assert second.claim("a")


def test_locks_lost_to_somebody_else_stop_the_writer(tmp_path: Path) -> None:
    """A writer cut off, in whose absence another was at work, writes nothing more; one whose place is free goes on."""
    with open_store(tmp_path) as first, open_store(tmp_path) as second:
        with pytest.raises(LockedError, match="was at work"), first.lock(command="check", now=NOW):
            first.begin(Run("r", NOW, VERSION, "0" * 64))
            _cut(first)
            with running(second, "other", NOW + DAY):
                pass
            first.record([record("a", "r", "One.")])
        with first.join(command="worker", now=NOW), pytest.raises(LockedError, match="was at work"):
            first.begin(Run("r2", NOW, VERSION, "0" * 64))
            assert first.claim("a")
            _cut(first)
            with second.join(command="worker", now=NOW):
                second.begin(Run("r3", NOW, VERSION, "0" * 64))
                assert second.claim("a")
                second.record([record("a", "r3", "Theirs.")])
            first.record([record("a", "r2", "Ours.")])
        assert [info.run for info in second.captures()] == ["r3"]
        with second.lock(command="check", now=NOW + DAY):
            pass
        assert [str(problem) for problem in verify(second)] == []


def _cut(store: Store) -> None:
    assert store.catalogue.session is not None
    connection = store.catalogue.session.connection()
    with connection.begin():
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    postgres.run(os.environ[archives.SERVER], f"SELECT pg_terminate_backend({pid}, 5000)")


def test_a_writer_given_up_for_dead_stops(tmp_path: Path) -> None:
    """Cut off, its body cleared away and its run closed by a newcomer: it records nothing that is no longer there."""
    with open_store(tmp_path) as first, open_store(tmp_path) as second:
        with pytest.raises(LockedError, match="was at work"), first.join(command="worker", now=NOW):
            first.begin(Run("r", NOW, VERSION, "0" * 64))
            assert first.claim("a")
            made = record("a", "r", "One.")
            first.keep(made.capture, made.text)  # type: ignore[arg-type]
            _cut(first)
            with second.join(command="worker", now=NOW):
                assert not list((tmp_path / "snapshots" / "a").iterdir())
            first.record([made])
        with first.join(command="worker", now=NOW):
            first.begin(Run("r2", NOW, VERSION, "0" * 64))
            assert first.claim("a")
            first.record([record("a", "r2", "One.")])
            first.end("r2", NOW + DAY)
        assert [str(problem) for problem in verify(second)] == []
        assert not list((tmp_path / "snapshots" / ".writing").glob("*"))


def test_what_the_living_have_not_recorded_yet_stays(tmp_path: Path) -> None:
    """A newcomer clears away what the dead left, never what somebody alive is about to record."""
    with open_store(tmp_path) as first, open_store(tmp_path) as second:
        with first.join(command="worker", now=NOW):
            first.begin(Run("r", NOW, VERSION, "0" * 64))
            made = record("a", "r", "One.")
            first.keep(made.capture, made.text)  # type: ignore[arg-type]
            with second.join(command="worker", now=NOW):
                pass
            first.record([made])
            first.end("r", NOW + DAY)
        assert [str(problem) for problem in verify(second)] == []
        assert text("One.").digest == second.captures()[0].text_digest


def test_sentences_about_holders() -> None:
    """Whatever a session calls itself, the sentence is whole."""
    said = session_module.described(["guidetrack check 12 20261124T0600Z host", "x"], "C")
    assert said == "another guidetrack is at work on C: 'check' (process 12 on host), since 2026-11-24 06:00 UTC and 1 more"
    for names in ([], ["psql"], ["guidetrack check 12 yesterday host"]):
        assert session_module.described(names, "C").startswith("another guidetrack is at work on C")

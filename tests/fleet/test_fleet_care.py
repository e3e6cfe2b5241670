"""A fleet's everyday accidents: clocks that jump, a backup restored, two schedules at once, other people's news."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.errors import LockedError
from guidetrack.fleet.schedule import schedule
from guidetrack.fleet.worker import Worker
from guidetrack.models import Backlog, Outcome
from guidetrack.store.verify import verify
from guidetrack.track import Tracker
from tests.fleet.test_fleet_workers import Clinic, clinic, until
from tests.support import bucket, postgres
from tests.support.site import Site
from tests.support.watched import Watched, page, varied

__all__ = ["clinic"]
pytestmark = pytest.mark.fleet
ONE_HOUR = "Patients must be observed for at least one hour after each dose."


class Seen:
    """Remembers what a worker did."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.said: list[str] = []

    def looked(self, outcome: Outcome) -> None:
        """A look."""
        self.outcomes.append(outcome)

    def counted(self, backlog: Backlog) -> None:
        """What waits is not of interest."""


@pytest.fixture
def house(watched: Watched, tmp_path: Path) -> Watched:
    """Two sources, their catalogue on the server."""
    address = postgres.shared().address(f"care_{tmp_path.name[-20:]}")
    watched.extra = f'[store]\ncatalogue = "{address}"\n'
    for name in "ab":
        watched.add(name)
        watched.site.page(f"/{name}", page())
    return watched


def _round(tracker: Tracker, house: Watched, *ids: str) -> Seen:
    """Schedule, and one worker in this process until the queue is empty."""
    seen = Seen()
    worker = Worker([tracker.settings], tracker.store, now=lambda: house.now, watcher=seen, say=seen.said.append)

    async def go() -> None:
        with tracker.store.join(command="schedule", now=house.now):
            await schedule(tracker, ids, house.now)
        await worker.run(wait=False)

    asyncio.run(go())
    return seen


@pytest.mark.fast
def test_a_clock_that_jumps_loses_nothing(house: Watched, site: Site) -> None:
    """A year forth and back again: due is looked at, nothing is overwritten, the archive verifies."""
    for name, jump in (("one", timedelta()), ("two", timedelta(days=365)), ("three", timedelta(days=-364))):
        house.now += jump
        site.page("/a", varied(p0=f"Patients must be observed for {name} hours after each dose."))
        with house.open() as tracker:
            found = {outcome.source.id: outcome.kind.value for outcome in _round(tracker, house).outcomes}
        assert found == ({"a": "first", "b": "first"} if name == "one" else {"a": "changed", "b": "unchanged"})
    with house.open(write=False) as tracker:
        assert [str(problem) for problem in verify(tracker.store)] == []
        assert len(tracker.store.captures("a")) == 3


@pytest.mark.fast
def test_the_library_keeps_off_a_fleet(house: Watched) -> None:
    """check and acheck of the library refuse to run beside workers, naming one, unless they are told to."""
    async def looked(tracker: Tracker, **how: bool) -> list[str]:
        return [outcome.kind.value async for outcome in tracker.acheck(**how)]

    with house.open() as tracker, house.open() as other:
        with tracker.store.join(command="worker", now=house.now):
            with pytest.raises(LockedError, match="'worker'"):
                asyncio.run(looked(other))
            with pytest.raises(LockedError, match="'worker'"):
                list(other.check())
            assert asyncio.run(looked(other, beside=True)) == ["first", "first"]
        assert asyncio.run(looked(other)) == ["unchanged", "unchanged"]


def test_a_check_tells_its_own_news(house: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """What workers found for another client is not told here, and is still to be told there."""
    other = str(house.file.with_name("theirs.toml"))
    mine = house.sources.pop(0)
    Path(other).write_text(house.write().read_text())
    house.sources[:] = [mine]
    with house.open() as tracker:
        _round(tracker, house)
    assert run(["-c", other, "check"]) == 0
    for name in "ab":
        site.page(f"/{name}", varied(p0=ONE_HOUR))
    assert run(["-c", other, "schedule", "b"]) == 0
    assert run(["-c", other, "worker", "--once"]) == 0
    capsys.readouterr()
    for arguments in (["-c", str(house.file), "check", "a", "--beside-fleet"], ["-c", other, "schedule"]):
        assert run(arguments) == 0
        assert capsys.readouterr().out.count("one hour") == 1


def test_two_schedules_of_one_file(house: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """The second one ends with the status of a held lock and names the first; another file is not concerned."""
    house.write()
    other = house.file.with_name("other.toml")
    other.write_text(house.file.read_text().replace('id = "', 'id = "other-'))
    with house.open() as tracker, tracker.store.join(command="schedule", now=house.now, part="schedule sources"):
        assert run(["-c", str(house.file), "schedule"]) == 3
        assert "'schedule' (process" in capsys.readouterr().err
        assert run(["-c", str(other), "schedule"]) == 0
    assert run(["-c", str(house.file), "schedule"]) == 0


def test_the_queue_may_be_dropped_under_a_worker(clinic: Callable[[int, int], Clinic]) -> None:
    """Its tables removed while it works: it says so, makes them anew, and does what is scheduled then."""
    yard = clinic(2, 2)
    worker = yard.start("worker", "--silent", "2s")
    try:
        until(lambda: any("At work on" in path.read_text() for path in yard.folder.glob("out-*")))
        schema = yard.file.read_text().partition("search_path%3D")[2].partition('"')[0]
        postgres.shared().run(f'DROP TABLE "{schema}".procrastinate_jobs, "{schema}".procrastinate_workers, '
                              f'"{schema}".procrastinate_events CASCADE')
        yard.run("schedule")
        until(lambda: {one["checks"] for one in yard.standing()} == {1})
    finally:
        worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    said = "".join(path.read_text() for path in yard.folder.glob("out-*"))
    assert "Traceback" not in said, said


def test_a_backup_that_is_restored_repeats_nothing_silently(house: Watched, site: Site,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    """What was told since the backup is found again and named as such; what is new is told as ever."""
    file = str(house.write())

    def looked() -> str:
        assert run(["-c", file, "schedule", "a", "b"]) == 0
        assert run(["-c", file, "worker", "--once"]) == 0
        capsys.readouterr()
        assert run(["-c", file, "schedule"]) == 0
        captured = capsys.readouterr()
        return captured.out + captured.err

    looked()
    backup = _tables(house)
    site.page("/a", varied(p0=ONE_HOUR))
    assert "one hour" in looked()
    _restore(house, backup)
    said = looked()
    assert "one hour" in said
    assert "restored from a backup" in said
    assert "May have been told before: #0001" in said
    site.page("/b", varied(p0=ONE_HOUR))
    again = looked()
    assert "one hour" in again
    assert "restored" not in again
    with house.open(write=False) as tracker:
        assert [problem.what for problem in verify(tracker.store) if "not in the catalogue" not in problem.what] == []


def _tables(house: Watched) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the catalogue."""
    with house.open(write=False) as tracker:
        schema = tracker.store.catalogue.schema
    names = postgres.shared().run("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE 'procrastinate%' "
                                  f"AND relnamespace = '{schema}'::regnamespace")
    for (name,) in names:
        postgres.shared().run(f'CREATE TABLE "{schema}"."backup_{name}" AS TABLE "{schema}"."{name}"')
    return {schema: names}


def _restore(house: Watched, backup: dict[str, list[tuple[object, ...]]]) -> None:
    for schema, names in backup.items():
        for (name,) in names:
            postgres.shared().run(f'TRUNCATE "{schema}"."{name}" CASCADE')
        for (name,) in names:
            postgres.shared().run(f"SET session_replication_role = replica; INSERT INTO \"{schema}\".\"{name}\" TABLE "
                                  f'"{schema}"."backup_{name}"')
            postgres.shared().run(f'DROP TABLE "{schema}"."backup_{name}"')


def test_doctor_tries_bucket_and_server(house: Watched, monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    """A bucket that can be written, one that is not there, an empty database, a server that does not answer."""
    def said(archive: str, catalogue: str = "") -> str:
        kept = house.extra
        house.extra = kept.replace("[store]\n", f'[store]\narchive = "{archive}"\n')
        if catalogue:
            house.extra = f'[store]\narchive = "{archive}"\ncatalogue = "{catalogue}"\n'
        run(["-c", str(house.write()), "doctor", "--offline"])
        house.extra = kept
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return captured.out

    name = bucket.fresh(monkeypatch)
    found = said(f"s3://{name}/p")
    assert f"ok    archive        s3://{name}/p can be written, listed and cleared" in found
    assert "hint  checks         nothing was checked yet" in found
    assert "BAD   archive        cannot keep s3://no-such-bucket/p" in said("s3://no-such-bucket/p")
    away = said(f"s3://{name}/p", "postgresql://guidetrack@/postgres?host=/nowhere")
    assert "the database server does not answer" in away



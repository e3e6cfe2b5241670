"""A fleet in trouble: the database away, the bucket refusing, workers frozen, jobs that break, the queue removed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guidetrack.fleet.again import BROKEN, TRIES, Again, Patience
from guidetrack.fleet.worker import _seen
from guidetrack.models import Memory, OutcomeKind, Reason
from guidetrack.testing import Site
from tests.fleet.test_fleet_workers import Clinic, clinic, until
from tests.support import bucket, postgres
from tests.support.watched import varied

__all__ = ["clinic"]
pytestmark = pytest.mark.fleet
NEWS = varied(p0="Patients must be observed for at least three hours after each dose.")
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
away_s = pytest.mark.parametrize("away_s", [4, pytest.param(30, marks=pytest.mark.soak)])
"""How long something is away."""


@pytest.fixture
def front() -> Iterator[bucket.Front]:
    """A front before the S3 server."""
    bucket.need()
    made = bucket.Front()
    yield made
    made.close()


def _site(request: pytest.FixtureRequest, hosts: int) -> Site:
    site = Site(hosts=hosts)
    site.__enter__()
    request.addfinalizer(lambda: site.__exit__(None, None, None))
    return site


def _said(house: Clinic) -> str:
    return "".join(path.read_text() for path in sorted(house.folder.glob("out-*")))


def _all(house: Clinic) -> list[str]:
    return [f"h{host}-{number}" for host in range(1, house.hosts + 1) for number in range(house.each)]


def _changed_under(house: Clinic, trouble: Callable[[], None]) -> None:
    """Two workers look at pages that all changed, with trouble in the middle: each change is recorded once."""
    house.run("schedule")
    house.run("worker", "--once")
    house.serve(NEWS)
    house.run("schedule", *_all(house))
    before = len(house.site.log)
    crew = [house.start("worker", "--silent", "3s", "--concurrency", "3") for _ in range(2)]
    try:
        until(lambda: len(house.site.log) > before + 6)
        trouble()
        until(lambda: sum(one["last_changed"] is not None for one in house.standing()) == len(_all(house)))
        assert [worker.poll() for worker in crew] == [None, None], "they went on by themselves"
    finally:
        for worker in crew:
            worker.send_signal(signal.SIGTERM)
    assert [worker.wait(60) for worker in crew] == [0, 0]
    assert "Traceback" not in _said(house), _said(house)
    changes = json.loads(house.json("changes"))["changes"]
    assert sorted(change["source"] for change in changes) == sorted(_all(house))
    assert house.run("verify") == ""


@away_s
def test_the_database_goes_away_and_comes_back(tmp_path: Path, request: pytest.FixtureRequest, away_s: int) -> None:
    """Workers say so, wait, and go on by themselves; nothing is lost and no change is recorded twice."""
    postgres.need()
    server = postgres.Server()
    request.addfinalizer(server.remove)
    house = Clinic(tmp_path, _site(request, 6), 6, 4, server.address("away"))

    def away() -> None:
        server.stop("immediate")
        time.sleep(away_s)
        server.start()

    _changed_under(house, away)
    assert "the database server" in _said(house) or "the queue" in _said(house)


@away_s
def test_the_bucket_refuses_for_a_while(tmp_path: Path, request: pytest.FixtureRequest, front: bucket.Front,
                                        monkeypatch: pytest.MonkeyPatch, away_s: int) -> None:
    """Workers wait it out: nothing is lost and no change is recorded twice."""
    name = bucket.fresh(monkeypatch, front.address)
    address = postgres.shared().address(f"refused_{os.getpid()}_{time.monotonic_ns()}")
    house = Clinic(tmp_path, _site(request, 6), 6, 8, address)
    text = house.file.read_text().replace('archive = "snapshots"', f'archive = "s3://{name}/p"')
    house.file.write_text(text)

    def refused() -> None:
        front.script = lambda method, path: "503"
        until(lambda: sum(what == "503" for _, _, what in front.seen) > 3)
        time.sleep(away_s)
        front.script = lambda method, path: "pass"

    _changed_under(house, refused)
    assert any(what == "503" for _, _, what in front.seen)


def test_a_frozen_worker_is_replaced_and_does_no_harm(clinic: Callable[[int, int], Clinic]) -> None:
    """One that is stopped for longer than --silent and continued: others do what they can, nothing overlaps."""
    house = clinic(4, 5)
    house.run("schedule")
    frozen = house.start("worker", "--silent", "2s", "--concurrency", "2")
    other = None
    try:
        until(lambda: len(house.site.log) > 2)
        frozen.send_signal(signal.SIGSTOP)
        other = house.start("worker", "--silent", "2s")
        time.sleep(8)
        frozen.send_signal(signal.SIGCONT)
        until(lambda: {one["checks"] for one in house.standing()} <= {1, 2})
        until(lambda: json.loads(house.json("status"))["queue"]["waiting"] == 0
              and json.loads(house.json("status"))["queue"]["under_way"] == 0)
    finally:
        frozen.send_signal(signal.SIGCONT)
        for worker in (frozen, other):
            if worker is not None:
                worker.send_signal(signal.SIGTERM)
    assert other is not None
    assert [frozen.wait(60), other.wait(60)] == [0, 0]
    assert "Traceback" not in _said(house), _said(house)
    assert {one["state"] for one in house.standing()} <= {"first", "unchanged"}
    assert house.overlaps([]) == []
    assert house.run("verify") == ""


def test_the_queue_may_be_lost(clinic: Callable[[int, int], Clinic]) -> None:
    """With tables of the queue removed, whole or in part, the next schedule makes them anew and nothing is missed."""
    house = clinic(2, 2)
    house.run("schedule")
    schema = house.file.read_text().partition("search_path%3D")[2].partition('"')[0]
    postgres.shared().run(f'DROP TABLE "{schema}".procrastinate_jobs CASCADE')
    assert "4 sources of 2 hosts" in house.run("schedule")
    house.run("worker", "--once")
    assert {one["checks"] for one in house.standing()} == {1}


def test_a_redirect_waits_for_the_turn_of_its_target(clinic: Callable[[int, int], Clinic]) -> None:
    """A page that redirects to a host at which another worker is: the host is asked by one at a time."""
    house = clinic(3, 4)
    for number in range(house.each):
        house.site.redirect(f"/{number}", house.site.url(f"/{number}", host=1), host=2)
        house.site.redirect(f"/{number}", house.site.url(f"/{number}", host=1), host=3)
    house.run("schedule")
    workers = [house.start("worker", "--once", "--concurrency", "1") for _ in range(3)]
    assert [worker.wait(120) for worker in workers] == [0, 0, 0]
    assert len({(request.host, request.path) for request in house.site.log}) == 12
    asked = [request.at for request in house.site.log if request.host == "127.0.0.1"]
    assert len(asked) == 12
    assert [at for at in house.overlaps([]) if at[0] == "127.0.0.1"] == []


def test_two_clients_keep_apart(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each file has its queue and hears of its own sources; one client's idle queue holds up nobody else."""
    address = postgres.shared().address(f"two_{os.getpid()}_{time.monotonic_ns()}")
    house = Clinic(tmp_path, _site(request, 1), 1, 2, address)
    other = tmp_path / "other.toml"
    other.write_text(house.file.read_text().replace('id = "h', 'id = "other-h').replace('url = "http', 'title = "T"\nurl = "http'))
    house.run("schedule")  # nobody serves it for now
    _other(other, "schedule")
    assert _other(other, "worker", "--once") != ""
    assert len(house.site.log) == 2, "the other client's jobs at the same host wait for nobody"
    house.run("worker", "--once")
    house.serve(NEWS)
    house.run("schedule", "h1-0")
    _other(other, "schedule", "other-h1-0")
    both = house.start("worker", str(house.file), str(other), "--once")
    assert both.wait(60) == 0
    assert house.overlaps([]) == [], "one process with two clients is one guest"
    told = _other(other, "schedule")
    assert told.count("three hours") == 1
    assert "other-h1-0" in told
    assert house.run("schedule").count("three hours") == 1, "nobody else was told of it"


def _other(file: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "guidetrack", "-v", "-c", str(file), *arguments], text=True,
                          capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_a_source_that_a_worker_does_not_know_is_named(clinic: Callable[[int, int], Clinic]) -> None:
    """A worker with an older sources file says what it does not look at; it is due again at the next schedule."""
    house = clinic(1, 2)
    newer = house.file.read_text()
    house.run("schedule")
    house.file.write_text(newer.rpartition("[[source]]")[0])
    assert "not looked at" in house.run("worker", "--once")
    house.file.write_text(newer)
    assert "1 source of 1 host" in house.run("schedule")
    house.run("worker", "--once")
    assert {one["checks"] for one in house.standing()} == {1}


def test_a_job_that_breaks_comes_back_and_at_last_is_told(clinic: Callable[[int, int], Clinic]) -> None:
    """Later and later, behind the others of its host; then it stays as failed, and status says so."""
    class Job:
        attempts = 0

    waits = []
    for Job.attempts in range(TRIES):
        decision = Patience().get_retry_decision(exception=ValueError("x"), job=Job())  # type: ignore[arg-type]
        assert decision is not None
        assert decision.priority == BROKEN
        waits.append(decision.retry_at)
    assert waits == sorted(waits)  # type: ignore[type-var]
    Job.attempts = TRIES
    assert Patience().get_retry_decision(exception=ValueError("x"), job=Job()) is None  # type: ignore[arg-type]
    assert Patience().get_retry_decision(exception=Again("held", 5), job=Job()) is not None  # type: ignore[arg-type]

    house = clinic(1, 1)
    house.run("schedule")
    schema = house.file.read_text().partition("search_path%3D")[2].partition('"')[0]
    postgres.shared().run(f"UPDATE \"{schema}\".procrastinate_jobs SET attempts = {TRIES}, "
                          "args = jsonb_set(args, '{asked}', '\"never\"')")
    said = house.run("worker", "--once")
    assert "127.0.0.1" in said
    assert "broke: Invalid isoformat" in said
    assert "given up" in said
    assert json.loads(house.json("status"))["queue"]["failed"] == 1
    assert "1 source of 1 host" in house.run("schedule"), "it is due all the same"


def test_what_a_job_that_comes_back_looks_at_again() -> None:
    """Not what was looked at since; but what was cut short, and what only a wrong clock calls seen."""
    def memory(at: datetime, reason: Reason | None = None) -> Memory:
        return Memory("a", last_checked=at, last_outcome=OutcomeKind.MISSED, last_reason=reason)

    hour = timedelta(hours=1)
    assert _seen(memory(NOW + hour), NOW, NOW + 2 * hour)
    assert not _seen(None, NOW, NOW)
    assert not _seen(memory(NOW - hour), NOW, NOW + hour)
    assert not _seen(memory(NOW + hour, Reason.INTERRUPTED), NOW, NOW + 2 * hour)
    assert not _seen(memory(NOW + 9 * hour), NOW, NOW + hour)


def test_without_the_extra_it_says_what_to_install(clinic: Callable[[int, int], Clinic]) -> None:
    """worker and schedule without procrastinate, --metrics without its library: a sentence."""
    house = clinic(1, 1)
    hide = ("import sys, importlib.util as u; f = u.find_spec; "
            "u.find_spec = lambda n, *a: None if n in ('procrastinate', 'prometheus_client') else f(n, *a); "
            "sys.modules['procrastinate'] = sys.modules['prometheus_client'] = None; "
            f"from guidetrack.cli import run; sys.exit(run(['-c', {str(house.file)!r}, *sys.argv[1:]]))")
    for arguments in (["schedule"], ["worker", "--once"], ["worker", "--metrics", "0"]):
        done = subprocess.run([sys.executable, "-c", hide, *arguments], text=True, capture_output=True, timeout=60)
        assert done.returncode == 2, done.stderr
        assert "pip install 'guidetrack[fleet]'" in done.stderr, done.stderr
        assert "Traceback" not in done.stderr

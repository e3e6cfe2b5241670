"""Workers on one catalogue, as processes: each host in turn, each change once, whoever is killed or stopped."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from guidetrack.testing import Answer, Site
from tests.support import postgres
from tests.support.watched import page, varied

pytestmark = pytest.mark.fleet
DELAY_S, PAUSE_S, SLACK_S = 0.1, 0.1, 0.02


class Clinic:
    """Sources over many hosts of one site, and a catalogue of their own."""

    def __init__(self, folder: Path, site: Site, hosts: int, each: int, catalogue: str) -> None:
        self.folder, self.site, self.hosts, self.each = folder, site, hosts, each
        self.file = folder / "clinic.toml"
        text = (f'[store]\narchive = "snapshots"\ncatalogue = "{catalogue}"\n[fetch]\npause = "{PAUSE_S * 1000:.0f}ms"\n'
                'second_look = "0s"\nrobots = false\nallow_private = ["127.0.0.0/8"]\n')
        for host in range(1, hosts + 1):
            for number in range(each):
                text += f'[[source]]\nid = "h{host}-{number}"\nurl = "{site.url(f"/{number}", host=host)}"\n'
        self.file.write_text(text, "utf-8")
        self.serve(page())

    def serve(self, body: str) -> None:
        """Every page says this from now on."""
        for number in range(self.each):
            self.site.answer(f"/{number}", Answer(200, body.encode(), {"Content-Type": "text/html"}, delay_s=DELAY_S))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command, begun; its output goes to a file that nobody has to read."""
        out = open(self.folder / f"out-{time.monotonic_ns()}", "w")  # noqa: SIM115 (the process keeps it)
        return subprocess.Popen([sys.executable, "-m", "guidetrack", "-c", str(self.file), *arguments], text=True,
                                stdout=out, stderr=out)

    def run(self, *arguments: str, status: int = 0) -> str:
        """A command, awaited; what it printed."""
        done = subprocess.run([sys.executable, "-m", "guidetrack", "-c", str(self.file), *arguments], text=True,
                              capture_output=True, timeout=240)
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    def standing(self) -> list[dict[str, object]]:
        """What ``status --format json`` says of each source."""
        found: list[dict[str, object]] = json.loads(self.json("status"))["sources"]
        return found

    def json(self, command: str) -> str:
        """Standard output of a command in JSON."""
        done = subprocess.run([sys.executable, "-m", "guidetrack", "-c", str(self.file), command, "--format", "json"],
                              text=True, capture_output=True, timeout=120)
        return done.stdout

    def overlaps(self, kills: list[float]) -> list[tuple[str, float]]:
        """Requests that began before the last one to their host was answered and the pause over.

        What was asked by a worker that was then killed is left out: its turn ended with it.
        """
        by_host: dict[str, list[float]] = defaultdict(list)
        for request in self.site.log:
            by_host[request.host].append(request.at)
        return [(host, second - first) for host, times in by_host.items() for first, second in pairwise(times)
                if second - first < DELAY_S + PAUSE_S - SLACK_S
                and not any(first <= kill <= second for kill in kills)]


@pytest.fixture
def clinic(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[int, int], Clinic]:
    """Makes a clinic with so many hosts and sources on each."""
    server = postgres.shared()

    def make(hosts: int, each: int) -> Clinic:
        site = Site(hosts=hosts)
        site.__enter__()
        request.addfinalizer(lambda: site.__exit__(None, None, None))
        return Clinic(tmp_path, site, hosts, each, server.address(f"fleet_{os.getpid()}_{time.monotonic_ns()}"))

    return make


def until(what: Callable[[], bool], seconds: float = 90) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)


def test_two_workers_share_the_queue(clinic: Callable[[int, int], Clinic]) -> None:
    """All sources are looked at once, no host by two workers at once, and each change is told once."""
    house = clinic(8, 3)
    assert "24 sources of 8 hosts" in house.run("schedule")
    assert "0 sources of 0 hosts" in house.run("schedule"), "what waits is not put in again"
    workers = [house.start("worker", "--once") for _ in range(2)]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    assert len(house.site.log) == 24
    assert house.overlaps([]) == []
    assert {one["state"] for one in house.standing()} == {"first"}

    house.serve(varied(p0="Patients must be observed for at least three hours after each dose."))
    house.run("schedule", "h1-0", "h2-1")
    house.run("worker", "--once")
    told = house.run("schedule")
    assert told.count("three hours") == 2, told
    again = house.run("schedule")
    assert "No changes" in again
    assert house.run("verify") == ""


def test_once_ends_when_nothing_is_left(clinic: Callable[[int, int], Clinic]) -> None:
    """A host with more sources than a job has: the jobs that wait for the first one are done too, one after another."""
    house = clinic(2, 24)
    assert "48 sources of 2 hosts" in house.run("schedule")
    assert json.loads(house.json("status"))["queue"]["waiting"] == 4
    house.run("worker", "--once")
    assert len(house.site.log) == 48
    assert house.overlaps([]) == []
    assert json.loads(house.json("status"))["queue"]["waiting"] == 0


def test_killed_workers_lose_nothing(clinic: Callable[[int, int], Clinic]) -> None:
    """Workers killed at any moment: others take up their jobs; every source is looked at, every change recorded once."""
    _kill(clinic(10, 4), workers=3, kills=5, every_s=1.5, seed=1)


@pytest.mark.soak
def test_killed_workers_lose_nothing_on_many_hosts(clinic: Callable[[int, int], Clinic]) -> None:
    """500 hosts, four workers, one killed every few seconds."""
    _kill(clinic(500, 2), workers=4, kills=20, every_s=3, seed=2)


def _kill(house: Clinic, *, workers: int, kills: int, every_s: float, seed: int) -> None:
    dice = random.Random(seed)
    total = house.hosts * house.each
    house.run("schedule")
    house.run("worker", "--once")
    house.serve(varied(p0="Patients must be observed for at least three hours after each dose."))
    house.run("schedule", *(f"h{host}-{number}" for host in range(1, house.hosts + 1) for number in range(house.each)))
    crew = [house.start("worker", "--silent", "3s", "--concurrency", "4") for _ in range(workers)]
    killed = []
    try:
        for _ in range(kills):
            time.sleep(every_s * dice.uniform(0.5, 1.5))
            victim = dice.randrange(workers)
            crew[victim].send_signal(signal.SIGKILL)
            crew[victim].wait()
            killed.append(time.monotonic())
            crew[victim] = house.start("worker", "--silent", "3s", "--concurrency", "4")
        until(lambda: sum(one["last_changed"] is not None for one in house.standing()) == total, 600)
    finally:
        for worker in crew:
            worker.send_signal(signal.SIGTERM)
    assert [worker.wait(60) for worker in crew] == [0] * workers
    assert house.overlaps(killed) == []
    changes = json.loads(house.json("changes"))["changes"]
    assert sorted(change["source"] for change in changes) == sorted({change["source"] for change in changes})
    assert len(changes) == total
    assert house.run("verify") == ""


def test_a_stop_is_gentle_and_metrics_are_served(clinic: Callable[[int, int], Clinic]) -> None:
    """SIGTERM ends a worker with status 0 once the looks under way are done; what waits stays for the next one."""
    house = clinic(3, 12)
    house.run("schedule")
    assert json.loads(house.json("status"))["queue"] == {"waiting": 3, "under_way": 0, "failed": 0, "workers": 0,
                                                         "oldest": json.loads(house.json("status"))["queue"]["oldest"]}
    assert "3 jobs waiting" in house.run("status")
    worker = house.start("-v", "worker", "--metrics", "127.0.0.1:0")
    until(lambda: len(house.site.log) > 4)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert 4 < len(house.site.log) < 36
    checked = sum(one["checks"] == 1 for one in house.standing())
    assert checked == len(house.site.log), "what was asked was recorded"
    house.run("worker", "--once")
    assert sum(one["checks"] == 1 for one in house.standing()) == 36
    assert house.overlaps([]) == []


def test_check_keeps_off_a_fleet(clinic: Callable[[int, int], Clinic]) -> None:
    """check refuses to run beside workers, naming one, with the status of a held lock, unless it is told to."""
    house = clinic(1, 1)
    worker = house.start("worker")
    try:
        until(lambda: any("At work on clinic" in path.read_text() for path in house.folder.glob("out-*")))
        assert "another guidetrack is at work" in house.run("check", status=3)
        assert "first" in house.run("check", "--beside-fleet"), "unless it is told to"
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    house.run("check")


def test_a_file_catalogue_has_no_workers(tmp_path: Path) -> None:
    """With SQLite the commands say what is needed."""
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "a"\nurl = "https://a.example/"\n')
    for command in ("schedule", "worker"):
        done = subprocess.run([sys.executable, "-m", "guidetrack", "-c", str(tmp_path / "sources.toml"), command],
                              text=True, capture_output=True)
        assert done.returncode == 2
        assert "workers need a catalogue on PostgreSQL" in done.stderr


def test_metrics_are_prometheus_text() -> None:
    """Numbers come in Prometheus' text format from an own registry."""
    from guidetrack.fleet.metrics import Metrics
    from guidetrack.models import Backlog, Outcome, OutcomeKind, Reason, Source

    metrics = Metrics("0")
    try:
        source = Source("a", "https://a.example/")
        metrics.looked(Outcome(source, OutcomeKind.MISSED, Reason.BLOCKED, elapsed_s=2))
        metrics.counted(Backlog(waiting=3, workers=1))
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics.port}/metrics") as answer:
            said = answer.read().decode()
    finally:
        metrics.close()
    assert 'guidetrack_checks_total{outcome="missed",reason="blocked"} 1.0' in said
    assert 'guidetrack_jobs{state="waiting"} 3.0' in said
    assert "guidetrack_workers 1.0" in said

"""The real command, killed at random instants: nothing lost, nothing half, every change told, no litter."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from guidetrack.models import Change
from guidetrack.store import Store
from guidetrack.store.verify import Scope, verify
from tests.support.site import Answer, Request, Site
from tests.support.watched import Watched, varied

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ROOT = Path(__file__).parents[2]


class Clinic:
    """Sources whose pages get new versions between runs, and a driver that runs and kills checks."""

    def __init__(self, folder: Path, site: Site, sources: int) -> None:
        self.watched = Watched(folder, site)
        self.versions = [0] * sources
        for number in range(sources):
            site.answer(f"/s{number}", lambda request, n=number: self._page(request, n))  # type: ignore[misc]
            self.watched.add(f"s{number}")
        self.out = folder / "out"
        self.out.mkdir()
        self.driver = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.driver", str(self.watched.write()), str(self.out)], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _page(self, request: Request, number: int) -> Answer:
        body = varied(p0=f"Patients must be observed for at least {self.versions[number] + 2} hours after each dose.")
        return Answer(body=body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def order(self, command: str) -> int:
        """Give the driver a command; the exit code of the check."""
        assert self.driver.stdin is not None
        assert self.driver.stdout is not None
        print(command, file=self.driver.stdin, flush=True)
        return int(self.driver.stdout.readline())

    def publish(self, chance: random.Random, count: int) -> None:
        """New versions of some pages."""
        for number in chance.sample(range(len(self.versions)), count):
            self.versions[number] += 1

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The archive, for reading."""
        with self.watched.open(write=False) as tracker:
            yield tracker.store

    def told(self) -> Counter[int]:
        """How often each change was told, by all runs that got as far as printing."""
        found: Counter[int] = Counter()
        for path in sorted(self.out.glob("*.json")):
            try:
                document = json.loads(path.read_text() or "{}")
            except ValueError:
                continue
            found.update(change["id"] for change in document.get("changes", []))
        return found


@pytest.fixture
def clinic(tmp_path: Path, site: Site, request: pytest.FixtureRequest) -> Iterator[Clinic]:
    """A clinic with as many sources as the test's marker says."""
    made = Clinic(tmp_path, site, request.param)
    yield made
    assert made.driver.stdin is not None
    made.driver.stdin.close()
    made.driver.wait(10)


def _sound(store: Store, scope: Scope = Scope()) -> None:
    assert [str(problem) for problem in verify(store, scope)] == []


def _one_story(changes: list[Change]) -> None:
    """Per source each change starts where the one before ended: none lost, none recorded twice."""
    by_source: dict[str, list[Change]] = {}
    for change in sorted(changes, key=lambda change: change.id):
        by_source.setdefault(change.source, []).append(change)
    for story in by_source.values():
        for before, after in pairwise(story):
            assert before.to is not None
            assert after.from_ is not None
            assert after.from_.capture == before.to.capture


def _kill_many(clinic: Clinic, kills: int, signals: list[str]) -> None:
    chance = random.Random(17)
    assert clinic.order("run") == 0
    whole = _seconds_of_a_run(clinic)
    killed = 0
    for turn in range(kills):
        clinic.publish(chance, 4)
        code = clinic.order(f"kill {chance.uniform(0, whole):.4f} {signals[turn % len(signals)]}")
        killed += code not in (0, 2)
        with clinic.store() as store:
            _sound(store, Scope(sample=0.1))
        if turn % 10 == 9:
            assert clinic.order("run") == 0
    assert clinic.order("run") == 0
    _after_all(clinic)
    assert killed >= kills // 2, "most children were done before they were killed"


def _seconds_of_a_run(clinic: Clinic) -> float:
    import time

    clinic.publish(random.Random(1), 4)
    begun = time.monotonic()
    assert clinic.order("run") == 0
    return time.monotonic() - begun


def _after_all(clinic: Clinic) -> None:
    with clinic.store() as store:
        _sound(store)
        changes = store.changes()
        _one_story(changes)
        assert store.untold() == []
        bases = {id: memory.base for id, memory in store.memories().items()}
        for number, version in enumerate(clinic.versions):
            said = store.text(f"s{number}", bases[f"s{number}"] or "").plain
            assert f"at least {version + 2} hours" in said
    told = clinic.told()
    assert told.keys() == {change.id for change in changes}, "every change is told"
    repeated = [id for id, times in told.items() if times > 1]
    # a run killed between printing and noting that it printed: the next one says it again rather than never
    assert len(repeated) <= len(changes) // 20
    litter = [path.name for path in clinic.watched.folder.rglob("*")
              if ".part" in path.name or path.name.endswith((".lock.json", "-wal", "-shm"))]
    assert litter == []


@pytest.mark.parametrize("clinic", [60], indirect=True)
def test_a_hundred_kills(clinic: Clinic) -> None:
    """SIGKILL at 100 random instants over 60 sources."""
    _kill_many(clinic, 100, ["SIGKILL"])


@pytest.mark.parametrize("clinic", [40], indirect=True)
def test_stopped_by_signals_that_can_be_caught(clinic: Clinic) -> None:
    """SIGTERM and SIGINT at random instants: what was done is kept, once."""
    _kill_many(clinic, 20, ["SIGTERM", "SIGINT"])


@pytest.mark.soak
@pytest.mark.parametrize("clinic", [200], indirect=True)
def test_five_hundred_kills(clinic: Clinic) -> None:
    """SIGKILL at 500 random instants over 200 sources."""
    _kill_many(clinic, 500, ["SIGKILL"])

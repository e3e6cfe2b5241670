"""An archive whose bodies are in a bucket: killed anywhere, refused for a while, damaged, or claimed by two catalogues."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.errors import StoreError
from guidetrack.models import StoreSettings
from guidetrack.store import Store, objects
from guidetrack.store.objects import Objects, Patience
from guidetrack.store.verify import verify
from tests.support import bucket, postgres
from tests.support.archive import DAY, NOW, VERSION, open_store, record, running
from tests.support.site import Site
from tests.support.watched import Watched, page, varied

pytestmark = pytest.mark.fleet


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoreSettings:
    """Bodies in a new bucket, the catalogue in a file."""
    return StoreSettings(f"s3://{bucket.fresh(monkeypatch)}/p", str(tmp_path / "catalogue.sqlite3"))


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, settings: StoreSettings, tmp_path: Path) -> StoreSettings:
    """The same, and with the catalogue on a server."""
    if request.param == "sqlite":
        return settings
    name = hashlib.sha256(str(tmp_path).encode()).hexdigest()[:20]
    return replace(settings, catalogue=postgres.shared().address(f"bucket_{name}"))


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Iterator[bucket.Front]:
    """A front before the S3 server; pauses are short behind it."""
    bucket.need()
    made = bucket.Front()
    _patience(monkeypatch, 60.0)
    yield made
    made.close()


def _patience(patch: pytest.MonkeyPatch, total_s: float) -> None:
    short = Patience(total=total_s, first=0.01, longest=0.1, request=30.0)
    patch.setattr(objects.Objects.at.__func__, "__kwdefaults__", {"patience": short, "large": 6_000_000})  # type: ignore[attr-defined]


def _open(settings: StoreSettings, *, write: bool = True) -> Store:
    return Store.open(settings, now=NOW, version=VERSION, write=write)


def _problems(settings: StoreSettings) -> list[str]:
    with _open(settings, write=False) as store:
        return [str(problem) for problem in verify(store)]


def _names(settings: StoreSettings) -> list[str]:
    return sorted(f"{folder}/{name}" for folder, name, _ in Objects.at(settings.archive).list())


def _run(store: Store, number: int, *sources: str) -> None:
    at = NOW + number * DAY
    with running(store, f"run-{number}", at):
        for source in sources:
            store.record([record(source, f"run-{number}", f"Words {number} of {source}.", at=at)])


_DYING = """
import os, sys
from datetime import timedelta
from guidetrack.models import StoreSettings
from guidetrack.store import Store, objects
from tests.support.archive import DAY, NOW, VERSION, record, running
left, after = int(sys.argv[3]) + 1, sys.argv[4] == "after"
real = objects.Objects._try
def dying(self, what, act):
    global left
    left -= 1
    if left == 1 and not after:
        os._exit(9)
    found = real(self, what, act)
    if left == 1:
        os._exit(9)
    return found
objects.Objects._try = dying
with Store.open(StoreSettings(*sys.argv[1:3]), now=NOW, version=VERSION) as store:
    run, at = f"run-{left}", NOW + left * DAY
    with running(store, run, at):
        for source in "bc":
            store.record([record(source, run, f"Words {left} of " + source, at=at)])
print("done")
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_dying_at_every_request_leaves_a_whole_archive(either: StoreSettings, when: str) -> None:
    """Killed before or after any request to the store: what was recorded is there, what was not is cleared away."""
    settings = either
    with _open(settings) as store:
        _run(store, 1, "a")
    for step in range(1, 60):
        died = subprocess.run([sys.executable, "-c", _DYING, settings.archive, settings.catalogue, str(step), when],
                              cwd=Path(__file__).parents[2], capture_output=True, text=True)
        assert died.returncode in (0, 9), died.stderr
        with _open(settings) as store, store.lock(command="check", now=NOW + 99 * DAY):
            kept = {f"{info.source}/{info.id}" for info in store.captures()}
        assert _problems(settings) == []
        assert _names(settings) == sorted(f"{name}{suffix}" for name in kept for suffix in (".txt", ".warc.gz"))
        if died.stdout == "done\n":
            assert step > 4
            return
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("change, said", [
    ("flip", "does not match its SHA-256"), ("shorten", "bytes; "), ("remove", "is missing"),
    ("swap", "does not match its SHA-256|bytes; ")])
def test_what_happens_to_objects_is_named(settings: StoreSettings, change: str, said: str) -> None:
    """An object that was altered, cut, removed or replaced by another of ours is named, whatever its ETag says."""
    import re

    with _open(settings) as store:
        _run(store, 1, "a", "b")
    one, other = (name for name in _names(settings) if name.endswith(".warc.gz"))
    place = Objects.at(settings.archive)
    data = bytearray(place.get(one, 10**6))
    place.delete(one)
    data[len(data) // 2] ^= 1
    new = {"flip": bytes(data), "shorten": bytes(data[:-1]), "remove": None, "swap": place.get(other, 10**6)}[change]
    if new is not None:
        place.put_new(one, new)
    found = _problems(settings)
    assert found
    assert all(line.startswith(one) for line in found)
    assert re.search(said, found[0])


def test_an_object_nobody_recorded_is_named(settings: StoreSettings) -> None:
    """A body that no catalogue knows is a finding; objects that are no bodies are not ours to judge."""
    with _open(settings) as store:
        _run(store, 1, "a")
    place = Objects.at(settings.archive)
    place.put_new("a/2020-01-01T000000Z-00000000.warc.gz", b"x")
    place.put_new("a/notes.md", b"x")
    assert _problems(settings) == ["a/2020-01-01T000000Z-00000000.warc.gz: is not in the catalogue [a]"]


def test_a_bucket_belongs_to_one_catalogue(settings: StoreSettings, tmp_path: Path) -> None:
    """Another catalogue may neither write to a prefix that is taken nor clear it away, and is not begun anew."""
    with _open(settings) as store:
        _run(store, 1, "a")
    before = _names(settings)
    strange = StoreSettings(settings.archive, str(tmp_path / "other.sqlite3"))
    with pytest.raises(StoreError, match="holds captures"):
        _open(strange)
    own = StoreSettings(f"{settings.archive}-2", strange.catalogue)
    with Store.open(own, now=NOW + DAY, version=VERSION) as store:
        _run(store, 1, "z")
    with _open(strange) as store, pytest.raises(StoreError, match="holds the captures of another catalogue"):
        _run(store, 2, "z")
    assert _names(settings) == before
    assert _problems(settings) == []


@pytest.mark.parametrize("what", ["503", "close", "lost"])
def test_a_store_away_in_the_middle_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front: bucket.Front,
                                             what: str) -> None:
    """While the store comes and goes within our patience, every body is kept once and nothing is lost."""
    settings = StoreSettings(f"s3://{bucket.fresh(monkeypatch, front.address)}/p", str(tmp_path / "catalogue.sqlite3"))
    turn = iter(range(10_000))
    front.script = lambda method, path: what if next(turn) % 3 else "pass"
    with _open(settings) as store:
        _run(store, 1, "a", "b", "c")
    front.script = lambda method, path: "pass"
    assert _problems(settings) == []
    assert len(_names(settings)) == 6


@pytest.mark.parametrize("what", ["503", "close"])
def test_a_check_while_the_store_refuses(watched: Watched, site: Site, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str], front: bucket.Front, what: str) -> None:
    """Refused for longer than our patience a check is trouble in a sentence; the next one tells the change, once."""
    watched.extra = f'[store]\narchive = "s3://{bucket.fresh(monkeypatch, front.address)}/p"\n'
    site.page("/a", page())
    watched.add("a")
    sources = str(watched.write())
    assert run(["-c", sources, "check"]) == 0
    site.page("/a", varied(p0="Patients must be observed for at least one hour after each dose."))
    capsys.readouterr()
    front.script = lambda method, path: what if method == "PUT" else "pass"
    _patience(monkeypatch, 1.0)
    assert run(["-c", sources, "check"]) == 2
    told = capsys.readouterr()
    assert "nothing was lost, try later" in told.err
    assert "Traceback" not in told.err + told.out
    front.script = lambda method, path: "pass"
    _patience(monkeypatch, 60.0)
    assert run(["-c", sources, "check"]) == 0
    assert "one hour" in capsys.readouterr().out
    assert run(["-c", sources, "verify"]) == 0
    assert run(["-c", sources, "check"]) == 0
    assert "one hour" not in capsys.readouterr().out


def test_a_folder_asks_no_store(tmp_path: Path) -> None:
    """An archive in a folder loads nothing of object storage."""
    script = ("import sys; from pathlib import Path; from tests.support.archive import open_store, fill; "
              "fill(Path(sys.argv[1])); assert 'obstore' not in sys.modules; "
              "assert 'guidetrack.store.objects' not in sys.modules")
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parents[2], check=True)
    with open_store(tmp_path) as store:
        assert store.archive.place.address == str(tmp_path / "snapshots")


def test_many_objects_are_read_at_once_and_each_finding_told_once(settings: StoreSettings) -> None:
    """With more captures than are asked for at once, damage is named once each, in the order recorded."""
    with _open(settings) as store, running(store, "run-1"):
        for number in range(40):
            store.record([record(f"s{number:02}", "run-1", f"Words of {number}.")])
    place = Objects.at(settings.archive)
    gone = [name for name in _names(settings) if name.endswith(".warc.gz")][::7]
    for name in gone:
        place.delete(name)
    assert _problems(settings) == [f"{name}: is missing [{name[:3]}]" for name in gone]

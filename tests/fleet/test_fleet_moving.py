"""Moving house: there and back, stopped at any moment, refused where something else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from guidetrack.errors import DamagedError, GuidetrackError, StoreError, UsageError
from guidetrack.models import StoreSettings
from guidetrack.store import Store, carry, moving, prune
from guidetrack.store.verify import verify
from tests.support import bucket, postgres
from tests.support.archive import DAY, NOW, VERSION, fill, record, running

Place = Callable[[str], StoreSettings]


class Stop(BaseException):
    """As if the process had been killed."""


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody reads."""


def _move(old: StoreSettings, new: StoreSettings, progress: carry.Progress = _silent) -> tuple[int, str]:
    with Store.open(old, now=NOW, version=VERSION) as store, store.lock(command="migrate", now=NOW):
        wanted = moving.plan(store, old, new)
        return moving.move(store, wanted, now=NOW, version=VERSION, progress=progress)


def _sound(settings: StoreSettings) -> tuple[int, str]:
    with Store.open(settings, now=NOW, version=VERSION, write=False) as store:
        assert [str(problem) for problem in verify(store)] == []
        return store.head()


def _told(settings: StoreSettings) -> list[object]:
    """Everything the archive answers."""
    with Store.open(settings, now=NOW, version=VERSION, write=False) as store:
        infos = store.captures()
        return [infos, [store.capture(info.source, info.id) for info in infos if info.kept],
                [store.text(info.source, info.id) for info in infos], store.changes(), store.reviews(), store.runs(),
                list(store.checks()), store.memories(), store.outbox(pending_only=False), store.configurations()]


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.fleet),
                        pytest.param("server", marks=pytest.mark.fleet),
                        pytest.param("bucket and server", marks=pytest.mark.fleet)])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Makes new empty places of one kind."""
    def make(name: str) -> StoreSettings:
        archive, catalogue = str(tmp_path / name), str(tmp_path / name / "catalogue.sqlite3")
        if "bucket" in request.param:
            archive = f"s3://{bucket.fresh(monkeypatch)}/{name}"
        if "server" in request.param:
            catalogue = postgres.shared().address(f"m_{tmp_path.name}_{name}".replace("-", "_").lower()[:60])
        return StoreSettings(archive, catalogue)
    return make


def _archive(folder: Path) -> StoreSettings:
    fill(folder)
    settings = StoreSettings(str(folder / "snapshots"), str(folder / "snapshots" / "catalogue.sqlite3"))
    with Store.open(settings, now=NOW, version=VERSION) as store, running(store, "run-9", NOW + 9 * DAY):
        odd = record("d", "run-9", "Pound \u00a3 and \U0001f600.", at=NOW + 9 * DAY)
        assert odd.check is not None
        store.record([replace(odd, check=replace(odd.check, detail="lone \udc80, none \x00"))])
        assert list(prune.prune(store, NOW + 2 * DAY, NOW + 9 * DAY))
    return settings


def test_there_and_back(tmp_path: Path, elsewhere: Place) -> None:
    """An archive moved and moved back answers every question alike, verifies, and the journals end alike."""
    old = _archive(tmp_path / "old")
    told = _told(old)
    new = elsewhere("new")
    end = _move(old, new)
    assert _sound(new) == _sound(old) == end
    assert _told(new) == told
    back = StoreSettings(str(tmp_path / "back"), str(tmp_path / "back" / "catalogue.sqlite3"))
    assert _move(new, back) == end
    assert _sound(back) == end
    assert _told(back) == told
    files = {path.name: path.read_bytes() for path in (tmp_path / "old" / "snapshots").glob("*/*")}
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").glob("*/*")} == files


def test_a_moved_archive_goes_on(tmp_path: Path, elsewhere: Place) -> None:
    """The new place takes the next run, and every change is numbered on from the old ones."""
    old, new = _archive(tmp_path / "old"), elsewhere("new")
    _move(old, new)
    later = NOW + 20 * DAY
    with Store.open(new, now=later, version=VERSION) as store:
        with running(store, "run-20", later):
            store.record([record("a", "run-20", "New words.", at=later)])
        assert len(store.captures("a")) == 3
    _sound(new)
    _sound(old)


@pytest.mark.parametrize("what, at", [("files", 1), ("files", 7), ("rows", 1), ("rows", 40), ("checked", 1)])
def test_stopped_and_begun_again(tmp_path: Path, elsewhere: Place, what: str, at: int) -> None:
    """Stopped anywhere, the new place cannot be used, the old one goes on; moving again goes on, with what is new."""
    old, new = _archive(tmp_path / "old"), elsewhere("new")

    def stop(now: str, done: int, total: int) -> None:
        if now == what and done >= at:
            raise Stop

    with pytest.raises(Stop):
        _move(old, new, stop)
    with pytest.raises(GuidetrackError, match=r"half moved; run 'guidetrack migrate' again|nothing is recorded yet"):
        Store.open(new, now=NOW, version=VERSION, write=False)
    with Store.open(old, now=NOW, version=VERSION) as store, running(store, "run-10", NOW + 10 * DAY):
        store.record([record("a", "run-10", "Meanwhile.", at=NOW + 10 * DAY)])
    assert _move(old, new) == _sound(new) == _sound(old)
    assert _told(new) == _told(old)
    assert _move(old, new) == _sound(new), "moving what was moved changes nothing"


def test_a_place_that_holds_something_else(tmp_path: Path, elsewhere: Place) -> None:
    """Another archive in the new place is left exactly as it is."""
    old, new = _archive(tmp_path / "old"), elsewhere("new")
    other = tmp_path / "other"
    fill(other, ["z"])
    theirs = StoreSettings(str(other / "snapshots"), str(other / "snapshots" / "catalogue.sqlite3"))
    _move(theirs, new)
    before = _told(new)
    with pytest.raises(StoreError, match="holds"):
        _move(old, new)
    assert _told(new) == before


def test_damage_is_not_carried(tmp_path: Path, elsewhere: Place) -> None:
    """A body that is not as recorded stops the move and is named; once it is restored the move goes on."""
    old, new = _archive(tmp_path / "old"), elsewhere("new")
    path = sorted((tmp_path / "old" / "snapshots" / "a").glob("*.txt"))[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"?")
    with pytest.raises(DamagedError, match=rf"{path.name} does not match its SHA-256; nothing was switched over"):
        _move(old, new)
    path.unlink()
    with pytest.raises(DamagedError, match=rf"{path.name} is missing"):
        _move(old, new)
    path.write_bytes(whole)
    assert _move(old, new) == _sound(new)


def test_rows_are_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not give back what it was given stops the move."""
    old = _archive(tmp_path / "old")
    new = StoreSettings(str(tmp_path / "new"), str(tmp_path / "new" / "catalogue.sqlite3"))
    real = moving._make

    def make(writing: object) -> None:
        real(writing)  # type: ignore[arg-type]
        writing.connection.exec_driver_sql(  # type: ignore[attr-defined]
            "CREATE TRIGGER lies AFTER INSERT ON reviews BEGIN UPDATE reviews SET note = 'other'; END")

    monkeypatch.setattr(moving, "_make", make)
    with pytest.raises(StoreError, match="does not give back the reviews"):
        _move(old, new)


def test_only_a_part_moves(tmp_path: Path) -> None:
    """The catalogue alone, then the bodies alone; moving to the same place is refused."""
    old = _archive(tmp_path / "old")
    middle = replace(old, catalogue=str(tmp_path / "elsewhere.sqlite3"))
    _move(old, middle)
    _sound(middle)
    end = replace(middle, archive=str(tmp_path / "bodies"))
    _move(middle, end)
    assert _told(end) == _told(old)
    with pytest.raises(UsageError, match="there already"):
        _move(end, end)


@pytest.mark.fleet
@pytest.mark.parametrize("after", [0.0, 0.1, 0.25, 0.5])
def test_killed_for_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: float) -> None:
    """SIGKILL while the command carries: the old archive verifies, and the same command brings it to its end."""
    old = _archive(tmp_path / "old")
    name = bucket.fresh(monkeypatch)
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[store]\narchive = "{old.archive}"\n\n[[source]]\nid = "a"\nurl = "https://example.org/a"\n')
    command = [sys.executable, "-c", _SAY, "-c", str(sources), "migrate", "--to", f"s3://{name}/p", "--to",
               str(tmp_path / "new.sqlite3")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()  # it began to carry
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    _sound(old)
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    new = StoreSettings(f"s3://{name}/p", str(tmp_path / "new.sqlite3"))
    assert _sound(new) == _sound(old)
    assert done.stdout == f'[store]\narchive = "{new.archive}"\ncatalogue = "{new.catalogue}"\n'


_SAY = """
import sys
from guidetrack.cli import main
from guidetrack.store import carry
real = carry._carry
def slow(*arguments):
    import time
    sys.stderr.write("carrying\\n"); sys.stderr.flush(); time.sleep(0.03)
    return real(*arguments)
carry._carry = slow
main()
"""
"""The command line, which says when it begins to carry and takes its time."""

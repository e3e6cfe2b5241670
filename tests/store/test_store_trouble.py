"""Disks that are full, read-only or broken: a sentence, nothing half written, and all goes on once it is mended."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from guidetrack.errors import GuidetrackError, StoreError
from guidetrack.models import Run
from guidetrack.store import Store, places
from guidetrack.store.verify import verify
from tests.support.archive import DAY, NOW, VERSION, fill, open_store, record, running


@contextmanager
def _small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of that size, where mounting one is allowed."""
    target = folder / "small"
    target.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(target)], capture_output=True)
    if made.returncode != 0:
        pytest.skip("no file system may be mounted here")
    try:
        yield target
    finally:
        subprocess.run(["umount", "-l", str(target)], check=True)


def _sound(store: Store) -> None:
    assert [str(problem) for problem in verify(store)] == []


def _until_full(store: Store, folder: Path) -> int:
    """Record runs until the disk is full; how many days went well."""
    for day in range(1, 400):
        at = NOW + day * DAY
        with running(store, f"run-{day}", at):
            store.record([record("a", f"run-{day}", os.urandom(3000).hex(), at=at)])
    raise AssertionError(f"{folder} never filled up")


@pytest.mark.parametrize("kilobytes", [700, 900, 1300])
def test_a_full_disk(tmp_path: Path, kilobytes: int) -> None:
    """On a disk that fills up a run ends in a sentence; what was recorded verifies; with space it goes on."""
    with _small_disk(tmp_path, kilobytes) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(250_000))
        with open_store(disk) as store, pytest.raises(StoreError, match=r"(?i)no space left"):
            _until_full(store, disk)
        with open_store(disk, write=False) as store:
            _sound(store)
            kept = len(store.captures())
            assert kept > 2
        with pytest.raises(GuidetrackError), open_store(disk) as store:
            _until_full(store, disk)
        ballast.unlink()
        later = NOW + 900 * DAY
        with open_store(disk, now=later) as store:
            with running(store, "after", later):
                store.record([record("a", "after", "Space again.", at=later)])
            _sound(store)
            assert len(store.captures()) > kept
        assert [path.name for path in (disk / "snapshots").rglob("*.part")] == []


def test_a_first_run_on_a_full_disk(tmp_path: Path) -> None:
    """No archive can be made: a sentence, and the next try makes it."""
    with _small_disk(tmp_path, 600) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(560_000))
        with pytest.raises(StoreError), open_store(disk) as store:
            _until_full(store, disk)
        ballast.unlink()
        with open_store(disk) as store:
            store.begin(Run("r", NOW, VERSION, "0" * 64))
            _sound(store)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_a_write_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: int) -> None:
    """Whichever write of a body fails, it is a sentence naming the file, no half file stays, and the next try works."""
    fill(tmp_path, ["a"])
    real, calls = os.fsync, iter(range(99))

    def failing(handle: int) -> None:
        if next(calls) == step:
            raise OSError(code, os.strerror(code))
        real(handle)

    one = record("b", "run-1", "New.", at=NOW + DAY)
    assert one.capture is not None
    with open_store(tmp_path) as store:
        with monkeypatch.context() as broken:
            broken.setattr(places.os, "fsync", failing)
            with pytest.raises(StoreError, match=rf"cannot keep .*{one.capture.id}.*{os.strerror(code)}"):
                store.keep(one.capture, one.text)
        assert [path.name for path in (tmp_path / "snapshots").rglob("*.part")] == []
        store.keep(one.capture, one.text)
        assert store.record([replace(one, check=None)]) == [None]
        _sound(store)


def test_read_only(tmp_path: Path) -> None:
    """An archive on a read-only disk can be read and verified; writing to it is a sentence."""
    fill(tmp_path, ["a"])
    mounted = subprocess.run(["mount", "--bind", str(tmp_path), str(tmp_path)], capture_output=True).returncode == 0
    if not mounted or subprocess.run(["mount", "-o", "remount,ro,bind", str(tmp_path)], capture_output=True).returncode:
        if mounted:
            subprocess.run(["umount", "-l", str(tmp_path)], check=True)
        pytest.skip("no file system may be mounted here")
    try:
        with open_store(tmp_path, write=False) as store:
            _sound(store)
            assert len(store.captures()) == 2
        with (pytest.raises(StoreError, match=r"read-only|Read-only"), open_store(tmp_path) as store,
              store.lock(command="check", now=NOW)):
            store.begin(Run("r", NOW, VERSION, "0" * 64))
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_a_catalogue_that_may_not_be_written(tmp_path: Path) -> None:
    """A database that refuses to write is a sentence that names it."""
    fill(tmp_path, ["a"])
    with open_store(tmp_path) as store:
        with store.catalogue.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(StoreError, match=r"catalogue.sqlite3 cannot be written: it is read-only"):
            store.begin(Run("r", NOW, VERSION, "0" * 64))

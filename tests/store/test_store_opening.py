"""Opening an archive: created, brought forward, refused, locked; every trouble is one sentence."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from guidetrack.errors import DamagedError, LockedError, NewerArchiveError, StoreError
from guidetrack.models import Run, StoreSettings
from guidetrack.store import Store, migrate, schema
from guidetrack.store.verify import verify
from tests.support.archive import (
    DAY,
    NOW,
    VERSION,
    fill,
    on_sqlite,
    open_store,
    record,
    rows,
    running,
)

pytestmark = pytest.mark.usefixtures("backend")
DATA = Path(__file__).parent / "data"


def test_reading_never_creates(tmp_path: Path) -> None:
    """A reader of what is not there says so and makes nothing."""
    with pytest.raises(StoreError, match="nothing is recorded yet"):
        open_store(tmp_path, write=False)
    assert list(tmp_path.iterdir()) == []


@on_sqlite
def test_a_missing_catalogue_is_never_everything_new(tmp_path: Path) -> None:
    """Bodies without a catalogue are damage, for readers and writers alike."""
    fill(tmp_path)
    catalogue = tmp_path / "snapshots" / "catalogue.sqlite3"
    catalogue.unlink()
    for write in (True, False):
        with pytest.raises(DamagedError, match=r"is missing, but .* holds captures"):
            open_store(tmp_path, write=write)
    catalogue.touch()
    for write in (True, False):
        with pytest.raises(DamagedError, match="is empty"):
            open_store(tmp_path, write=write)
    assert catalogue.stat().st_size == 0


@on_sqlite
@pytest.mark.parametrize("content", [b"not a database at all, but a page of text", bytes(8192)])
def test_what_is_no_catalogue_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is no SQLite database is not written over."""
    path = tmp_path / "snapshots" / "catalogue.sqlite3"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        open_store(tmp_path)
    assert path.read_bytes() == content


@on_sqlite
def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """A SQLite file without our stamp is somebody else's, or damaged; nothing is added to it."""
    path = tmp_path / "snapshots" / "catalogue.sqlite3"
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    with pytest.raises(DamagedError, match="no catalogue of guidetrack"):
        open_store(tmp_path)


def test_a_newer_archive_is_refused(tmp_path: Path) -> None:
    """An archive whose stamp and journal are of a later version is refused with a sentence, and left alone."""
    fill(tmp_path, ["a"])
    with open_store(tmp_path) as store, store.catalogue.write() as writing:
        writing.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
        writing.append(NOW, [("archive", {"schema": "0099", "version": "9", "layout": ""})])
    for write in (True, False):
        with pytest.raises(NewerArchiveError, match=r"newer guidetrack .*upgrade guidetrack"):
            open_store(tmp_path, write=write)


@on_sqlite
@pytest.mark.parametrize("kind", sorted(path.name for path in DATA.glob("schema-*")))
def test_archives_of_every_schema_open(tmp_path: Path, kind: str) -> None:
    """A stored archive of each schema there ever was opens, holds every row it held, and verifies."""
    shutil.copytree(DATA / kind, tmp_path / "snapshots")
    dump = tmp_path / "snapshots" / "catalogue.sql"
    statements = dump.read_text("utf-8")
    dump.unlink()
    with sqlite3.connect(tmp_path / "snapshots" / "catalogue.sqlite3") as connection:
        connection.executescript(statements)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        before = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    connection.close()
    with open_store(tmp_path, now=NOW + 99 * DAY) as store:
        assert [str(problem) for problem in verify(store)] == []
        assert sorted(store.memories()) == ["a", "b"]
        assert [store.text("a", info.id).title for info in store.captures("a")] == ["T", "T"]
        assert [store.capture("b", info.id).status for info in store.captures("b")] == [200, 200]
        assert len(store.changes()) == len(store.reviews()) + 1 == 2
    with sqlite3.connect(tmp_path / "snapshots" / "catalogue.sqlite3") as connection:
        after = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    connection.close()
    forward = kind != f"schema-{schema.REVISIONS[-1]}"
    assert after == {**before, "journal": before["journal"] + forward}


REVISION = '''
"""A column more."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("reviews", sa.Column("place", sa.Text()))
    {more}
'''


def _later_version(monkeypatch: pytest.MonkeyPatch, scripts: Path, more: str = "") -> None:
    """Pretend to be the next version, whose schema has one revision more."""
    shutil.copytree(migrate.SCRIPTS, scripts)
    (scripts / "versions" / "0002_more.py").write_text(REVISION.format(more=more))
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    for module in ("guidetrack.store.schema", "guidetrack.store.opening", "guidetrack.store.migrate", "guidetrack.store.verify"):
        monkeypatch.setattr(f"{module}.REVISIONS", ("0001", "0002"))


def test_an_older_archive_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    """A writer migrates, a file after copying it; the journal says so; nothing is lost, and it happens once."""
    fill(tmp_path, ["a", "b"])
    before = rows(tmp_path, "SELECT count(*) FROM journal")[0][0]
    _later_version(monkeypatch, tmp_path / "scripts")
    with pytest.raises(StoreError, match="older guidetrack"):
        open_store(tmp_path, write=False)
    for day in (30, 31):
        with open_store(tmp_path, now=NOW + day * DAY) as store:
            assert [str(problem) for problem in verify(store)] == []
            assert [review.note for review in store.reviews()] == ["Policy 4.2 says so."]
    assert rows(tmp_path, "SELECT version_num FROM alembic_version") == [("0002",)]
    assert rows(tmp_path, "SELECT count(*) FROM journal")[0][0] == before + 1
    copies = list((tmp_path / "snapshots").glob("*.backup"))
    assert len(copies) == (backend == "sqlite")
    for copy in copies:
        with sqlite3.connect(copy) as copied:
            assert copied.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
            assert copied.execute("SELECT count(*) FROM captures").fetchone() == (4,)
        copied.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a revision fails midway the archive is as it was, for the version that made it."""
    fill(tmp_path, ["a"])
    with monkeypatch.context() as later:
        _later_version(later, tmp_path / "scripts", 'raise OSError("no more")')
        with pytest.raises(StoreError, match="cannot be brought forward"):
            open_store(tmp_path)
    with open_store(tmp_path) as store:
        assert [str(problem) for problem in verify(store)] == []


@on_sqlite
def test_migrations_are_not_imported_unless_needed(tmp_path: Path) -> None:
    """Opening an up-to-date archive does not load alembic."""
    fill(tmp_path, ["a"])
    code = ("import sys; from tests.support.archive import *; open_store(__import__('pathlib').Path(sys.argv[1])).close();"
            "assert 'alembic' not in sys.modules")
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])


def test_the_second_writer_names_the_first(tmp_path: Path) -> None:
    """While one process holds the archive another is told which, doing what, since when."""
    said = rf"'check' \(process {os.getpid()} on .*\), since 2026-11-24 06:00 UTC"
    with (open_store(tmp_path) as first, open_store(tmp_path) as second, first.lock(command="check", now=NOW),
          pytest.raises(LockedError, match=said), second.lock(command="prune", now=NOW)):
        pass
    with open_store(tmp_path) as third, third.lock(command="check", now=NOW):
        pass


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    """A killed holder leaves no lock, and the next one ends its run in the journal."""
    code = ("import os, sys, pathlib; from tests.support.archive import *\n"
            "store = open_store(pathlib.Path(sys.argv[1]))\n"
            "with store.lock(command='check', now=NOW):\n"
            "    store.begin(Run('r', NOW, VERSION, '0' * 64)); store.keep(capture(), text())\n"
            "    os.kill(os.getpid(), 9)\n")
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[2])
    assert killed.returncode != 0
    assert len(list((tmp_path / "snapshots").glob("a/*"))) == 2
    with open_store(tmp_path) as store:
        with store.lock(command="check", now=NOW + DAY):
            assert list((tmp_path / "snapshots").glob("a/*")) == [], "what nobody recorded is cleared away"
        assert [str(problem) for problem in verify(store)] == []
        assert store.runs()[0].run.ended is None


@on_sqlite
def test_bodies_of_a_restored_catalogue_are_never_removed(tmp_path: Path) -> None:
    """With an old catalogue put back, bodies it does not know are named by verify and stay where they are."""
    fill(tmp_path, ["a"])
    path = tmp_path / "snapshots" / "catalogue.sqlite3"
    old = path.read_bytes()
    with open_store(tmp_path) as store, running(store, "run-9", NOW + 9 * DAY):
        store.record([record("a", "run-9", "Newer.", at=NOW + 9 * DAY)])
    path.write_bytes(old)
    with open_store(tmp_path) as store:
        with running(store, "run-10", NOW + 10 * DAY):
            pass
        assert len(list(verify(store))) == 2
    assert len(list((tmp_path / "snapshots").glob("a/*.warc.gz"))) == 3


@pytest.mark.parametrize("days", [-400, 400])
def test_the_clock_may_jump(tmp_path: Path, days: int) -> None:
    """Days forth or back: nothing is overwritten, everything stays readable, the journal goes on."""
    fill(tmp_path, ["a"])
    before = {path: path.read_bytes() for path in (tmp_path / "snapshots").glob("a/*")}
    at = NOW + timedelta(days=days)
    with open_store(tmp_path, now=at) as store:
        with running(store, "run-9", at):
            store.record([record("a", "run-9", "After the jump.", at=at)])
        assert [str(problem) for problem in verify(store)] == []
        assert len(store.captures("a")) == 3
    assert {path: path.read_bytes() for path in before} == before


@on_sqlite
def test_a_relative_archive_is_where_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder is taken from where the process stands."""
    monkeypatch.chdir(tmp_path)
    with Store.open(StoreSettings(), now=NOW, version=VERSION) as store:
        store.begin(Run("r", NOW, VERSION, "0" * 64))
    assert (tmp_path / "snapshots" / "catalogue.sqlite3").is_file()


@on_sqlite
def test_addresses_nobody_serves_are_refused(tmp_path: Path) -> None:
    """An archive or catalogue of an unknown kind is a sentence."""
    for settings in (StoreSettings("ftp://x/y", str(tmp_path / "c")), StoreSettings(str(tmp_path), "mysql://x/y")):
        with pytest.raises(StoreError, match="://"):
            Store.open(settings, now=NOW, version=VERSION)

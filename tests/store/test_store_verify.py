"""verify: any damage to what carries meaning is named; silence means that nothing was altered."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from guidetrack.errors import GuidetrackError
from guidetrack.store.verify import Scope, verify
from tests.support.archive import DAY, NOW, copy, execute, fill, on_sqlite, open_store, record, running


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, backend: str) -> Path:
    """An archive with something of every kind in it; copied, never altered."""
    folder = tmp_path_factory.mktemp("sound")
    fill(folder)
    return folder


@pytest.fixture
def archive(sound: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    copy(sound, tmp_path)
    return tmp_path


def findings(folder: Path, scope: Scope = Scope()) -> list[str]:
    """What verify says; damage that already shows on opening counts."""
    try:
        with open_store(folder, write=False) as store:
            return [str(problem) for problem in verify(store, scope)]
    except GuidetrackError as error:
        return [str(error)]


def dump(path: Path) -> list[str] | None:
    """All that a catalogue holds, or None when SQLite cannot read it."""
    connection = sqlite3.connect(path)
    try:
        found = list(connection.iterdump())
        # a damaged index does not show in a dump, but decides what is found
        return found if connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)] else None
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    finally:
        connection.close()


def flip(path: Path, chance: random.Random) -> None:
    """Flip one bit somewhere in a file."""
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data) * 8)
    data[at // 8] ^= 1 << at % 8
    path.write_bytes(data)


@on_sqlite
def test_reading_alters_nothing(archive: Path) -> None:
    """Nothing is named where nothing was altered, and reading alters nothing."""
    before = (archive / "snapshots" / "catalogue.sqlite3").read_bytes()
    assert findings(archive) == []
    assert (archive / "snapshots" / "catalogue.sqlite3").read_bytes() == before


@on_sqlite
@pytest.mark.parametrize("suffix", [".warc.gz", ".txt"])
def test_every_flipped_bit_of_a_file_is_named(sound: Path, archive: Path, suffix: str) -> None:
    """One bit anywhere in a body or a text: the file is named, with its source."""
    chance = random.Random(suffix)
    files = sorted((archive / "snapshots").glob(f"*/*{suffix}"))
    for _ in range(60):
        path = chance.choice(files)
        original = path.read_bytes()
        flip(path, chance)
        found = findings(archive)
        path.write_bytes(original)
        name = path.relative_to(archive / "snapshots").as_posix()
        assert any(name in line and f"[{path.parent.name}]" in line for line in found), (name, found)


@on_sqlite
def test_every_flipped_bit_of_the_catalogue_is_named(sound: Path, tmp_path: Path) -> None:
    """One bit anywhere in the catalogue's file that changes what it holds is found; free space does not count."""
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    chance = random.Random(6)
    path = tmp_path / "snapshots" / "catalogue.sqlite3"
    original = path.read_bytes()
    whole = dump(path)
    damaged = 0
    while damaged < 200:
        path.write_bytes(original)
        flip(path, chance)
        altered = path.read_bytes()
        if dump(path) == whole:
            continue
        path.write_bytes(altered)
        damaged += 1
        at = next(index for index, (old, new) in enumerate(zip(original, altered, strict=True)) if old != new)
        assert findings(tmp_path), f"byte {at}: {original[at]:#x} became {altered[at]:#x}"


EDITS: dict[str, tuple[str, ...]] = {
    "review edited": ("UPDATE reviews SET note = 'Looks fine.'",),
    "review deleted": ("DELETE FROM reviews",),
    "review added": ("INSERT INTO reviews SELECT id + 1, change, by, role, decision, note, at, account, meaning, version,"
                     " previous FROM reviews",),
    "journal entry deleted": ("DELETE FROM journal WHERE number = 9",),
    "journal entry edited": ("UPDATE journal SET content = replace(content, 'no-action', 'noise')"
                             " WHERE kind = 'review'",),
    "journal entry moved": ("UPDATE journal SET at = at + 1 WHERE number = 4",),
    "check deleted": ("DELETE FROM checks WHERE id = 4",),
    "last check deleted": ("DELETE FROM checks WHERE id = 9",),
    "check edited": ("UPDATE checks SET outcome = 'missed' WHERE id = 2",),
    "check moved in time": ("UPDATE checks SET at = at - 86400000000 WHERE id = 5",),
    "address of checks edited": ("UPDATE names SET text = 'https://evil.example/' WHERE text LIKE 'https://www%/a'",),
    "captures swapped": ("UPDATE captures SET number = 99 WHERE number = 1",
                         "UPDATE captures SET number = 1 WHERE number = 2", "UPDATE captures SET number = 2 WHERE number = 99"),
    "capture deleted": ("DELETE FROM captures WHERE number = 6",),
    "capture dated back": ("UPDATE captures SET fetched = fetched - 1 WHERE number = 3",),
    "capture marked pruned": ("UPDATE captures SET kept = false WHERE number = 1",),
    "texts swapped": ("UPDATE texts SET content = (SELECT content FROM texts WHERE number = 4),"
                      " sha256 = (SELECT sha256 FROM texts WHERE number = 4) WHERE number = 1",),
    "text deleted": ("DELETE FROM texts WHERE number = 7",),
    "change deleted": ("DELETE FROM changes WHERE id = 3",),
    "change made historical": ("UPDATE changes SET historical = true WHERE id = 2",),
    "change untold": ("UPDATE changes SET told = NULL WHERE id = 1",),
    "change told": ("UPDATE changes SET told = 'run-2' WHERE id = 3",),
    "run deleted": ("DELETE FROM runs WHERE number = 3",),
    "run reopened": ("UPDATE runs SET ended = NULL WHERE number = 2",),
    "run's version edited": ("UPDATE runs SET version = '9'",),
    "delivery readdressed": ("UPDATE deliveries SET recipient = 'c@clinic.example' WHERE id = 1",),
    "delivery unsent": ("UPDATE deliveries SET sent = NULL WHERE id = 1",),
    "delivery deleted": ("DELETE FROM deliveries WHERE id = 2",),
    "configuration edited": ("UPDATE configurations SET content = x'00' WHERE id = 1",),
    "configuration deleted": ("DELETE FROM configurations WHERE id = 2",),
    "memory edited": ("UPDATE memories SET content = replace(content, 'html/1', 'html/9')",),
    "table altered": ("ALTER TABLE reviews ADD COLUMN hidden TEXT",),
    "stamp edited": ("UPDATE alembic_version SET version_num = '0009'",),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_of_a_row_is_named(archive: Path, name: str) -> None:
    """Whoever edits, deletes, adds or swaps a row with a SQL shell is found out, review and journal first of all."""
    execute(archive, *EDITS[name])
    assert findings(archive)


def test_an_edit_with_its_digest_is_named(archive: Path) -> None:
    """Renewing the digest beside an edited row does not help: the journal has the old one."""
    execute(archive, "UPDATE journal SET content = replace(content, 'Policy 4.2', 'Policy 4.3')",
            "UPDATE reviews SET note = 'Policy 4.3 says so.'")
    assert any("review" in line for line in findings(archive))


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def _double(path: Path) -> None:
    path.write_bytes(path.read_bytes() * 2)


@on_sqlite
@pytest.mark.parametrize("suffix", [".warc.gz", ".txt"])
@pytest.mark.parametrize("damage", [Path.unlink, _zero, _truncate, _lengthen, _double])
def test_a_file_missing_zeroed_or_torn_is_named(archive: Path, suffix: str, damage: Callable[[Path], None]) -> None:
    """A file that is missing, zeroed, torn off or has something behind it is named."""
    path = sorted((archive / "snapshots" / "b").glob(f"*{suffix}"))[0]
    damage(path)
    assert any(f"b/{path.name}" in line for line in findings(archive))


def test_two_bodies_swapped_are_named(archive: Path) -> None:
    """Two sound files under each other's names are both named."""
    first, second = sorted((archive / "snapshots" / "a").glob("*.warc.gz"))
    first_bytes = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(first_bytes)
    found = findings(archive)
    assert all(any(path.name in line for line in found) for path in (first, second))


def test_a_body_nobody_recorded_is_named(archive: Path) -> None:
    """A file slipped in beside the recorded ones is named."""
    kept = next((archive / "snapshots" / "c").glob("*.warc.gz"))
    shutil.copy(kept, kept.with_name("2026-01-01T000000Z-00000000.warc.gz"))
    assert any("not in the catalogue" in line for line in findings(archive))


def test_scope_limits_which_bodies_are_read(archive: Path) -> None:
    """--source and --since leave other bodies alone; rows and journal are read whatever the scope."""
    path = sorted((archive / "snapshots" / "b").glob("*.warc.gz"))[0]
    path.write_bytes(b"")
    assert findings(archive, Scope(source="a")) == []
    assert findings(archive, Scope(since=NOW + DAY)) == []
    assert findings(archive, Scope(source="b"))
    execute(archive, "UPDATE reviews SET note = ''")
    assert findings(archive, Scope(source="a"))


def test_a_sample_reads_about_that_share(archive: Path) -> None:
    """A sample of one per cent reads few of the bodies, one of all reads all."""
    for path in (archive / "snapshots").glob("*/*.warc.gz"):
        path.unlink()
    assert len(findings(archive, Scope(sample=1e-9))) == 0
    assert len(findings(archive)) == 6


def test_verify_sees_one_moment_while_a_run_writes(archive: Path) -> None:
    """A run that records meanwhile does not look like damage."""
    later = NOW + 3 * DAY
    with open_store(archive, write=False) as reader, open_store(archive) as writer:
        pending = iter([lambda: writer.record([record("d", "run-4", "New.", at=later)]),
                        lambda: writer.record([record("e", "run-4", "New.", at=later)])])

        def meanwhile(done: int, total: int) -> None:
            next(pending, lambda: None)()

        with running(writer, "run-4", later):
            assert list(verify(reader, progress=meanwhile)) == []
    assert findings(archive) == []

"""A catalogue on a server: what can be wrong with the address, the server or the database, each in one sentence."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from guidetrack.errors import DamagedError, EmptyArchiveError, GuidetrackError, MissingExtraError, StoreError
from guidetrack.models import StoreSettings
from guidetrack.store import Store, postgres
from guidetrack.store.verify import verify
from tests.support import archive as archives
from tests.support import postgres as servers
from tests.support.archive import NOW, VERSION, copy, execute, fill, on_postgresql, open_store, record, rows, running

pytestmark = [pytest.mark.usefixtures("backend"), on_postgresql]


def _said(folder: Path, address: str, *, write: bool = True) -> str:
    with pytest.raises(GuidetrackError) as caught:
        Store.open(StoreSettings(str(folder / "snapshots"), address), now=NOW, version=VERSION, write=write)
    said = str(caught.value)
    assert "\n" not in said
    return said


@pytest.fixture
def server() -> str:
    """The address of the test server."""
    return os.environ[archives.SERVER]


@pytest.mark.parametrize("address, why", [
    ("postgresql://host:port/db", "is no address of a database"),
    ("postgresql://me:hunter2@host/db", "holds a password; .*PGPASSWORD"),
    ("postgresql://me@host/db?password=hunter2", "holds a password"),
    ("postgresql://me@host/db?connect_timeout=soon", "is no address of a database"),
    ("postgresql://me@127.0.0.1:1/db", "does not answer .*start it, or correct catalogue"),
    ("postgresql://me@/db?host=/nonexistent", "does not answer"),
    ("postgresql://me@127.0.0.1:1/db?sslmode=maybe", "is no address of a database"),
    ("mongodb://host/db", "no database is known as mongodb"),
])
def test_addresses_that_lead_nowhere(tmp_path: Path, address: str, why: str) -> None:
    """Malformed, unreachable, with a password in it: a sentence that never shows the password."""
    said = _said(tmp_path, address)
    assert re.search(why, said), said
    assert "hunter2" not in said


def test_what_the_server_refuses(tmp_path: Path, server: str) -> None:
    """No such database, no such user, no such schema."""
    assert re.search("no such database .*createdb", _said(tmp_path, server.replace("/postgres?", "/nowhere?")))
    assert "does not know this user" in _said(tmp_path, server.replace("guidetrack@", "stranger@"))
    assert "names no schema" in _said(tmp_path, servers.address(server, "missing"))


def test_a_wrong_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password that is missing or wrong: a sentence that says where it belongs; the right one is taken from there."""
    own = servers.Server()
    try:
        own.run("CREATE ROLE clinic LOGIN PASSWORD 'right'", "GRANT ALL ON SCHEMA public TO clinic")
        (own.folder / "data" / "pg_hba.conf").write_text("local all clinic scram-sha-256\nlocal all all trust\n")
        own.run("SELECT pg_reload_conf()")
        address = own.address().replace("guidetrack@", "clinic@")
        monkeypatch.delenv("PGPASSWORD", raising=False)
        assert "set PGPASSWORD" in _said(tmp_path, address)
        monkeypatch.setenv("PGPASSWORD", "wrong")
        said = _said(tmp_path, address)
        assert "refuses this user" in said
        assert "wrong" not in said
        monkeypatch.setenv("PGPASSWORD", "right")
        with Store.open(StoreSettings(str(tmp_path / "snapshots"), address), now=NOW, version=VERSION):
            pass
    finally:
        own.remove()


def test_databases_that_will_not_do(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another encoding, an old server, a standby, a user without rights, somebody else's tables of our names."""
    servers.run(server, "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    assert "encoding is LATIN1" in _said(tmp_path, server.replace("/postgres?", "/latin?"))
    servers.run(server, "DROP DATABASE latin")
    with monkeypatch.context() as older:
        older.setattr(postgres, "OLDEST", 990000)
        assert "is too old; guidetrack needs 99 or newer" in _said(tmp_path, archives.catalogue(tmp_path))
    servers.run(server, "CREATE ROLE reader LOGIN")
    said = _said(tmp_path, archives.catalogue(tmp_path).replace("guidetrack@", "reader@"))
    assert re.search("names no schema|may not do that", said)
    servers.run(server, "DROP ROLE reader")
    execute(tmp_path, "CREATE TABLE journal (theirs text)")
    assert "no catalogue of guidetrack" in _said(tmp_path, archives.catalogue(tmp_path))


def test_others_may_keep_tables_beside_ours(tmp_path: Path) -> None:
    """A queue's tables in the same schema are neither ours nor damage."""
    address = archives.catalogue(tmp_path)
    execute(tmp_path, "CREATE TABLE jobs (id int)")
    fill(tmp_path, ["a"])
    with Store.open(archives.settings(tmp_path), now=NOW, version=VERSION) as store:
        assert [str(problem) for problem in verify(store)] == []
        assert store.catalogue.address in servers.address(address, "")


def test_an_empty_database(tmp_path: Path) -> None:
    """A reader makes nothing; bodies without rows are damage, for readers and writers."""
    with pytest.raises(EmptyArchiveError, match="nothing is recorded yet"):
        open_store(tmp_path, write=False)
    assert rows(tmp_path, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace") == [(0,)]
    fill(tmp_path, ["a"])
    other = tmp_path / "other"
    (tmp_path / "snapshots").rename(tmp_path / "kept")
    other.mkdir()
    (tmp_path / "kept").rename(other / "snapshots")
    for write in (True, False):
        with pytest.raises(DamagedError, match=r"is empty, but .* holds captures"):
            open_store(other, write=write)


def test_a_lost_table_is_damage(tmp_path: Path) -> None:
    """A table that is gone is damage, never an empty one."""
    fill(tmp_path, ["a"])
    execute(tmp_path, "DROP TABLE memories")
    with open_store(tmp_path, write=False) as store, pytest.raises(DamagedError, match="is damaged"):
        store.memories()


def test_a_standby_is_read_only(tmp_path: Path) -> None:
    """Where the server takes no writes a writer is told so; readers go on."""
    fill(tmp_path, ["a"])
    server = os.environ[archives.SERVER]
    servers.run(server, "CREATE ROLE quiet LOGIN SUPERUSER", "ALTER ROLE quiet SET default_transaction_read_only = on")
    try:
        address = archives.catalogue(tmp_path).replace("guidetrack@", "quiet@")
        settings = StoreSettings(str(tmp_path / "snapshots"), address)
        with Store.open(settings, now=NOW, version=VERSION) as store:
            assert len(store.captures()) == 2
            with pytest.raises(StoreError, match="cannot be written: it is read-only"), running(store, "r"):
                pass
    finally:
        servers.run(server, "DROP ROLE quiet")


def test_without_the_extra(tmp_path: Path) -> None:
    """Without the driver the sentence holds the line that installs it."""
    code = ("import sys, importlib.util as u; real = u.find_spec\n"
            "u.find_spec = lambda name, *a: None if name == 'psycopg' else real(name, *a)\n"
            "from guidetrack.store import dialect\n"
            "from guidetrack.errors import MissingExtraError\n"
            "try: dialect.connect('postgresql://h/d', write=True)\n"
            "except MissingExtraError as error: print(error)\n")
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pip install 'guidetrack[postgres]'" in said
    assert MissingExtraError.__mro__[1] is GuidetrackError


def test_long_and_odd_text(tmp_path: Path) -> None:
    """Addresses longer than an index entry, sentences of a megabyte, every odd character: kept and found exactly."""
    odd = "".join(map(chr, (0, 1, 0x7f, 0x85, 0x2028, 0xd800, 0xdfff, 0xfdd0, 0xfffe, 0xffff, 0x10ffff)))
    with open_store(tmp_path) as store, running(store, "r"):
        from dataclasses import replace

        made = []
        for number in range(3):
            one = record("a", "r", f"Page {number}.", at=NOW + number * archives.DAY)
            assert one.check is not None
            long = "https://example.org/" + "x" * 100_000 + str(number // 2)
            made.append(replace(one, check=replace(one.check, url=long, final_url=long + odd, detail=odd * 90_000)))
        store.record(made)
        assert list(store.checks()) == [one.check for one in made]
        assert [str(problem) for problem in verify(store)] == []
    assert rows(tmp_path, "SELECT count(*) FROM names WHERE length(text) > 50000") == [(4,)]


def test_text_sorts_by_code_point(tmp_path: Path) -> None:
    """Whatever the database's locale, text sorts as in SQLite."""
    words = ["a", "B", "ä", "Z", "_", "é", "z", "A"]
    with open_store(tmp_path) as store, store.catalogue.write() as writing:
        writing.intern(words)
    assert [row[0] for row in rows(tmp_path, "SELECT text FROM names ORDER BY text")] == sorted(words)


TABLES = ("names", "runs", "checks", "memories", "captures", "texts", "changes", "reviews", "deliveries", "configurations",
          "journal")


def test_every_altered_value_is_named(tmp_path: Path) -> None:
    """One value of one row altered, whichever column of whichever table: verify names something."""
    sound = tmp_path / "sound"
    fill(sound)
    chance = random.Random(8)
    for number, table in enumerate(TABLES * 2):
        folder = tmp_path / str(number)
        copy(sound, folder)
        columns = rows(folder, "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = "
                               f"current_schema() AND table_name = '{table}' ORDER BY 1")
        name, kind = chance.choice(columns)
        altered = {"boolean": f'NOT "{name}"', "bytea": f'"{name}" || \'\\x01\'::bytea', "text": f'"{name}" || \'x\'',
                   "character varying": f'"{name}" || \'x\'', "double precision": f'coalesce("{name}", 0) + 0.5'}
        where = f"ctid = (SELECT ctid FROM {table} WHERE \"{name}\" IS NOT NULL ORDER BY ctid LIMIT 1)"
        if rows(folder, f'SELECT count(*) FROM {table} WHERE "{name}" IS NOT NULL')[0][0]:
            execute(folder, f'UPDATE {table} SET "{name}" = {altered.get(str(kind), f"{chr(34)}{name}{chr(34)} + 1000")} '
                            f"WHERE {where}")
            assert _findings(folder), (table, name)


def _findings(folder: Path) -> list[str]:
    try:
        with open_store(folder, write=False) as store:
            return [str(problem) for problem in verify(store)]
    except GuidetrackError as error:
        return [str(error)]


@pytest.mark.parametrize("statement", [
    "CREATE RULE quiet AS ON INSERT TO reviews DO INSTEAD NOTHING",
    "ALTER TABLE reviews ALTER note TYPE varchar(99)",
    "ALTER TABLE reviews DISABLE TRIGGER ALL",
    "ALTER TABLE names DROP CONSTRAINT names_once",
])
def test_altered_tables_are_named(tmp_path: Path, statement: str) -> None:
    """Rules, types, constraints that are not those the tables were made with show."""
    fill(tmp_path, ["a"])
    execute(tmp_path, statement)
    assert any("not defined as when they were made" in line for line in _findings(tmp_path)) or "TRIGGER" in statement

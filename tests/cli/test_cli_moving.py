"""migrate as typed: what --to may name, what is said, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from guidetrack.cli import run
from guidetrack.cli.moving import destination
from guidetrack.models import StoreSettings
from tests.support.site import Site
from tests.support.watched import Watched, page

OLD = StoreSettings("/old", "/old/catalogue.sqlite3")


@pytest.mark.parametrize("targets, wanted", [
    (("/new",), ("/new", "/new/catalogue.sqlite3")),
    (("/new", "/x/y.sqlite3"), ("/new", "/x/y.sqlite3")),
    (("s3://b/p",), ("s3://b/p", "/old/catalogue.sqlite3")),
    (("postgresql://me@db/gt",), ("/old", "postgresql://me@db/gt")),
    (("postgresql://me@db/gt", "gs://b/p"), ("gs://b/p", "postgresql://me@db/gt")),
])
def test_what_to_names(targets: tuple[str, ...], wanted: tuple[str, str]) -> None:
    """What --to does not name stays; a folder takes the catalogue with it, an object store does not."""
    assert destination(OLD, targets) == StoreSettings(*wanted)


def test_a_sources_file_names_both(tmp_path: Path) -> None:
    """A sources.toml can be where the archive is to go."""
    path = tmp_path / "new.toml"
    path.write_text('[store]\narchive = "s3://b/p"\ncatalogue = "postgresql://me@db/gt"\n\n[[source]]\nid = "a"\n'
                    'url = "https://example.org/"\n')
    assert destination(OLD, (str(path),)) == StoreSettings("s3://b/p", "postgresql://me@db/gt")


@pytest.mark.parametrize("targets", [("/new", "/other"), ("s3://b/p", "/new"), ("a.sqlite3", "postgresql://db/gt")])
def test_two_places_for_one_thing(targets: tuple[str, ...]) -> None:
    """Two places for the bodies, or for the catalogue, are refused."""
    with pytest.raises(click.UsageError, match="two places"):
        destination(OLD, targets)


def test_moving_to_another_folder(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run writes nothing; the move prints what to write in sources.toml, and with that the archive verifies."""
    site.page("/a", page())
    watched.add("a")
    watched.check()
    sources, target = str(watched.write()), watched.folder / "moved"
    before = {path: path.read_bytes() for path in (watched.folder / "snapshots").rglob("*.gz")}
    capsys.readouterr()
    wanted = f'[store]\narchive = "{target}"\ncatalogue = "{target}/catalogue.sqlite3"\n'
    assert run(["-c", sources, "migrate", "--to", str(target), "--dry-run"]) == 0
    told = capsys.readouterr()
    assert told.out == wanted
    assert "Would carry 2 files" in told.err
    assert not target.exists()
    assert run(["-c", sources, "migrate", "--to", str(target)]) == 0
    told = capsys.readouterr()
    assert told.out == wanted
    assert "read all of it again" in told.err
    assert {path: path.read_bytes() for path in before} == before
    assert run(["-c", sources, "verify", "--head"]) == 0
    head = capsys.readouterr().out
    moved = Path(sources).with_name("moved.toml")
    moved.write_text(wanted + Path(sources).read_text())
    assert run(["-c", str(moved), "verify", "--head"]) == 0
    assert capsys.readouterr().out == head
    assert run(["-c", sources, "migrate", "--to", str(watched.folder / "snapshots")]) == 2
    assert "there already" in capsys.readouterr().err


@pytest.mark.parametrize("target, said", [
    ("ftp://x/y", "nothing is known of that kind"), ("postgresql://me:hunter2@db/gt", "holds a password"),
    ("s3://key:hunter2@b/p", "expected s3://bucket/prefix")])
def test_places_that_cannot_be(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str], target: str,
                               said: str) -> None:
    """A place that cannot be is trouble, in a sentence that repeats no secret."""
    site.page("/a", page())
    watched.add("a")
    watched.check()
    assert run(["-c", str(watched.write()), "migrate", "--to", target]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "hunter2" not in told
    assert "Traceback" not in told

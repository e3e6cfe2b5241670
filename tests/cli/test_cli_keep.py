"""verify, export, prune, review and log as typed, on an archive made by real checks."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from guidetrack.cli import run
from tests.support.site import Site
from tests.support.watched import Watched, page, varied


@pytest.fixture
def archive(watched: Watched, site: Site) -> Watched:
    """Two sources, one of which changed once."""
    site.page("/a", page())
    site.page("/b", page(title="Other guidance"))
    watched.add("a", more="two_person = true")
    watched.add("b")
    watched.check()
    site.page("/a", varied(p0="Patients must be observed for at least one hour after each dose."))
    watched.check()
    return watched


def _run(archive: Watched, *words: str) -> int:
    return run(["-c", str(archive.write()), *words])


def _bodies(archive: Watched) -> list[Path]:
    return sorted((archive.folder / "snapshots").glob("*/*.warc.gz"))


def test_verify_is_silent_when_all_is_well(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0 and not a word."""
    assert _run(archive, "verify") == 0
    assert capsys.readouterr() == ("", "")


def test_verify_names_what_is_wrong(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, one line for each thing, naming file and source."""
    body = _bodies(archive)[0]
    body.write_bytes(body.read_bytes()[:-3])
    assert _run(archive, "verify") == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"a/{body.name}: ")
    assert out.rstrip().endswith("[a]")
    assert err == ""
    assert _run(archive, "verify", "--source", "b") == 0


def test_verify_of_a_lost_catalogue_is_damage(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """A catalogue that is gone, or is no database, is named, exit 1; an archive never made is trouble, exit 2."""
    catalogue = archive.folder / "snapshots" / "catalogue.sqlite3"
    catalogue.write_bytes(b"x" * 5000)
    assert _run(archive, "verify") == 1
    catalogue.unlink()
    assert _run(archive, "verify") == 1
    for body in (archive.folder / "snapshots").glob("*/*"):
        body.unlink()
    assert _run(archive, "verify") == 2
    assert "nothing is recorded yet" in capsys.readouterr().err


def test_verify_prints_the_head(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """--head gives number and hash on stdout; with -v they are remarked."""
    assert _run(archive, "verify", "--head") == 0
    number, head = capsys.readouterr().out.split()
    assert int(number) > 5
    assert len(head) == 64
    assert run(["-c", str(archive.file), "-v", "verify"]) == 0
    assert head in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [("--sample", "0"), ("--sample", "200%"), ("--source", "nobody"), ("--since", "soon")])
def test_verify_refuses_what_makes_no_sense(archive: Watched, wrong: tuple[str, str]) -> None:
    """Usage errors are trouble, not findings."""
    assert _run(archive, "verify", *wrong) == 2
    assert _run(archive, "verify", "--sample", "50%") == 0


def test_a_bundle_as_typed(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """export --evidence writes a ZIP file that sha256sum checks and a browser reads."""
    target = archive.folder / "bundle.zip"
    assert _run(archive, "export", "--evidence", "1", "-o", str(target)) == 0
    assert "sha256sum -c SHA256SUMS" in capsys.readouterr().err
    with zipfile.ZipFile(target) as packed:
        packed.extractall(archive.folder / "x")
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=archive.folder / "x", check=True)
    redline = (archive.folder / "x" / "redline.html").read_text()
    assert "one hour" in redline
    assert "Other guidance" not in redline, "other sources are nobody's business"
    assert _run(archive, "export", "--evidence", "9", "-o", str(target)) == 2


def test_a_collection_as_typed(archive: Watched) -> None:
    """export --wacz writes all sources, or one."""
    for words, count in (((), 3), (("b",), 1)):
        target = archive.folder / "x.wacz"
        assert _run(archive, "export", "--wacz", *words, "-o", str(target)) == 0
        with zipfile.ZipFile(target) as packed:
            assert sum(name.startswith("archive/") for name in packed.namelist()) == count
    for wrong in (("--wacz", "nobody"), (), ("--wacz", "--evidence", "1"), ("--evidence", "1", "a")):
        assert _run(archive, "export", *wrong, "-o", str(archive.folder / "y")) == 2
    assert _run(archive, "export", "--wacz", "-o", str(archive.folder / "no" / "y")) == 2
    assert not (archive.folder / "y").exists()


def test_prune_as_typed(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """--dry-run removes nothing; undecided changes keep their bodies; what goes is listed and verify knows."""
    assert _run(archive, "prune", "--before", "2030-01-01") == 0
    assert len(_bodies(archive)) == 3, "nobody has decided on the change"
    assert _run(archive, "review", "1", "--by", "A", "--decision", "no-action", "--note", "Read.") == 0
    capsys.readouterr()
    assert _run(archive, "prune", "--before", "2030-01-01", "--dry-run") == 0
    said = capsys.readouterr()
    assert said.out.startswith("a/")
    assert "Would remove 1 bodies" in said.err
    assert len(_bodies(archive)) == 3
    assert _run(archive, "prune", "--before", "2030-01-01") == 0
    assert len(_bodies(archive)) == 2
    assert _run(archive, "verify") == 0


def test_a_review_as_typed(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """The stored entry and its number are printed; a second decision stands beside the first; another confirms."""
    words = ("review", "1", "--by", "A. Person", "--role", "Pharmacist", "--decision", "no-action")
    assert _run(archive, *words) == 2
    assert "needs a note" in capsys.readouterr().err
    assert _run(archive, *words, "--note", "Policy 4.2 \x1b[31msays so.") == 0
    out = capsys.readouterr().out
    assert out.startswith("Entry 1: change 1, no-action (review)\n  by       A. Person, Pharmacist (account ")
    assert "\x1b" not in out
    assert _run(archive, *words, "--note", "x", "--confirm") == 2
    assert "another person must confirm" in capsys.readouterr().err
    assert _run(archive, "review", "1", "--by", "B. Other", "--decision", "no-action", "--confirm") == 0
    assert "Entry 2: change 1, no-action (approval)" in capsys.readouterr().out
    assert _run(archive, "review", "1", "--by", "A", "--decision", "noise") == 0
    assert "ignore = [" in capsys.readouterr().err
    assert _run(archive, "review", "7", "--by", "A", "--decision", "noise") == 2


def test_the_trail_as_typed(archive: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """log lists runs with counts, changes, decisions and configurations, in order, as text, JSON and CSV."""
    archive.check()
    assert _run(archive, "review", "1", "--by", "A. Person", "--decision", "no-action", "--note", "Read.") == 0
    capsys.readouterr()
    assert _run(archive, "log") == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum("check:" in line for line in lines) == 3
    assert any("A. Person" in line for line in lines)
    assert any("  change  #0001 " in line for line in lines)
    assert any("  config  sources.toml came into force, SHA-256 " in line for line in lines)
    assert _run(archive, "log", "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "guidetrack/log/1"
    assert [entry["counts"]["unchanged"] for entry in document["entries"] if entry["what"] == "run"] == [0, 1, 2]
    assert _run(archive, "log", "--format", "csv", "--since", "2026-01-01") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["what"] for row in rows} == {"run", "change", "review", "configuration"}
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert _run(archive, "log", "--until", "2025-01-01") == 0
    assert capsys.readouterr().out == ""

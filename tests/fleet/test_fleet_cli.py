"""The command line on a PostgreSQL catalogue, from the first check to the evidence: the scripted site, end to end."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.store.verify import verify
from tests.support import postgres
from tests.support.site import Site
from tests.support.watched import Watched, page, varied

pytestmark = [pytest.mark.fleet, pytest.mark.fast]


@pytest.fixture
def clinic(watched: Watched, tmp_path: Path) -> Watched:
    """Two sources, their catalogue on the server."""
    server = postgres.shared()
    address = server.address(f"cli_{tmp_path.name[-20:]}")
    watched.extra = f'[store]\ncatalogue = "{address}"\n[mail]\nto = ["a@clinic.example"]\nfrom = "g@clinic.example"\n'
    watched.add("a")
    watched.add("b")
    return watched


def _said(clinic: Watched, capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert run(["-c", str(clinic.write()), *words]) == status, capsys.readouterr()
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return captured.out


def test_every_command_works(clinic: Watched, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """check, status, changes, show, diff, text, history, review, log, report, rebuild, export, prune, verify."""
    for name in "ab":
        site.page(f"/{name}", page())
    assert "nothing is recorded yet" in _error(clinic, capsys, "status")
    document = json.loads(_said(clinic, capsys, "check", "--format", "json"))
    assert document["counts"]["first"] == 2
    site.page("/a", varied(p0="Patients must be observed for at least one hour after each dose."))
    document = json.loads(_said(clinic, capsys, "check", "--format", "json"))
    assert [change["source"] for change in document["changes"]] == ["a"]
    assert json.loads(_said(clinic, capsys, "check", "--format", "json"))["changes"] == []
    standing = json.loads(_said(clinic, capsys, "status", "--format", "json"))["sources"]
    assert [(row["source"], row["checks"], row["captures"]) for row in standing] == [("a", 3, 2), ("b", 3, 1)]
    assert len(json.loads(_said(clinic, capsys, "changes", "--format", "json"))["changes"]) == 1
    assert "one hour" in _said(clinic, capsys, "show", "1")
    assert "one hour" in _said(clinic, capsys, "text", "a")
    assert "one hour" in _said(clinic, capsys, "diff", "a")
    _said(clinic, capsys, "review", "1", "--by", "A. Person", "--decision", "no-action", "--note", "Policy says so.")
    assert "Policy says so." in _said(clinic, capsys, "log")
    assert "A. Person" in _said(clinic, capsys, "history", "a")
    for form in ("html", "json", "csv", "text", "atom"):
        _said(clinic, capsys, "report", "--since", "30d", "--format", form, "-o", str(tmp_path / f"report.{form}"))
    _said(clinic, capsys, "rebuild")
    _said(clinic, capsys, "export", "--evidence", "1", "-o", str(tmp_path / "evidence.zip"))
    assert (tmp_path / "evidence.zip").stat().st_size > 1000
    _said(clinic, capsys, "prune", "--before", "2020-01-01", "--dry-run")
    assert "opened by guidetrack" in _said(clinic, capsys, "doctor", status=2), "no mail server listens here"
    _said(clinic, capsys, "verify")
    _said(clinic, capsys, "check", "a", "--fresh")


def _error(clinic: Watched, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["-c", str(clinic.write()), *words]) == 2
    return capsys.readouterr().err


def test_check_and_a_fleet_keep_apart(clinic: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """While workers are at work a check is refused with status 3 and their name; afterwards it goes."""
    for name in "ab":
        site.page(f"/{name}", page())
    with clinic.open() as tracker, tracker.store.join(command="worker", now=clinic.now):
        assert run(["-c", str(clinic.file), "check"]) == 3
        assert "'worker' (process" in capsys.readouterr().err
        assert tracker.store.claim("a")
    assert run(["-c", str(clinic.file), "check"]) == 0


def test_the_library_tells_the_same_story(clinic: Watched, site: Site) -> None:
    """First, changed, returned, gone: the tracker's verdicts do not depend on where the catalogue is."""
    site.page("/b", page())
    told = []
    for words in (page(), varied(p1="Blood pressure is no longer measured."), page()):
        site.page("/a", words)
        told.append(clinic.one("a", after=timedelta(days=2)).kind.value)
    assert told == ["first", "changed", "changed"]
    assert [change.kind.value for change in clinic.changes("a")] == ["returned", "content"]
    with clinic.open(write=False) as tracker:
        assert [str(problem) for problem in verify(tracker.store)] == []


def test_people_decide_beside_a_fleet(clinic: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """A review needs nobody to stop working."""
    site.page("/b", page())
    for words in (page(), varied(p1="Blood pressure is no longer measured.")):
        site.page("/a", words)
        clinic.one("a")
    with clinic.open() as tracker, tracker.store.join(command="worker", now=clinic.now):
        _said(clinic, capsys, "review", "1", "--by", "A. Person", "--decision", "no-action", "--note", "Policy says so.")
    with clinic.open(write=False) as tracker:
        assert [str(problem) for problem in verify(tracker.store)] == []

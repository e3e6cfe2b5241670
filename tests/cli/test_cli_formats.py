"""Every way in which the reading commands print: what comes out is what its readers can take in."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guidetrack import cli
from guidetrack.cli import run
from guidetrack.cli.options import parse_when
from tests.support.site import Site
from tests.support.watched import Watched, varied


@pytest.fixture
def changed(watched: Watched, site: Site) -> Watched:
    """One page with one change and a binding date ahead."""
    for hours in ("two hours", "three hours"):
        site.page("/a", varied(p0=f"Observe the patient for {hours} after each dose of the nasal spray.",
                               p1="This approval expires on 31 December 2050."))
        if not watched.sources:
            watched.add("a")
        watched.check()
    return watched


def printed(watched: Watched, capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """What a command that succeeds puts on stdout."""
    capsys.readouterr()
    assert run(["-c", str(watched.file), *args]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("command", "column", "value"), [
    (["changes"], "source", "a"), (["show", "1"], "source", "a"), (["history", "a"], "event", "change"),
    (["status"], "source", "a"), (["status", "a", "--since", "3000d"], "source", "a"), (["log"], "what", "run"),
    (["status", "--dates", "19999d"], "source", "a"),
], ids=lambda value: "-".join(value) if isinstance(value, list) else value)
def test_a_table_has_a_head_and_rows(changed: Watched, capsys: pytest.CaptureFixture[str], command: list[str],
                                     column: str, value: str) -> None:
    """CSV: named columns, every row as wide as the head."""
    head, *rows = csv.reader(io.StringIO(printed(changed, capsys, *command, "--format", "csv")))
    assert rows
    assert all(len(row) == len(head) for row in rows if row)
    assert value in {row[head.index(column)] for row in rows if row}


@pytest.mark.parametrize("command", [["changes"], ["show", "1"], ["history", "a"], ["status"], ["log"], ["diff", "a"],
                                     ["status", "a", "--since", "3000d"], ["status", "--dates", "19999d"]],
                         ids=" ".join)
def test_a_document_names_its_schema(changed: Watched, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    """JSON: one document, with the schema it follows."""
    made = json.loads(printed(changed, capsys, *command, "--format", "json"))
    assert made["schema"].startswith("guidetrack/")
    assert made["schema"].endswith("/1")


def test_dates_ahead(changed: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a date with the sentence that binds, or a calendar; nothing ahead is said on stderr."""
    assert printed(changed, capsys, "status", "--dates", "19999d").startswith("2050-12-31  a ")
    assert "BEGIN:VEVENT" in printed(changed, capsys, "status", "--dates", "19999d", "--format", "ics")
    assert run(["-c", str(changed.file), "status", "--dates", "1d"]) == 0
    assert capsys.readouterr() == ("", "No binding dates come up in that time.\n")
    assert run(["-c", str(changed.file), "status", "--format", "ics"]) == 2
    assert "--dates" in capsys.readouterr().err


def test_a_story_a_site_and_a_spreadsheet(changed: Watched, capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """history as lines; report as a folder of pages; a spreadsheet never goes to a terminal."""
    assert "#0001" in printed(changed, capsys, "history", "a")
    printed(changed, capsys, "report", "1", "--html-dir", str(tmp_path / "site"))
    assert "Observe the patient" in (tmp_path / "site" / "changes" / "0001.html").read_text("utf-8")
    monkeypatch.setattr("guidetrack.cli.read._stdout_is_terminal", lambda: True)
    assert run(["-c", str(changed.file), "report", "1", "--format", "xlsx"]) == 2
    assert "-o FILE" in capsys.readouterr().err


def test_rebuild_after_a_rule_changed(changed: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """Every kept capture is read again; what differs is counted and recorded as ours."""
    changed.sources[0] += 'ignore = ["Observe the patient.*"]\n'
    changed.write()
    assert printed(changed, capsys, "rebuild").startswith("a  2 read again, 2 different")
    assert printed(changed, capsys, "rebuild", "a").startswith("a  0 read again") or not capsys.readouterr().out


NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("said", "moment"), [
    ("today", NOW.replace(hour=0, minute=0)), ("yesterday", NOW.replace(day=23, hour=0, minute=0)),
    ("30d", NOW - timedelta(days=30)), ("12h", NOW - timedelta(hours=12)), ("2 W", NOW - timedelta(weeks=2)),
    ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)), ("2026-11-01T06:00:00Z", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("2026-11-01 06:00", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("2026-11-01T06:00:00+03:00", datetime(2026, 11, 1, 3, tzinfo=UTC)),
])
def test_what_a_date_may_be(said: str, moment: datetime) -> None:
    """A day is its beginning, a moment is turned to UTC, an age counts back from now."""
    assert parse_when(said, NOW) == moment


def test_a_day_may_mean_its_end() -> None:
    """For --until and --on: the last moment of the day; a moment stays what it is."""
    assert parse_when("today", NOW, end=True) == NOW.replace(hour=23, minute=59, second=59, microsecond=999999)
    assert parse_when("2026-11-01T06:00", NOW, end=True) == datetime(2026, 11, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize("verbose", [False, True])
def test_what_nobody_expected_is_a_sentence(changed: Watched, capsys: pytest.CaptureFixture[str],
                                            monkeypatch: pytest.MonkeyPatch, verbose: bool) -> None:
    """A defect of ours is status 2 and asks for a report; with -v it shows where."""
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr("guidetrack.cli.app.App.open_tracker", broken)
    args = ["-c", str(changed.file), "changes"]
    if verbose:
        with pytest.raises(RuntimeError, match="odd"):
            cli.run(["-v", *args])
        return
    assert cli.run(args) == 2
    assert "unexpected RuntimeError: odd. Run again with -v" in capsys.readouterr().err

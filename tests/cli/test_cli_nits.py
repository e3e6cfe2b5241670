"""Small things that new users stumbled over: what -q repeats, blank lines, wrapping, schemas, pages that are gone."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from guidetrack.cli import run
from guidetrack.cli.options import check_past
from guidetrack.report import documents
from guidetrack.report.check import check_lines
from guidetrack.report.story import story_lines
from tests.support.site import Answer, Site
from tests.support.watched import Watched, varied


def quiet(watched: Watched) -> str:
    """What the next day's check prints with -q."""
    outcomes = list(watched.check().values())
    with watched.open(write=False) as tracker:
        return check_lines(tracker.report(changes=[], outcomes=outcomes), quiet=True)


def test_quiet_says_late_once_and_overdue_always(watched: Watched, site: Site) -> None:
    """A page that fails is told when it begins, then not until it is overdue, then at each run."""
    site.page("/a", varied())
    watched.add("a", more='grace = "72h"')
    watched.check()
    site.answer("/a", lambda _: Answer(503, b"busy"))
    said = [quiet(watched) for _ in range(5)]
    assert ["late" in one for one in said[:2]] == [True, False]
    assert said[1] == ""
    assert ["overdue" in one for one in said[3:]] == [True, True]


def test_quiet_says_gone_once(watched: Watched, site: Site) -> None:
    """The change is told; that it is still gone is no news."""
    site.page("/a", varied())
    watched.add("a")
    watched.check()
    site.answer("/a", lambda _: Answer(404, b"<h1>Not found</h1>"))
    said = [quiet(watched) for _ in range(4)]
    assert "gone" in said[1]
    assert said[2:] == ["", ""]


def test_doctor_lists_pages_that_are_gone(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do; it is a hint, not BAD."""
    site.page("/a", varied())
    watched.add("a")
    watched.check()
    site.answer("/a", lambda _: Answer(410, b"<h1>Gone</h1>"))
    watched.check()
    watched.check()
    capsys.readouterr()
    run(["-c", str(watched.file), "doctor", "--offline"])
    out = capsys.readouterr().out
    assert "hint  gone           a: gone since" in out
    assert "guidetrack add --replace a URL" in out


@pytest.fixture
def changed(watched: Watched, site: Site) -> Watched:
    """One page with two changes."""
    for hours in ("two hours", "three hours", "four hours"):
        site.page("/a", varied(p0=f"Observe the patient for {hours} after each dose of the nasal spray."))
        if not watched.sources:
            watched.add("a")
        watched.check()
    return watched


def test_a_blank_line_between_changes(changed: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """`show 1 2` keeps the two apart, and begins and ends without one."""
    assert run(["-c", str(changed.file), "show", "1", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    second = next(number for number, line in enumerate(lines) if line.endswith("#0002"))
    assert lines[second - 1] == ""
    assert lines[0]
    assert lines[-1]


def test_a_story_wraps_under_its_words(changed: Watched) -> None:
    """No line is wider than the terminal, nothing is lost; a pipe gets one line an event."""
    with changed.open(write=False) as tracker:
        _, events = tracker.history("a")
    narrow, piped = list(story_lines(events, width=40)), list(story_lines(events))
    assert max(map(len, narrow)) <= 40
    assert len(piped) == len(events)
    assert " ".join(" ".join(narrow).split()) == " ".join(" ".join(piped).split())


@pytest.mark.parametrize("command, document", [(["sources"], documents.SourcesDocument),
                                               (["history", "a"], documents.HistoryDocument)], ids=["sources", "history"])
def test_documents_are_as_their_schema_says(changed: Watched, capsys: pytest.CaptureFixture[str], command: list[str],
                                            document: type[documents.Document]) -> None:
    """What is printed reads back as the published model, and `schema --document` prints that model."""
    assert run(["-c", str(changed.file), *command, "--format", "json"]) == 0
    document.model_validate_json(capsys.readouterr().out)
    assert run(["schema", "--document", command[0]]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == document.__name__


@pytest.mark.parametrize("name, title", [("report", "ChangesDocument"), ("check", "RunDocument"), ("show", "ChangesDocument"),
                                         ("diff", "ComparisonDocument"), ("run", "RunDocument")])
def test_a_schema_by_the_name_of_the_command(capsys: pytest.CaptureFixture[str], name: str, title: str) -> None:
    """People know commands, not documents."""
    assert run(["schema", "--document", name]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == title


def test_text_wraps_only_on_a_terminal(changed: Watched, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe gets one block a line, however long."""
    assert run(["-c", str(changed.file), "text", "a"]) == 0
    assert "Observe the patient for four hours after each dose of the nasal spray." in capsys.readouterr().out.splitlines()


def test_quiet_leaves_out_first_texts(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run over many sources has no news: -q prints nothing; trouble of that run stands alone."""
    for name in "abc":
        site.page(f"/{name}", varied())
        watched.add(name)
    assert run(["-q", "-c", str(watched.write()), "check"]) == 0
    assert capsys.readouterr() == ("", "")
    watched.add("d")
    watched.add("e")
    site.page("/d", varied())
    site.answer("/e", lambda _: Answer(503, b"busy"))
    run(["-q", "-c", str(watched.write()), "check"])
    said = capsys.readouterr().out
    assert said.startswith("e ")
    assert "first text kept" not in said
    assert "1 seen for the first time" in said
    site.page("/e", varied())
    run(["-q", "-c", str(watched.file), "check"])
    assert "first text kept" in capsys.readouterr().out, "the end of a trouble that was told is news"


def test_a_piped_status_has_headings(changed: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """The columns are named in a pipe too, each heading above its column."""
    assert run(["-c", str(changed.file), "status"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split("  ")[0] == "source"
    assert row[head.index("state"):].startswith("changed ")
    assert row[head.index("checks"):].split()[:2] == ["3", "3"]


@pytest.mark.parametrize("command", [["report"], ["changes"], ["status", "a"], ["log"]], ids=lambda command: command[0])
def test_a_period_in_the_future_is_a_slip(changed: Watched, capsys: pytest.CaptureFixture[str],
                                          command: list[str]) -> None:
    """Nothing was seen since a day that has not come: said, not answered with an empty page."""
    assert run(["-c", str(changed.file), *command, "--since", "2999-01-01"]) == 2
    said = capsys.readouterr()
    assert "begins in the future (2999-01-01)" in said.err
    assert said.out == ""


def test_today_is_no_future_anywhere() -> None:
    """East of Greenwich today begins before it does in UTC."""
    now = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    check_past(datetime(2026, 11, 24, tzinfo=UTC), None, now)
    with pytest.raises(click.UsageError, match=r"begins in the future \(2026-11-25\); today is 2026-11-23"):
        check_past(datetime(2026, 11, 25, tzinfo=UTC), None, now)


def test_diff_of_a_date_with_itself(changed: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """One text stood at both times: that is said, with when it was captured."""
    day = f"{changed.now:%Y-%m-%d}"
    assert run(["-c", str(changed.file), "diff", "a", "--from", day, "--to", day]) == 0
    said = capsys.readouterr()
    assert said.err.startswith(f"One and the same text, captured {day} ")
    assert said.out == "No words changed.\n"


@pytest.mark.parametrize("command, said", [("verify", "What was re-read matches its digests"),
                                           ("mail", "Nothing is pending.")])
def test_who_looks_is_told_that_all_is_well(changed: Watched, capsys: pytest.CaptureFixture[str],
                                            monkeypatch: pytest.MonkeyPatch, command: str, said: str) -> None:
    """On a terminal the answer is a sentence on stderr; without one, or with -q, silence."""
    assert run(["-c", str(changed.file), command]) == 0
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run(["-q", "-c", str(changed.file), command]) == 0
    assert said not in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run(["-c", str(changed.file), command]) == 0
    seen = capsys.readouterr()
    assert seen.out == ""
    assert said in " ".join(seen.err.split())

"""check and status at the prompt: output, JSON, exit status, signals, the lock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.report.data import ChangesDocument, RunDocument, StatusDocument
from tests.support.site import Answer, Site
from tests.support.watched import PARAGRAPHS, Watched, page, varied

HTML = {"Content-Type": "text/html; charset=utf-8"}
ONE_HOUR = "Patients must be observed for at least one hour after each dose."


def guidetrack(watched: Watched, *args: str) -> int:
    """Run a command line in this process on the clinic's sources.toml."""
    return run(["-c", str(watched.write()), *args])


def test_three_pages_then_one_word(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """first ×3, then changed ×1 and unchanged ×2; show prints section, before, after and marked words."""
    for name in "abc":
        site.page(f"/{name}", page())
        watched.add(name)
    assert guidetrack(watched, "check") == 0
    assert capsys.readouterr().out.count("first") >= 3
    site.page("/b", varied(p0=ONE_HOUR))
    assert guidetrack(watched, "check") == 0
    assert "#0001" in capsys.readouterr().out
    assert guidetrack(watched, "show", "1") == 0
    shown = " ".join(capsys.readouterr().out.split())
    for words in ("Guidance on esketamine", "Before", PARAGRAPHS[0], "After", ONE_HOUR, "[-two hours-]{+one hour+}"):
        assert words in shown


def test_json_is_the_published_document(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """check --format json parses by the published model and holds every source once, the change and its refs."""
    site.page("/a", page())
    site.answer("/b", Answer(503, "down", HTML))
    watched.add("a")
    watched.add("b")
    assert guidetrack(watched, "check", "--format", "json") == 0
    first = RunDocument.model_validate_json(capsys.readouterr().out)
    assert (first.counts.first, first.counts.missed, first.counts.late) == (1, 1, 1)
    site.page("/a", varied(p0=ONE_HOUR))
    assert guidetrack(watched, "check", "--format", "json") == 0
    out = capsys.readouterr().out
    document = RunDocument.model_validate_json(out)
    raw = json.loads(out)
    assert raw["schema"] == "guidetrack/run/1"
    assert sorted(outcome["source"] for outcome in raw["outcomes"]) == ["a", "b"]
    assert set(raw["outcomes"][0]) >= {"source", "outcome", "reason", "detail", "late", "overdue", "not_modified",
                                       "set_aside", "change", "level", "summary", "url", "final_url", "elapsed_s"}
    change = raw["changes"][0]
    assert set(change) >= {"id", "source", "kind", "level", "reasons", "summary", "seen", "stated", "from", "to", "edits"}
    assert set(change["from"]) >= {"capture", "sha256", "seen"}
    assert change["seen"].endswith("Z")
    edit = change["edits"][0]
    assert edit["before"] == PARAGRAPHS[0]
    assert edit["marked"].replace("[-two hours-]{+one hour+}", "two hours") == PARAGRAPHS[0]
    assert document.changes[0].id == 1


def test_changes_and_status_documents(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """changes and status speak their own versioned documents."""
    site.page("/a", page())
    watched.add("a")
    guidetrack(watched, "check")
    site.page("/a", varied(p0=ONE_HOUR))
    guidetrack(watched, "check")
    capsys.readouterr()
    assert guidetrack(watched, "changes", "--format", "json") == 0
    out = capsys.readouterr().out
    assert json.loads(out)["schema"] == "guidetrack/changes/1"
    assert len(ChangesDocument.model_validate_json(out).changes) == 1
    assert guidetrack(watched, "status", "--format", "json") == 0
    out = capsys.readouterr().out
    assert StatusDocument.model_validate_json(out)
    source = json.loads(out)["sources"][0]
    assert (source["source"], source["checks"], source["captures"]) == ("a", 2, 2)


def test_every_check_of_a_period(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """status ID --since lists each look, the quiet and the bad ones too, and counts them; in JSON and CSV as well."""
    site.page("/a", page())
    watched.add("a")
    guidetrack(watched, "check")
    guidetrack(watched, "check")
    site.answer("/a", Answer(status=503))
    guidetrack(watched, "check")
    capsys.readouterr()
    assert guidetrack(watched, "status", "a", "--since", "1d") == 0
    *lines, said = capsys.readouterr().out.splitlines()
    assert [line.split()[2] for line in lines] == ["first", "unchanged", "missed"]
    assert "http-error: " in lines[2]
    assert said.startswith("a: looked 3 times from ")
    assert said.endswith(", 2 good, 1 missed.")
    assert guidetrack(watched, "status", "a", "--since", "1d", "--format", "json") == 0
    document = StatusDocument.model_validate_json(capsys.readouterr().out)
    assert [check.outcome for check in document.checks or ()] == ["first", "unchanged", "missed"]
    assert guidetrack(watched, "status", "a", "--until", "2020-01-01") == 0
    assert capsys.readouterr().out == "a: looked 0 times to 1 Jan 2020.\n"
    assert guidetrack(watched, "status", "a", "--since", "1d", "--format", "csv") == 0
    assert capsys.readouterr().out.count("\n") == 4
    assert guidetrack(watched, "status", "--since", "1d") == 2


def test_exit_status(watched: Watched, site: Site) -> None:
    """0 on news, 1 only when asked, 2 for an overdue source, and trouble wins over change."""
    site.page("/a", page())
    watched.add("a")
    assert guidetrack(watched, "check", "--exit-code") == 0
    site.page("/a", varied(p0=ONE_HOUR))
    assert guidetrack(watched, "check", "--exit-code") == 1
    site.page("/a", page())
    site.answer("/b", Answer(503, "down", HTML))
    watched.add("b", more='grace = "0s"')
    assert guidetrack(watched, "check", "--exit-code") == 2
    assert guidetrack(watched, "check", "a") == 0
    assert guidetrack(watched, "status") == 2


def test_min_level_decides_what_counts(watched: Watched, site: Site) -> None:
    """--min-level keeps small changes from setting the status."""
    site.page("/a", page(*PARAGRAPHS, "Write to the information desk."))
    watched.add("a")
    guidetrack(watched, "check")
    site.page("/a", page(*PARAGRAPHS, "Write to the information office."))
    assert guidetrack(watched, "check", "--exit-code", "--min-level", "high") == 0


def test_quiet_prints_only_news_or_trouble(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """With -q a quiet run prints nothing at all; the run is recorded all the same."""
    site.page("/a", page())
    watched.add("a")
    guidetrack(watched, "check")
    capsys.readouterr()
    assert run(["-q", "-c", str(watched.file), "check"]) == 0
    assert capsys.readouterr() == ("", "")
    site.answer("/a", Answer(503, "down", HTML))
    assert run(["-q", "-c", str(watched.file), "check"]) == 0
    assert "a" in capsys.readouterr().out
    with watched.open(write=False) as tracker:
        assert len(tracker.store.runs()) == 3


@pytest.mark.parametrize(("args", "words"), [
    (["check", "nope"], "no source has the id 'nope'"),
    (["chek"], "Did you mean 'check'?"),
    (["show", "99"], "99"),
    (["changes", "--since", "someday"], "is no date"),
    (["diff"], "--files"),
])
def test_usage_trouble_is_a_sentence_and_2(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str],
                                           args: list[str], words: str) -> None:
    """Wrong use is said plainly, with status 2 and no traceback."""
    site.page("/a", page())
    watched.add("a")
    guidetrack(watched, "check")
    capsys.readouterr()
    assert guidetrack(watched, *args) == 2
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err


def test_bad_configuration_touches_nothing(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown key: file, line, key and the nearest known key; nothing fetched, nothing written; exit 2."""
    site.page("/a", page())
    watched.add("a", more='grase = "1d"')
    assert guidetrack(watched, "check") == 2
    err = capsys.readouterr().err
    assert "sources.toml" in err
    assert "grase" in err
    assert "grace" in err
    assert site.log == []
    assert [path.name for path in watched.folder.iterdir()] == ["sources.toml"]


def test_what_a_killed_run_recorded_is_told_by_the_next(watched: Watched, site: Site,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    """Recorded but told to nobody: the next run tells it, once (design §2.10)."""
    site.page("/a", page())
    watched.add("a")
    watched.now = datetime.now(UTC) - timedelta(days=2)
    watched.one(after=timedelta(0))
    site.page("/a", varied(p0=ONE_HOUR))
    watched.one()  # the library recorded it; no command told it
    capsys.readouterr()
    guidetrack(watched, "check", "--format", "json")
    assert [change["id"] for change in json.loads(capsys.readouterr().out)["changes"]] == [1]
    guidetrack(watched, "check", "--format", "json")
    assert json.loads(capsys.readouterr().out)["changes"] == []


def start(watched: Watched, *args: str) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "guidetrack", "-c", str(watched.write()), *args],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            cwd=Path(__file__).resolve().parents[2], env={**os.environ, "PYTHONUNBUFFERED": "1"})


def wait_for(site: Site, path: str) -> None:
    """Until a path was asked for."""
    for _ in range(600):
        if site.asked(path):
            return
        time.sleep(0.02)
    raise AssertionError(f"{path} was never asked for")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_cleanly(watched: Watched, site: Site, number: int, status: int) -> None:
    """Ctrl-C and SIGTERM: what is done is kept, the rest comes out interrupted, and the status says so."""
    site.page("/a", page())
    site.answer("/slow", Answer(200, page(), HTML, delay_s=30))
    watched.add("a")
    watched.add("slow")
    process = start(watched, "check", "--format", "json")
    wait_for(site, "/slow")
    time.sleep(0.5)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == status, err
    got = {outcome["source"]: (outcome["outcome"], outcome["reason"]) for outcome in json.loads(out)["outcomes"]}
    assert got == {"a": ("first", None), "slow": ("missed", "interrupted")}


def test_the_second_run_names_the_first(watched: Watched, site: Site) -> None:
    """Two runs at once: the second says who holds the archive and exits 3; the first is not harmed."""
    site.answer("/slow", Answer(200, page(), HTML, delay_s=3))
    watched.add("slow")
    first = start(watched, "check")
    wait_for(site, "/slow")
    second = start(watched, "check")
    _, err = second.communicate(timeout=20)
    assert second.returncode == 3
    assert str(first.pid) in err
    first.communicate(timeout=20)
    assert first.returncode == 0


def test_ping_reports_the_exit_status(watched: Watched, site: Site) -> None:
    """--ping asks URL/STATUS at the end, also when there is trouble."""
    site.page("/a", page())
    site.page("/ping/0", "ok")
    site.page("/ping/2", "ok")
    watched.add("a")
    assert guidetrack(watched, "check", "--ping", site.url("/ping")) == 0
    assert site.asked("/ping/0")
    site.answer("/b", Answer(503, "down", HTML))
    watched.add("b", more='grace = "0s"')
    guidetrack(watched, "check", "--ping", site.url("/ping"))
    assert site.asked("/ping/2")


def test_diff_of_two_files_needs_no_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """diff --files works with no sources.toml at all."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.html").write_text(page())
    (tmp_path / "new.html").write_text(varied(p0=ONE_HOUR))
    assert run(["diff", "--files", "old.html", "new.html"]) == 0
    assert "[-two hours-]{+one hour+}" in " ".join(capsys.readouterr().out.split())
    assert run(["diff", "--files", "old.html", "new.html", "--exit-code"]) == 1
    assert run(["diff", "--files", "old.html", "old.html", "--exit-code"]) == 0

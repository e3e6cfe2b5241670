"""import of job lists: what is printed, what is written, and that nothing else is touched."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.sources import load

JOBS = """\
name: Esketamine guidance
url: https://www.nice.org.uk/guidance/ta854
filter:
  - css: main
  - keep_lines_containing: ketamine
headers:
  Authorization: Bearer hunter2
---
name: "\\e[2JHome"
command: touch evidence
---
url: https://clinic.example/ours
"""
OURS = """\
# ours, and this stays
[[source]]
id = "ours"            # like this
url = "https://clinic.example/ours"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GUIDETRACK_SOURCES", raising=False)
    (tmp_path / "jobs.yaml").write_text(JOBS)
    (tmp_path / "sources.toml").write_text(OURS)
    return tmp_path


def test_each_job_is_told_and_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whole output; the file keeps its comments and first source; no command ran, no secret is anywhere."""
    assert run(["import", "jobs.yaml"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "added: nice-guidance-ta854  https://www.nice.org.uk/guidance/ta854",
        '          carried over: title, select "main"',
        "          left out: Filter keep_lines_containing: guidetrack reports every line of what it takes; narrow it with select.",
        "          left out: Header Authorization: guidetrack signs in nowhere, and no secret is carried over.",
        "not taken: job 2 (line 8) “[2JHome”: it runs a shell command; guidetrack runs none and watches web pages only.",
        "there already: ours watches that address: https://clinic.example/ours",
    ]
    assert told.err.splitlines() == [
        "jobs.yaml: a job list of urlwatch or webchanges, 3 jobs.",
        "1 added, 1 there already, 1 not taken. Written to sources.toml.",
        "Next: guidetrack try nice-guidance-ta854    shows how a page is read; check takes them all in."]
    text = (folder / "sources.toml").read_text()
    assert text.startswith(OURS)
    assert "hunter2" not in text + told.out + told.err
    assert [source.id for source in load(folder / "sources.toml").sources] == ["ours", "nice-guidance-ta854"]
    assert not (folder / "evidence").exists()


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says the same, and the file stays byte for byte; where there is none, none appears."""
    assert run(["import", "--dry-run", "jobs.yaml"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("to add: nice-guidance-ta854")
    assert "1 to add, 1 there already, 1 not taken. Nothing was written" in told.err
    assert (folder / "sources.toml").read_text() == OURS
    (folder / "sources.toml").unlink()
    assert run(["import", "--dry-run", "jobs.yaml"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["jobs.yaml"]


def test_twice_is_once(folder: Path) -> None:
    """A second import finds everything there, and the file stays as it is."""
    run(["import", "jobs.yaml"])
    text = (folder / "sources.toml").read_text()
    assert run(["import", "jobs.yaml"]) == 0
    assert (folder / "sources.toml").read_text() == text


def test_a_new_file_where_there_was_none(folder: Path) -> None:
    """As `add` does: a sources.toml that says how to go on."""
    (folder / "sources.toml").unlink()
    assert run(["import", "jobs.yaml"]) == 0
    assert len(load(folder / "sources.toml").sources) == 2
    assert (folder / "sources.toml").read_text().startswith("# What guidetrack watches.")


def test_windows_files_keep_their_line_ends(folder: Path) -> None:
    """CRLF and the byte-order mark of sources.toml stay."""
    (folder / "sources.toml").write_bytes(b"\xef\xbb\xbf" + OURS.replace("\n", "\r\n").encode())
    assert run(["import", "jobs.yaml"]) == 0
    raw = (folder / "sources.toml").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf#")
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_changedetection_store_and_backup(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several files at once, told apart by content; one address in both is one source."""
    store = {"watching": {"a": {"url": "https://a.example/x", "title": "A", "browser_steps": [{"operation": "Click"}]}}}
    (folder / "url-watches.json").write_text(json.dumps(store))
    with zipfile.ZipFile(folder / "backup.zip", "w") as packed:
        packed.writestr("url-watches.json", json.dumps(store))
    assert run(["import", "url-watches.json", "backup.zip"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "added: a-x  https://a.example/x"
    assert "left out: browser_steps: guidetrack renders a page and takes no steps in the browser." in out
    assert out.splitlines()[-1] == "there already: a-x is the same job: https://a.example/x"


def test_quiet_says_only_what_is_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """-q: jobs that lose something or are not taken; nothing on stderr."""
    assert run(["-q", "import", "jobs.yaml"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert "carried over:" not in told.out
    assert "there already" not in told.out
    assert "left out" in told.out


@pytest.mark.parametrize("text, word", [("command: ls", "not taken"), ("hello", "no job in it"), ("a: [", "not YAML")])
def test_nothing_to_take_is_trouble(folder: Path, capsys: pytest.CaptureFixture[str], text: str, word: str) -> None:
    """2, a sentence, and sources.toml untouched; one bad file of two stops both."""
    (folder / "bad").write_text(text)
    assert run(["import", "bad"]) == 2
    told = capsys.readouterr()
    assert word in told.out + told.err
    assert (folder / "sources.toml").read_text() == OURS
    if word != "not taken":
        assert run(["import", "jobs.yaml", "bad"]) == 2
        assert (folder / "sources.toml").read_text() == OURS


def test_captures_need_a_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A WARC without --source, and --any-address without captures: usage."""
    (folder / "x.warc").write_bytes(b"WARC/1.1\r\n")
    assert run(["import", "x.warc"]) == 2
    assert "--source" in capsys.readouterr().err
    assert run(["import", "--any-address", "jobs.yaml"]) == 2


def test_more_than_a_sources_file_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list whose blocks would not be read back is refused whole."""
    long = "x" * 1900
    text = "\n---\n".join(f"url: https://a.example/{n}\nnote: {long}\nfilter: [{{delete_lines_containing: {long}}}]" for n in range(1250))
    (folder / "big.yaml").write_text(text)
    (folder / "big2.yaml").write_text(text.replace("a.example", "b.example"))
    assert run(["import", "big.yaml", "big2.yaml"]) == 2
    assert "sources.toml: larger than 5 MB" in capsys.readouterr().err
    assert (folder / "sources.toml").read_text() == OURS

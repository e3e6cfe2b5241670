"""init, add, try, sources, doctor, schema."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE, run
from guidetrack.errors import SourcesError
from guidetrack.models import OutcomeKind
from guidetrack.sources import load
from tests.support.site import Answer, Site
from tests.support.watched import PARAGRAPHS, Watched, page, varied

FEED = '<link rel="alternate" type="application/rss+xml" href="/news.xml">'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def clinic(here: Path, site: Site) -> Path:
    """A sources.toml that lets us watch loopback, with comments."""
    path = here / "sources.toml"
    path.write_text('# ours\n[fetch]\nallow_private = ["127.0.0.0/8"]\npause = "0s"\nsecond_look = "0s"   # at once\n'
                    '# the end\n')
    site.page("/guidance/esketamine", page(head=FEED))
    return path


# init


def test_init_writes_a_starter_that_loads(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A starter by jurisdiction with the contact; it says how many sources and what to do next."""
    assert run(["init", "--jurisdiction", "UK", "--topic", "label", "--contact", "nurse@clinic.example"]) == EXIT_DONE
    settings = load(here / "sources.toml")
    assert settings.fetch.contact == "nurse@clinic.example"
    assert {source.jurisdiction for source in settings.sources} == {"UK"}
    out = capsys.readouterr().out
    assert f"{len(settings.sources)} sources" in out
    assert "guidetrack check" in out


def test_init_takes_everything_without_a_terminal(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No options and nobody to ask: the whole catalogue, and a word on the missing contact."""
    assert run(["init"]) == EXIT_DONE
    assert len(load(here / "sources.toml").sources) >= 110
    assert "contact" in capsys.readouterr().out


def test_init_never_overwrites(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there stays as it is, also when it was named."""
    Path("sources.toml").write_text("# mine\n")
    Path("other.toml").write_text("# mine too\n")
    assert run(["init"]) == EXIT_TROUBLE
    assert run(["-c", "other.toml", "init"]) == EXIT_TROUBLE
    assert Path("sources.toml").read_text() == "# mine\n"
    assert Path("other.toml").read_text() == "# mine too\n"
    assert "stays as it is" in capsys.readouterr().err


@pytest.mark.parametrize("options", [
    ["--jurisdiction", "XX"], ["--topic", "cheese"], ["--kind", "shop"], ["--contact", "not an address"],
    ["--contact", "https://me:hunter2@clinic.example"],
])
def test_init_refuses_what_it_does_not_know(here: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong wish is a sentence, exit 2, and no file."""
    assert run(["init", *options]) == EXIT_TROUBLE
    assert not list(here.iterdir())
    said = capsys.readouterr().err
    assert said
    assert "hunter2" not in said


def in_a_terminal(args: list[str], typed: str, folder: Path) -> str:
    """What a terminal shows when the command runs in it and someone types."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "guidetrack", *args], cwd=folder, stdin=slave, stdout=slave,
                          stderr=slave, env={**os.environ, "TERM": "dumb"}) as running:
        os.close(slave)
        os.write(master, typed.encode())
        shown = b""
        while True:
            try:
                piece = os.read(master, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        running.wait(60)
    os.close(master)
    return shown.decode("utf-8", "replace")


def test_init_asks_in_a_terminal(here: Path) -> None:
    """In a terminal it asks which countries and for the contact, and takes what is typed."""
    shown = in_a_terminal(["init"], "NZ\nnurse@clinic.example\n", here)
    assert "Which countries" in shown
    settings = load(here / "sources.toml")
    assert settings.fetch.contact == "nurse@clinic.example"
    assert {source.jurisdiction for source in settings.sources} == {"NZ", "AU-NZ", "international"}


@pytest.mark.parametrize(("typed", "ids"), [("y\n", ["page-guidance-esketamine"]), ("n\n", []), ("\n", [])])
def test_add_writes_after_a_typed_y(clinic: Path, site: Site, typed: str, ids: list[str]) -> None:
    """In a terminal the question is asked; only y writes."""
    shown = in_a_terminal(["add", site.url("/guidance/esketamine")], typed, clinic.parent)
    assert "Write this to" in shown
    assert [source.id for source in load(clinic).sources] == ids


# try and add


def test_try_shows_the_page_as_it_will_be_tracked(clinic: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Verdict, title, words, headings, first lines, what is set aside, the second look, a feed; nothing is written."""
    before = clinic.read_bytes()
    assert run(["try", site.url("/guidance/esketamine")]) == EXIT_DONE
    out = capsys.readouterr().out
    for words in ("can be tracked", "Guidance on esketamine", "1 heading", PARAGRAPHS[0], "site footer", "second look",
                  "/news.xml", '--select "main"'):
        assert words in out
    assert "Privacy" not in out
    assert len(site.asked("/guidance/esketamine")) == 2
    assert clinic.read_bytes() == before
    assert not (clinic.parent / "snapshots").exists()


def test_try_shows_what_rotates(clinic: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that differs between two looks is shown as such."""
    tips = iter(["Tip: drink water before the session.", "Tip: bring a warm jacket along."] * 3)
    site.answer("/tips", lambda request: Answer(200, page(*PARAGRAPHS, next(tips)), {"Content-Type": "text/html"}))
    assert run(["try", site.url("/tips")]) == EXIT_DONE
    out = capsys.readouterr().out
    assert "rotate" in out
    assert "~ Tip:" in out


def test_try_by_id_uses_the_rules_of_the_file(clinic: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """An id stands for its source; options stand in for its rules."""
    with clinic.open("a") as file:
        file.write(f'[[source]]\nid = "a"\nurl = "{site.url("/guidance/esketamine")}"\nselect = "h1"\n')
    assert run(["try", "a"]) == EXIT_DONE
    assert PARAGRAPHS[0] not in capsys.readouterr().out
    assert run(["try", "a", "--select", "main"]) == EXIT_DONE
    assert PARAGRAPHS[0] in capsys.readouterr().out
    assert run(["try", "b"]) == EXIT_TROUBLE


@pytest.mark.parametrize(("answer", "words"), [
    (Answer(403, "<title>Just a moment...</title><h1>Checking your browser</h1>", {"Content-Type": "text/html"}), "blocked"),
    (Answer(404, "<h1>Not found</h1>", {"Content-Type": "text/html"}), "not-found"),
    (Answer(200, b"", {"Content-Type": "text/html"}), "empty"),
    (Answer(reset=True), "network"),
])
def test_what_cannot_be_tracked_is_not_added(clinic: Path, site: Site, answer: Answer, words: str,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    """A wall, an error or nothing at all is named and not written, exit 2; --anyway writes it."""
    before = clinic.read_bytes()
    site.answer("/wall", answer)
    assert run(["add", site.url("/wall"), "--yes"]) == EXIT_TROUBLE
    assert words in capsys.readouterr().out
    assert clinic.read_bytes() == before
    assert run(["add", site.url("/wall"), "--yes", "--anyway", "--id", "walled"]) == EXIT_DONE
    assert [source.id for source in load(clinic).sources] == ["walled"]


def test_add_writes_what_was_shown(clinic: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """The source is added at the end with its rules, the rest of the file unchanged, and the next check knows it."""
    before = clinic.read_text()
    assert run(["add", site.url("/guidance/esketamine"), "--yes", "--select", "main", "--drop", ".share", "--ignore",
                r"^Tip: \w+", "--topic", "monitoring", "--kind", "society", "--every", "7d", "--jurisdiction", "US",
                "--publisher", "A society"]) == EXIT_DONE
    assert clinic.read_text().startswith(before)
    source = load(clinic).sources[0]
    assert (source.id, source.title) == ("page-guidance-esketamine", "Guidance on esketamine")
    assert (source.rules.select, source.rules.drop, source.rules.ignore) == ("main", (".share",), (r"^Tip: \w+",))
    assert (source.topics, source.every, source.publisher) == (("monitoring",), timedelta(days=7), "A society")
    assert run(["check"]) == EXIT_DONE
    assert run(["add", site.url("/guidance/esketamine"), "--yes"]) == EXIT_TROUBLE, "it is there already"
    assert "page-guidance-esketamine" in capsys.readouterr().err


def test_add_asks_first(clinic: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --yes and without a terminal nothing is written: it says so, with status 2."""
    before = clinic.read_bytes()
    assert run(["add", site.url("/guidance/esketamine")]) == EXIT_TROUBLE
    assert "--yes" in capsys.readouterr().out
    assert clinic.read_bytes() == before


def test_add_begins_a_file(here: Path, monkeypatch: pytest.MonkeyPatch, site: Site,
                           capsys: pytest.CaptureFixture[str]) -> None:
    """On the first morning there is no file: add writes one, even for a page that does not answer yet."""
    assert run(["add", "https://nowhere.invalid/guidance", "--yes", "--anyway"]) == EXIT_DONE
    assert [source.url for source in load(here / "sources.toml").sources] == ["https://nowhere.invalid/guidance"]


@pytest.mark.parametrize("options", [
    ["--select", "div["], ["--ignore", "("], ["--items", "a["], ["--drop", ":::"], ["--id", "Not Good"], ["--every", "2"],
    ["--title", "a\x1b[31mb"],
])
def test_add_refuses_what_the_file_would_refuse(clinic: Path, site: Site, options: list[str],
                                                capsys: pytest.CaptureFixture[str]) -> None:
    """A bad option is refused with the file's own sentence, and nothing is written or left behind."""
    before = clinic.read_bytes()
    assert run(["add", site.url("/guidance/esketamine"), "--yes", *options]) == EXIT_TROUBLE
    assert clinic.read_bytes() == before
    assert "expected" in capsys.readouterr().err
    assert [path.name for path in clinic.parent.iterdir() if path.is_file()] == ["sources.toml"]


@pytest.mark.parametrize("url", ["ftp://example.com/", "example.com", "https://me:hunter2@example.com/", "file:///etc/passwd"])
def test_only_web_addresses(clinic: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An address that cannot be watched is a sentence; a password in it is not shown."""
    assert run(["add", url, "--yes"]) == EXIT_TROUBLE
    said = capsys.readouterr()
    assert "hunter2" not in said.out + said.err
    assert "expected" in said.err


def test_a_private_address_is_refused(here: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """try obeys the address policy as a check does."""
    (here / "sources.toml").write_text("")
    assert run(["try", site.url("/guidance/esketamine")]) == EXIT_TROUBLE
    assert "refused" in capsys.readouterr().out
    assert site.log == []


def test_a_hostile_page_steers_nothing(clinic: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences, bidi marks and TOML in a title reach neither the terminal nor the file's structure."""
    evil = 'Guid\x1b[2Jance\u202e"]\\n[mail]\\nto = ["x@y.example"]\x08'
    site.page("/evil", page(*PARAGRAPHS, f"Body \x1b]0;owned\x07 {evil}", title=evil))
    assert run(["add", site.url("/evil"), "--yes"]) == EXIT_DONE
    out = capsys.readouterr().out
    assert not set(out) & {"\x1b", "\x07", "\x08", "\u202e"}
    settings = load(clinic)
    assert settings.mail.to == ()
    assert len(settings.sources) == 1


def test_replace_moves_a_source_with_its_history(watched: Watched, monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    """The id stays, the address is new, and the next check compares with what was kept under the old one."""
    watched.site.page("/a", page())
    watched.add("a", more="# a remark\n")
    assert watched.one().kind is OutcomeKind.FIRST
    watched.site.page("/new", varied(p0="Patients must be observed for at least three hours after each dose."))
    monkeypatch.chdir(watched.folder)
    assert run(["add", watched.site.url("/new"), "--replace", "a", "--yes"]) == EXIT_DONE
    assert "# a remark" in watched.file.read_text()
    watched.sources = [watched.file.read_text().partition("[[source]]")[1] + watched.file.read_text().partition("[[source]]")[2]]
    outcome = watched.one()
    assert (outcome.kind, outcome.url) == (OutcomeKind.CHANGED, watched.site.url("/new"))
    assert run(["add", watched.site.url("/a"), "--replace", "aa", "--yes"]) == EXIT_TROUBLE
    assert "did you mean" in capsys.readouterr().err


# sources, schema


def test_sources_in_three_formats(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text for people, JSON and CSV for programs: the same sources, no formula in a cell."""
    with clinic.open("a") as file:
        file.write('[[source]]\nid = "a"\nurl = "https://example.com/"\ntitle = "=1+1"\nenabled = false\nevery = "7d"\n'
                   'topics = ["x", "y"]\n')
    assert run(["sources"]) == EXIT_DONE
    assert capsys.readouterr().out.split() == ["a", "off", "7d", "=1+1"]
    assert run(["sources", "--format", "json"]) == EXIT_DONE
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "guidetrack/sources/1"
    assert document["sources"][0]["enabled"] is False
    assert (document["sources"][0]["every"], document["sources"][0]["topics"]) == ("7d", ["x", "y"])
    assert run(["sources", "--format", "csv"]) == EXIT_DONE
    row = next(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (row["title"], row["enabled"], row["topics"]) == ("'=1+1", "no", "x; y")


def test_sources_of_the_catalogue(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The catalogue can be looked through before there is a file."""
    assert run(["sources", "--catalogue", "--jurisdiction", "NZ", "--format", "json"]) == EXIT_DONE
    found = json.loads(capsys.readouterr().out)["sources"]
    assert {source["jurisdiction"] for source in found} == {"NZ", "AU-NZ"}


def test_schema_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The schema is one JSON document; that of a printed document too; an unknown one is a sentence."""
    assert run(["schema"]) == EXIT_DONE
    assert json.loads(capsys.readouterr().out)["$schema"].endswith("2020-12/schema")
    assert run(["schema", "--document", "run"]) == EXIT_DONE
    assert json.loads(capsys.readouterr().out)["type"] == "object"
    assert run(["schema", "--document", "nothing"]) == EXIT_TROUBLE


# doctor


def test_doctor_on_a_healthy_set_up(watched: Watched, monkeypatch: pytest.MonkeyPatch,
                                    capsys: pytest.CaptureFixture[str]) -> None:
    """After a check everything is in place, exit 0; nothing is written; no watched site is asked."""
    watched.site.page("/a", page())
    watched.add("a")
    watched.check()
    asked = len(watched.site.log)
    monkeypatch.chdir(watched.folder)
    before = sorted(path.name for path in watched.folder.rglob("*"))
    assert run(["doctor"]) == EXIT_DONE
    out = capsys.readouterr().out
    for words in ("1 of 1 sources on", "can be written", "is an example", "the last one was on"):
        assert words in out
    assert len(watched.site.log) == asked
    assert {name for name in before if "-wal" not in name and "-shm" not in name} <= {
        path.name for path in watched.folder.rglob("*")}


def test_doctor_names_every_mistake_of_the_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken file is a list of BAD lines, exit 2."""
    Path("sources.toml").write_text("[fetch]\npause = 2\nfoo = 1\n")
    assert run(["doctor"]) == EXIT_TROUBLE
    assert capsys.readouterr().out.count("BAD ") == 2


def test_doctor_reads_the_vocabulary(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Words that cannot be used are named with file, line and key, all at once, by every command before it begins."""
    Path("sources.toml").write_text('[vocabulary.topics.monitoring]\nterms = 3\n\n[vocabulary.odd]\nx = {}\n'
                                    '[vocabulary.force]\n"\\u001b[2J" = 1\n')
    assert run(["doctor"]) == EXIT_TROUBLE
    out = capsys.readouterr().out
    assert "BAD   configuration  sources.toml:2: vocabulary.topics.monitoring.terms: expected a list" in out
    assert "sources.toml:4: vocabulary.odd: expected a table of groups" in out
    assert "sources.toml:7: vocabulary.force.?[2J: expected one of the groups" in out
    assert run(["status"]) == EXIT_TROUBLE
    assert "sources.toml:2: " in capsys.readouterr().err


def test_doctor_says_what_to_do_about_overdue_sources(watched: Watched, monkeypatch: pytest.MonkeyPatch,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    """A source that is overdue is BAD with its reason and a next step; one that is late is a hint."""
    watched.site.answer("/a", Answer(404, "<h1>Not found</h1>", {"Content-Type": "text/html"}))
    watched.add("a", more='grace = "0s"')
    watched.add("b", "/a", more='grace = "3660d"')
    watched.check()
    monkeypatch.chdir(watched.folder)
    assert run(["doctor", "--offline"]) == EXIT_TROUBLE
    lines = capsys.readouterr().out.splitlines()
    overdue = next(number for number, line in enumerate(lines) if line.startswith("BAD") and "a: not-found" in line)
    assert "guidetrack add --replace a URL" in lines[overdue + 1]
    assert any(line.startswith("hint  late") for line in lines)


def test_doctor_finds_a_select_that_does_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    """A select without which the same text is found may go; one that matters is not mentioned."""
    watched.site.page("/a", page())
    watched.add("a", more='select = "main"')
    watched.add("b", "/a", more='select = "h1"')
    watched.check()
    monkeypatch.chdir(watched.folder)
    run(["doctor"])
    out = capsys.readouterr().out
    assert "a: the same text is found without its select" in out
    assert "b: the same text" not in out


def test_doctor_greets_the_mail_server(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that answers is ok, one that does not is BAD; no message is sent."""

    class Sink:
        seen = 0

        async def handle_DATA(self, *_: object) -> str:
            Sink.seen += 1
            return "250 OK"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        text = f'[mail]\nto = ["a@clinic.example"]\nfrom = "g@clinic.example"\nhost = "127.0.0.1"\nport = {port}\n'
        Path("sources.toml").write_text(text)
        assert run(["doctor"]) == EXIT_DONE
        assert f"127.0.0.1:{port} answers" in capsys.readouterr().out
    finally:
        controller.stop()
    assert run(["doctor"]) == EXIT_TROUBLE
    assert Sink.seen == 0
    assert run(["doctor", "--offline"]) == EXIT_DONE


def test_doctor_misses_the_environment(here: Path, monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    """A variable that is named and not set is BAD, and so is mail without a sender."""
    monkeypatch.delenv("OUR_SMTP_PASSWORD", raising=False)
    Path("sources.toml").write_text('[mail]\nto = ["a@clinic.example"]\npassword_env = "OUR_SMTP_PASSWORD"\n')
    assert run(["doctor"]) == EXIT_TROUBLE
    out = capsys.readouterr().out
    assert "OUR_SMTP_PASSWORD is not set" in out
    assert "no sender" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_doctor_cannot_write(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without the right to write is BAD."""
    (here / "locked").mkdir(mode=0o500)
    Path("sources.toml").write_text('[store]\narchive = "locked/snapshots"\n')
    assert run(["doctor"]) == EXIT_TROUBLE
    assert "cannot write" in capsys.readouterr().out


def test_doctor_when_the_archive_is_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An archive that is no folder is BAD."""
    Path("snapshots").write_text("")
    Path("sources.toml").write_text("")
    assert run(["doctor"]) == EXIT_TROUBLE
    assert "is no folder" in capsys.readouterr().out


def test_nothing_to_read_is_a_sentence(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without any file, commands that need one say how to get one."""
    with pytest.raises(SourcesError):
        load(here / "sources.toml")
    assert run(["sources"]) == EXIT_TROUBLE
    assert "guidetrack init" in capsys.readouterr().err



"""Where output goes: files whole, devices and links written through, closed pipes no trouble, slips named."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest

from guidetrack.cli import run
from guidetrack.cli.options import write_output
from guidetrack.models import Reason
from tests.support.site import Answer, Site
from tests.support.watched import Watched, page, varied

ROOT = Path(__file__).resolve().parents[2]


def test_a_file_appears_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    """An old file is replaced in one step; who could not read it before cannot now; nothing else is left behind."""
    target = tmp_path / "report.html"
    target.write_text("old")
    target.chmod(0o600)
    write_output("new", str(target))
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_links_and_pipes_are_written_through(tmp_path: Path) -> None:
    """A link stays a link, a named pipe a pipe: they are never replaced."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_output(b"new", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE)
    write_output("through", str(tmp_path / "pipe"))
    assert reader.communicate(timeout=10)[0] == b"through"
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    """A missing folder is named, and nothing else happens."""
    with pytest.raises(click.ClickException, match="cannot write"):
        write_output("x", str(tmp_path / "none" / "report.html"))


def test_a_closed_pipe_is_no_trouble(watched: Watched, site: Site) -> None:
    """``guidetrack … | true`` is 0, without a word on stderr."""
    site.page("/a", page())
    watched.add("a")
    watched.write()
    script = f"{sys.executable} -m guidetrack -c {watched.file} check | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("0", "")


def test_nothing_watched_is_trouble(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """No enabled source: said, and 2. Silence would look like all is well."""
    watched.add("a", more="enabled = false")
    assert run(["-q", "-c", str(watched.write()), "check"]) == 2
    assert "nothing is watched" in capsys.readouterr().err


@pytest.mark.parametrize("args", [
    ["report", "--since", "2026-10-01", "--until", "2026-01-01"],
    ["changes", "--since", "2026-10-01", "--until", "2026-01-01"],
    ["diff", "a", "--from", "2026-10-01", "--to", "2026-01-01"],
])
def test_a_period_the_wrong_way_round_is_a_slip(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str],
                                                args: list[str]) -> None:
    """Not an empty answer."""
    watched.add("a")
    assert run(["-c", str(watched.write()), *args]) == 2
    assert "before it begins" in capsys.readouterr().err


def test_numbers_as_printed_are_understood(watched: Watched, site: Site) -> None:
    """``#0001``, ``0001`` and ``1`` name the same change."""
    site.page("/a", page())
    watched.add("a")
    watched.one()
    site.page("/a", varied(p0="Patients must be observed for at least one hour after each dose."))
    watched.one()
    for name in ("1", "0001", "#0001"):
        assert run(["-c", str(watched.file), "show", name]) == 0
    assert run(["-c", str(watched.file), "show", "#x"]) == 2


def test_after_an_interruption_nothing_recovered(watched: Watched, site: Site) -> None:
    """A run that was stopped says nothing about the pages: the next good check is no recovery."""
    site.page("/a", page())
    site.answer("/b", Answer(200, page(), {"Content-Type": "text/html"}, delay_s=5))
    watched.add("a")
    watched.add("b")
    with watched.open() as tracker:
        found = {}
        for outcome in tracker.check():
            found[outcome.source.id] = outcome
            tracker.stop()
    assert found["b"].reason is Reason.INTERRUPTED
    site.page("/b", page())
    assert not watched.one("b").recovered

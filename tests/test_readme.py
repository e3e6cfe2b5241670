"""The README shows what the program does now: its help and the demo's output.

Run with ``UPDATE_README=1`` to write both into the README.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.demo.tour import tour

README = Path(__file__).resolve().parents[1] / "README.md"
_DEMO = re.compile(r"(?<=<!-- demo -->\n```\n).*?(?=```\n<!-- /demo -->)", re.DOTALL)
_REDLINE = re.compile(r"(?<=<!-- redline -->\n```\n).*?(?=```\n<!-- /redline -->)", re.DOTALL)
_HELP = re.compile(r"(?<=## Commands\n\n```\n).*?(?=```\n)", re.DOTALL)
_NUMBER = re.compile(r"\b0\d{3}\b")
_PORT = re.compile(r"127\.0\.0\.1:\d+")


def kept(pattern: re.Pattern[str], said: str) -> str:
    """What the README shows; with UPDATE_README it is first made to show ``said``."""
    text = README.read_text("utf-8")
    if os.environ.get("UPDATE_README"):
        text = pattern.sub(lambda _: said, text)
        README.write_text(text, "utf-8")
    found = pattern.search(text)
    assert found is not None
    return found[0]


def test_the_readme_shows_the_help(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """README's help text equals ``--help``."""
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert kept(_HELP, said) == said


def test_the_readme_shows_the_demo(tmp_path: Path) -> None:
    """README shows what ``make demo`` prints, but for what differs from run to run: the port, and which of two
    changes recorded in one moment got the lower number."""
    said: list[str] = []
    tour(tmp_path, tmp_path / "report.html", said.append)
    text = _PORT.sub("127.0.0.1:8000", "".join(said))
    assert _NUMBER.sub("0000", kept(_DEMO, text)) == _NUMBER.sub("0000", text)
    assert (tmp_path / "report.html").stat().st_size > 10_000
    shown = _REDLINE.search(README.read_text("utf-8"))
    assert shown is not None
    printed = iter(_NUMBER.sub("0000", text).splitlines())
    assert all(line in printed for line in _NUMBER.sub("0000", shown[0]).splitlines() if line), "the first screen's redline"

"""Whole outputs of every medium over one fixed history, compared with files a person has read.

After a change that is meant: ``GUIDETRACK_UPDATE=1 python -m pytest tests/report/test_report_whole.py``, then read
the difference.
"""

from __future__ import annotations

import email
import email.policy
import io
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guidetrack.models import ComingDate, Comparison, RunCounts
from guidetrack.report import FORMATS, data, render, table, terminal
from guidetrack.report.html.site import pages
from guidetrack.report.log import entries
from guidetrack.report.width import cells as cells_of
from tests.report import history as h

EXPECTED = Path(__file__).parent / "expected"


@dataclass(frozen=True)
class Configured:
    """A sources.toml that came into force, as the archive lists it."""

    id: int
    sha256: str
    at: datetime


LOG = entries(
    [RunCounts(h.RUN, first=1, unchanged=7, changed=7, held=1, missed=4, late=3, overdue=2, exit_status=2),
     RunCounts(h.Run("r0", h.NOW - h.DAY, "0.1.0", "cd" * 32), unchanged=20)], h.REVIEWS,
    [h.C_HIGH, h.C_FOLDED, h.C_HISTORICAL, h.C_HOSTILE], [Configured(2, "ab" * 32, h.NOW)])
DATES = [(h.REMS, ComingDate(h.date(2026, 12, 31), ("Dates", "Expiry"), "It ends on 31 December 2026.", "expiry"))]
COMPARISON = Comparison(h.C_MEDIUM.edits, h.C_MEDIUM.level, h.C_MEDIUM.reasons, h.C_MEDIUM.summary,
                        h.C_HIGH.set_aside, renumbered=3)
EVIDENCE = [("To address asked", h.REMS.url), ("To SHA-256 of the body", "a" * 64), ("To file", "us/2026.warc.gz")]


def mail_of(report: h.Report) -> email.message.EmailMessage:
    """The mail as a program reads it."""
    raw = render(report, "mail")
    assert isinstance(raw, bytes)
    return email.message_from_bytes(raw, policy=email.policy.default)


def part(report: h.Report, kind: str) -> str:
    """One body of the mail."""
    body = mail_of(report).get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def site_file(path: str) -> str:
    """One file of the static site over the week."""
    return dict(pages(h.WEEK_REPORT))[path]


def cells(book: bytes) -> str:
    """Every cell of a workbook, a line a row."""
    with zipfile.ZipFile(io.BytesIO(book)) as inside:
        shared = re.findall(r"<si><t[^>]*>(.*?)</t></si>", inside.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        lines = []
        for name in sorted(name for name in inside.namelist() if name.startswith("xl/worksheets/sheet")):
            lines.append(name)
            for row in re.findall(r"<row [^>]*>(.*?)</row>", inside.read(name).decode(), re.DOTALL):
                found = re.findall(r'<c [^>]*?(t="s")?><v>(.*?)</v></c>', row)
                lines.append(" | ".join(shared[int(value)] if kind else value for kind, value in found))
        return "\n".join(lines) + "\n"


def text(report: h.Report, format: str, *, width: int = 80) -> str:
    """A report in one of the text formats."""
    made = render(report, format, width=width)
    assert isinstance(made, str)
    return made


OUTPUTS: dict[str, Callable[[], str]] = {
    "check.txt": lambda: terminal.check_lines(h.RUN_REPORT),
    "check-colour.txt": lambda: terminal.check_lines(h.RUN_REPORT, colour=True).replace("\x1b", "ESC"),
    "check-wide.txt": lambda: terminal.check_lines(h.RUN_REPORT, width=120),
    "check-verbose.txt": lambda: terminal.check_lines(h.RUN_REPORT, verbose=True),
    "check-pipe.txt": lambda: terminal.check_lines(h.RUN_REPORT, width=0),
    "check-quiet.txt": lambda: terminal.check_lines(h.RUN_REPORT, quiet=True, width=0),
    "changes.txt": lambda: terminal.changes_table(h.WEEK_REPORT),
    "changes-pipe.txt": lambda: terminal.changes_table(h.WEEK_REPORT, width=0),
    "status.txt": lambda: terminal.status_table(h.COVERAGE),
    "status-pipe.txt": lambda: terminal.status_table(h.COVERAGE, width=0),
    "log.txt": lambda: terminal.log_lines(LOG),
    "log-pipe.txt": lambda: terminal.log_lines(LOG, width=0),
    "show.txt": lambda: "\n".join(
        terminal.show_change(change, source, [review for review in h.REVIEWS if review.change == change.id],
                             evidence=EVIDENCE, noise=True)
        for change, source in ((h.C_HIGH, h.REMS), (h.C_MEDIUM, h.PAYER), (h.C_RETURNED, h.VENDOR), (h.C_FOLDED, None),
                               (h.C_TECHNICAL, h.REREAD), (h.C_HISTORICAL, h.REMS), (h.C_HOSTILE, h.HOSTILE))),
    "diff.txt": lambda: terminal.comparison_lines(COMPARISON),
    "diff-none.txt": lambda: terminal.comparison_lines(Comparison(renumbered=1)),
    "run.txt": lambda: text(h.RUN_REPORT, "text"),
    "week.txt": lambda: text(h.WEEK_REPORT, "text"),
    "quiet.txt": lambda: text(h.QUIET_RUN, "text"),
    "run.html": lambda: text(h.RUN_REPORT, "html"),
    "week.html": lambda: text(h.WEEK_REPORT, "html"),
    "site-index.html": lambda: site_file("index.html"),
    "site-source.html": lambda: site_file("sources/us-fda-rems-esketamine.html"),
    "site-change.html": lambda: site_file("changes/0143.html"),
    "run.json": lambda: text(h.RUN_REPORT, "json"),
    "changes.json": lambda: text(h.WEEK_REPORT, "json"),
    "status.json": lambda: data.status_json(h.COVERAGE),
    "log.json": lambda: data.log_json(LOG),
    "dates.json": lambda: data.dates_json(DATES),
    "diff.json": lambda: data.comparison_json(COMPARISON),
    "changes.csv": lambda: text(h.WEEK_REPORT, "csv"),
    "status.csv": lambda: table.status_csv(h.COVERAGE),
    "log.csv": lambda: table.log_csv(LOG),
    "dates.csv": lambda: table.dates_csv(DATES),
    "week-xlsx.txt": lambda: cells(render(h.WEEK_REPORT, "xlsx")),  # type: ignore[arg-type]
    "week.atom": lambda: text(h.WEEK_REPORT, "atom"),
    "mail-headers.txt": lambda: "\n".join(f"{name}: {value}" for name, value in mail_of(h.RUN_REPORT).items()) + "\n",
    "mail.txt": lambda: part(h.RUN_REPORT, "plain"),
    "mail.html": lambda: part(h.RUN_REPORT, "html"),
    "mail-quiet.txt": lambda: part(h.QUIET_RUN, "plain"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_whole_output(name: str) -> None:
    """The output is, to the letter, the one that a person has read and kept."""
    made = OUTPUTS[name]().encode("utf-8", "backslashreplace")
    path = EXPECTED / name
    if os.environ.get("GUIDETRACK_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made)
    assert made.decode() == path.read_bytes().decode()


def test_every_format_is_written_twice_alike() -> None:
    """The same report gives the same bytes: nothing random, nothing from the clock."""
    for format in FORMATS:
        assert render(h.WEEK_REPORT, format) == render(h.WEEK_REPORT, format), format


def test_header_line() -> None:
    """The line above a check says how many sources and how politely."""
    assert terminal.check_header(41, timedelta(seconds=2)) == (
        "Checking 41 sources, politely (2 s between requests to one host).")
    assert terminal.check_header(1, timedelta(0)) == "Checking 1 source."


@pytest.mark.parametrize("width", [80, 92, 120])
def test_lines_fit_the_terminal(width: int) -> None:
    """From 80 columns on no line is wider than the terminal, unless one word alone is; wide characters count twice."""
    shown = terminal.check_lines(h.RUN_REPORT, width=width) + terminal.changes_table(h.WEEK_REPORT, width=width)
    shown += terminal.status_table(h.COVERAGE, width=width) + text(h.RUN_REPORT, "text", width=width)
    for line in shown.splitlines():
        assert cells_of(line) <= width or len(line.split()) <= 2, line


def test_quiet_prints_nothing_on_a_quiet_run() -> None:
    """With -q a run in which nothing happened has nothing to print; without, it says so in two lines."""
    assert terminal.check_lines(h.QUIET_RUN, quiet=True) == ""
    assert terminal.check_lines(h.QUIET_RUN).splitlines() == [
        "  unchanged        2 sources (2 not modified)", "", "No changes. None late, none overdue. 1 m 48 s."]

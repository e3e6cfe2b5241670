"""import: captures of other tools take their place by their own time, told to nobody."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from guidetrack.cli import run
from tests.support.site import Site
from tests.support.watched import Watched, page, varied

ONE_HOUR = "Patients must be observed for at least one hour after each dose."
WALL = ("<html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1>"
        "<div class='cf-turnstile'></div></body></html>")


def warc(file: Path, url: str, *captures: tuple[str, int, str]) -> Path:
    """A WARC file as another tool writes it: (date, status, body) each."""
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for date, status, body in captures:
            headers = StatusAndHeaders(f"{status} OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(
                url, "response", payload=io.BytesIO(body.encode()), http_headers=headers,
                warc_headers_dict={"WARC-Date": date}))
    return file


@pytest.fixture
def imported(watched: Watched, site: Site, tmp_path: Path) -> Watched:
    """A clinic with one source, and four older captures of it: two texts, a wall, an error."""
    site.page("/a", varied(p0=ONE_HOUR))
    watched.add("a")
    watched.write()
    file = warc(tmp_path / "old.warc.gz", site.url("/a"),
                ("2024-05-01T10:00:00Z", 200, page(title="Guidance on esketamine")),
                ("2024-01-01T10:00:00Z", 200, varied(p1="Blood pressure is measured before the dose.")),
                ("2024-03-01T10:00:00Z", 200, WALL),
                ("2024-04-01T10:00:00Z", 500, "<h1>Error</h1>"))
    assert run(["-c", str(watched.file), "import", "--source", "a", str(file)]) == 0
    return watched


def test_captures_stand_by_their_own_time(imported: Watched) -> None:
    """Whatever their order in the file; walls and errors are no texts; the change has its true date."""
    with imported.open(write=False) as tracker:
        found = tracker.changes(historical=True)
        assert [change.seen for change in found] == [datetime(2024, 5, 1, 10, tzinfo=UTC)]
        assert found[0].historical
        assert tracker.changes() == []
        assert tracker.store.untold() == []
        assert "Blood pressure is measured before the dose." in tracker.text("a", on=datetime(2024, 2, 1, tzinfo=UTC).date()).lines


def test_the_first_live_check_compares_with_the_newest_of_them(imported: Watched) -> None:
    """Hand-over: what the live page says differently is told."""
    outcome = imported.one()
    assert outcome.change is not None
    assert [edit.after for edit in outcome.change.edits] == [ONE_HOUR]


def test_twice_is_once(imported: Watched, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Importing the same file again adds nothing; the archive verifies."""
    run(["-c", str(imported.file), "import", "--source", "a", str(tmp_path / "old.warc.gz")])
    capsys.readouterr()
    run(["-c", str(imported.file), "changes", "--historical", "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)["changes"]) == 1
    assert run(["-c", str(imported.file), "verify"]) == 0


def test_a_dry_run_lists_the_captures(watched: Watched, site: Site, tmp_path: Path,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    """What the file holds of the source; no archive appears."""
    watched.add("a")
    watched.write()
    file = warc(tmp_path / "old.warc.gz", site.url("/a"), ("2024-05-01T10:00:00Z", 200, page()))
    before = sorted(path.name for path in watched.file.parent.iterdir())
    assert run(["-c", str(watched.file), "import", "--dry-run", "--source", "a", str(file)]) == 0
    assert capsys.readouterr().out == f"2024-05-01 10:00 UTC  200  {site.url('/a')}\n"
    assert sorted(path.name for path in watched.file.parent.iterdir()) == before
    assert run(["-c", str(watched.file), "import", "--dry-run", "--source", "b", str(file)]) == 2


def test_a_file_that_is_no_warc_is_refused(watched: Watched, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence and 2; nothing is kept."""
    watched.add("a")
    watched.write()
    (tmp_path / "x.warc").write_bytes(b"hello")
    assert run(["-c", str(watched.file), "import", "--source", "a", str(tmp_path / "x.warc")]) == 2
    assert "x.warc" in capsys.readouterr().err

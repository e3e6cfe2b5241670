"""``guidetrack.testing``: what we offer to users' tests does what it says."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import guidetrack
import guidetrack.testing
from guidetrack.sources import load
from guidetrack.testing import WALLS, Answer, Clock, Request, Site, wall, write_sources

PAGE = "<main><h1>Guidance</h1><p>Observe the patient for at least {} hours after each dose.</p></main>"


def test_the_example_of_the_module_holds(tmp_path: Path) -> None:
    """The test that its docstring shows runs as it stands, and its outcomes are those it promises."""
    doc = guidetrack.testing.__doc__ or ""
    program = re.sub(r"^    ", "", doc.partition("::\n\n")[2].partition("\n\nguidetrack's own")[0], flags=re.MULTILINE)
    seen: list[str] = []
    program = program.replace("outcomes = list(tracker.check())", "outcomes = note(tracker.check())")

    def note(outcomes: object) -> list[object]:
        found = list(outcomes)  # type: ignore[call-overload]
        seen.extend(f"{outcome.kind}:{outcome.reason or ''}" for outcome in found)
        return found

    names: dict[str, object] = {"note": note}
    exec(compile(program, "guidetrack.testing", "exec"), names)
    names["test_our_clinic_hears_of_it"](tmp_path)  # type: ignore[operator]
    assert seen == ["changed:", "missed:blocked"]


def test_pages_callables_and_answers_serve_from_one_mapping() -> None:
    """A mapping may mix bodies, answers and callables; what is not named is 404."""
    with Site({"/a": "one", "/b": lambda request: Answer(body=request.target), "/c": Answer(410)}) as site:
        assert site.paths == ["/a", "/b", "/c"]
        assert urllib.request.urlopen(site.url("/a")).read() == b"one"
        assert urllib.request.urlopen(site.url("/b?x=1")).read() == b"/b?x=1"
        for path, status in (("/c", 410), ("/robots.txt", 404)):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(site.url(path))
            assert caught.value.code == status
        assert [request.path for request in site.log] == ["/a", "/b", "/c", "/robots.txt"]
        assert isinstance(site.asked("/b?x=1")[0], Request)


@pytest.mark.parametrize("reason", WALLS)
@pytest.mark.parametrize("status", [200, 403])
def test_each_wall_is_taken_for_no_page(reason: str, status: int) -> None:
    """The verdict on each wall is the reason it is offered under, when it comes with 200; with 403 it is one at all."""
    answer = wall(reason, status=status)  # type: ignore[arg-type]
    assert isinstance(answer.body, str)
    found = guidetrack.verdict(answer.body.encode(), status=status, headers=dict(answer.pairs()),
                               url="https://www.example.org/guidance")
    assert found is not None
    assert status != 200 or found.reason == reason


def test_an_unknown_wall_is_refused_with_the_known_ones() -> None:
    """A misspelt reason is an error that lists the right ones, not an empty page."""
    with pytest.raises(ValueError, match="maintenance"):
        wall("maintainance")  # type: ignore[arg-type]


def test_every_page_becomes_a_source(tmp_path: Path) -> None:
    """The file loads, has a source for every page under a readable id, and takes further keys and tables."""
    with Site({"/": "home", "/guidance/esketamine.html": PAGE, "/robots.txt": ""}) as site:
        settings = load(write_sources(tmp_path, site, more='grace = "0s"\n[mail]\nto = ["a@clinic.example"]\n'))
        named = load(write_sources(tmp_path, site, urls={"x": site.url("/x")}))
    assert [source.id for source in settings.sources] == ["home", "guidance-esketamine-html"]
    assert settings.sources[1].grace == timedelta(0)
    assert [(source.id, source.url[-2:]) for source in named.sources] == [("x", "/x")]


def test_the_clock_moves_only_when_told() -> None:
    """It is aware and UTC, goes both ways, and refuses a time without a zone."""
    clock = Clock(datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=3))))
    assert clock() == clock() == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert clock.forward(days=1, hours=2) == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert clock.forward(hours=-2) == clock() == datetime(2026, 3, 2, 6, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        Clock(datetime(2026, 3, 1))  # noqa: DTZ001


def test_it_is_light() -> None:
    """Importing it loads nothing beyond the standard library and guidetrack's own face."""
    code = ("import sys; before = set(sys.modules)\n"
            "import guidetrack.testing; loaded = set(sys.modules) - before\n"
            "print(sorted({name.partition('.')[0] for name in loaded} - set(sys.stdlib_module_names)))")
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in eval(done.stdout) if not name.startswith("_")}
    assert ours == {"guidetrack"}

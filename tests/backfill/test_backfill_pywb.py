"""backfill against a real web archive: pywb with a collection made of our own pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guidetrack.cli import run
from tests.support import pywb
from tests.support.watched import Watched, page, varied

PAGE = "https://office.example/guidance"
LIST = "https://office.example/list?year=2020&kind=a"
HTML = {"Content-Type": "text/html; charset=utf-8", "Server": "old"}
WALL = ("<html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1>"
        "<div class='cf-turnstile'></div></body></html>")
ONE_HOUR = "Patients must be observed for at least one hour after each dose."
COPIES: tuple[pywb.Copy, ...] = (
    ("2019-03-01T10:00:00Z", PAGE, 200, HTML, page()),
    ("2019-09-01T10:00:00Z", PAGE, 200, HTML, page()),
    ("2020-03-01T10:00:00Z", PAGE, 200, HTML, WALL),
    ("2021-03-01T10:00:00Z", PAGE, 200, HTML, varied(p0=ONE_HOUR)),
    ("2021-09-01T10:00:00Z", PAGE, 301, {"Location": "https://office.example/moved-here"}, ""),
    ("2022-03-01T10:00:00Z", PAGE, 404, HTML, "<h1>Not found</h1>"),
    ("2022-09-01T10:00:00Z", PAGE, 200, HTML, page()),
    ("2020-01-01T10:00:00Z", LIST, 200, HTML, page(title="A list")),
    ("2020-02-01T10:00:00Z", LIST.replace("a", "b"), 200, HTML, page(title="Another list")),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A collection on loopback; skipped loudly where pywb cannot be installed."""
    problem = pywb.installed()
    if problem:
        print(f"\n*** NOT TESTED against pywb: it cannot be installed here: {problem} ***", file=sys.__stderr__)
        pytest.skip(f"pywb cannot be installed: {problem}")
    with pywb.running(tmp_path_factory.mktemp("pywb"), COPIES) as address:
        yield address


def fill(watched: Watched, archive: str, *more: str) -> int:
    """Back-fill both pages."""
    return run(["-c", str(watched.file), "backfill", "--all", "--since", "2018-01-01", "--archive", archive, *more])


@pytest.fixture
def clinic(watched: Watched) -> Watched:
    """A clinic that watches both pages."""
    watched.add("page", url=PAGE)
    watched.add("list", url=LIST)
    watched.write()
    return watched


def test_the_past_of_a_page(clinic: Watched, archive: str) -> None:
    """True dates, the walls left out, byte-exact copies labelled with their address; verified."""
    assert fill(clinic, archive) == 0
    with clinic.open(write=False) as tracker:
        found = tracker.changes(historical=True)[::-1]
        assert [(change.seen, change.kind.value) for change in found] == [
            (datetime(2021, 3, 1, 10, tzinfo=UTC), "content"), (datetime(2022, 9, 1, 10, tzinfo=UTC), "returned")]
        first = tracker.store.captures("page")[0]
        assert first.origin == f"{archive}/20190301100000id_/{PAGE}"
        kept = tracker.store.capture("page", first.id)
        assert kept.body == page().encode()
        assert kept.header("server") == "old"
        assert kept.header("memento-datetime") == ""
        assert [info.reached for info in tracker.store.captures("list")] == [LIST]
        assert tracker.store.untold() == []
    assert run(["-c", str(clinic.file), "verify"]) == 0


def test_again_asks_for_nothing(clinic: Watched, archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The second time every copy is known, walls included."""
    assert fill(clinic, archive) == 0
    capsys.readouterr()
    assert fill(clinic, archive) == 0
    assert "0 copies asked for" in capsys.readouterr().err


def test_halving(clinic: Watched, archive: str) -> None:
    """--bisect speaks to it too."""
    assert fill(clinic, archive, "--bisect", "--until", "2021-12-31") == 0
    with clinic.open(write=False) as tracker:
        assert [f"{change.seen:%Y-%m-%d}" for change in tracker.changes(historical=True)] == ["2021-03-01"]


def test_by_its_timemap(clinic: Watched, archive: str, tmp_path: Path) -> None:
    """Its TimeMap lists what its CDX index does."""
    import asyncio
    from dataclasses import replace

    from guidetrack.fetch import Fetcher
    from guidetrack.fetch.archives import WebArchive, listing

    async def both() -> tuple[list[datetime], list[datetime]]:
        with clinic.open() as tracker:
            source = tracker.source("page")
            settings = replace(tracker.settings.fetch, robots=False)
            async with Fetcher(settings, now=lambda: clinic.now, version="0") as fetcher:
                usual = WebArchive.at(archive)
                mapped = replace(usual, cdx=f"{archive}/no-such-endpoint/cdx")
                indexes = [await listing(fetcher, one, source, None, None) for one in (usual, mapped)]
        return tuple([found.when for found in index.mementos] for index in indexes)  # type: ignore[return-value]

    by_cdx, by_timemap = asyncio.run(both())
    assert by_cdx == by_timemap
    assert len(by_cdx) == 7

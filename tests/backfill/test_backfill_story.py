"""backfill: forty copies of four pages over six years, with walls, redirects, gaps and one page gone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.models import ChangeKind
from tests.support.site import Answer, Site
from tests.support.watched import Watched, page, varied
from tests.support.wayback import Wayback

WALL = ("<html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1>"
        "<div class='cf-turnstile'></div></body></html>")
ONE_HOUR = "Patients must be observed for at least one hour after each dose."
FIVE_YEARS = "Records of each session are kept for five years and shown on request."
HOST = "https://office.example"


def collection(archive: Wayback) -> None:
    """Forty copies. a: changes twice, walls and an error between; b: a gap, then a change; c: noise, redirects and
    wrong dates, and back to its first text; d: gone."""
    for number, year in enumerate(range(2019, 2025)):  # 12 copies, changes seen 2021-02-01 and 2023-02-01
        body = page() if year < 2021 else varied(p0=ONE_HOUR) if year < 2023 else varied(p0=ONE_HOUR, p4=FIVE_YEARS)
        archive.copy(f"{HOST}/a", f"{year}-02-01", body)
        if number % 3 == 0:
            archive.copy(f"{HOST}/a", f"{year}-06-01", WALL)
        elif number % 3 == 1:
            archive.copy(f"{HOST}/a", f"{year}-06-01", "<h1>Bad gateway</h1>", status=502)
        else:
            archive.copy(f"{HOST}/a", f"{year}-06-01", body)
    for day in ("2019-03-01", "2019-04-01", "2019-05-01", "2019-06-01", "2023-01-01", "2023-02-01", "2023-03-01",
                "2023-04-01", "2023-05-01"):  # 9 copies, a gap of three and a half years
        archive.copy(f"{HOST}/b", day, page() if day < "2020" else varied(p4=FIVE_YEARS))
    for number in range(8):  # 10 copies
        body = varied(p2="") if number in (3, 4) else page()
        archive.copy(f"{HOST}/c", f"2020-{number + 1:02}-01", body.replace("</main>", f"</main><!-- {number} -->"))
    archive.copy(f"{HOST}/c", "2021-01-01", status=302, location=f"{archive.url}/20210101120000id_/{HOST}/sign-in",
                 listed_status="-")
    archive.copy(f"{HOST}/sign-in", "2021-01-01", "<title>Sign in</title><form><input type=password></form>")
    archive.copy(f"{HOST}/c", "2021-03-01", page(), digest="X" * 32, answer=Answer(
        200, page(), {"Content-Type": "text/html", "Memento-Datetime": "Wed, 01 Jan 2020 12:00:00 GMT"}))
    for day in ("2019-01-01", "2020-01-01", "2021-01-01", "2022-01-01", "2022-07-01"):  # 9 copies
        archive.copy(f"{HOST}/d", day, page(title="A notice"))
    for day in ("2023-01-01", "2023-07-01", "2024-01-01", "2024-07-01"):
        archive.copy(f"{HOST}/d", day, "<h1>Not found</h1>", status=404)


@pytest.fixture
def archive(site: Site, watched: Watched) -> Wayback:
    """The collection, and a clinic that watches its four pages."""
    made = Wayback(site)
    collection(made)
    assert sum(len(made.copies[f"{HOST}/{id}"]) for id in "abcd") == 40
    for id in "abcd":
        watched.add(id, url=f"{HOST}/{id}")
    watched.write()
    return made


def fill(watched: Watched, archive: Wayback, *more: str, ids: tuple[str, ...] = ("--all",)) -> int:
    """Back-fill from the collection."""
    return run(["-c", str(watched.file), "backfill", *ids, "--since", "2018-01-01", "--archive", archive.url, *more])


def story(watched: Watched) -> list[tuple[str, str, str]]:
    """(source, day, kind) of every historical change, in order of time."""
    with watched.open(write=False) as tracker:
        found = tracker.changes(historical=True)
        assert all(change.historical for change in found)
        return sorted((change.source, f"{change.seen:%Y-%m-%d}", change.kind.value) for change in found)


STORY = [("a", "2021-02-01", "content"), ("a", "2023-02-01", "content"), ("b", "2023-01-01", "content"),
         ("c", "2020-04-01", "content"), ("c", "2020-06-01", "returned"), ("d", "2023-01-01", "gone")]


def test_changes_carry_their_true_dates(watched: Watched, archive: Wayback) -> None:
    """Walls, errors, redirects and wrongly dated copies are no texts; nothing is to be told; the archive verifies."""
    assert fill(watched, archive) == 0
    assert story(watched) == STORY
    with watched.open(write=False) as tracker:
        assert tracker.changes() == []
        assert tracker.store.untold() == []
        assert {status.state for status in tracker.status()} == {"never checked"}
        infos = tracker.store.captures("a")
        assert [f"{info.fetched:%Y-%m-%d}" for info in infos] == ["2019-02-01", "2021-02-01", "2023-02-01"]
        assert infos[0].origin == f"{archive.url}/20190201120000id_/{HOST}/a"
        assert ONE_HOUR in tracker.text("a", on=datetime(2022, 1, 1, tzinfo=UTC).date()).lines
        assert list(tracker.store.checks()) == []
        first = next(tracker.store.checks(source="a", command="backfill"))
        assert first.url == infos[0].origin
        assert archive.copies[f"{HOST}/a"][0]["digest"] in first.detail
    assert run(["-c", str(watched.file), "verify"]) == 0


def test_the_second_time_only_the_index_is_asked(watched: Watched, archive: Wayback) -> None:
    """Also walls and copies of the same text are never asked for again; nor what an error was listed for."""
    assert fill(watched, archive) == 0
    first = archive.asked()
    assert max(first.values()) == 1
    assert f"/web/20230101120000id_/{HOST}/d" not in first
    before = len(archive.site.log)
    assert fill(watched, archive) == 0
    assert archive.asked() == first
    assert len(archive.site.log) - before == 4
    assert story(watched) == STORY


def test_a_dry_run_counts_and_writes_nothing(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str]) -> None:
    """The number of requests it would make is the number that are made."""
    assert fill(watched, archive, "--dry-run") == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert archive.asked() == {}
    with watched.open() as tracker:
        assert tracker.store.captures() == []
    fill(watched, archive)
    asked = sum(count for path, count in archive.asked().items() if "sign-in" not in path)
    assert said.startswith(f"{asked} requests to 127.0.0.1")


def test_the_order_of_fetching_does_not_matter(watched: Watched, archive: Wayback) -> None:
    """The later half first, then the earlier, then everything: the same changes stand."""
    assert fill(watched, archive, "--since", "2022-01-01") == 0
    assert fill(watched, archive, "--until", "2021-12-31") == 0
    assert fill(watched, archive) == 0
    assert story(watched) == STORY
    assert max(archive.asked().values()) == 1


def test_thinned_then_in_full(watched: Watched, archive: Wayback) -> None:
    """A coarse back-fill dates changes late; the finer one narrows them, and only the narrowest are listed."""
    assert fill(watched, archive, "--every", "1000d", ids=("a",)) == 0
    coarse = story(watched)
    assert coarse
    assert fill(watched, archive, ids=("a",)) == 0
    assert story(watched) == STORY[:2]
    assert max(archive.asked().values()) == 1


def test_the_live_page_takes_over(watched: Watched, archive: Wayback, site: Site) -> None:
    """The first live check compares with the newest copy, and what is new since is told."""
    site.page("/live", varied(p0=ONE_HOUR, p4=FIVE_YEARS, p3="Driving is allowed the next day."))
    watched.sources.clear()
    watched.add("live")
    archive.copy(site.url("/live"), "2023-05-01", page())
    archive.copy(site.url("/live"), "2024-05-01", varied(p0=ONE_HOUR, p4=FIVE_YEARS))
    watched.write()
    assert fill(watched, archive, ids=("live",)) == 0
    outcome = watched.one("live")
    assert outcome.change is not None
    assert not outcome.change.historical
    assert [edit.after for edit in outcome.change.edits if edit.after] == ["Driving is allowed the next day."]


def test_before_a_live_archive(watched: Watched, archive: Wayback, site: Site) -> None:
    """What changed between the last copy and our first look is recorded too, as historical; the live story stays."""
    site.page("/live", varied(p0=ONE_HOUR))
    watched.sources.clear()
    watched.add("live")
    watched.one("live")
    first_look = watched.now
    site.page("/live", varied(p0=ONE_HOUR, p4=FIVE_YEARS))
    watched.one("live")
    archive.copy(site.url("/live"), "2024-05-01", page())
    assert fill(watched, archive, ids=("live",)) == 0
    with watched.open(write=False) as tracker:
        found = tracker.changes(historical=True)
        assert [(change.historical, change.seen.date()) for change in found] == [
            (False, watched.now.date()), (True, first_look.date())]
    assert watched.one("live").change is None


def test_history_tells_it_all(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str]) -> None:
    """First seen, the changes, and the years of which no copy was asked for."""
    fill(watched, archive)
    capsys.readouterr()
    assert run(["-c", str(watched.file), "history", "b", "--format", "json"]) == 0
    events = json.loads(capsys.readouterr().out)["events"]
    assert [(event["event"], event["at"][:10]) for event in events] == [
        ("first", "2019-03-01"), ("gap", "2019-06-01"), ("change", "2023-01-01")]
    assert events[1]["until"][:10] == "2023-01-01"


def test_bisect_finds_one_change_among_500(watched: Watched, archive: Wayback) -> None:
    """In twelve fetches at most, wherever it is; and again nothing twice."""
    changed = 317
    first = datetime(2015, 1, 1, tzinfo=UTC)
    stamps = [f"{first + timedelta(days=number):%Y%m%d%H%M%S}" for number in range(500)]
    for number, stamp in enumerate(stamps):
        body = page() if number < changed else varied(p0=ONE_HOUR)
        archive.copy(f"{HOST}/many", stamp, body.replace("</main>", f"</main><!-- {number} -->"))
    watched.add("many", url=f"{HOST}/many")
    watched.write()
    args = ["-c", str(watched.file), "backfill", "many", "--since", "2014-01-01", "--archive", archive.url, "--bisect"]
    assert run(args) == 0
    assert sum(archive.asked().values()) <= 12
    with watched.open(write=False) as tracker:
        (change,) = tracker.changes(historical=True)
        assert f"{change.seen:%Y%m%d%H%M%S}" == stamps[changed]
        assert change.kind is ChangeKind.CONTENT
    before = sum(archive.asked().values())
    assert run(args) == 0
    assert sum(archive.asked().values()) == before


def test_what_the_archive_holds_nothing_of(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str],
                                           tmp_path: Path) -> None:
    """A sentence; nothing is wrong."""
    watched.add("new", url=f"{HOST}/new")
    watched.write()
    assert fill(watched, archive, ids=("new",)) == 0
    assert "holds no copy of it" in capsys.readouterr().err

"""backfill: killed at any point, and archives that hang, refuse, lie or answer nonsense."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.errors import EmptyArchiveError
from tests.backfill.test_backfill_story import HOST, STORY, collection, fill, story
from tests.support.site import Answer, Request, Site
from tests.support.watched import Watched, page, varied
from tests.support.wayback import Wayback

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def archive(site: Site, watched: Watched) -> Wayback:
    """An empty collection, and a clinic that watches one page."""
    watched.add("p", url=f"{HOST}/p")
    watched.write()
    return Wayback(site)


def three(archive: Wayback, **second: object) -> None:
    """Three copies of the page, the second as told."""
    archive.copy(f"{HOST}/p", "2020-01-01", page())
    archive.copy(f"{HOST}/p", "2021-01-01", varied(p1=""), **second)  # type: ignore[arg-type]
    archive.copy(f"{HOST}/p", "2022-01-01", varied(p0="Observed for one hour."))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_killed_and_gone_on_with(site: Site, watched: Watched, number: signal.Signals) -> None:
    """Ten times each: in the end the same changes stand, and no copy that was recorded was asked for again.

    SIGTERM lets the copy under way be kept; after SIGKILL that one, and no other, has to be asked for once more.
    """
    archive = Wayback(site)
    collection(archive)
    for id in "abcd":
        watched.add(id, url=f"{HOST}/{id}")
    watched.write()
    kills = again = 0
    while True:
        recorded = {path: archive.asked()[path] for path in looked_at(watched, archive)}
        process = start(watched, archive)
        target = sum(archive.asked().values()) + 1 + kills % 3
        while process.poll() is None and (kills >= 10 or sum(archive.asked().values()) < target):
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(number)
        code = process.wait(60)
        assert recorded == {path: archive.asked()[path] for path in recorded}
        again = sum(archive.asked().values()) - len(archive.asked())
        if code == 0:
            break
        assert code in (-number, 128 + number)
        kills += 1
    assert kills >= 5
    assert again <= (kills if number is signal.SIGKILL else 0)
    assert story(watched) == STORY
    assert run(["-c", str(watched.file), "verify"]) == 0


def start(watched: Watched, archive: Wayback) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "guidetrack", "-q", "-c", str(watched.file), "backfill", "--all", "--since",
               "2018-01-01", "--archive", archive.url]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=watched.folder,
                            stdout=subprocess.DEVNULL)


def looked_at(watched: Watched, archive: Wayback) -> set[str]:
    """Paths of the copies whose looks are recorded."""
    try:
        with watched.open(write=False) as tracker:
            checks = tracker.store.checks(command="backfill")
            return {check.url.removeprefix(archive.site.url("")) for check in checks}
    except EmptyArchiveError:
        return set()


def test_asked_to_wait(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str]) -> None:
    """429 with a long Retry-After ends in a sentence and 2; later the same command goes on, nothing twice."""
    three(archive, answer=Answer(429, "slow down", {"Retry-After": "3600"}))
    assert fill(watched, archive) == 2
    said = capsys.readouterr().err
    assert "status 429" in said
    assert "3600" in said
    assert "goes on from there" in said
    assert len(archive.asked()) == 2
    archive.site.answer(f"/web/20210101120000id_/{HOST}/p", Answer(200, varied(p1=""), {
        "Content-Type": "text/html", "Memento-Datetime": "Fri, 01 Jan 2021 12:00:00 GMT"}))
    assert fill(watched, archive) == 0
    assert sorted(archive.asked().values()) == [1, 1, 2]
    assert [day for _, day, _ in story(watched)] == ["2021-01-01", "2022-01-01"]


def test_one_copy_that_cannot_be_replayed(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of the archive's own is left for the next time; the other copies are taken."""
    three(archive, answer=Answer(500, "playback error"))
    assert fill(watched, archive) == 2
    assert "cannot replay its copy of 2021-01-01" in capsys.readouterr().err
    assert [day for _, day, _ in story(watched)] == ["2022-01-01"]


def test_an_archive_that_hangs(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence after the time-out, not a wait without end."""
    watched.fetch = 'timeout = "1s"'
    watched.write()
    archive.site.answer("/web/cdx", Answer(200, "late", delay_s=30))
    assert fill(watched, archive) == 2
    assert "does not answer" in capsys.readouterr().err


@pytest.mark.parametrize("noise", [("garbage in the index", '{"timestamp": "never"}'), ("<p>",)])
def test_damaged_lines_of_the_index_are_said(watched: Watched, archive: Wayback, noise: tuple[str, ...],
                                             capsys: pytest.CaptureFixture[str]) -> None:
    """How many, with an example; the other lines count."""
    three(archive)
    archive.noise = noise
    assert fill(watched, archive) == 0
    assert f"{len(noise)} of {3 + len(noise)} lines of its index cannot be read" in capsys.readouterr().err
    assert len(story(watched)) == 2


def test_an_index_that_is_none(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str]) -> None:
    """A page instead of an index: a sentence and 2."""
    archive.site.answer("/web/cdx", Answer(200, "<!doctype html>\n<title>Sorry</title>\n<h1>We are tired</h1>"))
    assert fill(watched, archive) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_an_index_without_end(watched: Watched, archive: Wayback, capsys: pytest.CaptureFixture[str]) -> None:
    """More bytes than any index has: a sentence and 2, before it is read."""
    archive.site.answer("/web/cdx", Answer(200, b"[" * 10_000_001))
    assert fill(watched, archive) == 2
    assert "too many to be one" in capsys.readouterr().err


def test_an_archive_without_cdx_is_asked_for_its_timemap(watched: Watched, archive: Wayback) -> None:
    """RFC 7089 is enough."""
    three(archive)
    archive.site.answer("/web/cdx", Answer(404, "no"))
    days = ("Wed, 01 Jan 2020", "Fri, 01 Jan 2021", "Sat, 01 Jan 2022")
    lines = [f'<{archive.url}/{row["timestamp"]}/{HOST}/p>; rel="memento"; datetime="{day} 12:00:00 GMT"'
             for day, row in zip(days, archive.copies[f"{HOST}/p"], strict=True)]
    archive.site.answer(f"/web/timemap/link/{HOST}/p", Answer(200, ",\n".join(lines)))
    assert fill(watched, archive) == 0
    assert [day for _, day, _ in story(watched)] == ["2021-01-01", "2022-01-01"]


@pytest.mark.parametrize("headers, said", [
    ({"Memento-Datetime": "Sun, 01 Jan 2017 12:00:00 GMT"}, "its copy of 2017-01-01 instead"),
    ({"Memento-Datetime": "Sun, 01 Jan 2090 12:00:00 GMT"}, "instead of 2021-01-01")])
def test_a_copy_dated_otherwise_is_refused(watched: Watched, archive: Wayback, headers: dict[str, str], said: str,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    """It is another copy, or a lie: no text of that day."""
    three(archive, answer=Answer(200, varied(p1=""), {"Content-Type": "text/html", **headers}))
    assert run(["-v", "-c", str(watched.file), "backfill", "p", "--since", "2018-01-01", "--archive", archive.url]) == 0
    assert said in capsys.readouterr().err
    assert [day for _, day, _ in story(watched)] == ["2022-01-01"]


def test_a_redirect_to_a_nearby_copy_is_followed(watched: Watched, archive: Wayback) -> None:
    """From one time of the page to another within the day."""
    three(archive, answer=Answer(302, headers={"Location": f"/web/20210101130000id_/{HOST}/p"}))
    archive.site.answer(f"/web/20210101130000id_/{HOST}/p", Answer(200, varied(p1=""), {
        "Content-Type": "text/html", "Memento-Datetime": "Fri, 01 Jan 2021 13:00:00 GMT"}))
    assert fill(watched, archive) == 0
    with watched.open(write=False) as tracker:
        assert [f"{info.fetched:%Y%m%d%H}" for info in tracker.store.captures("p")] == [
            "2020010112", "2021010113", "2022010112"]


def test_a_redirect_out_of_the_archive_is_no_copy(watched: Watched, archive: Wayback) -> None:
    """The live web is not the past."""
    archive.site.page("/live", varied(p1=""))
    three(archive, answer=Answer(302, headers={"Location": archive.site.url("/live").replace("127.0.0.1", "localhost")}))
    assert fill(watched, archive) == 0
    assert [day for _, day, _ in story(watched)] == ["2022-01-01"]


def test_pages_of_an_index_are_followed(watched: Watched, archive: Wayback) -> None:
    """An archive that never gives more than a thousand rows is asked for the rest."""
    for number in range(2500):
        archive.copies.setdefault(f"{HOST}/p", []).append({
            "urlkey": "k", "timestamp": f"{20100101000000 + number % 24 * 10000 + (number // 24 % 28) * 1000000 + number // 672 * 100000000}",
            "url": f"{HOST}/p", "mime": "text/html", "status": "200", "digest": "SAME"})
    stamps = sorted(row["timestamp"] for row in archive.copies[f"{HOST}/p"])
    archive.site.answer(f"/web/{stamps[0]}id_/{HOST}/p", Answer(200, page(), {
        "Content-Type": "text/html", "Memento-Datetime": "Fri, 01 Jan 2010 00:00:00 GMT"}))
    full = archive._cdx

    def capped(request: Request) -> Answer:
        answer = full(request)
        return Answer(200, b"\n".join(bytes(answer.body, "utf-8").splitlines()[:1000])
                      if isinstance(answer.body, str) else answer.body)

    archive.site.answer("/web/cdx", capped)
    assert run(["-c", str(watched.file), "backfill", "p", "--since", "2009-01-01", "--archive", archive.url]) == 0
    assert len(archive.site.asked("/web/cdx")) == 3
    assert sum(archive.asked().values()) == 1


@pytest.mark.parametrize("args", [[], ["p", "--all"], ["p", "--archive", "ftp://x.example"], ["p", "--every", "0d"],
                                  ["nobody"]])
def test_what_cannot_be_meant(watched: Watched, archive: Wayback, args: list[str]) -> None:
    """A usage error, and no request."""
    assert run(["-c", str(watched.file), "backfill", "--since", "2018-01-01", *args]) == 2
    assert archive.site.log == []


def test_a_page_that_really_shrank(watched: Watched, archive: Wayback) -> None:
    """Most words gone once is held; a second copy that says the same is believed."""
    rules = [f"Rule number {n} about the observation of patients and the keeping of records." for n in range(60)]
    long, short = page(*rules), page(rules[7])
    for day, body in (("2020-01-01", long), ("2021-01-01", short + "<!-- 1 -->"), ("2022-01-01", short + "<!-- 2 -->")):
        archive.copy(f"{HOST}/p", day, body)
    assert fill(watched, archive) == 0
    assert [day for _, day, _ in story(watched)] == ["2022-01-01"]

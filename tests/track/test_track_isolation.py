"""Bodies that harm a parser cost their source its text, and nobody else anything."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from guidetrack.models import Capture, OutcomeKind, Reason, Rules
from guidetrack.track import child, isolate
from guidetrack.track.reading import EPOCH, Reading, read
from guidetrack.track.wire import LENGTH, opened, packed
from tests.support.site import Answer, Site
from tests.support.watched import PARAGRAPHS, Watched, page


def capture(body: bytes, media_type: str = "text/html") -> Capture:
    """A capture with this body."""
    return Capture("x", "x", "http://a.example/", "http://a.example/", 200, (("Content-Type", media_type),), body, EPOCH)


def read_all(*captures: Capture) -> list[Reading]:
    """Read them one after the other by one reader."""
    async def run() -> list[Reading]:
        async with isolate.Reader() as reader:
            return [await reader.read(one, Rules()) for one in captures]

    return asyncio.run(run())


BIG = page(*(f"{PARAGRAPHS[n % 6]} Point {n}." for n in range(9000))).encode()


def test_the_child_reads_what_we_would_read() -> None:
    """A large page comes out of the child exactly as extraction in this process gives it."""
    assert len(BIG) > isolate.INLINE_BYTES
    (reading,) = read_all(capture(BIG))
    assert reading == read(BIG, "text/html", "http://a.example/", Rules())


@pytest.mark.parametrize("body", [b"PK\x03\x04" + b"junk" * 300_000, b"%PDF-1.7 junk", b"%PDF-1.4\n" + b"\0" * 500_000])
def test_junk_is_a_sentence_and_the_next_page_is_read(body: bytes) -> None:
    """What no parser can read is a problem in words; the reader goes on."""
    first, second = read_all(capture(body), capture(BIG))
    assert first.text is None
    assert str(first.problem)
    assert second.text is not None


def test_a_job_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that hangs is killed; the next page gets a new child."""
    monkeypatch.setattr(child, "SECONDS", 0.0)
    (first,) = read_all(capture(BIG))
    assert "was stopped" in str(first.problem)


def test_a_child_that_dies_is_replaced() -> None:
    """A crash of the parser is this page's trouble only."""
    async def run() -> tuple[Reading, Reading]:
        async with isolate.Reader() as reader:
            await reader.read(capture(BIG), Rules())
            assert reader._child is not None
            asyncio.get_running_loop().call_soon(reader._child._process.kill)
            first = await reader.read(capture(BIG), Rules())
            return first, await reader.read(capture(BIG), Rules())

    first, second = asyncio.run(run())
    assert "crashed" in str(first.problem)
    assert second.text is not None


@pytest.mark.parametrize("executable", ["no-such-program", "true"])
def test_where_no_child_starts_a_risky_body_is_a_sentence(executable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a program whose sys.executable is no Python of ours, large bodies are missed and small ones are read."""
    monkeypatch.setattr(child.sys, "executable", shutil.which(executable) or executable)
    first, second = read_all(capture(BIG), capture(page().encode()))
    assert "process of its own" in str(first.problem)
    assert second.text is not None


@pytest.mark.parametrize("body", [b"%PDF-1.7 junk", page().encode()])
def test_readings_survive_the_pipe(body: bytes) -> None:
    """Problems and texts alike can be sent between processes."""
    reading = read(body, "", "", Rules())
    message = packed(reading)
    assert LENGTH.unpack(message[:LENGTH.size]) == (len(message) - LENGTH.size,)
    again = opened(message[LENGTH.size:])
    assert isinstance(again, Reading)
    assert (again.text, str(again.problem)) == (reading.text, str(reading.problem))


def test_neighbours_of_a_monster_are_unaffected(watched: Watched, site: Site) -> None:
    """A page of 45 MB of paragraphs is missed within its memory; its neighbour is seen as ever."""
    site.page("/a", page())
    site.answer("/b", Answer(200, b"<main>" + b"<p>A line with words in it to read.</p>" * 1_200_000,
                             {"Content-Type": "text/html"}))
    watched.add("a")
    watched.add("b")
    got = watched.check()
    assert got["a"].kind is OutcomeKind.FIRST
    assert (got["b"].kind, got["b"].reason) == (OutcomeKind.MISSED, Reason.UNREADABLE)

"""Bodies that harm a parser cost their source its text, and nobody else anything."""

from __future__ import annotations

import asyncio
import pickle

import pytest

from guidetrack.models import Capture, OutcomeKind, Reason, Rules
from guidetrack.track import isolate
from guidetrack.track.reading import EPOCH, read
from tests.support.site import Answer, Site
from tests.support.watched import PARAGRAPHS, Watched, page


def capture(body: bytes, media_type: str = "text/html") -> Capture:
    """A capture with this body."""
    return Capture("x", "x", "http://a.example/", "http://a.example/", 200, (("Content-Type", media_type),), body, EPOCH)


def read_all(*captures: Capture) -> list[object]:
    """Read them one after the other by one reader."""
    async def run() -> list[object]:
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
    monkeypatch.setattr(isolate, "SECONDS", 0.0)
    (first,) = read_all(capture(BIG))
    assert "was stopped" in str(first.problem)


def test_a_child_that_dies_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash of the parser is this page's trouble only."""
    async def run() -> tuple[object, object]:
        async with isolate.Reader() as reader:
            child = await reader._start()
            child.kill()
            await child.wait()
            reader._child = child
            monkeypatch.setattr(type(child), "returncode", None, raising=False)
            first = await reader.read(capture(BIG), Rules())
            monkeypatch.undo()
            return first, await reader.read(capture(BIG), Rules())

    first, second = asyncio.run(run())
    assert "crashed" in str(first.problem)  # type: ignore[attr-defined]
    assert second.text is not None  # type: ignore[attr-defined]


def test_readings_survive_the_pipe() -> None:
    """Problems and texts alike can be sent between processes."""
    reading = read(b"%PDF-1.7 junk", "application/pdf", "", Rules())
    again = pickle.loads(pickle.dumps(reading))
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

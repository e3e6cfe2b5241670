"""Processes side by side: the same answers as one process gives, started late, replaced when they break."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from guidetrack.compare import compare, load_vocabulary
from guidetrack.models import Capture, Rules
from guidetrack.store.freeze import freeze_text
from guidetrack.track import child, crew, isolate
from guidetrack.track.child import Child
from guidetrack.track.crew import Crew
from guidetrack.track.isolate import Reader
from guidetrack.track.reading import EPOCH, Reading, read
from tests.support.site import Site
from tests.support.watched import PARAGRAPHS, Watched, page

PAGES = [page(*(f"{text} Point {n}." for text in PARAGRAPHS[:n % 6 + 1]), title=f"Guidance {n}") for n in range(30)]
HERE = [read(text.encode(), "text/html", "http://a.example/", Rules()) for text in PAGES]


def capture(text: str) -> Capture:
    """A capture with this body."""
    return Capture("x", "x", "http://a.example/", "http://a.example/", 200, (("Content-Type", "text/html"),),
                   text.encode(), EPOCH)


async def with_child(reader: Reader) -> Reader:
    """Instead of ``Reader.__aenter__``: one process of the crew works from the beginning."""
    await reader._crew._start()
    return reader


def read_by_crew(meanwhile: Callable[[Reader], object] = lambda reader: None) -> tuple[list[Reading], int]:
    """All pages read by a crew that is at work; what ``meanwhile`` does happens once all are under way."""
    async def run() -> tuple[list[Reading], int]:
        async with Reader(2) as reader:
            await with_child(reader)
            (working,) = reader._crew._children
            asyncio.get_running_loop().call_later(0.001, meanwhile, reader)
            found = await asyncio.gather(*(reader.read(capture(text), Rules()) for text in PAGES))
            return found, working.done

    return asyncio.run(run())


def test_a_crew_reads_what_we_would_read() -> None:
    """Whichever process reads a page, the reading is the same, and comes to the one who asked."""
    readings, done = read_by_crew()
    assert readings == HERE
    assert [r.text and r.text.digest for r in readings] == [r.text and r.text.digest for r in HERE]
    assert done >= crew.DEPTH


def test_a_crew_compares_as_we_would_compare() -> None:
    """Comparisons are equal to the last reason, with further looks, remembered lines and a vocabulary."""
    vocabulary = load_vocabulary(None)
    texts = [reading.text for reading in HERE if reading.text is not None]
    jobs = [(old, new, looks, {"point 1."}) for (old, new), looks in zip(
        pairwise(texts), [[], [texts[3]], [texts[4], texts[5]]] * 10, strict=False)]

    async def run() -> tuple[list[object], int]:
        async with Reader(2) as reader:
            await with_child(reader)
            (working,) = reader._crew._children
            return await asyncio.gather(*(reader.compare(*job, vocabulary) for job in jobs)), working.done

    found, done = asyncio.run(run())
    assert found == [compare(old, new, again=looks, remembered=lines, vocabulary=vocabulary)
                     for old, new, looks, lines in jobs]
    assert done > 1


def test_a_crew_that_dies_costs_nobody_anything() -> None:
    """Pages that a dead process was given are read alone, and all texts are there."""
    readings, _ = read_by_crew(lambda reader: reader._crew._children[0]._process.kill())
    assert readings == HERE


def test_a_page_that_hangs_in_the_crew_is_missed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page under way when the time is up is stopped and says so; those behind it are read."""
    async def run() -> list[Reading]:
        async with Reader(2) as reader:
            await with_child(reader)
            monkeypatch.setattr(child, "SECONDS", 0.0)
            first = asyncio.create_task(reader.read(capture(PAGES[0]), Rules()))
            rest = [asyncio.create_task(reader.read(capture(text), Rules())) for text in PAGES[1:3]]
            answers = [await first]
            monkeypatch.undo()
            return answers + list(await asyncio.gather(*rest))

    first, *rest = asyncio.run(run())
    assert "was stopped" in str(first.problem)
    assert [reading.text is not None for reading in rest].count(False) <= 1


def test_a_comparison_that_breaks_there_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process cannot answer is done by us: nothing is lost but time."""
    texts = [reading.text for reading in HERE[:2] if reading.text is not None]
    vocabulary = load_vocabulary(None)

    async def run() -> object:
        async with Reader(2) as reader:
            await with_child(reader)
            monkeypatch.setattr(child, "SECONDS", 0.0)
            return await reader.compare(texts[0], texts[1], [], set(), vocabulary)

    assert asyncio.run(run()) == compare(texts[0], texts[1], vocabulary=vocabulary)


def test_a_check_by_a_crew_leaves_the_same_archive(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """First check, noise, changes: outcomes, texts and changes are equal whether one process did it or several."""
    told = {}
    for name, enter in (("one", Reader.__aenter__), ("crew", with_child)):
        monkeypatch.setattr(Reader, "__aenter__", enter)
        monkeypatch.setattr(crew, "cores", lambda name=name: 1 if name == "one" else 3)
        told[name] = _story(Watched(_made(tmp_path / name), site), site)
    assert told["one"] == told["crew"]
    assert "changed" in str(told["one"])


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _story(watched: Watched, site: Site) -> list[object]:
    for n in range(len(PAGES)):
        watched.add(f"s{n}")
    told: list[object] = []
    for edition in range(3):
        for n, text in enumerate(PAGES):
            words = text.replace("two hours", "one hour") if edition == 2 and n % 3 == 0 else text
            site.page(f"/s{n}", words.replace("</footer>", f"<p>Viewed {edition}{n} times</p></footer>"))
        outcomes = watched.check()
        told += sorted((id, o.kind, str(o.reason), o.detail, o.set_aside) for id, o in outcomes.items())
    with watched.open(write=False) as tracker:
        told += sorted(repr(dataclasses.replace(change, id=0, run="")) for change in tracker.changes())
        texts = {source.id: freeze_text(tracker.text(source.id)) for source in tracker.sources()}
        told.append(hashlib.sha256(repr(texts).encode()).hexdigest())
        told += sorted((info.source, info.sha256, info.text_digest) for source in tracker.sources()
                       for info in tracker.store.captures(source.id))
    return told


def test_a_small_check_starts_no_process(watched: Watched, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few pages are read here: starting a process would cost more than it saves."""
    async def never(cls: type[Child]) -> Child:
        raise AssertionError("a process was started")

    monkeypatch.setattr(Child, "start", classmethod(never))
    monkeypatch.setattr(crew, "cores", lambda: 8)
    for n, text in enumerate(PAGES):
        site.page(f"/s{n}", text)
        watched.add(f"s{n}")
    assert {outcome.kind.value for outcome in watched.check().values()} == {"first"}


@pytest.mark.parametrize(("read_before", "waiting", "starts"), [(0, 50, False), (10**7, 2, False), (10**7, 8, True)])
def test_a_process_is_started_when_it_is_worth_it(read_before: int, waiting: int, starts: bool,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """Once as much was read here as starting costs, and bodies wait: not for one page, nor for pages that drip in."""
    async def run() -> bool:
        started = asyncio.Event()

        async def start(cls: type[Child]) -> Child:
            started.set()
            raise OSError("none today")

        monkeypatch.setattr(Child, "start", classmethod(start))
        hands = Crew(2)
        assert hands.take(("read",), read_before, waiting) is None
        await asyncio.sleep(0)
        await hands.close()
        return started.is_set()

    assert asyncio.run(run()) is starts


def test_where_none_starts_all_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event loop that cannot start processes is asked once; the check goes on in one."""
    async def none(cls: type[Child]) -> Child:
        raise NotImplementedError

    async def run() -> list[Reading]:
        async with Reader(4) as reader:
            await with_child(reader)
            assert not reader._crew._size
            return [await reader.read(capture(text), Rules()) for text in PAGES[:3]]

    monkeypatch.setattr(Child, "start", classmethod(none))
    assert asyncio.run(run()) == HERE[:3]


def test_a_process_that_has_done_enough_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a parser leaks does not add up: after so many jobs a process ends, and its pages are all read."""
    async def run() -> tuple[list[Reading], bool, int]:
        async with Reader(2) as reader:
            await with_child(reader)
            (first,) = reader._crew._children
            found = [await reader.read(capture(text), Rules()) for text in PAGES]
            await asyncio.sleep(0)
            return found, first in reader._crew._children, first.done

    monkeypatch.setattr(crew, "JOBS", 3)
    found, still, done = asyncio.run(run())
    assert (found, still, done) == (HERE, False, 3)


def test_no_process_outlives_the_reader() -> None:
    """A run that is broken off ends its processes, whatever they are doing."""
    async def run() -> list[bool]:
        async with Reader(2) as reader:
            await with_child(reader)
            (working,) = reader._crew._children
            tasks = [asyncio.create_task(reader.read(capture(text), Rules())) for text in PAGES]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [working.alive, *(task.cancelled() for task in tasks)]

    alive, *cancelled = asyncio.run(run())
    assert not alive
    assert all(cancelled)


def test_new_pages_wait_while_many_are_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fetches is held back while bodies pile up, and let go on once they are read: memory stays flat."""
    monkeypatch.setattr(isolate, "WAITING_BODIES", 2)

    async def run() -> tuple[bool, bool]:
        async with Reader(1) as reader:
            tasks = [asyncio.create_task(reader.read(capture(text), Rules())) for text in PAGES[:4]]
            await asyncio.sleep(0)
            held = not reader._calm.is_set()
            await reader.calm()
            await asyncio.gather(*tasks)
            return held, reader._calm.is_set()

    assert asyncio.run(run()) == (True, True)


def test_a_known_text_does_not_travel() -> None:
    """Asked whether the text is the known one, here and in a process the answer is only that, and what was set aside."""
    known = [reading.text for reading in HERE]
    assert all(known)

    async def run() -> list[Reading]:
        async with Reader(2) as reader:
            await with_child(reader)
            return list(await asyncio.gather(*(
                reader.read(capture(page), Rules(), known=text.digest) for page, text in zip(PAGES, known, strict=True))))

    here = [read(page.encode(), "text/html", "", Rules(), text.digest) for page, text in zip(PAGES, known, strict=True)]
    assert asyncio.run(run()) == here == [Reading(None, same=len(text.set_aside)) for text in known]
    assert read(PAGES[0].encode(), "text/html", "http://a.example/", Rules(), known[1].digest) == HERE[0]

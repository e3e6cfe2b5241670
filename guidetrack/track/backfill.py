"""Back-fill: what web archives hold of our pages, through the same verdict, extractor and store as a live page.

Every copy asked for is recorded as a look of the run, also the one that was a wall: it is never asked for again.
Changes are drawn when a source is done, so that a run that was killed and gone on with ends as one that was not.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guidetrack._version import __version__
from guidetrack.compare import load_vocabulary
from guidetrack.errors import WebArchiveError
from guidetrack.fetch import Fetcher
from guidetrack.fetch.archives import NotTaken, WebArchive, listing, take
from guidetrack.fetch.mementos import Index, Memento, taken_apart
from guidetrack.models import CaptureInfo, Change, Check, OutcomeKind, Run, Settings, Source
from guidetrack.store import Store
from guidetrack.track.absorb import Absorber, Asking, Taken
from guidetrack.track.choosing import Choice, Plan, Search, choose
from guidetrack.track.isolate import Reader
from guidetrack.track.timeline import draw, draw_gone, good

PATIENCE = 3
"""Copies in a row that cannot be had now, after which the archive is left in peace."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to back-fill: the period, how densely, from which archive (empty: the Internet Archive)."""

    since: datetime
    until: datetime | None = None
    every: timedelta | None = None
    archive: str = ""
    bisect: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """What an archive holds of a source, what was chosen of it, how many requests that still takes.

    With ``bisect`` the number is an estimate: one change in the period, a few requests more for each further one.
    """

    source: Source
    index: Index
    plan: Plan
    requests: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A copy that was asked for and what became of it."""

    source: Source
    memento: Memento
    taken: Taken
    why: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be had now; the same command goes on from there. ``stopped``: nothing more is asked."""

    source: Source
    why: str
    stopped: bool = False


Step = Listed | Asked | Change | Trouble


class Backfill:
    """One back-fill of some sources. :meth:`plans` asks only indexes; :meth:`steps` does it all.

    :param now: the clock: aware, UTC. The caller holds the archive's lock around :meth:`steps`.
    """

    def __init__(self, store: Store, settings: Settings, wish: Wish, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._wish = wish
        self._now = now
        self._vocabulary = load_vocabulary(settings.vocabulary)
        self.archive = WebArchive.at(wish.archive)
        self.stopping = False

    def stop(self) -> None:
        """End once the copy under way is kept, so that it need not be asked for again."""
        self.stopping = True

    @property
    def pause(self) -> timedelta:
        """Between two requests: ours, or the archive's own if it is longer."""
        return max(self._settings.fetch.pause, self.archive.pause)

    def fetcher(self) -> Fetcher:
        """Our usual manners but for robots.txt: an index and its copies are offered to programs (decision 0902)."""
        settings = replace(self._settings.fetch, robots=False, pause=self.pause)
        return Fetcher(settings, now=self._now, version=__version__)

    async def plans(self, fetcher: Fetcher, sources: Collection[Source]) -> AsyncIterator[Listed | Trouble]:
        """What the archive holds of each source, and what would be asked for."""
        for source in sources:
            if self.stopping:
                return
            try:
                index = await listing(fetcher, self.archive, source, self._wish.since, self._wish.until)
            except WebArchiveError as error:
                yield Trouble(source, str(error), error.everywhere)
                if error.everywhere:
                    return
                continue
            plan = choose(index.mementos, every=self._wish.every)
            yield Listed(source, index, plan, self._search(source, plan).requests)

    async def steps(self, sources: Collection[Source]) -> AsyncIterator[Step]:
        """Everything, in order: first all indexes, then source by source its copies and the changes they show."""
        started = self._now()
        run = Run(f"{started:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}", started, __version__, self._settings.sha256,
                  command="backfill")
        self._store.begin(run)
        async with self.fetcher() as fetcher, Reader() as reader:
            listed: list[Listed] = []
            stopped = False
            async for step in self.plans(fetcher, sources):
                yield step
                if isinstance(step, Listed):
                    listed.append(step)
                else:
                    stopped = stopped or step.stopped
            for one in listed:
                if stopped or self.stopping:
                    break
                async for done in self._source(fetcher, reader, one, run.id):
                    yield done
                    stopped = stopped or (isinstance(done, Trouble) and done.stopped)
        self._store.end(run.id, self._now())

    def _search(self, source: Source, plan: Plan) -> Search:
        return Search(plan, bisect=self._wish.bisect, asked=self._asked(source))

    def _asked(self, source: Source) -> dict[str, str | None]:
        """Every copy asked for before: the digest of what it said, or None when it was not the page."""
        infos = self._store.captures(source.id)
        line = good(infos)
        by_id = {info.id: info.text_digest for info in line}
        asked = {check.url: _said(check, by_id) for check in self._store.checks(source=source.id, command="backfill")}
        for address, digest in asked.items():
            if digest == "":  # the same text as what stood before it
                asked[address] = _in_force(address, line)
        return asked

    async def _source(self, fetcher: Fetcher, reader: Reader, listed: Listed, run: str) -> AsyncIterator[Step]:
        source, plan = listed.source, listed.plan
        thin = self._wish.bisect or self._wish.every is not None
        absorber = Absorber(self._store, reader, source, keep_same=thin)
        search = self._search(source, plan)
        failures = 0
        while (choice := search.wanted()) is not None:
            if self.stopping:
                return
            try:
                step = await self._ask(fetcher, absorber, source, choice, run, search)
                failures = 0
            except WebArchiveError as error:
                failures += 1
                stopped = error.everywhere or failures >= PATIENCE
                search.tell(choice, None)  # for now: nothing is recorded, so the next run asks again
                yield Trouble(source, str(error), stopped)
                if stopped:
                    return
                continue
            yield step
        async for change in draw(self._store, reader, source, vocabulary=self._vocabulary, run=run):
            yield change
        if plan.gone is not None:
            gone = draw_gone(self._store, source, plan.gone, run=run)
            if gone is not None:
                yield gone

    async def _ask(self, fetcher: Fetcher, absorber: Absorber, source: Source, choice: Choice, run: str,
                   search: Search) -> Asked:
        memento = choice.memento
        answer = await take(fetcher, memento, source, now=self._now())
        note = f"digest {memento.digest} in the archive's index" if memento.digest else ""
        asking = Asking(run, self._now(), note)
        if isinstance(answer, NotTaken):
            absorber.missed(memento.address, answer.reason, answer.detail, asking, status=answer.status)
            search.tell(choice, None)
            return Asked(source, memento, Taken.REFUSED, answer.detail)
        done = await absorber.take(answer, asking)
        search.tell(choice, done.text_digest or None)
        if done.text_digest and choice.last != memento:
            detail = f"the same bytes as its copy of {memento.when:%Y-%m-%d}, says the archive; not asked for"
            absorber.missed(choice.last.address, None, detail, asking, outcome=OutcomeKind.UNCHANGED)
        return Asked(source, memento, done.taken, done.why)


def _said(check: Check, texts: dict[str, str]) -> str | None:
    """The digest of what a copy said; empty when it was the text that stood before it; None when not the page."""
    if not check.outcome.good:
        return None
    return texts.get(check.capture, "") if check.capture else ""


def _in_force(address: str, line: list[CaptureInfo]) -> str | None:
    parts = taken_apart(address)
    at = bisect_right(line, parts[0], key=lambda info: info.fetched) if parts else 0
    return line[at - 1].text_digest if at else None

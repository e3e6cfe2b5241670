"""Which jobs are due: by host, what has waited longest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from guidetrack.fleet import queue
from guidetrack.fleet.queue import Job
from guidetrack.models import Memory, Source
from guidetrack.track import Tracker, decide

if TYPE_CHECKING:
    from guidetrack.store import Store

SOURCES_A_JOB = 20
"""A job is short, so that a stop is soon and a worker that dies repeats little."""
NAMED, LATE, ORDINARY = 100, 10, 0
"""Priorities: asked for by name; not looked at for twice its cadence, or never; due."""


def jobs(sources: Iterable[Source], looked: Mapping[str, datetime], now: datetime, *, queued: Collection[str] = (),
         named: bool = False) -> list[Job]:
    """The jobs for the sources that are due, or for all when they were ``named``. Pure.

    :param looked: when each source was last looked at. :param queued: those in the queue already.
    """
    by_host: dict[tuple[int, str], list[Source]] = defaultdict(list)
    for source in sources:
        memory = Memory(source.id, last_checked=looked.get(source.id))
        if source.id in queued or not (named or decide.is_due(memory, source, now)):
            continue
        priority = _priority(source, memory.last_checked, now, named=named)
        by_host[priority, urlsplit(source.url).netloc.lower()].append(source)
    found = []
    for (priority, host), waiting in sorted(by_host.items(), key=lambda item: (-item[0][0], item[0][1])):
        waiting.sort(key=lambda source: (looked.get(source.id) is not None, looked.get(source.id), source.id))
        ids = [source.id for source in waiting]
        found += [Job(host, tuple(ids[at:at + SOURCES_A_JOB]), now, priority)
                  for at in range(0, len(ids), SOURCES_A_JOB)]
    return found


def _priority(source: Source, looked: datetime | None, now: datetime, *, named: bool) -> int:
    if named:
        return NAMED
    return LATE if looked is None or now - looked > 2 * source.every else ORDINARY


async def schedule(tracker: Tracker, ids: Collection[str], now: datetime) -> list[Job]:
    """Put what is due into the queue, or the sources named; returns the jobs put in.

    :raises UsageError: an unknown id, or the catalogue is a file.
    """
    store: Store = tracker.store
    name = queue.name_of(tracker.settings.file)
    sources = tracker.sources(ids)
    app = queue.application(store)
    found = jobs(sources, store.last_checked(), now, queued=() if ids else queue.waiting(store, name), named=bool(ids))
    if found:
        async with app.open_async():
            await queue.put(app, name, found)
    return found

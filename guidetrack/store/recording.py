"""What checks came to, into the archive: bodies first, then one transaction that says they exist."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import StoreError
from guidetrack.models import Capture, Change, Check, Record, Text
from guidetrack.store import captures, changes, excerpt, freeze, memories, runs
from guidetrack.store.archive import TXT, WARC, Archive, Kept
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.intents import Intents
from guidetrack.store.journal import Kind
from guidetrack.store.schema import captures as captures_table
from guidetrack.store.schema import changes as changes_table
from guidetrack.store.schema import texts as texts_table

Item = tuple[str, dict[str, Any]]
Links = dict[str, tuple[int, bytes]]
"""Of each run under way: its number and the link of its newest check."""
Packed = tuple[Kept, tuple[bytes, str] | None]
Files = set[tuple[str, str, str]]
Written = tuple[list[Change | None], Links, Files, dict[str, str]]
"""Changes numbered, links as they are now, files that go, the digest of each memory written."""


class Recorder:
    """Keeps bodies and records checks; remembers between the two what was written where."""

    def __init__(self, archive: Archive, catalogue: Catalogue) -> None:
        self.archive = archive
        self.catalogue = catalogue
        self._kept: dict[tuple[str, str], Packed] = {}
        self._guard = threading.Condition()
        self._busy = 0
        self._released = False
        self.intents = Intents(archive.place)
        self._links: Links = {}
        self._going: Files = set()
        """Source, capture and suffix of files that the rows say are gone, to be removed before the lock is let go."""

    def keep(self, capture: Capture, text: Text | None) -> None:
        """Make a body durable and prepare its row. Refused once the lock was let go: nobody would record it.

        :raises StoreError: the lock was let go, or the body cannot be written.
        """
        with self._guard:
            if self._released:
                raise StoreError("the archive is no longer held; nothing was kept")
            self._busy += 1
        try:
            self.intents.say([(capture.source, capture.id)])
            kept = self.archive.put(capture, text)
            packed = None if text is None else freeze.pack(freeze.freeze_text(text))
            with self._guard:
                self._kept[capture.source, capture.id] = kept, packed
        finally:
            with self._guard:
                self._busy -= 1
                self._guard.notify_all()

    @contextlib.contextmanager
    def holding(self, writer: str) -> Iterator[None]:
        """While the lock is held bodies may be kept. ``writer``: in whose name intents are left; empty: none are."""
        self.intents = Intents(self.archive.place, writer)
        self._released = False
        self.intents.begin()
        try:
            yield
        finally:
            self._release()
            self.intents.end()

    def _release(self) -> None:
        """The lock is about to be let go: wait for bodies being kept in threads, remove those nobody recorded."""
        with self._guard:
            self._released = True
            self._guard.wait_for(lambda: not self._busy)
            left = sorted(name for name in self._kept if self._ours(name[0]))
            self._kept.clear()
        if left:
            with self.catalogue.read() as connection:
                unknown = [name for name in left if not captures.exists(connection, *name)]
            for source, id in unknown:
                self.archive.remove(source, id)
            self.intents.done(left)
        # an error here, or a kill, leaves the note beside the lock: the next writer removes what is left
        for source, id, suffix in sorted(self._going):
            self.archive.remove(source, id, (suffix,))
        self.intents.done({(source, id) for source, id, _ in self._going})
        self._going.clear()

    def _ours(self, source: str) -> bool:
        """Whether nobody else can be at a source; else the next writer clears away what our intents name."""
        session = self.catalogue.session
        return session is None or session.holds(source)

    def reduce(self, source: str, working: Collection[str], at: datetime) -> None:
        """Remove body and text of a source's captures, but for the ``working`` ones."""
        def work(writing: Write) -> list[str]:
            ids, entries = excerpt.reduce(writing, source, working)
            self.intents.say((source, id) for id in ids)
            writing.append(at, entries)
            return ids

        ids = self.catalogue.transact(work)
        self._going.update((source, id, suffix) for id in ids for suffix in (WARC, TXT))

    def record(self, records: Sequence[Record], at: datetime) -> list[Change | None]:
        """One transaction for these records; the change of each, numbered, or None. ``at``: for the journal."""
        for item in records:
            if item.capture is not None and (item.capture.source, item.capture.id) not in self._kept:
                self.keep(item.capture, item.text)
        if not records:
            return []
        recorded, links, going, seals = self.catalogue.transact(lambda writing: self._write(writing, records, at))
        self._links = links
        self._going |= going
        if self.catalogue.session is not None:
            self.catalogue.session.wrote(seals)
        settled = [(item.capture.source, item.capture.id) for item in records if item.capture is not None]
        with self._guard:
            for name in settled:
                self._kept.pop(name, None)
        self.intents.done(set(settled) - {(source, id) for source, id, _ in self._going})
        return recorded

    def _write(self, writing: Write, records: Sequence[Record], at: datetime) -> Written:
        links = self._begun(writing, records)
        names = writing.intern(_names(records))
        entries = self._captures(writing, records, names, links)
        recorded = _numbered(writing, records)
        fresh = [(change, names[change.source]) for change in recorded if change is not None]
        if fresh:
            entries += changes.insert(writing, fresh)
        _checks(writing, records, recorded, names, links)
        seals = memories.save(writing, (item.memory for item in records), names)
        going, reduced = _reduced(writing, records)
        self.intents.say(sorted({(source, id) for source, id, _ in going}))
        writing.append(at, [*entries, *reduced])
        return recorded, links, going, seals

    def _begun(self, writing: Write, records: Sequence[Record]) -> Links:
        """Number and last link of each run these records belong to."""
        links = dict(self._links)
        for run in {item.check.run for item in records if item.check is not None} - links.keys():
            number = runs.number_of(writing.connection, run)
            if number is None:
                raise StoreError(f"run {run!r} never began")
            links[run] = number, runs.last_link(writing.connection, number)
        return links

    def _captures(self, writing: Write, records: Sequence[Record], names: dict[str, int], links: Links) -> list[Item]:
        """Insert the captures and texts that are not recorded yet; returns their journal entries."""
        wanted = [item for item in records if item.capture is not None]
        known, gone = _known(writing, wanted, names) if wanted else ({}, set())
        self._going |= gone
        rows: list[dict[str, Any]] = []
        texts: list[dict[str, Any]] = []
        entries: list[Item] = []
        for item in wanted:
            capture = item.capture
            if capture is None or _same(capture, known):
                continue
            known[capture.source, capture.id] = capture.sha256
            if not rows:
                number, text_number = writing.next(captures_table.c.number), writing.next(texts_table.c.number)
            kept, packed = self._kept[capture.source, capture.id]
            run = item.check.run if item.check else ""
            row = captures.row_of(
                capture, item.text, kept, number=number + len(rows), source=names[capture.source],
                run=links[run][0] if run else None,
                good=item.check.outcome.good if item.check else item.text is not None)
            rows.append(row)
            entries.append((Kind.CAPTURE, captures.journaled(row, capture.source, run)))
            if item.text is not None and packed is not None:
                text = captures.text_row(text_number + len(texts), row["number"], 1, item.text, packed)
                texts.append(text)
                entries.append((Kind.TEXT, captures.journaled_text(text, capture.source, capture.id)))
        if rows:
            writing.connection.execute(captures_table.insert(), rows)
        if texts:
            writing.connection.execute(texts_table.insert(), texts)
        return entries


def _checks(writing: Write, records: Sequence[Record], recorded: Sequence[Change | None], names: dict[str, int],
            links: Links) -> None:
    """Append the checks, each run's in its own chain; ``links`` is brought up to date."""
    by_run: dict[str, list[Check]] = {}
    for item, change in zip(records, recorded, strict=True):
        if item.check is None:
            continue
        check = item.check
        if change is not None:
            check = replace(check, change=change.id)
        by_run.setdefault(check.run, []).append(check)
    for run, items in by_run.items():
        number, before = links[run]
        links[run] = number, runs.insert(writing, items, number, before, names)


def _reduced(writing: Write, records: Sequence[Record]) -> tuple[Files, list[Item]]:
    """Reduce the sources of which only excerpts may be kept: files that go then, and journal entries."""
    going: Files = set()
    entries: list[Item] = []
    for item in records:
        if item.excerpt and item.capture is not None:
            source, working = item.memory.source, {item.capture.id, item.memory.base or item.capture.id}
            ids, told = excerpt.reduce(writing, source, working)
            going |= {(source, id, suffix) for id in ids for suffix in (WARC, TXT)}
            entries += told
    return going, entries


def _names(records: Iterable[Record]) -> set[str]:
    wanted: set[str] = set()
    for item in records:
        wanted.add(item.memory.source)
        if item.check is not None:
            wanted.update((item.check.source, item.check.url, item.check.final_url))
    return wanted


def _numbered(writing: Write, records: Sequence[Record]) -> list[Change | None]:
    found: list[Change | None] = []
    number = 0
    for item in records:
        if item.change is None:
            found.append(None)
            continue
        number = number + 1 if number else writing.next(changes_table.c.id)
        run = item.change.run or (item.check.run if item.check else "")
        found.append(replace(item.change, id=number, run=run))
    return found


def _known(writing: Write, items: Sequence[Record],
           names: dict[str, int]) -> tuple[dict[tuple[str, str], str], Files]:
    """Digests of those captures of ``items`` that are recorded already, and files of theirs that had been removed."""
    found, gone = {}, set()
    ids = sorted({item.capture.id for item in items if item.capture is not None})
    sources = {names[item.capture.source]: item.capture.source for item in items if item.capture is not None}
    for start in range(0, len(ids), 500):
        wanted = sa.select(captures_table.c.source, captures_table.c.id, captures_table.c.sha256,
                           captures_table.c.kept, captures.has_text(removed=True)).where(
            captures_table.c.id.in_(ids[start:start + 500]))
        for source, id, sha256, kept, reduced in writing.connection.execute(wanted):
            if source in sources:
                found[sources[source], id] = sha256
                gone |= {(sources[source], id, suffix)
                         for suffix, removed in ((WARC, not kept), (TXT, reduced)) if removed}
    return found, gone


def _same(capture: Capture, known: dict[tuple[str, str], str]) -> bool:
    """Whether this very capture is recorded; a different one of the same id is an error."""
    recorded = known.get((capture.source, capture.id))
    if recorded is not None and recorded != capture.sha256:
        raise StoreError(f"{capture.source}: capture {capture.id} is recorded with another body")
    return recorded is not None


def reread(writing: Write, source: str, capture_id: str, text: Text, at: datetime) -> None:
    """Append a newer reading of a capture."""
    connection = writing.connection
    row = captures.row(writing.catalogue, connection, source, capture_id)
    version = connection.execute(sa.select(sa.func.coalesce(sa.func.max(texts_table.c.version), 0))
                                 .where(texts_table.c.capture == row.number)).scalar_one() + 1
    values = captures.text_row(writing.next(texts_table.c.number), row.number, version, text,
                               freeze.pack(freeze.freeze_text(text)))
    connection.execute(texts_table.insert(), values)
    writing.append(at, [(Kind.TEXT, captures.journaled_text(values, source, capture_id))])

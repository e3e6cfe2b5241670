"""What a killed writer left behind: runs without an end, half-written files, bodies that nothing refers to.

Called while the lock is held, so whatever is found belongs to nobody. A complete body of a check that was not
recorded is removed: the check did not happen as far as anybody was told, and the next run makes it again. The
journal says which files. Without a sign that a writer was killed nothing is looked for and nothing removed: a
catalogue restored from an old backup must never cost a body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa

from guidetrack.store import runs
from guidetrack.store.archive import MAX_FILE_BYTES, PART, TXT, WARC, Archive
from guidetrack.store.captures import has_text
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.intents import Intent
from guidetrack.store.journal import Kind
from guidetrack.store.schema import captures, names
from guidetrack.store.session import Session


def sweep(catalogue: Catalogue, archive: Archive, *, left: bool, now: datetime) -> None:
    """Close killed runs in the journal and clear their litter. ``left``: the last holder of the lock was killed."""
    with catalogue.read() as connection:
        killed = runs.open_in_journal(connection)
    if not killed and not left:
        return
    litter = _litter(catalogue, archive, bodies=bool(killed and left))
    named = [[name, sha256] for name, sha256 in litter if sha256]
    catalogue.transact(lambda writing: _closed(writing, killed, named, now))
    for name, _ in litter:
        archive.place.delete(name)


def sweep_dead(catalogue: Catalogue, archive: Archive, session: Session, intents: Iterable[Intent], *,
               now: datetime) -> None:
    """The same where writers are many: what those left that are no more, while others are at work."""
    found = list(intents)
    gone = [writer for writer in sorted({intent.writer for intent in found}) if session.bury("writer", writer)]
    for writer in gone:
        archive.place.delete(Intent(writer, "", "").file)  # first: should it only have been cut off, it stops
    for intent in found:
        if intent.part and intent.writer in gone:
            archive.place.delete(intent.file)
    killed = [run for run in catalogue.ask(runs.open_in_journal) if session.bury("run", run)]
    mine = [intent for intent in found if intent.source and intent.writer in gone
            and (session.alone or session.claim([intent.source]))]
    try:
        litter = [name for intent in mine for name in _of(catalogue, archive, intent)]
        named = [[name, sha256] for name, sha256 in litter if sha256]
        if killed or named:
            catalogue.transact(lambda writing: _closed(
                writing, [run for run in killed if session.still(writing.connection, "run", run)], named, now))
        for name, _ in litter:
            archive.place.delete(name)
        for intent in mine:
            archive.place.delete(intent.file)
    finally:
        for intent in mine:
            session.release([intent.source])
        for run in killed:
            session.leave("run", run)
        for writer in gone:
            session.leave("writer", writer)


def _closed(writing: Write, killed: list[str], named: list[list[str]], now: datetime) -> None:
    """Say in the journal which runs were killed, and which files of theirs go, with their digests."""
    for run in killed:
        # it may have ended of itself after it was found open and before its lock was tried
        if not runs.ended(writing.connection, run):
            runs.end(writing, run, None, None, now)
    if named:
        writing.append(now, [(Kind.SWEPT, {"files": named})])


def _of(catalogue: Catalogue, archive: Archive, intent: Intent) -> Iterator[tuple[str, str]]:
    """Files of one capture to remove, with the digest of those that were whole and nobody recorded."""
    wanted = sa.select(captures.c.kept, has_text(removed=True)).join(names, captures.c.source == names.c.id).where(
        names.c.text == intent.source, captures.c.id == intent.capture)
    row = catalogue.ask(lambda connection: connection.execute(wanted).first(), single=True)
    removed = {} if row is None else {WARC: not row[0], TXT: bool(row[1])}
    for folder, file, _ in archive.files(intent.source):
        name = f"{folder}/{file}"
        if file.startswith(f".{intent.capture}.") and file.endswith(PART):
            yield name, ""
        for suffix in (WARC, TXT):
            if file != f"{intent.capture}{suffix}":
                continue
            if row is None:
                yield name, hashlib.sha256(archive.place.get(name, MAX_FILE_BYTES)).hexdigest()
            elif removed[suffix]:
                yield name, ""


def _litter(catalogue: Catalogue, archive: Archive, *, bodies: bool) -> list[tuple[str, str]]:
    """Files to remove, with the digest of those that were whole."""
    with catalogue.read() as connection:
        wanted = sa.select(names.c.text, captures.c.id, captures.c.kept, has_text(removed=True)).join(
            names, captures.c.source == names.c.id)
        known = {(source, id): {WARC: kept, TXT: not reduced}
                 for source, id, kept, reduced in connection.execute(wanted)}
    found = []
    for source, name, _ in archive.files():
        path = f"{source}/{name}"
        if name.startswith(".") and name.endswith(PART):
            found.append((path, ""))
        elif name.endswith((WARC, TXT)):
            suffix = WARC if name.endswith(WARC) else TXT
            stem = source, name.removesuffix(suffix)
            if stem in known and not known[stem][suffix]:
                found.append((path, ""))  # its removal was recorded, but cut short
            elif bodies and stem not in known:
                found.append((path, hashlib.sha256(archive.place.get(path, MAX_FILE_BYTES)).hexdigest()))
    return found

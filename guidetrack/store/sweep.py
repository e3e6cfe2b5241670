"""What a killed writer left behind: runs without an end, half-written files, bodies that nothing refers to.

Called while the lock is held, so whatever is found belongs to nobody. A complete body of a check that was not
recorded is removed: the check did not happen as far as anybody was told, and the next run makes it again. The
journal says which files. Without a sign that a writer was killed nothing is looked for and nothing removed: a
catalogue restored from an old backup must never cost a body.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa

from guidetrack.store import runs
from guidetrack.store.archive import MAX_FILE_BYTES, PART, TXT, WARC, Archive
from guidetrack.store.captures import has_text
from guidetrack.store.catalogue import Catalogue
from guidetrack.store.journal import Kind
from guidetrack.store.schema import captures, names


def sweep(catalogue: Catalogue, archive: Archive, *, left: bool, now: datetime) -> None:
    """Close killed runs in the journal and clear their litter. ``left``: the last holder of the lock was killed."""
    with catalogue.read() as connection:
        killed = runs.open_in_journal(connection)
    if not killed and not left:
        return
    litter = _litter(catalogue, archive, bodies=bool(killed and left))
    with catalogue.write() as writing:
        for run in killed:
            runs.end(writing, run, None, None, now)
        named = [[name, sha256] for name, sha256 in litter if sha256]
        if named:
            writing.append(now, [(Kind.SWEPT, {"files": named})])
    for name, _ in litter:
        archive.place.delete(name)


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

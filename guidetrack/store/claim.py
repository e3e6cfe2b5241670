"""Whose captures a bucket holds. A folder has its catalogue beside it; a prefix could be named by two.

The first writer puts one small object, ``.guidetrack.json``, beside the folders of sources: the hash of its journal's
first entry, which no other catalogue has. Every later one compares before it writes or clears anything away, for a
catalogue that is strange to a bucket would take all its captures for litter of a killed run.
"""

from __future__ import annotations

import json

import sqlalchemy as sa

from guidetrack.errors import DamagedError, StoreError
from guidetrack.store.archive import Archive
from guidetrack.store.catalogue import Catalogue
from guidetrack.store.places import Place, is_remote
from guidetrack.store.schema import captures, journal

MARK = ".guidetrack.json"
_MAX_BYTES = 10_000


def first_entry(connection: sa.Connection) -> str:
    """The hash of the journal's first entry: what tells one archive from every other; empty without a journal."""
    return str(connection.execute(sa.select(journal.c.hash).order_by(journal.c.number).limit(1)).scalar() or "")


def claim(archive: Archive, catalogue: Catalogue) -> None:
    """Make sure that the bodies are this catalogue's, with the lock held. Raises StoreError when they are not.

    The first thing asked of a bucket, so what is wrong with it is said before any page is fetched.
    """
    if archive.claimed or not is_remote(archive.place.address):
        return
    with catalogue.read() as connection:
        mine = first_entry(connection)
        known = connection.execute(sa.select(captures.c.number).limit(1)).first() is not None
    claim_place(archive.place, mine, known=known)
    archive.claimed = True


def claim_place(place: Place, mine: str, *, known: bool) -> None:
    """The same for a place and the journal that begins with ``mine``. ``known``: that catalogue lists captures.

    :raises StoreError: it is another catalogue's.
    """
    there = owner(place)
    if there is None:
        if not known and any(not found.folder.startswith(".") for found in place.list()):
            raise StoreError(f"{place.address} holds objects already, and this catalogue none; name an empty prefix, "
                             "or restore the catalogue from a backup")
        place.put_new(MARK, json.dumps({"journal": mine}).encode())
        there = owner(place)
    if there != mine:
        raise StoreError(f"{place.address} holds the captures of another catalogue (its journal begins with "
                         f"{str(there)[:12]}, this one with {mine[:12]}); name another prefix")


def owner(place: Place) -> str | None:
    """The hash that the mark of a place holds; None when there is no mark, empty when it cannot be read."""
    try:
        value = json.loads(place.get(MARK, _MAX_BYTES))
    except DamagedError:
        return None
    except ValueError:
        return ""
    return str(value.get("journal", "")) if isinstance(value, dict) else ""

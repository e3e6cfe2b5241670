"""Keeping excerpts only: where terms of use ask for it, just the copy we work with is whole (docs/decisions/0506).

Of a superseded capture the body and the lines of its text go. Digests, addresses and times stay in its row, what went
and the dates the document stated are in the journal, and the changed passages are in the change.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError
from guidetrack.models import StatedDate
from guidetrack.store import captures
from guidetrack.store.catalogue import Write
from guidetrack.store.journal import Kind
from guidetrack.store.schema import captures as captures_table
from guidetrack.store.schema import names
from guidetrack.store.schema import texts as texts_table

Item = tuple[str, dict[str, Any]]


def reduce(writing: Write, source: str, working: Collection[str]) -> tuple[list[str], list[Item]]:
    """Mark body and text of a source's captures as removed, but for the ``working`` ones.

    Returns their ids, whose files are to be removed once this is durable, and the journal entries. A capture whose
    text is damaged is left as it is: removing it would hide the damage.
    """
    connection = writing.connection
    whole = captures.LISTED.where(names.c.text == source, captures_table.c.id.not_in(sorted(working)),
                                  captures_table.c.kept | captures.has_text()).order_by(captures_table.c.number)
    ids: list[str] = []
    told: list[dict[str, Any]] = []
    for row in connection.execute(whole).all():
        found = connection.execute(sa.select(texts_table).where(texts_table.c.capture == row.number)
                                   .order_by(texts_table.c.version)).all()
        try:
            dates = _stated(found[-1], source, row.id) if found else ()
        except DamagedError:
            continue
        connection.execute(captures_table.update().where(captures_table.c.number == row.number).values(kept=False))
        connection.execute(texts_table.update().where(texts_table.c.capture == row.number).values(content=b""))
        ids.append(row.id)
        told.append({"capture": row.id, "sha256": row.sha256, "body": bool(row.kept),
                     "texts": [text.number for text in found if text.content],
                     "dates": [[stated.kind.value, stated.value.isoformat()] for stated in dates]})
    return ids, [(Kind.REDUCED, {"source": source, "captures": told})] if told else []


def _stated(row: Any, source: str, capture: str) -> tuple[StatedDate, ...]:
    return captures.thaw(row, f"text of {source} {capture}").dates if row.content else ()

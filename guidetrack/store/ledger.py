"""Rows against journal: the rows of a table in order, beside the journal entries that vouch for them.

Rows are numbered in the order their entries were appended, so both are read once, side by side, a page at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import GuidetrackError

PAGE = 500
"""Rows read at once: a bound on memory."""

Say = Callable[[Any], Mapping[str, Any]]


class Ledger:
    """The rows of one table, to be claimed one by one by the journal's entries.

    :param name: what a row is, for sentences. :param number: the row's number column.
    :param say: what the journal must say of a row; raises GuidetrackError, ValueError or TypeError on damage.
    """

    def __init__(self, name: str, connection: sa.Connection, wanted: sa.Select[Any], number: sa.Column[int],
                 say: Say) -> None:
        self.name = name
        self._say = say
        self._rows = paged(connection, wanted, number)
        self._number = number.name
        self._row: Any = None
        self._ended = False
        self._step()

    def claim(self, number: int, content: Mapping[str, Any]) -> Iterator[str | tuple[Any]]:
        """The row an entry vouches for, in a one-tuple, when it is there; a sentence for all that does not match."""
        while not self._ended and self._at() < number:
            yield f"{self.name} {self._at()} is not in the journal"
            self._step()
        if self._ended or self._at() > number:
            yield f"{self.name} {number} is in the journal, but missing from the catalogue"
            return
        row = self._row
        self._step()
        try:
            said = dict(self._say(row))
        except (GuidetrackError, ValueError, TypeError, KeyError, OverflowError) as error:
            yield f"{self.name} {number} is damaged ({error})"
            return
        differing = sorted(key for key in said.keys() | content.keys() if said.get(key) != content.get(key))
        if differing:
            yield f"{self.name} {number} is not as the journal has it: {', '.join(differing)}"
        yield (row,)

    def rest(self) -> Iterator[str]:
        """A sentence for each row that no entry claimed."""
        while not self._ended:
            yield f"{self.name} {self._at()} is not in the journal"
            self._step()

    def _at(self) -> int:
        return int(getattr(self._row, self._number))

    def _step(self) -> None:
        self._row = next(self._rows, None)
        self._ended = self._row is None


def paged(connection: sa.Connection, wanted: sa.Select[Any], number: sa.Column[int]) -> Iterator[Any]:
    """Rows in order of ``number``, a page at a time."""
    last = -1
    while True:
        rows = connection.execute(wanted.where(number > last).order_by(number).limit(PAGE)).all()
        yield from rows
        if len(rows) < PAGE:
            return
        last = getattr(rows[-1], number.name)

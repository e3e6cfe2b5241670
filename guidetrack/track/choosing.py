"""Which of a web archive's copies are worth a request. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from guidetrack.fetch.mementos import Memento

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_FOUND = frozenset({404, 410})
GONE_COPIES = 2
"""Not-found copies at the end of an index after which the page counts as gone, as with live checks."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A copy worth asking for, and the last of the copies in a row that the archive says are the same bytes."""

    memento: Memento
    last: Memento
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask of an archive for one page.

    :param listed: copies in its index. :param errors: those it took of an error or a redirect.
    :param same: those that are the same bytes as the one before. :param thinned: left out by the wish for fewer.
    :param gone: the first of the not-found copies with which the index ends, or None.
    """

    choices: tuple[Choice, ...]
    listed: int = 0
    errors: int = 0
    same: int = 0
    thinned: int = 0
    gone: Memento | None = None


def choose(mementos: Sequence[Memento], *, every: timedelta | None = None, known: Collection[str] = ()) -> Plan:
    """Of copies, oldest first: no errors, no bytes seen just before, at most one in each span of ``every``.

    :param known: addresses asked before; where the span has one, it is chosen, so that a later run asks no more.
    """
    pages = [found for found in mementos if found.status in (None, 200)]
    rows: list[Choice] = []
    for memento in pages:
        same = rows and memento.digest and memento.digest == rows[-1].memento.digest
        if same:
            rows[-1] = replace(rows[-1], last=memento, copies=rows[-1].copies + 1)
        else:
            rows.append(Choice(memento, memento))
    chosen = rows if not every else _thinned(rows, every, known)
    return Plan(tuple(chosen), len(mementos), len(mementos) - len(pages), len(pages) - len(rows),
                len(rows) - len(chosen), _gone(mementos))


def _thinned(rows: Iterable[Choice], every: timedelta, known: Collection[str]) -> list[Choice]:
    """One of each span; spans are counted from a fixed day, so that they are the same whenever one asks."""
    spans: dict[int, Choice] = {}
    for choice in rows:
        span = (choice.memento.when - _EPOCH) // every
        first = spans.setdefault(span, choice)
        if choice.memento.address in known and first.memento.address not in known:
            spans[span] = choice
    return list(spans.values())


def _gone(mementos: Sequence[Memento]) -> Memento | None:
    end: list[Memento] = []
    for memento in reversed(mementos):
        if memento.status not in _NOT_FOUND:
            break
        end.append(memento)
    return end[-1] if len(end) >= GONE_COPIES and len(end) < len(mementos) else None


@dataclass
class Halving:
    """Binary search for changes among ``count`` copies in order of time: ask both ends, halve where they differ.

    A change that was undone between two equal copies is not seen: that is the price of few requests.
    """

    count: int
    _texts: dict[int, str] = field(default_factory=dict)
    _unusable: set[int] = field(default_factory=set)

    def tell(self, index: int, text: str | None) -> None:
        """What copy ``index`` says, as a digest; None when it says nothing (a wall, an error)."""
        if text is None:
            self._unusable.add(index)
        else:
            self._texts[index] = text

    def wanted(self) -> int | None:
        """The copy to ask for next; None when nothing more can be learnt."""
        usable = [index for index in range(self.count) if index not in self._unusable]
        for end in (*usable[:1], *usable[-1:]):
            if end not in self._texts:
                return end
        for low, high in self._open(usable):
            return usable[(low + high) // 2]
        return None

    @property
    def at_most(self) -> int:
        """How many copies may still have to be asked for, if there is no more than one change in each open part."""
        usable = [index for index in range(self.count) if index not in self._unusable]
        ends = len({index for index in (*usable[:1], *usable[-1:]) if index not in self._texts})
        if ends:
            return min(len(usable), ends + max(len(usable) - 1, 1).bit_length())
        return sum((high - low - 1).bit_length() for low, high in self._open(usable))

    def _open(self, usable: Sequence[int]) -> list[tuple[int, int]]:
        """Neighbours among the copies asked that differ and have others between, as places in ``usable``."""
        asked = [place for place, index in enumerate(usable) if index in self._texts]
        return [(low, high) for low, high in pairwise(asked)
                if high - low > 1 and self._texts[usable[low]] != self._texts[usable[high]]]

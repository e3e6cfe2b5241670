"""Which of a web archive's copies are worth a request. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from guidetrack.fetch.mementos import Memento

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_FOUND = frozenset({404, 410})
TRIES = 3
"""Copies of one span asked for until one is the page: an archive that met a wall met it for a while."""
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

    :param spans: from each, one copy is wanted: the first, or where that is not the page, the next one.
    :param listed: copies in its index. :param errors: those it took of an error or a redirect.
    :param same: those that are the same bytes as the one before. :param thinned: left out by the wish for fewer.
    :param gone: the first of the not-found copies with which the index ends, or None.
    """

    spans: tuple[tuple[Choice, ...], ...]
    listed: int = 0
    errors: int = 0
    same: int = 0
    thinned: int = 0
    gone: Memento | None = None


def choose(mementos: Sequence[Memento], *, every: timedelta | None = None) -> Plan:
    """Of copies, oldest first: no errors, no bytes seen just before, at most one in each span of ``every``."""
    pages = [found for found in mementos if found.status in (None, 200)]
    rows: list[Choice] = []
    for memento in pages:
        same = rows and memento.digest and memento.digest == rows[-1].memento.digest
        if same:
            rows[-1] = replace(rows[-1], last=memento, copies=rows[-1].copies + 1)
        else:
            rows.append(Choice(memento, memento))
    spans = _spans(rows, every) if every else [(row,) for row in rows]
    return Plan(tuple(spans), len(mementos), len(mementos) - len(pages), len(pages) - len(rows),
                len(rows) - len(spans), _gone(mementos))


def _spans(rows: Iterable[Choice], every: timedelta) -> list[tuple[Choice, ...]]:
    """The copies of each span; spans are counted from a fixed day, so that they are the same whenever one asks."""
    spans: dict[int, list[Choice]] = {}
    for choice in rows:
        spans.setdefault((choice.memento.when - _EPOCH) // every, []).append(choice)
    return [tuple(span) for span in spans.values()]


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


class Search:
    """Which of a plan's copies comes next: span after span, or halving.

    :param asked: by address, what copies said when they were asked for before: a digest, or None for not the page.
    """

    def __init__(self, plan: Plan, *, bisect: bool, asked: Mapping[str, str | None]) -> None:
        self._spans = plan.spans
        self._said = dict(asked)
        self._halving = Halving(len(plan.spans)) if bisect else None
        self._next = 0
        if self._halving is not None:
            for place in range(len(self._spans)):
                self._pass_on(self._halving, place)

    @property
    def requests(self) -> int:
        """How many copies are still to be asked for; an estimate when halving, or where walls may be in the way."""
        if self._halving is not None:
            return self._halving.at_most
        return sum(self._candidate(place) is not None for place in range(self._next, len(self._spans)))

    def wanted(self) -> Choice | None:
        """The next copy, or None when all is known."""
        if self._halving is not None:
            place = self._halving.wanted()
            return None if place is None else self._candidate(place)
        while self._next < len(self._spans):
            candidate = self._candidate(self._next)
            if candidate is not None:
                return candidate
            self._next += 1
        return None

    def tell(self, choice: Choice, text: str | None) -> None:
        """What a copy said: a digest, or None when it was not the page."""
        self._said[choice.memento.address] = text
        if self._halving is not None:
            self._pass_on(self._halving, next(at for at, span in enumerate(self._spans) if choice in span))

    def _candidate(self, place: int) -> Choice | None:
        """The copy of a span to ask for; None when one has spoken, or enough were not the page."""
        span = self._spans[place]
        if any(self._said.get(choice.memento.address) for choice in span):
            return None
        return next((choice for choice in span[:TRIES] if choice.memento.address not in self._said), None)

    def _pass_on(self, halving: Halving, place: int) -> None:
        texts = (self._said.get(choice.memento.address) for choice in self._spans[place])
        spoken = next((text for text in texts if text), None)
        if spoken is not None or self._candidate(place) is None:
            halving.tell(place, spoken)

"""Which table answers for which kind of journal entry, and what the journal must say of each of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from guidetrack.models import Decision, Review, Run
from guidetrack.store import captures, changes, configuration, freeze, outbox, runs
from guidetrack.store.catalogue import Catalogue
from guidetrack.store.journal import Entry, Kind, iso
from guidetrack.store.ledger import Ledger
from guidetrack.store.schema import captures as captures_table
from guidetrack.store.schema import changes as changes_table
from guidetrack.store.schema import configurations, deliveries, names, reviews, texts
from guidetrack.store.schema import runs as runs_table

_NUMBER = {Kind.CAPTURE: "number", Kind.TEXT: "number", Kind.CHANGE: "change", Kind.REVIEW: "id",
           Kind.DELIVERY: "delivery", Kind.CONFIGURATION: "configuration", Kind.RUN: "number"}


class Books:
    """Every ledger at once, fed with the journal's entries in order."""

    def __init__(self, catalogue: Catalogue, connection: sa.Connection) -> None:
        self.connection = connection
        self.address = catalogue.address
        self.layouts: set[str] = set()
        """How the tables may be defined: as when they were made, or as where the archive was moved from."""
        self._sent: dict[int, tuple[str | None, bool]] = {}
        self._told: dict[int, str] = {}
        self._pruned = 0
        self._emptied: set[int] = set()
        self._reduced: set[int] = set()
        self._open: dict[str, Mapping[str, Any]] = {}
        self._ledgers = {
            Kind.CAPTURE: Ledger("capture", connection, captures.LISTED, captures_table.c.number, _capture),
            Kind.TEXT: Ledger("text", connection, _TEXTS, texts.c.number, self._text),
            Kind.CHANGE: Ledger("change", connection, _CHANGES, changes_table.c.id, self._change),
            Kind.REVIEW: Ledger("review", connection, sa.select(reviews), reviews.c.id, _review),
            Kind.DELIVERY: Ledger("delivery", connection, sa.select(deliveries), deliveries.c.id, self._delivery),
            Kind.CONFIGURATION: Ledger("configuration", connection, sa.select(configurations), configurations.c.id,
                                       self._configuration),
            Kind.RUN: Ledger("run", connection, sa.select(runs_table), runs_table.c.number, _run),
        }

    def claim(self, entry: Entry) -> Iterator[str | tuple[Any]]:
        """What does not match this entry, in sentences; the row it vouches for, in a one-tuple."""
        try:
            kind, value = Kind(entry.kind), entry.value
            if kind is Kind.REVIEW and value["previous"] != entry.previous:
                yield f"review {value['id']} does not hold the hash of the entry before it"
            if kind in self._ledgers:
                yield from self._ledgers[kind].claim(int(value[_NUMBER[kind]]), value)
            else:
                yield from self._note(kind, value)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"journal entry {entry.number} cannot be read ({type(error).__name__}: {error})"

    def _note(self, kind: Kind, value: dict[str, Any]) -> Iterator[str]:
        if kind is Kind.ARCHIVE:
            self.layouts = {value["layout"], value.get("also", value["layout"])}
        elif kind is Kind.SENT:
            self._sent[value["delivery"]] = value["sent"], value["given_up"]
        elif kind is Kind.TOLD:
            self._told.update((number, value["run"]) for number in value["changes"])
        elif kind is Kind.PRUNED:
            self._pruned += len(value["captures"])
        elif kind is Kind.REDUCED:
            self._pruned += sum(item["body"] for item in value["captures"])
            self._reduced.update(number for item in value["captures"] for number in item["texts"])
        elif kind is Kind.ENDED:
            yield from self._ended(value)

    def _ended(self, value: dict[str, Any]) -> Iterator[str]:
        row = self.connection.execute(sa.select(runs_table).where(runs_table.c.id == value["run"])).first()
        if row is None:
            yield f"run {value['run']} is in the journal, but missing from the catalogue"
        elif (row.ended and iso(row.ended), row.exit_status) != (value["ended"], value["exit_status"]):
            yield f"run {value['run']} did not end as the journal has it"
        self._open[value["run"]] = value

    def rest(self) -> Iterator[str]:
        """What no entry vouches for: rows, and marks on rows."""
        for ledger in self._ledgers.values():
            yield from ledger.rest()
        wanted = sa.select(changes_table.c.id, changes_table.c.told).where(changes_table.c.told.is_not(None))
        told = {row.id: row.told for row in self.connection.execute(wanted)}
        for number in sorted(told.keys() | self._told.keys()):
            if told.get(number) != self._told.get(number):
                yield f"change {number}: the journal has another run telling it than the catalogue"
        marked = sa.select(deliveries.c.id, deliveries.c.sent, deliveries.c.given_up).where(
            deliveries.c.sent.is_not(None) | deliveries.c.given_up)
        ends = {row.id: (iso(row.sent) if row.sent else None, row.given_up) for row in self.connection.execute(marked)}
        for number in sorted(ends.keys() | self._sent.keys()):
            if ends.get(number) != self._sent.get(number):
                yield f"delivery {number}: journal and catalogue disagree whether it was sent"
        gone = sa.select(sa.func.count()).where(sa.not_(captures_table.c.kept))
        if self.connection.execute(gone).scalar_one() != self._pruned:
            yield "the captures marked as pruned are not those the journal has"
        for number in sorted(self._emptied ^ self._reduced):
            yield f"text {number}: journal and catalogue disagree whether it was removed"
        ended = sa.select(runs_table.c.id).where(runs_table.c.ended.is_not(None))
        for run in sorted(set(self.connection.execute(ended).scalars()) - self._open.keys()):
            yield f"run {run} has an end that is not in the journal"

    def _change(self, row: Any) -> Mapping[str, Any]:
        change = changes.thaw(row, self.address)
        columns = (row.source_id, row.kind, row.level, row.seen, row.run, row.to_capture, row.folded, row.historical)
        content = (change.source, change.kind.value, change.level.rank, change.seen, change.run,
                   change.to.capture if change.to else "", change.folded, change.historical)
        if columns != content:
            raise ValueError("its columns are not what its content says")
        return changes.journaled(change, row.sha256)

    def _text(self, row: Any) -> Mapping[str, Any]:
        if not row.content:
            self._emptied.add(row.number)
        else:
            text = freeze.thaw_text(freeze.unpack(row.content, row.sha256))
            if (text.extractor, text.rules) != (row.extractor, row.rules):
                raise ValueError("its columns are not what its content says")
        return captures.journaled_text(row._mapping, row.source_id, row.capture_id)

    def _delivery(self, row: Any) -> Mapping[str, Any]:
        delivery = outbox.thaw(row, self.address)
        return outbox.queued(delivery)

    def _configuration(self, row: Any) -> Mapping[str, Any]:
        configuration.thaw(row, self.address)
        return configuration.journaled(dict(row._mapping))


_TEXTS = (sa.select(texts, names.c.text.label("source_id"), captures_table.c.id.label("capture_id"))
          .join(captures_table, texts.c.capture == captures_table.c.number)
          .join(names, captures_table.c.source == names.c.id))
_CHANGES = sa.select(changes_table, names.c.text.label("source_id")).join(names, changes_table.c.source == names.c.id)


def _capture(row: Any) -> Mapping[str, Any]:
    value = {name: row._mapping[name] for name in captures.COLUMNS}
    return captures.journaled(value, row.source_id, row.run_id or "")


def _review(row: Any) -> Mapping[str, Any]:
    value = dict(row._mapping)
    return {**changes.review_row(Review(**{**value, "decision": Decision(row.decision)})), "at": iso(row.at)}


def _run(row: Any) -> Mapping[str, Any]:
    return runs.begun(Run(row.id, row.started, row.version, row.sources_sha256, None, row.command), row.number)

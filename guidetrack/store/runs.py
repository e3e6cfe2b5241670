"""Runs and checks: every look at a source, in a chain of its own from the start of a run to its end.

Each check row holds a link: the first 16 bytes of SHA-256 over the link before it in the same run and the row in
canonical form. The journal entry that ends the run holds the last link and the number of rows, so no row can be
edited, added or removed afterwards without showing; in a run still under way each row already vouches for itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import DamagedError, StoreError
from guidetrack.models import Check, OutcomeKind, Reason, Run, RunCounts
from guidetrack.store.catalogue import Catalogue, Write
from guidetrack.store.journal import Kind, iso
from guidetrack.store.journal import canonical as canonical_text
from guidetrack.store.schema import checks, journal, memories, names, runs

PAGE = 2000
"""Rows read at once: a bound on memory."""
RECENT = 100
"""Runs without an end that are looked at; older ones were found killed long ago."""
_INSERT = checks.insert()


def begin(writing: Write, run: Run) -> int:
    """Record that a run began; returns its number."""
    number = writing.next(runs.c.number)
    writing.connection.execute(runs.insert(), {
        "number": number, "id": run.id, "command": run.command, "version": run.version,
        "sources_sha256": run.sources_sha256, "started": run.started, "ended": None, "exit_status": None})
    writing.append(run.started, [(Kind.RUN, begun(run, number))])
    return number


def begun(run: Run, number: int) -> dict[str, Any]:
    """What the journal says of a run's beginning."""
    return {"number": number, "run": run.id, "started": iso(run.started), "command": run.command,
            "version": run.version, "sources_sha256": run.sources_sha256}


def end(writing: Write, run_id: str, ended: datetime | None, exit_status: int | None, at: datetime) -> None:
    """Record that a run ended; with ``ended`` None that it was found killed. :raises StoreError: it never began."""
    row = writing.connection.execute(sa.select(runs.c.number).where(runs.c.id == run_id)).first()
    if row is None:
        raise StoreError(f"run {run_id!r} never began")
    counts = _counts(writing.connection, [row.number]).get(row.number, {})
    last = last_link(writing.connection, row.number)
    if ended is not None:
        writing.connection.execute(
            runs.update().where(runs.c.number == row.number).values(ended=ended, exit_status=exit_status))
    writing.append(at, [(Kind.ENDED, {
        "run": run_id, "ended": iso(ended) if ended else None, "exit_status": exit_status, "counts": counts,
        "checks": sum(counts.get(kind.value, 0) for kind in OutcomeKind), "link": last.hex()})])


def last_link(connection: sa.Connection, number: int) -> bytes:
    """The link of a run's newest check; empty before the first."""
    found = connection.execute(sa.select(checks.c.link).where(checks.c.run == number)
                               .order_by(checks.c.id.desc()).limit(1)).scalar()
    return bytes(found) if found is not None else b""


def number_of(connection: sa.Connection, run_id: str) -> int | None:
    """A run's number, or None when it never began."""
    found = connection.execute(sa.select(runs.c.number).where(runs.c.id == run_id)).scalar()
    return None if found is None else int(found)


def open_in_journal(connection: sa.Connection) -> list[str]:
    """Ids of runs that neither ended nor were found killed: under way, or killed just now."""
    wanted = sa.select(runs.c.id).where(runs.c.ended.is_(None)).order_by(runs.c.number.desc()).limit(RECENT)
    without_end = list(connection.execute(wanted).scalars())[::-1]
    if not without_end:
        return []
    ends = sa.select(journal.c.content).where(journal.c.kind == Kind.ENDED.value)
    newest = connection.execute(ends.order_by(journal.c.number.desc()).limit(RECENT)).scalars()
    closed = {json.loads(content)["run"] for content in newest}
    return [run for run in without_end if run not in closed and not ended(connection, run)]


def ended(connection: sa.Connection, run_id: str) -> bool:
    """Whether the journal has the end of a run, or that it was found killed."""
    named = journal.c.content.contains(f'"run":{canonical_text(run_id)}', autoescape=True)
    return connection.execute(sa.select(journal.c.number).where(journal.c.kind == Kind.ENDED.value, named).limit(1)
                              ).first() is not None


def last_looks(connection: sa.Connection) -> dict[str, datetime]:
    """When each source was last looked at by a check; one step in an index for each source."""
    newest = (sa.select(sa.func.max(checks.c.at)).where(checks.c.source == memories.c.source).correlate(memories)
              .scalar_subquery())
    wanted = sa.select(names.c.text, newest.label("at")).join(memories, memories.c.source == names.c.id)
    return {row.text: row.at for row in connection.execute(wanted) if row.at is not None}


def canonical(check: Check) -> bytes:
    """A check row in canonical form."""
    return json.dumps([
        check.source, check.run, iso(check.at), check.outcome, check.reason, check.detail, check.late, check.overdue,
        check.not_modified, check.set_aside, check.change, check.capture, check.status, check.url, check.final_url,
        check.elapsed_s, check.body_sha256], separators=(",", ":")).encode("ascii")


def link(before: bytes, check: Check) -> bytes:
    """The link of a check that follows ``before``."""
    return hashlib.sha256(before + canonical(check)).digest()[:16]


def insert(writing: Write, items: Sequence[Check], number: int, before: bytes, names: Mapping[str, int]) -> bytes:
    """Append checks of one run; returns the last link."""
    first = writing.next(checks.c.id)
    rows = []
    for index, check in enumerate(items):
        before = link(before, check)
        rows.append({
            "id": first + index, "source": names[check.source], "run": number, "at": check.at,
            "outcome": check.outcome.value, "reason": check.reason and check.reason.value, "detail": check.detail,
            "late": check.late, "overdue": check.overdue, "not_modified": check.not_modified,
            "set_aside": check.set_aside, "change": check.change, "capture": check.capture, "status": check.status,
            "url": names[check.url], "final_url": names[check.final_url], "elapsed_s": check.elapsed_s,
            "body_sha256": bytes.fromhex(check.body_sha256), "link": before})
    writing.connection.execute(_INSERT, rows)
    writing.prove(checks.c.id, first + len(rows) - 1, checks.c.link, before)
    return before


def thaw(row: Any, run_id: str, catalogue: Catalogue, connection: sa.Connection) -> Check:
    """A row as the check it was. Raises DamagedError when it cannot be one."""
    try:
        return Check(
            source=catalogue.name(row.source, connection), run=run_id, at=row.at, outcome=OutcomeKind(row.outcome),
            reason=Reason(row.reason) if row.reason is not None else None, detail=row.detail, late=row.late,
            overdue=row.overdue, not_modified=row.not_modified, set_aside=row.set_aside, change=row.change,
            capture=row.capture, status=row.status, url=catalogue.name(row.url, connection),
            final_url=catalogue.name(row.final_url, connection), elapsed_s=row.elapsed_s,
            body_sha256=bytes(row.body_sha256).hex())
    except (ValueError, TypeError) as error:
        raise DamagedError(f"{catalogue.address}: check {row.id} is damaged ({error})") from error


def read(catalogue: Catalogue, *, source: str | None, since: datetime | None,
         until: datetime | None, command: str) -> Iterator[Check]:
    """Checks of runs of one command, oldest first, a page at a time."""
    wanted = (sa.select(checks, runs.c.id.label("run_id")).join(runs, checks.c.run == runs.c.number)
              .where(runs.c.command == command))
    if source is not None:
        number = catalogue.ask(lambda connection: catalogue.number(source, connection), single=True)
        if number is None:
            return
        wanted = wanted.where(checks.c.source == number)
    if since is not None:
        wanted = wanted.where(checks.c.at >= since)
    if until is not None:
        wanted = wanted.where(checks.c.at <= until)
    last = 0

    def page(connection: sa.Connection) -> list[tuple[int, Check]]:
        rows = connection.execute(wanted.where(checks.c.id > last).order_by(checks.c.id).limit(PAGE)).all()
        return [(row.id, thaw(row, row.run_id, catalogue, connection)) for row in rows]

    while True:
        found = catalogue.ask(page)
        yield from (check for _, check in found)
        if len(found) < PAGE:
            return
        last = found[-1][0]


def listing(connection: sa.Connection, since: datetime | None, until: datetime | None) -> list[RunCounts]:
    """Runs begun in the period, oldest first, with their counts."""
    wanted = sa.select(runs).order_by(runs.c.number)
    if since is not None:
        wanted = wanted.where(runs.c.started >= since)
    if until is not None:
        wanted = wanted.where(runs.c.started <= until)
    rows = connection.execute(wanted).all()
    counts = _counts(connection, [row.number for row in rows])
    return [RunCounts(Run(row.id, row.started, row.version, row.sources_sha256, row.ended, row.command),
                      **counts.get(row.number, {}), exit_status=row.exit_status) for row in rows]


def _counts(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    wanted = list(numbers)
    for start in range(0, len(wanted), 500):
        some = wanted[start:start + 500]
        grouped = (sa.select(checks.c.run, checks.c.outcome, checks.c.late, checks.c.overdue, sa.func.count())
                   .where(checks.c.run.in_(some))
                   .group_by(checks.c.run, checks.c.outcome, checks.c.late, checks.c.overdue))
        for run, outcome, late, overdue, count in connection.execute(grouped):
            counts = found.setdefault(run, {})
            for word in (outcome, "late" * late, "overdue" * overdue):
                if word:
                    counts[word] = counts.get(word, 0) + count
    return found

"""Small archives for tests: captures, texts and records that look like those of a check."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guidetrack.models import (
    Block,
    BlockKind,
    Capture,
    Change,
    ChangeKind,
    Check,
    DateKind,
    Decision,
    Delivery,
    Edit,
    EditKind,
    Level,
    Memory,
    Op,
    OpKind,
    OutcomeKind,
    PublisherNote,
    Record,
    Redirect,
    Review,
    Run,
    Section,
    SetAside,
    StatedDate,
    StoreSettings,
    Text,
    Validators,
)
from guidetrack.store import Store
from tests.support import postgres

NOW = datetime(2026, 11, 24, 6, 0, 3, tzinfo=UTC)
DAY = timedelta(days=1)
VERSION = "0.1.0"


SERVER = "GUIDETRACK_TEST_POSTGRES"
"""Address of the PostgreSQL server that keeps the catalogues of test archives; unset: each is a SQLite file."""


BUCKET = "GUIDETRACK_TEST_BUCKET"
"""A bucket that keeps the bodies of test archives; unset: each has a folder."""
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="module")
"""For tests of what only a SQLite file can do or suffer."""
on_postgresql = pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.fleet)], indirect=True,
                                        scope="module")
"""For tests of what only a server can."""


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in the catalogue of a folder."""
    server = os.environ.get(SERVER)
    if server:
        return postgres.run(postgres.address(server, schema(folder)), query)
    with sqlite3.connect(folder / "snapshots" / "catalogue.sqlite3") as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def settings(folder: Path) -> StoreSettings:
    """An archive in a folder or in a bucket, its catalogue in the folder or in a schema of the test server."""
    bucket = os.environ.get(BUCKET)
    return StoreSettings(f"s3://{bucket}/{schema(folder)}" if bucket else str(folder / "snapshots"), catalogue(folder))


def catalogue(folder: Path) -> str:
    """The catalogue of a folder's archive."""
    server = os.environ.get(SERVER)
    if not server:
        return str(folder / "snapshots" / "catalogue.sqlite3")
    name = schema(folder)
    if name not in _schemas:
        postgres.run(server, f"CREATE SCHEMA IF NOT EXISTS {name}")
        _schemas.add(name)
    return postgres.address(server, name)


_schemas: set[str] = set()


def schema(folder: Path) -> str:
    """The schema of a folder's catalogue."""
    return f"t_{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]}"


def drop_schemas() -> None:
    """Forget the catalogues on the server."""
    server = os.environ.get(SERVER)
    if server and _schemas:
        postgres.run(server, *(f"DROP SCHEMA IF EXISTS {name} CASCADE" for name in sorted(_schemas)))
    _schemas.clear()


def execute(folder: Path, *statements: str) -> None:
    """Edit the catalogue as somebody with a SQL shell would, who first turns off what the database itself checks."""
    server = os.environ.get(SERVER)
    if server:
        import psycopg

        with psycopg.connect(postgres.address(server, schema(folder))) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                spelled = re.sub(r"\bx'([0-9a-f]*)'", r"'\\x\1'", statement)
                assert connection.execute(spelled).rowcount != 0, statement  # type: ignore[arg-type]
        return
    with sqlite3.connect(folder / "snapshots" / "catalogue.sqlite3") as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
    connection.close()


def copy(source: Path, target: Path) -> None:
    """A copy of a whole archive, catalogue and bodies."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    server = os.environ.get(SERVER)
    if server:
        from guidetrack.store import dialect
        from guidetrack.store.schema import metadata

        engine = dialect.connect(catalogue(target), write=True)
        with engine.begin() as connection:
            metadata.create_all(connection, checkfirst=False)
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f"INSERT INTO {table.name} SELECT * FROM {schema(source)}.{table.name}")
        engine.dispose()


def open_store(folder: Path, *, write: bool = True, now: datetime = NOW) -> Store:
    """The archive of a folder."""
    return Store.open(settings(folder), now=now, version=VERSION, write=write)


def capture(source: str = "a", words: str = "Observe for two hours.", *, at: datetime = NOW, packed: bool = False,
            **more: object) -> Capture:
    """A page as it came back; ``packed``: it was sent with gzip."""
    body = f"<!doctype html><title>T</title><p>{words}</p>\n".encode()
    headers = [("Date", "Tue, 24 Nov 2026 06:00:03 GMT"), ("Content-Type", "text/html; charset=utf-8"),
               ("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("Transfer-Encoding", "chunked")]
    payload = body
    if packed:
        payload = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    sha256 = hashlib.sha256(body).hexdigest()
    made = Capture(
        id=f"{at:%Y-%m-%dT%H%M%SZ}-{sha256[:8]}", source=source, asked=f"https://example.org/{source}?q=1",
        reached=f"https://www.example.org/{source}", status=200, headers=tuple(headers), body=body, payload=payload,
        fetched=at, request_headers=(("User-Agent", "guidetrack"), ("Accept", "*/*")), reason_phrase="OK",
        redirects=(Redirect(f"https://example.org/{source}?q=1", 301, f"https://www.example.org/{source}"),),
        elapsed_s=0.25, ip="192.0.2.7")
    return replace(made, **more)  # type: ignore[arg-type]


def text(words: str = "Observe for two hours.") -> Text:
    """What such a page says."""
    return Text(
        (Section(("4 Dosage", "4.2 Monitoring"), 2, (
            Block(BlockKind.PARAGRAPH, words), Block(BlockKind.ROW, "Code | Dose", 0, "Code", ("A", "B"), 3),
            Block(BlockKind.ITEM, "“Ruhe” — später", 2)), "loinc-1", 4),),
        title="T", language="en", dates=(StatedDate(DateKind.REVIEWED, NOW.date(), "Last reviewed today"),),
        notes=(PublisherNote("Updated dosage.", NOW.date()), PublisherNote("More.")),
        set_aside=(SetAside("Share", "share bar"),), extractor="html/1", rules="0123456789abcdef")


def change(source: str, to: Capture, from_: Capture | None = None, **more: object) -> Change:
    """A change between two captures."""
    from guidetrack.models import CaptureRef

    def ref(one: Capture) -> CaptureRef:
        return CaptureRef(one.id, one.sha256, one.fetched)

    edit = Edit(EditKind.CHANGED, ("4 Dosage",), "two hours", "one hour",
                (Op(OpKind.DELETED, "two hours"), Op(OpKind.INSERTED, "one hour")), 1, 1, (), Level.HIGH,
                ("two → one",))
    made = Change(0, source, ChangeKind.CONTENT, Level.HIGH, ("two hours → one hour",), "Monitoring was shortened.",
                  to.fetched, ref(to), ref(from_) if from_ else None, NOW.date(), (edit,),
                  (PublisherNote("Updated."),), (SetAside("x", "y"),), 2, url=to.asked)
    return replace(made, **more)  # type: ignore[arg-type]


def check(source: str, run: str, at: datetime = NOW, outcome: OutcomeKind = OutcomeKind.UNCHANGED,
          **more: object) -> Check:
    """One look."""
    made = Check(source, run, at, outcome, None, "", set_aside=2, status=200, url=f"https://example.org/{source}",
                 final_url=f"https://www.example.org/{source}", elapsed_s=0.41, body_sha256="ab" * 32)
    return replace(made, **more)  # type: ignore[arg-type]


def memory(source: str, at: datetime = NOW, base: Capture | None = None, said: Text | None = None) -> Memory:
    """What the next check needs."""
    return Memory(
        source, base.id if base else None, said.digest if said else "", "html/1", "0123456789abcdef", "ab" * 32,
        Validators('"x"', "Tue, 24 Nov 2026 06:00:03 GMT", "https://www.example.org/"), f"https://example.org/{source}",
        checks=1, captures=1, first_attempt=at, last_checked=at, last_good=at, last_outcome=OutcomeKind.FIRST,
        unstable=("a b", "c"), lingering=("d",))


def record(source: str, run: str, words: str, *, at: datetime = NOW, before: Capture | None = None,
           outcome: OutcomeKind = OutcomeKind.FIRST, **more: object) -> Record:
    """A look that kept a body; with ``before`` it is a change from that capture."""
    kept, said = capture(source, words, at=at, **more), text(words)
    found = change(source, kept, before) if before else None
    return Record(check(source, run, at, outcome, capture=kept.id), memory(source, at, kept, said), kept, said, found)


def quiet(source: str, run: str, at: datetime, base: Record) -> Record:
    """A look that found nothing new."""
    return Record(check(source, run, at), replace(base.memory, last_checked=at))


@contextmanager
def running(store: Store, run: str, at: datetime = NOW) -> Iterator[None]:
    """A run from beginning to end, under the lock."""
    with store.lock(command="check", now=at):
        store.begin(Run(run, at, VERSION, "0" * 64))
        yield
        store.end(run, at + timedelta(minutes=1), 0)


def fill(folder: Path, sources: Iterable[str] = ("a", "b", "c")) -> None:
    """An archive with something of every kind in it: two texts a source, a change, a review, mail sent and unsent."""
    names = list(sources)
    with open_store(folder) as store:
        with running(store, "run-1"):
            store.note_configuration("1" * 64, '[[source]]\nid = "a"\n', NOW)
            first = [record(name, "run-1", "Observe for two hours.") for name in names]
            store.record(first)
        later = NOW + DAY
        with running(store, "run-2", later):
            store.note_configuration("2" * 64, '[[source]]\nid = "b"\n', later)
            second = [record(name, "run-2", "Observe for one hour.", at=later, before=one.capture, packed=True,
                             outcome=OutcomeKind.CHANGED) for name, one in zip(names, first, strict=True)]
            numbers = [found.id for found in store.record(second) if found]
            sent, waiting = store.enqueue([
                Delivery(0, to, f"<{to}>", "1 change", b"Subject: x\r\n\r\nwords", later, tuple(numbers), run="run-2")
                for to in ("a@clinic.example", "b@clinic.example")])
            store.update_delivery(replace(sent, attempts=1, last_try=later, sent=later))
            store.update_delivery(replace(waiting, attempts=1, last_try=later, error="refused", next_try=later + DAY))
            store.told(numbers[:-1], "run-2")
        with running(store, "run-3", later + DAY):
            store.record([quiet(name, "run-3", later + DAY, one) for name, one in zip(names, second, strict=True)])
        store.add_review(Review(0, 1, "A. Person", "Pharmacist", Decision.NO_ACTION, "Policy 4.2 says so.", later,
                                "account", "review", VERSION))
        store.replace_text(names[0], second[0].capture.id, replace(text("Observe for one hour."), extractor="html/2"))  # type: ignore[union-attr]


def store_schema(target: Path) -> None:
    """Write an archive of the present schema for the tests of every later version: ``python -m tests.support.archive``."""
    import shutil
    import sqlite3
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), ["a", "b"])
        made = Path(folder) / "snapshots"
        with sqlite3.connect(made / "catalogue.sqlite3") as connection:
            dump = "\n".join(connection.iterdump()) + "\n"
        connection.close()
        shutil.copytree(made, target, ignore=shutil.ignore_patterns("catalogue*", ".lock*"))
        (target / "catalogue.sql").write_text(dump, "utf-8")


if __name__ == "__main__":
    from guidetrack.store.schema import REVISIONS

    store_schema(Path(__file__).parents[1] / "store" / "data" / f"schema-{REVISIONS[-1]}")

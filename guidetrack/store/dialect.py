"""What differs between the databases: how to connect, to look for damage, to copy. PostgreSQL's part: postgres.py.

SQLite runs with a write-ahead log and ``synchronous=FULL``: a committed transaction survives a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from guidetrack.store import postgres
from guidetrack.store.schema import metadata

BUSY_SECONDS = 30
"""How long a statement waits for another process's transaction; ours last milliseconds."""


def is_sqlite(address: str) -> bool:
    """Whether the catalogue is a file rather than a database server."""
    return "://" not in address


def connect(address: str, *, write: bool, create: bool = False) -> sa.Engine:
    """An engine for the catalogue at ``address``: a path, or ``postgresql://…``.

    A reader never creates anything; where the folder cannot be written SQLite reads without locks.
    """
    if not is_sqlite(address):
        return postgres.engine(address)
    path = Path(address).absolute()
    uri = path.as_uri()

    def opened() -> sqlite3.Connection:
        if write:
            return _connection(f"{uri}?mode={'rwc' if create else 'rw'}", query_only=False)
        try:
            return _connection(f"{uri}?mode=rw", query_only=True)
        except sqlite3.OperationalError:
            return _read_only(path, uri)

    engine = sa.create_engine("sqlite://", creator=opened, poolclass=sa.pool.QueuePool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # the driver's own transactions are off, so that a writer can take the lock before it reads the chain's head
        immediate = connection.get_execution_options().get("guidetrack_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _connection(uri: str, *, query_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        if query_only:
            connection.execute("PRAGMA query_only=ON")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        else:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _read_only(path: Path, uri: str) -> sqlite3.Connection:
    try:
        return _connection(f"{uri}?mode=ro", query_only=True)
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _connection(f"{uri}?mode=ro&immutable=1", query_only=True)


def damage(connection: sa.Connection) -> Iterator[str]:
    """What the database itself finds wrong with its file, one sentence each."""
    if connection.dialect.name != "sqlite":
        return
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if line != "ok":
            yield str(line).replace("\n", "; ")


def layout(connection: sa.Connection) -> list[list[Any]]:
    """The definitions of tables and indexes as the database holds them, in a stable order."""
    if connection.dialect.name != "sqlite":
        return list(postgres.layout(connection, sorted(metadata.tables)))
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return [list(row) for row in rows]


def back_up(engine: sa.Engine, target: Path) -> bool:
    """A consistent copy of a SQLite catalogue at ``target``; False where the database server does its own."""
    if engine.dialect.name != "sqlite":
        return False
    with engine.connect() as connection, sqlite3.connect(target) as copy:
        source: Any = connection.connection.driver_connection
        source.backup(copy)
    copy.close()
    return True

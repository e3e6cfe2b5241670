"""PostgreSQL: connecting, and the server's advisory locks, by which writers on any number of machines keep apart.

Locks of a transaction order appends; locks of a session say who is at work, and die with it. Both are 64-bit numbers
made from the schema's name and what is locked, so catalogues in several schemas of one database do not meet.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from guidetrack.errors import MissingExtraError, StoreError

OLDEST = 130000
"""``server_version_num`` of the oldest server that is still looked after by anybody."""
CONNECT_SECONDS = 10
_SETTINGS = {
    "application_name": "guidetrack",
    "lock_timeout": "30s",
    "synchronous_commit": "on",
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "DateStyle": "ISO",
}
"""Of every session. A commit is durable whatever the server's default; a peer that vanished is noticed in 30 s."""
STALL_SECONDS = 20
"""A writer that says nothing for so long within a transaction is cut off by the server: others wait for it."""


def engine(address: str) -> sa.Engine:
    """An engine for ``postgresql://[user@]host[:port]/database``; libpq's environment variables fill in the rest.

    :raises MissingExtraError: its driver is not installed.
    """
    url = _parsed(address)
    if importlib.util.find_spec("psycopg") is None:
        raise MissingExtraError("a postgresql:// catalogue needs: pip install 'guidetrack[postgres]'")
    made = sa.create_engine(url, isolation_level="REPEATABLE READ", connect_args={
        "connect_timeout": int(str(url.query.get("connect_timeout", CONNECT_SECONDS)))}, pool_size=2, max_overflow=20)

    # hundreds of rows in one statement; psycopg's executemany sends one for each
    made.dialect.use_insertmanyvalues_wo_returning = True

    @sa.event.listens_for(made, "connect")
    def _set(connection: Any, record: Any) -> None:
        before, connection.autocommit = connection.autocommit, True
        chosen = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SETTINGS.items())
        connection.execute(f"SELECT {chosen}")
        connection.autocommit = before

    return made


def _parsed(address: str) -> sa.URL:
    scheme, _, rest = address.partition("://")
    if scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise StoreError(f"catalogue: no database is known as {scheme}://; use a file or postgresql://")
    try:
        url = sa.make_url(f"postgresql+psycopg://{rest}")
        int(str(url.query.get("connect_timeout", 0)))
    except (sa.exc.ArgumentError, ValueError) as error:
        raise StoreError("catalogue is no address of a database; write postgresql://user@host/database") from error
    if url.password is not None or {"password", "sslpassword"} & url.query.keys():
        raise StoreError("catalogue holds a password; take it out and set PGPASSWORD in the environment")
    return url


def shown(address: str) -> str:
    """An address as messages show it: without a password and without options."""
    try:
        url = _parsed(address)
    except StoreError:
        return "the catalogue"
    host = url.query.get("host", "")
    kept = {"host": host} if host else {}
    return url.set(drivername="postgresql", query=kept).render_as_string().replace("%2F", "/")


def schema(connection: sa.Connection, *, write: bool) -> str:
    """The schema of a catalogue, once its server is one that will do. Raises StoreError with a sentence."""
    row = connection.exec_driver_sql(
        "SELECT current_schema(), current_setting('server_version_num')::int, current_setting('server_version'), "
        "current_setting('server_encoding'), pg_is_in_recovery()").one()
    name, number, version, encoding, standby = row
    if number < OLDEST:
        raise StoreError(f"PostgreSQL {version} is too old; guidetrack needs {OLDEST // 10000} or newer")
    if encoding != "UTF8":
        raise StoreError(f"the database's encoding is {encoding}; make one with: createdb --encoding=UTF8 "
                         "--template=template0")
    if standby and write:
        raise StoreError("the catalogue cannot be written: its server is a standby")
    if name is None:
        raise StoreError("the search_path names no schema that exists; make it with CREATE SCHEMA")
    return str(name)


def key(schema: str, *what: str) -> int:
    """The number of a lock: 64 bits of SHA-256, signed."""
    spelled = "\0".join(("guidetrack", schema, *what)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(spelled).digest()[:8], signed=True)


def take_turn(connection: sa.Connection, schema: str) -> None:
    """First in a transaction that writes: wait until no other one does. The lock goes with the transaction."""
    connection.exec_driver_sql(
        f"SELECT pg_advisory_xact_lock({key(schema, 'write')}), "
        f"set_config('idle_in_transaction_session_timeout', '{STALL_SECONDS}s', true)")


def try_lock(connection: sa.Connection, number: int, *, shared: bool = False) -> bool:
    """Take a lock for the session, at once or not at all."""
    suffix = "_shared" if shared else ""
    return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_lock{suffix}({number})").scalar())


def try_turn(connection: sa.Connection, number: int) -> bool:
    """Take a lock until the transaction ends, at once or not at all; ours for the session already does not matter."""
    return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({number})").scalar())


def try_locks(connection: sa.Connection, numbers: Sequence[int]) -> list[bool]:
    """Take locks for the session in one statement, each at once or not at all."""
    tries = ", ".join(f"pg_try_advisory_lock({number})" for number in numbers)
    return [bool(taken) for taken in connection.exec_driver_sql(f"SELECT {tries}").one()]


def unlock(connection: sa.Connection, *numbers: int) -> None:
    """Let go of locks of the session."""
    connection.exec_driver_sql("SELECT " + ", ".join(f"pg_advisory_unlock({number})" for number in numbers))


def unlock_all(connection: sa.Connection) -> None:
    """Let go of every lock of the session."""
    connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")


def call(connection: sa.Connection, name: str) -> None:
    """Say who we are, for those who find a lock taken (``pg_stat_activity``; at most 63 bytes)."""
    connection.execute(sa.text("SELECT set_config('application_name', :name, false)"),
                       {"name": name.encode("ascii", "replace").decode()[:63]})


def holders(connection: sa.Connection, number: int) -> list[str]:
    """What the other sessions that hold a lock call themselves, see :func:`call`."""
    found = connection.exec_driver_sql(
        "SELECT coalesce(a.application_name, '') FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid <> pg_backend_pid() AND l.database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database()) "
        f"AND (l.classid::bigint << 32 | l.objid::bigint) = {number} ORDER BY a.backend_start")
    return [str(name) for (name,) in found]


_LAYOUT = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
       coalesce(l.collname, '')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY(%(tables)s)
UNION ALL
SELECT 'index', t.relname, c.relname, array_to_string(ARRAY(
           SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnatts) n), ', '),
       i.indisunique::text, m.amname
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_am m ON m.oid = c.relam
 WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY(%(tables)s)
UNION ALL
SELECT 'constraint', t.relname, k.conname, k.contype::text, array_to_string(k.conkey, ', '),
       coalesce(f.relname, '')
  FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid
 WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY(%(tables)s) AND k.contype <> 'n'
UNION ALL
SELECT 'trigger', t.relname, g.tgname, g.tgtype::text, g.tgenabled::text, ''
  FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
 WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY(%(tables)s) AND NOT g.tgisinternal
UNION ALL
SELECT 'rule', t.relname, r.rulename, r.ev_type::text, r.ev_enabled::text, ''
  FROM pg_rewrite r JOIN pg_class t ON t.oid = r.ev_class
 WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY(%(tables)s)
"""


def layout(connection: sa.Connection, tables: list[str]) -> list[list[str]]:
    """Columns, indexes, constraints, triggers and rules of our tables, in words that no server version changes."""
    return sorted([str(part) for part in row] for row in connection.exec_driver_sql(_LAYOUT, {"tables": tables}))


def tables(connection: sa.Connection) -> Iterator[str]:
    """Names of the tables in the catalogue's schema, ours and others'."""
    found = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')")
    return (str(name) for (name,) in found)

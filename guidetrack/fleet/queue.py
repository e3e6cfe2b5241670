"""The queue: jobs on the catalogue's own PostgreSQL, by procrastinate. This module alone puts jobs in."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from guidetrack.errors import MissingExtraError, StoreError, UsageError
from guidetrack.models import Backlog
from guidetrack.store import Store, postgres

if TYPE_CHECKING:
    import procrastinate

TASK = "guidetrack.look"
BATCH = 1000
"""Jobs put in by one statement."""
_HERE = sa.text("SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest(ARRAY["
                "'procrastinate_jobs', 'procrastinate_workers', 'procrastinate_events']) name")
_WAITING = sa.text("SELECT DISTINCT jsonb_array_elements_text(args -> 'sources') FROM procrastinate_jobs "
                   "WHERE task_name = :task AND queue_name = :queue AND status IN ('todo', 'doing')")
_CLEAR = r"""
DO $$ DECLARE found record; BEGIN
  FOR found IN
    SELECT 'TABLE' AS kind, oid::regclass::text AS name FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname LIKE 'procrastinate\_%'
    UNION ALL SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc
      WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\_%'
    UNION ALL SELECT 'TYPE', t.oid::regtype::text FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE t.typnamespace = current_schema()::regnamespace AND t.typname LIKE 'procrastinate\_%'
      AND (t.typtype = 'e' OR c.relkind = 'c')
  LOOP EXECUTE format('DROP %s IF EXISTS %s CASCADE', found.kind, found.name); END LOOP;
END $$
"""
"""What is left of a queue of which a part was removed. The queue may be lost: it only says what is to be done."""
_COUNTS = sa.text("SELECT status::text, count(*), min(args ->> 'asked') FROM procrastinate_jobs "
                  "WHERE task_name = :task AND queue_name = ANY(:queues) AND status IN ('todo', 'doing', 'failed') "
                  "GROUP BY status")
_DUE = sa.text("SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE task_name = :task AND queue_name = ANY(:queues) "
               "AND status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))")
_WORKERS = sa.text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '45 seconds'")


@dataclass(frozen=True, slots=True)
class Job:
    """Sources of one host to look at, one after another.

    :param asked: when it was put in: a source looked at since then need not be looked at again.
    :param priority: higher ones are taken first.
    """

    host: str
    sources: tuple[str, ...]
    asked: datetime
    priority: int = 0


def name_of(sources_file: Path) -> str:
    """The queue of a sources file: its name without the ending, so that clients' files keep apart in one catalogue."""
    return sources_file.stem


def need() -> None:
    """Raises MissingExtraError when what the queue is made with is not installed."""
    if importlib.util.find_spec("procrastinate") is None:
        raise MissingExtraError("workers need: pip install 'guidetrack[fleet]'")


def application(store: Store, **options: Any) -> procrastinate.App:
    """The queue's application; its tables are made when they are not there.

    :param options: for the connection pool.
    :raises UsageError: the catalogue is a file. :raises MissingExtraError: procrastinate is not installed.
    """
    if not store.catalogue.schema:
        raise UsageError('workers need a catalogue on PostgreSQL: set catalogue = "postgresql://…" under [store]')
    need()
    import procrastinate

    _make(store)
    connector = procrastinate.PsycopgConnector(conninfo=store.catalogue.conninfo, **options)
    return procrastinate.App(connector=connector)


def _make(store: Store) -> None:
    """Make the queue's tables, once: whoever comes first does it while the others wait."""
    from procrastinate import schema

    with store.catalogue.trouble(), store.catalogue.writing.connect() as connection, connection.begin():
        postgres.take_turn(connection, store.catalogue.schema)
        if not connection.execute(_HERE).scalar_one():
            driver = connection.connection.driver_connection
            assert driver is not None
            try:
                driver.execute(_CLEAR)
                driver.execute(schema.SchemaManager.get_schema())  # many statements; "%" in them is no placeholder
            except driver.Error as error:
                raise StoreError(f"{store.catalogue.address}: the queue's tables cannot be made ({error})") from error


async def put(app: procrastinate.App, queue: str, jobs: Sequence[Job]) -> None:
    """Put jobs in, each locked to its host, so that no worker waits for a host that another one asks.

    The lock is of this queue: jobs of a client whose workers are not at work hold up nobody else's. That no two of
    different queues ask a host at once is seen to by the turns.
    """
    from procrastinate.jobs import Job as Deferred

    for start in range(0, len(jobs), BATCH):
        await app.job_manager.batch_defer_jobs_async([
            Deferred(queue=queue, priority=job.priority, lock=f"{queue} {job.host}", queueing_lock=None, task_name=TASK,
                     task_kwargs={"sources": list(job.sources), "asked": job.asked.isoformat()})
            for job in jobs[start:start + BATCH]])


def waiting(store: Store, queue: str) -> set[str]:
    """Sources of jobs that wait or are under way."""
    return store.catalogue.ask(
        lambda db: set(db.execute(_WAITING, {"task": TASK, "queue": queue}).scalars()), single=True)


def due(store: Store, queues: Iterable[str]) -> bool:
    """Whether a job waits whose time has come, be it that another one of its host must end first."""
    wanted = {"task": TASK, "queues": list(queues)}
    return bool(store.catalogue.ask(lambda db: db.execute(_DUE, wanted).scalar_one(), single=True))


def backlog(store: Store, queues: Iterable[str]) -> Backlog | None:
    """What is in the queues; None where there never was one."""
    if not store.catalogue.schema:
        return None
    wanted = {"task": TASK, "queues": list(queues)}

    def count(db: sa.Connection) -> Backlog | None:
        if not db.execute(_HERE).scalar_one():
            return None
        found = {status: (number, oldest) for status, number, oldest in db.execute(_COUNTS, wanted)}
        waits, doing, failed = (found.get(status, (0, None)) for status in ("todo", "doing", "failed"))
        oldest = datetime.fromisoformat(waits[1]).astimezone(UTC) if waits[1] else None
        return Backlog(waits[0], doing[0], failed[0], db.execute(_WORKERS).scalar_one(), oldest)

    return store.catalogue.ask(count)

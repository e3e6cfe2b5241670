"""schedule, worker: the work of ``check`` for several machines that share a catalogue on PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guidetrack._version import __version__
from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE
from guidetrack.cli.app import App
from guidetrack.cli.options import Span
from guidetrack.cli.tell import say_rewound, send_run
from guidetrack.errors import LockedError, StoreError
from guidetrack.models import Outcome, OutcomeKind, Run, Settings

if TYPE_CHECKING:
    from guidetrack.models import Report
    from guidetrack.track import Tracker

SHORTEST_REST_S, LONGEST_REST_S = 1.0, 60.0


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--mail", is_flag=True, help="Mail what is news or trouble, as [mail] in sources.toml says.")
@click.pass_obj
def schedule(app: App, ids: tuple[str, ...], mail: bool) -> int:
    """Put what is due into the queue of the workers.

    Or the sources named, due or not, before all others. Prints what the workers found since the last time, once, as
    check does; the exit status is 2 while a source is overdue. Needs a catalogue on PostgreSQL.
    """
    from guidetrack.fleet.queue import name_of
    from guidetrack.fleet.schedule import schedule as put

    with app.open_tracker(write=True) as tracker:
        store, part = tracker.store, f"schedule {name_of(app.settings.file)}"
        with store.join(command="schedule", now=app.now(), part=part):
            jobs = asyncio.run(put(tracker, ids, app.now()))
            app.remark(f"{_count(sum(len(job.sources) for job in jobs), 'source')} of "
                       f"{_count(len({job.host for job in jobs}), 'host')} put into the queue.")
            report, run = _news(app, tracker)
        trouble = any(status.overdue for status in report.coverage)
        if mail:
            trouble = send_run(app, tracker, report) or trouble
        with store.join(command="schedule", now=app.now(), part=part):
            # after the mail: a schedule that is killed before says it twice rather than never
            store.told([change.id for change in report.changes], run.id)
        return EXIT_TROUBLE if trouble else EXIT_DONE


def _news(app: App, tracker: Tracker) -> tuple[Report, Run]:
    """Print what nobody was told yet of this file's sources, as a run of its own."""
    from guidetrack.report.state import status_outcome
    from guidetrack.report.terminal import check_lines

    now = app.now()
    run = Run(f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}", now, __version__, tracker.settings.sha256,
              command="schedule")
    tracker.store.begin(run)
    tracker.last_run = run
    bad = [status_outcome(status) for status in tracker.status() if status.memory.misses or status.memory.gone_since]
    report = tracker.report(changes=[change.id for change in tracker.untold()], outcomes=bad)
    text = check_lines(report, quiet=app.quiet, verbose=app.verbose, width=app.columns, colour=app.colour)
    if text:
        click.echo(text, nl=False)
    tracker.store.end(run.id, app.now())
    say_rewound(tracker, report)
    return report, run


@click.command()
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, path_type=Path), metavar="[FILE]...")
@click.option("--concurrency", type=click.IntRange(1, 200), default=20, show_default=True, help="Hosts asked at once.")
@click.option("--metrics", metavar="[HOST:]PORT", help="Serve numbers for Prometheus (on 127.0.0.1 unless named).")
@click.option("--silent", type=Span(), default="30s", show_default=True,
              help="Take up the jobs of a worker that has said nothing for so long.")
@click.option("--once", is_flag=True, help="End when the queue is empty.")
@click.pass_obj
def worker(app: App, files: tuple[Path, ...], concurrency: int, metrics: str | None, silent: timedelta,
           once: bool) -> int:
    """Look at the sources in the queue, beside other workers.

    Serves the sources FILEs named, or that of -c; all must share a catalogue and an archive. Prints what was not
    unchanged (-v: everything). SIGTERM or Ctrl-C: finishes what is under way and ends; what waits stays in the queue.
    """
    from guidetrack.fleet import queue
    from guidetrack.fleet.metrics import Metrics, Talk

    queue.need()
    from guidetrack.fleet.worker import Worker
    from guidetrack.store import Store

    settings = [_settings(path) for path in files] or [app.settings]
    numbers = Metrics(metrics) if metrics else None

    async def serve() -> None:
        with Store.open(settings[0].store, now=app.now(), version=__version__) as store:
            made = Worker(settings, store, now=app.now, watcher=Talk(numbers, tell), say=app.remark,
                          concurrency=concurrency, silent=silent)
            with _signals(made.stop):
                await made.run(wait=not once)

    def tell(outcome: Outcome) -> None:
        if app.verbose or not (outcome.kind is OutcomeKind.UNCHANGED or app.quiet):
            click.echo(_line(app, outcome))

    try:
        _again_and_again(app, serve, once=once)
    finally:
        if numbers is not None:
            numbers.close()
    return EXIT_DONE


def _again_and_again(app: App, serve: Callable[[], Coroutine[None, None, None]], *, once: bool) -> None:
    """Serve until told to stop; while the database is away, say so and try again, later and later."""
    rest = SHORTEST_REST_S
    while True:
        began = time.monotonic()
        try:
            return asyncio.run(serve())
        except LockedError:
            raise
        except _trouble() as error:
            if once:
                raise StoreError(str(error).strip()) from error
            rest = SHORTEST_REST_S if time.monotonic() - began > LONGEST_REST_S else min(rest * 2, LONGEST_REST_S)
            app.remark(f"guidetrack: {str(error).strip()}; next try in {rest:.0f} s")
            time.sleep(rest)


def _settings(path: Path) -> Settings:
    return App(sources_path=str(path)).settings


def _line(app: App, outcome: Outcome) -> str:
    """One outcome as a line of a log: when, what, which source, and why or what changed."""
    from guidetrack.report.clean import line

    change = outcome.change
    what = f"{change.level} #{change.id:04} {change.summary}" if change is not None else outcome.detail
    return line(f"{app.now():%Y-%m-%dT%H:%M:%SZ} {outcome.kind} {outcome.source.id} {what}").rstrip()


def _trouble() -> tuple[type[Exception], ...]:
    """What is raised while the database is away."""
    try:
        import psycopg
        from procrastinate.exceptions import ConnectorException
    except ImportError:
        return (StoreError,)
    return StoreError, ConnectorException, psycopg.OperationalError


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Stop gently at the first Ctrl-C or SIGTERM; the second one has its usual effect."""
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {}

    def first(number: int, _: object) -> None:
        signal.signal(number, before[number])
        loop.call_soon_threadsafe(stop)

    for number in (int(signal.SIGINT), int(signal.SIGTERM)):
        before[number] = signal.signal(number, first)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

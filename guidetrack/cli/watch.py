"""check, status, rebuild: looking at sources and saying where they stand."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from guidetrack.cli import EXIT_CHANGED, EXIT_DONE, EXIT_INTERRUPTED, EXIT_TERMINATED, EXIT_TROUBLE
from guidetrack.cli.app import App
from guidetrack.cli.options import Span, When, check_past, data_format, exit_code_options
from guidetrack.cli.tell import say_rewound, send_run
from guidetrack.errors import LockedError, SourcesError, StoreError
from guidetrack.models import Level, Outcome, OutcomeKind, Reason, Report

if TYPE_CHECKING:
    from guidetrack.models import Backlog, ComingDate, Source, SourceStatus
    from guidetrack.track import Tracker

Looked = tuple[list[Outcome], int, StoreError | None]
"""Outcomes, the exit status when stopped by a signal, and what broke the archive."""


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--due", is_flag=True, help="Only sources whose cadence has passed.")
@click.option("--fresh", is_flag=True, help="Ignore validators: ask for every page anew.")
@data_format("text", "json")
@click.option("--mail", is_flag=True, help="Mail what is news or trouble, as [mail] in sources.toml says.")
@exit_code_options
@click.option("--beside-fleet", "beside", is_flag=True, help="Run although workers are at work on this catalogue.")
@click.option("--ping", metavar="URL", help="Report the exit status to URL/STATUS at the end (healthchecks style).")
@click.pass_obj
def check(app: App, ids: tuple[str, ...], due: bool, fresh: bool, form: str, mail: bool, exit_code: bool,
          min_level: str, beside: bool, ping: str | None) -> int:
    """Fetch sources and record what changed.

    All enabled sources, or those whose IDs are named. Prints what changed, what could not be checked and a
    summary; with -q only news and trouble.
    """
    status = EXIT_TROUBLE
    try:
        if not ids and not any(source.enabled for source in app.settings.sources):
            raise SourcesError(f"{app.path}: no source is enabled, so nothing is watched")
        with app.open_tracker(write=True) as tracker:
            looked = _look(app, tracker, ids, due=due, fresh=fresh, beside=beside)
            status = _run(app, tracker, ids, looked, form, mail, exit_code, Level(min_level))
    except LockedError:
        ping = None  # the run that holds the lock reports for itself
        raise
    finally:
        if ping:
            _ping(app, ping, status)
    return status


def _run(app: App, tracker: Tracker, ids: tuple[str, ...], looked: Looked, form: str, mail: bool, exit_code: bool,
         min_level: Level) -> int:
    outcomes, stopped, broken = looked
    if broken is not None:
        outcomes += _not_looked_at(tracker, ids, outcomes, broken)
    report = _report(tracker, outcomes, broken is None)
    _print(app, report, form)
    trouble = _trouble(app, tracker, report, ids) or broken is not None
    if broken is not None:
        app.remark(f"guidetrack: {broken}")
        return EXIT_TROUBLE
    say_rewound(tracker, report)
    if mail:
        trouble = send_run(app, tracker, report) or trouble
    if tracker.last_run is not None:
        tracker.store.told([change.id for change in report.changes], tracker.last_run.id)
    if stopped:
        return stopped
    if trouble:
        return EXIT_TROUBLE
    news = any(change.level.rank >= min_level.rank for change in report.changes)
    return EXIT_CHANGED if exit_code and news else EXIT_DONE


def _look(app: App, tracker: Tracker, ids: tuple[str, ...], **how: bool) -> Looked:
    """Run the check with a progress bar."""
    outcomes: list[Outcome] = []
    with _signals(tracker) as stopped, _progress(app, len(tracker.sources(ids))) as advance:
        try:
            for outcome in tracker.check(ids, **how):
                outcomes.append(outcome)
                advance()
        except LockedError:
            raise
        except StoreError as error:
            return outcomes, stopped(), error
    return outcomes, stopped(), None


def _not_looked_at(tracker: Tracker, ids: tuple[str, ...], seen: list[Outcome], error: StoreError) -> list[Outcome]:
    """Every source appears in the result exactly once, also when the archive broke midway."""
    done = {outcome.source.id for outcome in seen}
    return [Outcome(source, OutcomeKind.MISSED, Reason.INTERRUPTED, f"nothing more could be kept: {error}",
                    url=source.url)
            for source in tracker.sources(ids) if source.id not in done]


def _report(tracker: Tracker, outcomes: list[Outcome], readable: bool) -> Report:
    """The run as values: outcomes in the order of the file, and every change nobody was told yet."""
    order = {source.id: number for number, source in enumerate(tracker.settings.sources)}
    outcomes.sort(key=lambda outcome: order.get(outcome.source.id, 0))
    numbers = [change.id for change in tracker.untold()] if readable else []
    return tracker.report(changes=numbers, outcomes=outcomes)


def _print(app: App, report: Report, form: str) -> None:
    if form == "json":
        from guidetrack.report.data import run_json

        click.echo(run_json(report))
        return
    from guidetrack.report.terminal import check_lines

    text = check_lines(report, quiet=app.quiet, verbose=app.verbose, width=app.columns,
                       colour=app.colour)
    if text:
        click.echo(text, nl=False)


def _trouble(app: App, tracker: Tracker, report: Report, ids: tuple[str, ...]) -> bool:
    """Whether a source is overdue, also one that this run did not look at, or something of ours broke."""
    for error in tracker.errors:
        app.remark(f"guidetrack: {error}")
    if tracker.errors or any(outcome.overdue for outcome in report.outcomes):
        return True
    return any(status.overdue for status in tracker.status(ids))


def _ping(app: App, url: str, status: int) -> None:
    import asyncio

    from guidetrack._version import __version__
    from guidetrack.fetch import Fetcher

    async def send() -> str:
        async with Fetcher(app.settings.fetch, now=app.now, version=__version__) as fetcher:
            return await fetcher.ping(url, status)

    if problem := asyncio.run(send()):
        app.remark(f"guidetrack: the ping did not get through: {problem}")


@contextmanager
def _signals(tracker: Tracker) -> Iterator[Callable[[], int]]:
    """Ctrl-C and SIGTERM end the run cleanly; a second one ends it at once."""
    caught: list[int] = []

    def handle(number: int, _frame: Any) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)
        tracker.stop()

    try:
        before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: the caller's program owns the signals
        yield lambda: 0
        return
    try:
        yield lambda: 0 if not caught else EXIT_INTERRUPTED if caught[0] == signal.SIGINT else EXIT_TERMINATED
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(app: App, total: int) -> Iterator[Callable[[], None]]:
    """A bar on stderr while a terminal watches and there is something to wait for; erased afterwards."""
    import sys

    if app.quiet or total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from guidetrack.report.terminal import check_header

    click.echo(check_header(total, app.settings.fetch.pause), err=True)
    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("checking", total=total)
        yield lambda: bar.advance(task)


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@data_format("text", "json", "csv", "ics")
@click.option("--dates", type=Span(), metavar="SPAN", help="List binding dates that come up within SPAN, such as 90d.")
@click.option("--since", type=When(), help="For the IDs named: every check since this date, or within this age (30d).")
@click.option("--until", type=When(end=True), help="Likewise, up to this date.")
@click.pass_obj
def status(app: App, ids: tuple[str, ...], form: str, dates: timedelta | None, since: datetime | None,
           until: datetime | None) -> int:
    """Show where each source stands, worst first.

    State, last check, last good check, last change, and whether it is late or overdue.
    """
    from guidetrack.report import data, terminal

    period = since is not None or until is not None
    if period and (not ids or dates is not None):
        raise click.UsageError("--since and --until list the checks of sources named: guidetrack status ID --since 30d")
    if form == "ics" and dates is None:
        raise click.UsageError("a calendar holds dates: guidetrack status --dates 90d --format ics")
    check_past(since, until, app.now())
    with app.open_tracker(write=False) as tracker:
        if dates is not None:
            _print_dates(app, tracker.coming_dates(dates, ids), form)
            return EXIT_DONE
        statuses = tracker.status(ids)
        if period:
            _print_looks(app, tracker, statuses, since, until, form)
        elif form == "json":
            click.echo(data.status_json(statuses, _backlog(tracker)))
        elif form == "csv":
            from guidetrack.report.table import status_csv

            click.echo(status_csv(statuses), nl=False)
        else:
            click.echo(terminal.status_table(statuses, width=app.columns, colour=app.colour), nl=False)
            if backlog := _backlog(tracker):
                app.remark(terminal.backlog_line(backlog, app.now()))
        return EXIT_TROUBLE if any(found.overdue for found in statuses) else EXIT_DONE


def _backlog(tracker: Tracker) -> Backlog | None:
    """What waits for the workers, where there are some."""
    if not tracker.store.catalogue.schema:
        return None
    from guidetrack.fleet.queue import backlog, name_of

    return backlog(tracker.store, [name_of(tracker.settings.file)])


def _print_looks(app: App, tracker: Tracker, statuses: list[SourceStatus], since: datetime | None,
                 until: datetime | None, form: str) -> None:
    """Every check of the period, the quiet ones too, source by source."""
    looks = [(status, list(tracker.store.checks(source=status.source.id, since=since, until=until)))
             for status in statuses]
    if form == "json":
        from guidetrack.report.data import looks_json

        click.echo(looks_json(statuses, [check for _, checks in looks for check in checks]))
    elif form == "csv":
        from guidetrack.report.table import checks_csv

        click.echo(checks_csv(check for _, checks in looks for check in checks), nl=False)
    else:
        from guidetrack.report.looks import look_lines

        for status, checks in looks:
            click.echo(look_lines(status.source, checks, since, until, width=app.columns), nl=False)


def _print_dates(app: App, found: list[tuple[Source, ComingDate]], form: str) -> None:
    """One date a line: when, which source, where in it, the sentence."""
    from guidetrack.report.clean import inline
    from guidetrack.report.table import dates_csv
    from guidetrack.report.width import wrap

    if form == "json":
        from guidetrack.report.data import dates_json

        click.echo(dates_json(found))
    elif form == "csv":
        click.echo(dates_csv(found), nl=False)
    elif form == "ics":
        from guidetrack.report.calendar import dates_ics

        click.echo(dates_ics(found, made=app.now()).encode(), nl=False)
    else:
        for source, date in found:
            where = " › ".join(date.section[-2:])
            room = max(24, app.columns - 12) if app.columns else 0
            first, *rest = wrap(inline(f"{source.id}  {where}: {date.sentence}"), room)
            click.echo("\n".join([f"{date.value}  {first}", *(" " * 12 + line for line in rest)]))
        if not found:
            app.remark("No binding dates come up in that time.")


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.pass_obj
def rebuild(app: App, ids: tuple[str, ...]) -> int:
    """Extract stored pages again after an upgrade.

    What comes out different does so because guidetrack or your rules changed: recorded as technical, told to nobody.
    """
    import asyncio

    async def run() -> bool:
        problems = False
        with app.open_tracker(write=True) as tracker:
            async for done in tracker.rebuild(ids):
                for problem in done.problems:
                    app.remark(f"guidetrack: {problem}")
                problems = problems or bool(done.problems)
                if done.captures and not app.quiet:
                    number = f"  #{done.change.id:04d}" if done.change else ""
                    click.echo(f"{done.source.id}  {done.captures} read again, {done.different} different{number}")
        return problems

    return EXIT_TROUBLE if asyncio.run(run()) else EXIT_DONE

"""backfill: captures that web archives made."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from guidetrack.cli import EXIT_DONE, EXIT_INTERRUPTED, EXIT_TERMINATED, EXIT_TROUBLE
from guidetrack.cli.app import App
from guidetrack.cli.options import Span, When
from guidetrack.errors import EmptyArchiveError
from guidetrack.models import Change

if TYPE_CHECKING:
    from guidetrack.models import Source
    from guidetrack.track import Tracker
    from guidetrack.track.backfill import Backfill, Listed, Step, Trouble, Wish


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Every enabled source.")
@click.option("--since", required=True, type=When(), metavar="DATE", help="From this day on.")
@click.option("--until", type=When(end=True), metavar="DATE", help="Up to the end of this day.  [default: now]")
@click.option("--every", type=Span(), metavar="SPAN", help="No more than one copy in each SPAN, such as 30d.")
@click.option("--archive", default="", metavar="URL",
              help="A collection of another archive (pywb, OpenWayback).  [default: the Internet Archive]")
@click.option("--bisect", is_flag=True, help="Look for the dates of changes with few requests.")
@click.option("--dry-run", is_flag=True, help="Ask the index only, and say what would be asked for.")
@click.pass_obj
def backfill(app: App, ids: tuple[str, ...], everything: bool, since: datetime, until: datetime | None,
             every: timedelta | None, archive: str, bisect: bool, dry_run: bool) -> int:
    """Fetch the past of pages from a web archive.

    Copies pass the same verdict as a live page and take their place by the archive's date. What changed is
    recorded as historical and told to nobody. Stopped at any point, the same command goes on from there.
    """
    from guidetrack.track.backfill import Wish

    if bool(ids) == everything:
        raise click.UsageError("name the sources to back-fill, or say --all.")
    if every is not None and not every:
        raise click.UsageError("--every 0 is no span of time.")
    if archive and not archive.startswith(("http://", "https://")):
        raise click.UsageError(f"--archive {archive!r} is no web address; expected https://…")
    wish = Wish(since, until, every, archive, bisect)
    with _tracker(app, dry_run) as tracker:
        return asyncio.run(_backfill(app, tracker, ids, wish, dry_run))


@contextmanager
def _tracker(app: App, dry_run: bool) -> Iterator[Tracker]:
    """The tracker; for a dry run only to read, and over nothing where there is no archive yet."""
    with ExitStack() as stack:
        try:
            tracker = app.open_tracker(write=not dry_run)
        except EmptyArchiveError:
            from guidetrack.models import StoreSettings
            from guidetrack.track import Tracker

            nothing = stack.enter_context(TemporaryDirectory())
            settings = replace(app.settings, store=StoreSettings(nothing, f"{nothing}/catalogue.sqlite3"))
            tracker = Tracker(settings, now=app.now)
        yield stack.enter_context(tracker)


async def _backfill(app: App, tracker: Tracker, ids: tuple[str, ...], wish: Wish, dry_run: bool) -> int:
    from guidetrack.track.backfill import Backfill

    work = Backfill(tracker.store, tracker.settings, wish, now=app.now)
    sources = tracker.sources(ids)
    if dry_run:
        return await _dry_run(app, work, sources, wish)
    told = _Telling(app, work, wish)
    caught: list[int] = []
    with tracker.store.lock(command="backfill", now=app.now()), _stoppable(work, caught), _bar(app) as told.bar:
        try:
            async for step in work.steps(sources):
                told.step(step)
        except asyncio.CancelledError:
            if not caught:
                raise
    told.end()
    if caught:
        app.remark("Stopped; what was done is kept, and the same command goes on from there.")
        return EXIT_INTERRUPTED if caught[0] == signal.SIGINT else EXIT_TERMINATED
    return EXIT_TROUBLE if told.trouble else EXIT_DONE


class _Telling:
    """Says what a back-fill does: changes on stdout, the rest on stderr."""

    def __init__(self, app: App, work: Backfill, wish: Wish) -> None:
        self.app, self.work, self.wish = app, work, wish
        self.bar: Callable[[int, int], None] = lambda done, total: None
        self.counts: Counter[str] = Counter()
        self.total = self.done = self.changes = 0
        self.trouble = False

    def step(self, step: Step) -> None:
        """One thing that happened."""
        from guidetrack.report.clean import inline
        from guidetrack.track.absorb import Taken
        from guidetrack.track.backfill import Asked, Listed

        if isinstance(step, Listed):
            self.total += step.requests
            self.app.remark(inline(_listed(step, self.work, self.wish)))
        elif isinstance(step, Asked):
            self.done += 1
            self.counts[step.taken.value] += 1
            if step.taken is Taken.REFUSED and self.app.verbose:
                self.app.remark(inline(f"{step.source.id}: {step.memento.when:%Y-%m-%d}: {step.why}"))
        elif isinstance(step, Change):
            self.changes += 1
            if not self.app.quiet:
                click.echo(inline(f"{step.seen:%Y-%m-%d}  {step.source}  #{step.id:04d} {step.level.value}  "
                                  f"{step.summary}"))
        else:
            self.trouble = True
            click.echo(inline(_troubled(step)), err=True)
        self.bar(self.done, max(self.total, self.done))

    def end(self) -> None:
        """What it all came to."""
        said = "".join(f", {count} {word}" for word, count in self.counts.items())
        copies = "1 copy" if self.done == 1 else f"{self.done} copies"
        changes = "1 historical change" if self.changes == 1 else f"{self.changes} historical changes"
        self.app.remark(f"{copies} asked for{said}; {changes} recorded, told to nobody.")


def _listed(step: Listed, work: Backfill, wish: Wish) -> str:
    """What the index of an archive holds of a source, in a line."""
    index, plan = step.index, step.plan
    if not index.mementos:
        said = f"{work.archive.name} holds no copy of it in that time"
    else:
        parts = ((plan.errors, "of errors or redirects"), (plan.same, "unchanged"),
                 (plan.thinned, "left out by --every"))
        left = ", ".join(f"{count} {word}" for count, word in parts if count)
        about = "about " * (wish.bisect and bool(step.requests))
        said = (f"{plan.listed} copies in {work.archive.name}{f' ({left})' if left else ''}, "
                f"{about}{step.requests} to ask for")
    if index.malformed:
        said += (f"; {index.malformed} of {index.lines} lines of its index cannot be read, such as "
                 f"{index.example[:60]!r}")
    return f"{step.source.id}: {said}"


def _troubled(step: Trouble) -> str:
    later = "Run the same command again later: it goes on from there." if step.stopped else "Left for the next time."
    return f"guidetrack: {step.source.id}: {step.why}. {later}"


async def _dry_run(app: App, work: Backfill, sources: list[Source], wish: Wish) -> int:
    from guidetrack.report.clean import inline
    from guidetrack.track.backfill import Listed

    requests, trouble = 0, False
    async with work.fetcher() as fetcher:
        async for step in work.plans(fetcher, sources):
            if isinstance(step, Listed):
                requests += step.requests
                click.echo(inline(_listed(step, work, wish)))
            else:
                trouble = True
                click.echo(inline(_troubled(step)), err=True)
    time = requests * max(work.pause, timedelta(seconds=1))
    minutes = max(1, round(time.total_seconds() / 60))
    about = "about " * wish.bisect
    click.echo(f"{about}{requests} {'request' if requests == 1 else 'requests'} to {work.archive.name}"
               + (f", about {minutes} min" if requests else "") + "; nothing was fetched or written.")
    return EXIT_TROUBLE if trouble else EXIT_DONE


@contextmanager
def _stoppable(work: Backfill, caught: list[int]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the work once the copy under way is kept; a second one ends it at once."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None

    def stop(number: int) -> None:
        if caught:
            task.cancel()
        caught.append(number)
        work.stop()

    numbers = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in numbers:
            loop.add_signal_handler(number, stop, number)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        yield
        return
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextmanager
def _bar(app: App) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while a terminal watches; erased afterwards."""
    if app.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("back-filling"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stderr=False) as bar:
        task = bar.add_task("back-filling", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)

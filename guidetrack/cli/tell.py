"""mail: what is to be told is recorded first, then tried, and tried again until it is done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE
from guidetrack.cli.app import App

if TYPE_CHECKING:
    from guidetrack.models import Delivery, Report
    from guidetrack.store import Store
    from guidetrack.track import Tracker

WEEK = timedelta(days=7)


@click.command()
@click.option("--dry-run", is_flag=True, help="List what is pending; send nothing.")
@click.pass_obj
def mail(app: App, dry_run: bool) -> int:
    """Deliver what is pending, also what an earlier run could not send.

    What stays undelivered is kept and tried again; the exit status is then 2.
    """
    if dry_run:
        with app.open_store(write=False) as store:
            pending = store.outbox()
        for delivery in pending:
            click.echo(_line(delivery))
        if not pending:
            app.remark("Nothing is pending.")
        return EXIT_DONE
    with app.open_store(write=True) as store, store.join(command="mail", now=app.now(), part="mail"):
        if not (pending := store.outbox()):
            app.answer("Nothing is pending.")
        return EXIT_TROUBLE if _deliver(app, store, pending) else EXIT_DONE


def send_run(app: App, tracker: Tracker, report: Report) -> bool:
    """Record what this run has to tell, then deliver it and what is due from before.

    :returns: whether something that was tried stays undelivered (or nobody is named to tell).
    """
    from guidetrack.mail import due
    from guidetrack.report.email import deliveries

    settings, store = app.settings.mail, tracker.store
    if not (settings.to or settings.routes or settings.chat_env or any(source.to for source in app.settings.sources)):
        app.remark('guidetrack: nobody is named to be mailed; set to = ["…"] under [mail] in sources.toml.')
        return True
    with store.join(command="mail", now=app.now(), part="mail"):
        new = [*deliveries(report, settings, pending=store.outbox()), *_weekly(app, tracker)]
        # told in the very transaction that fills the outbox: a run killed before or after it repeats and loses nothing
        told = [change.id for change in report.changes] if tracker.last_run is not None else []
        store.enqueue(new, told=told, run_id=tracker.last_run.id if tracker.last_run else "")
        return _deliver(app, store, due(store.outbox(), app.now()))


def say_rewound(tracker: Tracker, report: Report) -> None:
    """Say of news that they may have been told before, when the catalogue was restored from a backup meanwhile."""
    found = tracker.store.rewound(report.changes, tracker.now())
    if found is not None and found.again:
        numbers = ", ".join(f"#{change.id:04}" for change in found.again)
        when = f"{found.until:%Y-%m-%d %H:%M} UTC"
        click.echo(f"guidetrack: the catalogue was restored from a backup; news were told until {when} that it does "
                   f"not hold. May have been told before: {numbers}.", err=True)


def _weekly(app: App, tracker: Tracker) -> list[Delivery]:
    """The all-quiet mail, when it is wanted and this is the first run of an ISO week."""
    if not app.settings.mail.weekly or tracker.last_run is None:
        return []
    from guidetrack.report.email import weekly

    now = app.now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = tracker.last_run.command
    if len([counts for counts in tracker.store.runs(since=monday) if counts.run.command == mine]) != 1:
        return []
    return weekly(tracker.report(since=now - WEEK, until=now), app.settings.mail)


def _deliver(app: App, store: Store, pending: Sequence[Delivery]) -> bool:
    """Try each delivery and record how it went at once; returns whether one stays undelivered."""
    from guidetrack.mail import attempt

    failed = 0
    for delivery in pending:
        after = attempt(delivery, app.settings.mail, os.environ, app.now())
        store.update_delivery(after)
        if after.sent is None:
            failed += 1
            click.echo(f"guidetrack: not delivered: {_line(after)}", err=True)
    if pending:
        app.remark(f"Delivered {len(pending) - failed} of {len(pending)} messages.")
    return failed > 0


def _line(delivery: Delivery) -> str:
    """One delivery as a line: number, recipient, subject, and how often it failed and why."""
    from guidetrack.report.clean import line

    times = "once" if delivery.attempts == 1 else f"{delivery.attempts} times"
    tried = f"; tried {times}: {line(delivery.error)}" if delivery.attempts else ""
    return f"{delivery.id}  {line(delivery.recipient)}  {line(delivery.subject)}{tried}"

"""review, log: what people decided, and the trail of everything that was done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from guidetrack.cli.app import App
from guidetrack.cli.options import Number, When, check_past, data_format
from guidetrack.models import Decision

if TYPE_CHECKING:
    from guidetrack.models import Change, RunCounts
    from guidetrack.store import Store


@click.command()
@click.argument("number", type=Number(), metavar="N")
@click.option("--by", required=True, metavar="NAME", help="Who decides; recorded as typed.")
@click.option("--role", default="", metavar="ROLE", help="In which function.")
@click.option("--decision", required=True, type=click.Choice([decision.value for decision in Decision]),
              help="What was decided.")
@click.option("--note", default="", help="Why, what, or where the evidence is; needed for all but noise.")
@click.option("--confirm", is_flag=True, help="As a second person, agree with the decision recorded last.")
@click.pass_obj
def review(app: App, number: int, by: str, role: str, decision: str, note: str, confirm: bool) -> None:
    """Record a decision on a change.

    guidetrack records what is typed and does not authenticate anybody: who may write here is a matter of file
    permissions. Entries are only ever added; a second decision stands beside the first.
    """
    from guidetrack.report.clean import inline, line

    with app.open_tracker(write=True) as tracker:
        entry = tracker.review(number, by=by, role=role, decision=Decision(decision), note=note, confirm=confirm)
    who = f"{entry.by}, {entry.role}" if entry.role else entry.by
    click.echo(f"Entry {entry.id}: change {entry.change}, {entry.decision} ({entry.meaning})")
    click.echo(f"  by       {line(who)} (account {line(entry.account)})")
    click.echo(f"  at       {entry.at:%Y-%m-%d %H:%M:%S} UTC, guidetrack {entry.version}")
    if entry.note:
        click.echo(f"  note     {inline(entry.note)}")
    click.echo(f"  previous {entry.previous}")
    if entry.decision is Decision.NOISE:
        app.remark("To set such lines aside from now on, give the source a rule in sources.toml, for example:\n"
                   "  ignore = ['Viewed \\d+ times']")


@click.command()
@click.option("--since", type=When(), help="From this date on, or within this age (30d).")
@click.option("--until", type=When(end=True), help="Up to this date.")
@data_format("text", "json", "csv")
@click.pass_obj
def log(app: App, since: datetime | None, until: datetime | None, form: str) -> None:
    """Print the audit trail: runs, changes, decisions and changes of configuration."""
    from guidetrack.report import log as trail

    check_past(since, until, app.now())
    with app.open_store(write=False) as store:
        runs = store.runs(since=since, until=until)
        found = trail.entries(runs, store.reviews(since=since, until=until), _recorded(store, runs, since, until),
                              store.configurations(since=since, until=until))
    if form == "json":
        from guidetrack.report.data import log_json

        click.echo(log_json(found))
    elif form == "csv":
        from guidetrack.report.table import log_csv

        click.echo(log_csv(found), nl=False)
    else:
        click.echo(trail.log_lines(found, width=app.columns), nl=False)


def _recorded(store: Store, runs: list[RunCounts], since: datetime | None, until: datetime | None) -> list[Change]:
    """Changes of the period: those from a web archive by the run that found them, all others by when they were seen."""
    listed = {counts.run.id for counts in runs}
    live = store.changes(since=since, until=until, technical=True, historical=True)
    past = store.changes(technical=True, historical=True) if any(c.run.command == "backfill" for c in runs) else []
    return [*(change for change in live if not (change.historical and change.run)),
            *(change for change in past if change.historical and change.run in listed)]

"""changes, show, history, diff, text, report: reading what was recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidetrack.cli import EXIT_CHANGED, EXIT_DONE
from guidetrack.cli.app import App
from guidetrack.cli.options import (
    LEVEL,
    Number,
    Span,
    When,
    check_past,
    check_period,
    data_format,
    exit_code_options,
    write_output,
)
from guidetrack.models import ChangeKind, Level, Rules

if TYPE_CHECKING:
    from guidetrack.models import CaptureInfo, Comparison, Text
    from guidetrack.track import Tracker

_STAMP = "%Y-%m-%dT%H:%M:%SZ"
DEFAULT_PERIOD = timedelta(days=30)


@click.command()
@click.option("--since", type=When(), help="Seen on or after this date, or within this age (30d).")
@click.option("--until", type=When(end=True), help="Seen on or before this date.")
@click.option("--source", metavar="ID", help="Of one source.")
@click.option("--level", type=LEVEL, help="At or above this level.")
@click.option("--kind", type=click.Choice([kind.value for kind in ChangeKind]), help="Of one kind.")
@click.option("--unreviewed", is_flag=True, help="Nobody has decided on them yet.")
@click.option("--older-than", type=Span(), metavar="SPAN", help="Seen longer ago than this (14d).")
@click.option("--technical", is_flag=True, help="Also what only our own extractor or rules changed.")
@click.option("--historical", is_flag=True, help="Also what web archives and imported files showed.")
@data_format("text", "json", "csv")
@exit_code_options
@click.pass_obj
def changes(app: App, since: datetime | None, until: datetime | None, source: str | None, level: str | None,
            kind: str | None, unreviewed: bool, older_than: timedelta | None, technical: bool, historical: bool,
            form: str, exit_code: bool, min_level: str) -> int:
    """List recorded changes, newest first."""
    check_past(since, until, app.now())
    with app.open_tracker(write=False) as tracker:
        found = tracker.store.changes(
            since=since, until=until, source=tracker.source_or_kept(source).id if source else None,
            level=Level(level) if level else None, kind=ChangeKind(kind) if kind else None, unreviewed=unreviewed,
            older_than=app.now() - older_than if older_than else None,
            technical=technical or kind == ChangeKind.TECHNICAL, historical=historical,
        )
        report = tracker.report(changes=[change.id for change in found])
    if form == "json":
        from guidetrack.report.data import changes_json

        click.echo(changes_json(found))
    elif form == "csv":
        from guidetrack.report import render

        click.echo(render(report, "csv"), nl=False)
    else:
        from guidetrack.report.terminal import changes_table

        click.echo(changes_table(report, width=app.columns, colour=app.colour), nl=False)
    news = any(change.level.rank >= Level(min_level).rank for change in found)
    return EXIT_CHANGED if exit_code and news else EXIT_DONE


@click.command()
@click.argument("numbers", nargs=-1, required=True, type=Number(), metavar="N...")
@click.option("--evidence", is_flag=True, help="Addresses, times, digests, files and versions.")
@click.option("--noise", is_flag=True, help="List the lines that were set aside, with the rule that did it.")
@data_format("text", "json", "csv")
@click.pass_obj
def show(app: App, numbers: tuple[int, ...], evidence: bool, noise: bool, form: str) -> None:
    """Print changes in full, with their marked words.

    Section, before, after and marked text; the dates; why it has its level; decisions on it.
    """
    with app.open_tracker(write=False) as tracker:
        found = [tracker.store.change(number) for number in numbers]
        if form != "text":
            from guidetrack.report import render
            from guidetrack.report.data import changes_json

            click.echo(changes_json(found) if form == "json" else render(tracker.report(changes=numbers), "csv"))
            return
        from guidetrack.report.terminal import show_change
        from guidetrack.track.evidence import pairs, set_aside

        for position, change in enumerate(found):
            if position:
                click.echo()
            click.echo(show_change(
                change, tracker.source_or_kept(change.source), tracker.store.reviews(change=change.id),
                evidence=pairs(tracker.store, change) if evidence else (),
                set_aside=set_aside(tracker.store, change), noise=noise, width=app.width, colour=app.colour,
            ), nl=False)


@click.command()
@click.argument("id")
@data_format("text", "json", "csv")
@click.pass_obj
def history(app: App, id: str, form: str) -> None:
    """Tell the dated story of one source.

    When it was first seen, each change with its level and summary, decisions, and the gaps in which nobody looked.
    """
    import csv
    import io

    from guidetrack.report.clean import cell, inline

    with app.open_tracker(write=False) as tracker:
        source, events = tracker.history(id)
    rows = [
        {"at": f"{event.at:{_STAMP}}", "until": f"{event.until:{_STAMP}}" if event.until else "",
         "event": event.kind.value, "change": event.change.id if event.change else None,
         "level": event.change.level.value if event.change else "", "said": inline(event.said)}
        for event in events
    ]
    if form == "json":
        from guidetrack.report.data import history_json

        click.echo(history_json(source.id, rows))
    elif form == "csv":
        sheet = io.StringIO()
        writer = csv.writer(sheet, lineterminator="\n")
        writer.writerow(["at", "until", "event", "change", "level", "said"])
        writer.writerows([cell(str(value)) if value is not None else "" for value in row.values()] for row in rows)
        click.echo(sheet.getvalue(), nl=False)
    else:
        from guidetrack.report.story import story_lines

        for line in story_lines(events, width=app.columns):
            click.echo(line)


@click.command()
@click.argument("id")
@click.option("--on", type=When(end=True), help="What it said at the end of this day, as far as we saw.")
@click.option("--noise", is_flag=True, help="Print what was set aside instead, with the rule that did it.")
@click.pass_obj
def text(app: App, id: str, on: datetime | None, noise: bool) -> None:
    """Print what a source said on a date.

    The text goes to stdout; between which two captures the date falls goes to stderr, so the gap is plain.
    """
    with app.open_tracker(write=False) as tracker:
        day = (on or app.now()).date()
        said = tracker.text(id, on=day)
        here, after = tracker.text_on(tracker.source_or_kept(id).id, day)
    if here is not None:
        app.remark(_standing(here, after))
    from guidetrack.report.clean import inline
    from guidetrack.report.width import wrap

    lines = (f"{item.rule}: {item.text}" for item in said.set_aside) if noise else iter(said.lines)
    for line in lines:
        click.echo("\n".join(wrap(inline(line), app.columns)))


def _standing(here: CaptureInfo, after: CaptureInfo | None) -> str:
    following = f"next capture {after.ref.seen:%Y-%m-%d %H:%M} UTC" if after else "no later capture"
    return f"Captured {here.ref.seen:%Y-%m-%d %H:%M} UTC; {following}."


@click.command()
@click.argument("id", required=False)
@click.option("--from", "from_", type=When(end=True), help="The earlier date; default: the text before the last.")
@click.option("--to", type=When(end=True), help="The later date; default: now.")
@click.option("--files", nargs=2, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="OLD NEW",
              help="Compare two files; needs no archive and no sources.toml.")
@data_format("text", "json")
@exit_code_options
@click.pass_obj
def diff(app: App, id: str | None, from_: datetime | None, to: datetime | None, files: tuple[Path, Path] | None,
         form: str, exit_code: bool, min_level: str) -> int:
    """Compare a source between two dates, or two files."""
    if (id is None) == (files is None):
        raise click.UsageError("name one source ID, or --files OLD NEW.")
    check_period(from_, to)
    if files is not None:
        comparison, heading = _diff_files(*files), f"{files[0].name} → {files[1].name}"
    else:
        assert id is not None
        with app.open_tracker(write=False) as tracker:
            comparison, heading = _diff_dates(tracker, id, from_, to)
    if form == "json":
        from guidetrack.report.data import comparison_json

        click.echo(comparison_json(comparison))
    else:
        from guidetrack.report.terminal import comparison_lines

        app.remark(heading)
        click.echo(comparison_lines(comparison, width=app.width, colour=app.colour), nl=False)
    return EXIT_CHANGED if exit_code and comparison and comparison.level.rank >= Level(min_level).rank else EXIT_DONE


def _diff_files(old: Path, new: Path) -> Comparison:
    from guidetrack.compare import compare

    return compare(_text_of(old), _text_of(new))


def _text_of(path: Path) -> Text:
    """A file's text, told by content; a name that ends in .txt is not taken for anything else."""
    from guidetrack.extract import extract

    media_type = "text/plain" if path.suffix == ".txt" else ""
    return extract(path.read_bytes(), media_type=media_type, url=path.resolve().as_uri(), rules=Rules())


def _diff_dates(tracker: Tracker, id: str, from_: datetime | None, to: datetime | None) -> tuple[Comparison, str]:
    comparison, first, second = tracker.diff(id, from_, to)
    if first.id == second.id:
        return comparison, f"One and the same text, captured {first.fetched:%Y-%m-%d %H:%M} UTC, stood at both times."
    return comparison, f"{first.fetched:%Y-%m-%d %H:%M} UTC → {second.fetched:%Y-%m-%d %H:%M} UTC"


@click.command()
@click.argument("numbers", nargs=-1, type=Number(), metavar="[N]...")
@click.option("--since", type=When(), help="Changes seen since; default: the last 30 days.")
@click.option("--until", type=When(end=True), help="Changes seen until.")
@click.option("--format", "form", type=click.Choice(["html", "mail", "text", "json", "csv", "xlsx", "atom"]),
              default="html", show_default=True, help="What to write.")
@click.option("-o", "--output", metavar="FILE", help="Where to; - or nothing is stdout.")
@click.option("--html-dir", metavar="DIR", help="Write a small static site instead: index, sources, changes.")
@click.pass_obj
def report(app: App, numbers: tuple[int, ...], since: datetime | None, until: datetime | None, form: str,
           output: str | None, html_dir: str | None) -> None:
    """Write changes as html, mail, text, json, csv, xlsx or atom.

    The changes named, or those of a period.
    """
    from guidetrack.report import render

    check_past(since, until, app.now())
    with app.open_tracker(write=False) as tracker:
        start = None if numbers else since or app.now() - DEFAULT_PERIOD
        gathered = tracker.report(changes=numbers or None, since=start, until=until)
    if html_dir:
        from guidetrack.report.html.site import write_site

        write_site(gathered, Path(html_dir))
        app.remark(f"Wrote {Path(html_dir) / 'index.html'}.")
        return
    if form == "xlsx" and output in (None, "-") and _stdout_is_terminal():
        raise click.UsageError("a spreadsheet is not for the terminal: name a file with -o FILE.")
    write_output(render(gathered, form, width=app.width, colour=app.colour and not output), output)
    if output and output != "-":
        app.remark(f"Wrote {output}.")


def _stdout_is_terminal() -> bool:
    import sys

    return sys.stdout.isatty()

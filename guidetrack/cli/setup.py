"""init, sources, schema: the file of sources and the catalogue behind it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guidetrack.cli.app import App
from guidetrack.cli.doctor import doctor
from guidetrack.cli.options import data_format
from guidetrack.cli.trying import add, try_
from guidetrack.models import SourceKind

if TYPE_CHECKING:
    from guidetrack.models import Source

__all__ = ["add", "doctor", "init", "schema", "sources", "try_"]

KIND = click.Choice([kind.value for kind in SourceKind])
COLUMNS = ("id", "title", "publisher", "jurisdiction", "kind", "url", "format", "every", "grace", "topics", "enabled",
           "keep_text", "evidence", "licence", "note")


@click.command()
@click.option("--jurisdiction", "jurisdictions", multiple=True, metavar="CODE",
              help="US, US-TX, UK, EU, CA, AU, NZ …; may be repeated. International bodies always come along.")
@click.option("--kind", "kinds", multiple=True, type=KIND, help="Only publishers of this kind; may be repeated.")
@click.option("--topic", "topics", multiple=True, help="Only sources with this topic; may be repeated.")
@click.option("--contact", metavar="ADDRESS", help="Your mail address: the sites see it as part of who asks.")
@click.pass_obj
def init(app: App, jurisdictions: tuple[str, ...], kinds: tuple[str, ...], topics: tuple[str, ...],
         contact: str | None) -> None:
    """Write a starter sources.toml from the catalogue.

    With no options in a terminal, asks what to take; otherwise takes the whole catalogue. Never touches a file
    that is there.
    """
    from guidetrack.sources import ENVIRONMENT, NAME
    from guidetrack.sources.catalogue import catalogue, starter
    from guidetrack.sources.edit import write

    target = Path(app.sources_path or os.environ.get(ENVIRONMENT) or NAME)
    if target.exists():
        raise click.UsageError(f"{target} is there already and stays as it is; "
                               "name another file: guidetrack -c FILE init")
    shelf = catalogue()
    asking = sys.stdin.isatty() and sys.stdout.isatty()
    if asking and not (jurisdictions or kinds or topics):
        jurisdictions = _ask_jurisdictions(shelf.sources)
    if asking and contact is None:
        contact = click.prompt("Your mail address, for the sites to see who asks (empty: later)", default="",
                               show_default=False)
    contact = _address(contact or "")
    text, chosen = starter(shelf, jurisdictions=jurisdictions, kinds=[SourceKind(kind) for kind in kinds],
                           topics=topics, contact=contact)
    write(target, text.encode(), replace=False)
    off = sum(not source.enabled for source in chosen)
    click.echo(f"Wrote {target}: {len(chosen)} sources"
               + (f", {off} of them switched off: their notes say why." if off else "."))
    command = "guidetrack" if target == Path(NAME) else f"guidetrack -c {target}"
    if not contact:
        click.echo("Next: write your address under [fetch] contact in it.")
    click.echo(f"Next: {command} check      looks at every source once; nothing is called changed the first time.")
    click.echo(f"Then: {command} status     shows where each source stands.")
    click.echo(f"      {command} add URL    tries a page of your own and adds it.")


def _ask_jurisdictions(sources: list[Source]) -> tuple[str, ...]:
    known = sorted({source.jurisdiction.split("-")[0] for source in sources} - {"international"})
    answer = click.prompt(f"Which countries ({' '.join(known)}; empty: all)", default="", show_default=False)
    return tuple(answer.replace(",", " ").split())


def _address(contact: str) -> str:
    """A contact that may stand in the file; a mistake is a usage error, before anything is written."""
    from guidetrack.sources import checks
    from guidetrack.sources.checks import Wrong

    contact = contact.strip()
    if not contact:
        return ""
    try:
        return checks.url(contact) if contact.startswith(("http://", "https://")) else checks.mailbox(contact)
    except Wrong as wrong:
        raise click.UsageError(f"--contact: {wrong.what}; expected {wrong.expected}, e.g. {wrong.example}") from None


@click.command()
@click.option("--catalogue", "shipped", is_flag=True, help="Those that ship with guidetrack, not those of your file.")
@click.option("--jurisdiction", metavar="CODE", help="Only these: US, US-TX, UK, EU …")
@click.option("--kind", type=KIND, help="Only publishers of this kind.")
@click.option("--topic", help="Only sources with this topic.")
@data_format("text", "json", "csv")
@click.pass_obj
def sources(app: App, shipped: bool, jurisdiction: str | None, kind: str | None, topic: str | None, form: str) -> None:
    """List the sources of sources.toml, switched off ones too."""
    from guidetrack.sources.catalogue import catalogue, covers

    found = catalogue().sources if shipped else list(app.settings.sources)
    found = [source for source in found
             if (jurisdiction is None or covers(jurisdiction, source.jurisdiction))
             and (kind is None or source.kind == kind) and (topic is None or topic in source.topics)]
    rows = [_row(source) for source in found]
    if form == "json":
        from guidetrack.report.data import sources_json

        click.echo(sources_json(rows))
    elif form == "csv":
        click.echo(_csv(rows), nl=False)
    else:
        click.echo(_table(app, found), nl=False)
        from guidetrack.report.words import plural

        app.remark(f"{plural(len(found), 'source')}, {sum(source.enabled for source in found)} switched on.")


def _row(source: Source) -> dict[str, Any]:
    from guidetrack.sources.units import duration_text

    values: dict[str, Any] = {name: getattr(source, name) for name in COLUMNS if hasattr(source, name)}
    values |= {"kind": source.kind.value if source.kind else "", "format": source.rules.format.value,
               "every": duration_text(source.every), "grace": duration_text(source.grace),
               "topics": list(source.topics)}
    return {name: values[name] for name in COLUMNS}


def _csv(rows: list[dict[str, Any]]) -> str:
    from guidetrack.report.clean import cell
    from guidetrack.report.table import as_csv

    def text(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return cell("; ".join(value) if isinstance(value, list) else str(value))

    return as_csv(COLUMNS, ([text(row[name]) for name in COLUMNS] for row in rows))


def _table(app: App, found: list[Source]) -> str:
    from guidetrack.report.clean import line
    from guidetrack.report.width import cut
    from guidetrack.sources.units import duration_text

    rows = [(source.id, "" if source.enabled else "off", source.jurisdiction,
             source.kind.value if source.kind else "", duration_text(source.every), line(source.title))
            for source in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[5]]).rstrip()
             for row in rows]
    if sys.stdout.isatty():
        lines = [cut(one, app.width) for one in lines]
    return "".join(f"{one}\n" for one in lines)


@click.command()
@click.option("--document", "name", metavar="NAME",
              help="Of what a command prints as JSON: check, changes, status, history … Without it: of sources.toml.")
def schema(name: str | None) -> None:
    """Print the JSON Schema of sources.toml, for editors.

    Point your editor's TOML extension at it: keys are then completed and checked while you type.
    """
    if name is not None:
        from guidetrack.report.data import json_schema
        from guidetrack.report.documents import DOCUMENTS, PRINTED_BY

        name = PRINTED_BY.get(name, name)
        if name not in DOCUMENTS:
            raise click.UsageError(f"there is no document {name!r}; there are: {', '.join(sorted(DOCUMENTS))}")
        click.echo(json_schema(name))
        return
    from guidetrack.sources import schema as build

    click.echo(json.dumps(build(), indent=2, ensure_ascii=False))

"""add and try: how a page would be tracked, and writing it down."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE
from guidetrack.cli.app import App
from guidetrack.cli.writing import documents_of, save, settings_of
from guidetrack.errors import UsageError
from guidetrack.models import Format, Items, Rules, Settings, Source, SourceKind

if TYPE_CHECKING:
    from guidetrack.sources.toml import Document
    from guidetrack.track.preview import Preview

FORMATS = click.Choice([form.value for form in Format])
KINDS = click.Choice([kind.value for kind in SourceKind])
TITLE_LENGTH = 200


def _rules(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how to read the page."""
    for option in (
        click.option("--items", metavar="PATH", help="JSON: where the entries are, e.g. results."),
        click.option("--ignore", "ignores", multiple=True, metavar="REGEX", help="Set aside lines that match."),
        click.option("--drop", "drops", multiple=True, metavar="CSS", help="Set aside these parts of the page."),
        click.option("--select", metavar="CSS", help="Take only this part of the page."),
        click.option("--format", "form", type=FORMATS, help="How to read it; found out otherwise."),
    ):
        command = option(command)
    return command


@click.command("try")
@click.argument("target", metavar="ID|URL")
@_rules
@click.pass_obj
def try_(app: App, /, target: str, **rules: Any) -> int:
    """Show how a page would be tracked; writes nothing.

    Asks for the page twice: what it says, what is set aside, what rotates between two looks, and where the same
    may be had in a better form. Exit status 2 when it cannot be tracked.
    """
    settings = settings_of(app)
    known = None if "://" in target else _known(settings, target)
    seen = _preview(app, settings, _with_rules(known or Source("preview", _checked(target)), rules))
    _show(app, seen, settings)
    return EXIT_DONE if seen.trackable else EXIT_TROUBLE


@click.command()
@click.argument("url", metavar="URL")
@click.option("--id", "name", metavar="ID", help="Its name in the archive and everywhere; suggested otherwise.")
@click.option("--title", help="Its title for people; the page's own otherwise.")
@click.option("--publisher", help="Who publishes it.")
@click.option("--jurisdiction", metavar="CODE", help="Where it applies: US, US-TX, UK, EU …")
@click.option("--kind", type=KINDS, help="Who publishes it, as a class.")
@click.option("--topic", "topics", multiple=True, help="A word to sort and route by; may be repeated.")
@click.option("--every", metavar="SPAN", help="How often it is due, e.g. 1d, 7d.")
@click.option("--replace", "replaced", metavar="ID",
              help="Give this address to a source that moved; its history stays.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--anyway", is_flag=True, help="Write even when the page cannot be tracked right now.")
@_rules
@click.pass_obj
def add(app: App, /, url: str, name: str | None, replaced: str | None, yes: bool, anyway: bool, **given: Any) -> int:
    """Try a source and write it to sources.toml.

    Shows what try shows, then asks before it writes; without a terminal it writes only with --yes. Comments and
    order of the file stay as they are.
    """
    settings = settings_of(app)
    old = _known(settings, replaced) if replaced else None
    _not_yet(settings, url)
    rules = {key: given.pop(key) for key in ("form", "select", "drops", "ignores", "items")}
    source = replace(old, url=_checked(url)) if old else Source("preview", _checked(url))
    seen = _preview(app, settings, _with_rules(source, rules))
    _show(app, seen, settings)
    if not seen.trackable and not anyway:
        click.echo("Nothing was written: the page cannot be tracked as it answers now "
                   "(--anyway writes it all the same).")
        return EXIT_TROUBLE
    document, text, said = _edited(app, settings, seen, old, _values(settings, seen, name, given, rules))
    click.echo(f"\n{said}")
    if not _agreed(yes, document):
        click.echo("Nothing was written.")
        return EXIT_DONE if _has_terminal() else EXIT_TROUBLE
    save(document, text)
    click.echo(f"Written to {document.name}.")
    return EXIT_DONE


def _known(settings: Settings, id: str) -> Source:
    from guidetrack.sources.problems import nearest

    sources = {source.id: source for source in settings.sources}
    if id in sources:
        return sources[id]
    near = nearest(id, sources)
    raise UsageError(f"no source has the id {id!r}" + (f"; did you mean {near}?" if near else
                                                       "; an address begins with https://"))


def _checked(url: str) -> str:
    from guidetrack.sources import checks
    from guidetrack.sources.checks import Wrong

    try:
        return checks.url(url)
    except Wrong as wrong:
        raise UsageError(f"URL: {wrong.what}; expected {wrong.expected}, e.g. {wrong.example}") from None


def _not_yet(settings: Settings, url: str) -> None:
    there = next((source for source in settings.sources if source.url == url), None)
    if there is not None:
        raise UsageError(f"that address is in {settings.file.name} already, as {there.id}")


def _with_rules(source: Source, rules: dict[str, Any]) -> Source:
    """The source with the rules given on the command line in place of its own."""
    own = source.rules
    try:
        checked = Rules(
            select=_valid("select", rules["select"]) or own.select,
            drop=tuple(_valid("drop", one) for one in rules["drops"]) or own.drop,
            ignore=tuple(_valid("ignore", one) for one in rules["ignores"]) or own.ignore,
            items=Items(_valid("items", rules["items"])) if rules["items"] else own.items,
            format=Format(rules["form"]) if rules["form"] else own.format,
        )
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    return replace(source, rules=checked)


def _valid(option: str, value: str | None) -> str:
    from guidetrack.sources import checks

    if not value:
        return ""
    check = {"select": checks.selector, "drop": checks.selector, "ignore": checks.pattern, "items": checks.json_path}
    try:
        return check[option](value)
    except checks.Wrong as wrong:
        raise ValueError(f"--{option}: {wrong.what}; expected {wrong.expected}, e.g. {wrong.example}") from None


def _preview(app: App, settings: Settings, source: Source) -> Preview:
    from guidetrack.track.preview import preview

    app.remark(f"Looking at {source.url} …")
    return asyncio.run(preview(source, settings, now=app.now))


def _show(app: App, seen: Preview, settings: Settings) -> None:
    from guidetrack.cli.previewing import described

    click.echo(described(seen, width=app.width), nl=False)


def _values(settings: Settings, seen: Preview, name: str | None, given: dict[str, Any],
            rules: dict[str, Any]) -> dict[str, Any]:
    """What is to be written for a new source, in the order of the file."""
    from guidetrack.report.clean import line
    from guidetrack.sources import suggest

    taken = [source.id for source in settings.sources]
    own = line(seen.text.title)[:TITLE_LENGTH] if seen.text else ""
    title = given["title"] or own
    found = seen.text.format if seen.text else Format.AUTO
    form = rules["form"] or (found.value if found not in (Format.AUTO, Format.HTML) else "")
    values: dict[str, Any] = {
        "id": name or suggest.source_id(seen.source.url, own, taken), "title": title, "publisher": given["publisher"],
        "jurisdiction": given["jurisdiction"], "kind": given["kind"], "url": seen.source.url, "format": form,
        "select": rules["select"], "drop": list(rules["drops"]), "ignore": list(rules["ignores"]),
        "items": rules["items"], "every": given["every"], "topics": list(given["topics"]),
    }
    return {key: value for key, value in values.items() if value}


def _edited(app: App, settings: Settings, seen: Preview, old: Source | None,
            values: dict[str, Any]) -> tuple[Document, str, str]:
    """The file to write, its text to be, and what to show of it. :raises SourcesError: it would not be valid."""
    from guidetrack.sources import edit

    documents = documents_of(app, settings)
    if not settings.sha256:
        text = edit.with_source(documents[0], values)
        return documents[0], text, _shown(values, f"To be written to the new file {documents[0].name}:")
    if old is not None:
        holder = edit.holding(documents, old.id) or documents[0]
        text = edit.with_address(holder, old.id, seen.source.url)
        return holder, text, f"In {holder.name}, {old.id} moves from\n  {old.url}\nto\n  {seen.source.url}"
    return documents[0], edit.with_source(documents[0], values), _shown(values, f"To be added to {documents[0].name}:")


def _shown(values: dict[str, Any], head: str) -> str:
    import tomlkit

    lines = tomlkit.dumps(values).strip().splitlines()
    return "\n".join([head, "  [[source]]", *(f"  {line}" for line in lines)])


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _agreed(yes: bool, document: Document) -> bool:
    if yes:
        return True
    if not _has_terminal():
        click.echo("Without a terminal nothing is asked: --yes writes it.")
        return False
    return click.confirm(f"Write this to {document.name}?", default=False)

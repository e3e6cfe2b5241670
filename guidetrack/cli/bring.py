"""import: captures that other tools made."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import click

from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE
from guidetrack.cli.app import App
from guidetrack.models import Capture


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="WARC...",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "id", required=True, metavar="ID", help="The source whose page the captures are of.")
@click.option("--any-address", is_flag=True, help="Take records of other addresses too, not only the source's own.")
@click.pass_obj
def import_(app: App, files: tuple[Path, ...], id: str, any_address: bool) -> int:
    """Take captures from WARC files of other tools.

    They take their place by their own time, pass the same verdict as a live page, and show up as historical
    changes, told to nobody. WACZ files are read too.
    """
    return asyncio.run(_import(app, files, id, any_address))


async def _import(app: App, files: tuple[Path, ...], id: str, any_address: bool) -> int:
    from guidetrack.compare import load_vocabulary
    from guidetrack.report.clean import inline
    from guidetrack.store.importing import read
    from guidetrack.track.absorb import Taken, absorb

    counts: Counter[str] = Counter()
    with app.open_tracker(write=True) as tracker, tracker.store.lock(command="import", now=app.now()):
        source = tracker.source(id)
        captures: list[Capture] = []
        for file in files:
            for found in read(file, source.id, url="" if any_address else source.url,
                              max_body=tracker.settings.fetch.max_body, now=app.now()):
                if isinstance(found, Capture):
                    captures.append(found)
                else:
                    counts["passed over"] += 1
                    app.remark(inline(f"{file.name}: {found.where}: {found.why}"))
        vocabulary = load_vocabulary(tracker.settings.vocabulary)
        async for done in absorb(tracker.store, source, captures, vocabulary=vocabulary):
            counts[done.taken.value] += 1
            if done.taken is Taken.REFUSED:
                app.remark(inline(f"{done.capture.fetched:%Y-%m-%d %H:%M} UTC: {done.why}"))
            elif done.change is not None and not app.quiet:
                click.echo(inline(f"{done.capture.fetched:%Y-%m-%d}  #{done.change.id:04d}  {done.change.summary}"))
    said = ", ".join(f"{count} {word}" for word, count in counts.items()) or "no record of that address"
    app.remark(f"{said}.")
    return EXIT_DONE if counts else EXIT_TROUBLE

"""import: job lists of other trackers into sources.toml, and captures of other tools into the archive."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE
from guidetrack.cli.app import App
from guidetrack.cli.writing import documents_of, save, settings_of
from guidetrack.errors import UsageError
from guidetrack.models import Capture, Change

if TYPE_CHECKING:
    from guidetrack.models import Settings, Source
    from guidetrack.sources.foreign.job import Joblist
    from guidetrack.sources.foreign.plan import Fate, Placed

INDENT = " " * 10


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "id", metavar="ID", help="For WARC and WACZ: the source whose page the captures are of.")
@click.option("--any-address", is_flag=True, help="Take records of other addresses too, not only the source's own.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken; write nothing.")
@click.pass_obj
def import_(app: App, files: tuple[Path, ...], id: str | None, any_address: bool, dry_run: bool) -> int:
    """Take job lists and captures of other tools.

    Job lists of urlwatch and webchanges (YAML), watches of changedetection.io (url-watches.json, a backup, a list of
    addresses) become sources at the end of sources.toml: each job is told, with what is carried over and what has
    no counterpart. Nothing in them is run, secrets stay behind, what is watched already stays as it is.

    WARC and WACZ files, with --source, become captures of that source: they take their place by their own time,
    pass the same verdict as a live page, and show up as historical changes, told to nobody.
    """
    if id is not None:
        return asyncio.run(_captures(app, files, id, any_address, dry_run))
    if any_address:
        raise click.UsageError("--any-address is for captures; it needs --source ID.")
    return _jobs(app, files, dry_run)


def _jobs(app: App, files: Sequence[Path], dry_run: bool) -> int:
    """Job lists into sources.toml: all of them, or nothing when one cannot be read."""
    from guidetrack.sources.foreign.plan import Fate, place

    lists = [_read(file) for file in files]
    settings = settings_of(app)
    placed = list(place((job for one in lists for job in one.jobs), settings.sources))
    for file, one in zip(files, lists, strict=True):
        app.remark(f"{file.name}: {one.kind}, {_count(len(one.jobs), 'job')}.")
        for remark in one.remarks:
            app.remark(_clean(f"{remark}: passed over."))
    for job in placed:
        _tell(app, job, dry_run)
    added = [one for one in placed if one.fate is Fate.ADDED]
    counts = Counter(one.fate for one in placed)
    name = _write(app, settings, added, dry_run)
    said = ", ".join(f"{counts[fate]} {_word(fate, dry_run)}" for fate in Fate if counts[fate]) or "no job"
    app.remark(f"{said}." + (f" Nothing was written ({name})." if dry_run else f" Written to {name}." if added else ""))
    if added and not dry_run:
        app.remark(f"Next: guidetrack try {added[0].id}    shows how a page is read; check takes them all in.")
    return EXIT_DONE if counts[Fate.ADDED] or counts[Fate.THERE] else EXIT_TROUBLE


def _read(file: Path) -> Joblist:
    from guidetrack.sources import foreign

    found = foreign.read(file)
    if found is None:
        raise click.UsageError(f"{file.name} is no list of jobs; if it holds captures (WARC, WACZ), "
                               "--source ID says whose page they are of.")
    return found


def _write(app: App, settings: Settings, added: Sequence[Placed], dry_run: bool) -> str:
    """Add the blocks to the file, unless this only looks; the file's name."""
    from guidetrack.sources import edit

    document = documents_of(app, settings)[0]
    if added:
        text = edit.with_sources(document, [one.values or {} for one in added])
        if not dry_run:
            save(document, text)
    return document.name


def _word(fate: Fate, dry_run: bool) -> str:
    return "to add" if dry_run and fate == "added" else fate.value


def _tell(app: App, placed: Placed, dry_run: bool) -> None:
    """What became of one job, on stdout: a line, then what is carried over and each thing that is not."""
    from guidetrack.sources.foreign.plan import Fate, carried

    if placed.fate is Fate.REFUSED:
        job = placed.job
        name = f"{job.where} \u201c{job.name}\u201d" if job.name else job.where
        _line(app, f"{placed.fate}: {name}: {placed.why}.")
        return
    address = placed.job.values["url"]
    if placed.fate is Fate.THERE:
        if not app.quiet:
            _line(app, f"{placed.fate}: {placed.id} {placed.why}: {address}")
        return
    added = f"{_word(placed.fate, dry_run)}: {placed.id}  {address}"
    if not app.quiet:
        _line(app, added)
        _line(app, f"carried over: {carried(placed)}", INDENT)
    elif placed.lost:
        _line(app, added)
    if placed.job.values.get("render") and not app.quiet:
        _line(app, "needs: a browser (pip install 'guidetrack[render]')", INDENT)
    for sentence in placed.lost:
        _line(app, f"left out: {sentence}", INDENT)


def _line(app: App, text: str, indent: str = "") -> None:
    """One sentence, wrapped on a terminal, on a line of its own in a pipe."""
    from guidetrack.report.width import wrap

    first, *more = wrap(_clean(text), max(0, app.columns - len(INDENT)) if app.columns else 0)
    click.echo("\n".join([indent + first, *(INDENT + "  " * bool(indent) + line for line in more)]))


def _clean(text: str) -> str:
    from guidetrack.report.clean import inline

    return inline(text)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


async def _captures(app: App, files: Sequence[Path], id: str, any_address: bool, dry_run: bool) -> int:
    """Captures into the archive."""
    from guidetrack.compare import load_vocabulary
    from guidetrack.track.absorb import Taken, absorb

    if dry_run:
        return _looked(app, files, id, any_address)
    counts: Counter[str] = Counter()
    with app.open_tracker(write=True) as tracker, tracker.store.lock(command="import", now=app.now()):
        source = tracker.source(id)
        captures = list(_found(app, files, source, any_address, counts))
        vocabulary = load_vocabulary(tracker.settings.vocabulary)
        async for done in absorb(tracker.store, source, captures, vocabulary=vocabulary):
            if isinstance(done, Change):
                if not app.quiet:
                    click.echo(_clean(f"{done.seen:%Y-%m-%d}  #{done.id:04d}  {done.summary}"))
                continue
            counts[done.taken.value] += 1
            if done.taken is Taken.REFUSED:
                app.remark(_clean(f"{done.capture.fetched:%Y-%m-%d %H:%M} UTC: {done.why}"))
    return _summed(app, counts)


def _found(app: App, files: Sequence[Path], source: Source, any_address: bool,
           counts: Counter[str]) -> Iterator[Capture]:
    """The captures of the files; what is passed over is said and counted."""
    from guidetrack.store.importing import read

    for file in files:
        for found in read(file, source.id, url="" if any_address else source.url,
                          max_body=app.settings.fetch.max_body, now=app.now()):
            if isinstance(found, Capture):
                yield found
            else:
                counts["passed over"] += 1
                app.remark(_clean(f"{file.name}: {found.where}: {found.why}"))


def _looked(app: App, files: Sequence[Path], id: str, any_address: bool) -> int:
    """What the files hold of the source, without an archive."""
    source = next((source for source in app.settings.sources if source.id == id), None)
    if source is None:
        raise UsageError(f"no source has the id {id!r}")
    counts: Counter[str] = Counter()
    for capture in _found(app, files, source, any_address, counts):
        counts["to look at"] += 1
        click.echo(_clean(f"{capture.fetched:%Y-%m-%d %H:%M} UTC  {capture.status}  {capture.reached}"))
    return _summed(app, counts)


def _summed(app: App, counts: Counter[str]) -> int:
    said = ", ".join(f"{count} {word}" for word, count in counts.items()) or "no record of that address"
    app.remark(f"{said}.")
    return EXIT_DONE if counts else EXIT_TROUBLE

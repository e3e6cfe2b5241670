"""verify, export, prune, import: looking after what was kept."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guidetrack._version import __version__
from guidetrack.cli import EXIT_CHANGED, EXIT_DONE
from guidetrack.cli.app import App
from guidetrack.cli.options import When
from guidetrack.errors import DamagedError

if TYPE_CHECKING:
    from guidetrack.models import Change
    from guidetrack.store.main import Store
    from guidetrack.track import Tracker


class Share(click.ParamType[Any]):
    """``5%``, ``5`` or ``100%``: becomes a number from 0 to 1."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            share = float(str(value).removesuffix("%")) / 100
        except ValueError:
            share = 0.0
        if not 0 < share <= 1:
            self.fail(f"{value!r} is no share; expected a percentage such as 5%.", param, ctx)
        return share


@click.command()
@click.option("--source", metavar="ID", help="Re-read the bodies of one source only.")
@click.option("--since", type=When(), help="Re-read only bodies fetched since.")
@click.option("--sample", type=Share(), metavar="N%", default=1.0, help="Re-read this share of the bodies, drawn anew.")
@click.option("--head", is_flag=True, help="Print number and hash of the last journal entry, to be kept elsewhere.")
@click.option("--timestamp", metavar="URL", help="Have a time-stamping authority (RFC 3161) sign that hash.")
@click.option("-o", "--output", metavar="FILE", default="guidetrack-head.tsr", show_default=True,
              help="Where the time stamp goes.")
@click.pass_obj
def verify(app: App, source: str | None, since: datetime | None, sample: float, head: bool, timestamp: str | None,
           output: str) -> int:
    """Re-read everything and check it against its digests.

    Prints one line for each thing that does not match and exits 1; prints nothing and exits 0 when all does. Rows
    and journal are always read whole.
    """
    from guidetrack.store.verify import Scope
    from guidetrack.store.verify import verify as examine

    try:
        with app.open_store(write=False) as store, _bar("Verifying") as progress:
            if source is not None:
                source = _kept(store, source)
            sound = True
            for problem in examine(store, Scope(source, since, sample), progress=progress):
                click.echo(_safe(str(problem)))
                sound = False
            if not sound:
                return EXIT_CHANGED
            _print_head(app, store, head)
            if timestamp:
                _stamp(app, store, timestamp, Path(output))
    except DamagedError as error:
        click.echo(_safe(str(error)))
        return EXIT_CHANGED
    return EXIT_DONE


def _kept(store: Store, id: str) -> str:
    known = {info.source for info in store.captures(id)} or set(store.memories()) & {id}
    if not known:
        raise click.UsageError(f"nothing was ever kept of a source {id!r}.")
    return id


def _print_head(app: App, store: Store, wanted: bool) -> None:
    number, digest = store.head()
    if wanted:
        click.echo(f"{number} {digest}")
        return
    app.answer(f"What was re-read matches its digests, and the journal its chain of {number} entries.")
    if app.verbose:
        click.echo(f"Journal: {number} entries, last hash {digest}", err=True)


def _stamp(app: App, store: Store, url: str, target: Path) -> None:
    from guidetrack.store.timestamp import stamp

    token = stamp(store.head()[1], url)
    target.write_bytes(token)
    app.remark(f"Wrote {target}: the hash of the last journal entry, time-stamped by {url}.")


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Progress on stderr, only when somebody is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _safe(line: str) -> str:
    from guidetrack.report.clean import line as cleaned

    return cleaned(line)


@click.command()
@click.option("--evidence", type=click.IntRange(min=1), metavar="N", help="One change as a self-contained ZIP file.")
@click.option("--wacz", is_flag=True, help="Captures as a WACZ file for replay tools: of all sources, or of ID.")
@click.argument("id", required=False)
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to.")
@click.pass_obj
def export(app: App, evidence: int | None, wacz: bool, id: str | None, output: str) -> None:
    """Write evidence of a change, or the archive as WACZ."""
    if (evidence is None) == (not wacz):
        raise click.UsageError("say --evidence N, or --wacz.")
    if evidence is not None and id is not None:
        raise click.UsageError("--evidence takes the number of a change and no source.")
    target = Path(output)
    if not target.absolute().parent.is_dir():
        raise click.UsageError(f"the folder of {output} does not exist.")
    if evidence is not None:
        with app.open_tracker(write=False) as tracker:
            _bundle(app, tracker, tracker.store.change(evidence), target)
        app.remark(f"Wrote {output}. Unpack it and check it with: sha256sum -c SHA256SUMS")
        return
    from guidetrack.store import wacz as collection

    with app.open_store(write=False) as store:
        source = _kept(store, id) if id else None
        count = collection.write(store, source, target, made=app.now(), version=__version__,
                                 title=f"Captures of {id}" if id else "Captures")
    app.remark(f"Wrote {output}: {count} captures.")


def _bundle(app: App, tracker: Tracker, change: Change, target: Path) -> None:
    from dataclasses import replace

    from guidetrack.report import render
    from guidetrack.store.evidence import Bundle, write

    report = tracker.report(changes=[change.id])
    only = tuple(status for status in report.coverage if status.source.id == change.source)
    reviews = tracker.store.reviews(change=change.id)
    page = render(replace(report, coverage=only, reviews=tuple(reviews), waiting=()), "html")
    assert isinstance(page, str)
    title = tracker.source_or_kept(change.source).name
    write(tracker.store, change, reviews, Bundle(app.now(), __version__, title, page), target)


@click.command()
@click.option("--before", required=True, type=When(), help="Only bodies fetched before this date.")
@click.option("--dry-run", is_flag=True, help="List what would go; remove nothing.")
@click.pass_obj
def prune(app: App, before: datetime, dry_run: bool) -> None:
    """Remove bodies of long-superseded captures.

    Texts and digests stay, and the journal says what went. Kept whatever their age: the capture in force on that
    date and all after it, what the next check starts from, and captures of changes nobody has decided on.
    """
    from guidetrack.store import prune as pruning

    size = count = 0
    with app.open_store(write=not dry_run) as store:
        if dry_run:
            found = iter(pruning.candidates(store, before))
            size, count = _list(found)
        else:
            with store.lock(command="prune", now=app.now()):
                size, count = _list(pruning.prune(store, before, app.now()))
    app.remark(f"{'Would remove' if dry_run else 'Removed'} {count} bodies, {size / 1e6:.1f} MB.")


def _list(found: Iterator[Any]) -> tuple[int, int]:
    size = count = 0
    for item in found:
        click.echo(f"{item.capture.file}  {item.bytes}")
        size, count = size + item.bytes, count + 1
    return size, count

"""migrate: carry the archive somewhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidetrack._version import __version__
from guidetrack.cli.app import App

if TYPE_CHECKING:
    from guidetrack.models import StoreSettings
    from guidetrack.store.moving import Move

_DATABASES = (".sqlite3", ".sqlite", ".db")


@click.command()
@click.option("--to", "targets", multiple=True, required=True, metavar="PLACE",
              help="Where to: a folder or s3://bucket/prefix for the bodies, a .sqlite3 file or postgresql://… for the "
                   "catalogue, or a sources.toml whose [store] names both. Give it twice for both.")
@click.option("--dry-run", is_flag=True, help="Say what would be carried; write nothing.")
@click.pass_obj
def migrate(app: App, targets: tuple[str, ...], dry_run: bool) -> None:
    """Carry the archive to another place, and check it there.

    What no --to names stays where it is; a folder takes the catalogue with it. Every file and row is compared on its
    way and all of it is read again in the new place. The old place stays as it was. Stopped at any moment, the same
    command goes on where it stopped.
    """
    from guidetrack.store import moving

    old = app.settings.store
    new = destination(old, targets)
    with app.open_store(write=not dry_run) as store:
        if dry_run:
            app.remark(f"Would carry {_amount(moving.plan(store, old, new))}.")
            _print_settings(new)
            return
        with store.lock(command="migrate", now=app.now()), _told(app) as progress:
            wanted = moving.plan(store, old, new)
            number, digest = moving.move(store, wanted, now=app.now(), version=__version__, progress=progress)
    app.remark(f"Carried {_amount(wanted)}, and read all of it again. Both journals end with entry {number}, {digest}.")
    app.remark("From now on the new place is the archive; write this in sources.toml. The old one stays as it is.")
    _print_settings(new)


def destination(old: StoreSettings, targets: tuple[str, ...]) -> StoreSettings:
    """The store that the words after ``--to`` name. Raises a usage error when they contradict each other."""
    from guidetrack.models import StoreSettings
    from guidetrack.sources import load

    archive = catalogue = ""
    for target in targets:
        if target.endswith(".toml"):
            found = load(Path(target)).store
            names = found.archive, found.catalogue
        elif target.lower().startswith(("postgresql:", "postgres:")) or target.endswith(_DATABASES):
            names = "", target if "://" in target else str(Path(target).absolute())
        elif "://" in target:
            names = target, ""
        else:
            folder = Path(target).absolute()
            if folder.exists() and not folder.is_dir():
                raise click.UsageError(f"{target} is a file; --to takes a folder, a .sqlite3 file, s3://… or "
                                       "postgresql://….")
            names = str(folder), ""
        if (names[0] and archive) or (names[1] and catalogue):
            raise click.UsageError("--to names two places for the same thing.")
        archive, catalogue = names[0] or archive, names[1] or catalogue
    if archive and not catalogue:
        # as in sources.toml: a folder holds its catalogue, unless another is named
        catalogue = old.catalogue if "://" in archive else str(Path(archive) / "catalogue.sqlite3")
    return StoreSettings(archive or old.archive, catalogue or old.catalogue)


def _amount(wanted: Move) -> str:
    parts = []
    if wanted.bodies:
        parts.append(f"{wanted.files} files ({wanted.bytes / 1e6:.1f} MB)")
    if wanted.catalogue:
        parts.append(f"{wanted.rows} rows")
    return " and ".join(parts)


def _print_settings(new: StoreSettings) -> None:
    """The lines to write in sources.toml, on stdout."""
    from guidetrack.cli.keep import _safe

    click.echo("[store]")
    for key, value in (("archive", new.archive), ("catalogue", new.catalogue)):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        click.echo(_safe(f'{key} = "{quoted}"'))


_SECONDS = 10.0
"""Between two lines of progress where nobody looks at a terminal: enough to see in a log that it goes on."""


@contextmanager
def _told(app: App) -> Iterator[Callable[[str, int, int], None]]:
    """Progress on stderr: a bar on a terminal, else a line now and then."""
    if sys.stderr.isatty() and not app.quiet:
        from rich.console import Console
        from rich.progress import Progress, TaskID

        with Progress(console=Console(stderr=True), transient=True) as shown:
            tasks: dict[str, TaskID] = {}

            def draw(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = shown.add_task(what.capitalize(), total=total)
                shown.update(tasks[what], completed=done, total=total)

            yield draw
        return
    last = time.monotonic()

    def say(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _SECONDS:
            last = time.monotonic()
            app.remark(f"{what}: {done} of {total}")

    yield say

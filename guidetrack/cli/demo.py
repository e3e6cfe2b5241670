"""demo: the whole job on a bundled little web."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from guidetrack.cli.app import App


@click.command()
@click.option("--keep", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
              help="Leave the sources.toml and the archive in DIR to play with.")
@click.pass_obj
def demo(app: App, keep: Path | None) -> None:
    """Run the whole job on a bundled little web.

    Serves a few pages and a little web archive on this machine, back-fills one page, checks all, lets some of
    them change, checks again, prints what you would see, and writes the HTML report. Uses no network and
    none of your files.
    """
    from guidetrack.demo.tour import tour

    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise click.UsageError(f"{keep} is not empty; name a new folder.")
    folder = keep or Path(tempfile.mkdtemp(prefix="guidetrack-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "report.html"
    tour(folder, report, lambda text: click.echo(text, nl=False), width=min(app.width, 100), colour=app.colour)
    click.echo(f"\nThe whole report, to open in a browser: {report}")
    if keep is not None:
        click.echo(f"To play with: guidetrack -c {folder / 'sources.toml'} changes    (or show 4, report, log)")
        click.echo("The little web is no longer served, so that a check of it would find nobody there.")
        return
    shutil.rmtree(folder / "snapshots", ignore_errors=True)
    (folder / "sources.toml").unlink()

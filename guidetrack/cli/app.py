"""What every command shares: which sources file, how loud, and how to open things."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidetrack._version import __version__

if TYPE_CHECKING:
    from guidetrack.models import Settings
    from guidetrack.store import Store
    from guidetrack.track import Tracker


def say(message: str) -> None:
    """Words for people on stderr: on a terminal no word is cut at its edge."""
    if sys.stderr.isatty():
        import shutil

        from guidetrack.report.width import wrap

        width = shutil.get_terminal_size((80, 24)).columns
        message = "\n".join(part for line in message.split("\n") for part in _folded(line, width, wrap))
    click.echo(message, err=True)


def _folded(line: str, width: int, wrap: Callable[[str, int], list[str]]) -> list[str]:
    """A line as lines; one that is set in columns of its own keeps its spaces."""
    indent = line[: len(line) - len(line.lstrip(" "))]
    return [indent + part for part in wrap(line[len(indent):], max(24, width - len(indent)))] or [line]


@dataclass
class App:
    """The command line's context object: options before the command, and lazily opened things."""

    sources_path: str | None = None
    quiet: bool = False
    verbose: bool = False
    _settings: Settings | None = field(default=None, repr=False)

    @property
    def path(self) -> Path:
        """The sources file in use: ``-c``, the environment, ./sources.toml, the user's configuration folder."""
        from guidetrack.sources import find

        return find(self.sources_path, os.environ)

    @property
    def settings(self) -> Settings:
        """The sources file, read and validated once."""
        if self._settings is None:
            from guidetrack.sources import load

            path = self.path
            settings = load(path)
            if settings.vocabulary:
                from guidetrack.track.wording import checked

                checked(settings, path)
            self._settings = settings
        return self._settings

    def now(self) -> datetime:
        """The time at the edge: everything below gets it as an argument."""
        return datetime.now(UTC)

    def open_store(self, *, write: bool) -> Store:
        """The archive of the sources file; use as a context manager."""
        from guidetrack.store import Store

        return Store.open(self.settings.store, now=self.now(), version=__version__, write=write)

    def open_tracker(self, *, write: bool) -> Tracker:
        """A tracker over the sources file; use as a context manager."""
        from guidetrack.track import Tracker

        return Tracker(self.settings, now=self.now, write=write)

    def remark(self, message: str) -> None:
        """A remark on stderr, unless quiet."""
        if not self.quiet:
            say(message)

    def answer(self, message: str) -> None:
        """A remark that all went well: only where somebody looks; from cron, silence says it."""
        if sys.stderr.isatty():
            self.remark(message)

    @property
    def colour(self) -> bool:
        """Colour only on a terminal, never with NO_COLOR set (no-color.org)."""
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns of the terminal; 80 in a pipe."""
        import shutil

        return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80

    @property
    def columns(self) -> int:
        """Columns for lists: those of the terminal; 0 in a pipe, where each item is one line, its id first."""
        return self.width if sys.stdout.isatty() else 0

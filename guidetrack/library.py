"""How a program opens its sources and their archive."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from guidetrack.sources import find, load
from guidetrack.track import Tracker
from guidetrack.track.wording import checked


def _now() -> datetime:
    return datetime.now(UTC)


def open(
    sources: str | os.PathLike[str] | None = None, *, write: bool = True, now: Callable[[], datetime] = _now
) -> Tracker:
    """Open the sources of a file and their archive; use the result as a context manager.

    :param sources: path of a sources.toml; None: as the command line finds it.
    :param write: False to ask questions only; then nothing is created or migrated.
    :param now: the clock, aware and UTC.
    :raises SourcesError: the file is not as it must be. :raises StoreError: the archive cannot be opened.
    """
    path = Path(find(os.fspath(sources) if sources is not None else None, os.environ))
    return Tracker(checked(load(path), path), now=now, write=write)

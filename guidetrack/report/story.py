"""The dated story of one source, a line an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from guidetrack.models import Change
from guidetrack.report.clean import inline
from guidetrack.report.width import wrap


class Told(Protocol):
    """An event of the story: when, what sort, what is said; the change it is about; until when it lasted."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def said(self) -> str: ...
    @property
    def change(self) -> Change | None: ...
    @property
    def until(self) -> datetime | None: ...


_HANG = 12
"""Columns of a day and two spaces: what does not fit the width goes on below the words."""


def story_lines(events: Iterable[Told], *, width: int = 0) -> Iterator[str]:
    """Day, what it was, level and number of a change, what happened; ``width`` 0 is a pipe: one line an event."""
    for event in events:
        level = event.change.level.value if event.change else ""
        number = f"#{event.change.id:04d} " if event.change else ""
        span = f" to {event.until:%Y-%m-%d}" if event.until else ""
        said = f"{event.kind!s:8s}{level:7s}{number}{inline(event.said)}{span}"
        first, *rest = wrap(said, max(24, width - _HANG) if width else 0)
        yield f"{event.at:%Y-%m-%d}  {first}"
        yield from (" " * _HANG + line for line in rest)

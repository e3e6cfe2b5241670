"""The dated story of one source, a line an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from guidetrack.models import Change
from guidetrack.report.clean import inline


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


def story_lines(events: Iterable[Told]) -> Iterator[str]:
    """Day, what it was, level and number of a change, what happened."""
    for event in events:
        level = event.change.level.value if event.change else ""
        number = f"#{event.change.id:04d} " if event.change else ""
        span = f" to {event.until:%Y-%m-%d}" if event.until else ""
        yield f"{event.at:%Y-%m-%d}  {event.kind!s:8s}{level:7s}{number}{inline(event.said)}{span}"

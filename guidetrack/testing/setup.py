"""A sources.toml over the site, and a clock to move."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from guidetrack.testing.site import Site

_START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
_SETTINGS = ('[fetch]\npause = "0s"\nsecond_look = "0s"\ntimeout = "10s"\nallow_private = ["127.0.0.0/8"]\n'
             'contact = "test@clinic.example"\n')


class Clock:
    """A clock that only moves when told; pass it as ``now=``.

    :param start: aware; 5 January 2026, 06:00 UTC unless told.
    :raises ValueError: a time without its zone.
    """

    def __init__(self, start: datetime = _START) -> None:
        if start.tzinfo is None:
            raise ValueError(f"{start} says no zone; pass an aware time, e.g. datetime(2026, 1, 5, tzinfo=UTC)")
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """The time, aware and UTC."""
        return self._now

    def forward(self, *, days: float = 0, hours: float = 0) -> datetime:
        """Let time pass and return the new time; negative values turn the clock back."""
        self._now += timedelta(days=days, hours=hours)
        return self._now


def write_sources(folder: str | os.PathLike[str], site: Site, *, urls: Mapping[str, str] | None = None,
                  more: str = "") -> Path:
    """Write a sources.toml that watches the site's pages without pauses, and return its path.

    :param folder: where; the archive will be in ``snapshots/`` beside it.
    :param urls: addresses by source id. Without it there is one source for each path that is scripted now, with an
        id made of the path: ``/guidance/esketamine.html`` is ``guidance-esketamine-html``.
    :param more: further TOML at the end of the file: tables, or keys of the last source.
    """
    watched = urls if urls is not None else {_id(path): site.url(path) for path in site.paths if path != "/robots.txt"}
    # a JSON string of printable ASCII is a TOML basic string
    sources = [f"[[source]]\nid = {json.dumps(id)}\nurl = {json.dumps(url)}\n" for id, url in watched.items()]
    file = Path(folder) / "sources.toml"
    file.write_text("\n".join([_SETTINGS, *sources, more]), "utf-8")
    return file


def _id(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"

"""From jobs to blocks of sources.toml: an id for each, nothing invalid, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from guidetrack.models import Source
from guidetrack.sources import checks, model, suggest
from guidetrack.sources.checks import Wrong
from guidetrack.sources.foreign.job import Job, key_name

_HALF = re.compile("[\ud800-\udfff]")
"""Lone surrogates: JSON can say them, UTF-8 cannot."""
_RULES = ("format", "select", "drop", "ignore", "items")


class Fate(StrEnum):
    """What becomes of a job."""

    ADDED = "added"
    THERE = "there already"
    REFUSED = "not taken"


@dataclass(frozen=True)
class Placed:
    """A job and its fate. ``id``: the source it becomes, or the one that watches its address; ``values`` its block."""

    job: Job
    fate: Fate
    id: str = ""
    values: Mapping[str, Any] | None = None
    lost: tuple[str, ...] = ()
    why: str = ""


def place(jobs: Iterable[Job], known: Collection[Source]) -> Iterator[Placed]:
    """Each job as a source that the loader takes, in order; those that ``known`` sources watch are named, not touched.

    Two jobs of one address with different rules are two sources; the same job twice is one.
    """
    names = _Names(source.id for source in known)
    watched = {source.url: source.id for source in reversed(list(known))}
    placed: dict[tuple[str, str], str] = {}
    for job in jobs:
        values, lost, why = _valid(job)
        if why:
            yield Placed(job, Fate.REFUSED, why=why)
            continue
        url = values["url"]
        key = (url, repr([(rule, values.get(rule)) for rule in _RULES]))
        if there := watched.get(url) or placed.get(key):
            yield Placed(job, Fate.THERE, there, why="watches that address" if url in watched else "is the same job")
            continue
        id = placed[key] = names.new(url, str(values.get("title", "")))
        yield Placed(job, Fate.ADDED, id, {"id": id, **values}, tuple(lost))


class _Names:
    """Ids that nobody has yet."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.lower() for name in taken}
        self._last: dict[str, int] = {}

    def new(self, url: str, title: str) -> str:
        """A readable id; the second of its kind ends in -2."""
        name = base = suggest.source_id(url, title)
        while name in self._taken:
            number = self._last[base] = self._last.get(base, 1) + 1
            name = f"{base}-{number}"
        self._taken.add(name)
        return name


def _valid(job: Job) -> tuple[dict[str, Any], list[str], str]:
    """The keys that the loader takes, what is lost, and why the job as a whole cannot be taken (else nothing)."""
    if job.refused:
        return {}, [], job.refused
    values, lost = dict(job.values), list(job.lost)
    for key in [key for key, value in values.items() if _broken(value)]:
        values.pop(key)
        lost.append(f"{key}: holds half a character.")
    if "url" not in values:
        return {}, [], "its address cannot be read"
    for _ in range(len(values)):
        try:
            model.SourceTable.model_validate({"id": "x", **values})
            return values, lost, ""
        except ValidationError as error:
            for one in error.errors(include_url=False):
                place, what = one["loc"], _what(one)
                if not place or place[0] in ("id", "url"):
                    return {}, [], what
                _without(values, place, what, lost)
    return {"url": values["url"]}, lost, ""


def _broken(value: object) -> bool:
    """Whether a text in it holds half a character."""
    if isinstance(value, (list, tuple)):
        return any(map(_broken, value))
    if isinstance(value, Mapping):
        return any(map(_broken, value.values()))
    return isinstance(value, str) and bool(_HALF.search(value))


def _what(error: Mapping[str, Any]) -> str:
    wrong = error.get("ctx", {}).get("error")
    return wrong.what if isinstance(wrong, Wrong) else str(error["msg"])[:120]


def _without(values: dict[str, Any], place: tuple[int | str, ...], what: str, lost: list[str]) -> None:
    """Take out what cannot stand in sources.toml: one member of a list, or the whole key."""
    key = str(place[0])
    listed = values.get(key)
    if isinstance(listed, list) and len(place) > 1 and isinstance(place[1], int) and place[1] < len(listed):
        values[key] = [one for number, one in enumerate(listed) if number != place[1]]
    if values.get(key) is listed or not values.get(key):
        values.pop(key, None)
    lost.append(f"{key_name(key)}: {what}.")


def carried(placed: Placed) -> str:
    """What of a job is carried over, in words: its keys, with the values that matter to how it is read."""
    values = placed.values or {}
    said = []
    for key, value in values.items():
        if key in ("id", "url"):
            continue
        if key in ("select", "format", "every", "accept"):
            said.append(f"{key} {checks.shown(str(value))}")
        elif key in ("drop", "ignore", "topics") and len(value) > 1:
            said.append(f"{key} ({len(value)})")
        elif key == "enabled":
            said.append("switched off")
        else:
            said.append(key)
    return ", ".join(said) or "its address"

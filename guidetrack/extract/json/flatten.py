"""JSON values as lines ``field: value``, keys in order, nested names joined by dots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from guidetrack.extract.json.parse import Figure
from guidetrack.extract.outline import fold

_NET_DATE = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")
_DATE_NAME = re.compile(r"(?:date|fecha|time|timestamp|modified|updated|created|published)(?:_?(?:at|on|ms))?$", re.I)
_EPOCH_MS = range(10**11, 10**13)
"""Milliseconds since 1970 between 1973 and 2286: integers of this size under a date's name."""
_NAMES = ("name", "title", "label", "nombre", "term")
_REFERENCE = re.compile(
    r"^(?:id|slug|url|link|uri|href|acronym|locale|rel|raw_name|organisation_\w+|\w+_(?:id|url|path|identifier)|logo\w*)$",
    re.I)
"""Fields that only point at the thing that a name already names."""


def scalar(value: Any, name: str = "") -> str:
    """A JSON scalar as published; ``null`` and blank strings are empty; .NET and epoch dates become ISO 8601."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Figure):
        return str(value)
    if isinstance(value, int):
        leaf = name.rpartition(".")[2]
        return _from_epoch(value) if abs(value) in _EPOCH_MS and _DATE_NAME.search(leaf) else str(value)
    return _NET_DATE.sub(_net_date, fold(str(value)))


def lines(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """``(field, value)`` for every scalar under ``value``, in the order of the field names.

    A list of scalars is one line, values joined by ``; ``. In a list of objects each object is one line.
    """
    stack: list[tuple[str, Any]] = [(name, value)]
    while stack:
        name, node = stack.pop()
        if isinstance(node, dict):
            stack.extend((_joined(name, str(key)), node[key]) for key in sorted(node, key=str, reverse=True))
        elif isinstance(node, list):
            yield from ((name, line) for line in listed(node, name) if line)
        elif text := scalar(node, name):
            yield name, text


def listed(values: list[Any], name: str = "") -> list[str]:
    """A list as lines: names or scalars together on one line, other objects one line each."""
    if not any(isinstance(value, (dict, list)) for value in values):
        return ["; ".join(filter(None, (scalar(value, name) for value in values)))]
    names = [_name_of(value) for value in values]
    if all(names):
        return ["; ".join(names)]
    return [inline(value, name) for value in values]


def inline(value: Any, name: str = "") -> str:
    """Any value on one line: ``field: value; field: value``. Bounded work: each scalar is visited once."""
    if not isinstance(value, (dict, list)):
        return scalar(value, name)
    parts: list[str] = []
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        field, node = stack.pop()
        if isinstance(node, dict):
            stack.extend((_joined(field, str(key)), node[key]) for key in sorted(node, key=str, reverse=True))
        elif isinstance(node, list):
            stack.extend((field, child) for child in reversed(node))
        elif text := scalar(node, field):
            parts.append(f"{field}: {text}" if field else text)
    return "; ".join(parts)


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{fold(name)}" if prefix else fold(name)


def _name_of(value: Any) -> str:
    """The name of an object that has nothing but a name and references to itself; else empty."""
    if not isinstance(value, dict):
        return ""
    key = next((name for name in _NAMES if isinstance(value.get(name), str) and value[name].strip()), "")
    rest = (other for other in value if other != key)
    return fold(value[key]) if key and all(_REFERENCE.match(str(other)) for other in rest) else ""


def _from_epoch(milliseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.date().isoformat() if moment.time().isoformat() == "00:00:00" else _iso(moment)


def _net_date(match: re.Match[str]) -> str:
    """``/Date(1682502323341+0100)/``: milliseconds since 1970 UTC, and the offset to show it with."""
    offset = match[2] or "+0000"
    hours, minutes = int(offset[1:3]), int(offset[3:5])
    if hours > 23 or minutes > 59:
        return match[0]
    shift = timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1)
    try:
        return _iso((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(match[1])))
                    .astimezone(timezone(shift)))
    except OverflowError:
        return match[0]


def _iso(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()

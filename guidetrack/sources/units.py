"""Durations and sizes as people write them: a number and its unit, ``"72h"``, ``"50MB"``."""

from __future__ import annotations

import re
from datetime import timedelta

_NUMBER_UNIT = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([A-Za-z]+)")
_SECONDS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}
_BYTES = {"b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}


def duration(text: str) -> timedelta:
    """``"2s"``, ``"30m"``, ``"72h"``, ``"1d"``, ``"2w"`` as a span of time.

    Raises ValueError for anything else; a number without a unit is not a duration.
    """
    match = _NUMBER_UNIT.fullmatch(text.strip())
    if match is None or match[2].lower() not in _SECONDS:
        raise ValueError(f"{text[:40]!r} is no duration")
    # ten thousand years and more are all the same, and more than timedelta holds
    return timedelta(seconds=min(float(match[1]) * _SECONDS[match[2].lower()], 3.2e11))


def size(text: str) -> int:
    """``"50MB"``, ``"10KB"``, ``"1GiB"`` in bytes. Raises ValueError for anything else."""
    match = _NUMBER_UNIT.fullmatch(text.strip())
    if match is None or match[2].lower() not in _BYTES:
        raise ValueError(f"{text[:40]!r} is no size")
    return int(float(match[1]) * _BYTES[match[2].lower()])


def size_text(count: int) -> str:
    """Bytes with the largest unit that divides them: ``50000000`` is ``"50MB"``."""
    for unit in ("GB", "MB", "KB"):
        if count and count % _BYTES[unit.lower()] == 0:
            return f"{count // _BYTES[unit.lower()]}{unit}"
    return f"{count}B"


def duration_text(span: timedelta) -> str:
    """A span with the largest unit that divides it: seven days are ``"7d"``, ninety seconds ``"90s"``."""
    seconds = round(span.total_seconds())
    for unit in ("d", "h", "m"):
        length = _SECONDS[unit]
        if seconds and seconds % length == 0:
            return f"{int(seconds // length)}{unit}"
    return f"{seconds}s"

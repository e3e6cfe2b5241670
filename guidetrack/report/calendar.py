"""Dates ahead as iCalendar (RFC 5545): one all-day event each, for any calendar program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from guidetrack.models import ComingDate, Source
from guidetrack.report import clean, words

MAX_OCTETS = 75
"""Of a line, without its end (section 3.1); longer ones are folded."""


def dates_ics(found: Iterable[tuple[Source, ComingDate]], *, made: datetime) -> str:
    """A calendar of the dates; ``made`` (aware) is when. An event keeps its identity from file to file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//guidetrack//dates ahead//EN", "CALSCALE:GREGORIAN"]
    for source, date in found:
        lines += _event(source, date, made)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(source: Source, date: ComingDate, made: datetime) -> list[str]:
    identity = hashlib.sha256("\n".join((source.id, date.value.isoformat(), date.sentence)).encode("utf-8", "replace"))
    said = f"{words.section_path(date.section)}: {date.sentence}"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{identity.hexdigest()[:32]}@guidetrack.invalid",
        f"DTSTAMP:{words.stamp(made).replace('-', '').replace(':', '')}",
        f"DTSTART;VALUE=DATE:{date.value:%Y%m%d}",
        f"SUMMARY:{_text(words.who(source, source.id))}",
        f"DESCRIPTION:{_text(said)}",
        "TRANSP:TRANSPARENT",
    ]
    if url := clean.web_url(source.url):
        lines.append(f"URL:{url}")
    return [*lines, "END:VEVENT"]


def _text(value: str) -> str:
    """A text value: one line, with backslash, semicolon and comma escaped (section 3.3.11)."""
    return clean.line(clean.scalar(value)).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """A content line as physical ones of at most 75 octets, never cut inside a character (section 3.1)."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > MAX_OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part

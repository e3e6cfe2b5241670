"""Dates ahead as iCalendar: valid by RFC 5545, whatever stands in titles and sentences."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.cli import run
from guidetrack.models import ComingDate, Source
from guidetrack.report.calendar import dates_ics
from tests.support.site import Site
from tests.support.watched import Watched, varied

MADE = datetime(2026, 11, 24, 6, tzinfo=UTC)
SOURCE = Source("us-rule", "https://rules.example/telehealth", "Telehealth; rules, all", "Federal Office")
COMING = ComingDate(date(2026, 12, 31), ("Part 1307", "How long they last"), "They stay in force through 31 December 2026.", "expiry")


def unfolded(text: str) -> list[str]:
    """The content lines (section 3.1)."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_whole_calendar() -> None:
    """Every property that a calendar program needs, escaped; the day is the day, in no time zone."""
    assert unfolded(dates_ics([(SOURCE, COMING)], made=MADE)) == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//guidetrack//dates ahead//EN", "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT", "UID:27cf156b17d5cdb7ab269f5b282bc117@guidetrack.invalid", "DTSTAMP:20261124T060000Z",
        "DTSTART;VALUE=DATE:20261231", r"SUMMARY:Federal Office · Telehealth\; rules\, all",
        "DESCRIPTION:Part 1307 › How long they last: They stay in force through 31 December 2026.",
        "TRANSP:TRANSPARENT", "URL:https://rules.example/telehealth", "END:VEVENT", "END:VCALENDAR"]


def test_an_event_is_the_same_event_next_week() -> None:
    """The UID comes from source, day and sentence, so that a calendar updates and does not double it."""
    def uid(made: datetime) -> str:
        return next(line for line in unfolded(dates_ics([(SOURCE, COMING)], made=made)) if line.startswith("UID"))

    assert uid(MADE) == uid(MADE.replace(day=30))


@given(title=st.text(max_size=200), sentence=st.text(max_size=400), url=st.text(max_size=40))
def test_no_text_breaks_out(title: str, sentence: str, url: str) -> None:
    """Law: lines of at most 75 octets, one event, each line a known property, no control characters."""
    text = dates_ics([(Source("a", url, title), ComingDate(date(2027, 1, 1), (title,), sentence, "deadline"))], made=MADE)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = unfolded(text)
    assert [line for line in lines if line.startswith(("BEGIN:", "END:"))] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR"]
    assert all(re.match("[A-Z-]+[:;]", line) for line in lines)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", "".join(lines))


def test_as_typed(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """`status --dates 90d --format ics` writes it; without --dates it is a usage error."""
    ahead = datetime.now(UTC) + timedelta(days=60)
    site.page("/a", varied(p0=f"The flexibilities stay in force through {ahead.day} {ahead:%B %Y}."))
    watched.add("a")
    watched.check()
    capsys.readouterr()
    assert run(["-c", str(watched.file), "status", "--dates", "90d", "--format", "ics"]) == 0
    assert f"DTSTART;VALUE=DATE:{ahead:%Y%m%d}" in capsys.readouterr().out
    assert run(["-c", str(watched.file), "status", "--format", "ics"]) == 2

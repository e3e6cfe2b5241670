"""Binding dates in current texts: what they are, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from guidetrack.compare import coming_dates
from tests.compare.texts import section, text

YEAR = {"after": date(2026, 1, 1), "until": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("sentence", "day", "why"),
    [
        ("The flexibilities run through December 31, 2026.", date(2026, 12, 31), "expiry"),
        ("The waiver expires on 30 June 2026.", date(2026, 6, 30), "expiry"),
        ("This rule is effective March 1, 2026.", date(2026, 3, 1), "effective"),
        ("The policy takes effect on 2026-07-01.", date(2026, 7, 1), "effective"),
        ("Comments must be received by 18 March 2026.", date(2026, 3, 18), "deadline"),
        ("Submit your view no later than 3/4/2026.", date(2026, 3, 4), "deadline"),
        ("Die Ausnahme gilt bis 31. Dezember 2026.", date(2026, 12, 31), "expiry"),
        ("Der Beschluss tritt am 15.05.2026 in Kraft.", date(2026, 5, 15), "effective"),
        ("L'autorisation court jusqu'au 1er septembre 2026.", date(2026, 9, 1), "expiry"),
        ("La norma está vigente hasta el 30 de junio de 2026.", date(2026, 6, 30), "expiry"),
    ],
)
def test_a_binding_date_is_listed(sentence, day, why):
    """With its section and sentence, and why it binds."""
    (coming,) = coming_dates(text(section("2 Rule", "First words. " + sentence)), **YEAR)
    assert (coming.value, coming.why, coming.section, coming.sentence) == (day, why, ("2 Rule",), sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Reviewed 3 May 2026 in Boston.",
        "The rule ended: it ran through December 31, 2025.",
        "Effective 31 February 2026 there is no such day.",
        "Effective 1 January 2027, later than asked.",
        "The report of March 2026 names no day.",
        "Call 2026 or 2027 for help.",
    ],
)
def test_other_dates_are_not(sentence):
    """Dates that bind nobody, lie outside the period, or do not exist."""
    assert coming_dates(text(sentence), **YEAR) == ()


def test_dates_come_soonest_first_and_once():
    """Sorted by day; the same sentence twice is listed once."""
    late, soon = "It runs through 31 December 2026.", "It is effective 1 March 2026."
    found = coming_dates(text(late, soon, late), **YEAR)
    assert [coming.sentence for coming in found] == [soon, late]

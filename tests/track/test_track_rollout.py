"""A change that comes in the way rotation does is told all the same."""

from __future__ import annotations

import pytest

from guidetrack.models import ChangeKind, OutcomeKind
from tests.support.site import Answer, Site
from tests.support.watched import PARAGRAPHS, Watched, page, varied

HTML = {"Content-Type": "text/html; charset=utf-8"}
NEW = varied(p0="Patients must be observed for at least one hour after each dose.")
OTHERS = {
    "an edit": NEW,
    "an addition": page(*PARAGRAPHS, "Do not give it to pregnant women."),
    "a deletion": page(*PARAGRAPHS[1:]),
}


@pytest.mark.parametrize("validators", [False, True], ids=["plain", "with validators"])
@pytest.mark.parametrize("new", OTHERS.values(), ids=OTHERS)
def test_a_roll_out_over_several_servers_is_told(watched: Watched, site: Site, new: str, validators: bool) -> None:
    """One look hits a new server and one an old: set aside at first, told once the page stands still."""
    site.page("/a", page(), etag=validators)
    watched.add("a")
    watched.one()
    site.script("/a", [Answer(200, new, HTML), Answer(200, page(), HTML)])
    assert watched.one().kind is OutcomeKind.UNCHANGED
    site.page("/a", new, etag=validators)
    told = [watched.one() for _ in range(3)]
    assert [outcome.kind for outcome in told].count(OutcomeKind.CHANGED) == 1
    assert told[0].kind is OutcomeKind.CHANGED, "the day after, not later"


def test_a_rule_replaced_by_a_rotating_tip_is_told(watched: Watched, site: Site) -> None:
    """The rule never rotated: that it is gone is news, whatever stands in its place."""
    rule = "Do not give esketamine to pregnant women."
    site.page("/a", page(*PARAGRAPHS[:3], rule, *PARAGRAPHS[3:]))
    watched.add("a")
    watched.one()
    tips = iter(f"Tip of the day {n}: drink a glass of water, {'abcdef'[n % 6]} times." for n in range(1000))
    site.answer("/a", lambda _: Answer(200, page(*PARAGRAPHS[:3], next(tips), *PARAGRAPHS[3:]), HTML))
    outcome = watched.one()
    assert outcome.kind is OutcomeKind.CHANGED
    assert outcome.change is not None
    assert rule in [edit.before for edit in outcome.change.edits]


def test_a_counter_does_not_hold_a_shrunken_page_for_ever(watched: Watched, site: Site) -> None:
    """Held once, then told, although a number on it differs from day to day."""
    long = [f"{text} This is point {number} of the guidance." for number in range(12) for text in PARAGRAPHS]
    site.page("/a", page(*long))
    watched.add("a")
    watched.one()
    days = iter(range(60, 0, -1))
    site.answer("/a", lambda _: Answer(200, page(f"Ketamine is under review by the panel. {next(days)} days are left."), HTML))
    assert watched.one().kind is OutcomeKind.HELD
    assert watched.one().kind is OutcomeKind.CHANGED


def test_back_with_other_words_says_that_it_was_gone(watched: Watched, site: Site) -> None:
    """Gone, then another text at the address: a content change that names the absence."""
    site.page("/a", page())
    watched.add("a")
    watched.one()
    site.answer("/a", Answer(404, "no", HTML))
    watched.one()
    watched.one()
    site.page("/a", NEW)
    change = watched.one().change
    assert change is not None
    assert change.kind is ChangeKind.CONTENT
    assert "gone since" in change.detail


def test_a_rotating_line_that_looks_alike_twice_is_looked_at_again(watched: Watched, site: Site) -> None:
    """Two looks may show the same word of a rotating line by chance; a third one tells it from an edit."""
    verbs = iter(["ask", "tell", "tell", "call"] + ["ask"] * 20)
    numbers = iter(range(1000))
    site.answer("/a", lambda _: Answer(200, page(*PARAGRAPHS, f"Tip {next(numbers)}: {next(verbs)} your nurse."), HTML))
    watched.add("a")
    watched.one()
    assert watched.one().kind is OutcomeKind.UNCHANGED
    assert len(site.asked("/a")) == 4

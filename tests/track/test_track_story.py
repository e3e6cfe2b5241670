"""The story of a source, check by check: what each one comes to and what is told."""

from __future__ import annotations

from datetime import date, timedelta

from guidetrack.models import ChangeKind, Level, OutcomeKind, Reason
from tests.support.site import Answer, Site
from tests.support.watched import PARAGRAPHS, Watched, page, varied

HTML = {"Content-Type": "text/html; charset=utf-8"}
ONE_HOUR = "Patients must be observed for at least one hour after each dose."


def test_first_then_changed_then_unchanged(watched: Watched, site: Site) -> None:
    """Three pages: first ×3; one word changes: changed ×1, unchanged ×2; then nothing."""
    for name in "abc":
        site.page(f"/{name}", page())
        watched.add(name)
    assert {o.kind for o in watched.check().values()} == {OutcomeKind.FIRST}
    site.page("/b", varied(p0=ONE_HOUR))
    second = watched.check()
    assert [second[n].kind.value for n in "abc"] == ["unchanged", "changed", "unchanged"]
    change = second["b"].change
    assert change is not None
    assert (change.id, change.kind, change.confirmed) == (1, ChangeKind.CONTENT, True)
    assert [(e.before, e.after) for e in change.edits] == [(PARAGRAPHS[0], ONE_HOUR)]
    assert change.edits[0].section == ("Guidance on esketamine",)
    assert {o.kind for o in watched.check().values()} == {OutcomeKind.UNCHANGED}
    assert len(watched.changes()) == 1


def test_not_modified_ends_a_check_early(watched: Watched, site: Site) -> None:
    """A 304 to our own validators is unchanged; every 30th check asks afresh; --fresh asks afresh at once."""
    site.page("/a", page(), etag=True)
    watched.add("a")
    watched.one()
    assert watched.one().not_modified
    assert not watched.one(fresh=True).not_modified
    seen = [watched.one().not_modified for _ in range(31)]
    assert seen.count(False) == 1


def test_equal_etag_with_another_body_is_a_change(watched: Watched, site: Site) -> None:
    """Validators are an optimisation: what the server sends decides (promise 14)."""
    tag = {**HTML, "ETag": '"same"'}
    site.answer("/a", Answer(200, page(), tag))
    watched.add("a")
    watched.one()
    site.answer("/a", Answer(200, varied(p0=ONE_HOUR), tag))
    assert watched.one().kind is OutcomeKind.CHANGED


def test_an_error_is_missed_and_the_last_text_stands(watched: Watched, site: Site) -> None:
    """A 503 is missed, late within grace and overdue past it; recovery is said once and is unchanged."""
    site.page("/a", page())
    watched.add("a", more='grace = "36h"')
    watched.one()
    site.answer("/a", Answer(503, "<h1>Service unavailable</h1>", HTML))
    first, second = watched.one(), watched.one()
    assert (first.kind, first.late, first.overdue) == (OutcomeKind.MISSED, True, False)
    assert (second.late, second.overdue) == (False, True)
    site.page("/a", page())
    back, after = watched.one(), watched.one()
    assert (back.kind, back.recovered, after.recovered) == (OutcomeKind.UNCHANGED, True, False)
    assert watched.changes() == []


def test_a_change_behind_an_outage_is_told_when_it_lifts(watched: Watched, site: Site) -> None:
    """Compared with the last good copy, whatever stood between (promise 9)."""
    site.page("/a", page())
    watched.add("a")
    watched.one()
    site.answer("/a", Answer(503, "down", HTML))
    watched.one()
    site.page("/a", varied(p0=ONE_HOUR))
    outcome = watched.one()
    assert outcome.kind is OutcomeKind.CHANGED
    assert outcome.change is not None
    assert outcome.change.edits[0].before == PARAGRAPHS[0]


def test_rotating_text_is_set_aside_and_a_change_beside_it_is_told(watched: Watched, site: Site) -> None:
    """What differs between two looks is not guidance; what both share is the change (design §2.4)."""
    count = iter(range(1000))

    def rotating(first: str) -> None:
        site.answer("/a", lambda _: Answer(200, page(first, *PARAGRAPHS[1:], f"Tip number {next(count)}: ask your "
                                                     f"{['nurse', 'doctor', 'pharmacist'][next(count) % 3]}."), HTML))

    rotating(PARAGRAPHS[0])
    watched.add("a")
    watched.one()
    quiet = watched.one()
    assert quiet.kind is OutcomeKind.UNCHANGED
    assert quiet.set_aside >= 1
    rotating(ONE_HOUR)
    told = watched.one()
    assert told.kind is OutcomeKind.CHANGED
    assert told.change is not None
    assert [(e.before, e.after) for e in told.change.edits] == [(PARAGRAPHS[0], ONE_HOUR)]
    assert watched.one().kind is OutcomeKind.UNCHANGED


def test_a_refused_second_look_leaves_the_change_told_unconfirmed(watched: Watched, site: Site) -> None:
    """Nothing is held back for a second look that fails; it is marked."""
    site.page("/a", page())
    watched.add("a")
    watched.one()
    site.script("/a", [Answer(200, varied(p0=ONE_HOUR), HTML), Answer(404, "no", HTML)])
    outcome = watched.one()
    assert outcome.kind is OutcomeKind.CHANGED
    assert outcome.change is not None
    assert outcome.change.confirmed is False


def test_second_look_is_fresh(watched: Watched, site: Site) -> None:
    """The second look uses no validators and another connection."""
    site.page("/a", page(), etag=True)
    watched.add("a")
    watched.one()
    site.page("/a", varied(p0=ONE_HOUR), etag=True)
    watched.one()
    _, first, second = site.asked("/a")
    assert "if-none-match" in first.headers
    assert "if-none-match" not in second.headers
    assert first.connection != second.connection


def test_a_return_is_named_and_then_folded(watched: Watched, site: Site) -> None:
    """A-B-A is two reports; after two returns in 30 days the alternation folds; a third text re-opens (§2.5)."""
    other, third = varied(p0=ONE_HOUR), varied(p1="Blood pressure is not measured.")
    site.page("/a", page())
    watched.add("a")
    watched.one()
    kinds, details = [], []
    for text in (other, page(), other, page(), other, third):
        site.page("/a", text)
        outcome = watched.one()
        kinds.append((outcome.kind.value, outcome.change.kind.value if outcome.change else None,
                      bool(outcome.change and outcome.change.folded)))
        details.append(outcome.detail)
    assert kinds == [("changed", "content", False), ("changed", "returned", False), ("changed", "returned", False),
                     ("unchanged", "returned", True), ("unchanged", "returned", True), ("changed", "content", False)]
    assert "back to the text of 3 Mar 2026" in details[1]
    assert details[4] == "alternates between two texts (4 times since 5 Mar 2026)"
    site.page("/a", page())
    assert watched.one().kind is OutcomeKind.CHANGED


def test_gone_after_two_checks_and_back_again(watched: Watched, site: Site) -> None:
    """404 twice is a gone change; later checks are missed but never late; an answer brings it back (§2.6)."""
    site.page("/a", page())
    watched.add("a", more='grace = "0s"')
    watched.one()
    site.answer("/a", Answer(404, "<h1>Not found</h1>", HTML))
    first, second, third = watched.one(), watched.one(), watched.one()
    assert (first.kind, first.reason) == (OutcomeKind.MISSED, Reason.NOT_FOUND)
    assert second.kind is OutcomeKind.CHANGED
    assert second.change is not None
    assert (second.change.kind, second.change.level) == (ChangeKind.GONE, Level.HIGH)
    assert (third.kind, third.reason, third.late, third.overdue) == (
        OutcomeKind.MISSED, Reason.NOT_FOUND, False, False)
    assert "gone since 5 Mar 2026" in third.detail
    site.page("/a", page())
    back = watched.one()
    assert back.kind is OutcomeKind.CHANGED
    assert back.change is not None
    assert back.change.kind is ChangeKind.RETURNED
    assert watched.one().kind is OutcomeKind.UNCHANGED


def test_one_not_found_is_no_news(watched: Watched, site: Site) -> None:
    """A single 404 between good checks changes nothing."""
    site.page("/a", page())
    watched.add("a")
    watched.one()
    site.answer("/a", Answer(404, "no", HTML))
    watched.one()
    site.page("/a", page())
    watched.one()
    site.answer("/a", Answer(404, "no", HTML))
    assert watched.one().kind is OutcomeKind.MISSED
    assert watched.changes() == []


def test_moved_for_good_with_the_same_text(watched: Watched, site: Site) -> None:
    """A permanent redirect to the same text is a moved change, once; the new address is proposed (§2.6)."""
    site.page("/a", page())
    watched.add("a")
    watched.one()
    site.redirect("/a", "/library/new-a", 301)
    site.page("/library/new-a", page())
    outcome = watched.one()
    assert outcome.change is not None
    assert outcome.change.kind is ChangeKind.MOVED
    assert "/library/new-a" in outcome.change.summary
    assert "add --replace a" in outcome.change.detail
    assert watched.one().kind is OutcomeKind.UNCHANGED
    site.page("/library/new-a", varied(p0=ONE_HOUR))
    assert watched.one().change.kind is ChangeKind.CONTENT


def test_a_shrunken_page_is_held_once_then_told(watched: Watched, site: Site) -> None:
    """Most words gone with no wall signs: held; the same again: a high change (§2.6)."""
    long = [f"{text} This is point {number} of the guidance." for number in range(12) for text in PARAGRAPHS]
    site.page("/a", page(*long))
    watched.add("a")
    watched.one()
    site.page("/a", page(long[0], long[1], long[2]))
    held, told = watched.one(), watched.one()
    assert (held.kind, held.reason) == (OutcomeKind.HELD, Reason.SHRUNK)
    assert told.kind is OutcomeKind.CHANGED
    assert told.change is not None
    assert told.change.level is Level.HIGH
    assert "most of the document is gone" in told.change.reasons[0]
    assert watched.one().kind is OutcomeKind.UNCHANGED


def test_a_wall_in_odd_words_is_never_told(watched: Watched, site: Site) -> None:
    """What speaks of nothing of the document is held as often as it is seen; what comes after is told against it."""
    long = [f"{text} This is point {number} of the guidance." for number in range(12) for text in PARAGRAPHS]
    site.page("/a", page(*long))
    watched.add("a", more='grace = "0s"')
    watched.one()
    site.answer("/a", Answer(200, "<title>gate</title><p>Nobody gets past here without the coloured card.</p>", HTML))
    for _ in range(3):
        held = watched.one()
        assert (held.kind, held.reason, held.overdue) == (OutcomeKind.HELD, Reason.SHRUNK, True)
        assert "coloured card" in held.detail
    assert watched.changes() == []
    site.page("/a", page(*long[1:]))
    told = watched.one()
    assert told.kind is OutcomeKind.CHANGED
    assert [edit.before for edit in told.change.edits] == [long[0]]


def test_rules_edited_by_us_are_technical(watched: Watched, site: Site) -> None:
    """What differs only because our rules changed is technical and told to nobody (§2.2)."""
    site.page("/a", page(*PARAGRAPHS, "Edition 12 of the desk copy"))
    watched.add("a")
    watched.one()
    watched.sources = []
    watched.add("a", more="ignore = ['Edition \\d+ of']")
    outcome = watched.one()
    assert outcome.kind is OutcomeKind.UNCHANGED
    assert watched.changes() == []
    technical = watched.changes(technical=True)
    assert [change.kind for change in technical] == [ChangeKind.TECHNICAL]
    with watched.open() as tracker:
        assert tracker.store.untold() == []


def test_questions_afterwards(watched: Watched, site: Site) -> None:
    """What it said on a day, and what differs between two days, as far as we saw."""
    site.page("/a", page())
    watched.add("a")
    watched.one()
    site.page("/a", varied(p0=ONE_HOUR))
    watched.one(after=timedelta(days=10))
    with watched.open(write=False) as tracker:
        assert PARAGRAPHS[0] in tracker.text("a", on=date(2026, 3, 4)).lines
        assert ONE_HOUR in tracker.text("a").lines
        before, after = tracker.text_on("a", date(2026, 3, 4))
        assert before is not None
        assert after is not None
        comparison, *_ = tracker.diff("a", date(2026, 3, 4), date(2026, 3, 20))
        assert [edit.after for edit in comparison.edits] == [ONE_HOUR]


def test_due_looks_only_at_what_is_due(watched: Watched, site: Site) -> None:
    """--due leaves alone what was looked at within its cadence."""
    for name, every in (("a", "1d"), ("b", "7d")):
        site.page(f"/{name}", page())
        watched.add(name, more=f'every = "{every}"')
    watched.check()
    assert set(watched.check(due=True)) == {"a"}
    assert set(watched.check(due=True, after=timedelta(hours=1))) == set()
    assert set(watched.check(due=True, after=timedelta(days=7))) == {"a", "b"}


def test_one_bad_source_never_alters_another(watched: Watched, site: Site) -> None:
    """Each source appears once with its own outcome, whatever its neighbours do (promises 1 and 3)."""
    site.page("/a", page())
    site.answer("/cut", Answer(200, page(), HTML, cut_at=100))
    site.answer("/reset", Answer(reset=True))
    site.answer("/empty", Answer(200, "", HTML))
    for name in ("a", "cut", "reset", "empty"):
        watched.add(name)
    watched.add("private", url="http://10.0.0.1/x")
    watched.add("nowhere", url=site.url("/none"))
    got = {id: (o.kind.value, o.reason.value if o.reason else None) for id, o in watched.check().items()}
    assert got == {"a": ("first", None), "cut": ("missed", "incomplete"), "reset": ("missed", "network"),
                   "empty": ("missed", "empty"), "private": ("missed", "refused"),
                   "nowhere": ("missed", "not-found")}


def test_every_check_is_recorded(watched: Watched, site: Site) -> None:
    """The quiet checks too: looked five times, five rows (design §2.9)."""
    site.page("/a", page(), etag=True)
    watched.add("a")
    for _ in range(5):
        watched.one()
    with watched.open(write=False) as tracker:
        assert [check.outcome.value for check in tracker.store.checks(source="a")] == ["first"] + ["unchanged"] * 4
        status = tracker.status()[0]
        assert (status.memory.checks, status.memory.captures) == (5, 1)

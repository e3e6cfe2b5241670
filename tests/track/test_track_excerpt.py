"""A source with keep_text = "excerpt", from the first check to questions about its past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guidetrack.cli import run
from guidetrack.models import ChangeKind, OutcomeKind
from guidetrack.store.verify import verify
from tests.support.site import Site
from tests.support.watched import PARAGRAPHS, START, Watched, page, varied

DAY = timedelta(days=1)
ONE_HOUR = "Patients must be observed for at least one hour after each dose."


def _changed_twice(watched: Watched, site: Site) -> None:
    """Three texts, the third being the first again."""
    watched.add("a", more='keep_text = "excerpt"\n')
    for body in (page(), varied(p0=ONE_HOUR), page()):
        site.page("/a", body)
        watched.check()


def test_compared_with_the_working_copy_and_returned_by_digest(watched: Watched, site: Site) -> None:
    """Changes are told as with any source, the return is named though the old lines are gone, and all verifies."""
    _changed_twice(watched, site)
    with watched.open() as tracker:
        returned, first = tracker.store.changes()
        assert first.edits[0].after == ONE_HOUR
        assert (returned.kind, returned.edits[0].after) == (ChangeKind.RETURNED, PARAGRAPHS[0])
        assert [info.reduced for info in tracker.store.captures("a")] == [True, True, False]
        assert [str(problem) for problem in verify(tracker.store)] == []
        assert [outcome.kind for outcome in tracker.check()] == [OutcomeKind.UNCHANGED]


def test_questions_about_the_past_are_answered_in_a_sentence(watched: Watched, site: Site,
                                                             capsys: pytest.CaptureFixture[str]) -> None:
    """text --on and diff across removed texts: exit 2 and a sentence; show, the text of today and a rebuild work."""
    _changed_twice(watched, site)
    file = str(watched.write())
    capsys.readouterr()
    for words in (["text", "a", "--on", f"{START + DAY:%Y-%m-%d}"], ["diff", "a"]):
        assert run(["-c", file, *words]) == 2
        said = capsys.readouterr()
        assert "only digests and the changed passages are kept" in said.err
        assert said.out == ""
    assert run(["-c", file, "text", "a"]) == 0
    assert run(["-c", file, "show", "1", "--evidence"]) == 0
    assert "removed; digests kept" in capsys.readouterr().out
    assert run(["-c", file, "rebuild"]) == 0
    assert run(["-c", file, "verify"]) == 0


def test_an_upgrade_reads_the_working_copy_again(watched: Watched, site: Site) -> None:
    """Edited rules are applied to the working copy; the next change is told against it."""
    _changed_twice(watched, site)
    watched.sources[0] += "ignore = ['Records of each']\n"
    site.page("/a", varied(p0=ONE_HOUR))
    assert watched.one().kind is OutcomeKind.CHANGED
    with watched.open(write=False) as tracker:
        assert [str(problem) for problem in verify(tracker.store)] == []

"""A site that does everything but answer: one clinic, every adverse scenario as a source, in the same runs.

Each scenario is missed or held with a right reason and a sentence; its neighbours do not notice; when it ends the
source is unchanged; an edit made behind it is told against the last good text.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from guidetrack.models import Outcome, OutcomeKind
from tests.adverse.scenarios import ADVERSE, EDITED, GUARDS, HTML, TEXTS, document
from tests.support.site import Answer, Site
from tests.support.watched import Watched

NAMES = [scenario.name for scenario in ADVERSE]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Outcome]]:
    """Four runs over all scenarios: good, adverse, good again, edited; and one on which all of it is new."""
    folder: Path = tmp_path_factory.mktemp("adverse")
    with Site() as site:
        watched = Watched(folder, site, fetch='timeout = "6s"\nmax_body = "20MB"\nsecond_look = "0s"\npause = "0s"')
        for scenario in ADVERSE:
            site.answer(f"/{scenario.name}", Answer(200, document(), HTML))
            watched.add(scenario.name, more=scenario.more)
        told = {"good": watched.check()}
        _turn_adverse(site)
        told["adverse"] = watched.check()
        for scenario in ADVERSE:
            site.answer(f"/{scenario.name}", Answer(200, document(), HTML))
        told["recovered"] = watched.check()
        _turn_adverse(site)
        watched.check()
        for scenario in ADVERSE:
            site.answer(f"/{scenario.name}", Answer(200, document(EDITED), HTML))
        told["edited"] = watched.check()
        new = Watched(tmp_path_factory.mktemp("new"), site, watched.sources, watched.fetch)
        _turn_adverse(site)
        told["first"] = new.check()
    return told


def _turn_adverse(site: Site) -> None:
    for scenario in ADVERSE:
        site.answer(f"/{scenario.name}", scenario.answer)
        for path, answer in scenario.paths:
            site.answer(path, answer)


def test_there_are_enough() -> None:
    """At least a hundred, each with a name of its own."""
    assert len(set(NAMES)) == len(NAMES) >= 100


@pytest.mark.parametrize("scenario", ADVERSE, ids=NAMES)
def test_an_adverse_answer_is_never_news(story: dict[str, dict[str, Outcome]], scenario: object) -> None:
    """Missed or held, for a right reason, in a sentence; no change recorded; the last text stands."""
    outcome = story["adverse"][scenario.name]  # type: ignore[attr-defined]
    assert outcome.kind in (OutcomeKind.MISSED, OutcomeKind.HELD), outcome.detail
    assert outcome.reason in scenario.reasons, f"{outcome.reason}: {outcome.detail}"  # type: ignore[attr-defined]
    assert outcome.change is None
    assert len(outcome.detail) > 15


@pytest.mark.parametrize("name", NAMES)
def test_recovery_is_unchanged(story: dict[str, dict[str, Outcome]], name: str) -> None:
    """When the page comes back as it was, nothing changed."""
    assert story["good"][name].kind is OutcomeKind.FIRST
    assert story["recovered"][name].kind is OutcomeKind.UNCHANGED, story["recovered"][name].change
    assert story["recovered"][name].recovered


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_behind_it_is_told_afterwards(story: dict[str, dict[str, Outcome]], name: str) -> None:
    """Against the last good copy: exactly the edit, nothing else."""
    change = story["edited"][name].change
    assert change is not None, story["edited"][name].detail
    assert [(edit.before, edit.after) for edit in change.edits] == [(TEXTS[0], EDITED[0])]


@pytest.mark.parametrize("name", NAMES)
def test_an_adverse_answer_is_no_baseline(story: dict[str, dict[str, Outcome]], name: str) -> None:
    """On the very first check too (promise 8)."""
    outcome = story["first"][name]
    assert outcome.kind in (OutcomeKind.MISSED, OutcomeKind.HELD), f"{outcome.kind} {outcome.reason}"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Outcome], dict[str, Outcome]]:
    """Two runs over the pages that only look like trouble."""
    with Site() as site:
        watched = Watched(tmp_path_factory.mktemp("guards"), site)
        for guard in GUARDS:
            site.answer(f"/{guard.name}", Answer(200, guard.before, HTML))
            watched.add(guard.name)
        first = watched.check()
        for guard in GUARDS:
            site.answer(f"/{guard.name}", Answer(200, guard.after, HTML))
        return first, watched.check()


@pytest.mark.parametrize("name", [guard.name for guard in GUARDS])
def test_a_page_that_only_looks_like_trouble_is_told(
    guarded: tuple[dict[str, Outcome], dict[str, Outcome]], name: str
) -> None:
    """Pages that mention walls, short pages, halved pages and withdrawals still count (promise 10)."""
    first, second = guarded
    assert first[name].kind is OutcomeKind.FIRST, first[name].detail
    assert second[name].kind is OutcomeKind.CHANGED, second[name].detail

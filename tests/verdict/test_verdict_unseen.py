"""Two sets of walls and pages written before the verdict had seen them: what is caught, and what is called a wall wrongly.

The first set was mended on, the second was not: its floors are the honest estimate for wordings that nobody listed.
"""

from __future__ import annotations

import pytest
from pages_for_verdict import ENGLISH, FRENCH, GERMAN, SHORT, SPANISH, TEMPLATES, agency, capture, judge, text_of
from unseen_pages_for_verdict import AROUND, AROUND2, WITHDRAWN, WITHDRAWN2
from unseen_pages_for_verdict import SHORT as PAGES
from unseen_pages_for_verdict import SHORT2 as PAGES2
from unseen_walls_for_verdict import SAID, SAID2, SHELLS, SHELLS2

from guidetrack.models import OutcomeKind

DOCUMENTS = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
Walls = tuple[tuple[str, str, str, str], ...]
Pages = tuple[tuple[str, str, str], ...]


def _body(number: int, language: str, title: str, main: str) -> bytes:
    return TEMPLATES[number % len(TEMPLATES)](title, f"<h1>{title}</h1>{main}", language if language in DOCUMENTS else "en")


def _long(number: int, language: str) -> bytes:
    document = DOCUMENTS.get(language, ENGLISH)
    return TEMPLATES[number % len(TEMPLATES)](document.title, document.main, document.language)


@pytest.mark.parametrize("walls, caught, named", [pytest.param(SAID, 0.88, 0.9, id="mended"), pytest.param(SAID2, 0.4, 0.4, id="fresh")])
def test_walls_in_unseen_words(walls: Walls, caught: float, named: float) -> None:
    """On a first check a share is caught; against a longer text all of them, and a share is missed rather than held."""
    first = [judge(capture(_body(number, *wall[1:]))) for number, wall in enumerate(walls)]
    assert sum(verdict is not None for verdict in first) >= caught * len(walls)
    after = [judge(capture(_body(number, *wall[1:])), text_of(_long(number, wall[1]))) for number, wall in enumerate(walls)]
    assert None not in after
    assert sum(verdict is not None and verdict.outcome is OutcomeKind.MISSED for verdict in after) >= named * len(walls)


@pytest.mark.parametrize("shells, caught", [pytest.param(SHELLS, 12, id="mended"), pytest.param(SHELLS2, 4, id="fresh")])
def test_shells_unseen(shells: tuple[tuple[str, str], ...], caught: int) -> None:
    """Pages whose text is to come by script, and checks without a word."""
    assert sum(judge(capture(body.encode())) is not None for _, body in shells) >= caught
    before = text_of(agency(ENGLISH.title, ENGLISH.main))
    assert all(judge(capture(body.encode()), before) is not None for _, body in shells)


@pytest.mark.parametrize("pages, missed, held", [pytest.param(PAGES, 1, 4, id="mended"), pytest.param(PAGES2, 0, 4, id="fresh")])
def test_short_pages_unseen(pages: Pages, missed: int, held: int) -> None:
    """Pages of one or two sentences, of tables, about logins and outages: on a first check hardly one is doubted."""
    found = [judge(capture(_body(number, *page))) for number, page in enumerate(pages)]
    outcomes = [verdict.outcome for verdict in found if verdict is not None]
    assert outcomes.count(OutcomeKind.MISSED) <= missed
    assert outcomes.count(OutcomeKind.HELD) <= held


@pytest.mark.parametrize("language, words", [*WITHDRAWN, *WITHDRAWN2], ids=lambda part: part[3:40])
def test_withdrawals_unseen(language: str, words: str) -> None:
    """A first text like any other; in place of a document never missed, and told at once where the notice is known."""
    document = DOCUMENTS[language]
    for template in TEMPLATES:
        page = capture(template(document.title, f"<h1>{document.title}</h1>{words}", language))
        assert judge(page) is None
        verdict = judge(page, text_of(template(document.title, document.main, language)))
        assert verdict is None if (language, words) in WITHDRAWN else verdict is None or verdict.outcome is OutcomeKind.HELD


@pytest.mark.parametrize("name, before, after", [*AROUND, *AROUND2], ids=lambda part: part[:24].strip("<"))
def test_parts_around_a_document_unseen(name: str, before: str, after: str) -> None:
    """A login box, a modal, a chat that is offline: nothing beside a document makes it a wall."""
    for template in TEMPLATES:
        page = capture(template(ENGLISH.title, ENGLISH.main, before=before, after=after))
        assert judge(page) is None
        assert judge(page, text_of(template(ENGLISH.title, ENGLISH.main))) is None
    assert judge(capture(agency(SHORT.title, SHORT.main, before=before, after=after))) is None

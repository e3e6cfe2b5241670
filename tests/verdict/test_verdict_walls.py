"""What is not the page is told from it, whatever its status, on a first check as on a later one."""

from __future__ import annotations

import pytest
from pages_for_verdict import (
    ENGLISH,
    FRENCH,
    GERMAN,
    SHORT,
    SPANISH,
    TEMPLATES,
    Template,
    agency,
    bare,
    capture,
    judge,
    text_of,
)
from walls_for_verdict import ERRORS, SOFT, VENDORS, Soft, Wall

from guidetrack.models import OutcomeKind, Text

DOCUMENTS = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
EARLIER = {"first check": None, "long page": agency(ENGLISH.title, ENGLISH.main), "short page": bare(SHORT.title, SHORT.main)}

NAMED_FROM_CONTEXT = {"Site réservé", "Terms of use", "We know you are trying to reach us"}
"""Unusual wordings that are known by what they replaced; on a first check some template may hide them."""


def _earlier(name: str) -> Text | None:
    body = EARLIER[name]
    return None if body is None else text_of(body)


@pytest.mark.parametrize("earlier", EARLIER)
@pytest.mark.parametrize("wall", [*VENDORS, *ERRORS], ids=lambda wall: wall.name)
def test_wall_with_200(wall: Wall, earlier: str) -> None:
    """A wall or error page with status 200 is missed for the right reason, and the sentence quotes it."""
    verdict = judge(capture(wall.body, headers=wall.headers), _earlier(earlier))
    assert verdict is not None
    assert verdict.outcome is OutcomeKind.MISSED
    assert verdict.reason.value in wall.reasons.split()
    assert verdict.detail.endswith(".") or "http" in verdict.detail
    assert verdict.signs or verdict.reason.value == "empty"


@pytest.mark.parametrize("status", [202, 403, 405, 429, 500, 503])
@pytest.mark.parametrize("wall", VENDORS, ids=lambda wall: wall.name)
def test_wall_with_other_status(wall: Wall, status: int) -> None:
    """The same walls with other statuses are missed; where the status says "no", never as anything but blocked."""
    for earlier in EARLIER:
        verdict = judge(capture(wall.body, headers=wall.headers, status=status), _earlier(earlier))
        assert verdict is not None
        assert verdict.outcome is OutcomeKind.MISSED
        if status in (403, 405, 429):
            assert verdict.reason.value == "blocked"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
@pytest.mark.parametrize("soft", SOFT, ids=lambda soft: f"{soft.language}-{soft.heading[:40]}")
def test_soft_error_in_own_template(soft: Soft, template: Template) -> None:
    """Menus, footer and status 200 stay, the document is gone: missed for the right reason."""
    document = DOCUMENTS.get(soft.language, ENGLISH)
    language = soft.language if soft.language in DOCUMENTS else "en"
    page = capture(template(soft.title, f"<h1>{soft.heading}</h1><p>{soft.text}</p>", language))
    for earlier in (document, SHORT):
        verdict = judge(page, text_of(template(earlier.title, earlier.main, language)))
        assert verdict is not None
        assert (verdict.outcome, verdict.reason.value) == (OutcomeKind.MISSED, soft.reasons)
    first = judge(page)
    if soft.heading not in NAMED_FROM_CONTEXT:
        assert first is not None
        assert first.reason.value == soft.reasons


@pytest.mark.parametrize("soft", SOFT[:40], ids=lambda soft: f"{soft.language}-{soft.heading[:40]}")
@pytest.mark.parametrize("status", [202, 403, 404, 410, 500, 503])
def test_soft_error_with_honest_status(soft: Soft, status: int) -> None:
    """A status outside 200 never lets the page through."""
    document = DOCUMENTS[soft.language]
    body = agency(soft.title, f"<h1>{soft.heading}</h1><p>{soft.text}</p>", soft.language)
    verdict = judge(capture(body, status=status), text_of(agency(document.title, document.main, soft.language)))
    assert verdict is not None
    assert verdict.outcome is OutcomeKind.MISSED
    if status in (404, 410):
        assert verdict.reason.value == ("blocked" if soft.reasons == "blocked" else "not-found")


def test_sentence_says_what_the_site_did() -> None:
    """The sentence names the wall and quotes it; it does not blame the reader's set-up."""
    wall = next(wall for wall in VENDORS if wall.name == "cloudflare-managed")
    verdict = judge(capture(wall.body, headers=wall.headers))
    assert verdict is not None
    assert verdict.detail == "The site answered with a Cloudflare challenge instead of the page: “Just a moment...”."

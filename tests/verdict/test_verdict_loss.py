"""Texts that are gone: held when nothing says why, missed when another page stands there, passed when they only changed."""

from __future__ import annotations

import json

import pytest
from pages_for_verdict import (
    ENGLISH,
    GERMAN,
    SHORT,
    URL,
    Document,
    agency,
    bare,
    capture,
    judge,
    read,
    text_of,
)

from guidetrack.errors import ExtractError, SelectError
from guidetrack.fetch.verdict import judge_page
from guidetrack.models import Block, BlockKind, Format, OutcomeKind, Rules, Section, Text

PAGE = agency(ENGLISH.title, ENGLISH.main)


def _kept(count: int, document: Document = ENGLISH) -> bytes:
    shorter = Document(document.language, document.title, document.paragraphs[:count])
    return agency(document.title, shorter.main, document.language)


def _plain(words: str, format: Format) -> Text:
    block = Block(BlockKind.PARAGRAPH, words)
    return Text((Section((), 0, (block,)),), format=format)


@pytest.mark.parametrize("kept", [0, 1])
def test_shrunken_page_is_held(kept: int) -> None:
    """A page that kept its heading and next to nothing else is held, with the numbers."""
    verdict = judge(capture(_kept(kept)), text_of(PAGE))
    assert verdict is not None
    assert (verdict.outcome.value, verdict.reason.value) == ("held", "shrunk")
    assert "believed if the next check sees the same" in verdict.detail


@pytest.mark.parametrize("kept", [5, 6, 8, 9])
def test_shortened_page_is_a_change(kept: int) -> None:
    """Half a page is a change, not a suspicion."""
    assert judge(capture(_kept(kept)), text_of(PAGE)) is None


def test_bland_words_in_place_of_the_document_are_held() -> None:
    """Nothing calls itself a wall, but nothing of the document is left either."""
    page = agency("Agency for Medicines", "<h1>Good to see you</h1><p>Our offices are in the old town, next to the river.</p>")
    for earlier in (PAGE, agency(SHORT.title, SHORT.main)):
        verdict = judge(capture(page), text_of(earlier))
        assert verdict is not None
        assert (verdict.outcome.value, verdict.reason.value) == ("held", "shrunk")


def test_first_check_of_a_sparse_page() -> None:
    """With nothing to compare, few words are simply a short page."""
    assert judge(capture(agency("Ketamine", "<h1>Ketamine</h1><p>See rule 21.</p>"))) is None


@pytest.mark.parametrize("home", [
    agency("Home", "<h1>Better medicines</h1><p>News, events and services of the agency for patients and professionals in this country.</p>" * 6),
    agency("Welcome to the agency", "<p>Find out about careers, procurement, our offices and the people who lead the organisation.</p>" * 6),
    agency("Agency", "<p>Careers, procurement, offices and people: everything about the organisation on a single page.</p>" * 6,
           head='<link rel="canonical" href="https://www.agency.example/">'),
    agency("Agency", "<p>Careers, procurement, offices and people: everything about the organisation on a single page.</p>" * 6,
           head='<meta property="og:url" content="https://www.agency.example/en">'),
    agency("Agency", "<p>Careers, procurement, offices and people: everything about the organisation on a single page.</p>" * 6)
    .replace(b"<body>", b'<body class="html front path-frontpage not-logged-in">'),
])
def test_front_page_without_a_redirect(home: bytes) -> None:
    """The front page served under the document's address is missed as moved."""
    verdict = judge(capture(home), text_of(PAGE))
    assert verdict is not None
    assert (verdict.outcome.value, verdict.reason.value) == ("missed", "moved")


def test_another_page_by_its_own_word() -> None:
    """A page that names another address as its own, with another heading, is held."""
    other = agency("Terms", "<h1>Terms of trade</h1><p>Orders are delivered within three working days unless agreed otherwise in writing.</p>" * 8,
                   head='<link rel=canonical href="https://www.agency.example/terms">')
    verdict = judge(capture(other), text_of(PAGE))
    assert verdict is not None
    assert (verdict.outcome.value, verdict.reason.value) == ("held", "moved")


def test_front_page_watched_on_purpose() -> None:
    """A watched front page may change as it likes."""
    new = agency("Home", "<h1>Home</h1><p>The agency publishes its yearly plan with forty measures for safer treatment of pain and mood.</p>" * 12)
    assert judge(capture(new, asked="https://www.agency.example/"), text_of(PAGE)) is None


def test_page_without_text_is_empty() -> None:
    """A template without anything in it is empty, on a first check too."""
    for earlier in (None, text_of(PAGE)):
        verdict = judge(capture(b"<html><head><title>Guidance</title></head><body><main></main></body></html>"), earlier)
        assert verdict is not None
        assert verdict.reason.value in ("empty", "unreadable")


def test_emptied_list_is_held_and_empty_list_is_fine() -> None:
    """A feed or JSON list that lost its entries is held; one that never had any is a good first text."""
    media = (("Content-Type", "application/json"),)
    empty = Text((), format=Format.JSON)
    page = capture(b'{"results": []}', headers=media)
    assert judge_page(page, empty, None) is None
    assert judge_page(page, empty, empty) is None
    verdict = judge_page(page, empty, _plain("Spravato label of 2026 with forty sections and some more words", Format.JSON))
    assert verdict is not None
    assert (verdict.outcome.value, verdict.reason.value) == ("held", "shrunk")


def test_selector_that_matches_nothing() -> None:
    """The page came but not the part that is watched: selector; a wall is named as a wall."""
    rules = Rules(select="#gone")
    good = judge(capture(PAGE), text_of(PAGE), rules)
    wall = judge(capture(agency("Access Denied", "<h1>Access Denied</h1><p>You do not have permission to view this page.</p>")), text_of(PAGE), rules)
    assert good is not None
    assert wall is not None
    assert (good.reason.value, wall.reason.value) == ("selector", "blocked")


def test_what_cannot_be_read() -> None:
    """Bytes that no extractor reads are unreadable, with its sentence."""
    verdict = judge_page(capture(b"%PDF-1.7 broken", headers=(("Content-Type", "application/pdf"),)), None, None,
                         ExtractError("The PDF is encrypted."))
    assert verdict is not None
    assert verdict.reason.value == "unreadable"
    assert "encrypted" in verdict.detail
    other = judge_page(capture(PAGE), None, None, SelectError("`#x` matches nothing"))
    assert other is not None
    assert other.reason.value == "selector"


@pytest.mark.parametrize(("body", "reason"), [
    (agency("Sign in", "<h1>Sign in</h1><form>User <input> <input type=password></form>"), "login"),
    (agency("Documents", "<h1>Documents</h1><p>Choose a document from the list. All documents are also sent by post on request.</p>"), "unreadable"),
    (b"<html><head><title>Viewer</title></head><body><div id=app></div><script src=viewer.js></script></body></html>", "needs-script"),
])
@pytest.mark.parametrize("format", [Format.PDF, Format.XML, Format.JSON])
def test_web_page_where_a_document_was(body: bytes, reason: str, format: Format) -> None:
    """HTML in place of a PDF, XML or JSON is what it says it is, or unreadable."""
    earlier = _plain(" ".join(ENGLISH.paragraphs), format)
    page = capture(body)
    text, problem = read(page)
    verdict = judge_page(page, text, earlier, problem)
    assert verdict is not None
    assert verdict.reason.value == reason


def test_document_that_became_a_web_page() -> None:
    """A PDF replaced by a web page with the same words is a change."""
    assert judge(capture(PAGE), _plain(" ".join(ENGLISH.paragraphs), Format.PDF)) is None


def test_json_error_in_place_of_a_list() -> None:
    """An error object is missed whatever stood there before; a record with a field called error is not one."""
    media = (("Content-Type", "application/json"),)
    earlier = _plain("Spravato label of 2026 with forty sections", Format.JSON)
    for error in ({"error": "invalid_token"}, {"errors": ["x"]}, {"code": 500, "message": "Server Error"}, {"success": False}):
        assert judge(capture(json.dumps(error).encode(), headers=media), earlier) is not None
    record = {"id": "1", "title": "Label", "error": "", "sections": ["Monitoring for two hours after each dose"]}
    assert judge(capture(json.dumps(record).encode(), headers=media)) is None


def test_german_text_behind_an_english_wall() -> None:
    """The wall's language need not be the document's."""
    wall = bare("Just a moment...", "<h1>Checking your browser</h1><p>Please wait while we verify your connection.</p>")
    verdict = judge(capture(wall), text_of(agency(GERMAN.title, GERMAN.main, "de")))
    assert verdict is not None
    assert (verdict.outcome, verdict.reason.value) == (OutcomeKind.MISSED, "blocked")


def test_words_that_were_always_there_are_no_sign() -> None:
    """A page that always spoke of walls may shrink to half and still speak of them."""
    lines = "".join(f"<p>Number {n}: visitors are asked to verify that they are human, and access denied is shown to others.</p>" for n in range(12))
    fewer = "".join(f"<p>Number {n}: visitors are asked to verify that they are human, and access denied is shown to others.</p>" for n in range(5))
    assert judge(capture(agency("Walls", f"<h1>Walls</h1>{fewer}")), text_of(agency("Walls", f"<h1>Walls</h1>{lines}"))) is None


def test_asked_address_is_named_by_default() -> None:
    """No verdict on the very page: the base of every other test."""
    assert judge(capture(PAGE, asked=URL), text_of(PAGE)) is None


def test_one_copy_does_not_stand_for_many() -> None:
    """A page that said the same in ten chapters and says it once has shrunk."""
    chapter = "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH.paragraphs[:3])
    verdict = judge(capture(agency("Chapters", f"<h1>Chapters</h1>{chapter}")), text_of(agency("Chapters", f"<h1>Chapters</h1>{chapter * 10}")))
    assert verdict is not None
    assert (verdict.outcome.value, verdict.reason.value) == ("held", "shrunk")


def test_wall_after_an_empty_list() -> None:
    """An earlier text without words vouches for nothing."""
    wall = capture(b"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1><p>You don't have permission to access this page.</p></body></html>")
    text, problem = read(wall)
    verdict = judge_page(wall, text, Text((), format=Format.HTML), problem)
    assert verdict is not None
    assert verdict.reason.value == "blocked"

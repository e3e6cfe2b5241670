"""Walls, gates and faults by kind in six templates; short notices, withdrawals and articles that only sound like them."""

from __future__ import annotations

import json

import pytest
from instead_for_verdict import ARTICLES, FOR_NOW, INSTEAD, JSON, LEGAL, NEWS, NOTICES, POPULAR, TAKEN_BACK, XML
from pages_for_verdict import (
    ENGLISH,
    MORE_TEMPLATES,
    Document,
    Template,
    agency,
    bare,
    capture,
    judge,
    read,
    tables,
    text_of,
)

from guidetrack.models import Headers

DATA: Headers = (("Content-Type", "application/json"),)
FEED: Headers = (("Content-Type", "application/rss+xml"),)
SPRAY = Document("en", "Esketamine", ("Esketamine nasal spray is available to adults with resistant depression in certified centres. Patients stay for two hours.",))
LIST = json.dumps({"results": [{"id": number, "title": f"Label {number}", "warnings": f"Monitor patients for {number} hours."} for number in range(1, 4)]}).encode()
NEWSFEED = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Safety news</title>" + b"".join(b"<item><title>Notice %d</title><description>Monitor for %d hours after each dose.</description></item>" % (n, n) for n in range(1, 6)) + b"</channel></rss>"


def _page(template: Template, title: str, main: str, language: str = "en") -> bytes:
    return template(title, f"<h1>{title}</h1>{main}", language if language in ("de", "fr", "es") else "en")


def _filled(main: str) -> str:
    return main.replace("{popular}", POPULAR).replace("{news}", NEWS).replace("{legal}", LEGAL)


@pytest.mark.parametrize("kind, reasons, language, title, main", INSTEAD, ids=lambda part: part[:30])
def test_what_stands_instead_is_no_text(kind: str, reasons: str, language: str, title: str, main: str) -> None:
    """Never a first text, never a change, and for a right reason: what is only held is believed the next day."""
    for template in MORE_TEMPLATES:
        for previous in (None, text_of(template(ENGLISH.title, ENGLISH.main))):
            verdict = judge(capture(_page(template, title, _filled(main), language)), previous)
            assert verdict is not None, (template.__name__, previous is None)
            assert verdict.reason.value in reasons.split(), (template.__name__, verdict.detail)


@pytest.mark.parametrize("template", [template for template in MORE_TEMPLATES if template is not tables], ids=lambda template: template.__name__)
def test_a_template_without_its_document_is_no_text(template: Template) -> None:
    """Menus, footers, teasers and a heading are not the document, on a first check either."""
    for title in ("", ENGLISH.title):
        page = capture(_page(template, title, ""))
        assert judge(page) is not None, title
        assert judge(page, text_of(template(ENGLISH.title, ENGLISH.main))) is not None, title


@pytest.mark.parametrize("words", TAKEN_BACK, ids=lambda words: words[3:40])
def test_a_withdrawal_is_told_at_once(words: str) -> None:
    """However short: the notice is the news, and it is not held for a day."""
    for template in MORE_TEMPLATES:
        page = capture(_page(template, ENGLISH.title, words))
        assert judge(page, text_of(template(ENGLISH.title, ENGLISH.main))) is None, template.__name__


@pytest.mark.parametrize("title, words", NOTICES, ids=lambda part: part[:40])
def test_a_notice_about_a_medicine_is_never_missed(title: str, words: str) -> None:
    """One or two sentences about a subject are news, whatever words of walls they share; to hold them is honest."""
    for template in (agency, bare, tables):
        for previous in (None, text_of(template(SPRAY.title, SPRAY.main)), text_of(template(ENGLISH.title, ENGLISH.main))):
            verdict = judge(capture(_page(template, title, f"<p>{words}</p>")), previous)
            assert verdict is None or verdict.outcome.value == "held", verdict.detail


@pytest.mark.parametrize("title, main", ARTICLES, ids=lambda part: part[:40])
def test_an_article_about_such_things_is_a_text(title: str, main: str) -> None:
    """How to log in, what an error means, that supplies are short: believed on the first check."""
    for template in MORE_TEMPLATES:
        verdict = judge(capture(_page(template, title, main)))
        assert verdict is None, (template.__name__, verdict.detail)


@pytest.mark.parametrize("words", FOR_NOW)
def test_what_will_pass_is_not_gone(words: str) -> None:
    """Two not-founds make a gone document: a fault that says it will pass is none."""
    for template in (agency, bare):
        verdict = judge(capture(_page(template, "Sorry", f"<p>{words}</p>")), text_of(template(ENGLISH.title, ENGLISH.main)))
        assert verdict is not None
        assert verdict.reason.value in ("maintenance", "http-error"), verdict.detail


@pytest.mark.parametrize("headers, before, reasons, body", [
    *(pytest.param(DATA, LIST, reasons, body, id=f"json-{name}") for name, reasons, body in JSON),
    *(pytest.param(FEED, NEWSFEED, reasons, body, id=f"xml-{name}") for name, reasons, body in XML),
])
def test_an_error_for_programs_is_no_list(headers: Headers, before: bytes, reasons: str, body: str) -> None:
    """JSON and XML that say what went wrong, with status 200."""
    earlier, _ = read(capture(before, headers=headers))
    assert earlier is not None
    for previous in (None, earlier):
        verdict = judge(capture(body.encode(), headers=headers), previous)
        assert verdict is not None
        assert verdict.reason.value in reasons.split(), verdict.detail


@pytest.mark.parametrize("media", ["application/pdf", "application/json", "application/rss+xml"])
def test_a_web_page_that_claims_to_be_a_document_is_no_text(media: str) -> None:
    """The header names a document and the bytes are the site's own page."""
    page = agency("Documents", "<h1>Documents</h1><p>All documents of the board. Choose a category.</p>" + POPULAR)
    assert judge(capture(page, headers=(("Content-Type", media),))) is not None

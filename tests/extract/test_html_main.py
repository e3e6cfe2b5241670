"""Where the document is: site furniture is set aside with its rule, the document keeps every word."""

from __future__ import annotations

import pytest

from guidetrack.extract import extract
from guidetrack.models import Text

PROSE = ("Ketamine is approved as an anaesthetic. Its use for depression is off label, and compounded products are not "
         "approved; prescribers should weigh the known risks, among them sedation, dissociation and misuse. ")
BODY = "".join(f"<p>{n}. {PROSE}</p>" for n in range(8))
MENU = "<ul>" + "".join(f'<li><a href="/p{n}">Section {n}</a></li>' for n in range(9)) + "</ul>"


def read(body: str) -> Text:
    """The text of a page with this body."""
    return extract(f"<html><head><title>T</title></head><body>{body}</body></html>".encode(), "text/html",
                   "https://board.example/rules")


@pytest.mark.parametrize(("furniture", "rule"), [
    (f"<nav>{MENU}</nav>", "navigation"),
    (f'<div class="breadcrumbs">{MENU}</div>', "breadcrumb"),
    ('<div id="onetrust-banner-sdk"><p>We use cookies to improve the site.</p><button>Accept all</button></div>', "cookie banner"),
    ('<div class="xk1"><p>This site uses cookies for statistics.</p><a>Reject all</a><a>Accept all cookies</a></div>',
     "cookie banner"),
    ('<div class="social-share"><a href="#">Facebook</a> <a href="#">X</a></div>', "share bar"),
    ('<div class="page-feedback">Was this page helpful? Yes No</div>', "page feedback"),
    ("<p>Was this useful?</p>", "page feedback"),
    ("<p>Cette page vous a-t-elle été utile ?</p>", "page feedback"),
    ("<p>War diese Seite hilfreich?</p>", "page feedback"),
    ('<div class="need-more-help-container"><h2>Stuck?</h2><a href="/ask">Ask other readers</a></div>', "page feedback"),
    ("<div>Copier le lien</div>", "page tools"),
    (f'<section><h2>Related content</h2>{MENU}</section>', "related links"),
    ('<form class="newsletter-signup">Sign up for news<input name=e></form>', "newsletter"),
    ("<p>Page views: 12,345</p>", "counter"),
    ("<p>Updated 3 hours ago</p>", "relative time"),
    ('<span class="visually-hidden">opens in new tab</span>', "hidden"),
    ('<a class="skip-link" href="#main">Skip to main content</a>', "skip link"),
    ("<noscript>Please enable scripts.</noscript>", "no script"),
    ("<p>© 2026 Board of Medicine. All rights reserved.</p>", "copyright line"),
])
def test_furniture_is_set_aside_with_its_rule(furniture: str, rule: str):
    """What surrounds a document is not compared, is listed with its rule, and the document loses nothing."""
    plain = read(f"<main><h1>Rules</h1>{BODY}</main>")
    text = read(f"<main><h1>Rules</h1>{BODY}{furniture}</main>")
    assert text.digest == plain.digest
    assert rule in {line.rule for line in text.set_aside}


def test_a_page_without_landmarks_loses_its_menus_only():
    """Menus before and after the text are set aside though nothing names them."""
    text = read(f"<div>{MENU}</div><div><h1>Rules</h1>{BODY}</div><div>{MENU}</div>")
    assert text.lines[0] == "Rules"
    assert len(text.lines) == 9
    assert sum(line.text.startswith("Section") for line in text.set_aside) == 18


def test_a_list_of_documents_stays():
    """A page that is a list of links to documents is the document, and so is such a list beside prose."""
    documents = "<ul>" + "".join(f'<li><a href="/g{n}.pdf">Guidance {n}</a></li>' for n in range(12)) + "</ul>"
    assert read(f"<main><h1>Guidance</h1>{documents}</main>").plain.count(".pdf>") == 12
    assert read(f"<main><div><h1>Rules</h1>{BODY}</div><div>{documents}</div></main>").plain.count(".pdf>") == 12


def test_a_landmark_that_misses_most_of_the_text_is_not_believed():
    """A ``main`` around a teaser does not hide the text beside it."""
    text = read(f"<main><p>Short.</p></main><div><h1>Rules</h1>{BODY}</div>")
    assert text.plain.count("off label") == 8


def test_names_on_wrappers_are_not_believed():
    """A wrapper called sidebar or cookie-notice that holds the document is the document."""
    for name in ("has-sidebar sidebar", "cookie-notice", "share", "site-header"):
        assert read(f'<div class="{name}"><h1>Rules</h1>{BODY}</div>').plain.count("off label") == 8


def test_the_title_above_the_landmark_is_kept():
    """A headline that stands outside ``main`` is still the document's."""
    text = read(f"<header><ul><li><a href=/>Home</a></ul></header><div><h1>The rule</h1></div><main>{BODY}</main>")
    assert "The rule" in text.lines


def test_the_same_text_twice_for_two_screen_sizes_counts_once():
    """A responsive page's second copy is set aside."""
    once = read(f"<main><h1>Rules</h1>{BODY}</main>")
    twice = read(f"<div><main><h1>Rules</h1>{BODY}</main></div><main class=mobile><h1>Rules</h1>{BODY}</main>")
    assert twice.digest == once.digest


def test_set_aside_lines_are_bounded():
    """A page with endless menus lists a bounded number of lines and says how many more."""
    menu = "<nav><ul>" + "".join(f"<li><a href=x>Link number {n}</a></li>" for n in range(5_000)) + "</ul></nav>"
    text = read(f"{menu}<main><h1>Rules</h1>{BODY}</main>")
    assert len(text.set_aside) <= 2_100
    assert any("more lines" in line.text for line in text.set_aside)


def test_a_page_for_a_cookie_policy_is_a_document():
    """A page about cookies is not taken for a banner about cookies."""
    cookies = "".join(f"<h2>Cookies of kind {n}</h2><p>We use cookies to remember choices. {PROSE}</p>" for n in range(6))
    text = read(f'<div class="cookies-notice"><h1>Cookie policy</h1>{cookies}</div>')
    assert text.plain.count("remember choices") == 6


def test_a_form_around_the_whole_page_is_no_form():
    """Pages that wrap everything in one form (ASP.NET) are read."""
    assert read(f'<form id="aspnetForm"><input type=hidden value=x>{BODY}</form>').plain.count("off label") == 8

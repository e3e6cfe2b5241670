"""Status, length and redirects: what is judged before any text is read."""

from __future__ import annotations

import pytest
from pages_for_verdict import ENGLISH, URL, agency, capture, judge, text_of

from guidetrack.fetch.verdict import judge_answer
from guidetrack.fetch.verdict.address import is_home, organisation
from guidetrack.models import Format, OutcomeKind, Rules

PAGE = agency(ENGLISH.title, ENGLISH.main)
PLAIN = b"<html><body>no</body></html>"


@pytest.mark.parametrize(("status", "reason"), [
    (100, "http-error"), (204, "empty"), (205, "empty"), (206, "incomplete"), (300, "http-error"), (304, "http-error"),
    (305, "http-error"), (400, "http-error"), (401, "login"), (402, "blocked"), (403, "blocked"), (404, "not-found"),
    (405, "blocked"), (406, "blocked"), (407, "login"), (408, "http-error"), (410, "not-found"), (418, "blocked"),
    (429, "blocked"), (451, "blocked"), (500, "http-error"), (501, "http-error"), (502, "http-error"), (503, "http-error"),
    (504, "http-error"), (511, "login"), (520, "http-error"), (599, "http-error"), (999, "blocked"),
])
def test_status(status: int, reason: str) -> None:
    """Every status but a whole 2xx is missed, even over the whole good page."""
    for body in (PLAIN, PAGE):
        verdict = judge_answer(capture(body, status=status))
        assert verdict is not None
        assert verdict.outcome is OutcomeKind.MISSED
        assert verdict.reason.value == reason
        assert str(status) in verdict.detail


def test_not_modified_when_asked() -> None:
    """304 is an answer only to a question with validators."""
    assert judge_answer(capture(b"", status=304), conditional=True) is None
    assert judge_answer(capture(b"", status=304)) is not None


def test_maintenance_by_retry_after_or_words() -> None:
    """503 is maintenance when the site says until when, or says so in words."""
    later = judge_answer(capture(PLAIN, status=503, headers=(("Retry-After", "3600"),)))
    words = judge_answer(capture(agency("Wartung", "<h1>Wartungsarbeiten</h1><p>Wir sind bald wieder da.</p>", "de"), status=503))
    assert later is not None
    assert words is not None
    assert later.reason.value == words.reason.value == "maintenance"


@pytest.mark.parametrize("body", [b"", b"   \r\n\t ", b"\xef\xbb\xbf", b"\x00\x00"])
def test_empty_body(body: bytes) -> None:
    """200 with nothing in it is empty."""
    verdict = judge_answer(capture(body))
    assert verdict is not None
    assert verdict.reason.value == "empty"


@pytest.mark.parametrize(("target", "reason"), [
    ("https://www.agency.example/", "moved"), ("https://www.agency.example/en/", "moved"), ("https://www.agency.example/index.html", "moved"),
    ("https://www.agency.example/de/startseite", "moved"), ("https://www.agency.example/home?ref=old", "moved"), ("https://agency.example", "moved"),
    ("https://www.agency.example/fr-fr/accueil", "moved"), ("https://www.agency.example/?error=404", "not-found"),
    ("https://other.example/guidance/esketamine-monitoring", "moved"), ("https://agency.parked.example.net/", "moved"),
    ("https://www.agency.example/login?returnUrl=%2Fguidance", "login"), ("https://login.agency.example/", "login"),
    ("https://login.microsoftonline.com/common/oauth2/authorize?client_id=x", "login"), ("https://agency.okta.com/app/x", "login"),
    ("https://www.agency.example/wp-login.php?redirect_to=x", "login"), ("https://www.agency.example/user/anmelden", "login"),
    ("https://www.agency.example/connexion", "login"), ("https://idp.other.example/saml2/sso?SAMLRequest=x", "login"),
    ("https://unblock.agency.example/?url=x", "blocked"), ("https://www.agency.example/apology_objects/abuse-detection-apology.html", "blocked"),
    ("https://www.google.com/sorry/index?continue=x", "blocked"), ("https://validate.perfdrive.com/?ssa=x", "blocked"),
    ("https://geo.captcha-delivery.com/captcha/?x", "blocked"), ("https://www.agency.example/access-denied", "blocked"),
    ("https://agency.queue-it.net/?c=x", "blocked"), ("https://www.agency.example/not-available-in-your-country", "blocked"),
    ("https://consent.google.com/ml?continue=x", "consent"), ("https://www.agency.example/age-gate", "consent"),
    ("https://www.agency.example/maintenance.html", "maintenance"), ("https://sorry.agency.example/", "maintenance"),
    ("https://www.agency.example/404.html", "not-found"), ("https://www.agency.example/page-not-found", "not-found"),
    ("https://www.agency.example/error?aspxerrorpath=/guidance", "not-found"), ("https://www.agency.example/error.aspx", "http-error"),
])
@pytest.mark.parametrize("code", [301, 302, 307])
def test_redirect_away(target: str, reason: str, code: int) -> None:
    """A redirect to a front page, a login, a challenge or another organisation is not the source, first check included."""
    away = agency("Agency for Medicines", "<h1>Agency for Medicines</h1><p>We watch over the medicines that are used in this country.</p>")
    page = capture(away, hops=[(code, target)])
    for previous in (None, text_of(PAGE)):
        verdict = judge(page, previous)
        assert verdict is not None
        assert verdict.outcome is OutcomeKind.MISSED
        assert verdict.reason.value == reason
        assert target.split("?")[0] in verdict.detail or reason == "not-found"


@pytest.mark.parametrize("code", [302, 303, 307])
def test_good_text_at_a_login_is_not_believed(code: int) -> None:
    """Even with the very text, a temporary redirect to another organisation is not the source."""
    verdict = judge(capture(PAGE, hops=[(code, "https://mirror.example.org/guidance")]), text_of(PAGE))
    assert verdict is not None
    assert verdict.reason.value == "moved"


@pytest.mark.parametrize(("asked", "target"), [
    (URL, "https://www.agency.example/guidance/esketamine-monitoring/"),
    (URL, "https://www.agency.example/en/guidance/esketamine-monitoring"),
    (URL, "https://agency.example/guidance/esketamine-monitoring"),
    (URL, "https://guidance.agency.example/documents/esketamine"),
    (URL, "https://www.agency.example/archive/withdrawn/esketamine-monitoring"),
    ("http://www.agency.example/guidance/esketamine-monitoring", URL),
    ("https://www.agency.example/", "https://www.agency.example/en/"),
    ("https://www.agency.example/login/guidance", "https://www.agency.example/login/guidance/"),
    ("https://www.agency.example/guidance/login-requirements", "https://www.agency.example/en/guidance/login-requirements"),
    ("https://www.nice.org.uk/x", "https://pathways.nice.org.uk/guidance/x"),
    ("https://www.gov.uk/guidance/x", "https://assets.publishing.service.gov.uk/media/x"),
    ("https://doi.org/10.1000/x", "https://journal.example/articles/x"),
])
@pytest.mark.parametrize("code", [301, 302])
def test_redirect_within(asked: str, target: str, code: int) -> None:
    """A redirect that stays with the document is followed without a word."""
    page = capture(PAGE, asked=asked, hops=[(code, target)])
    assert judge(page) is None
    assert judge(page, text_of(PAGE)) is None


def test_moved_for_good_with_the_text() -> None:
    """A permanent redirect elsewhere that takes the text along is a move, not a miss; without the text it is missed."""
    hops = [(301, "https://new.example.org/esketamine")]
    assert judge(capture(PAGE, hops=hops), text_of(PAGE)) is None
    other = agency("News", "<h1>News</h1><p>The annual meeting takes place in the autumn; registration opens next week for members.</p>")
    for previous in (None, text_of(PAGE)):
        verdict = judge(capture(other, hops=hops), previous)
        assert verdict is not None
        assert verdict.reason.value == "moved"


def test_same_site_redirect_without_the_text() -> None:
    """A redirect to another page of the site, without the document, is missed as moved."""
    other = agency("Treatments", "<h1>Our hospital network</h1><p>Forty clinics in nine counties offer appointments on weekdays and some weekends.</p>")
    verdict = judge(capture(other, hops=[(302, "https://www.agency.example/clinics")]), text_of(PAGE))
    assert verdict is not None
    assert verdict.reason.value == "moved"


def test_document_on_a_storage_host() -> None:
    """A PDF that the publisher keeps at a storage service is still the publisher's."""
    page = capture(b"%PDF-1.7 ...", headers=(("Content-Type", "application/pdf"),), hops=[(302, "https://agency.s3.amazonaws.com/a.pdf")])
    assert judge_answer(page) is None


def test_loopback_hosts_are_organisations() -> None:
    """Addresses without a registrable domain count as themselves."""
    assert judge_answer(capture(PAGE, asked="http://127.0.0.1:8000/a/b", hops=[(302, "http://127.0.0.2:8000/a/b")])) is not None
    assert judge_answer(capture(PAGE, asked="http://127.0.0.1:8000/a/b", hops=[(302, "http://127.0.0.1:8000/a/c")])) is None


@pytest.mark.parametrize(("url", "domain"), [
    ("https://www.nice.org.uk/x", "nice.org.uk"), ("https://www.tga.gov.au/", "tga.gov.au"), ("https://www.health.gov.au/", "health.gov.au"),
    ("https://www.fda.gov/x", "fda.gov"), ("https://accessdata.fda.gov/", "fda.gov"), ("https://solidarites.sante.gouv.fr", "sante.gouv.fr"),
    ("https://a.github.io/x", "a.github.io"), ("http://localhost:80/", "localhost:80"), ("http://[::1]:8080/", "::1:8080"), ("nonsense", ""),
    ("https://www.canada.ca/en", "canada.ca"), ("https://hc-sc.gc.ca/", "hc-sc.gc.ca"), ("http://[bad", ""),
])
def test_organisation(url: str, domain: str) -> None:
    """The registrable domain, two-label country suffixes included."""
    assert organisation(url) == domain


def test_is_home() -> None:
    """A language and a word for home still are the front page; a document's number is not."""
    assert all(map(is_home, ("https://a.example", "https://a.example/en-us/", "https://a.example/fr/accueil.html")))
    assert not any(map(is_home, ("https://a.example/guidance", "https://a.example/?p=123", "https://a.example/ta854")))


def test_empty_list_of_openfda() -> None:
    """With format json, 404 and NOT_FOUND mean an empty list: believed at first, held once when there were entries."""
    body = b'{"error":{"code":"NOT_FOUND","message":"No matches found!"}}'
    media = (("Content-Type", "application/json"),)
    rules = Rules(format=Format.JSON)
    assert judge_answer(capture(body, status=404, headers=media), rules=rules) is None
    assert judge_answer(capture(body, status=404, headers=media)) is not None
    assert judge_answer(capture(b'{"error":{"code":"OVER_RATE_LIMIT"}}', status=404, headers=media), rules=rules) is not None

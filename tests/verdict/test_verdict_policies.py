"""Policies about cookies are documents; what expires is not always one."""

from __future__ import annotations

import pytest
from pages_for_verdict import ENGLISH, agency, bare, capture, judge, text_of

from guidetrack.fetch.verdict.notices import withdrawal

POLICIES = {
    "en": ("Cookie policy", "This website uses cookies. Needed cookies keep forms working for as long as you fill them in.",
           "Cookies that count visits are set with your consent only, and you can accept or reject them at any time."),
    "de": ("Cookie-Richtlinie", "Diese Website verwendet Cookies. Einige sind für den Betrieb der Formulare notwendig.",
           "Cookies für die Statistik werden nur gesetzt, wenn Sie einwilligen. Sie können die Einwilligung widerrufen."),
    "fr": ("Politique de cookies", "Ce site utilise des cookies. Certains sont nécessaires au fonctionnement des formulaires.",
           "Les cookies de mesure ne sont déposés qu'avec votre accord. Vous pouvez les refuser à tout moment."),
    "es": ("Política de cookies", "Este sitio utiliza cookies. Algunas son necesarias para que funcionen los formularios.",
           "Las cookies de medición solo se usan con su consentimiento. Puede rechazarlas en cualquier momento."),
}


@pytest.mark.parametrize("language", POLICIES)
@pytest.mark.parametrize("template", [bare, agency])
def test_a_short_cookie_policy_is_a_page(language: str, template: object) -> None:
    """Its heading names it, sentences follow, and nothing asks to agree."""
    title, *said = POLICIES[language]
    page = template(title, f"<h1>{title}</h1>" + "".join(f"<p>{line}</p>" for line in said))  # type: ignore[operator]
    assert judge(capture(page)) is None


def test_the_same_words_with_a_button_are_a_gate() -> None:
    """A page that waits for consent is one, whatever it is called; so is a policy where a document stood."""
    title, *said = POLICIES["en"]
    words = f"<h1>{title}</h1>" + "".join(f"<p>{line}</p>" for line in said)
    asking = judge(capture(bare(title, f"{words}<button>Accept all</button>")))
    assert asking is not None
    assert asking.reason.value == "consent"
    assert judge(capture(bare(title, words)), text_of(agency(ENGLISH.title, ENGLISH.main))) is not None


@pytest.mark.parametrize("line", [
    "Notice: this domain name expired on 2 March 2026 and is pending renewal.",
    "Your licence has expired; the viewer cannot open the document.",
])
def test_what_expires_there_is_no_document(line: str) -> None:
    """An address or the reader's own licence takes nothing back."""
    assert withdrawal((line,)) == ""
    verdict = judge(capture(bare("example", f"<p>{line}</p>")), text_of(agency(ENGLISH.title, ENGLISH.main)))
    assert verdict is not None


def test_a_licence_of_the_publisher_that_expired_is_a_notice() -> None:
    """The same word said of a product is news."""
    assert withdrawal(("The licence of this product expired on 2 March 2026.",))
    assert withdrawal(("This domain of the guideline was withdrawn on 2 March 2026.",))


def test_an_error_object_with_a_prefixed_name() -> None:
    """OData writes ``odata.error`` (OData JSON format 3.0, section 7)."""
    body = b'{"odata.error": {"code": "-1", "message": {"lang": "en-US", "value": "The list is not here."}}}'
    verdict = judge(capture(body, headers=(("Content-Type", "application/json"),)))
    assert verdict is not None
    assert verdict.outcome.value == "missed"

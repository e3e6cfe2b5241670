"""What speaks for a document where few words are left: its subject; and what a wall's own voice is made of."""

from __future__ import annotations

import pytest
from pages_for_verdict import ENGLISH, agency, bare, capture, judge, read, text_of

from guidetrack.fetch.verdict.case import Case
from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import says
from guidetrack.fetch.verdict.hollow import Gap, gap_below_heading
from guidetrack.fetch.verdict.notices import withdrawal
from guidetrack.fetch.verdict.scan import Look
from guidetrack.fetch.verdict.subject import (
    document_marks,
    explains,
    marks_of_subject,
    names_subject,
    speaks_of_passing,
)
from guidetrack.fetch.verdict.voice import FULL, HALF, concepts, heard
from guidetrack.fetch.verdict.words import fold
from guidetrack.models import Reason, Rules, Text

LOGIN = "<form><label>User</label><input name='u'><label>Password</label><input type='password'><button>Go</button></form>"


def _case(title: str, main: str, previous: Text | None = None) -> Case:
    page = capture(bare(title, f"<h1>{title}</h1>{main}"))
    text, _ = read(page)
    return Case(page, Look(page), text, previous, Rules())


def test_marks_of_a_subject_are_terms_amounts_and_dates() -> None:
    """A dose counts two, a term or a date one; words of which a wall is made count nothing."""
    assert marks_of_subject(_case("Notice", "<p>An error occurred: the dose is 56 mg.</p>")) >= 3
    assert marks_of_subject(_case("Notice", "<p>This page is not available until 3 March.</p>")) == 1
    assert marks_of_subject(_case("Error", "<p>An error occurred. Please try again.</p>")) == 0
    assert document_marks(["The clinic gives esketamine."]) == 2
    assert document_marks(["For prescribers only."], frozenset({"prescribers"})) == 0


def test_teasers_beside_an_error_are_no_marks() -> None:
    """Only the sentences near what sounds like a wall, in the same line, speak for a subject."""
    teasers = "".join(f"<p>Recall {number} of ketamine tablets was announced. Patients should ask their pharmacy about it today.</p>" for number in range(8))
    assert marks_of_subject(_case("Error", f"<p>An unexpected error has occurred. Please try again later.</p>{teasers}")) == 0


def test_a_subject_is_named_by_two_words() -> None:
    """One word of the last title may stand in terms of use by chance."""
    previous = text_of(agency(ENGLISH.title, ENGLISH.main))
    assert names_subject(_case("Portal", "<p>Esketamine monitoring takes two hours.</p>", previous))
    assert not names_subject(_case("Portal", "<p>Use of this system is monitored and recorded.</p>", previous))


@pytest.mark.parametrize("heading, explained", [
    ("What a 404 error means", True), ("How to log in to the registry", True), ("So melden Sie sich im Portal an", True),
    ("Que faire si le portail est fermé", True), ("Who is visiting?", False), ("What happened", False),
    ("Request blocked by policy", False), ("Access denied", False)])
def test_a_heading_that_explains(heading: str, explained: bool) -> None:
    """It promises to explain and sentences follow; a heading that asks the reader is a wall's."""
    text = "<p>The address may be wrong or the page may have been removed. Check the spelling and go to the home page or use the search.</p>"
    assert explains(_case(heading, text)) is explained
    assert not explains(_case(heading, "<p>Too short.</p>"))


def test_what_will_pass() -> None:
    """Words of time near what sounds like a wall."""
    assert speaks_of_passing(_case("Sorry", "<p>This page cannot be shown at the moment.</p>"))
    assert not speaks_of_passing(_case("Sorry", "<p>This page does not exist.</p>"))


def test_a_login_in_place_of_the_document() -> None:
    """Missed, whatever terms of use stand below it; on a first check too where nothing stands before the password."""
    terms = "<h2>Terms</h2>" + "<p>Use of this system is monitored and recorded, and anyone using it expressly consents to such monitoring by the staff.</p>" * 6
    page = capture(agency("Partner portal", f"<h1>Partner portal</h1>{LOGIN}{terms}"))
    for previous in (None, text_of(agency(ENGLISH.title, ENGLISH.main))):
        verdict = judge(page, previous)
        assert verdict is not None
        assert verdict.reason is Reason.LOGIN


@pytest.mark.parametrize("place", ["before", "after", "below"])
def test_a_login_beside_the_document(place: str) -> None:
    """In the header, in a modal, below the text: the document stands."""
    extra = f"<div class='box'>{LOGIN}</div>"
    main = ENGLISH.main + (extra if place == "below" else "")
    page = agency(ENGLISH.title, main, **({place: extra} if place != "below" else {}))
    assert judge(capture(page)) is None
    assert judge(capture(page), text_of(agency(ENGLISH.title, ENGLISH.main))) is None


@pytest.mark.parametrize("words, reason, weight", [
    ("Your connection was refused by this website.", Reason.BLOCKED, FULL),
    ("Press the button so that no program gets in, and we know a person is there.", Reason.BLOCKED, FULL),
    ("Geben Sie Ihr Losungswort ein, um die Seite zu öffnen.", Reason.LOGIN, FULL),
    ("Le site est fermé jusqu'à demain, revenez bientôt.", Reason.MAINTENANCE, FULL),
    ("En esta dirección no hay nada, empiece por la portada.", Reason.NOT_FOUND, FULL),
    ("Decida qué cookies se guardan.", Reason.CONSENT, HALF)])
def test_a_voice_is_made_of_concepts(words: str, reason: Reason, weight: float) -> None:
    """Two concepts are half a voice, with a companion a full one."""
    voice = heard([words])
    assert voice is not None
    assert (voice.reason, voice.weight) == (reason, weight)
    assert voice.words


def test_no_voice_in_guidance_or_in_a_long_text() -> None:
    """What a document says makes none, and nobody listens to a long one."""
    assert heard(["Measure blood pressure before each dose and after forty minutes."]) is None
    assert heard(["The website is closed until Monday. "] * 40) is None


@pytest.mark.parametrize("concept", sorted(table("voice")["concept"]))
def test_every_word_of_a_concept_is_heard(concept: str) -> None:
    """Each entry of the table is one word that the tokenizer yields."""
    for word in table("voice")["concept"][concept]:
        assert concept in concepts(fold(f"x {word.rstrip('~')} y")), word


@pytest.mark.parametrize("rule", table("voice")["rule"], ids=lambda rule: "-".join([rule["reason"], *rule["all"]]))
def test_every_rule_names_concepts(rule: dict[str, object]) -> None:
    """No rule waits for a concept that is not there."""
    used = {*rule["all"], *rule["also"]}  # type: ignore[misc]
    assert used <= set(table("voice")["concept"])
    assert Reason(str(rule["reason"]))


@pytest.mark.parametrize("words", ["Withdrawn. Do not use.", "Document retiré.", "Guía retirada el 4 de mayo de 2026.", "Zurückgezogen am 4. Mai 2026.",
                                   "The college no longer recommends home use.", "This rule was struck down by the court."])
def test_curt_notices(words: str) -> None:
    """A participle is enough where the sentence is short or a date follows."""
    assert withdrawal([words])


@pytest.mark.parametrize("words", ["The document may have been withdrawn.", "He was retired when the study of sedation and recovery in older adults began.",
                                   "Your session was suspended.", "The page you want has expired."])
def test_no_notices(words: str) -> None:
    """What may be, what happened to somebody else, and what a site says of its pages."""
    assert not withdrawal([words])


@pytest.mark.parametrize("below, gap", [
    ("<div class='body'></div></main><aside><p>News of the day</p></aside>", Gap.CERTAIN),
    ("</div></main><p>Was this useful?</p>", Gap.CERTAIN),
    ("</div><div class='sidebar'><ul><li><a href='/a'>A recall of tablets</a></li></ul></div>", Gap.LINKS),
    ("<div class='share'></div><div class='text'><p>Not recommended.</p></div></main>", None),
    ("<ul><li><a href='/a'>Form 1</a></li></ul></main>", None),
    ("<p>Not recommended.</p></main>", None)])
def test_what_stands_below_a_heading(below: str, gap: Gap | None) -> None:
    """An element left empty, the end of the article, or only links in another part."""
    page = capture(f"<html><head><title>T</title></head><body><main><div><h1>Ketamine</h1>{below}</body></html>".encode())
    assert gap_below_heading(Look(page)) is gap


def test_what_says_something() -> None:
    """A sentence does, a teaser and a link do not."""
    assert says("Not recommended.", 2)
    assert not says("Recall of batch 4411 of sertraline tablets", 7)

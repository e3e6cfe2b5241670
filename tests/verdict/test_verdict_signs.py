"""The tables of signs: each entry is well formed and is found where it should be."""

from __future__ import annotations

import pytest
from pages_for_verdict import capture

from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import text_signs, title_signs
from guidetrack.fetch.verdict.notices import withdrawal
from guidetrack.fetch.verdict.scan import Look
from guidetrack.fetch.verdict.vendors import header_signs, markup_signs
from guidetrack.fetch.verdict.words import Index, Phrase, fold, spelled_out
from guidetrack.models import Reason

REASONS = set(Reason)


@pytest.mark.parametrize("entry", table("titles")["title"], ids=lambda entry: entry["reason"])
def test_every_title_fires(entry: dict[str, object]) -> None:
    """A title that is exactly this, with or without the site's name, is a sign."""
    said = entry["say"]
    assert isinstance(said, list)
    for words in said:
        for title in (words, f"{words.upper()} | Agency for Medicines", f"Agency - {words}!"):
            assert title_signs(title, "title"), title


@pytest.mark.parametrize("number", range(len(table("words")["words"])))
def test_every_phrase_fires(number: int) -> None:
    """A sentence that is this phrase, gaps filled, is a sign of its reason."""
    entry = table("words")["words"][number]
    assert Reason(entry["reason"]) in REASONS
    for written in entry["say"]:
        for phrase in spelled_out(written):
            words = phrase.rstrip("~").replace(" * ", " so it is ")
            found = Index([(phrase, True)]).search(fold(f"Now {words}{'1' if phrase.endswith('~') else ''} indeed"))
            assert list(found), phrase


@pytest.mark.parametrize("vendor", table("vendors")["vendor"], ids=lambda vendor: f"{vendor['name']}-{vendor['what']}")
def test_every_fingerprint_fires(vendor: dict[str, object]) -> None:
    """Each header, cookie and piece of markup is found, and markup is written in lower case as it is searched."""
    markup, headers, cookies = (vendor.get(name, []) for name in ("markup", "headers", "cookies"))
    assert isinstance(markup, list)
    assert isinstance(headers, list)
    assert isinstance(cookies, list)
    for text, weight in markup:
        assert text == text.lower()
        assert 0 < weight <= 4
        page = capture(f"<html><body><script>{text}</script></body></html>".encode())
        assert any(sign.what == vendor["what"] for sign in markup_signs(Look(page)))
    for rule, _ in headers:
        name, _, value = rule.partition(": ")
        assert any(sign.what == vendor["what"] for sign in header_signs(capture(b"x", headers=((name.title(), value or "1"),))))
    for name, _ in cookies:
        assert any(sign.what == vendor["what"] for sign in header_signs(capture(b"x", headers=(("Set-Cookie", f"{name}=1"),))))


@pytest.mark.parametrize("notice", table("notices")["notice"], ids=lambda notice: notice["language"])
def test_every_notice_fires(notice: dict[str, list[str]]) -> None:
    """Each verb with a subject before or after it is a withdrawal; without one it is not."""
    for verb in notice["verbs"]:
        assert withdrawal([f"{notice['subjects'][0]} 12 {verb} as of today"])
        assert not withdrawal([f"zzz {verb} as of today"]) or " " in verb
    for subject in notice["subjects"]:
        assert withdrawal([f"The {subject} {notice['verbs'][0]}"])


def test_withdrawal_needs_certainty() -> None:
    """What may have happened to any page is no withdrawal of this one."""
    assert not withdrawal(["The document may have been archived or withdrawn."])
    assert not withdrawal(["The guidance is good. The clerk was withdrawn from service."])


def test_no_address_word_is_listed_twice() -> None:
    """An address word means one thing."""
    seen: dict[str, str] = {}
    for reason, rules in table("addresses").items():
        for word in rules.get("segments", ()):
            assert seen.setdefault(word, reason) == reason, word


def test_the_tables_may_be_folded_before_they_are_spelled_out() -> None:
    """No alternative leaves two spaces behind, so thousands of phrases are folded line by line."""
    for written in (written for entry in table("words")["words"] for written in entry["say"]):
        assert list(spelled_out(fold(written))) == [fold(phrase) for phrase in spelled_out(written)], written


def test_phrase_gap_stays_in_the_sentence() -> None:
    """A gap is bounded by 60 characters and by the sentence."""
    phrase = Phrase.read("page * not found")
    assert list(phrase.find("the page you want was not found"))
    assert not list(phrase.find("a new page. errors were not found"))
    assert not list(phrase.find("page " + "x" * 80 + " not found"))
    assert not list(phrase.find("homepage was not founded"))


def test_mention_is_not_speech() -> None:
    """Quoted or reported words weigh next to nothing."""
    said = text_signs(["You do not have permission to access this page."]).signs
    told = text_signs(["Users who see “You do not have permission to access this page” should write to us."]).signs
    assert max(sign.weight for sign in said) > 1.5
    assert max((sign.weight for sign in told), default=0) < 0.5

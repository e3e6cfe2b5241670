"""What stands in place of a lost text, seen again: a shrunken document is believed, a wall in odd words never is."""

from __future__ import annotations

import pytest
from pages_for_verdict import ENGLISH, GERMAN, Document, agency, bare, capture, judge, text_of

from guidetrack.models import OutcomeKind

PAGE = agency(ENGLISH.title, ENGLISH.main)
ODD = {
    "old-wordings": "<p>Nobody gets past this point without the coloured card that the doorman hands out.</p>",
    "number": "<p>0x7781</p>",
    "click": "<p>Click here to go on.</p>",
    "queue": "<p>Half the town is here today. Sit tight and keep this window as it is.</p>",
    "age": "<p>Yes, I am over 18 years old.</p>",
    "furniture": "<p>Our offices are in the old town, next to the river. Parking is free at night.</p>",
}
REAL = {
    "first-sentences": f"<h1>{ENGLISH.title}</h1><p>{ENGLISH.paragraphs[0]}</p>",
    "a-sentence-without-heading": f"<p>{ENGLISH.paragraphs[1]}</p>",
    "heading-and-a-new-sentence": f"<h1>{ENGLISH.title}</h1><p>The text that stood here was moved into the annual report.</p>",
    "named-in-a-sentence": "<p>Our clinics no longer offer esketamine.</p>",
    "doses": "<p>Give 56 mg at first and 84 mg later.</p>",
    "emptied": f"<h1>{ENGLISH.title}</h1>",
}


@pytest.mark.parametrize("name", ODD)
def test_what_speaks_of_nothing_of_the_document_is_never_believed(name: str) -> None:
    """It is held or missed at every check, and a held one says that the last good text stands and quotes the page."""
    verdict = judge(capture(bare("example", ODD[name])), text_of(PAGE))
    assert verdict is not None
    if verdict.outcome is OutcomeKind.HELD:
        assert not verdict.once
        assert "its last good text stands" in verdict.detail
        assert "believed" not in verdict.detail
        assert "“" in verdict.detail


@pytest.mark.parametrize("name", REAL)
def test_what_still_speaks_of_it_is_held_once(name: str) -> None:
    """A shrunken document is believed at the next check (design, section 2.6), or told at once."""
    verdict = judge(capture(bare("example", REAL[name])), text_of(PAGE))
    assert verdict is None or (verdict.outcome is OutcomeKind.HELD and verdict.once)


def test_a_little_like_a_wall_needs_more_than_the_heading() -> None:
    """The document's heading above words that a wall might say is no document yet; its own sentence makes it one."""
    words = "<p>We are sorry for the inconvenience. Please come back another day. The team is on it.</p>"
    wall = judge(capture(bare(ENGLISH.title, f"<h1>{ENGLISH.title}</h1>{words}")), text_of(PAGE))
    assert wall is not None
    assert wall.outcome is OutcomeKind.MISSED or not wall.once
    kept = judge(capture(bare(ENGLISH.title, f"<h1>{ENGLISH.title}</h1><p>{' '.join(ENGLISH.paragraphs[:2])}</p>{words}")),
                 text_of(PAGE))
    assert kept is None or kept.once


def test_a_text_of_its_own_is_believed() -> None:
    """A whole new text, whatever it is about, is for a person to see."""
    other = " ".join(f"The committee of the harbour met for the {n}th time and agreed on the price of berth {n}." for n in range(20))
    verdict = judge(capture(bare("Harbour", f"<p>{other}</p>")), text_of(PAGE))
    assert verdict is None or verdict.once


def test_where_little_was_said_little_can_be_shared() -> None:
    """A page of a few words may become another page of a few words."""
    small = Document("en", "Notice", ("There is no alert on this product at present.",))
    verdict = judge(capture(agency("Notice", "<h1>Recall</h1><p>The firm takes back batch nine.</p>")),
                    text_of(agency(small.title, small.main)))
    assert verdict is None or verdict.once


def test_a_text_without_heading_or_title_cannot_be_named() -> None:
    """Where the old text had neither, that what came names nothing of it says nothing: it is held once (design 2.6)."""
    old = text_of("".join(f"<p>{said}</p>" for said in ENGLISH.paragraphs).encode())
    verdict = judge(capture(b"<p>There is nothing more to be said about the matter, says the office.</p>"), old)
    assert verdict is None or verdict.once


def test_emptied_template_in_german_is_held_once() -> None:
    """The heading alone is still the document's, in any language."""
    verdict = judge(capture(bare(GERMAN.title, f"<h1>{GERMAN.title}</h1><p>Kurzfassung folgt.</p>")),
                    text_of(agency(GERMAN.title, GERMAN.main, "de")))
    assert verdict is None or verdict.once

"""Dates a document states about itself become metadata; dates that are the rule stay content."""

from __future__ import annotations

from datetime import date

import pytest

from guidetrack.extract import extract
from guidetrack.extract.dates import read_stamp
from guidetrack.models import DateKind

DAY = date(2026, 5, 3)


@pytest.mark.parametrize(("line", "kind"), [
    ("Last updated: 3 May 2026", DateKind.UPDATED), ("Content current as of: 05/03/2026", DateKind.UPDATED),
    ("Page last reviewed: May 3rd, 2026", DateKind.REVIEWED), ("Effective: May 3, 2026", DateKind.EFFECTIVE),
    ("Published on Sunday, 3 May 2026 at 10:15 AM EST", DateKind.PUBLISHED), ("(Last revised 2026-05-03)", DateKind.UPDATED),
    ("This page was last updated on 3 May 2026.", DateKind.UPDATED), ("Date of last review: 3 May 2026", DateKind.REVIEWED),
    ("Stand: 03.05.2026", DateKind.UPDATED), ("Zuletzt aktualisiert am 3. Mai 2026", DateKind.UPDATED),
    ("Dernière mise à jour le 3 mai 2026", DateKind.UPDATED), ("Publié le 3 mai 2026", DateKind.PUBLISHED),
    ("En vigueur au 3 mai 2026", DateKind.EFFECTIVE), ("Última actualización: 3 de mayo de 2026", DateKind.UPDATED),
    ("Fecha de publicación: 3 de mayo de 2026", DateKind.PUBLISHED), ("Ultimo aggiornamento: 3 maggio 2026", DateKind.UPDATED),
    ("Laatst bijgewerkt op 3 mei 2026", DateKind.UPDATED), ("Última atualização em 3 de maio de 2026", DateKind.UPDATED),
])
def test_stamps_are_read(line: str, kind: DateKind):
    """A line that is only a stamp gives its date and kind, in seven languages and many spellings."""
    stamps = read_stamp(line, "en-US")
    assert stamps is not None
    assert [(stamp.kind, stamp.value) for stamp in stamps] == [(kind, DAY)]


@pytest.mark.parametrize("line", [
    "valid through 31 December 2026", "The maximum dose was changed on 3 May 2026", "Effective 1 January 2026 the fee is $50",
    "Meeting on 3 May 2026", "Version 2.3", "Last updated", "From 3 May 2026 the rule applies", "56 mg", "3 May 2026",
    "Next review due: 1 February 2027", "Reviewed by the board",
])
def test_sentences_with_dates_stay(line: str):
    """A date inside a sentence, a rule's date and a bare number are no stamps."""
    assert read_stamp(line, "en") is None


@pytest.mark.parametrize(("language", "value"), [("en-US", date(2026, 4, 3)), ("en-GB", date(2026, 3, 4)),
                                                 ("de", date(2026, 3, 4)), ("", date(2026, 4, 3))])
def test_numeric_dates_follow_the_language(language: str, value: date):
    """04/03/2026 is April in American use, March elsewhere."""
    stamps = read_stamp("Updated: 04/03/2026", language)
    assert stamps is not None
    assert stamps[0].value == value


def test_two_stamps_on_a_line_and_a_label_on_its_own_line():
    """Published and updated on one line are two dates; a label's date may stand on the next line."""
    text = extract(b"<main><h1>Guide</h1><p>Published: 1 May 2026 | Last updated: 3 May 2026</p><p>Give 56 mg.</p>"
                   b"<p>Last reviewed:</p><p>2 May 2026</p></main>", "text/html")
    assert text.lines == ("Guide", "Give 56 mg.")
    assert {(d.kind, d.value.day) for d in text.dates} == {
        (DateKind.PUBLISHED, 1), (DateKind.UPDATED, 3), (DateKind.REVIEWED, 2)}
    assert {line.rule for line in text.set_aside} == {"stated date"}


def test_a_new_stamp_alone_is_no_change():
    """Only the review date differs: same digest, other metadata."""
    page = "<main><h1>Guide</h1><p>Give 56 mg.</p><p>Last reviewed: {} May 2026</p></main>"
    old, new = (extract(page.format(day).encode(), "text/html") for day in (3, 4))
    assert old.digest == new.digest
    assert old.dates != new.dates


def test_a_row_of_effect_stays():
    """A table row that says when something takes effect is the rule."""
    row = b"<main><table><tr><td>Effective date</td><td>1 May 2026</td></tr><tr><td>Last updated</td><td>1 May 2026</td></tr></table></main>"
    assert extract(row, "text/html").lines == ("Effective date | 1 May 2026",)


def test_the_head_states_dates_too():
    """Meta elements and JSON-LD give dates without a line of text."""
    text = extract(b'<html><head><meta property="article:modified_time" content="2026-05-03T10:00:00Z">'
                   b'<script type="application/ld+json">{"datePublished": "2026-05-01"}</script></head><body><p>X y.</p></body></html>')
    assert {(d.kind, d.value.day) for d in text.dates} == {(DateKind.UPDATED, 3), (DateKind.PUBLISHED, 1)}

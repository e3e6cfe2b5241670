"""Edits that an attack on the comparison found lost or told too quietly, from the page to the level."""

from __future__ import annotations

import pytest

import guidetrack

BODY = (
    "<h1>Prescribing of ketamine for depression</h1><p>This guidance describes how clinics should prescribe and administer "
    "ketamine to adults with depression that has not responded to earlier treatment in an adequate dose.</p><p>Prescribers "
    "must record the reasons for treatment, the dose that was given and the time at which the patient was discharged from the "
    "clinic, and keep those records for six years.</p><h2>Monitoring</h2><p>Blood pressure is measured before each session, "
    "forty minutes after the dose and at discharge; clinics keep a written procedure for raised readings.</p>"
)

def page(inside: str) -> str:
    """A small regulator's page: menu, document, footer."""
    return (
        "<!doctype html><html lang=en><head><title>Ketamine guidance</title></head><body><header><a href=/>Agency</a><nav>"
        f"<a href=/a>About</a><a href=/b>News</a><a href=/c>Rules</a></nav></header><main>{inside}</main>"
        "<footer><p>Agency, 1 Example Street</p><a href=/p>Privacy</a></footer></body></html>"
    )


def read(raw: str, kind: str = "text/html") -> guidetrack.Text:
    """Its text."""
    return guidetrack.extract(raw.encode(), media_type=kind, url="https://agency.example/page", rules=guidetrack.Rules())


def told(old: str, new: str, kind: str = "text/html") -> guidetrack.Comparison:
    """What is told of two bodies."""
    return guidetrack.compare(read(old, kind), read(new, kind))


def quotes(comparison: guidetrack.Comparison) -> str:
    """Every line quoted."""
    return "\n".join(f"{edit.before}\n{edit.after}" for edit in comparison.edits)


def must_tell(template: str, before: str, after: str) -> None:
    """The edit is told, and quoted."""
    comparison = told(template.replace("@", before), template.replace("@", after))
    assert comparison, f"lost: {before!r} → {after!r}"
    assert after in quotes(comparison)


NOT_LABELS = [
    ("0.5 mg/kg over 40 minutes", "0.7 mg/kg over 40 minutes"),
    ("1.5 mg ketamine twice", "2.5 mg ketamine twice"),
    ("12.5 mg", "13.5 mg"),
    ("2.5 hours of observation are needed", "1.5 hours of observation are needed"),
    ("3.5 g maximum", "5.5 g maximum"),
    ("296.33 Major depressive disorder, severe", "296.32 Major depressive disorder, severe"),
    ("Part B covers esketamine in the clinic", "Part D covers esketamine in the clinic"),
    ("Step 2 therapy required", "Step 1 therapy required"),
    ("Part 1306 applies", "Part 1307 applies"),
    ("Annex 1 lists ketamine", "Annex 2 lists ketamine"),
    ("Article 5 applies", "Article 6 applies"),
    ("Table 2 doses apply", "Table 3 doses apply"),
    ("(S) ketamine is covered", "(R) ketamine is covered"),
    ("30. Dezember 2026 endet die Frist", "31. Dezember 2026 endet die Frist"),
    ("1. Quartal 2027 beginnt die Erstattung", "3. Quartal 2027 beginnt die Erstattung"),
    ("2. Wahl nach Lithium", "3. Wahl nach Lithium"),
]
LINES = {
    "paragraph": "<p>@</p>", "item": "<ul><li>@</li><li>Other thing kept</li></ul>", "quote": "<blockquote>@</blockquote>",
    "term": "<dl><dt>@</dt><dd>given slowly</dd></dl>", "heading": "<h3>@</h3><p>Text beneath it stays.</p>",
}


@pytest.mark.parametrize("shape", LINES)
@pytest.mark.parametrize(("before", "after"), NOT_LABELS)
def test_number_that_opens_a_line_is_content(before: str, after: str, shape: str) -> None:
    """A dose, a code, a date or a named thing at the head of a line keeps every digit.

    As a heading, ``Part 1306`` or ``2.`` may well be a number of the document; only the others are asked there.
    """
    if shape == "heading" and before.startswith(("Step", "Part", "Annex", "Article", "Table", "(", "2. ")):
        pytest.skip("may be a heading's number")
    must_tell(page(BODY + LINES[shape]), before, after)


@pytest.mark.parametrize(("before", "after"), [("3 prior failures", "2 prior failures"), ("8 visits", "12 visits")])
def test_bare_count_in_a_heading_is_content(before: str, after: str) -> None:
    """A heading that opens with a count in lower case is no numbered heading."""
    must_tell(page(BODY + LINES["heading"]), before, after)


@pytest.mark.parametrize(("kind", "whole"), [
    ("text/plain", "Rule on ketamine\n\nA first paragraph on the rule.\n\n@ mg/kg given slowly.\n"),
    ("application/rss+xml", '<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><link>https://a.example</link>'
     "<description>d</description><item><guid>1</guid><title>@ mg/kg limit set</title></item></channel></rss>"),
    ("application/xml", '<?xml version="1.0"?><document xmlns="urn:hl7-org:v3"><title>Drug</title><setId root="b"/><component>'
     '<structuredBody><component><section><code code="34068-7"/><title>2 DOSAGE</title><text><paragraph>@ mg/kg given slowly'
     "</paragraph></text></section></component></structuredBody></component></document>"),
])
def test_decimal_that_opens_a_line_in_other_formats(kind: str, whole: str) -> None:
    """The same loss in plain text, feed titles and labels."""
    assert told(whole.replace("@", "0.5"), whole.replace("@", "0.7"), kind)

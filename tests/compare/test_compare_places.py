"""The same words in another place: under another parent, in a list, in another order, under another head, struck out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guidetrack.compare import compare
from guidetrack.extract import extract
from guidetrack.models import Comparison, EditKind, Format, Section, Text
from tests.compare.test_compare_regulators import page
from tests.compare.texts import both_ways, item, row, section, text


def as_loud(old: Text, new: Text) -> Comparison:
    """The comparison, lossless, as loud one way as the other."""
    comparison = both_ways(old, new)
    assert comparison.level == compare(new, old).level
    return comparison


NESTED = "Adults may start with one of:\n- depression\n  - stroke\n  - asthma\n- no other choice"


def test_a_sub_list_that_is_no_longer_one_is_told_once():
    """Two conditions that became alternatives of their own: what they hung on and hang on, and how many."""
    comparison = as_loud(page("Use", NESTED), page("Use", NESTED.replace("  - ", "- ")))
    assert comparison.summary == 'Use: moved "stroke" and 1 more from "depression" to "Adults may start with one of"'
    assert [(edit.kind, edit.level.value) for edit in comparison.edits] == [(EditKind.MOVED, "high")]


def test_one_item_that_leaves_its_parent_is_told():
    """The last of a sub-list, one step out."""
    comparison = as_loud(page("Use", NESTED), page("Use", NESTED.replace("  - asthma", "- asthma")))
    assert comparison.reasons == ('"asthma" moved from "depression" to "Adults may start with one of" in Use',)


def test_another_number_of_the_level_is_no_change():
    """A page that wraps its list once more nests nothing else."""
    def plan(first: int, second: int) -> Text:
        return text(section("Plan", item("Adults", first), item("see a doctor", second), item("Children", first)))

    assert not as_loud(plan(1, 2), plan(2, 4))


def test_a_rewritten_parent_keeps_its_items():
    """Edited or replaced, the item above is still the one they hang on."""
    assert len(as_loud(page("Use", NESTED), page("Use", NESTED.replace("depression", "grave depression"))).edits) == 1
    other = as_loud(page("Use", NESTED), page("Use", NESTED.replace("depression", "people who had surgery before")))
    assert EditKind.MOVED not in {edit.kind for edit in other.edits}


@pytest.mark.parametrize(("lead", "level"), [("Forbidden:", "high"), ("Allowed:", "low"), ("Where it is forbidden", "high")])
def test_a_paragraph_that_joins_a_list_is_told(lead, level):
    """What stood beside a list of what is forbidden is forbidden now, too."""
    lines = f"{lead}\n- care at home\n- care by post\n{{}}care on a ward\n== About\nOur {{}} are open."
    comparison = as_loud(page("Care", lines.format("", "doors")), page("Care", lines.format("- ", "clinics")))
    assert comparison.level == level
    assert f'"care on a ward" moved to the list under "{lead.rstrip(":")}" in Care' in comparison.reasons


def test_nesting_guessed_from_a_pdf_is_no_content():
    """Another layout begins its lines elsewhere."""
    old, new = (replace(page("Use", said), format=Format.PDF) for said in (NESTED, NESTED.replace("  - ", "- ")))
    assert not as_loud(old, new)


def test_a_list_that_was_set_in_paragraphs_is_no_change():
    """Where nothing stayed an item the page was rebuilt."""
    assert not as_loud(page("Care", "Forbidden:\n- care at home\n- care by post"), page("Care", "Forbidden:\ncare at home\ncare by post"))


ORDERED = [
    pytest.param("Proceed in this order:", "wash both hands|open the device|watch the patient", id="in this order"),
    pytest.param("The steps are", "wash both hands|open the device|watch the patient", id="steps"),
    pytest.param("Sequence of drugs:", "an SSRI|an SNRI|esketamine spray", id="sequence"),
    pytest.param("Before a visit:", "wash both hands|then open the device|finally call the nurse", id="then, finally"),
    pytest.param("In folgender Reihenfolge:", "Hände waschen|Gerät öffnen|Blutdruck messen", id="Reihenfolge"),
]


@pytest.mark.parametrize(("lead", "items"), ORDERED)
def test_the_order_of_steps_is_content(lead, items):
    """A plain list is an order where the words before it, or in it, say so."""
    lines = [f"- {line}" for line in items.split("|")]
    comparison = as_loud(page("Use", "\n".join([lead, *lines])), page("Use", "\n".join([lead, *lines[::-1]])))
    assert comparison.level == "medium"
    plain = [f"- {line}" for line in ("oxygen mask", "suction pump", "blood pressure cuff")]
    assert not as_loud(page("Use", "\n".join(["Keep:", *plain])), page("Use", "\n".join(["Keep:", *plain[::-1]])))


def test_a_label_set_bold_heads_what_follows():
    """A line that passes from under "Allowed" to under "Prohibited" is as loud as between two headings."""
    lines = "Allowed\nTreatment in a clinic.\n{}Prohibited\n{}Treatment by post."
    moved = "Treatment on a ward.\n"
    comparison = as_loud(page("Use", lines.format(moved, "")), page("Use", lines.format("", moved)))
    assert comparison.summary == 'Moved "Treatment on a ward." from "Allowed" to "Prohibited"'
    assert comparison.level == "high"


@pytest.mark.parametrize(("label", "level"), [("Contraindicated", "high"), ("Not allowed", "high"), ("Good to know", "low")])
def test_a_line_under_a_label_is_weighed_with_it(label, level):
    """One more line under "Contraindicated" is one more contraindication."""
    before = f"{label}\nHeavy snoring.\n"
    assert as_loud(page("Use", before + "Tea."), page("Use", before + "Bad sleep.\nTea.")).level == level


@pytest.mark.parametrize(
    ("before", "after", "level", "words"),
    [
        ("Do ~~not~~ dose at home.", "Do not dose at home.", "high", '"not" added (no longer struck out)'),
        ("Watch for two hours.", "~~Watch for two hours.~~", "high", '"two hours" dropped'),
        ("Clinics must ~~always~~ keep a log.", "Clinics must keep a log.", "medium", "always"),
    ],
)
def test_struck_words_are_read_as_gone(before, after, level, words):
    """Drafts tell a deletion by striking it out: the words do not count, and their return does."""
    comparison = as_loud(page("Monitoring", before), page("Monitoring", after))
    assert comparison.level == level
    assert any(words in reason for reason in comparison.reasons), comparison.reasons


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        ("Do not dose. At home only", "Do not dose at home. Only", "high"),
        ("No spray today. Food and rest only.", "No spray. Today food and rest only.", "high"),
        ("Rest at once. Do not drive.", "Rest at once do not drive.", "medium"),
        ("Use in clinics; not at home.", "Use in clinics. Not at home.", "low"),
        ("Rest now. Eat later on.", "Rest. Now eat later on.", "low"),
    ],
)
def test_where_a_sentence_ends_can_turn_a_rule(before, after, level):
    """The same words divided elsewhere, where a word of rule is among them."""
    assert as_loud(page("Use", before), page("Use", after)).level == level


def doses(heads: tuple[str, ...], *lines: tuple[str, ...]) -> Text:
    """A table under its heads."""
    rows = row(*heads), *(row(*line, headers=heads) for line in lines)
    return Text((Section(("Doses",), 1, rows),), language="en")


@pytest.mark.parametrize("heads", [("Drug", "Start", "Maximum"), ("Drug", "Required", "Not required")])
def test_heads_that_change_places_over_their_columns_are_high(heads):
    """Every value below says something else, whichever way round."""
    line = ("Spravato", "56 mg", "84 mg")
    comparison = as_loud(doses(heads, line), doses((heads[0], heads[2], heads[1]), line))
    assert comparison.level == "high"
    assert "heads of columns changed places" in comparison.reasons[0]


def test_columns_that_change_places_with_their_heads_are_low():
    """The table says the same."""
    old = doses(("Drug", "Start", "Maximum"), ("Spravato", "56 mg", "84 mg"), ("Ketalar", "10 mg", "20 mg"))
    new = doses(("Drug", "Maximum", "Start"), ("Spravato", "84 mg", "56 mg"), ("Ketalar", "20 mg", "10 mg"))
    comparison = as_loud(old, new)
    assert comparison.level == "low"
    assert "columns in another order" in comparison.reasons[0]


def test_nesting_is_compared_as_pages_show_it():
    """Read from HTML: a closing tag in another place takes two conditions out of a sub-list."""
    def read(first: str, second: str) -> Text:
        inside = f"<li>depression{first}<li>a stroke before</li><li>asthma now</li>{second}"
        body = f"<html><body><main><h1>Use</h1><p>Start with one of:</p><ul>{inside}</ul></main></body></html>"
        return extract(body.encode(), media_type="text/html", url="https://x.example/")

    assert as_loud(read("<ul>", "</ul></li>"), read("</li>", "")).level == "high"

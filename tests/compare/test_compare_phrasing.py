"""Words of a document in our sentences: cut where it reads well, quoted in pairs, no longer than promised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.compare.phrasing import LONGEST_NAME, exchange, plain, renamed, section_name, shortened

LONG = "Monitoring of patients after each dose of the medicine in the clinic"


@pytest.mark.parametrize(("before", "after", "said"), [
    ("Dosage", "Dose", 'section "Dosage" renamed "Dose"'),
    ("x" * LONGEST_NAME, "Dose", f'section "{"x" * LONGEST_NAME}" renamed "Dose"'),
    (LONG, LONG.replace("each", "every"), 'section "Monitoring of patients after every dose…" renamed: "each" → "every"'),
    (LONG, f"{LONG} only", 'section "Monitoring of patients after each dose…" renamed: "only" added'),
    (f"{LONG} only", LONG, 'section "Monitoring of patients after each dose…" renamed: "only" dropped'),
    (LONG, "", 'section "Monitoring of patients after each dose…" renamed ""'),
    (LONG, "Where to keep it, how to carry it and when to throw it away", 'section "Monitoring of patients after each '
     'dose…" renamed "Where to keep it, how to carry it and…"'),
])
def test_a_rename_shows_what_differs(before: str, after: str, said: str) -> None:
    """Short names stand whole; of long ones only the words that differ, unless nothing at either end is shared."""
    assert renamed(before, after) == said


@pytest.mark.parametrize(("title", "most", "keep", "said"), [
    ("Dosage", 40, (), "Dosage"),
    ("Boxed warning: sedation; dissociation; abuse", 40, (), "Boxed warning"),
    ("Boxed warning: sedation; dissociation; abuse", 40, ("abuse",), "Boxed warning: sedation… abuse"),
    ("Boxed warning: sedation; dissociation; abuse", 40, ("boxed", "abuse"), "Boxed warning"),
    ("Storage, handling and disposal of what is left", 30, (), "Storage, handling and…"),
    ("Handling and disposal, also of what is left", 30, (), "Handling and disposal…"),
    ("Handling and disposal of what is left", 20, ("a-word-too-long",), "Handling and…"),
    ("Note: sedation and dissociation after the first dose", 30, (), "Note: sedation and…"),
])
def test_a_heading_is_cut_where_a_clause_ends(title: str, most: int, keep: tuple[str, ...], said: str) -> None:
    """Before a colon when more than a word stands there, else at the last break of its second half, else a word."""
    assert section_name(title, most, keep) == said


def test_an_exchange_shares_the_room() -> None:
    """Each side gets what the other leaves, and at least half and 16 characters."""
    gone, come = "one " * 30, "two hours"
    assert exchange("two hours", "one hour", 100) == '"two hours" → "one hour"'
    assert exchange(gone.strip(), come, 60) == f'"{shortened(gone, 51)}" → "two hours"'
    assert exchange(come, gone.strip(), 60) == f'"two hours" → "{shortened(gone, 51)}"'
    assert exchange("a b c d e f g h i", "b c d e f g h i j", 4) == '"a b c d e f g h…" → "b c d e f g h i…"'
    assert (exchange("", "only", 60), exchange("only", "", 60)) == ('"only" added', '"only" dropped')
    assert exchange("56", "84", 60, mark="") == "56 → 84"


@given(st.text(max_size=80), st.integers(2, 60))
def test_no_cut_is_longer_than_asked(text: str, most: int) -> None:
    """Whatever the words: within the length, without a double quote or a bracket that has no partner."""
    cut = shortened(text, most)
    assert len(cut) <= most
    assert '"' not in cut
    assert plain("(" + text.replace("(", "").replace(")", "")).count("(") == 0

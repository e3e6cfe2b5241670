"""A page rebuilt with the same words is no change; a cell, an item or a heading in another place is."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidetrack.models import Block, BlockKind, EditKind, Section, Text
from tests.compare.texts import both_ways, item, para, row, section, text

WORDS = ["Give", "56 mg", "weekly", "must", "not", "rest", "Use", "(5.1)", "two", "state:", "clinic.", "1.", "•", "état", "J0013"]
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
kinds = st.sampled_from([BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.TERM])
quick = settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def lines_of(draw: st.DrawFn, words: list[str], most: int, *, rows: bool, kind: BlockKind | None = None) -> list[Block]:
    """The words cut into lines of at most so many, of one kind or of several."""
    blocks: list[Block] = []
    while words:
        n = draw(st.integers(1, most))
        part, words = words[:n], words[n:]
        if rows and len(part) > 1 and draw(st.booleans()):
            blocks.append(row(*part))
        else:
            blocks.append(Block(kind or draw(kinds), " ".join(part)))
    return blocks


@st.composite
def joins(draw: st.DrawFn, *, rows: bool) -> tuple[Text, Text]:
    """The same words cut into lines twice, so that what one side holds in several lines the other holds in one; rows in
    one of the two only. All other lines of a side are of one kind: a single paragraph that joins a list is content."""
    kind = draw(kinds), draw(kinds)
    sides: list[list[Block]] = [[], []]
    for _ in range(draw(st.integers(1, 6))):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
        whole = draw(st.integers(0, 1))
        sides[whole].append(Block(kind[whole], " ".join(words)))
        sides[1 - whole] += lines_of(draw, words, 6, rows=rows and whole == 0, kind=kind[1 - whole])
    left, right = (Text((Section(("Use",), 1, tuple(blocks)),), language="en") for blocks in sides)
    return left, right


@quick
@given(joins(rows=False))
def test_lines_joined_or_split_are_no_change(texts):
    """Paragraphs, items or quotes: one on one side, several on the other, wherever they are cut."""
    assert not both_ways(*texts).edits


@quick
@given(joins(rows=True))
def test_a_table_read_row_by_row_is_no_change(texts):
    """Rows on one side only, their cells in the order of the words on the other."""
    assert not both_ways(*texts).edits


@quick
@given(st.data(), st.integers(2, 24))
def test_words_that_cross_into_another_line_are_a_change(data, size):
    """Where no line ends at the same word on both sides, and both have several, a word went from one to the next."""
    words = [f"word{n}" for n in range(size)]
    sides = [lines_of(data.draw, words, 6, rows=False) for _ in range(2)]
    ends = [set(accumulate(len(block.text.split()) for block in blocks)) for blocks in sides]
    common = sorted(ends[0] & ends[1])
    crossed = any(min(sum(start < end <= stop for end in side) for side in ends) > 1
                  for start, stop in zip([0, *common], common, strict=False))
    assert bool(both_ways(*(Text((Section(("Use",), 1, tuple(blocks)),), language="en") for blocks in sides))) is crossed


CROSSED = [
    pytest.param([item("Home use: not"), item("allowed oral dosing")], [item("Home use:"), item("not allowed oral dosing")], id="not"),
    pytest.param([para("Clinics must not"), para("infuse at home.")], [para("Clinics must"), para("not infuse at home.")], id="must not"),
    pytest.param([item("Home use no"), item("Clinic use yes"), item("Telehealth no")],
                 [item("Home use"), item("no Clinic use"), item("yes Telehealth no")], id="shifted by one word"),
]


@pytest.mark.parametrize(("before", "after"), CROSSED)
def test_a_word_that_crosses_is_told(before, after):
    """A word that went from the end of one line to the beginning of the next can turn a rule round."""
    assert both_ways(text(section("Use", *before)), text(section("Use", *after)))


CELLS = [
    pytest.param([row("Start", "56 mg", "28 mg")], [row("Start", "28 mg", "56 mg")], id="two cells of a row change places"),
    pytest.param([row("Start", "56 mg", "")], [row("Start", "", "56 mg")], id="a cell moves to another column"),
    pytest.param([row("a", "b"), row("c", "d")], [row("a", "c"), row("b", "d")], id="turned round"),
    pytest.param([row("a", "b"), row("c", "d")], [row("a", "b", "c", "d")], id="two rows became one"),
    pytest.param([row("a", "b", "c"), row("d", "e", "f")], [row("a", "b"), row("c", "d"), row("e", "f")], id="another width"),
    pytest.param([row("Start", "56 mg weekly")], [row("Start 56 mg", "weekly")], id="words cross into the cell beside"),
    pytest.param([row("Start", "56 mg"), row("Later", "84 mg")], [row("Start", "84 mg"), row("Later", "56 mg")], id="rows change values"),
    pytest.param([row("Start", "", "56 mg"), para("End.")], [para("Start"), para("56 mg"), para("End.")], id="an empty cell is lost"),
    pytest.param([item("Rest"), item("Do not drive"), item("Eat")], [para("Rest Eat Do not drive")], id="items joined in another order"),
    pytest.param([para("Do not."), para("Give it.")], [para("Do not give it.")], id="a stop went"),
]


@pytest.mark.parametrize(("before", "after"), CELLS)
def test_what_moved_stays_visible(before, after):
    """No cell into another row or column, no item to another place, no mark of a sentence is lost in silence."""
    assert both_ways(text(section("Doses", *before)), text(section("Doses", *after)))


def test_a_page_rebuilt_throughout_is_no_change():
    """Headings set as paragraphs, a grid of boxes as a table, paragraphs split: all at once, long."""
    old, new = [], []
    for n in range(120):
        old += [para(f"Dose {n} for adults"), para("28 mg"), para("Consent"), para(f"Rest for {n} minutes. Then eat.")]
        new += [row(f"Dose {n} for adults", "28 mg", "Consent"), para(f"Rest for {n} minutes."), para("Then eat.")]
    before, after = text(section("1. Doses", *old)), text(section("", para("1."), para("Doses"), *new))
    assert not both_ways(before, after)


def test_one_edit_in_a_rebuilt_page_is_told_alone():
    """A dose that changed in a table that became boxes."""
    names = ("Start", "Upkeep", "Missed visit", "Older adults", "Liver disease")
    old = text(section("Doses", *(row(name, f"{28 + n} mg", "weekly") for n, name in enumerate(names))))
    new = [para(part) for n, name in enumerate(names) for part in (name, f"{84 if n == 2 else 28 + n} mg", "weekly")]
    comparison = both_ways(old, text(section("Doses", *new)))
    told = {edit.before or edit.after for edit in comparison.edits}
    assert told <= {"Missed visit | 30 mg | weekly", "Missed visit", "84 mg", "weekly"}
    assert comparison.level == "high"


def test_a_renumbered_paragraph_that_was_cut_in_two_is_told():
    """A number is content where lines do not stand alike; nothing is lost between the two rules."""
    old = text(section("Use", para("1. Rest well. Then eat."), para("2. Sleep.")))
    new = text(section("Use", para("3. Rest well."), para("Then eat."), para("2. Sleep.")))
    assert both_ways(old, new)


def test_a_block_that_crosses_a_heading_moved_and_not_the_heading():
    """Whichever is shorter: the heading stands still, what crossed it came from the section before."""
    lines = [f"Care of kind {n} in a clinic with a nurse." for n in range(4)]
    old = text(section("Allowed", *lines), section("Forbidden", "Care by post."))
    new = text(section("Allowed", lines[0]), section("Forbidden", *lines[1:], "Care by post."))
    comparison = both_ways(old, new)
    assert [(edit.kind, edit.moved_from, edit.section) for edit in comparison.edits] == [
        (EditKind.MOVED, ("Allowed",), ("Forbidden",))] * 3
    assert comparison.level == "high"
    assert comparison.reasons == ('"Allowed" → "Forbidden" (moved) in Forbidden',)


def test_a_heading_that_much_crossed_is_told_as_moved():
    """Past a dozen lines the heading tells of all that crossed it, as loud as each of them would."""
    lines = [f"Care of kind {n} in a clinic with a nurse." for n in range(40)]
    old = text(section("Allowed", *lines), section("Forbidden", "Care by post."))
    new = text(section("Allowed", *lines[:5]), section("Forbidden", *lines[5:], "Care by post."))
    comparison = both_ways(old, new)
    (edit,) = comparison.edits
    assert (edit.kind, edit.after, edit.level.value) == (EditKind.MOVED, "Forbidden", "high")
    assert comparison.summary == '35 lines moved from "Allowed" to "Forbidden"'
    assert edit.reasons == (
        '"Allowed" → "Forbidden" (35 lines moved, from "Care of kind 5 in a clinic…" on) in Forbidden',)


def test_paragraphs_that_pass_a_plain_heading_are_one_statement():
    """Where neither heading makes a rule, a block that passed one is told once, and a lone line by itself."""
    lines = [f"Care of kind {n} in a clinic with a nurse." for n in range(9)]
    old = text(section("Day care", *lines), section("Night care", "Care by post."))
    new = text(section("Day care", *lines[:4]), section("Night care", *lines[4:], "Care by post."))
    comparison = both_ways(old, new)
    assert [(edit.kind, edit.after, edit.level.value) for edit in comparison.edits] == [
        (EditKind.MOVED, "Night care", "low")]
    assert comparison.summary == '5 lines moved from "Day care" to "Night care"'
    assert both_ways(new, old).summary == '5 lines moved from "Night care" to "Day care"'
    one = text(section("Day care", *lines[:8]), section("Night care", lines[8], "Care by post."))
    (edit,) = both_ways(old, one).edits
    assert (edit.after, edit.moved_from, edit.section) == (lines[8], ("Day care",), ("Night care",))


def test_items_of_an_ordered_list_that_change_places_are_told():
    """As a page shows them: <ol> counts its items, <ul> does not."""
    from guidetrack.extract import extract

    def read(tag: str, *items: str) -> Text:
        inside = "".join(f"<li>{said}</li>" for said in items)
        body = f"<html><body><main><h1>Steps</h1><p>Do this now, please.</p><{tag}>{inside}</{tag}></main></body></html>"
        return extract(body.encode(), media_type="text/html", url="https://x.example/")

    steps = "wash both hands well", "open the sealed device", "sit the patient down"
    assert not both_ways(read("ul", *steps), read("ul", *reversed(steps)))
    assert both_ways(read("ol", *steps), read("ol", *reversed(steps)))


def test_an_item_that_leaves_its_parent_is_told():
    """In one list, an item under another parent says something else; under the same it may stand anywhere."""
    a, b = "Patients with a history of stroke", "Patients with asthma"
    one, two, three = item("see a doctor first", 2), item("sign a form here", 2), item("come with a friend", 2)
    old = text(section("Plan", item(a), one, two, item(b), three))
    assert not both_ways(old, text(section("Plan", item(a), two, one, item(b), three)))
    assert both_ways(old, text(section("Plan", item(a), two, item(b), one, three)))

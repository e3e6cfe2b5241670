"""Numbers that are labels, sections that move, entries known by id: one change is told as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from guidetrack.compare import compare, rebuild_new, rebuild_old
from guidetrack.extract import extract
from guidetrack.models import Block, BlockKind, Comparison, EditKind, Format, PublisherNote, Text
from tests.compare.texts import check_ops, item, row, section, text

MONITOR = "Patients must be watched for at least two hours after every dose."
REMS = "The product is only given in certified healthcare settings."
ABUSE = "Assess each patient's risk for abuse or misuse before prescribing."
CALM = "A calm room with a reclining chair serves most clinics well."


def told(old: Text, new: Text) -> Comparison:
    """The comparison, after the laws are checked."""
    comparison = compare(old, new)
    check_ops(comparison)
    assert rebuild_old(new, comparison) == old.lines
    assert rebuild_new(old, comparison) == new.lines
    return comparison


def label(*titles: str, refers: str = "Monitoring") -> Text:
    """A label of numbered sections, with contents lines and a cross reference."""
    bodies = {
        "Sedation": MONITOR,
        "Monitoring": CALM,
        "Abuse": ABUSE,
        "REMS": REMS,
        "Breathing": "Breathing may slow down.",
    }
    numbers = {title: f"5.{n}" for n, title in enumerate(titles, 1)}
    contents = [f"{number} {title} ..... {n + 3}" for n, (title, number) in enumerate(numbers.items())]
    made = [
        section(f"{numbers[title]} {title}", bodies[title], f"More in the text [see {refers} ({numbers[refers]})].")
        for title in titles
    ]
    return text(section("Contents", *contents), *made)


def test_a_new_warning_renumbers_a_label_and_is_one_change():
    """One section is new; the numbers of the others, their references and contents lines are counted, not told."""
    comparison = told(label("Sedation", "Monitoring", "Abuse"), label("Breathing", "Sedation", "Monitoring", "Abuse"))
    about = {edit.section[-1] for edit in comparison.edits}
    assert about <= {"Contents", "5.1 Breathing"}
    assert comparison.renumbered >= 9
    assert all(edit.kind is EditKind.ADDED for edit in comparison.edits)
    assert 'new section "Breathing"' in comparison.reasons
    assert comparison.summary.startswith('New section "Breathing"')


def numbered(kind: str, style: str, numbers: str, *lines: str) -> Text:
    """Headings or blocks with the given numbers before them."""
    heads = [style.format(number) + line for number, line in zip(numbers.split(), lines, strict=True)]
    if kind == "heading":
        return text(*(section(head, f"{CALM} So says {line}.") for head, line in zip(heads, lines, strict=True)))
    return text(section("Use", *(item(head) if kind == "item" else head for head in heads)))


STYLES = [
    pytest.param("heading", "5.{} ", "1 2 3", id="headings"),
    pytest.param("heading", "Section {}. ", "4 5 6", id="worded headings"),
    pytest.param("heading", "{}. ", "I II III", id="Roman headings"),
    pytest.param("paragraph", "{}. ", "1 2 3", id="numbered paragraphs"),
    pytest.param("item", "({}) ", "a b c", id="lettered items"),
    pytest.param("item", "({}) ", "i ii iii", id="Roman items"),
    pytest.param("heading", "§ {} ", "12 13 14", id="paragraph signs"),
    pytest.param("heading", "Kapitel {}: ", "3 4 5", id="German headings"),
]


@pytest.mark.parametrize(("kind", "style", "numbers"), STYLES)
def test_a_number_that_follows_from_its_neighbours_is_no_content(kind, style, numbers):
    """What stands before a new neighbour keeps its number, what follows gains one: only the neighbour is told."""
    before = numbered(kind, style, " ".join(numbers.split()[:2]), "Sedation and rest", "Monitoring at home")
    after = numbered(kind, style, numbers, "Sedation and rest", "Breathing slows down", "Monitoring at home")
    comparison = told(before, after)
    assert {edit.kind for edit in comparison.edits} == {EditKind.ADDED}
    assert comparison.renumbered == 1
    assert {edit.kind for edit in told(after, before).edits} == {EditKind.REMOVED}


@pytest.mark.parametrize(("kind", "style", "numbers"), STYLES)
def test_a_block_that_shifts_as_a_whole_is_no_content(kind, style, numbers):
    """All numbers of a run grow alike."""
    names = numbers.split()
    lines = "Sedation and rest", "Monitoring at home"
    comparison = told(numbered(kind, style, " ".join(names[:2]), *lines), numbered(kind, style, " ".join(names[1:]), *lines))
    assert not comparison
    assert comparison.renumbered == 2


@pytest.mark.parametrize(("kind", "style", "numbers"), STYLES)
def test_a_number_that_changes_alone_is_told(kind, style, numbers):
    """No neighbour explains it: somebody changed it."""
    names = numbers.split()
    old = numbered(kind, style, names[0], "Sedation and rest")
    comparison = told(old, numbered(kind, style, names[2], "Sedation and rest"))
    assert [edit.kind for edit in comparison.edits] == [EditKind.CHANGED]
    assert comparison.renumbered == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("as told in section 5.1 above", "as told in section 5.2 above"),
        ("as told above (5.1)", "as told above (5.2)"),
        ("[see Sedation (5.1), Monitoring (5.2)]", "[see Sedation (5.2), Monitoring (5.3)]"),
        ("see sections 5.1 and 5.2", "see sections 5.2 and 5.3"),
        ("see § 5.1", "see § 5.2"),
    ],
)
def test_references_to_renumbered_sections_are_no_content(before, after):
    """A reference that still points at the same section is no change."""
    old = text(section("5.1 Sedation", MONITOR), section("5.2 Monitoring", CALM), section("6 Notes", before))
    new = text(section("5.2 Sedation", MONITOR), section("5.3 Monitoring", CALM), section("6 Notes", after))
    comparison = told(old, new)
    assert not comparison
    assert comparison.renumbered == 3


def test_a_reference_to_another_section_of_the_same_name_is_content():
    """Where two sections are called the same, what stands above them tells them apart."""
    def refers(number: str) -> Text:
        return text(
            section("5 Adults", CALM), section("5.1 General", MONITOR), section("6 Children", REMS),
            section("6.1 General", ABUSE), section("Notes", f"as told in section {number}"),
        )

    assert len(told(refers("5.1"), refers("6.1")).edits) == 1


def test_an_amount_beside_the_name_of_a_section_is_no_page_number():
    """A row that looks like a line of a table of contents is one only among others of its kind."""
    def doses(amount: int) -> Text:
        return text(section("Induction", CALM), section("Doses", row("Induction", str(amount))))

    assert len(told(doses(56), doses(84)).edits) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("see section 5.1", "see section 5.2"),
        ("see 21 CFR 1306.07", "see 21 CFR 1306.09"),
        ("under section 309 of the Act", "under section 310 of the Act"),
        ("under section 5.1 of the Act", "under section 5.2 of the Act"),
        ("give 5.1 mL", "give 5.2 mL"),
        ("(56 mg)", "(84 mg)"),
        ("version 5.1", "version 5.2"),
        ("code 7285", "code 7286"),
        ("G2082", "G2083"),
        ("Schedule 2", "Schedule 3"),
        ("28 mg tablets", "56 mg tablets"),
        ("2 Tablets a day", "3 Tablets a day"),
        ("5 Patients fell ill", "6 Patients fell ill"),
        ("2024 Report", "2025 Report"),
        ("ratio 5.1 to one", "ratio 5.2 to one"),
        ("21 CFR Part 1306 applies", "42 CFR Part 1306 applies"),
    ],
)
def test_a_changed_digit_is_content(before, after):
    """Doses, citations, versions, codes and references to another section keep every digit."""
    here = (section("5.1 Sedation", MONITOR), section("5.2 Monitoring", CALM))
    comparison = told(text(*here, section("6 Notes", before)), text(*here, section("6 Notes", after)))
    assert [edit.kind for edit in comparison.edits] == [EditKind.CHANGED]
    assert comparison.renumbered == 0


@pytest.mark.parametrize(
    "heading",
    ["21 CFR {}", "Schedule {}", "{} mg tablets", "Category {} substances", "Phase {} studies", "Adults over {} years"],
)
def test_a_number_in_a_heading_that_is_no_label_is_content(heading):
    """Headings keep numbers that say something."""
    comparison = told(text(section(heading.format(3), CALM)), text(section(heading.format(4), CALM)))
    assert [edit.kind for edit in comparison.edits] == [EditKind.CHANGED]


def test_reordering_a_plain_list_is_no_edit():
    """Items of one unnumbered list in another order: set aside as reordered, nothing told."""
    first, second, third = item("oxygen and suction"), item("blood pressure cuff"), item("reclining chair")
    comparison = told(text(section("Needs", first, second, third)), text(section("Needs", third, first, second)))
    assert not comparison
    assert {aside.rule for aside in comparison.set_aside} == {"reordered"}


def test_the_order_of_numbered_steps_is_content():
    """Numbered steps that change places are told as moved."""
    one, two, three = "wash both hands well", "open the sealed device", "sit the patient down"
    old = text(section("Steps", *(item(f"{n}. {step}") for n, step in enumerate((one, two, three), 1))))
    new = text(section("Steps", *(item(f"{n}. {step}") for n, step in enumerate((two, one, three), 1))))
    comparison = told(old, new)
    assert [edit.kind for edit in comparison.edits] == [EditKind.MOVED]


def test_an_item_that_joins_a_list_is_told_alone():
    """The other items keep still, in whatever order they come."""
    items = [item("schizophrenia"), item("a recent bleed"), item("an aneurysm")]
    new = text(section("Contraindications", items[2], items[0], item("severe liver disease"), items[1]))
    comparison = told(text(section("Contraindications", *items)), new)
    assert [(edit.kind, edit.after) for edit in comparison.edits] == [(EditKind.ADDED, "severe liver disease")]
    assert comparison.level == "high"


def test_a_moved_section_is_told_as_moved():
    """A section that stands elsewhere is moved, not removed and added."""
    a, b, c = section("Abuse", ABUSE), section("Monitoring", MONITOR, CALM), section("REMS", REMS)
    comparison = told(text(a, b, c), text(b, c, a))
    assert {edit.kind for edit in comparison.edits} == {EditKind.MOVED}
    assert comparison.level == "low"
    assert 'section "Abuse" moved' in comparison.reasons


def test_a_paragraph_moved_and_edited_is_one_edit():
    """It is found elsewhere, with what was edited on the way, and the section it came from."""
    old = text(section("Abuse", ABUSE, MONITOR), section("REMS", REMS))
    new = text(section("Abuse", ABUSE), section("REMS", REMS, MONITOR.replace("two", "three")))
    comparison = told(old, new)
    (edit,) = comparison.edits
    assert (edit.kind, edit.moved_from, edit.section) == (EditKind.MOVED, ("Abuse",), ("REMS",))
    assert "[-two-]{+three+} hours" in edit.marked
    assert edit.level == "high"


def test_a_caution_that_becomes_a_contraindication_is_high():
    """A line that moves between sections of different rank is high though no word changed."""
    line = "Patients with a recent bleed in the brain."
    old = text(section("Warnings", CALM, line), section("Contraindications", REMS))
    new = text(section("Warnings", CALM), section("Contraindications", REMS, line))
    comparison = told(old, new)
    assert comparison.level == "high"
    assert comparison.reasons == ('"Warnings" → "Contraindications" (moved) in Contraindications',)


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        pytest.param(
            [section("Watching", MONITOR, CALM)],
            [section("Monitoring", MONITOR, CALM)],
            'section "Watching" renamed "Monitoring"',
            id="renamed",
        ),
        pytest.param(
            [section("Safety", MONITOR, ABUSE)],
            [section("Safety", MONITOR), section("Abuse", ABUSE)],
            'section "Abuse" split off from "Safety"',
            id="split",
        ),
        pytest.param(
            [section("Safety", MONITOR), section("Abuse", ABUSE)],
            [section("Safety", MONITOR, ABUSE)],
            'section "Abuse" merged into "Safety"',
            id="merged",
        ),
        pytest.param(
            [section("Safety", MONITOR), section("Abuse", ABUSE)],
            [section("Safety", MONITOR)],
            'section "Abuse" is gone',
            id="gone",
        ),
        pytest.param(
            [section("Safety", MONITOR)],
            [section("Safety", MONITOR), section("Abuse", ABUSE)],
            'new section "Abuse"',
            id="new",
        ),
    ],
)
def test_what_became_of_a_section_is_named(old, new, note):
    """Renamed, split, merged, gone and new sections are called so, in reasons and summary."""
    comparison = told(text(*old), text(*new))
    assert note in comparison.reasons
    assert note[1:] in comparison.summary


def test_table_rows_are_known_by_their_first_cell():
    """A changed cell is an edit of its row, though rows beside it came and went."""
    old = text(section("Doses", row("Start", "56 mg", "day 1"), row("Upkeep", "56 mg", "weekly"), row("Old", "1", "2")))
    new = text(section("Doses", row("New", "3", "4"), row("Start", "28 mg", "day 2"), row("Upkeep", "84 mg", "weekly")))
    comparison = told(old, new)
    changed = {edit.before.split(" | ")[0]: edit.marked for edit in comparison.edits if edit.kind is EditKind.CHANGED}
    assert changed["Start"] == "Start | [-56 mg-]{+28 mg+} | day [-1-]{+2+}"
    assert changed["Upkeep"] == "Upkeep | [-56 mg-]{+84 mg+} | weekly"


def feed(*entries: tuple[str, str, str]) -> Text:
    """A feed: id, title, summary."""
    made = [section(title, Block(BlockKind.ENTRY, said), key=key) for key, title, said in entries]
    return text(*made, format=Format.FEED)


A, B, C = ("id-a", "DEA extends rule", MONITOR), ("id-b", "FDA warns", ABUSE), ("id-c", "CMS adds code", REMS)


def test_a_new_entry_is_named():
    """An entry on top of a feed is new; the order of the others says nothing."""
    comparison = told(feed(A, B), feed(C, B, A))
    assert comparison.summary.startswith("New: CMS adds code")
    assert {edit.kind for edit in comparison.edits} == {EditKind.ADDED}
    assert {aside.rule for aside in comparison.set_aside} == {"reordered"}


def test_a_withdrawn_entry_is_named():
    """An entry that left the feed is withdrawn."""
    assert told(feed(A, B), feed(A)).summary.startswith("Withdrawn: FDA warns")


def test_an_entry_is_compared_with_itself_only():
    """Two entries change places in likeness; each is compared by its id."""
    comparison = told(feed(A, B), feed(("id-b", "FDA warns", ABUSE + " Now."), A))
    assert [edit.section for edit in comparison.edits] == [("FDA warns",)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([MONITOR + " " + CALM], [MONITOR, CALM]),
        ([MONITOR, CALM], [MONITOR + " " + CALM]),
        ([REMS, MONITOR + " " + CALM, ABUSE], [REMS, MONITOR, CALM, ABUSE]),
    ],
)
def test_the_same_words_cut_into_other_lines_are_no_content(old, new):
    """A paragraph broken in two says the same."""
    assert not told(text(*old), text(*new))


def test_a_heading_that_became_a_paragraph_of_the_same_words_is_no_content():
    """The kind of a line is no content, also where a label and unlike spaces stand before its words."""
    old, new = text(section("(a)\u00a0Use\t")), text("(a) Use")
    assert not told(old, new)
    assert not told(new, old)


def titled(*entries: tuple[str, str]) -> Text:
    """A feed without ids: an entry is known by its title."""
    made = [section(title, Block(BlockKind.ENTRY, said), key=title) for title, said in entries]
    return text(*made, format=Format.FEED)


def test_an_entry_under_a_new_title_is_the_same_entry():
    """Without an id: at its place among the others, with the words it had."""
    first, second, third = ("Rule", MONITOR), ("Warning", ABUSE), ("Code", REMS)
    comparison = told(titled(first, second, third), titled(first, ("Safety warning", ABUSE), third))
    assert [(edit.kind, edit.before, edit.after) for edit in comparison.edits] == [
        (EditKind.CHANGED, "Warning", "Safety warning")]
    others = told(titled(first, second, third), titled(first, ("Safety warning", CALM), third))
    assert {edit.kind for edit in others.edits} == {EditKind.ADDED, EditKind.REMOVED}


def test_one_entry_is_counted_once():
    """Title, words and link of a new entry are one piece of news; a link by itself is low."""
    def lines(title: str, said: str, key: str) -> tuple[str, Block, Block]:
        return title, Block(BlockKind.ENTRY, said), Block(BlockKind.ENTRY, f"link: https://x.example/{key}", key="link")

    old = text(section(*lines("DEA extends rule", MONITOR, "a"), key="a"), format=Format.FEED)
    new = text(section(*lines("FDA warns of ketamine", ABUSE, "b"), key="b"), *old.sections, format=Format.FEED)
    comparison = told(old, new)
    assert comparison.summary == "New: FDA warns of ketamine"
    assert [edit.level.value for edit in comparison.edits if edit.after.startswith("link")] == ["low"]


def news(*numbers: int) -> Text:
    """A feed that shows the entries with these numbers, the greater the newer."""
    made = feed(*((f"id-{n}", f"Notice {n}", f"Clinics are asked to read notice {n} with care.") for n in numbers))
    return replace(made, notes=tuple(PublisherNote(f"Notice {n}", date(2026, 1, n)) for n in numbers))


def undated(*numbers: int) -> Text:
    """A feed without dates, read from RSS: entries in the order given, their ids in none."""
    items = "".join(
        f"<item><guid>{(n * 7) % 11}-{n}</guid><title>Notice {n}</title>"
        f"<description>Clinics are asked to read notice {n} with care.</description></item>" for n in numbers)
    body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    return extract(body.encode(), media_type="application/rss+xml", url="https://x.example/feed")


@pytest.mark.parametrize(
    ("old", "new", "withdrawn", "left"),
    [
        pytest.param([5, 4, 3, 2, 1], [6, 5, 4, 3, 2], [], [1], id="one in, one out"),
        pytest.param([5, 4, 3, 2, 1], [7, 6, 5, 4, 3], [], [2, 1], id="two in, two out"),
        pytest.param([5, 4, 3, 2, 1], [6, 5, 3, 2, 1], [4], [], id="withdrawn from the middle"),
        pytest.param([5, 4, 3, 2, 1], [7, 6, 5, 3, 2], [4], [1], id="one withdrawn, one pushed off"),
        pytest.param([5, 4, 3, 2, 1], [5, 4, 3, 2], [1], [], id="the last withdrawn, nothing new"),
        pytest.param([5, 4, 3, 2, 1], [6, 5, 4, 3], [2, 1], [], id="shorter than before"),
        pytest.param([5, 4, 3, 2, 1], [6, 2, 3, 4, 5], [1], [], id="in another order"),
        pytest.param([1, 2, 3, 4, 5], [2, 3, 4, 5, 6], [1], [], id="new at the other end"),
    ],
)
def test_a_feed_without_dates_has_a_window(old, new, withdrawn, left):
    """Its order tells what is old: what went from the end of as long a list, with new entries on top, was pushed off."""
    comparison = told(undated(*old), undated(*new))
    gone = {edit.section[0] for edit in comparison.edits if edit.kind is EditKind.REMOVED}
    assert gone == {f"Notice {n}" for n in withdrawn}
    aside = {item.text for item in comparison.set_aside if item.rule == "left the list"}
    assert {line for line in aside if line.startswith("Notice")} == {f"Notice {n}" for n in left}


def rules(*numbers: int, field: str = "published", day: str = "2026-01-{:02}") -> Text:
    """A JSON list of entries with a field that holds a day."""
    made = [section(f"Rule {n}", Block(BlockKind.ENTRY, f"{field}: {day.format(n)}", key=field), key=f"id-{n}")
            for n in numbers]
    return text(*made, format=Format.JSON)


@pytest.mark.parametrize(
    ("old", "new", "withdrawn", "left"),
    [
        pytest.param([5, 4, 3, 2, 1], [6, 5, 4, 3, 2], [], [1], id="one in, one out"),
        pytest.param([5, 4, 3, 2, 1], [7, 6, 5, 4, 3], [], [2, 1], id="two in, two out"),
        pytest.param([3, 2, 1], [6, 5, 4], [], [3, 2, 1], id="all new"),
        pytest.param([5, 4, 3, 2, 1], [6, 5, 3, 2, 1], [4], [], id="withdrawn from the middle"),
        pytest.param([5, 4, 3, 2, 1], [7, 6, 5, 3, 2], [4], [1], id="one withdrawn, one pushed off"),
        pytest.param([5, 4, 3, 2, 1], [5, 4, 3, 2], [1], [], id="the oldest withdrawn, nothing new"),
        pytest.param([5, 4, 3, 2, 1], [6, 5, 4, 3], [2], [1], id="more gone than new"),
        pytest.param([5, 4, 3, 2, 1], [9, 8, 7, 6, 5, 4, 3, 2], [1], [], id="the list grows, it has no window"),
        pytest.param([5, 4, 3, 2, 1], [5, 4, 3, 2, 6], [1], [], id="new at the other end"),
    ],
)
def test_entries_pushed_off_a_list_are_not_withdrawn(old, new, withdrawn, left):
    """What new entries push off the old end is set aside and counted; any other entry that went is told."""
    comparison = told(news(*old), news(*new))
    gone = {edit.section[0] for edit in comparison.edits if edit.kind is EditKind.REMOVED}
    assert gone == {f"Notice {n}" for n in withdrawn}
    aside = {item.text for item in comparison.set_aside if item.rule == "left the list"}
    assert {line for line in aside if line.startswith("Notice")} == {f"Notice {n}" for n in left}


def test_a_list_by_date_in_a_field_has_a_window():
    """A JSON list shows its days in its entries."""
    comparison = told(rules(5, 4, 3, 2, 1), rules(6, 5, 4, 3, 2))
    assert {edit.kind for edit in comparison.edits} == {EditKind.ADDED}
    assert {item.rule for item in comparison.set_aside} == {"left the list"}


@pytest.mark.parametrize(("field", "day"), [("code", "S00{:02}"), ("published", "2026-01-01"), ("published", "")])
def test_a_list_in_another_order_has_no_window(field, day):
    """Where no date falls from entry to entry, what is gone from the end was withdrawn."""
    comparison = told(rules(5, 4, 3, 2, 1, field=field, day=day), rules(6, 5, 4, 3, 2, field=field, day=day))
    assert {edit.kind for edit in comparison.edits} == {EditKind.ADDED, EditKind.REMOVED}


def test_a_page_has_no_window():
    """Sections of a document that went at its end are told, whatever came at its front."""
    old, new = text(section("A", MONITOR), section("B", ABUSE)), text(section("C", REMS), section("A", MONITOR))
    assert any(edit.kind is EditKind.REMOVED for edit in told(old, new).edits)

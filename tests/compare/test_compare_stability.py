"""Two looks seconds apart: what differs between them is set aside, what they share is the change."""

from __future__ import annotations

import pytest

from guidetrack.compare import compare, rebuild_new, rebuild_old
from guidetrack.models import Comparison, EditKind, Text
from guidetrack.normal import normal
from tests.compare.texts import check_ops, row, section, text

WARNING = "Do not give a further dose while the patient is sedated."
RULE = "Patients must be observed for at least two hours."
TAIL = "The programme is reviewed each year."
W, P, Q = (
    "Join our spring webinar on billing today!",
    "New: the pocket app for busy clinics.",
    "Win a travel mug in our survey.",
)

QUIET = [
    pytest.param([RULE, "Viewed 123 times"], [RULE, "Viewed 124 times"], [RULE, "Viewed 125 times"], id="counter"),
    pytest.param([W, RULE], [P, RULE], [Q, RULE], id="rotating line first"),
    pytest.param([RULE, W], [RULE, P], [RULE, Q], id="rotating line last"),
    pytest.param([RULE, W, TAIL], [RULE, P, TAIL], [RULE, Q, TAIL], id="rotating line between"),
    pytest.param([RULE, W, TAIL], [RULE, P, TAIL], [RULE, W, TAIL], id="the second look shows the old line again"),
    pytest.param([RULE, TAIL], [RULE, P, TAIL], [RULE, TAIL], id="a line that came and went again"),
    pytest.param([RULE, W, TAIL], [RULE, TAIL], [RULE, W, TAIL], id="a line missing from the first look only"),
    pytest.param([RULE, W, TAIL], [RULE, TAIL], [RULE, Q, TAIL], id="a place empty in the first look"),
    pytest.param(
        [RULE, "Offer one", TAIL], [RULE, P, Q, TAIL], [RULE, "Offer two", W, TAIL], id="several versions at one place"
    ),
    pytest.param(
        ["Page made 12:03:11. " + RULE],
        ["Page made 12:09:43. " + RULE],
        ["Page made 12:09:58. " + RULE],
        id="a clock within a paragraph",
    ),
    pytest.param(
        [RULE, "Token a9f3 for you"], [RULE, "Token 77bc for you"], [RULE, "Token e01d for you"], id="a nonce in a line"
    ),
]


@pytest.mark.parametrize(("old", "new", "again"), QUIET)
def test_what_differs_between_looks_is_no_edit(old, new, again):
    """Nothing is told when all that differs is unstable; what was unstable is named and set aside."""
    before, after = text(*old), text(*new)
    comparison = compare(before, after, again=text(*again))
    assert not comparison
    assert comparison.set_aside
    assert {item.rule for item in comparison.set_aside} == {"unstable"}
    assert comparison.unstable
    assert rebuild_old(after, comparison) == before.lines
    assert rebuild_new(before, comparison) == after.lines


REAL = [
    pytest.param(
        ["Viewed 123 times. Dose 56 mg"],
        ["Viewed 124 times. Dose 84 mg"],
        ["Viewed 125 times. Dose 84 mg"],
        "84 mg",
        "changed",
        id="a dose beside a counter",
    ),
    pytest.param(
        [RULE, WARNING, W, TAIL],
        [RULE, P, TAIL],
        [RULE, Q, TAIL],
        WARNING,
        "removed",
        id="a warning deleted above a rotating line",
    ),
    pytest.param(
        [RULE, W, WARNING, TAIL],
        [RULE, P, TAIL],
        [RULE, Q, TAIL],
        WARNING,
        "removed",
        id="a warning deleted below a rotating line",
    ),
    pytest.param(
        [RULE, W, WARNING],
        [RULE, W],
        [RULE, Q],
        WARNING,
        "removed",
        id="a warning deleted below a line that happens to stand",
    ),
    pytest.param(
        [RULE, W, TAIL],
        [RULE, P, WARNING, TAIL],
        [RULE, Q, WARNING, TAIL],
        WARNING,
        "added",
        id="a warning added below a rotating line",
    ),
    pytest.param(
        [W, RULE, TAIL],
        [P, RULE.replace("two", "three"), TAIL],
        [Q, RULE.replace("two", "three"), TAIL],
        "three hours",
        "changed",
        id="a number beside a rotating line",
    ),
    pytest.param(
        ["You are visitor 17. Not for use at home."],
        ["You are visitor 18. For use at home."],
        ["You are visitor 19. For use at home."],
        "for use at home",
        "changed",
        id="a negation dropped beside a counter",
    ),
    pytest.param(
        ["Seen 12 times today. Never give two doses a day."],
        ["Seen 13 times today."],
        ["Seen 14 times today."],
        "Never",
        "changed",
        id="a sentence dropped beside a counter",
    ),
    pytest.param(
        [RULE, WARNING, TAIL, W], [RULE, TAIL, P], [RULE, TAIL, Q], WARNING, "removed", id="far from the rotating line"
    ),
    pytest.param([RULE, W], [RULE, P, WARNING], [RULE, WARNING, Q], WARNING, "added", id="the rotating line moves too"),
    pytest.param(
        ["Viewed 9 times", RULE],
        ["Viewed 10 times", RULE, WARNING],
        ["Viewed 11 times", RULE, WARNING],
        WARNING,
        "added",
        id="a warning added while a counter runs",
    ),
]


@pytest.mark.parametrize(("old", "new", "again", "words", "kind"), REAL)
def test_what_both_looks_share_is_told(old, new, again, words, kind):
    """A real change beside unstable words is told, once, and the unstable words are not why."""
    before, after = text(*old), text(*new)
    comparison = compare(before, after, again=text(*again))
    assert [edit.kind for edit in comparison.edits] == [EditKind(kind)], comparison.edits
    edit = comparison.edits[0]
    assert words.lower() in (edit.before + edit.after).lower()
    told = " ".join((*comparison.reasons, comparison.summary))
    for noise in ("123", "124", "visitor 1", "webinar", "pocket", "travel"):
        assert noise not in told
    check_ops(comparison)
    assert rebuild_old(after, comparison) == before.lines
    assert rebuild_new(before, comparison) == after.lines


def lines_of(comparison: Comparison) -> list[str]:
    """The unstable lines, without what stands for their places."""
    return [line for line in comparison.unstable if not line.startswith("\t")]


def test_the_reason_is_the_dose_and_not_the_counter():
    """The edit shows the whole new line; level and reasons come from the stable words."""
    comparison = compare(
        text(section("Dosage", "Viewed 123 times. Dose 56 mg")),
        text(section("Dosage", "Viewed 124 times. Dose 84 mg")),
        again=text(section("Dosage", "Viewed 125 times. Dose 84 mg")),
    )
    assert comparison.reasons == ('"56 mg" → "84 mg" in Dosage',)
    assert comparison.edits[0].after == "Viewed 124 times. Dose 84 mg"
    assert lines_of(comparison) == ["Viewed 124 times. Dose 84 mg", "Viewed 125 times. Dose 84 mg"]


def test_equal_looks_change_nothing():
    """A second look equal to the first is as good as none."""
    old, new = text(RULE, TAIL), text(RULE.replace("two", "three"), TAIL)
    assert compare(old, new, again=new) == compare(old, new)


def test_unstable_lines_are_reported_even_when_nothing_changed():
    """The old text equals the new one; what the second look shows otherwise is still remembered."""
    comparison = compare(text(RULE, W), text(RULE, W), again=text(RULE, P))
    assert not comparison
    assert set(lines_of(comparison)) == {normal(W), normal(P)}


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        pytest.param([RULE, W], [RULE, P], None, 0, id="both known, one look"),
        pytest.param([RULE, W], [RULE, P], [RULE, P], 0, id="both known, the new one stands still"),
        pytest.param([RULE, W], [RULE], None, 0, id="a known line absent"),
        pytest.param([RULE], [RULE, P], None, 0, id="a known line back"),
        pytest.param([RULE, W], [RULE], [RULE], 1, id="a known line gone from both looks, nothing rotates"),
        pytest.param([RULE, W], [RULE, WARNING], None, 2, id="a known line gone, an unknown one in its place"),
        pytest.param([RULE, W, WARNING], [RULE, P], None, 1, id="an unknown line gone beside it"),
    ],
)
def test_remembered_lines(old, new, again, told):
    """Lines known to rotate on this source are set aside when their counterpart is known too or absent."""
    second = text(*again) if again else None
    comparison = compare(text(*old), text(*new), again=second, remembered={normal(W), normal(P), normal(Q)})
    assert len(comparison.edits) == told, comparison.edits


def test_a_rotating_cell_beside_a_changed_one():
    """In a table, the unstable row is set aside and the changed row told."""
    old = text(section("Doses", row("Start", "56 mg"), row("Visitors", "100")))
    new = text(section("Doses", row("Start", "84 mg"), row("Visitors", "101")))
    again = text(section("Doses", row("Start", "84 mg"), row("Visitors", "102")))
    comparison = compare(old, new, again=again)
    assert [edit.after for edit in comparison.edits] == ["Start | 84 mg"]


def tips(number: int, word: str, dose: str = "") -> Text:
    """A page with a tip made of a number and a word; ``dose`` stands in the same line."""
    return text(RULE, f"Tip {number}: {word} your nurse{dose}", TAIL)


def test_one_further_look_that_shares_a_word_by_chance_is_shaky():
    """The tip's word is the same in two looks out of three words: told, and marked as worth one more look."""
    comparison = compare(tips(100, "call"), tips(381, "ask"), again=tips(992, "ask"))
    assert len(comparison.edits) == 1
    assert comparison.shaky


def test_a_third_look_that_disagrees_sets_it_aside():
    """What any look does not share is unstable, in whatever order the looks come."""
    old, new, same, other = tips(100, "call"), tips(381, "ask"), tips(992, "ask"), tips(17, "tell")
    for looks in ([same, other], [other, same], [other, other]):
        comparison = compare(old, new, again=looks)
        assert not comparison
        assert not comparison.shaky
        assert rebuild_old(new, comparison) == old.lines


@pytest.mark.parametrize("looks", [1, 2, 3, 4])
def test_a_change_beside_unstable_words_is_told_however_often_one_looks(looks):
    """56 mg became 84 mg in the line of the tip; every look shares it."""
    words = ["tell", "ask", "call", "tell"]
    again = [tips(500 + n, words[n], ". Dose 84 mg") for n in range(looks)]
    comparison = compare(tips(100, "call", ". Dose 56 mg"), tips(381, "ask", ". Dose 84 mg"), again=again)
    assert [edit.after for edit in comparison.edits] == ["Tip 381: ask your nurse. Dose 84 mg"]
    assert comparison.reasons[0].startswith('"56 mg" → "84 mg"')


@pytest.mark.parametrize(("old", "new", "again", "words", "kind"), REAL)
def test_looking_again_never_hides_a_real_change(old, new, again, words, kind):
    """The same further look twice, and a look equal to the first, tell what one further look tells."""
    once = compare(text(*old), text(*new), again=text(*again))
    for looks in ([text(*again)] * 2, [text(*new), text(*again)], [text(*again), text(*new)]):
        assert compare(text(*old), text(*new), again=looks).edits == once.edits


def test_a_change_far_from_what_is_unstable_is_not_shaky():
    """A counter in one line says nothing against an edit in another paragraph."""
    old, new, again = (text(RULE.replace("two", n), TAIL, f"Viewed {v} times") for n, v in
                       (("two", 1), ("three", 2), ("three", 3)))
    comparison = compare(old, new, again=again)
    assert len(comparison.edits) == 1
    assert not comparison.shaky
    assert not compare(old, new).shaky
    assert compare(old, new, again=[]) == compare(old, new)


def seen_rotating(*page: str) -> tuple[str, ...]:
    """What is remembered of a page whose last line rotates between all tips."""
    lines = list(page)
    looks = [text(*lines, tip) for tip in (P, Q, WARNING)]
    remembered: list[str] = []
    for look in looks[1:]:
        remembered += compare(looks[0], looks[0], again=look).unstable
    return tuple(remembered)


PAGE = RULE, TAIL, "Tips of the day"


@pytest.mark.parametrize("again", [None, [*PAGE, P]], ids=["one look", "two looks"])
@pytest.mark.parametrize("tip", [P, Q, WARNING])
def test_a_remembered_line_excuses_no_equal_words_elsewhere(tip, again):
    """A box repeats a warning of the page: when the page drops it, that is told, whatever the box shows."""
    old = text(RULE, WARNING, TAIL, "Tips of the day", Q)
    new = text(*PAGE, tip)
    comparison = compare(old, new, again=text(*again) if again else None, remembered=seen_rotating(*PAGE))
    assert any(edit.before == WARNING for edit in comparison.edits), comparison.silent
    assert rebuild_old(new, comparison) == old.lines


def test_a_remembered_line_is_excused_at_its_place():
    """The box itself turns on in peace, also when the page above it changed."""
    remembered = seen_rotating(*PAGE)
    assert not compare(text(*PAGE, WARNING), text(*PAGE, P), remembered=remembered)
    assert not compare(text(*PAGE), text(*PAGE, WARNING), remembered=remembered)
    changed = compare(text(*PAGE, WARNING), text(RULE.replace("two", "three"), *PAGE[1:], Q), remembered=remembered)
    assert [edit.after for edit in changed.edits] == [RULE.replace("two", "three")]


def test_a_line_that_a_rotating_place_shows_by_chance_is_told_when_it_went():
    """The first look shows the dropped warning in a box below, the second does not: it has left its place."""
    old, new = text(RULE, WARNING, TAIL, "Tips of the day", P), text(*PAGE, WARNING)
    comparison = compare(old, new, again=text(*PAGE, Q))
    assert [(edit.kind, edit.before) for edit in comparison.edits] == [(EditKind.REMOVED, WARNING)]
    assert rebuild_old(new, comparison) == old.lines

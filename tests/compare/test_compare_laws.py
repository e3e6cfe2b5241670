"""Laws of the pieces below the comparison, most of them against the slow and obvious way of doing the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.compare import compare, pairing
from guidetrack.compare.align import Work, align, anchors, increasing, joined
from guidetrack.compare.entries import entries, retitled
from guidetrack.compare.findings import Finding, Matter, steps
from guidetrack.compare.lines import Side
from guidetrack.compare.lists import Lists, order_says_nothing
from guidetrack.compare.phrasing import distinct, exchange, plain, renamed, section_name, shortened
from guidetrack.compare.regroup import regrouped, same_letters, wholly_regrouped
from guidetrack.compare.wording import trivial, turned
from guidetrack.models import Format, Level, OpKind
from tests.compare.texts import check_ops, item, row, section, text

IDS = st.lists(st.integers(0, 6), max_size=12)
WORDS = st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=30).map(" ".join)


# -- align ------------------------------------------------------------------------------------------------------------


@given(IDS, IDS)
def test_shared_runs_are_shared_and_in_order(a: list[int], b: list[int]) -> None:
    """Every run says the same on both sides; runs rise on both and never touch, else they would be one."""
    runs = align(a, b, Work(10_000))
    i = j = -1
    for i0, j0, n in runs:
        assert n > 0
        assert a[i0 : i0 + n] == b[j0 : j0 + n]
        assert i0 >= i
        assert j0 >= j
        assert (i0, j0) != (i, j)
        i, j = i0 + n, j0 + n


@given(IDS, IDS, st.lists(st.integers(10, 12), max_size=3), st.lists(st.integers(10, 12), max_size=3))
def test_a_common_beginning_and_end_are_found_whole(a: list[int], b: list[int], head: list[int],
                                                    tail: list[int]) -> None:
    """What both begin with and end with is shared in full, whatever stands between."""
    runs = align([*head, *a, *tail], [*head, *b, *tail], Work(10_000))
    shared = {(i + k, j + k) for i, j, n in runs for k in range(n)}
    assert {(k, k) for k in range(len(head))} <= shared
    assert {(len(head) + len(a) + k, len(head) + len(b) + k) for k in range(len(tail))} <= shared


@given(st.permutations(range(7)), st.integers(0, 7))
def test_increasing_is_the_longest_that_rises(order: list[int], size: int) -> None:
    """As long as the longest found by trying all, and rising in both members."""
    pairs = list(enumerate(order[:size]))
    chain = increasing(pairs)
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in pairwise(chain))
    assert set(chain) <= set(pairs)
    longest = max(n for n in range(len(pairs) + 1)
                  if any(list(some) == sorted(some) for some in combinations([j for _, j in pairs], n)))
    assert len(chain) == longest


@given(IDS, IDS)
def test_anchors_stand_once_on_each_side(a: list[int], b: list[int]) -> None:
    """Patience: only what is unique in the stretch on both sides, and nothing outside the stretch."""
    found = anchors(a, b, 1, len(a), 0, max(0, len(b) - 1))
    for i, j in found:
        assert a[i] == b[j]
        assert Counter(a[1:])[a[i]] == Counter(b[:-1])[b[j]] == 1
        assert i >= 1
        assert j < len(b) - 1


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=8))
def test_joining_keeps_what_is_shared(parts: list[tuple[int, int]]) -> None:
    """The same places, in as few runs as there are gaps."""
    runs, i, j = [], 0, 0
    for size, gap in parts:
        runs.append((i, j, size))
        i, j = i + size, j + size + gap
    out = list(joined(runs))
    assert [(a + k, b + k) for a, b, n in out for k in range(n)] == [(a + k, b + k) for a, b, n in runs for k in range(n)]
    assert len(out) == (1 + sum(gap > 0 for _, gap in parts[:-1]) if parts else 0)


# -- pairing ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), min_size=3, max_size=3), min_size=1, max_size=4))
def test_pairs_have_the_greatest_sum(scores: list[list[float]]) -> None:
    """Order-keeping pairs, each like enough, with the greatest sum of all such choices."""
    gone, come = range(len(scores)), range(3)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pairing, "similarity", lambda old, new, i, j: scores[i][j])
        pairs = pairing._table(None, None, gone, come)  # type: ignore[arg-type]
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in pairwise(pairs))
    assert all(scores[i][j] >= pairing.FLOOR for i, j in pairs)
    allowed = [(i, j) for i in gone for j in come if scores[i][j] >= pairing.FLOOR]
    best = max(sum(scores[i][j] for i, j in some) for n in range(4) for some in combinations(allowed, n)
               if all(x[0] < y[0] and x[1] < y[1] for x, y in combinations(some, 2)))
    assert sum(scores[i][j] for i, j in pairs) == pytest.approx(best)


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("short", "long", "part"), [
    ("Call the clinic. Rest.", "Call the nurse. Call the clinic. Rest.", "Call the nurse. "),
    ("Call the clinic. Call the doctor. Rest.", "Call the clinic. Call the nurse. Call the doctor. Rest.", "Call the nurse. "),
    ("Measure pulse, weight, and height daily.", "Measure pulse, pressure, weight, and height daily.", "pressure, "),
])
@pytest.mark.parametrize("added", [True, False], ids=["added", "removed"])
def test_a_sentence_or_clause_comes_and_goes_whole(short: str, long: str, part: str, added: bool) -> None:
    """Words that could be marked at several places are marked where a sentence or a clause begins; nothing is lost."""
    before, after = (short, long) if added else (long, short)
    comparison = compare(text(before), text(after))
    check_ops(comparison)
    marked = [op.text for op in comparison.edits[0].ops if op.kind is not OpKind.SAME]
    assert [words.strip(" ,") for words in marked] == [part.strip(" ,")]


# -- phrasing ---------------------------------------------------------------------------------------------------------


@given(WORDS, st.integers(10, 40))
def test_shortened_is_as_long_as_it_may_be(words: str, most: int) -> None:
    """Never longer than allowed, cut between words, and the next word would not have fitted."""
    out = shortened(words, most)
    assert len(out) <= most
    if len(words) <= most:
        assert out == words
        return
    assert out.endswith("…")
    kept, rest = out[:-1], words[len(out) - 1 :]
    assert words.startswith(kept)
    if rest.startswith(" "):
        following = rest.split()[0]
        assert len(kept) + 1 + len(following) + 1 > most


@given(st.text('ab ()[]«»"', max_size=30))
def test_quoted_words_have_brackets_in_pairs(words: str) -> None:
    """What is left of brackets nests; there is no double quote; letters stay as they are."""
    out = plain(words)
    assert '"' not in out
    opened: list[str] = []
    for char in out:
        if char in "([«":
            opened.append(char)
        elif char in ")]»":
            assert opened
            assert opened.pop() == {")": "(", "]": "[", "»": "«"}[char]
    assert not opened
    assert [c for c in out if c in "ab"] == [c for c in words if c in "ab"]


@pytest.mark.parametrize(("title", "name"), [
    ("Monitoring", "Monitoring"),
    ("a" * 40, "a" * 40),
    ("Monitoring of patients: blood pressure, pulse and breathing", "Monitoring of patients"),
    ("Use: blood pressure, pulse and breathing of all the patients", "Use: blood pressure, pulse and…"),
    ("Observation after a dose in the clinic - what to do and what to note down", "Observation after a dose in the clinic…"),
])
def test_a_section_has_a_short_name(title: str, name: str) -> None:
    """At most forty characters, cut where a clause ends; short headings stay as they are."""
    assert section_name(title) == name


def test_a_short_name_keeps_a_word_that_matters() -> None:
    """The word for which the section counts is in its name even where the heading says it late."""
    title = "Requirements for everybody who takes part in the programme, and suicidal thoughts"
    assert section_name(title, keep=["suicidal"]).endswith("… suicidal")
    assert len(section_name(title, keep=["suicidal"])) <= 40
    assert section_name(title, keep=["Programme", "requirements"]) == section_name(title)
    assert section_name("Suicidal thoughts", keep=["dose"]) == "Suicidal thoughts"


@pytest.mark.parametrize(("before", "after", "said"), [
    ("Dose", "Dosage", 'section "Dose" renamed "Dosage"'),
    ("Observation of patients in the clinic after each dose of the spray",
     "Observation of patients at home after each dose of the spray", 'renamed: "in the clinic" → "at home"'),
    ("Observation of patients in the clinic after each dose of the nasal spray",
     "Observation of patients in the clinic after each dose of the spray", 'renamed: "nasal" dropped'),
    ("Observation of patients in the clinic after each dose",
     "Close observation of patients in the clinic after each dose", 'renamed: "Close observation" '),
])
def test_a_renamed_section_quotes_what_differs(before: str, after: str, said: str) -> None:
    """Short names in full; of long ones only the words that are not the same."""
    out = renamed(before, after)
    if said.endswith('"Close observation" '):
        assert '"Observation" → "Close observation"' in out
    else:
        assert said in out


@given(st.text("abc de", max_size=80).map(str.strip), st.text("abc de", max_size=80).map(str.strip), st.integers(40, 140))
def test_an_exchange_keeps_to_its_room(gone: str, come: str, room: int) -> None:
    """Both sides are quoted, and a long one yields its room to a short one."""
    if not (gone or come):
        return
    out = exchange(gone, come, room)
    assert len(out) <= room + 20
    if gone and come and len(gone) + len(come) <= room:
        assert out == f'"{gone}" → "{come}"'
    elif gone and not come:
        assert out.endswith(" dropped")
    elif come and not gone:
        assert out.endswith(" added")


def test_reasons_do_not_say_one_thing_twice() -> None:
    """The same words quoted again, or as part of a phrase that came as well, are one reason; others stay, in order."""
    reasons = ['"one hour" added in A', '"one hour" added in B', '"within one hour" added', '"at least one hour" dropped',
               'new section "C"', '"two" added']
    kept = ['"one hour" added in A', '"at least one hour" dropped', 'new section "C"', '"two" added']
    assert distinct(reasons, 9) == kept
    assert distinct(reasons, 2) == kept[:2]


# -- wording ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gone", "come", "says_nothing"), [
    ("The Dose", "the dose", True), ("dose", "the dose", True), ("dose,", "dose;", True),
    ("centre", "center", True), ("dose", "dose*", False), ("dose", "site", False), ("safe", "unsafe", False),
    ("dose", "dose site", False), ("able", "unable", False), ("mg", "kg", False),
])
def test_what_says_nothing(gone: str, come: str, says_nothing: bool) -> None:
    """Capitals, articles, punctuation and spelling are trivial; a mark of a note, a word, a turning syllable are not."""
    assert trivial(gone, come) is says_nothing
    assert trivial(come, gone) is says_nothing


@pytest.mark.parametrize(("gone", "come", "found"), [
    ("safe", "unsafe", [("safe", "unsafe")]), ("not safe", "not unsafe", [("safe", "unsafe")]),
    ("", "unsafe", []), ("safe", "safe use", []), ("safe", "vouchsafe", []), ("fit", "unfit", []),
])
def test_a_syllable_turns_a_word_round(gone: str, come: str, found: list[tuple[str, str]]) -> None:
    """Word by word, longer than three letters, and only by a syllable that denies."""
    assert turned(gone, come) == found


# -- findings ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("abcd"), max_size=6), st.lists(st.sampled_from("abcd"), max_size=6))
def test_steps_tell_everything_that_is_not_shared(old: list[str], new: list[str]) -> None:
    """What is left over on either side comes out once, in order; equal sequences say nothing."""
    out = list(steps(old, new, str))
    gone, come = [a for a, _ in out if a is not None], [b for _, b in out if b is not None]
    assert (out == []) is (old == new)
    assert Counter(old) - Counter(gone) == Counter(new) - Counter(come)
    assert all(a != b for a, b in out)
    for whole, part in ((old, gone), (new, come)):
        rest = iter(whole)
        assert all(one in rest for one in part)


def test_a_finding_as_a_reason() -> None:
    """Quoted words, the note in brackets, the section; a move says what moved; the weightiest sorts first."""
    finding = Finding(Level.HIGH, Matter.FORCE, "must", "should", "same force")
    assert finding.reason("Use") == '"must" → "should" (same force) in Use'
    assert finding.reason("") == '"must" → "should" (same force)'
    assert finding._replace(gone="", note="").reason("Use") == '"should" added in Use'
    move = Finding(Level.LOW, Matter.MOVE, "", "the list", "", ("", " and 2 lines"))
    assert move.reason("Use") == '"the list" and 2 lines moved in Use'
    assert move._replace(note="from A to B").reason("") == '"the list" and 2 lines moved from A to B'
    assert sorted([move, finding._replace(level=Level.LOW), finding], key=lambda one: one.order)[0] == finding


# -- lists ------------------------------------------------------------------------------------------------------------


def lists(*blocks: object, heading: str = "") -> Lists:
    """The lists of one section."""
    return Lists(Side(text(section(heading, *blocks))))  # type: ignore[arg-type]


def at(of: Lists, words: str) -> int:
    """The place of the line that says so."""
    return of._side.texts.index(words)


def test_a_list_begins_and_ends_with_its_items() -> None:
    """A list is neighbouring items of one section; what stands before it leads it, also where it is the first line."""
    one = lists("Before each dose:", item("weigh"), item("measure"), "After it:", item("observe"), item("call"), item("go"))
    assert one.forms(at(one, "weigh")) == {"weigh", "measure"}
    assert one.forms(at(one, "call")) == {"observe", "call", "go"}
    assert one.start(at(one, "go")) == at(one, "observe")
    assert one.lead(at(one, "measure")) == "Before each dose:"
    assert one.lead(at(one, "go")) == "After it:"
    assert one.lead(at(one, "After it:")) == ""
    bare = lists(item("weigh"), item("measure"))
    assert bare.lead(0) == bare.parent(1) == ""
    assert bare.forms(1) == {"weigh", "measure"}
    headed = lists(item("weigh"), heading="Doses")
    assert headed.lead(at(headed, "weigh")) == ""


def test_a_nested_item_hangs_on_the_one_above() -> None:
    """By level: on the nearest item of a lower one; after it, outer items hang on the lead again."""
    one = lists("Ask for:", item("age"), item("in years", 2), item("rounded", 3), item("in months", 2), item("weight"))
    assert [one.is_nested(at(one, words)) for words in ("age", "in years", "rounded", "in months", "weight")] == [
        False, True, True, True, False]
    assert one.parent(at(one, "rounded")) == "in years"
    assert one.parent(at(one, "in months")) == "age"
    assert one.lead(at(one, "weight")) == "Ask for:"


@pytest.mark.parametrize(("blocks", "heading", "ordered"), [
    (("Before a dose:", item("weigh"), item("measure")), "", False),
    (("In this order:", item("weigh"), item("measure")), "", True),
    (("Before a dose:", item("weigh"), item("then, measure")), "", True),
    (("Before a dose:", item("1. weigh"), item("2. measure")), "", True),
    ((item("weigh"), item("measure")), "Steps in this order", True),
    ((item("weigh"), item("measure")), "What is needed", False),
])
def test_when_the_order_of_a_list_says_something(blocks: tuple[object, ...], heading: str, ordered: bool) -> None:
    """Numbers, words of order before the list, in its heading, or at the start of an item."""
    one = lists(*blocks, heading=heading)
    places = [k for k, kind in enumerate(one._side.kinds) if kind.value == "item"]
    assert [one.is_step(k) for k in places if "1." not in one._side.texts[k] and "2." not in one._side.texts[k]] == [
        ordered for k in places if "1." not in one._side.texts[k] and "2." not in one._side.texts[k]]
    assert one.is_ordered(places[0]) is ordered
    assert not any(one.is_step(k) for k in range(len(one._side)) if k not in places)


def test_an_order_says_nothing_within_one_list_only() -> None:
    """The same lead, or most items in common; never between lists that share one item or hang on different ones."""
    old = lists("Ask for:", item("age"), item("weight"), item("pulse"))
    assert order_says_nothing(old, lists("Ask for:", item("pulse"), item("age"), item("x"), item("y"), item("z")), 1, 2)
    assert order_says_nothing(old, lists("Note:", item("pulse"), item("age"), item("weight")), 1, 2)
    assert not order_says_nothing(old, lists("Note:", item("pulse"), item("age"), item("x"), item("y")), 1, 2)
    assert not order_says_nothing(old, lists("Ask for:", item("age"), item("x")), 1, 1)
    nested = lists("Ask for:", item("a"), item("age", 2), item("weight", 2), item("pulse", 2))
    other = lists("Ask for:", item("b"), item("age", 2), item("weight", 2), item("pulse", 2))
    assert order_says_nothing(nested, nested, 2, 2)
    assert not order_says_nothing(nested, other, 2, 2)
    assert not order_says_nothing(old, nested, 1, 2)


# -- entries ----------------------------------------------------------------------------------------------------------


def feed(*titles: tuple[str, str]) -> Side:
    """Entries by title and body."""
    return Side(text(*(section(title, body) for title, body in titles), format=Format.FEED))


def test_entries_are_told_apart_by_key_and_count() -> None:
    """Each entry has its lines; two of one title are the first and the second."""
    one = feed(("A", "first body"), ("B", "other"), ("A", "second body"))
    found = entries(one)
    assert list(found) == [("A", 0), ("B", 0), ("A", 1)]
    assert [one.texts[lines.start : lines.stop] for lines in found.values()] == [
        ["A", "first body"], ["B", "other"], ["A", "second body"]]


@pytest.mark.parametrize(("body", "same"), [("one two three four five", True), ("one two three four six", True),
                                            ("one two seven eight nine", False), ("", False)])
def test_an_entry_under_a_new_title(body: str, same: bool) -> None:
    """It stands between the same neighbours and says mostly the same words; else it is another."""
    old = feed(("A", "a a"), ("B", "one two three four five"), ("C", "c c"))
    new = feed(("A", "a a"), ("B2", body), ("C", "c c"))
    assert retitled(old, new, entries(old), entries(new)) == ({("B", 0): ("B2", 0)} if same else {})


def test_an_entry_at_another_place_is_not_a_new_title() -> None:
    """Between other neighbours the same words are another entry; equal lists have no new titles."""
    old = feed(("A", "a a"), ("B", "one two three four five"), ("C", "c c"))
    new = feed(("B2", "one two three four five"), ("A", "a a"), ("C", "c c"))
    assert retitled(old, new, entries(old), entries(new)) == {}
    assert retitled(old, old, entries(old), entries(old)) == {}


# -- regroup ----------------------------------------------------------------------------------------------------------


def both(left: Sequence[object], right: Sequence[object]) -> tuple[Side, Side, range, range]:
    """Two sides of loose lines, and all their places."""
    old, new = (Side(text(section("", *blocks))) for blocks in (left, right))  # type: ignore[arg-type]
    return old, new, range(len(old)), range(len(new))


SPLIT: list[tuple[list[object], list[object], bool]] = [
    (["one two three"], ["one", "two three"], True),
    (["one two", "three"], ["one two three"], True),
    (["one two three"], ["one", "two four"], False),
    (["one two three"], ["one", "twothree"], False),
    (["one two", "three four"], ["one", "two three four"], False),
    ([row("age", "two years")], ["age two years"], True),
    (["age two years"], [row("age", "two years")], True),
    (["age two years"], ["age two years"], False),
    ([row("age", "two", "years")], [row("age", "two years")], False),
    ([row("age", "two")], ["age", "two"], True),
    ([row("a", "b"), row("c", "d")], [row("a", "b c", "d")], False),
]


@pytest.mark.parametrize(("left", "right", "same"), SPLIT, ids=[f"{number}" for number in range(len(SPLIT))])
def test_words_cut_into_other_lines(left: list[object], right: list[object], same: bool) -> None:
    """The same words in other lines, or in a table of one row, are one stretch; crossing words and cells are not."""
    old, new, gone, come = both(left, right)
    found = regrouped(old, new, gone, come, Work(1000))
    assert found == ([(0, len(left), 0, len(right))] if same else [])


def test_stretches_are_as_short_as_can_be() -> None:
    """Each split line is its own stretch, what stands between is none."""
    old, new, gone, come = both(["a b", "gone words", "c d e"], ["a", "b", "come here", "c", "d", "e"])
    assert regrouped(old, new, gone, come, Work(1000)) == [(0, 1, 0, 2), (2, 3, 3, 6)]
    assert regrouped(old, new, gone, come, Work(0)) == []
    assert regrouped(old, new, [], come, Work(1000)) == regrouped(old, new, gone, [], Work(1000)) == []


def test_a_text_regrouped_throughout() -> None:
    """All stretches when no word is left over, none when one is; an empty span has none."""
    old, new, _, _ = both(["a b", "c", "d e"], ["a", "b", "c", "d", "e"])
    assert wholly_regrouped(old, new, (0, 3, 0, 5), Work(1000)) == [(0, 1, 0, 2), (1, 2, 2, 3), (2, 3, 3, 5)]
    assert wholly_regrouped(old, new, (0, 3, 0, 4), Work(1000)) == []
    assert wholly_regrouped(old, new, (0, 2, 0, 5), Work(1000)) == []
    assert wholly_regrouped(old, new, (1, 3, 0, 5), Work(1000)) == []
    assert wholly_regrouped(old, new, (0, 0, 0, 5), Work(1000)) == wholly_regrouped(old, new, (0, 3, 1, 1), Work(9)) == []


@pytest.mark.parametrize(("left", "right", "same"), [
    (["a b", "c"], ["a", "b c"], True), ([row("a", "b"), "c"], ["a b", "c"], True), (["ab c"], ["a bc"], True),
    (["a b"], ["a c"], False), (["a b"], ["a b b"], False), ([row("a", "b"), row("c", "d")], ["a b", "c e"], False),
])
def test_the_same_letters(left: list[object], right: list[object], same: bool) -> None:
    """Spaces and bars aside."""
    old, new, _, _ = both(left, right)
    assert same_letters(old, new) is same
    assert same_letters(new, old) is same


# -- the engine -------------------------------------------------------------------------------------------------------


def test_the_first_line_and_its_section() -> None:
    """A line before any heading stands in no section, whether it came or went, alone or first of many."""
    rest = section("Use", "Observe the patient after each dose.", "Measure the blood pressure.")
    shorter, longer = text(rest), text("For adults only.", rest)
    for old, new in ((shorter, longer), (longer, shorter)):
        (edit,) = compare(old, new).edits
        assert edit.section == ()
    (edit,) = compare(text(section("Use", "a b c"), rest), text(rest)).edits[:1]
    assert edit.section == ("Use",)


def test_renumbering_above_counts_only_where_titles_stay() -> None:
    """2.1 became 3.1 because a section came before: no content. Under another title it is content."""
    def label(number: int, title: str, *more: str) -> list[object]:
        return [section(f"{number} {title}", "Words of it."), section(f"{number}.1 Dose of the spray", *more, "One a day.")]

    old = text(section("1 Scope", "For adults."), *label(2, "Use"))  # type: ignore[arg-type]
    new = text(section("1 Scope", "For adults."), section("2 Care", "Observe each patient."), *label(3, "Use"))  # type: ignore[arg-type]
    edits = compare(old, new).edits
    assert edits
    assert all("Care" in edit.after or "Observe" in edit.after for edit in edits)

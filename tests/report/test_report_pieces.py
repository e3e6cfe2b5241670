"""The pieces under every medium: widths, wrapping, shortened passages, dates and counts in words."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import UsageError
from guidetrack.models import Edit, EditKind, Op, OpKind
from guidetrack.report import redline, render, state, words
from guidetrack.report.html import figures, view
from guidetrack.report.width import cells, cut, pad, pieces, wrap
from tests.report import history as h

TEXT = st.text(st.sampled_from("ab cdé 監視は二 e\u0301-/.,…한국"), max_size=120)
OPS = st.lists(st.builds(Op, st.sampled_from(OpKind), st.text(st.sampled_from("word two 監 …"), min_size=1, max_size=200)),
               max_size=12).map(tuple)


@given(TEXT, st.integers(4, 60))
def test_wrap_keeps_every_word_within_the_width(text: str, width: int) -> None:
    """Lines joined give the words back in order; no line is wider unless one word alone is."""
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cells(line) <= width or len(pieces(line.strip())) == 1 for line in lines)


@given(TEXT, st.integers(2, 40))
def test_pad_and_cut_hit_the_column(text: str, width: int) -> None:
    """Padded text ends at or past the column; cut text never passes it; wide characters count twice."""
    assert cells(pad(text, width)) == max(width, cells(text))
    assert cells(cut(text, width)) <= width


def test_wide_characters_take_two_columns() -> None:
    """Columns stay aligned beside Japanese, Korean and combining marks."""
    assert cells("エスケタミン") == 12
    assert cells("e\u0301") == 1
    assert cells("한국") == 4
    assert unicodedata.normalize("NFC", cut("エスケタミン点鼻薬", 8)) == "エスケ…"


@given(OPS, st.integers(10, 400))
def test_shortening_never_loses_a_changed_word(ops: tuple[Op, ...], limit: int) -> None:
    """Every run of removed or added words is whole; only unchanged words give way to a gap."""
    short = redline.shortened(ops, limit=limit)
    assert [op for op in short if op.kind is not OpKind.SAME] == [op for op in ops if op.kind is not OpKind.SAME]
    assert [op.kind for op in short] == [op.kind for op in ops]
    for was, now in zip(ops, short, strict=True):
        head, gap, tail = now.text.partition("…")
        assert was.text == now.text or (gap and was.text.startswith(head.rstrip()) and was.text.endswith(tail.lstrip()))


@given(OPS, st.integers(10, 400))
def test_clipping_stays_in_its_budget(ops: tuple[Op, ...], limit: int) -> None:
    """Clipped runs are the beginning of the runs, never longer than the budget and one gap."""
    clipped = redline.clipped(ops, limit)
    assert sum(len(op.text) for op in clipped) <= limit + len(redline.GAP)
    joined, whole = "".join(op.text for op in clipped), "".join(op.text for op in ops)
    assert joined == whole or whole.startswith(joined.removesuffix(" …").removesuffix("…").rstrip())


def test_a_gap_is_never_inside_a_word() -> None:
    """Twelve words stand on either side of the change, whole, and the change in full."""
    op = h.C_MEDIUM.edits[0]
    marked = redline.marked(redline.shortened(redline.operations(op)))
    assert marked == ("… touched. Sentence 39 of a long passage that nobody touched. Valid for [-30-]{+60+} days. "
                      "Sentence 1 of a long passage that nobody touched. Sentence 2 …")


@pytest.mark.parametrize(("edit", "marked"), [
    (Edit(EditKind.ADDED, (), "", "new"), "{+new+}"), (Edit(EditKind.REMOVED, (), "old", ""), "[-old-]"),
    (Edit(EditKind.MOVED, (), "same", "same"), "same"), (Edit(EditKind.CHANGED, (), "old", "new"), "[-old-]{+new+}")])
def test_an_edit_without_runs_is_marked_whole(edit: Edit, marked: str) -> None:
    """An edit kept without its word runs shows whole blocks."""
    assert redline.marked(redline.operations(edit)) == marked


@pytest.mark.parametrize(("seconds", "said"), [
    (0, "0 s"), (108, "1 m 48 s"), (3_600, "1 h"), (7_500, "2 h 5 m"), (86_400, "1 day"), (90_000, "25 h"),
    (259_200, "3 days"), (-5, "0 s")])
def test_spans(seconds: int, said: str) -> None:
    """Two units at most; whole days as days."""
    assert words.span(timedelta(seconds=seconds)) == said


def test_times_are_in_utc_whatever_comes_in() -> None:
    """A time of another zone is told in UTC, with its zone named; dates do not depend on the machine's language."""
    elsewhere = datetime(2026, 11, 24, 1, 30, tzinfo=timezone(timedelta(hours=5)))
    assert words.moment(elsewhere) == "Mon 23 Nov 2026 20:30 UTC"
    assert words.stamp(elsewhere) == "2026-11-23T20:30:00Z"
    assert words.day(elsewhere) == "23 Nov 2026"
    assert words.day(date(2026, 3, 1), weekday=True, year=False) == "Sun 1 Mar"


def test_ago_turns_from_hours_to_days() -> None:
    """Hours up to two days, then days."""
    now = datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert words.ago(now - timedelta(hours=30), now) == "Sun 22 Nov 2026, 30 h ago".replace("Sun 22", "Mon 23")
    assert words.ago(now - timedelta(days=2), now) == "Sun 22 Nov 2026, 2 days ago"
    assert words.ago(now + timedelta(hours=1), now) == "Tue 24 Nov 2026 07:00 UTC"


def test_the_glance_counts_what_the_report_shows() -> None:
    """Changes, decisions that are needed, and everything that could not be checked, each counted once."""
    assert state.glance(h.RUN_REPORT) == (
        "7 changes in 20 sources. 4 need a decision. 5 sources could not be checked (2 overdue, 2 late, 1 held). "
        "1 source gone.")
    assert state.glance(h.QUIET_RUN) == "No changes in 2 sources."


def test_troubles_are_worst_first_and_complete() -> None:
    """Every outcome that is not good stands among the troubles, overdue before late before held before gone."""
    found = state.troubles(h.RUN_REPORT)
    assert [trouble.word for trouble in found] == ["overdue", "overdue", "late", "late", "held", "gone"]
    assert {trouble.source.id for trouble in found} == {o.source.id for o in h.OUTCOMES if not o.kind.good}


def test_calendar_shows_the_worst_and_the_missing_days() -> None:
    """A day nobody looked is a dot; a missed day a cross; what happened worst in a step of days wins."""
    drawn = str(view.context(h.WEEK_REPORT)["calendar"])
    assert drawn.count(figures._CELLS["bad"].split("m", 1)[1]) == 1 + 7 + 7 + 2 + 2 + 1
    assert 'class="heldc"' in drawn
    year = replace(h.WEEK_REPORT, since=h.NOW - timedelta(days=365))
    assert "the worst of every 6 days" in str(view.context(year)["calendar"])


def test_pictures_are_named_and_described() -> None:
    """Each picture has a title and a description that says its numbers in words."""
    made = view.context(h.WEEK_REPORT)
    assert "Payer X: 1 medium" in made["timeline"]
    for picture in (made["timeline"], made["calendar"]):
        assert 'role="img"' in picture
        assert "<title " in picture
        assert "<desc " in picture


def test_an_unknown_format_names_the_known_ones() -> None:
    """render says which formats there are."""
    with pytest.raises(UsageError, match="html, mail, text, json, csv, xlsx, atom"):
        render(h.QUIET_RUN, "docx")

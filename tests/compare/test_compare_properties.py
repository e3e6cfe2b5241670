"""Laws of the comparison, on generated texts: lossless, silent on equals, the same twice."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidetrack.compare import compare, rebuild_new, rebuild_old
from guidetrack.models import Block, BlockKind, Format, Section, Text
from tests.compare.texts import check_ops, item, para, row, section

PHRASES = [
    "Patients must be monitored for at least two hours",
    "0.5 mg/kg over 40 minutes",
    "see section 5.2",
    "(5.1)",
    "56 mg",
    "may not",
    "should",
    "unless",
    "21 CFR 1306.07",
    "J0013",
    "≥ 65 years",
    "“quoted”",
    "it’s",
    "l'état",
    "ÉTAT",
    "e\u0301tat",
    "用于治疗抑郁症",
    "两小时",
    "การรักษา",
    "θεραπεία",
    "Лечение депрессии",
    "علاج الاكتئاب",
    "טיפול",
    "हिन्दी में",
    "한국어 문장",
    "日本語のテキスト",
    "😀👩‍⚕️",
    "\ud800",
    "\x00",
    "a\u00adb",
    "\u200b",
    "ﬁrst",
    "1.",
    "a)",
    "Yes",
    "N/A",
    "|",
    "two",
    "2",
    "(c)",
    "Page 3",
    "https://example.gov/a.pdf",
    "mail@example.gov",
    "İ",
    "ß",
    "ǆ",
    "\U0001f600",
    "12:30",
]
words = st.sampled_from(PHRASES) | st.text(
    st.characters(exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1, max_size=6
)
lines = st.lists(words, min_size=1, max_size=8).map(" ".join).filter(str.strip)
headings = (
    st.sampled_from(
        ["1 Uses", "2 Uses", "5.1 Monitoring", "5.2 Monitoring", "Boxed warning", "A. Dose", "Article 5", "Table 2"]
    )
    | lines
)
blocks = st.one_of(
    lines.map(para),
    lines.map(item),
    st.lists(lines, min_size=1, max_size=3).map(lambda cells: row(*cells)),
    st.builds(Block, st.sampled_from(BlockKind), lines),
)
sections = st.builds(
    lambda heading, made, key: section(heading, *made, key=key),
    st.just("") | headings,
    st.lists(blocks, max_size=7),
    st.sampled_from(["", "", "k1", "k2", "k3"]),
)
formats = st.sampled_from([Format.HTML, Format.HTML, Format.PDF, Format.FEED, Format.JSON])
languages = st.sampled_from(["", "en", "de", "fr", "es-MX", "zh"])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Text, Text, Text]:
    """A text, a revision of it, and a second look at the revision."""
    old = draw(st.lists(sections, max_size=4))
    new = _revised(draw, old)
    again = _revised(draw, new) if draw(st.booleans()) else new
    form, language = draw(formats), draw(languages)
    first, second, third = (Text(tuple(part), language=language, format=form) for part in (old, new, again))
    return first, second, third


def _revised(draw: st.DrawFn, old: list[Section]) -> list[Section]:
    """Lines edited, moved, dropped, copied; sections moved, renamed, dropped, added."""
    new = list(old)
    for _ in range(draw(st.integers(0, 5))):
        what = draw(st.integers(0, 8))
        if not new or what == 0:
            new.insert(draw(st.integers(0, len(new))), draw(sections))
            continue
        at = draw(st.integers(0, len(new) - 1))
        target = draw(st.integers(0, len(new) - 1))
        if what == 1:
            new.insert(target, new.pop(at))
        elif what == 2:
            new.pop(at)
        elif what == 3 and new[at].path:
            new[at] = Section((draw(headings),), 1, new[at].blocks, new[at].key)
        else:
            _revise_blocks(draw, new, at, target, what)
    return new


def _revise_blocks(draw: st.DrawFn, new: list[Section], at: int, target: int, what: int) -> None:
    made = list(new[at].blocks)
    if not made or what == 4:
        made.insert(draw(st.integers(0, len(made))), draw(blocks))
    else:
        k = draw(st.integers(0, len(made) - 1))
        if what == 5:
            made.append(made.pop(k))
        elif what == 6:
            taken = made.pop(k)
            other = new[target]
            if target != at:
                new[target] = Section(other.path, other.level, (*other.blocks, taken), other.key)
        else:
            parts = made[k].text.split(" ")
            n = draw(st.integers(0, len(parts) - 1))
            parts[n : n + draw(st.integers(0, 1))] = [draw(words)]
            text = " ".join(parts)
            if text.strip():
                made[k] = Block(made[k].kind, text, made[k].level, made[k].key)
    new[at] = Section(new[at].path, new[at].level, tuple(made), new[at].key)


def holds(texts: tuple[Text, Text, Text]) -> None:
    """All laws on one pair."""
    old, new, again = texts
    for second in (None, again):
        comparison = compare(old, new, again=second)
        check_ops(comparison)
        assert rebuild_old(new, comparison) == old.lines
        assert rebuild_new(old, comparison) == new.lines
        assert comparison == compare(old, new, again=second)
        places = [edit.old_at for edit in (*comparison.edits, *comparison.silent) if edit.old_at is not None]
        assert len(places) == len(set(places))
        for edit in comparison.edits:
            assert edit.reasons
            assert edit.old_at is None or old.lines[edit.old_at] == edit.before
            assert edit.new_at is None or new.lines[edit.new_at] == edit.after
        assert bool(comparison.summary) == bool(comparison.edits)
    if old.digest == new.digest:
        assert not compare(old, new)
    assert bool(compare(old, new)) == bool(compare(new, old))
    for same in (old, new):
        assert not compare(same, same)


relaxed = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)


@settings(relaxed, max_examples=600)
@given(pairs())
def test_laws(texts):
    """Either text is rebuilt exactly; equal digests and equal texts give nothing; both directions agree."""
    holds(texts)


@pytest.mark.soak
@pytest.mark.parametrize("batch", range(10))
def test_laws_at_length(batch):
    """The same laws on 10,000 more pairs, in batches that differ."""

    @settings(relaxed, max_examples=1_000, derandomize=False)
    @given(pairs())
    def many(texts: tuple[Text, Text, Text]) -> None:
        holds(texts)

    many()

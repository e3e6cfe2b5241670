"""Bounded by work, not by clock: what is too much is told whole and called coarse, and stays correct."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from guidetrack.compare import compare, rebuild_new, rebuild_old
from guidetrack.compare.align import Work, align, encode, search
from guidetrack.compare.fold import Folder
from guidetrack.compare.tokens import cut
from tests.compare.texts import check_ops, section, text


def lines(count: int, texts: int, seed: int) -> list[str]:
    """``count`` lines drawn from ``texts``."""
    rng = random.Random(seed)
    return [f"Line number {rng.randrange(texts)} of the list of all." for _ in range(count)]


def sound(old, new):
    """Compare; check the laws and that a second comparison is the same."""
    comparison = compare(old, new)
    assert comparison == compare(old, new)
    assert rebuild_old(new, comparison) == old.lines
    assert rebuild_new(old, comparison) == new.lines
    check_ops(comparison)
    return comparison


def test_lines_that_never_line_up_are_coarse():
    """Thousands of lines drawn from few: correct, repeatable and called coarse."""
    assert sound(text(*lines(4_000, 20, 1)), text(*lines(4_000, 20, 2))).coarse


def test_more_edits_than_can_be_read_are_coarse():
    """Past the bound of reading, edits are told whole; those before it word by word."""
    old = text(*(f"Site {n} holds 28 mg." for n in range(6_000)))
    new = text(*(f"Site {n} holds 56 mg." for n in range(6_000)))
    comparison = sound(old, new)
    assert comparison.coarse
    assert comparison.level == "high"
    assert comparison.edits[0].marked == "Site 0 holds [-28 mg-]{+56 mg+}."
    assert comparison.edits[-1].marked == "[-Site 5999 holds 28 mg.-]{+Site 5999 holds 56 mg.+}"
    assert [edit.coarse for edit in comparison.edits] == sorted(edit.coarse for edit in comparison.edits)


def test_one_word_at_the_end_of_a_megabyte():
    """A document that is one line: the one word that changed is marked, and weighed."""
    body = " ".join(f"word{n % 977}" for n in range(120_000))
    comparison = sound(text(section("Use", body + " must stop")), text(section("Use", body + " may stop")))
    (edit,) = comparison.edits
    assert edit.marked.endswith(" [-must-]{+may+} stop")
    assert comparison.level == "high"


def test_a_line_too_long_to_cut_is_told_whole():
    """Past the bound of one line, both versions are given as they are."""
    old, new = "a b " * 500_000, "a c " * 500_000
    comparison = sound(text(old.strip()), text(new.strip()))
    assert comparison.coarse
    assert [op.kind for op in comparison.edits[0].ops] == ["deleted", "inserted"]


def test_unrelated_paragraphs_are_bounded():
    """Two long paragraphs over one vocabulary: bounded, lossless, the same twice."""
    rng = random.Random(7)
    sides = (" ".join(f"w{rng.randrange(60)}" for _ in range(12_000)) for _ in range(2))
    assert sound(*(text(side) for side in sides)).coarse


def test_work_is_counted_in_steps():
    """The same input spends the same work; without work nothing is found, and the search says so."""
    a, b = [n * 7 % 50 for n in range(300)], [n * 11 % 50 for n in range(300)]
    first, second, none = Work(10**9), Work(10**9), Work(0)
    assert search(a, b, first) == search(a, b, second)
    assert first.left == second.left < 10**9
    assert not first.exhausted
    assert align(a, b, none) != align(a, b, first) or none.exhausted
    assert none.exhausted


def test_every_code_point_but_surrogates_carries_an_id():
    """Ids on both sides of the surrogates become distinct, valid characters, up to the last code point."""
    codes = encode([0, 0xD7FE, 0xD7FF, 1_112_062])
    assert len(set(codes)) == 4
    assert not any(0xD800 <= ord(code) < 0xE000 for code in codes)
    assert ord(codes[-1]) == 0x10FFFF


def test_more_distinct_words_than_code_points():
    """1.2 million distinct words in one line pair: anchors carry the alignment, nothing overflows."""
    a = list(range(1_200_000))
    assert align(a, [*a[:600_000], -1, *a[600_001:]], Work(10**6)) == [(0, 0, 600_000), (600_001, 600_001, 599_999)]


@pytest.mark.parametrize(
    "line",
    [
        "Give 0.5 mg/kg over 40 minutes",
        "\ud800 lone \udfff",
        "",
        "   ",
        "用于治疗",
        "e\u0301tat l'œuvre",
        "👩‍⚕️ 5:30",
        "ก็ไม่ควร",
        "हिन्दी में",
        "\x00\x01",
        "“two”",
        "≥ 65 and 21 CFR 1306.07(a)",
    ],
)
def test_cutting_loses_nothing(line):
    """Words and spaces joined give the line back."""
    words = cut(line, Folder("en"))
    assert words.join(0, len(words)) == line


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("give 0.5 mg/kg now", "0.5 mg/kg"),
        ("give 56 mg now", "56 mg"),
        ("aged ≥ 65 or so", "≥ 65"),
        ("in 21 CFR 1307.41 only", "21 CFR 1307.41"),
        ("code J0013 is", "J0013"),
        ("the patient's own", "patient's"),
        ("audio-only calls", "audio-only"),
        ("on 2025-12-31 it", "2025-12-31"),
        ("between 28–84 mg", "28–84 mg"),
        ("un e\u0301tat clair", "e\u0301tat"),
        ("at 12:30 sharp", "12:30"),
        ("में हिन्दी है", "हिन्दी"),
    ],
)
def test_what_is_one_word(line, word):
    """Numbers keep their units, words their marks."""
    assert word in cut(line, Folder("en")).texts


@pytest.mark.parametrize(("line", "count"), [("用于治疗抑郁症", 7), ("两小时", 3)])
def test_scripts_without_spaces_go_one_by_one(line, count):
    """Each character is a word of its own."""
    assert len(cut(line, Folder("zh"))) == count


def test_importing_the_package_is_light():
    """``import guidetrack.compare`` loads neither diff-match-patch nor the vocabulary."""
    code = ("import sys; before = set(sys.modules); import guidetrack.compare; "
            "print({'diff_match_patch', 'tomllib', 'difflib'} & (set(sys.modules) - before))")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"

"""What hangs on which item is content; how the markup says so is not."""

from __future__ import annotations

import pytest

from guidetrack.extract import extract
from guidetrack.models import Block, BlockKind, Format, Section, Text

NESTED = ("<ul><li>The patient must have one of:<ul><li>two failed treatments</li><li>acute suicidal thoughts</li></ul></li>"
          "<li>a trained observer</li></ul>")


def digest(inside: str) -> str:
    """The digest of a page whose document is ``inside``."""
    return extract(f"<html><body><main><h1>Criteria</h1><p>Before treatment:</p>{inside}</main></body></html>".encode(),
                   "text/html").digest


@pytest.mark.parametrize("other", [
    "<ul><li>The patient must have one of:<ul><li>two failed treatments</li></ul></li><li>acute suicidal thoughts</li>"
    "<li>a trained observer</li></ul>",
    "<ul><li>The patient must have one of:</li><li>two failed treatments</li><li>acute suicidal thoughts</li>"
    "<li>a trained observer</li></ul>",
    "<ul><li>The patient must have one of:<ul><li>two failed treatments</li><li>acute suicidal thoughts</li>"
    "<li>a trained observer</li></ul></li></ul>",
], ids=["one leaves", "all leave", "one joins"])
def test_leaving_a_list_within_a_list_is_content(other: str):
    """The same words in the same order under another item are another rule."""
    assert digest(other) != digest(NESTED)


@pytest.mark.parametrize("other", [
    f"<ul>{NESTED}</ul>", f"<div><section>{NESTED}</section></div>", NESTED.replace("ul>", "ol>"),
    NESTED.replace("one of:<ul>", "one of:</li><ul>").replace("</ul></li><li>a trained", "</ul><li>a trained"),
    NESTED.replace("<li>", "<li><p>").replace("<ul><li><p>two", "</p><ul><li><p>two"),
    NESTED.replace("one of:<ul>", "one of:<ul><ul>").replace("</ul></li><li>a trained", "</ul></ul></li><li>a trained"),
], ids=["wrapped once more", "in boxes", "numbered", "beside its item", "paragraphs in items", "two levels at once"])
def test_other_markup_of_the_same_list_is_no_content(other: str):
    """What a reader sees hang on what is the same."""
    assert digest(other) == digest(NESTED)


def lines(levels: list[int], format: Format = Format.HTML) -> Text:
    """Items of these depths."""
    return Text((Section(("H",), 1, tuple(Block(BlockKind.ITEM, f"item {n}", n_) for n, n_ in enumerate(levels))),),
                format=format)


def test_flat_lists_keep_their_old_digest():
    """Depth that all items share says nothing; in a PDF none does."""
    assert lines([1, 1, 1]).digest == lines([3, 3, 3]).digest == lines([1, 2, 3], Format.PDF).digest
    assert lines([1, 2, 3]).digest != lines([1, 2, 2]).digest
    assert lines([2, 1, 2]).digest == lines([5, 1, 4]).digest


def test_a_hostile_nest_stays_small():
    """Ten thousand lists in each other are marked no deeper than a bound."""
    assert lines(list(range(1, 10_001))).digest == lines(list(range(1, 20_001, 2))).digest

"""Whole pages in the manner of the systems that publishers use: planted edits are told, variations are not."""

from __future__ import annotations

import pytest
from planted import Planted, Swap
from planted_boards import PAGES as BOARDS
from planted_oddities import PAGES as ODDITIES
from planted_payers import PAGES as PAYERS
from planted_regulators import PAGES as REGULATORS

from guidetrack.compare import compare
from guidetrack.extract import extract
from guidetrack.models import Text

PAGES = (*REGULATORS, *BOARDS, *PAYERS, *ODDITIES)


def read(markup: str) -> Text:
    """The text of a page."""
    return extract(markup.encode(), "text/html; charset=utf-8", "https://agency.example/guidance/ketamine")


def named(part: str) -> list[object]:
    """Every planted ``part`` with its page, and an id."""
    return [pytest.param(page, swap, id=f"{page.name}-{number}")
            for page in PAGES for number, swap in enumerate(getattr(page, part))]


@pytest.mark.parametrize(("page", "swap"), named("edits"))
def test_edits_are_told(page: Planted, swap: Swap):
    """A dose, a negation, a deadline, a cell, a note, a notice, the target of a link: wherever it stands."""
    assert compare(read(page.markup), read(page.swapped(swap))), swap


@pytest.mark.parametrize(("page", "swap"), named("noise"))
def test_variations_are_not_told(page: Planted, swap: Swap):
    """Counters, menus, cookies, related links, dates of update and what only machines read."""
    comparison = compare(read(page.markup), read(page.swapped(swap)))
    assert not comparison, comparison.summary

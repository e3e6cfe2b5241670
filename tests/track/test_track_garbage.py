"""The cycle collector belongs to the whole process: a check borrows it and gives it back."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from guidetrack.track.garbage import SELDOM, seldom_collected
from tests.support.site import Site
from tests.support.watched import Watched, page


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_seldom_inside_and_as_before_afterwards() -> None:
    """Inside, the youngest generation is collected seldom; an error gives the collector back as well."""
    gc.set_threshold(700, 10, 11)
    with pytest.raises(ZeroDivisionError), seldom_collected():
        assert gc.get_threshold()[0] == SELDOM
        _ = 1 / 0
    assert gc.get_threshold() == (700, 10, 11)


@pytest.mark.parametrize("theirs", [0, SELDOM, 10 * SELDOM])
def test_what_a_program_chose_is_left(theirs: int) -> None:
    """A program that collects never, or more seldom than we would, goes on so."""
    gc.set_threshold(theirs, 10, 10)
    with seldom_collected():
        assert gc.get_threshold() == (theirs, 10, 10)
    assert gc.get_threshold() == (theirs, 10, 10)


def test_what_is_changed_meanwhile_stays() -> None:
    """A threshold that somebody sets during a check is theirs, not ours to take back."""
    gc.set_threshold(700, 10, 10)
    with seldom_collected():
        gc.set_threshold(5000, 5, 5)
    assert gc.get_threshold() == (5000, 5, 5)


def test_a_check_gives_it_back(watched: Watched, site: Site) -> None:
    """Also when it is left in the middle."""
    gc.set_threshold(700, 10, 10)
    for name in "ab":
        site.page(f"/{name}", page())
        watched.add(name)
    with watched.open() as tracker:
        outcomes = tracker.check()
        next(outcomes)
        assert gc.get_threshold()[0] == SELDOM
        outcomes.close()  # type: ignore[attr-defined]
    assert gc.get_threshold() == (700, 10, 10)

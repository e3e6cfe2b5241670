"""The cycle collector during a check: seldom, because pages leave hardly any cycles behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 20_000
"""Objects made and not freed between two collections of the youngest generation; Python's own 700 find nothing."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Collect more seldom inside, and as before afterwards.

    The collector belongs to the whole process: a program that collects more seldom already, or changes it meanwhile,
    is left as it is (docs/decisions/1001).
    """
    before = gc.get_threshold()
    if not 0 < before[0] < SELDOM:
        yield
        return
    ours = SELDOM, *before[1:]
    gc.set_threshold(*ours)
    try:
        yield
    finally:
        if gc.get_threshold() == ours:
            gc.set_threshold(*before)

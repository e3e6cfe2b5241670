"""A comparison and one of its texts → the lines of the other, exactly."""

from __future__ import annotations

from collections.abc import Iterable

from guidetrack.models.change import Comparison
from guidetrack.models.text import Text


def old_lines(new: Text, comparison: Comparison) -> tuple[str, ...]:
    """The lines of the old text."""
    every = (*comparison.edits, *comparison.silent)
    return _rebuilt(
        new.lines,
        {edit.new_at for edit in every if edit.new_at is not None},
        {edit.old_at: edit.before for edit in every if edit.old_at is not None},
    )


def new_lines(old: Text, comparison: Comparison) -> tuple[str, ...]:
    """The lines of the new text."""
    every = (*comparison.edits, *comparison.silent)
    return _rebuilt(
        old.lines,
        {edit.old_at for edit in every if edit.old_at is not None},
        {edit.new_at: edit.after for edit in every if edit.new_at is not None},
    )


def _rebuilt(lines: Iterable[str], touched: set[int], placed: dict[int, str]) -> tuple[str, ...]:
    """Lines nobody touched keep their order and fill the places between those an edit puts in place."""
    rest = iter([line for at, line in enumerate(lines) if at not in touched])
    out: list[str] = []
    while True:
        if len(out) in placed:
            out.append(placed[len(out)])
            continue
        line = next(rest, None)
        if line is None:
            return tuple(out)
        out.append(line)

"""Text, Text → Comparison: what changed, where, and why it matters. Pure: no disk, no network, no clock.

Heavy imports wait in the modules behind these functions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from guidetrack.models.change import ComingDate, Comparison
from guidetrack.models.text import Text

if TYPE_CHECKING:
    from guidetrack.compare.vocabulary import Vocabulary

__all__ = ["coming_dates", "compare", "load_vocabulary", "rebuild_new", "rebuild_old"]


def compare(
    old: Text,
    new: Text,
    *,
    again: Text | Sequence[Text] | None = None,
    remembered: Collection[str] = (),
    vocabulary: Vocabulary | None = None,
) -> Comparison:
    """What changed from ``old`` to ``new``; falsy when no content did.

    :param again: a second look at the same page, seconds later, or several further looks. What any of them does not
        share with ``new`` is unstable: set aside, never an edit. What all share is the change.
    :param remembered: what comparisons of this source called ``unstable``: lines known to come and go at their place.
    :param vocabulary: what makes a change matter; the shipped one by default.
    """
    from guidetrack.compare.engine import compare_texts

    return compare_texts(old, new, again=again, remembered=remembered, vocabulary=vocabulary)


def rebuild_old(new: Text, comparison: Comparison) -> tuple[str, ...]:
    """The lines of the old text, exactly, from the new one and the comparison."""
    from guidetrack.compare.rebuild import old_lines

    return old_lines(new, comparison)


def rebuild_new(old: Text, comparison: Comparison) -> tuple[str, ...]:
    """The lines of the new text, exactly, from the old one and the comparison."""
    from guidetrack.compare.rebuild import new_lines

    return new_lines(old, comparison)


def coming_dates(text: Text, *, after: date, until: date) -> tuple[ComingDate, ...]:
    """The binding dates (effective, expiry, deadlines) a text states; soonest first.

    :param after: later than this day. :param until: up to and including this day.
    """
    from guidetrack.compare.dates import binding_dates

    return binding_dates(text, after=after, until=until)


def load_vocabulary(extra: Mapping[str, object] = {}) -> Vocabulary:
    """The shipped vocabulary, with ``extra`` (the table ``vocabulary`` of sources.toml) added to it.

    :raises SourcesError: ``extra`` is not shaped as the vocabulary is.
    """
    from guidetrack.compare.vocabulary import load

    return load(extra)

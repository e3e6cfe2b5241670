"""JSON documents: lists of entries, one section each; records as an outline of their fields."""

from __future__ import annotations

from guidetrack.extract.draft import Draft, Input

VERSION = 1


def read(source: Input) -> Draft:
    """The document as sections. The order of keys and of entries carries no meaning and is made canonical.

    :raises guidetrack.errors.ExtractError: not complete JSON, nested beyond reason, or ``items`` cannot be used.
    """
    from guidetrack.extract.json.document import draft

    return draft(source)

"""XML documents: drug labels (SPL), Federal Register and eCFR, legislation, and any other vocabulary."""

from __future__ import annotations

from guidetrack.extract.draft import Draft, Input

VERSION = 2


def read(source: Input) -> Draft:
    """The document as sections of blocks.

    :raises guidetrack.errors.ExtractError: cut off, malformed, with entities of its own, or nested beyond reason.
    """
    from guidetrack.extract.xml.document import draft

    return draft(source)

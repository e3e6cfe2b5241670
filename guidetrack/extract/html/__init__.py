"""HTML pages: parse, find the document on the page, read it block by block."""

from __future__ import annotations

from guidetrack.extract.draft import Draft, Input

VERSION = 4


def read(source: Input) -> Draft:
    """The page as sections of blocks. See :mod:`guidetrack.extract.html.page`."""
    from guidetrack.extract.html.page import draft

    return draft(source)

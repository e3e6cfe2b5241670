"""PDF documents: reading order, paragraphs across lines and pages, headings, lists, tables; furniture set aside."""

from __future__ import annotations

from guidetrack.extract.draft import Draft, Input

VERSION = 2


def read(source: Input) -> Draft:
    """The document as sections of blocks, each with its page.

    :raises guidetrack.errors.ExtractError: encrypted, cut off, damaged, too large, or without text (scanned).
    """
    from guidetrack.extract.pdf.document import draft

    return draft(source)

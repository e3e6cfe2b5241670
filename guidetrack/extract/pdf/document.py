"""A PDF as a draft: pages, furniture off, columns, lines, paragraphs, sections."""

from __future__ import annotations

from guidetrack.errors import ExtractError
from guidetrack.extract.dates import lift
from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.outline import Outline, fold
from guidetrack.extract.pdf import engine, furniture, lattice, second
from guidetrack.extract.pdf.columns import regions
from guidetrack.extract.pdf.page import Line, Page
from guidetrack.extract.pdf.paragraphs import assemble, body_size
from guidetrack.extract.pdf.structure import outline
from guidetrack.extract.pdf.tables import lines
from guidetrack.extract.pdf.words import Joiner
from guidetrack.models import Block, BlockKind, Section, SetAside, StatedDate

FEW = 60
"""Characters a page on average below which the second engine is asked."""
_GARBLED = 0.3
"""Share of characters without Unicode above which a text is no text."""


def draft(source: Input) -> Draft:
    """The draft of the PDF in ``source.body``; see :func:`guidetrack.extract.pdf.read` for errors."""
    pages = engine.pages(source.body)
    characters = sum(len(run.text) for page in pages for run in page.runs)
    unmapped = sum(page.unmapped for page in pages)
    if characters < FEW * len(pages) or unmapped > _GARBLED * max(characters, 1):
        other = second.texts(source.body)
        words = sum(len(run.text.split()) for page in pages for run in page.runs)
        if sum(len(text.split()) for text in other) > 2 * words:
            return _second(other)
        if not characters:
            raise _no_text(pages)
        if unmapped > _GARBLED * characters:
            raise ExtractError("the PDF's fonts do not say which characters they show: its text cannot be read")
    return _first(pages)


def _first(pages: list[Page]) -> Draft:
    aside = [SetAside(f"page {page.number} is a picture without text", "image only")
             for page in pages if page.images and not page.runs]
    aside += furniture.remove(pages)
    joiner = Joiner(run.text for page in pages for run in page.runs)
    for page in pages:
        lattice.lift(page, joiner)
    columns: list[list[Line]] = [lines(runs, page, joiner) for page, groups in zip(pages, regions(pages), strict=True)
                                 for runs in groups]
    paragraphs = assemble(columns, joiner)
    standing = tuple(Block(BlockKind.PARAGRAPH, text, page=1) for text in furniture.standing(aside))
    found, title = outline(paragraphs, body_size(columns), aside, standing)
    return Draft(found.sections(), title, dates=_dates(aside), set_aside=tuple(aside))


def _dates(aside: list[SetAside]) -> tuple[StatedDate, ...]:
    """Dates that the document states in its running heads ("Last updated …")."""
    heads = dict.fromkeys(line.text for line in aside if line.rule == "running head")
    section = Section((), 0, tuple(Block(BlockKind.PARAGRAPH, text) for text in heads))
    return lift(Draft((section,))).dates


def _second(texts: list[str]) -> Draft:
    """What the second engine read, a paragraph between blank lines."""
    out = Outline()
    for number, text in enumerate(texts, start=1):
        for part in text.split("\n\n"):
            out.text(BlockKind.PARAGRAPH, fold(part), page=number)
    return Draft(out.sections())


def _no_text(pages: list[Page]) -> ExtractError:
    pictures = sum(bool(page.images) for page in pages)
    if pictures:
        return ExtractError(f"the PDF holds only pictures of text ({pictures} of {len(pages)} pages, scanned): "
                            "it has no text to read")
    return ExtractError(f"the PDF has no text on its {len(pages)} pages")

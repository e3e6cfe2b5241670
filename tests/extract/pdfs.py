"""PDFs made for the tests: by reportlab with its typesetter, or drawn word by word."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table, TableStyle

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12, spaceAfter=7)
JUSTIFIED = ParagraphStyle("justified", parent=BODY, alignment=TA_JUSTIFY, hyphenationLang="en_US", embeddedHyphenation=1)
HEAD = ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=14, leading=17, spaceBefore=10, spaceAfter=6)
SUBHEAD = ParagraphStyle("subhead", fontName="Helvetica-Bold", fontSize=12, leading=15, spaceBefore=8, spaceAfter=4)
BULLET = ParagraphStyle("bullet", parent=BODY, leftIndent=18, bulletIndent=6)


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph in a style."""
    return Paragraph(text, style)


def bullet(text: str) -> Paragraph:
    """A list item with a dot."""
    return Paragraph(text, BULLET, bulletText="\u2022")


def ruled(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Table:
    """A table with all its lines drawn; cells wrap."""
    cells = [[Paragraph(cell, BODY) for cell in row] for row in rows]
    return Table(cells, widths, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.6, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]))


def plain_table(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    """A table without lines."""
    return Table([list(row) for row in rows], widths, style=TableStyle([("ALIGN", (0, 0), (-1, -1), "LEFT")]))


def make(flow: Sequence[Any], width: float = 595, height: float = 842, columns: int = 1, margin: float = 60,
         head: Callable[[int], str] | None = None, foot: Callable[[int], str] | None = None, **info: Any) -> bytes:
    """A PDF of ``flow`` in one or more columns, with running head and foot."""
    out = io.BytesIO()

    def decorate(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Times-Roman", 8)
        if head:
            canvas.drawString(margin, height - 30, head(document.page))
        if foot:
            canvas.drawCentredString(width / 2, 25, foot(document.page))

    document = BaseDocTemplate(out, pagesize=(width, height), invariant=1, **info)
    gap, inner = 20, width - 2 * margin
    each = (inner - gap * (columns - 1)) / columns
    frames = [Frame(margin + at * (each + gap), 50, each, height - 100, 0, 0, 0, 0) for at in range(columns)]
    document.addPageTemplates(PageTemplate(frames=frames, onPage=decorate))
    document.build(list(flow))
    return out.getvalue()


def drawn(pages: Sequence[Sequence[tuple[float, float, str]]], size: float = 10, font: str = "Helvetica", **options: Any) -> bytes:
    """A PDF with each text drawn at its place, in the order given."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1, **options)
    for page in pages:
        canvas.setFont(font, size)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def stamped(pages: Sequence[Sequence[tuple[float, float, str]]], mark: str, angle: float, size: float = 11) -> bytes:
    """:func:`drawn` pages over a large grey ``mark`` at an angle, as drafts carry."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    for page in pages:
        canvas.saveState()
        canvas.translate(297, 421)
        canvas.rotate(angle)
        canvas.setFont("Helvetica-Bold", 90)
        canvas.setFillGray(0.8)
        canvas.drawCentredString(0, 0, mark)
        canvas.restoreState()
        canvas.setFont("Times-Roman", size)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()

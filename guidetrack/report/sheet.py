"""The same rows as a workbook: changes, sources and decisions, each on its sheet. Nothing in it is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from guidetrack.models import Report
from guidetrack.report import clean, words
from guidetrack.report.table import (
    CHANGE_COLUMNS,
    STATUS_COLUMNS,
    Cell,
    change_rows,
    status_row,
)

_WIDTHS = {"id": 7, "seen": 21, "when": 21, "publisher": 24, "document": 34, "url": 40, "summary": 60, "reasons": 50,
           "before": 60, "after": 60, "note": 40, "by": 24, "source": 28, "detail": 60}
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}
REVIEW_COLUMNS = ("review", "change", "decision", "by", "role", "note", "when", "meaning", "account", "version")


def workbook(report: Report) -> bytes:
    """The report as an XLSX file. Every text is written as a string cell, so no program computes it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        # the file's own time stamp would make two equal reports differ
        book.set_properties({"title": words.period(report), "comments": words.LIMITS,
                             "created": report.made.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _fill(book.add_worksheet("Changes"), CHANGE_COLUMNS, change_rows(report), bold, wrapped)
        _fill(book.add_worksheet("Sources"), STATUS_COLUMNS, map(status_row, report.coverage), bold, wrapped)
        _fill(book.add_worksheet("Decisions"), REVIEW_COLUMNS, _reviews(report), bold, wrapped)
    return out.getvalue()


def _reviews(report: Report) -> Iterable[list[Cell]]:
    for review in report.reviews:
        yield [review.id, review.change, review.decision.value, clean.cell(review.by), clean.cell(review.role),
               clean.cell(review.note), words.stamp(review.at), clean.cell(review.meaning),
               clean.cell(review.account), clean.cell(review.version)]


def _fill(
    sheet: Worksheet, columns: Sequence[str], rows: Iterable[Sequence[Cell]], bold: object, wrapped: object
) -> None:
    count = 0
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _WIDTHS.get(column, 12), wrapped)
        sheet.write_string(0, at, column, bold)
    for count, row in enumerate(rows, 1):
        for at, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(count, at, value)
            else:
                sheet.write_string(count, at, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(columns) - 1)

"""Changes -> words: terminal, HTML, mail, JSON, CSV, XLSX, Atom. Pure: values in, text or bytes out.

Everything heavy is imported where it is used, so importing this package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidetrack.errors import UsageError

if TYPE_CHECKING:
    from guidetrack.models import Report

__all__ = ["FORMATS", "render"]

FORMATS = ("html", "mail", "text", "json", "csv", "xlsx", "atom")
"""What :func:`render` can write."""


def render(report: Report, format: str, *, width: int = 80, colour: bool = False) -> str | bytes:
    """``report`` in a ``format``, one of `FORMATS`. Pure: no disk, no network.

    :param width: columns for ``text``; 0 for no limit. :param colour: ANSI colours in ``text``.
    :returns: text; bytes for ``xlsx`` and for ``mail`` (one RFC 5322 message).
    :raises UsageError: for an unknown format.
    """
    if format == "html":
        from guidetrack.report.html import page

        return page(report)
    if format == "text":
        from guidetrack.report.plain import report_text

        return report_text(report, width=width, colour=colour)
    if format == "json":
        from guidetrack.report.data import report_json

        return report_json(report)
    if format == "csv":
        from guidetrack.report.table import changes_csv

        return changes_csv(report)
    if format == "xlsx":
        from guidetrack.report.sheet import workbook

        return workbook(report)
    if format == "atom":
        from guidetrack.report.atom import feed

        return feed(report)
    if format == "mail":
        from guidetrack.report.email import sample

        return sample(report)
    raise UsageError(f"No report format {format!r}. There are: {', '.join(FORMATS)}.")

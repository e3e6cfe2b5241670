"""The report as one self-contained HTML file."""

from __future__ import annotations

from html import escape

from guidetrack.models import Report
from guidetrack.report.plain import report_text


def page(report: Report) -> str:
    """The report as an HTML page that loads nothing and runs nothing."""
    return ("<!doctype html><html lang=en><meta charset=utf-8><title>Guidance changes</title><main><pre>"
            f"{escape(report_text(report, width=100))}</pre></main></html>\n")

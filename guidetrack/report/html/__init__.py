"""The report as one self-contained HTML file: no script, no network, a Content-Security-Policy that forbids both."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from guidetrack.models import Report
from guidetrack.report import words
from guidetrack.report.html import view

__all__ = ["environment", "page", "template"]


@cache
def template(name: str) -> str:
    """A packaged template or style sheet as text."""
    return files(__name__).joinpath("templates", name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates: everything printed is cleaned, then escaped; an unknown name is an error."""
    made = Environment(loader=FunctionLoader(template), autoescape=True, undefined=StrictUndefined,
                       finalize=view.finalize, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(view.filters())
    style = template("style.css").strip()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    shared: dict[str, Any] = {
        "style": Markup(style), "style_hash": f"sha256-{digest}", "limits": words.LIMITS,
        "many": view.MANY_EDITS, "listed": view.LISTED_LINES,
    }
    made.globals.update(shared)
    return made


def page(report: Report) -> str:
    """The report as an HTML page that loads nothing and runs nothing (``default-src 'none'``)."""
    return environment().get_template("report.html.j2").render(view.context(report))

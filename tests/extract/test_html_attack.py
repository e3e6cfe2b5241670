"""What an attack on the reader of pages found: edits that must show, furniture that must not."""

from __future__ import annotations

import pytest

from guidetrack.extract import extract
from guidetrack.extract.html.blocks import read_blocks
from guidetrack.extract.html.tree import parse_bs4, parse_lxml
from guidetrack.models import Text

BODY = (
    "<h1>Prescribing of ketamine for depression</h1><p>This guidance describes how clinics should prescribe and administer "
    "ketamine to adults with depression that has not responded to earlier treatment in an adequate dose.</p><p>Prescribers "
    "must record the reasons for treatment, the dose that was given and the time at which the patient was discharged from the "
    "clinic, and keep those records for six years.</p><h2>Monitoring</h2><p>Blood pressure is measured before each session, "
    "forty minutes after the dose and at discharge; clinics keep a written procedure for raised readings.</p>"
)
LINE = "Patients must be observed for @ after the dose."


def page(inside: str, landmark: tuple[str, str] = ("<main>", "</main>"), above: str = "", title: str = "Guidance") -> str:
    """A small regulator's page: menu, document, footer."""
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><header><a href=/>Agency</a><nav>"
        f"<a href=/a>About</a><a href=/b>News</a><a href=/c>Rules</a></nav></header>{above}{landmark[0]}{inside}{landmark[1]}"
        "<footer><p>Agency, 1 Example Street</p><a href=/p>Privacy</a></footer></body></html>"
    )


def read(markup: str) -> Text:
    """The text of a page."""
    return extract(markup.encode(), "text/html", "https://agency.example/page")


def shows(template: str, before: str, after: str) -> bool:
    """Whether an edit in place of ``@`` reaches the compared text."""
    old, new = (read(template.replace("@", words)) for words in (before, after))
    return old.digest != new.digest and after in new.plain


@pytest.mark.parametrize("tail", [
    "<p>@</p>", "<div>@</div>", "@", "<html><body><p>@</p></body></html>", "<h2>Annex</h2><p>@</p>",
])
def test_text_after_the_closing_tag_is_read(tail: str):
    """Browsers show what stands after ``</html>``: both parsers keep it and give the same blocks."""
    markup = f"<html><body>{BODY}</body></html>{tail}"
    assert shows(markup, "two hours", "one hour")
    assert read_blocks(parse_lxml(markup), "") == read_blocks(parse_bs4(markup), "")

"""What a page could try, in every medium: promises 25 to 28 of the design."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import feedparser
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from guidetrack.models import MailSettings
from guidetrack.report import clean, render, terminal
from guidetrack.report.email import deliveries
from guidetrack.report.html.site import pages
from tests.report import history as h
from tests.report.test_report_whole import LOG, mail_of, part, text

DANGEROUS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
                       "\ud800-\udfff]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ANYTHING = st.text(st.characters(codec=None), max_size=200)
TAGS = frozenset(
    """html head meta title style body a header main footer section article nav h1 h2 h3 h4 p span strong div table
    caption thead tbody tr th td ul ol li dl dt dd ins del q blockquote code details summary br figure figcaption svg
    desc path rect circle text b i""".split()  # noqa: SIM905
)
"""The only elements our own templates write."""
PAGES = {
    "run": lambda: text(h.RUN_REPORT, "html"), "week": lambda: text(h.WEEK_REPORT, "html"),
    "mail": lambda: part(h.RUN_REPORT, "html"),
    **{path: (lambda path=path: dict(pages(h.WEEK_REPORT))[path]) for path in
       ("index.html", "sources/hostile-page.html", "changes/0150.html", "changes/0144.html")},
}
SHOWN = {
    "check": lambda colour: terminal.check_lines(h.RUN_REPORT, verbose=True, colour=colour),
    "check in a pipe": lambda colour: terminal.check_lines(h.RUN_REPORT, width=0, colour=colour),
    "changes": lambda colour: terminal.changes_table(h.WEEK_REPORT, colour=colour),
    "status": lambda colour: terminal.status_table(h.COVERAGE, colour=colour),
    "show": lambda colour: terminal.show_change(h.C_HOSTILE, h.HOSTILE, h.REVIEWS, noise=True, colour=colour,
                                                evidence=[(h.PAYLOAD, h.PAYLOAD)]),
    "log": lambda colour: terminal.log_lines(LOG),
    "text": lambda colour: render(h.WEEK_REPORT, "text", colour=colour),
    "json": lambda colour: render(h.RUN_REPORT, "json"),
    "csv": lambda colour: str(render(h.WEEK_REPORT, "csv")).replace("\r\n", "\n"),
    "atom": lambda colour: render(h.WEEK_REPORT, "atom"),
    "mail text": lambda colour: part(h.RUN_REPORT, "plain"),
}


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("colour", [False, True])
def test_nothing_a_terminal_obeys(name: str, colour: bool) -> None:
    """No control sequence, bidi control, backspace or bare CR comes through; of ours only colours."""
    shown = SHOWN[name](colour)
    assert not DANGEROUS.search(COLOUR.sub("", shown) if colour else shown)
    assert "status" in name or "backspace" in shown or "back\\b" in shown, "what stood round the controls is told"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_in_html_is_live(name: str) -> None:
    """Only our own elements, no handler, no script, no address that is not http, nothing loaded."""
    soup = BeautifulSoup(PAGES[name](), "lxml")
    assert {tag.name for tag in soup.find_all()} <= TAGS
    for tag in soup.find_all():
        assert not [key for key in tag.attrs if key.lower().startswith("on") or key in ("src", "srcdoc", "action")]
        assert name == "mail" or "style" not in tag.attrs
        if tag.name == "a":
            ours = r"#[a-z]+(-\d+)?|(\.\./)?((changes|sources)/)?[\w.-]+\.html"
            assert re.fullmatch(rf"https?://[^\s\"'<>]+|{ours}", tag["href"])
    if name != "mail":
        policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
    assert not DANGEROUS.search(soup.get_text())
    assert "7*7" in soup.get_text() or name == "changes/0144.html" or "49" not in soup.get_text()


def test_a_template_is_never_page_text() -> None:
    """Braces of a page are printed, not computed."""
    assert "{{ 7*7 }} {% raw %}" in text(h.WEEK_REPORT, "html")


def test_json_keeps_every_character() -> None:
    """JSON is data: read back it holds what the page said, controls included."""
    told = json.loads(text(h.RUN_REPORT, "json"))
    hostile = next(change for change in told["changes"] if change["id"] == 150)
    assert hostile["reasons"] == [h.PAYLOAD, *h.FORMULAS]
    assert hostile["edits"][0]["before"] == h.C_HOSTILE.edits[0].before
    assert hostile["edits"][0]["marked"] == h.C_HOSTILE.edits[0].marked


def test_no_csv_cell_is_a_formula() -> None:
    """No cell begins with what a spreadsheet takes for a formula, also not where it would split at semicolons."""
    rows = list(csv.reader(io.StringIO(text(h.WEEK_REPORT, "csv"))))
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for value in row:
            assert not re.match("[\\s\"]*[=+\\-@\uff1d\uff0b\uff0d\uff20]", value), value
            assert not re.search(";[\"']*[=@]", value.replace(";'", "")), value


def test_no_workbook_cell_is_a_formula() -> None:
    """The workbook holds no formula, no link and no macro; every text is a string cell."""
    book = render(h.WEEK_REPORT, "xlsx")
    assert isinstance(book, bytes)
    with zipfile.ZipFile(io.BytesIO(book)) as inside:
        for name in inside.namelist():
            content = inside.read(name)
            etree.fromstring(content)
            assert b"<f>" not in content, name
            assert b"<hyperlink" not in content, name
            assert not re.search(r"\.bin$|externalLink", name)


def test_no_header_is_added() -> None:
    """A title with CRLF stays inside the subject: the message has exactly the headers we wrote, once each."""
    settings = MailSettings(to=("a@clinic.example\r\nBcc: evil@evil.example", "B <b@clinic.example>"),
                            from_="guidetrack@clinic.example\r\nX-Evil: 1")
    hostile = h.Report(h.ENDED, "0.1.0", (h.C_HOSTILE,), run=h.RUN, outcomes=h.OUTCOMES[-1:], coverage=h.COVERAGE[-1:])
    for delivery in deliveries(hostile, settings):
        head = delivery.message.split(b"\r\n\r\n", 1)[0]
        names = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
        assert sorted(names) == sorted([b"Subject", b"From", b"Date", b"Auto-Submitted", b"List-Id", b"MIME-Version",
                                        b"Content-Type", b"To", b"Message-ID"])
        assert b"\n" not in delivery.message.replace(b"\r\n", b"")
        assert not DANGEROUS.search(delivery.subject)
    assert "Bcc" not in mail_of(h.RUN_REPORT)


def test_the_feed_is_valid_and_plain() -> None:
    """A feed reader takes the Atom feed without complaint and finds plain text."""
    feed = text(h.WEEK_REPORT, "atom")
    read = feedparser.parse(feed)
    assert not read.bozo
    assert len(read.entries) == 7
    assert len({entry.id for entry in read.entries}) == 7
    assert {content.type for entry in read.entries for content in entry.content} == {"text/plain"}
    links = [link["href"] for entry in read.entries for link in entry.get("links", ())]
    assert len(links) == 6
    assert all(link.startswith("https://www.example.gov/") for link in links)
    root = etree.fromstring(feed.encode())
    assert {tag.tag.split("}")[1] for tag in root.iter()} == {
        "feed", "id", "title", "subtitle", "updated", "generator", "author", "name", "entry", "link", "category",
        "summary", "content"}


def test_site_files_stay_in_their_folder() -> None:
    """A source's id cannot lead out of the folder nor take another one's file."""
    ids = ("../../etc/passwd", "a/b", "CON", "", "a b", "A B", "..", "\x1b[31m")
    statuses = tuple(h.SourceStatus(h.source(id), h.Memory(id)) for id in ids)
    report = h.Report(h.ENDED, "0.1.0", coverage=statuses)
    found = [path for path, _ in pages(report)]
    assert len(found) == len({path.lower() for path in found}) == len(ids) + 1
    assert all(re.fullmatch(r"(index|sources/[a-z0-9_][a-z0-9._-]*)\.html", path) for path in found)


@given(ANYTHING)
def test_line_is_always_safe(value: str) -> None:
    """Whatever comes in, one line without anything to obey comes out, and cleaning it again changes nothing."""
    made = clean.line(value)
    assert not DANGEROUS.search(made)
    assert "\n" not in made
    assert clean.line(made) == made
    made.encode("utf-8")


@given(ANYTHING)
def test_cell_is_never_a_formula(value: str) -> None:
    """No string becomes a cell that begins like a formula."""
    made = clean.cell(value)
    assert not re.match("[\\s\"]*[=+\\-@\t\r]", made)


@given(ANYTHING)
def test_escaped_json_reads_back(value: str) -> None:
    """Escaping loses nothing: the JSON reads back to the same string, and holds nothing dangerous."""
    made = clean.escaped(json.dumps(value, ensure_ascii=False))
    assert json.loads(made) == value
    assert not DANGEROUS.search(made)


@given(st.one_of(ANYTHING, st.from_regex(r"(https?|javascript|data)://?[ -~]*")))
def test_only_plain_http_addresses_become_links(value: str) -> None:
    """An address becomes a link only as plain http or https, with nothing that could leave an attribute."""
    made = clean.web_url(value)
    assert made in ("", value)
    assert not made or (re.match("https?://", made, re.IGNORECASE) and not re.search("[\\s\"'<>`]", made))


@given(ANYTHING)
def test_file_names_are_plain(value: str) -> None:
    """Any text becomes a file name of plain characters that is no device and no hidden file."""
    made = clean.file_name(value)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{,80}", made)
    assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)", made)

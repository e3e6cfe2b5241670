"""PDFs: words into paragraphs, headings, lists and tables, wherever lines, columns and pages break."""

from __future__ import annotations

import io
import random
import shutil

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import BODY, HEAD, JUSTIFIED, SUBHEAD, bullet, drawn, make, paragraph, plain_table, ruled, stamped

from guidetrack.extract import extract
from guidetrack.models import BlockKind, Text
from guidetrack.normal import normal

WORDS = ["administer", "esketamine", "under", "direct", "observation", "of", "a", "healthcare", "provider", "patients", "monitored", "for", "at", "least", "two", "hours", "sedation", "dissociation", "blood", "pressure", "assess", "before", "dosing", "consider", "benefit", "risk", "depressive", "symptoms", "suicidal", "ideation", "treatment", "resistant", "oral", "antidepressant", "induction", "maintenance", "frequency", "individualised", "remission", "response", "registry", "certified", "pharmacy", "dispensing", "requirement", "enrolment", "counselling", "cognitive", "impairment", "interstitial", "cystitis", "bladder", "hepatic", "embryo", "foetal", "toxicity", "nasal", "device", "congestion", "headache", "vomiting", "anxiety", "lethargy", "vertigo", "hypertension", "aneurysm", "arteriovenous", "malformation", "intracerebral", "haemorrhage"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def sentences(seed: int, count: int) -> str:
    """Running text of our own words, the same for the same seed."""
    pick = random.Random(seed)
    out = []
    for _ in range(count):
        words = [pick.choice(WORDS) for _ in range(pick.randint(8, 18))]
        out.append(" ".join(words).capitalize() + ".")
    return " ".join(out)


def read(body: bytes) -> Text:
    """The text of a PDF."""
    return extract(body, "application/pdf")


def kinds(text: Text, kind: BlockKind) -> list[str]:
    """All blocks of one kind."""
    return [block.text for _, block in text.walk() if block.kind is kind]


def test_paragraphs_are_whole_across_lines_and_pages() -> None:
    """A paragraph is one block although lines and a page break cut it; it keeps the page on which it starts."""
    texts = [sentences(seed, 9) for seed in range(14)]
    text = read(make([paragraph(one) for one in texts], height=500))
    assert kinds(text, BlockKind.PARAGRAPH) == texts
    assert {block.page for _, block in text.walk()} >= {1, 2}


def test_hyphens_at_line_ends_are_undone() -> None:
    """Justified text with hyphenation reads as it was written, and keeps the hyphens of its compounds."""
    texts = [f"{sentences(seed, 6)} The long-term, self-administered and follow-up doses stay. {sentences(seed + 50, 3)}" for seed in range(8)]
    text = read(make([paragraph(one, JUSTIFIED) for one in texts], width=330))
    assert kinds(text, BlockKind.PARAGRAPH) == texts


@pytest.mark.parametrize("columns", [2, 3])
def test_columns_are_read_one_after_another(columns: int) -> None:
    """Columns are read down, then across; a paragraph goes on in the next column."""
    texts = [sentences(seed, 7) for seed in range(20)]
    text = read(make([paragraph(one) for one in texts], width=620, columns=columns, margin=40))
    assert kinds(text, BlockKind.PARAGRAPH) == texts


def test_columns_whose_lines_were_written_across_are_still_columns() -> None:
    """Running text in two columns is read by columns even when the writer went across the page line by line."""
    left = sentences(1, 40).split()
    right = sentences(2, 40).split()
    rows = [(" ".join(left[at:at + 6]), " ".join(right[at:at + 6])) for at in range(0, 180, 6)]
    page = [part for at, (one, two) in enumerate(rows) for part in ((40.0, 780.0 - 12 * at, one), (320.0, 780.0 - 12 * at, two))]
    plain = " ".join(read(drawn([page], size=8)).plain.split())
    assert " ".join(left[:180]) in plain
    assert " ".join(right[:180]) in plain


def test_running_heads_feet_and_page_numbers_are_set_aside() -> None:
    """What comes again on every page is set aside with its rule, and no word of it is left in the text."""
    texts = [sentences(seed, 10) for seed in range(16)]
    body = make([paragraph(one) for one in texts], height=420, head=lambda page: "EXAMPLE LABEL Reference ID: 5512345",
                foot=lambda page: f"Page {page}")
    text = read(body)
    assert kinds(text, BlockKind.PARAGRAPH) == texts
    rules = {line.rule for line in text.set_aside}
    assert rules == {"running head", "page number"}
    assert sum(line.text.startswith("EXAMPLE LABEL") for line in text.set_aside) == len(pypdf.PdfReader(io.BytesIO(body)).pages)


def test_alternating_heads_and_plain_numbers() -> None:
    """Heads of even and odd pages and bare page numbers are furniture too."""
    texts = [sentences(seed, 10) for seed in range(24)]
    body = make([paragraph(one) for one in texts], height=400, head=lambda page: "Annals of Examples" if page % 2 else "A study of doses",
                foot=lambda page: str(page + 40))
    assert kinds(read(body), BlockKind.PARAGRAPH) == texts


def test_figures_at_the_edge_of_a_page_are_not_taken_for_furniture() -> None:
    """A table's last row of figures stays, although figures stand at the same height on every page."""
    pages = [[(60.0, 700.0 - 14 * row, f"Dose {row * page * 3 + 7} mg") for row in range(1, 30)] for page in range(1, 5)]
    plain = read(drawn(pages)).plain
    assert all(f"Dose {row * page * 3 + 7} mg" in plain for page in range(1, 5) for row in range(1, 30))


def test_headings_make_sections() -> None:
    """Larger and bolder lines are headings, by size; numbers stay as published."""
    flow = [paragraph("1 INDICATIONS AND USAGE", HEAD), paragraph(sentences(1, 5)), paragraph("1.1 Limitations of use", SUBHEAD),
            paragraph(sentences(2, 5)), paragraph("2 DOSAGE AND ADMINISTRATION", HEAD), paragraph(sentences(3, 5))]
    text = read(make(flow))
    assert [section.path for section in text.sections] == [
        ("1 INDICATIONS AND USAGE",), ("1 INDICATIONS AND USAGE", "1.1 Limitations of use"), ("2 DOSAGE AND ADMINISTRATION",)]
    assert text.title == "1 INDICATIONS AND USAGE"


def test_list_items() -> None:
    """Each item is one block, its dot left out, its lines joined."""
    items = [sentences(seed, 3) for seed in range(4)]
    text = read(make([paragraph("Before each session:"), *map(bullet, items), paragraph(sentences(9, 4))], width=360))
    assert kinds(text, BlockKind.ITEM) == items


def test_numbered_items() -> None:
    """Numbers of items are kept: they are part of what is cited."""
    items = [f"({letter}) {sentences(seed, 2)}" for seed, letter in enumerate("abcd")]
    text = read(make([paragraph(item) for item in items]))
    assert kinds(text, BlockKind.ITEM) == items


ROWS = [("Week", "Dose", "Frequency of administration"), ("Weeks 1 to 4", "56 mg or 84 mg", "Twice a week, under the direct observation of staff"),
        ("Weeks 5 to 8", "56 mg or 84 mg", "Once weekly"), ("Week 9 and after", "56 mg or 84 mg", "Every two weeks or once weekly, least often")]


@pytest.mark.parametrize("widths", [(90, 90, 200), (60, 70, 110)])
def test_ruled_tables_are_read_by_row(widths: tuple[float, ...]) -> None:
    """A row is one block, cells joined by bars, however its cells were wrapped."""
    text = read(make([paragraph(sentences(1, 3)), ruled(ROWS, widths), paragraph(sentences(2, 3))]))
    assert kinds(text, BlockKind.ROW) == [" | ".join(row) for row in ROWS]


def test_tables_without_lines_are_read_by_row() -> None:
    """Cells that stand under one another make rows without any line drawn."""
    rows = [("Code", "Description", "Price"), ("G2082", "Up to 56 mg", "$ 590"), ("G2083", "More than 56 mg", "$ 885"), ("S0013", "Per 1 mg", "$ 10")]
    text = read(make([paragraph(sentences(1, 3)), plain_table(rows, (80, 180, 80)), paragraph(sentences(2, 3))]))
    assert kinds(text, BlockKind.ROW) == [" | ".join(row) for row in rows]


def test_a_row_cut_by_the_page_is_whole() -> None:
    """The cells of a row that goes on overleaf are joined; the head printed again is set aside."""
    rows = [ROWS[0], *((f"Row {at}", f"{at} mg", sentences(at, 2)) for at in range(30))]
    text = read(make([ruled(rows, (70, 60, 200))], height=480))
    assert kinds(text, BlockKind.ROW) == [" | ".join(row) for row in rows]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(300, 560), st.integers(300, 560))
def test_reflow_is_no_change(seed: int, one: int, other: int) -> None:
    """The same words set in another width give the same blocks (on one long page: there nothing is left to guess)."""
    flow = [(f"{number} Heading about {WORDS[(seed + number) % len(WORDS)]}", [sentences(seed + 10 * number + at, 5) for at in range(3)])
            for number in range(1, 4)]

    def pdf(width: int) -> bytes:
        parts = []
        for heading, texts in flow:
            parts += [paragraph(heading, HEAD), *(paragraph(text, JUSTIFIED if seed % 2 else BODY) for text in texts)]
        return make(parts, width=width, height=4000)

    first, second = read(pdf(one)), read(pdf(other))
    assert list(map(normal, first.lines)) == list(map(normal, second.lines))


def test_metadata_alone_is_no_change() -> None:
    """Author, title and dates of the file are not what it says."""
    flow = [sentences(1, 5), sentences(2, 5)]
    one = read(make([paragraph(text) for text in flow], title="One", author="A"))
    other = read(make([paragraph(text) for text in flow], title="Two", author="B", subject="C"))
    assert one.digest == other.digest


def test_one_word_changes_one_block() -> None:
    """One word edited in a long document changes exactly one line of the text."""
    texts = [sentences(seed, 6) for seed in range(30)]
    edited = list(texts)
    edited[17] = edited[17].replace("at least two hours", "at least one hour") if "at least two hours" in edited[17] else edited[17] + " Never."
    one, other = read(make([paragraph(t) for t in texts])), read(make([paragraph(t) for t in edited]))
    assert sum(a != b for a, b in zip(one.lines, other.lines, strict=True)) == 1


def test_another_writer_gives_the_same_text() -> None:
    """The same document written again by pypdf, object streams compressed, reads the same."""
    body = make([paragraph(sentences(seed, 6)) for seed in range(12)], head=lambda page: "A running head of some length")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(body))
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()).digest == read(body).digest


def test_turned_pages_read_like_upright_ones() -> None:
    """Writing along the long side of a page is read along it."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    canvas.translate(560, 40)
    canvas.rotate(90)
    text = sentences(4, 12).split()
    lines = [" ".join(text[at:at + 12]) for at in range(0, len(text), 12)]
    for at, line in enumerate(lines):
        canvas.drawString(0, 480 - 14 * at, line)
    canvas.save()
    assert " ".join(text) in " ".join(read(out.getvalue()).plain.split())


def test_footnotes_do_not_cut_the_paragraph_above() -> None:
    """A note at the foot of the page follows the paragraph that goes on overleaf."""
    out = sentences(3, 40).split()
    lines = [" ".join(out[at:at + 12]) for at in range(0, 240, 12)]
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    for at, part in enumerate((lines[:10], lines[10:])):
        canvas.setFont("Times-Roman", 10)
        for row, line in enumerate(part):
            canvas.drawString(60, 760 - 12 * row, line)
        if not at:
            canvas.setFont("Times-Roman", 7.5)
            canvas.drawString(60, 60, "1 See the note on observation in another document.")
        canvas.showPage()
    canvas.save()
    plain = read(stream.getvalue()).lines
    assert plain[-1].startswith("1 See the note")
    assert len(plain) == 2 or " ".join(lines[9:11]) in " ".join(plain)


PRINTED = """<html lang=en><style>body{font:11pt serif} .two{column-count:2;column-gap:24px;text-align:justify;hyphens:auto}
table{border-collapse:collapse;width:100%} td,th{border:1px solid #444;padding:4px;vertical-align:top}
@page{size:A4;margin:20mm}</style><body><h1>HIGHLIGHTS OF AN EXAMPLE</h1><div class=two>COLUMNS</div><h2>2 DOSAGE</h2>WHOLE
<table><thead><tr><th>Phase</th><th>Week</th></tr></thead><tbody><tr><td>Induction of the example</td><td>Weeks 1 to 4, twice a week</td></tr>
<tr><td>Maintenance</td><td>Once a week</td></tr></tbody></table></body></html>"""


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
def test_a_page_printed_by_chromium() -> None:
    """Another writer: columns, hyphenation, headings, borders as thin boxes, running head and page numbers."""
    from playwright.sync_api import sync_playwright

    columns, whole = [sentences(seed, 6) for seed in range(12)], [sentences(seed, 4) for seed in range(20, 24)]
    page = PRINTED.replace("COLUMNS", "".join(f"<p>{one}" for one in columns)).replace("WHOLE", "".join(f"<p>{one}" for one in whole))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_content(page)
        body = tab.pdf(prefer_css_page_size=True, display_header_footer=True, footer_template="<span style='font-size:8px' class=pageNumber></span>",
                       header_template="<span style='font-size:8px'>Example running head</span>")
        browser.close()
    text = read(body)
    assert text.lines == ("HIGHLIGHTS OF AN EXAMPLE", *columns, "2 DOSAGE", *whole, "Phase | Week", "Induction of the example | Weeks 1 to 4, twice a week",
                          "Maintenance | Once a week")
    assert {line.rule for line in text.set_aside} == {"running head", "page number"}


def test_the_second_engine_is_asked_when_the_first_finds_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """When PDFium finds hardly a word and pypdf many, pypdf's text is the text."""
    from guidetrack.extract.pdf import second

    monkeypatch.setattr(second, "texts", lambda body: ["A whole paragraph of words\nthat the first engine missed.\n\nAnother one."])
    assert read(drawn([[(50, 700, "x")]])).lines == ("A whole paragraph of words that the first engine missed.", "Another one.")


def test_both_engines_agree_on_an_ordinary_document() -> None:
    """pypdf reads the same words from an ordinary PDF: what the cross-check leans on."""
    from guidetrack.extract.pdf import second

    body = make([paragraph(sentences(seed, 6)) for seed in range(10)])
    assert sorted(" ".join(second.texts(body)).split()) == sorted(read(body).plain.split())


def counted(pages: int, rows: int = 20) -> list[list[tuple[float, float, str]]]:
    """Pages whose lines are alike but for numbers that count with the pages, set without a head."""
    return [[(60.0, 780.0 - 15 * row, f"Dose {page + row} of the schedule is {row + 10} mg.") for row in range(rows)]
            for page in range(pages)]


@pytest.mark.parametrize("pages", [2, 3, 6])
def test_lines_whose_numbers_count_with_the_pages_stay_when_they_stand_in_the_text(pages: int) -> None:
    """A schedule that goes on over pages is no running head, though its numbers count along."""
    plain = read(drawn(counted(pages))).plain
    assert all(line in plain for page in counted(pages) for _, _, line in page)


@pytest.mark.parametrize("angle", [30, 45, 60, 90])
def test_a_mark_across_the_page_is_said_once_and_cuts_no_line(angle: int) -> None:
    """DRAFT across every page is content once: when it goes, the document has changed. The text under it stays whole."""
    bare, marked = read(drawn(counted(3), size=11, font="Times-Roman")), read(stamped(counted(3), "DRAFT", angle))
    assert marked.lines == ("DRAFT", *bare.lines)


def test_a_head_that_says_withdrawn_is_content_once() -> None:
    """A running head by which the document speaks of its standing is compared; the others are set aside."""
    def lines(head: str) -> tuple[str, ...]:
        return read(make([paragraph(sentences(seed, 10)) for seed in range(8)], height=420, head=lambda page: head)).lines

    assert lines("Policy 4.2 (WITHDRAWN)") == ("Policy 4.2 (WITHDRAWN)", *lines("Policy 4.2"))


@pytest.mark.parametrize("head", ["Maximum 84 mg", "Do not use at home", "Not approved for depression"])
def test_a_head_that_states_a_rule_is_content_once(head: str) -> None:
    """A bound or a ban in a running head is compared, without the number of the page that stands beside it."""
    def lines(said: str) -> tuple[str, ...]:
        body = [paragraph(sentences(seed, 10)) for seed in range(8)]
        return read(make(body, height=420, head=lambda page: f"{said} | Page {page} of 9")).lines

    assert lines(head) == (head, *lines("Clinic handbook"))

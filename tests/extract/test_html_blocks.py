"""Blocks of a page: kinds, levels, rows, definitions, links; what markup does not change."""

from __future__ import annotations

import pytest

from guidetrack.extract import extract
from guidetrack.models import BlockKind, Text

PARAGRAPH = "Esketamine nasal spray is given under the direct observation of a healthcare provider in a certified setting."


def page(inside: str, head: str = "") -> Text:
    """The text of a page whose document is ``inside``."""
    markup = f"<!doctype html><html lang=en><head><title>T</title>{head}</head><body><main>{inside}</main></body></html>"
    return extract(markup.encode(), "text/html; charset=utf-8", "https://agency.example/guidance/ketamine")


def kinds(text: Text) -> list[tuple[BlockKind, str]]:
    """Kind and text of every line."""
    return [(block.kind, block.text) for _, block in text.walk()]


def test_headings_open_sections_with_their_path():
    """A heading's path holds the headings above it, whatever levels are skipped."""
    text = page("<h1>Guide</h1><h2>Dose</h2><p>One.</p><h4>Elderly</h4><p>Two.</p><h2>Risk</h2><p>Three.</p>")
    assert [section.path for section in text.sections] == [
        ("Guide",), ("Guide", "Dose"), ("Guide", "Dose", "Elderly"), ("Guide", "Risk")]
    assert [section.level for section in text.sections] == [1, 2, 4, 2]


def test_a_role_heading_is_a_heading():
    """What only a role calls a heading opens a section at its stated level."""
    assert page('<div role="heading" aria-level="3">Dose</div><p>One.</p>').sections[0].level == 3


def test_inline_markup_never_splits_a_word():
    """Tags inside words, soft hyphens and wbr leave the word whole; a power stays one: 10⁹ is not 109."""
    text = page("<p>es<b>ket</b>a<wbr>mine C<sub>max</sub> 10<sup>9</sup>/L</p>")
    assert text.lines == ("esketamine Cmax 10⁹/L",)


def test_nested_lists_keep_their_depth():
    """Each item is a block with its depth; a paragraph inside an item belongs to the item."""
    text = page("<ol><li>First<ul><li>Inner</li></ul></li><li><p>Second</p></li></ol>")
    assert [(b.text, b.level) for _, b in text.walk()] == [("First", 1), ("Inner", 2), ("Second", 1)]


def test_rows_carry_their_header_cells():
    """A row joins its cells, knows its header cells and is named by its first cell."""
    text = page("<table><caption>Doses</caption><thead><tr><th>Week</th><th>Dose</th></tr></thead>"
                "<tr><td>1</td><td>56 <b>mg</b></td></tr><tr><td>2<br>to 4</td><td><p>84 mg</p><p>or 56 mg</p></td></tr></table>")
    rows = [block for _, block in text.walk() if block.kind is BlockKind.ROW]
    assert [row.text for row in rows] == ["Week | Dose", "1 | 56 mg", "2 to 4 | 84 mg or 56 mg"]
    assert rows[1].headers == ("Week", "Dose")
    assert rows[1].key == "1"


def test_a_value_that_moves_to_another_column_shows():
    """Empty cells count, also at the ends of a row."""
    one = page("<table><tr><th>A</th><th>B</th></tr><tr><td>Yes</td><td></td></tr></table>")
    two = page("<table><tr><th>A</th><th>B</th></tr><tr><td></td><td>Yes</td></tr></table>")
    assert one.digest != two.digest


def test_a_layout_table_reads_like_a_page():
    """A table that holds headings is layout: its cells are read block by block."""
    text = page(f"<table><tr><td><h2>Rules</h2><p>{PARAGRAPH}</p></td><td>Side</td></tr></table>")
    assert BlockKind.ROW not in [kind for kind, _ in kinds(text)]
    assert "Rules" in text.lines


def test_definitions_join_term_and_definition():
    """A term is joined to its first definition; a term alone is not lost."""
    text = page("<dl><dt>REMS</dt><dd>Risk strategy</dd><dt>MDD:</dt><dd>Major depression</dd><dt>Alone</dt></dl>")
    assert kinds(text) == [(BlockKind.TERM, "REMS: Risk strategy"), (BlockKind.TERM, "MDD: Major depression"),
                           (BlockKind.TERM, "Alone")]


def test_quotes_and_preformatted_text_have_their_kinds():
    """A block quote is a quote; empty lines part preformatted text, other line ends do not."""
    text = page("<blockquote><p>Be careful.</p></blockquote><pre>one\ntwo\n\nthree</pre>")
    assert kinds(text) == [(BlockKind.QUOTE, "Be careful."), (BlockKind.CODE, "one two"), (BlockKind.CODE, "three")]


def test_folded_content_is_content():
    """Text in details, in hidden tab panels and under accordion buttons is read."""
    text = page(f"<details><summary>Dose</summary><p>{PARAGRAPH}</p></details>"
                f'<h3><button aria-expanded="false">Risk</button></h3><div hidden>{PARAGRAPH} {PARAGRAPH}</div>')
    assert "Dose" in text.lines
    assert ("Risk",) in [section.path for section in text.sections]
    assert text.plain.count("direct observation") == 3


@pytest.mark.parametrize(("link", "shown"), [
    ('<a href="/d/label.pdf?utm_source=x&amp;v=3">Label</a>', "Label <https://agency.example/d/label.pdf?v=3>"),
    ('<a href="https://x.example/media/123/download">Label</a>', "Label <https://x.example/media/123/download>"),
    ('<a href="form.DOCX#top">Form</a>', "Form <https://agency.example/guidance/form.DOCX>"),
    ('<a href="/page.html">Page</a>', "Page"),
    ('<a href="/a.pdf;jsessionid=AB12?sid=9"><img src=x alt="The label"></a>', "The label <https://agency.example/a.pdf>"),
])
def test_links_to_documents_show_where_they_lead(link: str, shown: str):
    """A link to a document carries its address without session and tracking parts; a link to a page does not."""
    assert shown in page(f"<h1>X</h1><p>{link}</p>").plain


def test_a_hidden_mail_address_is_decoded():
    """An address hidden under a changing key reads as the address, so it is the same in every answer."""
    def hide(key: int) -> str:
        code = bytes([key, *(byte ^ key for byte in b"info@agency.example")]).hex()
        return page(f'<p>Write to <a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="{code}">'
                    "[email&#160;protected]</a> today.</p>").plain
    assert hide(7) == hide(201) == "Write to info@agency.example today."


def test_alt_text_counts_where_the_image_is_the_content():
    """A figure's alternative text is read; an image beside words adds nothing."""
    assert page('<figure><img alt="Dosing flow chart"></figure><p>Text<img alt="icon"></p>').lines == (
        "Dosing flow chart", "Text")


@pytest.mark.parametrize("change", [
    lambda s: s.replace("<p>", '<p class="x" data-n="81">'),
    lambda s: s.replace("<p>", "<!-- nonce 91 --><p>").replace("</p>", "<script>var a=9</script></p>"),
    lambda s: s.replace(" ", "\n\t "),
    lambda s: s.replace("é", "&eacute;").replace("“", "&#8220;"),
    lambda s: s.replace("é", "e\u0301").replace("“", '"').replace("”", '"'),
    lambda s: s.replace("nasal", "<span>nasal</span>"),
    lambda s: s.replace("<p>", "<div>").replace("</p>", "</div>"),
])
def test_markup_alone_is_no_change(change):
    """Attributes, comments, scripts, white space, entities, normal form and wrappers leave the digest alone."""
    base = "<h1>Guide</h1><p>The “café” nasal spray: 56 mg twice weekly.</p><p>Second.</p>"
    assert page(change(base)).digest == page(base).digest


@pytest.mark.parametrize(("old", "new"), [
    ("twice", "once"), ("56 mg", "65 mg"), ("mg", "g"), ("≥", "≤"), ("must not", "must"), ("<p>Second.</p>", ""),
    ("<td>84</td>", "<td>86</td>"), ("Folded", "Unfolded"),
])
def test_every_small_change_shows(old: str, new: str):
    """One word, digit, unit, comparator, negation, paragraph, cell or folded word changes the digest."""
    base = ("<h1>Guide</h1><p>Give 56 mg twice weekly if age ≥ 18; you must not drive.</p><p>Second.</p>"
            "<table><tr><th>W</th><th>D</th></tr><tr><td>2</td><td>84</td></tr></table>"
            "<details><summary>More</summary>Folded text.</details>")
    assert page(base.replace(old, new)).digest != page(base).digest


def test_the_last_line_of_two_megabytes_shows():
    """Nothing is cut off at the end of a long page."""
    long = "".join(f"<p>Paragraph {n} of a long label about monitoring after each dose.</p>" for n in range(30_000))
    assert page(long + "<p>Last one.</p>").digest != page(long + "<p>Last two.</p>").digest

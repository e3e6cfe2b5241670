"""Plain text and delimited tables; formats that cannot be read are named."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.models import BlockKind, Format, Rules, Text


def read(body: str | bytes, media_type: str = "text/plain", url: str = "") -> Text:
    """The text of plain text."""
    return extract(body if isinstance(body, bytes) else body.encode(), media_type, url, Rules(format=Format.TEXT))


def test_structure() -> None:
    """Paragraphs by blank lines; underlined, capital and numbered headings; items; rules and page marks set aside."""
    text = read("EXAMPLE AGENCY\n\n21 CFR Part 1307\n\nSome text that was\nbroken over long-\nterm lines.\n\nSection One\n-----------\n\n"
                "- first item\n  goes on\n- second item\n\n(a) lettered.\n(b) lettered too.\n\n[[Page 61302]]\n\n1. Scope\n\nIt applies [[Page 61303]] to all.\n\n"
                "______________\n")
    assert text.lines == ("EXAMPLE AGENCY", "21 CFR Part 1307", "Some text that was broken over long-term lines.", "Section One", "first item goes on",
                          "second item", "(a) lettered.", "(b) lettered too.", "1. Scope", "It applies to all.")
    assert [(line.rule, line.text) for line in text.set_aside] == [
        ("page number", "[[Page 61302]]"), ("page number", "[[Page 61303]]"), ("rule", "______________")]
    assert text.title == "EXAMPLE AGENCY"


WORD = st.text("abcdefghij", min_size=1, max_size=9)


@given(st.lists(st.lists(WORD, min_size=1, max_size=40), min_size=1, max_size=6), st.integers(24, 100), st.integers(24, 100))
def test_reflow_is_no_change(paragraphs: list[list[str]], one: int, other: int) -> None:
    """The width at which lines were broken does not matter."""

    def at(width: int) -> str:
        return "\n\n".join(textwrap.fill(" ".join(words) + ".", width) for words in paragraphs)

    assert read(at(one)).lines == read(at(other)).lines


def test_line_ends_do_not_matter() -> None:
    """CR, LF and both together end lines alike."""
    body = "One\ntwo.\n\nThree.\n"
    assert len({read(body.replace("\n", end)).digest for end in ("\n", "\r\n", "\r")}) == 1


def test_comma_separated() -> None:
    """Records are rows with the header's cells, keyed by their first cell; quoted line breaks stay within their row."""
    text = read('REMS,Drug,Goal\nEXAMPLE,"esketamine, nasal","Reduce\nrisk"\nOTHER,x,y\n', "text/csv")
    assert text.lines == ("REMS | Drug | Goal", "EXAMPLE | esketamine, nasal | Reduce risk", "OTHER | x | y")
    rows = [block for _, block in text.walk()]
    assert all(block.kind is BlockKind.ROW for block in rows)
    assert rows[1].key == "EXAMPLE"
    assert rows[1].headers == ("REMS", "Drug", "Goal")


def test_csv_by_address_and_tabs_by_shape() -> None:
    """An address that says CSV, or the same count of tabs on each line, makes a table."""
    assert read("a;b\n1;2\n", "application/octet-stream", "https://x.example/index.cfm?event=csvAllRems.page").lines == ("a | b", "1 | 2")
    assert read("a\tb\tc\n1\t2\t3\n4\t5\t6\n").lines == ("a | b | c", "1 | 2 | 3", "4 | 5 | 6")


def test_prose_with_commas_is_no_table() -> None:
    """Sentences with commas stay sentences."""
    assert len(read("One, two, three.\nFour, five, six.\nSeven, eight, nine.\n").lines) == 1


@pytest.mark.parametrize(("body", "word"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old Office"), (b"{\\rtf1\\ansi Hello}", "RTF"),
    (b"PK\x03\x04" + b"\x00" * 60 + b"xl/workbook.xml", "ZIP"), (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "picture"), (b"   \n \n", "empty")])
def test_what_cannot_be_read_is_named(body: bytes, word: str) -> None:
    """Old office formats, archives and images are refused with a sentence that says what they are."""
    with pytest.raises(ExtractError, match=word):
        extract(body, "application/octet-stream", rules=Rules(format=Format.TEXT))


def test_nul_and_bad_bytes_survive() -> None:
    """NULs go, bytes that are no characters do not stop the rest."""
    assert "end" in read(b"start\x00 \xff\xfe middle \x81 end.").plain


def test_a_very_long_line() -> None:
    """Two megabytes on one line are one paragraph."""
    assert read("word " * 400_000 + "last.").lines[0].endswith("last.")

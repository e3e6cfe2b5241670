"""Word documents, made here part by part."""

from __future__ import annotations

import io
import zipfile

import pytest

from guidetrack.errors import ExtractError
from guidetrack.extract import docx, extract
from guidetrack.models import BlockKind, Format, Rules, Text

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
STYLES = (f'<w:styles {W}><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
          '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="Heading 2"/></w:style>'
          '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="H2"/></w:style></w:styles>')


def p(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of one run, or of the runs given."""
    runs = text if text.startswith("<") else f"<w:r><w:t>{text}</w:t></w:r>"
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{runs}</w:p>"


def make(body: str, **parts: str) -> bytes:
    """A package with this body and further parts (``footnotes="…"``)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>')
        package.writestr("word/styles.xml", STYLES)
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def read(body: bytes) -> Text:
    """The text of a Word document."""
    return extract(body, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


LIST = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
BODY = (p("Example policy", "H1") + p("<w:r><w:t>Two </w:t></w:r><w:r><w:t>hours</w:t><w:tab/><w:t>at least.</w:t></w:r>")
        + p("Monitoring", "Own") + p("First", properties=LIST.format(0)) + p("Inner", properties=LIST.format(1))
        + "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>" + p("Week") + "</w:tc><w:tc>" + p("Dose") + "</w:tc></w:tr>"
        + "<w:tr><w:tc>" + p("1") + "</w:tc><w:tc>" + p("56") + p("mg") + "</w:tc></w:tr></w:tbl>")


def test_structure() -> None:
    """Headings by style and descent, list items with depth, tables by row, runs joined."""
    text = read(make(BODY))
    assert text.lines == ("Example policy", "Two hours at least.", "Monitoring", "First", "Inner", "Week | Dose", "1 | 56 mg")
    assert [one.path for one in text.sections] == [("Example policy",), ("Example policy", "Monitoring")]
    assert [block.level for _, block in text.walk() if block.kind is BlockKind.ITEM] == [1, 2]
    assert text.sections[-1].blocks[-1].headers == ("Week", "Dose")


def test_tracked_changes_are_accepted() -> None:
    """Inserted words are there, deleted ones are not; a deleted paragraph mark joins two paragraphs."""
    body = (p("<w:r><w:t>At least </w:t></w:r><w:del><w:r><w:delText>two</w:delText></w:r></w:del><w:ins><w:r><w:t>three</w:t></w:r></w:ins><w:r><w:t> hours.</w:t></w:r>")
            + p("Joined ", properties="<w:rPr><w:del/></w:rPr>") + p("here.") + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("gone") + "</w:tc></w:tr></w:tbl>")
    assert read(make(body)).lines == ("At least three hours.", "Joinedhere.") or read(make(body)).lines == ("At least three hours.", "Joined here.")


def test_notes_heads_and_boxes() -> None:
    """Footnotes and text boxes are content; headers and footers are set aside."""
    box = ('<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>' + p("In a box.") + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + p("In a box.")
           + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>")
    text = read(make(p("<w:r><w:t>Body.</w:t></w:r>" + box), footnotes=f"<w:footnotes {W}><w:footnote>{p('A note.')}</w:footnote></w:footnotes>",
                     header1=f"<w:hdr {W}>{p('Running head')}</w:hdr>", footer1=f"<w:ftr {W}>{p('Page 1')}</w:ftr>"))
    assert text.lines == ("Body.", "In a box.", "Footnotes", "A note.")
    assert {line.text for line in text.set_aside if line.rule == "running head"} == {"Running head", "Page 1"}


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_torn(share: float) -> None:
    """A torn package is refused."""
    body = make(BODY * 30)
    with pytest.raises(ExtractError):
        extract(body[:int(len(body) * share)], rules=Rules(format=Format.DOCX))


def test_zip_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that unpacks without end is refused before it fills the memory."""
    monkeypatch.setattr(docx, "MAX_PART_BYTES", 100_000)
    with pytest.raises(ExtractError, match="unpacks to more than"):
        read(make(p("x" * 2_000_000)))


def test_entities_and_depth() -> None:
    """The parts are read like any other hostile XML."""
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa">]>' + f"<w:styles {W}>&a;</w:styles>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", f"<w:document {W}><w:body>{p('x')}</w:body></w:document>")
        package.writestr("word/styles.xml", bomb)
    with pytest.raises(ExtractError, match="declarations"):
        read(out.getvalue())
    with pytest.raises(ExtractError, match="deep"):
        read(make("<w:sdt>" * 3000 + "</w:sdt>" * 3000))


def test_old_and_encrypted_documents() -> None:
    """The old binary format is named."""
    with pytest.raises(ExtractError, match=r"\.doc"):
        docx.read(__import__("guidetrack.extract.draft", fromlist=["Input"]).Input(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100))


def test_signs_of_the_symbol_font_are_read() -> None:
    """A limit written with the font Symbol keeps its sign: ≥ and ≤ are different rules. An unknown sign is not dropped."""
    def run(code: str, font: str = "Symbol") -> str:
        return p(f'<w:r><w:t>age </w:t></w:r><w:r><w:sym w:font="{font}" w:char="{code}"/></w:r><w:r><w:t> 18</w:t></w:r>')

    codes = (run("F0B3"), run("F0A3"), run("F04A"), run("2265", "Cambria"), run("D800", "Cambria"), run("zz", "Cambria"))
    assert read(make("".join(codes))).lines == ("age ≥ 18", "age ≤ 18", "age � 18", "age ≥ 18", "age 18", "age 18")


def test_a_table_inside_a_cell_is_read_once() -> None:
    """The rows of an inner table stand in the row that holds them, and nowhere else."""
    inner = "<w:tbl><w:tr><w:tc>" + p("28 mg") + "</w:tc></w:tr></w:tbl>"
    outer = "<w:tbl><w:tr><w:tc>" + p("Dose") + inner + p("") + "</w:tc><w:tc>" + p("Week 1") + "</w:tc></w:tr></w:tbl>"
    assert read(make(outer)).lines == ("Dose 28 mg | Week 1",)

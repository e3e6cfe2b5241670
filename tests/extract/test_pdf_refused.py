"""PDFs that cannot be read are errors with the reason, never a shorter or an empty text."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import drawn, make, paragraph

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.extract.pdf import engine
from guidetrack.models import Format, Rules

TEXT = "Patients must be monitored by a healthcare provider for at least two hours after each dose of the medicine."
BODY = make([paragraph(TEXT) for _ in range(80)])


def refused(body: bytes) -> str:
    """The sentence with which a PDF is refused."""
    with pytest.raises(ExtractError) as caught:
        extract(body, "application/pdf")
    return str(caught.value)


def test_encrypted() -> None:
    """A document that needs a password says so."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(BODY))
    writer.encrypt("secret", "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert "password" in refused(out.getvalue())


def test_protected_against_printing_only_is_read() -> None:
    """An owner's password alone does not keep anyone from reading."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(BODY))
    writer.encrypt("", "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert TEXT in extract(out.getvalue()).plain


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_truncated(share: float) -> None:
    """A torn file is refused, wherever it was torn."""
    assert "cut off" in refused(BODY[:int(len(BODY) * share)])


def test_image_only() -> None:
    """A scanned document has no text; the sentence says that it is pictures."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    pixel = b"P5 8 8 255\n" + bytes(range(64))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.drawImage(ImageReader(io.BytesIO(pixel)), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    assert "pictures" in refused(out.getvalue())


def test_empty_pages() -> None:
    """Pages without any text are no document."""
    assert "no text" in refused(drawn([[], []]))


def test_a_picture_among_pages_of_text_is_listed() -> None:
    """A scanned page in a document with text is set aside where it can be seen."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    pixel = b"P5 8 8 255\n" + bytes(range(64))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for row in range(20):
        canvas.drawString(60, 780 - 14 * row, TEXT[:80])
    canvas.showPage()
    canvas.drawImage(ImageReader(io.BytesIO(pixel)), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    assert any(line.rule == "image only" and "page 2" in line.text for line in extract(out.getvalue()).set_aside)


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of pages is bounded."""
    monkeypatch.setattr(engine, "MAX_PAGES", 3)
    assert "at most 3" in refused(drawn([[(50, 50, "x")]] * 5))


def test_not_a_pdf_after_all() -> None:
    """Bytes that only begin like a PDF are refused."""
    assert refused(b"%PDF-1.7\n" + b"x" * 2000 + b"\n%%EOF")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(BODY) - 1), st.binary(min_size=1, max_size=40))
def test_damage_never_crashes(at: int, junk: bytes) -> None:
    """Junk anywhere gives a text or the error, nothing else."""
    with suppress(ExtractError):
        assert extract(BODY[:at] + junk + BODY[at + len(junk):], rules=Rules(format=Format.PDF)).format is Format.PDF


def test_several_threads_may_read_at_once() -> None:
    """PDFium is not thread-safe; reading from several threads gives what one thread gets."""
    bodies = [make([paragraph(f"{TEXT} Number {number}.") for _ in range(20)]) for number in range(6)]
    alone = [extract(body).digest for body in bodies]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda body: extract(body).digest, bodies)) == alone

"""Binary data where a document was expected is unreadable, and said so; text never is taken for it."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from random import Random

import pytest

from guidetrack.errors import ExtractError
from guidetrack.extract import extract


def zipped() -> bytes:
    """A ZIP archive that is no Word document."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "1,2")
    return file.getvalue()


@pytest.mark.parametrize(("body", "words"), [
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG"), (zipped(), "ZIP"), (gzip.compress(b"<p>Hello</p>", mtime=0), "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old Office"), (Random(1).randbytes(5000), "binary data"),
])
@pytest.mark.parametrize("media_type", ["text/html", "application/octet-stream", ""])
def test_binary_data_is_named(body: bytes, words: str, media_type: str) -> None:
    """Never a text, whatever the server calls it."""
    with pytest.raises(ExtractError, match=words):
        extract(body, media_type=media_type)


@pytest.mark.parametrize("body", [
    "<p>Ünïcode in UTF-16</p>".encode("utf-16"), "<p>déjà vu</p>".encode("latin-1"), b"<p>NUL \0 in \0 text</p>",
    "<p>Кетамин</p>".encode("koi8-r"), "<p>日本語の文書です</p>".encode("shift_jis"), "<p>日本語の文書です</p>".encode("iso-2022-jp"),
    b"Plain text.\n\nTwo paragraphs.", "Größe und Maß\n".encode("cp437"), b"<p>bad \xff\xfe\xfa bytes</p>",
])
def test_text_in_any_encoding_stays_text(body: bytes) -> None:
    """Old encodings, NULs and invalid bytes are no reason to refuse a document."""
    assert extract(body).plain

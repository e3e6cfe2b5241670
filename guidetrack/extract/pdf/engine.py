"""PDFium's characters as runs of words with their place, size and weight. PDFium is not thread-safe: one lock."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from itertools import compress
from typing import Any

from guidetrack.errors import ExtractError
from guidetrack.extract.pdf import drawings
from guidetrack.extract.pdf.glyphs import Word, runs
from guidetrack.extract.pdf.page import Page

MAX_PAGES = 3_000
MAX_PAGE_CHARACTERS = 200_000
"""A page of small print holds 15,000."""
MAX_CHARACTERS = 20_000_000
_HYPHENS = ("\x02", "\ufffe")
"""What PDFium puts for a hyphen at the end of a line whose word goes on."""
_LOCK = threading.Lock()


def pages(body: bytes) -> list[Page]:
    """Every page of the document.

    :raises ExtractError: cut off, encrypted, damaged, or more pages or characters than are read.
    """
    _complete(body)
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(body)
        except pypdfium2.PdfiumError as error:
            raise _reason(error) from error
        try:
            if len(document) > MAX_PAGES:
                raise ExtractError(f"the PDF has {len(document):,} pages; at most {MAX_PAGES:,} are read")
            return list(_pages(document))
        except pypdfium2.PdfiumError as error:
            raise ExtractError(f"the PDF is damaged: {error}") from error
        finally:
            document.close()


def _complete(body: bytes) -> None:
    """A PDF ends with ``%%EOF`` (ISO 32000-1, 7.5.5); PDFium would read what is there of a torn one."""
    end = body.rfind(b"%%EOF")
    if end < 0 or b" obj" in body[end:]:
        raise ExtractError(f"the PDF is cut off after {len(body):,} bytes: its end (%%EOF) is missing")
    declared = body[:2048].partition(b"/Linearized")[2][:200].partition(b"/L ")[2].split(b"/")[0].split(b">")[0].strip()
    if declared.isdigit() and len(declared) < 12 and int(declared) > len(body) + 1024:
        raise ExtractError(f"the PDF is cut off: it says it has {int(declared):,} bytes, but only {len(body):,} came")


def _reason(error: Exception) -> ExtractError:
    """PDFium's code as a sentence: 3 format, 4 password, 5 security."""
    text = str(error)
    if "assword" in text:
        return ExtractError("the PDF is encrypted and needs a password")
    if "ecurity" in text:
        return ExtractError("the PDF is encrypted in a way that cannot be read")
    return ExtractError(f"the PDF is damaged and cannot be opened: {text}")


def _pages(document: Any) -> Iterator[Page]:
    total = 0
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        try:
            found = _page(page, text, index + 1)
        finally:
            text.close()
            page.close()
        total += found.characters
        if total > MAX_CHARACTERS:
            raise ExtractError(f"the PDF holds more than {MAX_CHARACTERS:,} characters")
        yield found


def _page(page: Any, text: Any, number: int) -> Page:
    count = text.count_chars()
    if count > MAX_PAGE_CHARACTERS:
        raise ExtractError(f"page {number} of the PDF holds more than {MAX_PAGE_CHARACTERS:,} characters")
    width, height = page.get_size()
    found = Page(number, width, height, characters=max(count, 0))
    words, found.unmapped = _words(text, max(count, 0))
    turn = _turn(words)
    drawings.read(page, found, turn)
    for word in words:
        word.place(turn if word.angle == turn else word.angle)
    skewed = sum(word.oblique for word in words) * 2 > len(words)
    along = [word.angle == turn and (skewed or not word.oblique) for word in words]
    found.runs = runs(list(compress(words, along)), sorted(found.walls, key=lambda wall: wall.x))
    found.turned = runs([word for word, is_along in zip(words, along, strict=True) if not is_along], [])
    if turn in (90, 270):
        found.width, found.height = found.height, found.width
    return found


def _words(text: Any, count: int) -> tuple[list[Word], int]:
    import pypdfium2.raw as raw

    handle = text.raw
    out: list[Word] = []
    unmapped = line = start = 0
    letters: list[str] = []
    get = raw.FPDFText_GetUnicode

    def close(end: int, broken: bool = False) -> None:
        if letters:
            word = Word("".join(letters), line, broken)
            _measure(raw, handle, word, start, end - 1)
            out.append(word)
            letters.clear()

    index = 0
    while index < count:
        code = get(handle, index)
        if 0xD800 <= code < 0xDC00 and index + 1 < count and 0xDC00 <= (low := get(handle, index + 1)) < 0xE000:
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            index += 1
        char = chr(code) if code < 0x110000 else "\ufffd"
        if char in _HYPHENS:
            close(index, broken=True)
        elif char.isspace() or code == 0:
            close(index)
            line += char in "\r\n"
        else:
            if not letters:
                start = index
            letters.append(char)
            unmapped += code == 0xFFFD or 0xE000 <= code < 0xF000 or 0xF100 <= code < 0xF900
        index += 1
    close(count)
    return out, unmapped


def _measure(raw: Any, handle: Any, word: Word, first: int, last: int) -> None:
    """Where the word stands: boxes of its first and last character, baseline, size, weight, angle."""
    box, end = raw.FS_RECTF(), raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetLooseCharBox(handle, first, box)
    raw.FPDFText_GetLooseCharBox(handle, last, end)
    raw.FPDFText_GetCharOrigin(handle, first, x, y)
    word.box = (box.left, box.bottom, box.right, box.top)
    word.end = (end.left, end.bottom, end.right, end.top)
    word.origin = (x.value, y.value)
    angle = raw.FPDFText_GetCharAngle(handle, first)
    word.angle = round(angle * 57.29578 / 90) % 4 * 90 if angle >= 0 else 0
    word.oblique = angle >= 0 and 15 < angle * 57.29578 % 90 < 75
    height = abs(box.top - box.bottom) if word.angle in (0, 180) else abs(box.right - box.left)
    size = raw.FPDFText_GetFontSize(handle, first)
    word.size = min(max(size if 0.5 < height / (size or 1) < 2.5 else height / 1.2, 1.0), 400.0)
    word.bold = _is_bold(raw, handle, first)


_NAME = ctypes.create_string_buffer(128)


def _is_bold(raw: Any, handle: Any, index: int) -> bool:
    """The weight the font declares (700 is bold), or its name."""
    if raw.FPDFText_GetFontWeight(handle, index) >= 600:
        return True
    flags = ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(handle, index, _NAME, len(_NAME), flags)
    name = _NAME.raw[:max(length - 1, 0)].lower() if 0 < length <= len(_NAME) else b""
    return b"bold" in name or b"black" in name or b"heavy" in name or b"semibd" in name or b"-bd" in name


def _turn(words: list[Word]) -> int:
    """The angle in which most of the page is written."""
    counts: dict[int, int] = {}
    for word in words:
        counts[word.angle] = counts.get(word.angle, 0) + len(word.text)
    return max(counts, key=lambda angle: (counts[angle], -angle)) if counts else 0



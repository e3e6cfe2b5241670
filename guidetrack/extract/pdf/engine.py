"""PDFium's characters as runs of words with their place, size and weight. PDFium is not thread-safe: one lock."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from typing import Any

from guidetrack.errors import ExtractError
from guidetrack.extract.pdf.page import Page, Rule, Run

MAX_PAGES = 3_000
MAX_PAGE_CHARACTERS = 200_000
"""A page of small print holds 15,000."""
MAX_CHARACTERS = 20_000_000
MAX_PAGE_OBJECTS = 20_000
"""Drawings beyond this are art, not the rules of a table."""
_GAP = 1.5
"""Ems of white between words that may part columns or cells."""
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
    found = Page(number, *page.get_size(), characters=max(count, 0))
    words, found.unmapped = _words(text, max(count, 0))
    turn = _turn(words)
    for word in words:
        word.place(turn)
    found.runs = _runs(words)
    if turn:
        found.width, found.height = found.height, found.width
    found.rules, found.images = _drawings(page, found, turn)
    return found


class _Word:
    """A word with the place of its first and last character as PDFium gives them."""

    __slots__ = ("angle", "bold", "box", "broken", "end", "line", "origin", "size", "text", "x0", "x1", "y")

    def __init__(self, text: str, line: int, broken: bool) -> None:
        self.text, self.line, self.broken = text, line, broken
        self.angle = 0
        self.size = self.x0 = self.x1 = self.y = 0.0
        self.bold = False

    def place(self, turn: int) -> None:
        """Coordinates as seen when the page is turned so that its writing is upright."""
        left, bottom, right, top = (min(self.box[0], self.end[0]), min(self.box[1], self.end[1]),
                                    max(self.box[2], self.end[2]), max(self.box[3], self.end[3]))
        x, y = self.origin
        if turn == 90:
            self.x0, self.x1, self.y = bottom, top, -x
        elif turn == 180:
            self.x0, self.x1, self.y = -right, -left, -y
        elif turn == 270:
            self.x0, self.x1, self.y = -top, -bottom, x
        else:
            self.x0, self.x1, self.y = left, right, y


def _words(text: Any, count: int) -> tuple[list[_Word], int]:
    import pypdfium2.raw as raw

    handle = text.raw
    out: list[_Word] = []
    unmapped = line = start = 0
    letters: list[str] = []
    get = raw.FPDFText_GetUnicode

    def close(end: int, broken: bool = False) -> None:
        if letters:
            word = _Word("".join(letters), line, broken)
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


def _measure(raw: Any, handle: Any, word: _Word, first: int, last: int) -> None:
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


def _turn(words: list[_Word]) -> int:
    """The angle in which most of the page is written."""
    counts: dict[int, int] = {}
    for word in words:
        counts[word.angle] = counts.get(word.angle, 0) + len(word.text)
    return max(counts, key=lambda angle: (counts[angle], -angle)) if counts else 0


def _runs(words: list[_Word]) -> list[Run]:
    """Words joined in the order of the content stream, as long as they stay on a baseline without a wide gap."""
    out: list[Run] = []
    previous: _Word | None = None
    for word in words:
        size = max(word.size, previous.size) if previous else word.size
        if previous is not None and not previous.broken and abs(word.y - previous.y) < 0.6 * size \
                and word.angle == previous.angle and -0.3 * size < word.x0 - previous.x1 < _GAP * size:
            run = out[-1]
            glue = "" if word.x0 - previous.x1 < 0.05 * size and word.line == previous.line and _raised(word, run) else " "
            run.text += glue + word.text
            run.x1, run.broken = max(run.x1, word.x1), word.broken
            run.bold = run.bold and word.bold
            if len(word.text) > 2 and word.size > run.size:
                run.size = word.size
        else:
            out.append(Run(word.text, word.x0, word.x1, word.y, word.size, word.bold, len(out), word.x1 - word.x0, word.broken))
        previous = word
    return out


def _raised(word: _Word, run: Run) -> bool:
    return abs(word.y - run.y) > 0.1 * run.size


def _drawings(page: Any, found: Page, turn: int) -> tuple[list[Rule], int]:
    """Horizontal rules, and how many pictures cover more than a third of the page."""
    import pypdfium2.raw as raw

    count = raw.FPDFPage_CountObjects(page.raw)
    rules: list[Rule] = []
    images = 0
    if count > MAX_PAGE_OBJECTS:
        return rules, images
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    area = found.width * found.height
    for index in range(max(count, 0)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            continue
        if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        width, height = right.value - left.value, top.value - bottom.value
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            images += width * height > area / 3
        elif not turn and width > 15:
            ys = (bottom.value,) if height < 2.5 else (bottom.value, top.value) if height > 6 else ()
            rules.extend(Rule(left.value, right.value, y) for y in ys)
    return rules, images

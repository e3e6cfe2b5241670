"""PDFium's characters as runs of words with their place, size and weight. PDFium is not thread-safe: one lock."""

from __future__ import annotations

import ctypes
import threading
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from guidetrack.errors import ExtractError
from guidetrack.extract.pdf.page import Page, Rule, Run, Wall

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
    _drawings(page, found, turn)
    for word in words:
        word.place(turn if word.angle == turn else word.angle)
    found.runs = _runs([word for word in words if word.angle == turn], sorted(found.walls, key=lambda wall: wall.x))
    found.turned = _runs([word for word in words if word.angle != turn], [])
    if turn in (90, 270):
        found.width, found.height = found.height, found.width
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
        if turn == 270:
            self.x0, self.x1, self.y = bottom, top, -x
        elif turn == 180:
            self.x0, self.x1, self.y = -right, -left, -y
        elif turn == 90:
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


def _runs(words: list[_Word], walls: list[Wall]) -> list[Run]:
    """Words joined in the order of the content stream, as long as they stay on a baseline without a wide gap."""
    out: list[Run] = []
    xs = [wall.x for wall in walls]
    previous: _Word | None = None
    for word in words:
        near = previous is not None and _is_near(previous, word)
        walled = previous is not None and near and _wall_between(previous, word, walls, xs)
        if near and not walled:
            _append(out[-1], word, previous)
        else:
            out.append(Run(word.text, word.x0, word.x1, word.y, word.size, word.bold, len(out), word.x1 - word.x0,
                           word.broken, walled))
        previous = word
    return out


def _is_near(before: _Word, word: _Word) -> bool:
    size = max(word.size, before.size)
    return (not before.broken and abs(word.y - before.y) < 0.6 * size and word.angle == before.angle
            and -0.3 * size < word.x0 - before.x1 < _GAP * size)


def _wall_between(before: _Word, word: _Word, walls: list[Wall], xs: list[float]) -> bool:
    at = bisect_left(xs, before.x1 - 1)
    while at < len(xs) and xs[at] <= word.x0 + 1:
        if walls[at].y0 < word.y + 0.3 * word.size < walls[at].y1:
            return True
        at += 1
    return False


def _append(run: Run, word: _Word, previous: _Word | None) -> None:
    close = previous is not None and word.x0 - previous.x1 < 0.05 * word.size and word.line == previous.line
    raised = abs(word.y - run.y) > 0.1 * run.size
    run.text += word.text if close and raised else " " + word.text
    run.x1, run.broken = max(run.x1, word.x1), word.broken
    run.bold = run.bold and word.bold
    if len(word.text) > 2 and word.size > run.size:
        run.size = word.size


def _drawings(page: Any, found: Page, turn: int) -> None:
    """Ruled lines, and how many pictures cover more than a third of the page."""
    import pypdfium2.raw as raw

    count = raw.FPDFPage_CountObjects(page.raw)
    if count > MAX_PAGE_OBJECTS:
        return
    sides = [ctypes.c_float() for _ in range(4)]
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    for index in range(max(count, 0)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE) or not raw.FPDFPageObj_GetBounds(item, *sides):
            continue
        left, bottom, right, top = (side.value for side in sides)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            found.images += (right - left) * (top - bottom) > found.width * found.height / 3
        elif not turn:
            raw.FPDFPath_GetDrawMode(item, fill, stroke)
            _ruled(found, left, bottom, right, top, bool(stroke.value))


def _ruled(found: Page, left: float, bottom: float, right: float, top: float, stroked: bool) -> None:
    """A thin drawing is a line, the outline of a box is four."""
    width, height = right - left, top - bottom
    boxed = stroked and width > 8 and height > 8
    if width > 15 and (height < 2.5 or boxed):
        found.rules.extend(Rule(left, right, y) for y in ((bottom,) if height < 2.5 else (bottom, top)))
    if height > 8 and width < 2.5:
        found.walls.append(Wall(left, bottom, top))
    elif boxed:
        found.walls.extend(Wall(x, bottom, top) for x in (left, right))

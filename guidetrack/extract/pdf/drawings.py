"""What is drawn on a page besides its words: ruled lines, and pictures that cover a good part of it."""

from __future__ import annotations

import ctypes
from typing import Any

from guidetrack.extract.pdf.page import Page, Rule, Wall

MAX_PAGE_OBJECTS = 20_000
"""Drawings beyond this are art, not the rules of a table."""


def read(page: Any, found: Page, turn: int) -> None:
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

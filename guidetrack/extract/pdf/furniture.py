"""Page furniture: running heads and feet, page numbers. Set aside, never dropped in silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from guidetrack.extract.pdf.page import Page, Run, rows
from guidetrack.models import SetAside

DEPTH = 4
"""Rows from the upper and lower edge that may be furniture."""
_DRIFT = 8
"""Points by which furniture may move from page to page."""
_NUMBER = re.compile(r"^(?:(?:page|seite|página|pagina|side|p\.?|pg\.?)\s*)?"
                     r"[-–—|\[(\s]*(\d{1,6}|[ivxlc]{1,7})[-–—|\])\s]*"
                     r"(?:(?:of|von|de|sur|di|/|van|av|af)\s*\d{1,4})?\s*[|.\])]?$", re.I)

_APART = 1.4
"""Row pitches from a counting head to the text: less is the next line of the text."""
_STATUS = re.compile(
    r"\b(?:draft|withdrawn|superseded|rescinded|revoked|retired|obsolete|archived|expired|void|embargo(?:ed)?|interim"
    r"|consultation|not for (?:implementation|use|distribution)|no longer (?:in force|valid|current)"
    r"|entwurf|zurückgezogen|aufgehoben|ungültig|außer kraft|projet|version provisoire|retirée?|abrogée?|caduque?"
    r"|borrador|retirad[oa]|derogad[oa]|bozza|ritirat[oa])\b", re.I)
"""Words by which a document speaks of its own standing."""
_BINDING = re.compile(
    r"\b(?:(?:maximum|minimum|max|min|at (?:least|most)|up to|exceed(?:ing)?|(?:no|not) (?:more|less) than|höchstens"
    r"|mindestens|au (?:plus|moins))\b[^\d]{0,40}\d|(?:do|must|may|should) not\b|never\b|contra-?indicated\b"
    r"|not (?:be )?(?:approved|recommended|indicated|permitted|allowed|covered)\b)", re.I)
"""Words of a rule: a bound with its number, or what is not to be done."""
_PAGE = re.compile(r"[\s|·–—-]*\b(?:page|seite|página|pagina|side|pg\.?)\s*\d{1,5}"
                   r"(?:\s*(?:of|von|de|sur|di|/)\s*\d{1,5})?\b[\s|·–—-]*", re.I)
"""The number of the page within a longer row."""

_Rows = list[list[Run]]
_Sides = tuple[_Rows, _Rows]
"""Rows from the upper edge downwards, and from the lower edge upwards."""


def remove(pages: list[Page]) -> list[SetAside]:
    """Take the furniture off every page, from the edges inwards, and say what it was.

    A row is furniture when rows like it stand at the same height on at least half of the pages (or of the even or
    the odd ones), or when it holds nothing but the number of the page. Numbers in it stay or count with the pages;
    a row whose numbers count ("Dose 1", "Dose 2") must also stand apart from the text.
    """
    found = [rows(page.runs) for page in pages]
    edges = [_edges(each) for each in found]
    heads = _recurring(pages, edges)
    offset = _offset(pages, edges)
    aside: list[SetAside] = []
    kept_header = False
    for page, each, sides in zip(pages, found, edges, strict=True):
        gone: set[int] = set()
        for side in sides:
            taken: list[tuple[int, str, bool]] = []
            for at, row in enumerate(side):
                rule, counts = _rule(row, page, heads, offset)
                if not rule or (len(row) >= 3 and not kept_header):
                    kept_header = kept_header or bool(rule)
                    break
                taken.append((at, rule, counts))
            while taken and taken[-1][2] and not _is_apart(each, each.index(side[taken[-1][0]]), side is sides[1]):
                taken.pop()
            for at, rule, _ in taken:
                aside.append(SetAside(_text(side[at]), rule))
                gone.update(id(run) for run in side[at])
        page.runs = [run for run in page.runs if id(run) not in gone]
    return aside + _turned(pages)


def standing(aside: Iterable[SetAside]) -> list[str]:
    """Furniture that says something: the document's own standing (DRAFT, withdrawn …) or a rule, each wording once."""
    heads = dict.fromkeys(_PAGE.sub(" ", line.text).strip() for line in aside if line.rule == "running head")
    return [text for text in heads if _STATUS.search(text) or _BINDING.search(text)]


def _rule(row: list[Run], page: Page, heads: dict[str, list[float]], offset: int | None) -> tuple[str, bool]:
    """The rule that makes ``row`` furniture, or empty; and whether only counting numbers make it so."""
    text = _text(row)
    number = _page_number(text)
    if number is not None and number - page.number == offset:
        return "page number", False
    height = _height(row, page)
    near = [like for like in _likes(text, page.number) if _near(heads.get(like, ()), height)]
    return ("running head" if near else ""), _known_by(text) not in near


def _is_apart(found: _Rows, at: int, below: bool) -> bool:
    """Whether the row stands off its inner neighbour: by a gap, or by its size or weight."""
    inner = at - 1 if below else at + 1
    if not 0 <= inner < len(found):
        return True
    row, beside = found[at][0], found[inner][0]
    gaps = sorted(one[0].y - other[0].y for one, other in pairwise(found))
    return row.style != beside.style or abs(row.y - beside.y) > _APART * gaps[len(gaps) // 2]


def _turned(pages: list[Page]) -> list[SetAside]:
    """Writing along the margin that comes again on other pages."""
    counts = Counter(like for page in pages
                     for like in {like for run in page.turned for like in _likes(run.text, page.number)})
    aside: list[SetAside] = []
    for page in pages:
        again = [run for run in page.turned
                 if any(counts[like] >= max(2, len(pages) / 3) for like in _likes(run.text, page.number))]
        aside += [SetAside(run.text, "running head") for run in again]
        page.turned = [run for run in page.turned if run not in again]
    return aside


def _edges(found: _Rows) -> _Sides:
    if len(found) <= 2 * DEPTH:
        half = len(found) // 2
        return found[:max(half, 1)], found[:half:-1] if len(found) > 1 else []
    return found[:DEPTH], found[:-DEPTH - 1:-1]


def _text(row: list[Run]) -> str:
    return " ".join(run.text for run in row)


def _likes(text: str, page: int) -> set[str]:
    """What to know a row again by: its words, with each number as it is or as it counts along with the pages.

    Empty when the row has too few letters.
    """
    words = _known_by(text)
    if sum(char.isalpha() for char in words) < 3:
        return set()
    parts = re.split(r"(\d+)", words)
    numbers = [at for at in range(1, len(parts), 2) if len(parts[at]) < 10]
    out = {words}
    for chosen in (*([at] for at in numbers[:24]), numbers):
        counting = list(parts)
        for at in chosen:
            counting[at] = f"+{int(parts[at]) - page}"
        out.add("".join(counting))
    return out


def _known_by(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def _height(row: list[Run], page: Page) -> float:
    """Distance from the nearer edge: positive from the foot, negative from the head."""
    y = row[0].y
    return y if y < page.height / 2 else y - page.height


def _near(heights: Iterable[float], at: float) -> bool:
    return any(abs(at - height) <= _DRIFT for height in heights)


def _recurring(pages: list[Page], edges: list[_Sides]) -> dict[str, list[float]]:
    """What rows that come again on enough pages are known by -> their heights."""
    seen: dict[str, list[tuple[int, float]]] = {}
    for page, sides in zip(pages, edges, strict=True):
        for row in (row for side in sides for row in side):
            for like in _likes(_text(row), page.number):
                seen.setdefault(like, []).append((page.number, _height(row, page)))
    written = sum(bool(page.runs) for page in pages)
    out: dict[str, list[float]] = {}
    for like, places in seen.items():
        heights = Counter(round(height) for _, height in places)
        numbers = {number for number, height in places
                   if sum(heights[round(height) + step] for step in range(-_DRIFT, _DRIFT + 1)) > 1}
        parity = max(sum(number % 2 for number in numbers), sum(1 - number % 2 for number in numbers))
        if len(numbers) >= max(2, 0.5 * written) or (parity >= 3 and parity >= 0.35 * written):
            out[like] = sorted({round(height) for number, height in places if number in numbers})
    return out


def _page_number(text: str) -> int | None:
    match = _NUMBER.match(text.strip())
    if not match:
        return None
    return int(match[1]) if match[1].isdigit() else _roman(match[1].lower())


def _numbers(text: str) -> set[int]:
    """What may be the number of the page in a row: the whole row, or a number at one of its ends."""
    whole = _page_number(text)
    words = text.split()
    ends = {int(part) for part in words[:1] + words[-1:] if part.isdecimal() and part.isascii() and len(part) < 7}
    return ends if whole is None else {whole}


def _roman(text: str) -> int:
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    total = 0
    for this, following in zip(text, [*text[1:], " "], strict=True):
        total += -values[this] if values.get(following, 0) > values[this] else values[this]
    return total


def _offset(pages: list[Page], edges: list[_Sides]) -> int | None:
    """By how much printed numbers differ from the count of pages; None when nothing counts along."""
    votes: Counter[int] = Counter()
    for page, sides in zip(pages, edges, strict=True):
        votes.update({number - page.number for side in sides for row in side[:2] for number in _numbers(_text(row))})
    if not votes:
        return None
    offset, count = votes.most_common(1)[0]
    return offset if count >= max(2, len(pages) * 0.4) or (len(pages) <= 2 and offset == 0) else None

"""Dates a document states about itself ("Last reviewed 3 May 2026"): lifted out as metadata, never content.

A line that is nothing but such stamps is set aside; a date inside a sentence ("valid through 31 December 2026")
stays where it is. The words are in dates.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

from guidetrack.extract.draft import Draft
from guidetrack.models import Block, BlockKind, DateKind, Section, SetAside, StatedDate
from guidetrack.normal import normal

RULE = "stated date"
LONGEST_STAMP = 160
"""A longer line says more than a date."""
LONGEST_LABEL = 60
TOP_LINES = 4
"""A date alone among the first lines under the title is the document's."""
MAX_DATES = 50

_WEEKDAYS = (r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
             r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
             r"|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
             r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag")
_TIME = (r"(?:,? ?(?:at|um|à|a las|alle|om|às|-|\||t)? ?\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?"
         r"(?: ?[ap]\.?m\.?)?(?: ?uhr| ?z\b)?"
         r"(?: ?\(?(?:[a-z]{2,4}t|utc|gmt|cet|et|pt|ct|mt|hst|uhr)\)?(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2})?"
         r"|,? ?\d{1,2} ?[ap]\.?m\.?(?: ?[a-z]{2,4}t)?)?")
_DIGITS = re.compile(r"\d{2}")
_STEMS = re.compile(
    r"updat|review|modif|revis|revid|publ|effect|posted|issue|releas|chang|edit|amend|current|stand|aktual|änder|geprüft"
    r"|mise|jour|vigueur|actuali|ultim|última|aggiorn|laatst|bijgew|atualiz|gültig|kraft|version|verif|date|datum|fecha"
    r"|valid|force", re.I)
_LOWER_STEMS = re.compile(_STEMS.pattern)
"""For ASCII in lower case: minding case takes a fraction of the time."""
_SIGNED = re.compile(r" by (?:the )?(?:[^\W\d_a-z][\w.'-]*,? ?){1,5}$")
"""Who looked at the page last: capitalised names to the end of the line."""
_SIGNED_KINDS = frozenset({DateKind.UPDATED, DateKind.REVIEWED})
_LAST_PART = re.compile(r"(.*\w\W*?)\s+[-–—|·•]\s+(\S.*)", re.S)
_CLOCK = re.compile(_TIME)
_FILLER = re.compile(
    r"[\s|;,.:•·()*\[\]/–—-]+|(?:see|show|view|read) (?:all |the |full )*(?:updates|changes|history|revisions"
    r"|(?:change|version|revision|update|page) history|previous versions)\b"
    r"|(?:and|und|et|y|e|en|&|on|am|le|el|il|op|em|at)\b")


@cache
def _words() -> tuple[dict[str, int], tuple[tuple[re.Pattern[str], DateKind], ...], tuple[re.Pattern[str], ...]]:
    """Month names, label patterns by kind, date patterns."""
    data = tomllib.loads(files(__package__).joinpath("dates.toml").read_text("utf-8"))
    months = {name: int(number) for number, names in data["months"].items() for name in names.split()}
    labels = tuple((re.compile("(?:" + "|".join(data["labels"][kind]) + r")(?![\w])(?: date)?"), DateKind(kind))
                   for kind in data["labels"])
    month = "(?P<month>" + "|".join(sorted(months, key=len, reverse=True)) + r")\b\.?"
    start = rf"(?:(?:{_WEEKDAYS})\b\.?,? ?(?:den |the )?)?"
    day = r"(?P<day>\d{1,2})(?!\d)(?:st|nd|rd|th|er|º|ª|\.)?"
    year = r"(?P<year>(?:19|20)\d{2})(?!\d)"
    shapes = (
        rf"{start}{day},? ?(?:of |de |d')?{month},?(?: de| del)? ?{year}", rf"{start}{month} {day},? {year}",
        rf"{year}[-/.](?P<month_no>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)",
        rf"{year}年(?P<month_no>\d{{1,2}})月(?P<day>\d{{1,2}})日",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<short>(?:19|20)?\d{2})(?!\d)",
        rf"{day}[- ]{month}[- ](?P<short>\d{{2}})(?!\d)",
        rf"{month},?(?: de)? {year}", rf"(?P<month_no>\d{{1,2}})[/.-]{year}", rf"{start}{month} {day}(?!\d)",
        rf"{start}{day} {month}(?!\w)",
    )
    return months, labels, tuple(re.compile(shape + _TIME) for shape in shapes)


@cache
def _any_label() -> re.Pattern[str]:
    """A label of any kind: nearly no line is one."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _words()[1]))


@cache
def _any_date() -> re.Pattern[str]:
    """What every date pattern needs somewhere: a year, the name of a month, or digits either side of a mark."""
    return re.compile(r"(?:19|20)\d\d|\d[-/.]\d|" + "|".join(map(re.escape, _words()[0])))


def lift(draft: Draft) -> Draft:
    """``draft`` with lines that are nothing but date stamps set aside and their dates listed."""
    found: list[StatedDate] = []
    aside: list[SetAside] = []
    top = next((n for n, section in enumerate(draft.sections) if section.blocks), -1)
    sections = tuple(_lifted(section, draft.language, found, aside, at_top=n == top)
                     for n, section in enumerate(draft.sections))
    if not found and not aside:
        return draft
    dates = tuple(dict.fromkeys((*draft.dates, *found)))[:MAX_DATES]
    return replace(draft, sections=sections, dates=dates, set_aside=(*draft.set_aside, *aside))


def _lifted(section: Section, language: str, found: list[StatedDate], aside: list[SetAside], *,
            at_top: bool) -> Section:
    kept: list[Block] = []
    label = _label_alone(section.heading)
    if label is DateKind.EFFECTIVE:
        label = None  # a section of its own states a rule
    for place, block in enumerate(section.blocks):
        text = block.text
        if len(text) > LONGEST_STAMP or block.kind is BlockKind.HEADING or not _promising(text, label):
            label = None
            kept.append(block)
            continue
        alone = _label_alone(text)
        bare = DateKind.PUBLISHED if at_top and place < TOP_LINES and block.kind is BlockKind.PARAGRAPH else None
        stamps = None if alone else read_stamp(text, language, label or bare)
        if stamps is not None and not (block.kind is BlockKind.ROW and _is_rule(block, stamps)):
            found.extend(stamps)
            if label is not None and place:
                aside.append(SetAside(kept.pop().text, RULE))
            aside.append(SetAside(text, RULE))
        else:
            kept.append(_without_stamp(block, language, found, aside))
        label = alone
    return section if tuple(kept) == section.blocks else replace(section, blocks=tuple(kept))


def _without_stamp(block: Block, language: str, found: list[StatedDate], aside: list[SetAside]) -> Block:
    """A paragraph without the stamp it ends with ("Opinion - published 12 March 2026").

    An entry of a list keeps it: there it is the date of another document, and its change is news.
    """
    parts = _LAST_PART.fullmatch(block.text)
    if block.kind is not BlockKind.PARAGRAPH or parts is None:
        return block
    head, tail = parts.groups()
    stamps = read_stamp(tail, language)
    if not stamps or any(stamp.kind is DateKind.EFFECTIVE for stamp in stamps):
        return block
    found.extend(stamps)
    aside.append(SetAside(tail, RULE))
    return replace(block, text=head)


def _is_rule(row: Block, stamps: list[StatedDate]) -> bool:
    """Whether a table row is part of the rules: dates of effect are, and rows under header cells."""
    return bool(row.headers) or row.text.count(" | ") > 1 or any(stamp.kind is DateKind.EFFECTIVE for stamp in stamps)


def _promising(text: str, label: DateKind | None) -> bool:
    """Cheap test: a stamp holds a date's year or time; a label alone ends in a colon or is very short."""
    if label is not None or _DIGITS.search(text):
        return True
    if len(text) > LONGEST_LABEL:
        return False
    return (_LOWER_STEMS.search(text.lower()) if text.isascii() else _STEMS.search(text)) is not None


def _label_alone(text: str) -> DateKind | None:
    """The kind of a line that is only a label ("Last reviewed:"), its date standing on the next."""
    if len(text) > LONGEST_LABEL:
        return None
    line = normal(text).lower().strip(" :.-*")
    if len(line) <= 6 or not _any_label().fullmatch(line):
        return None
    return next((kind for pattern, kind in _words()[1] if pattern.fullmatch(line)), None)


def read_stamp(text: str, language: str = "", label: DateKind | None = None) -> list[StatedDate] | None:
    """The dates of a line that is nothing but labelled date stamps; None for any other line.

    :param language: of the document, to read 03/04/2026. :param label: kind named by the line before, if any.
    """
    line = normal(text).lower().replace(" | ", " ") if text.count("|") == 1 else normal(text).lower()
    if not _any_date().search(line):
        return None
    signed = _SIGNED.search(text)
    if signed and (stamps := read_stamp(text[:signed.start()], language, label)) and \
            all(stamp.kind in _SIGNED_KINDS for stamp in stamps):
        return [replace(stamp, quote=text) for stamp in stamps]
    dates: list[StatedDate] = []
    kind, labelled, dated, at = label, label is not None, False, 0
    while at < len(line):
        named = _label_at(line, at)
        if named is not None:
            at, kind = named
            labelled = True
            continue
        filler = _FILLER.match(line, at)
        if filler and filler.end() > at:
            at = filler.end()
            continue
        match = next((m for shape in _words()[2] if (m := shape.match(line, at))), None)
        if match is None:
            clock = _CLOCK.match(line, at)
            if clock is None or clock.end() == at:
                return None
            at = clock.end()
            continue
        at, dated = match.end(), True
        value = _value(match, language)
        if value is not None and kind is not None:
            dates.append(StatedDate(kind, value, text))
    return dates if labelled and dated else None


def find_date(text: str, language: str = "") -> date | None:
    """The first date anywhere in the start of a line, or None."""
    line = normal(text[:LONGEST_STAMP]).lower()
    found = [m for shape in _words()[2] if (m := shape.search(line)) and _value(m, language)]
    return _value(min(found, key=lambda m: (m.start(), -m.end())), language) if found else None


def _label_at(line: str, at: int) -> tuple[int, DateKind] | None:
    best: tuple[int, DateKind] | None = None
    for pattern, kind in _words()[1]:
        match = pattern.match(line, at)
        if match and (best is None or match.end() > best[0]):
            best = match.end(), kind
    return best


def _value(match: re.Match[str], language: str) -> date | None:
    part = match.groupdict()
    try:
        if part.get("first"):
            day, month = _order(int(part["first"]), int(part["second"]), part["mark"], language)
            return date(_year(part["short"]), month, day)
        if not part.get("year") and not part.get("short"):
            return None
        month = int(part["month_no"]) if part.get("month_no") else _words()[0][part["month"]]
        return date(_year(part.get("year") or part["short"]), month, int(part.get("day") or 1))
    except ValueError:
        return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _order(first: int, second: int, mark: str, language: str) -> tuple[int, int]:
    """Day and month of ``03/04``: the month comes first only in American use."""
    american = mark != "." and language.lower().replace("_", "-") in ("", "en", "en-us")
    if first > 12 or (not american and second <= 12):
        return first, second
    return second, first


def stated_in_metas(metas: list[dict[str, str]], linked_data: list[str]) -> Iterator[StatedDate]:
    """Dates that a page's head states: Open Graph, Dublin Core and the like, schema.org JSON-LD."""
    for meta in metas:
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        kind = _META.get(name)
        value = iso_date(meta.get("content", ""))
        if kind and value:
            yield StatedDate(kind, value, f"{name}: {meta['content'].strip()}"[:LONGEST_STAMP])
    for script in linked_data:
        for match in _LINKED.finditer(script):
            value = iso_date(match[2])
            if value:
                yield StatedDate(_META[match[1].lower()], value, f"{match[1]}: {match[2]}"[:LONGEST_STAMP])


_LINKED = re.compile(r'"(datePublished|dateModified|lastReviewed)"\s*:\s*"([^"]{8,40})"')
_META = {
    **dict.fromkeys(("article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified",
                     "last-modified", "dcterms.date.modified", "datemodified", "govuk:updated-at",
                     "govuk:public-updated-at",
                     "lastupdated", "last-updated", "modified", "revised"), DateKind.UPDATED),
    **dict.fromkeys(("article:published_time", "dcterms.issued", "dcterms.date", "dc.date", "dc.date.issued",
                     "dcterms.created", "datepublished", "govuk:first-published-at", "publish-date",
                     "publication_date", "pubdate",
                     "citation_publication_date", "citation_date"), DateKind.PUBLISHED),
    **dict.fromkeys(("lastreviewed", "dcterms.reviewed", "last-reviewed", "nhs:lastreviewed"), DateKind.REVIEWED),
}


def iso_date(text: str) -> date | None:
    """The day of an ISO 8601 date or time, or None."""
    try:
        return date.fromisoformat(text.strip()[:10].replace("/", "-"))
    except ValueError:
        return None

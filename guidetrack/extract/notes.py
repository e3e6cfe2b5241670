"""The publisher's own words about what it changed: revision tables, change logs, "Updates to this page".

They stay content (a new row is a change); here they are also listed, newest first, so that a report can quote them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from guidetrack.extract.dates import find_date
from guidetrack.models import Block, BlockKind, PublisherNote, Section
from guidetrack.normal import normal

MOST_NOTES = 10
LONGEST_NOTE = 500
LONGEST_HEADING = 120
LONGEST_DATE = 24
"""A line this short with a date in it says nothing else."""



@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A heading of such a list, a column of changes, a column of dates."""
    lists = tomllib.loads(files(__package__).joinpath("notes.toml").read_text("utf-8"))
    headings, changed, dated = ("|".join(lists[name]) for name in ("headings", "changed", "dated"))
    return (re.compile(rf"[\W\d]*+(?:{headings})\W*", re.I), re.compile(rf"\b(?:{changed})\w*", re.I),
            re.compile(rf"\b(?:{dated})\b", re.I))


@lru_cache(maxsize=4096)
def _is_listing(heading: str) -> bool:
    """Whether a heading announces changes."""
    return _patterns()[0].fullmatch(normal(heading[:LONGEST_HEADING])) is not None


def find_notes(sections: tuple[Section, ...], language: str = "") -> tuple[PublisherNote, ...]:
    """What the document says about its own changes, newest first, at most :data:`MOST_NOTES`."""
    notes: dict[PublisherNote, None] = {}
    for section in sections:
        if any(map(_is_listing, section.path[-2:])):
            notes.update(dict.fromkeys(_entries(section.blocks, language)))
        else:
            rows = tuple(block for block in section.blocks if block.headers and _is_revision(block))
            if rows:
                notes.update(dict.fromkeys(_entries(rows, language)))
    dated = sorted((note for note in notes if note.value), key=lambda note: note.value.toordinal() if note.value else 0,
                   reverse=True)
    return (*dated, *(note for note in notes if not note.value))[:MOST_NOTES]


def _is_revision(row: Block) -> bool:
    """Whether a row stands in a table of dates and changes."""
    return row.kind is BlockKind.ROW and _are_of_revisions(row.headers)


@lru_cache(maxsize=1024)
def _are_of_revisions(headers: tuple[str, ...]) -> bool:
    heads = " ".join(headers)
    _, changed, dated = _patterns()
    return changed.search(heads) is not None and dated.search(heads) is not None


def _entries(blocks: tuple[Block, ...], language: str) -> Iterator[PublisherNote]:
    """One note a row or item; a line that is only a date dates the next."""
    waiting = None
    for block in blocks:
        if block.kind is BlockKind.ROW and not block.headers and find_date(block.text, language) is None:
            continue  # the header row itself
        value = find_date(block.text, language)
        if value is not None and block.kind is not BlockKind.ROW and len(block.text) <= LONGEST_DATE:
            waiting = value
            continue
        if len(block.text.split()) > 1:
            yield PublisherNote(block.text[:LONGEST_NOTE], value or waiting)
        waiting = None

"""The publisher's own words about what it changed: revision tables, change logs, "Updates to this page".

They stay content (a new row is a change); here they are also listed, newest first, so that a report can quote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidetrack.extract.dates import find_date
from guidetrack.models import Block, BlockKind, PublisherNote, Section
from guidetrack.normal import normal

MOST_NOTES = 10
LONGEST_NOTE = 500
LONGEST_DATE = 24
"""A line this short with a date in it says nothing else."""

_HEADING = re.compile(
    r"(?:\W|\d)*(?:(?:policy |document |page |version |revision |change |amendment |update |publication |guideline |full page |review )*(?:history|histories|log|changelog)"
    r"|(?:history|summary|record|list|overview|log|table|schedule) of (?:the )?(?:major |recent |key |significant |policy |latest )*(?:changes?|revisions?|updates?|amendments?|versions?)"
    r"|(?:policy |recent |latest |what's |major |document |important )*(?:updates?|changes|revisions|amendments|new)(?: (?:to|on|in) this (?:page|guidance|guideline|document|policy|version))?|update information|changes since .*|what (?:has|we have|we) changed.*"
    r"|änderungs(?:historie|verzeichnis|verlauf|protokoll|übersicht)|versions(?:historie|verlauf)|historique(?: des (?:modifications|versions|changements|révisions|mises à jour))?"
    r"|historial (?:de )?(?:cambios|versiones|modificaciones|revisiones)|control de cambios|cronologia (?:delle )?(?:modifiche|revisioni|versioni)|storico (?:delle )?(?:modifiche|revisioni)"
    r"|(?:wijzigings|versie|revisie)(?:geschiedenis|overzicht|historie)|hist[óo]rico (?:de )?(?:alterações|revisões|versões|atualizações))\W*", re.I)
_COLUMN = re.compile(r"\b(?:changes?|revisions?|updates?|amendments?|modifications?|änderung|cambio|modifich|wijziging|alteraç)\w*", re.I)
_DATED = re.compile(r"\b(?:date|effective|datum|fecha|data|year|when|issued|revised|approved)\b", re.I)


def find_notes(sections: tuple[Section, ...], language: str = "") -> tuple[PublisherNote, ...]:
    """What the document says about its own changes, newest first, at most :data:`MOST_NOTES`."""
    notes: dict[PublisherNote, None] = {}
    for section in sections:
        if any(_HEADING.fullmatch(normal(heading)) for heading in section.path[-2:]):
            notes.update(dict.fromkeys(_entries(section.blocks, language)))
        else:
            rows = [block for block in section.blocks if block.kind is BlockKind.ROW and _is_revision(block)]
            notes.update(dict.fromkeys(_entries(tuple(rows), language)))
    dated = sorted((note for note in notes if note.value), key=lambda note: note.value.toordinal() if note.value else 0,
                   reverse=True)
    return (*dated, *(note for note in notes if not note.value))[:MOST_NOTES]


def _is_revision(row: Block) -> bool:
    """Whether a row stands in a table of dates and changes."""
    heads = " ".join(row.headers)
    return _COLUMN.search(heads) is not None and _DATED.search(heads) is not None


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

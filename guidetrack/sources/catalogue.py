"""The sources that ship with guidetrack, and a starter file made from some of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import guidetrack
from guidetrack.errors import UsageError
from guidetrack.models import Source, SourceKind
from guidetrack.sources import NAME, load

EU = ("EU", "DE", "ES", "FR", "IE")
"""What ``EU`` asks for: the union's own bodies and the members in the catalogue."""
EVERYWHERE = "international"
"""Jurisdiction of bodies whose word counts in every country: part of every choice."""

_ENTRY = "[[source]]\n"
_ID = re.compile(r'^id = "([^"]+)"$', re.MULTILINE)
_CONTACT = re.compile(r"^# contact = .*$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One source of the catalogue, and its lines in the file."""

    source: Source
    lines: str


@dataclass(frozen=True)
class Group:
    """Sources under one heading of the file."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Catalogue:
    """The shipped file: what stands before the first source, then groups."""

    head: str
    groups: tuple[Group, ...]

    @property
    def sources(self) -> list[Source]:
        """Every source, in the order of the file."""
        return [entry.source for group in self.groups for entry in group.entries]


def shipped() -> Path:
    """The catalogue's file: in the installed package, or at the top of a checkout."""
    package = Path(guidetrack.__file__).parent
    packed = package / "data" / NAME
    return packed if packed.is_file() else package.parent / NAME


def catalogue() -> Catalogue:
    """The shipped catalogue, read and validated."""
    path = shipped()
    sources = {source.id: source for source in load(path).sources}
    head, *groups = _parts(path.read_text("utf-8"))
    return Catalogue(head, tuple(_group(text, sources) for text in groups))


def _parts(text: str) -> Iterator[str]:
    """The head, then each group from the line above its heading on."""
    bar = re.compile(r"^# -{20,}\n(?:# .*\n)+?# -{20,}\n", re.MULTILINE)
    starts = [match.start() for match in bar.finditer(text)]
    for begin, end in zip([0, *starts], [*starts, len(text)], strict=True):
        yield text[begin:end]


def _group(text: str, sources: dict[str, Source]) -> Group:
    heading, *entries = text.split(_ENTRY)
    return Group(heading.strip() + "\n", tuple(_entry(_ENTRY + lines.strip() + "\n", sources) for lines in entries))


def _entry(lines: str, sources: dict[str, Source]) -> Entry:
    found = _ID.search(lines)
    assert found is not None, lines
    return Entry(sources[found[1]], lines)


def starter(shelf: Catalogue, *, jurisdictions: Collection[str] = (), kinds: Collection[SourceKind] = (),
            topics: Collection[str] = (), contact: str = "") -> tuple[str, list[Source]]:
    """The text of a starter file with the sources that match, and those sources. Nothing given matches all.

    :raises UsageError: a jurisdiction or topic that no source has, or nothing matches.
    """
    _known("jurisdiction", jurisdictions, {source.jurisdiction for source in shelf.sources}, lenient=True)
    _known("topic", topics, {topic for source in shelf.sources for topic in source.topics})
    out, chosen = [with_contact(shelf.head, contact).rstrip() + "\n"], []
    for group in shelf.groups:
        entries = [entry for entry in group.entries if _matches(entry.source, jurisdictions, kinds, topics)]
        if entries:
            out += ["\n" + group.heading, *(entry.lines for entry in entries)]
            chosen += [entry.source for entry in entries]
    if not chosen:
        raise UsageError("no source of the catalogue matches all of that; ask for less, "
                         "e.g. guidetrack init --jurisdiction US")
    return "\n".join(out), chosen


def with_contact(text: str, contact: str) -> str:
    """``text`` with the contact filled in where the catalogue has an example."""
    if not contact:
        return text
    line = f'contact = "{contact}"'
    return _CONTACT.sub(lambda _: line, text, count=1)


def _known(what: str, wanted: Collection[str], known: set[str], *, lenient: bool = False) -> None:
    for word in wanted:
        if not any(covers(word, one) if lenient else word == one for one in known):
            raise UsageError(f"the catalogue has no {what} {word!r}; there are: {', '.join(sorted(known))}")


def _matches(source: Source, jurisdictions: Collection[str], kinds: Collection[SourceKind],
             topics: Collection[str]) -> bool:
    return ((not jurisdictions or source.jurisdiction == EVERYWHERE
             or any(covers(wanted, source.jurisdiction) for wanted in jurisdictions))
            and (not kinds or source.kind in kinds)
            and (not topics or bool(set(topics) & set(source.topics))))


def covers(wanted: str, jurisdiction: str) -> bool:
    """Whether asking for ``wanted`` asks for ``jurisdiction``: US for US-TX, NZ for AU-NZ, EU for its members."""
    parts = jurisdiction.upper().split("-")
    return wanted.upper() in (jurisdiction.upper(), *parts) or (wanted.upper() == "EU" and jurisdiction in EU)

"""Text: what a capture says. Sections of blocks, stated dates, publisher's notes, and what was set aside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from guidetrack.models.enums import BlockKind, DateKind, Format
from guidetrack.normal import normal_lines


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, table row or entry: one line of ``Text.plain``.

    :param text: as published, white space folded to single spaces, never a line break; never empty. A table row
        reads ``Code | Dose | Price`` (cells joined by `` | ``). The target of a link to a document (PDF, Word …)
        stands after its words as ``words <https://…/file.pdf>``.
    :param level: heading level 1–6, or nesting depth of a list item from 1; else 0.
    :param key: what identifies the block among its like: a row's first cell, an entry's id, an item's place in a list
        whose order means something (from 1); may be empty.
    :param headers: a row's header cells, where the table has them.
    :param page: page number in a PDF, from 1.
    """

    kind: BlockKind
    text: str
    level: int = 0
    key: str = ""
    headers: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks under it, up to the next heading of any level.

    :param path: the headings from the top down to this one, as published, numbers included; ``()`` before the first.
    :param level: heading level 1–6 (a feed or JSON entry: 1); 0 before the first heading.
    :param key: an identity that survives rewording: LOINC code, entry id, element id of the law; may be empty.
    """

    path: tuple[str, ...]
    level: int
    blocks: tuple[Block, ...]
    key: str = ""
    page: int | None = None

    @property
    def heading(self) -> str:
        """The section's own heading, or empty."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date the document states about itself: metadata, not content. ``quote`` is the line as published."""

    kind: DateKind
    value: date
    quote: str


@dataclass(frozen=True, slots=True)
class PublisherNote:
    """The publisher's own words about a change it made, with its date where stated."""

    text: str
    value: date | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A line that was on the page and is not compared, and the rule that said so.

    :param rule: a short phrase a reader understands: ``navigation``, ``cookie banner``, ``hidden``, ``share bar``,
        ``related links``, ``stated date``, ``ignore: Viewed \\d+ times``, ``drop: .share``, ``unstable`` …
    """

    text: str
    rule: str


@dataclass(frozen=True)
class Text:
    """What a capture says.

    :param extractor: name and version of what read it, e.g. ``html/1``: bump it when its output changes.
    :param rules: ``Rules.digest`` of the rules it was read with.
    """

    sections: tuple[Section, ...]
    title: str = ""
    language: str = ""
    format: Format = Format.HTML
    dates: tuple[StatedDate, ...] = ()
    notes: tuple[PublisherNote, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    extractor: str = ""
    rules: str = ""

    def walk(self) -> Iterator[tuple[Section, Block]]:
        """Every line in reading order with its section; a heading comes as a block of kind ``heading``."""
        for section in self.sections:
            if section.path:
                yield section, Block(BlockKind.HEADING, section.path[-1], section.level, section.key, (), section.page)
            for block in section.blocks:
                yield section, block

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """One string a block, headings included, as published."""
        found: list[str] = []
        for section in self.sections:
            found += section.path[-1:]
            found += [block.text for block in section.blocks]
        return tuple(found)

    @cached_property
    def plain(self) -> str:
        """The text as one string, one block a line."""
        return "\n".join(self.lines)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the lines in normal form, nested items marked: equal digests mean no change of content."""
        lines = self.lines if self.format is Format.PDF else _nested(self)
        return hashlib.sha256(normal_lines(lines).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def words(self) -> int:
        """Number of space-separated words in ``plain``."""
        return len(self.plain.split())


NESTED = "|> "
"""Stands before an item, once for each item of the list that it hangs on."""
MOST_NESTED = 9


def _nested(text: Text) -> tuple[str, ...]:
    """The lines, items marked by what they hang on: "one of:" says another thing when an item leaves its list.

    Depth counts the items above, not the lists of the markup, so that a list wrapped once more is the same list. In a
    PDF it is a guess from where lines begin, which another layout changes: not marked there.
    """
    if all(block.level < 2 for section in text.sections for block in section.blocks):
        return text.lines
    found: list[str] = []
    for section in text.sections:
        found += section.path[-1:]
        above: list[int] = []
        for block in section.blocks:
            if block.kind is not BlockKind.ITEM:
                above.clear()
                found.append(block.text)
                continue
            while above and above[-1] >= block.level:
                above.pop()
            found.append(NESTED * min(len(above), MOST_NESTED) + block.text)
            above.append(block.level)
    return tuple(found)

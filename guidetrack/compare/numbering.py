"""Numbers that are labels and not content: of headings, of list items, of sections referred to, of contents lines.

A number is taken for a label only where it cannot be anything else; a reference to a section of this document is
resolved to that section's heading, so a dose, a citation of another law, a version or a code keeps every digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from guidetrack.compare.fold import Folder
from guidetrack.models.enums import BlockKind

_ROMAN = r"(?:[IVXL]{2,6}|[ivxl]{2,6})"
_LABEL_WORD = (
    r"(?:section|sec\.|chapter|chap\.|part|article|art\.|appendix|annex|step|paragraph|subpart|table|figure|box|"
    r"abschnitt|kapitel|artikel|anlage|anhang|ziffer|chapitre|annexe|partie|sección|capítulo|artículo|anexo|§+)"
)
_LABEL = re.compile(
    rf"""^(?:
      {_LABEL_WORD}\s?(?P<a>\d+(?:\.\d+)*[a-z]?|{_ROMAN}|[A-Z])(?:\s?[.:)–—-]+\s*|\s+)
    | (?P<b>\d+(?:\.\d+)+)[.:)]?\s+(?=[^\W\d_]|["'“„«(\[])
    | (?P<g>[A-Za-z](?:\.\d+)+)[.:)]?\s+(?=[^\W\d_])
    | (?P<c>\d{{1,3}})\s?[.:)]\s+
    | (?P<d>\d{{1,2}})\s+(?=[A-ZÀ-ÞА-Я])
    | \((?P<e>\d{{1,3}}|[a-zA-Z]|{_ROMAN})\)\s+
    | (?P<f>[a-zA-Z]|{_ROMAN})[.)]\s+(?=\S)
    )(?P<rest>.*\S)\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_NOT_A_LABEL = re.compile(
    r"\d+\s+(?:CFR|C\.F\.R|U\.?S\.?C|FR|Fed\.|TAC|Stat\.|mg|mcg|g|kg|ml|mL|%|hours?|hrs?|minutes?|min|days?|weeks?|"
    r"months?|years?|times?|patients?|January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)\b"
)
_REFERENCE = re.compile(
    r"(?P<open>[(\[])(?P<list>\d+(?:\.\d+){1,6}(?:(?:,| and|;)\s?\d+(?:\.\d+){1,6}){0,20})(?=[)\]])"
    r"|(?P<word>(?:\b(?:sections?|sec\.|abschnitt(?:e|en)?|rubriques?|secci[oó]n(?:es)?|chapters?|paragraphs?)|§+)\s?)"
    r"(?P<many>\d{1,6}(?:\.\d{1,6}){0,6}(?:(?:,| and| or| und| et| y)\s?\d{1,6}(?:\.\d{1,6}){0,6}){0,20})"
    r"(?![\d.]{0,9}\d)"
    r"(?!\s?(?:of|der|des|de la|del)\s(?!this))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_LEADER = re.compile(r"(?:\s*(?:\.\s?){3,}|\s*…+|\s*\|)\s*\d{1,4}$")
LONGEST_HEADING = 500
"""Characters past which a line is no line of a table of contents."""

_LABELLED_BLOCKS = frozenset({BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.TERM, BlockKind.QUOTE})


def split_label(line: str) -> tuple[str, str]:
    """``("5.2", "Monitoring")`` for ``5.2 Monitoring``; an empty label where the line has none."""
    found = _LABEL.match(line)
    if not found or _NOT_A_LABEL.match(line):
        return "", line
    label = next(value for key, value in found.groupdict().items() if key != "rest" and value)
    return label, found["rest"]


class Numbering:
    """The section numbers of one text: which heading each stands for."""

    def __init__(self, headings: Iterable[str], folder: Folder) -> None:
        self._folder = folder
        self._titles: dict[str, str] = {}
        self._known: set[str] = set()
        for heading in headings:
            label, _ = split_label(heading)
            title = self.title(heading)
            self._known.add(title)
            if label:
                self._titles.setdefault(label, title)

    def title(self, heading: str) -> str:
        """The heading without its number, folded."""
        return self._folder(split_label(heading)[1])

    def folded(self, line: str, kind: BlockKind) -> str:
        """The line with labels dropped and references resolved, folded."""
        if kind is BlockKind.HEADING:
            return self.title(line)
        if self._titles:
            line = _REFERENCE.sub(self._resolve, line)
        label, rest = split_label(line) if kind in _LABELLED_BLOCKS else ("", line)
        if label and not _is_item_label(line, label):
            rest = line
        contents = self._contents_line(line)
        return contents or self._folder(rest)

    def _contents_line(self, line: str) -> str:
        """A line of the table of contents as the heading it names, or empty."""
        if len(line) > LONGEST_HEADING:
            return ""
        bare, leaders = _LEADER.subn("", line) if line[-1:].isdigit() else (line, 0)
        label, rest = split_label(bare)
        if not (label or leaders):
            return ""
        title = self._folder(rest)
        return title if title in self._known else ""

    def _resolve(self, match: re.Match[str]) -> str:
        return (match["open"] or match["word"] or "") + _NUMBER.sub(self._named, match["list"] or match["many"])

    def _named(self, match: re.Match[str]) -> str:
        title = self._titles.get(match[0])
        return f"\u2039{title}\u203a" if title else match[0]


def _is_item_label(line: str, label: str) -> bool:
    """Blocks carry a label only with its mark: ``3.`` ``(c)`` ``5.2.1``; never a bare ``3 Tablets``."""
    return not re.match(rf"{re.escape(label)}\s", line) or "." in label

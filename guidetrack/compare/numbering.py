"""Numbers that are labels and not content: of headings, of list items, of sections referred to, of contents lines.

A number is taken for a label only where it cannot be anything else; a reference to a section of this document is
resolved to that section's heading, so a dose, a citation of another law, a version or a code keeps every digit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from guidetrack.compare.fold import Folder
from guidetrack.models.enums import BlockKind

_ROMAN = r"(?:[IVXL]{2,6}|[ivxl]{2,6})"
_LABEL_WORD = (
    r"(?:section|sec\.|chapter|chap\.|part|article|art\.|appendix|annex|step|paragraph|subpart|table|figure|box|"
    r"abschnitt|kapitel|artikel|anlage|anhang|ziffer|chapitre|annexe|partie|sección|capítulo|artículo|anexo|§+)"
)
_LABEL = re.compile(
    rf"""^(?:
      (?P<word>(?i:{_LABEL_WORD}))\s?(?P<a>\d+(?:\.\d+)*[a-z]?|{_ROMAN}|[A-Z])(?P<mark>\s?[.:)–—-]+\s*|\s+)
    | (?P<b>\d{{1,2}}(?:\.\d+)+)[.:)]?\s+(?=[^\W\d_]|["'“„«(\[])
    | (?P<g>[A-Za-z](?:\.\d+)+)[.:)]?\s+(?=[^\W\d_])
    | (?P<c>\d{{1,3}})\s?[.:)]\s+
    | (?P<d>\d{{1,2}})\s+(?=[A-ZÀ-ÞА-Я])
    | (?P<open>\()(?P<e>\d{{1,3}}|[a-zA-Z]|{_ROMAN})\)\s+
    | (?P<f>[a-zA-Z]|{_ROMAN})[.)]\s+(?=\S)
    )(?P<rest>.*\S)\s*$""",
    re.VERBOSE,
)
_MONTHS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|"
    r"sept?|oct|nov|dec|januar|jänner|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|"
    r"juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|"
    r"octubre|noviembre|diciembre"
)
_MEASURES = (
    r"[mµμnk]?g|mcg|mg|[mdµμ]?l|mmol|mmhg|kpa|iu|cm|mm|hours?|hrs?|h|min|minutes?|seconds?|secs?|days?|weeks?|months?|"
    r"years?|times?|fold|percent|per|million|billion|stunden?|minuten?|tagen?|wochen?|monaten?|jahren?|prozent|heures?|"
    r"jours?|semaines?|mois|ans?|années?|horas?|minutos?|días?|semanas?|mes|meses|años?|cfr|fr|tac|stat|usc|u\.s\.c|"
    r"c\.f\.r|fed"
)
_ORDERED = (
    r"quartals?|halbjahr(?:es)?|trimesters?|wahl|linie|stufe|dosis|gabe|sitzung|lebensjahr|schwangerschaftswoche"
)
_COUNTED = (
    r"visits?|doses?|sessions?|tablets?|capsules?|sprays?|devices?|patients?|adults?|failures?|trials?|refills?|"
    r"antidepressants?|treatments?|infusions?|prior|failed|adequate|or\s+more|of"
)
_NOT_A_LABEL = re.compile(
    rf"0\d*\.\d|(?:\d+(?:[.,]\d+)*[.:)]?\s*(?:%|€|\$|(?i:{_MEASURES}|{_MONTHS}|{_ORDERED})(?![\w-])))"
    rf"|\d+\s+(?i:{_COUNTED})\b|\([RS]\)[\s-]+\w*[kK]etamin"
)
"""A number that counts, measures, dates or ranks what follows it, and the two hands of a molecule."""
_REFERENCE = re.compile(
    r"(?P<open>[(\[])(?P<list>\d+(?:\.\d+){1,6}(?:(?:,| and|;)\s?\d+(?:\.\d+){1,6}){0,20})(?=[)\]])"
    r"|(?P<word>(?:\b(?:sections?|sec\.|abschnitt(?:e|en)?|rubriques?|secci[oó]n(?:es)?|chapters?|paragraphs?)|§+)\s?)"
    r"(?P<many>\d{1,6}(?:\.\d{1,6}){0,6}(?:(?:,| and| or| und| et| y)\s?\d{1,6}(?:\.\d{1,6}){0,6}){0,20})"
    r"(?![\d.]{0,9}\d)"
    r"(?!\s?(?:of|der|des|de la|del)\s(?!this))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_LEADER = re.compile(r"(?:\s*(?:\.\s?){3,}|\s*…+|\s*\|)\s*(?P<page>\d{1,4})$")
LONGEST_HEADING = 500
"""Characters past which a line is no line of a table of contents."""

_LABELLED_BLOCKS = frozenset({BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.TERM, BlockKind.QUOTE})


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a line: ``style`` is the word or the bracket it is written with, ``rest`` the line without it."""

    style: str
    number: str
    rest: str


def heading_label(line: str) -> Label | None:
    """The label of a line that is a heading or names one."""
    return _label(line, in_a_block=False)


def block_label(line: str) -> Label | None:
    """The label of a line of running text: ``3.`` ``(c)`` ``Step 3:``; never ``3 Tablets``, ``Part B covers``."""
    return _label(line, in_a_block=True)


def _label(line: str, *, in_a_block: bool) -> Label | None:
    found = _LABEL.match(line)
    if not found or _NOT_A_LABEL.match(line):
        return None
    word, mark = found["word"] or "", (found["mark"] or "").strip()
    if in_a_block and (found["d"] or (word and not mark and "§" not in word)):
        return None
    number = next(found[name] for name in "abgcdef" if found[name])
    return Label(word.lower() or found["open"] or "", number, found["rest"])


def split_label(line: str) -> tuple[str, str]:
    """``("5.2", "Monitoring")`` for ``5.2 Monitoring``; an empty label where the line has none."""
    label = heading_label(line)
    return (label.number, label.rest) if label else ("", line)


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
        self._borne = Counter(self._titles.values())

    def title(self, heading: str) -> str:
        """The heading without its number, folded."""
        return self._folder(split_label(heading)[1])

    def folded(self, line: str, kind: BlockKind) -> str:
        """The line with labels dropped and references resolved, folded."""
        if kind is BlockKind.HEADING:
            return self.title(line)
        if self._titles:
            line = _REFERENCE.sub(self._resolve, line)
        entry = self.contents_entry(line)
        if entry:
            return entry.title
        label = block_label(line) if kind in _LABELLED_BLOCKS else None
        return self._folder(label.rest if label else line)

    def label(self, line: str, kind: BlockKind) -> Label | None:
        """The label that :meth:`folded` drops."""
        if kind is BlockKind.HEADING:
            return heading_label(line)
        entry = self.contents_entry(line)
        if entry:
            return entry.label
        return block_label(line) if kind in _LABELLED_BLOCKS else None

    def contents_entry(self, line: str) -> Entry | None:
        """A line of the table of contents: the heading it names, its label and its page."""
        if len(line) > LONGEST_HEADING:
            return None
        leader = _LEADER.search(line) if line[-1:].isdigit() else None
        bare = line[: leader.start()] if leader else line
        label = heading_label(bare)
        if not (label or leader):
            return None
        title = self._folder(label.rest if label else bare)
        return Entry(title, label, int(leader["page"]) if leader else None) if title in self._known else None

    def _resolve(self, match: re.Match[str]) -> str:
        return (match["open"] or match["word"] or "") + _NUMBER.sub(self._named, match["list"] or match["many"])

    def _named(self, match: re.Match[str]) -> str:
        """The heading a number stands for, with those above it where several sections are called the same."""
        title = self._titles.get(match[0])
        if not title:
            return match[0]
        if self._borne[title] > 1:
            parts = match[0].split(".")
            above = [self._titles.get(".".join(parts[:depth]), "") for depth in range(1, len(parts))]
            if not all(above) or not above:
                return match[0]
            title = "/".join([*above, title])
        return f"\u2039{title}\u203a"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table of contents. ``title`` is folded; ``page`` None where the line names none."""

    title: str
    label: Label | None
    page: int | None

"""Two readings of a sentence → the findings: what in them matters, how much, in the document's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import IntEnum
from typing import NamedTuple, TypeVar

from guidetrack.compare.features import Features
from guidetrack.compare.phrases import Found, stem
from guidetrack.compare.phrasing import LONGEST_REASON, exchange
from guidetrack.compare.quantities import Quantity
from guidetrack.compare.vocabulary import Topic, Unit, Vocabulary
from guidetrack.models.enums import Level

T = TypeVar("T")


class Matter(IntEnum):
    """What sort of thing was found; the greater is told first among findings of one level."""

    STATUS = 99
    DATE = 95
    VERDICT = 94
    UNIT = 93
    NUMBER = 92
    NEGATION = 91
    FORCE = 90
    SCHEDULE = 89
    DUTY = 88
    """An obliging or advising word only came or went."""
    SMALL_WORD = 86
    SCOPE = 85
    CODE = 80
    TERM = 60
    MOVE = 50
    SAME_FORCE = 40
    LOOSE_DATE = 30
    BLOCK = 20
    CONTACT = 15
    WORDING = 10


class Finding(NamedTuple):
    """One thing that matters in an edit: its level, what sort it is, the words.

    ``gone`` and ``come`` are quoted in the reason; ``lead`` is the pair as a summary shows it.
    """

    level: Level
    matter: Matter
    gone: str
    come: str
    note: str = ""
    lead: tuple[str, str] = ("", "")

    def reason(self, section: str) -> str:
        """``"two hours" → "one hour" in Monitoring``, ``"only" added``, ``"not" dropped``."""
        where = f" in {section}" if section else ""
        if self.matter is Matter.MOVE and not self.gone:
            return f'"{self.come}"{self.lead[1]} moved' + (f" {self.note}" if self.note else "") + where
        rest = (f" ({self.note})" if self.note else "") + where
        return exchange(self.gone, self.come, LONGEST_REASON - len(rest) - 8) + rest

    def in_cell(self, gone: str, come: str) -> Finding:
        """The same, shown with the cells of a table it was found in where the words alone say little."""
        return self if any(self.lead) or self.matter is Matter.MOVE else self._replace(lead=(gone, come))

    def in_title(self) -> Finding:
        """The same in a heading: a title that says its subject in other words is no change of the subject."""
        renamed = self.matter is Matter.TERM and self.gone and self.come and self.level is Level.HIGH
        return self._replace(level=Level.MEDIUM) if renamed else self

    @property
    def order(self) -> tuple[int, int]:
        """Sorts the weightiest first."""
        return -self.level.rank, -self.matter


def steps(old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]) -> Iterator[tuple[T | None, T | None]]:
    """What took the place of what between two short sequences; None where something only came or went."""
    a, b = [key(item) for item in old[:LONGEST_SEQUENCE]], [key(item) for item in new[:LONGEST_SEQUENCE]]
    if a == b:
        return
    for op, i0, i1, j0, j1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            continue
        for k in range(max(i1 - i0, j1 - j0)):
            yield old[i0 + k] if i0 + k < i1 else None, new[j0 + k] if j0 + k < j1 else None


OBLIGING = 3
"""Rank of force up to which a sentence is a rule: prohibition, obligation, negative advice."""

LONGEST_SEQUENCE = 200
"""Terms of one sort in an edit that are compared one by one."""


class Judge:
    """Finds what matters between two readings of one line, given the topics it stands under."""

    def __init__(self, vocabulary: Vocabulary, topics: Sequence[Topic], unit: Unit | None = None) -> None:
        """``unit``: what bare numbers count, such as the head of their column says."""
        self._unit = unit
        self._vocabulary = vocabulary
        self._topics = topics

    def findings(self, old: Features, new: Features) -> list[Finding]:
        """Everything that matters, weightiest first."""
        found = [
            *_whole_verdicts([*self._standing(old, new), *self._force(old, new), *self._scope(old, new)]),
            *self._codes(old, new),
            *self._dates(old, new), *self._quantities(old, new), *self._terms(old, new),
        ]
        return sorted(found, key=lambda finding: finding.order)

    def _standing(self, old: Features, new: Features) -> Iterator[Finding]:
        for gone, come in steps(old.standing, new.standing, _said):
            group = self._vocabulary.groups[(come or gone).group]  # type: ignore[union-attr]
            matter = Matter.STATUS if group.name == "document" else Matter.VERDICT
            yield _finding(group.level, matter, gone, come, group.title)

    def _force(self, old: Features, new: Features) -> Iterator[Finding]:
        force = self._vocabulary.force
        for gone, come in steps(old.force, new.force, _said):
            ranks = [force[item.group].rank for item in (gone, come) if item]
            if gone and come:
                if ranks[0] == ranks[1]:
                    yield _finding(Level.LOW, Matter.SAME_FORCE, gone, come, "same force")
                else:
                    yield _finding(Level.HIGH, Matter.FORCE, gone, come)
            else:
                alone = force[(gone or come).group].alone  # type: ignore[union-attr]
                yield _finding(alone, Matter.DUTY, gone, come)

    def _scope(self, old: Features, new: Features) -> Iterator[Finding]:
        names = dict.fromkeys(found.group for found in (*old.scope, *new.scope))
        for name in names:
            group = self._vocabulary.groups[name]
            if group.swap:
                continue
            mine, theirs = ([f for f in side.scope if f.group == name] for side in (old, new))
            for gone, come in steps(mine, theirs, _said):
                if group.name != "negation":
                    yield _finding(group.level, Matter.SCOPE, gone, come)
                elif gone and come:
                    yield _finding(Level.LOW, Matter.SAME_FORCE, gone, come, "both deny")
                else:
                    yield _finding(group.level, Matter.NEGATION, gone, come)

    def _codes(self, old: Features, new: Features) -> Iterator[Finding]:
        for gone, come in _exchanged(old.codes, new.codes, _said):
            group = self._vocabulary.groups[(come or gone).group]  # type: ignore[union-attr]
            matter = Matter.SCHEDULE if group.name == "schedule" else Matter.CODE
            yield _finding(group.level, matter, gone, come, group.title)

    def _dates(self, old: Features, new: Features) -> Iterator[Finding]:
        for gone, come in steps(old.dates, new.dates, lambda item: item[0].value or stem(item[0].text)):
            kind = (come[1] if come else "") or (gone[1] if gone else "")
            level = self._vocabulary.groups[f"dates.{kind}"].level if kind else Level.LOW
            note = kind
            if gone and come and gone[0].value and come[0].value:
                direction = "later" if come[0].value > gone[0].value else "earlier"
                note = f"{kind}, {direction}" if kind else direction
            words = [item[0].text if item else "" for item in (gone, come)]
            yield Finding(level, Matter.DATE if kind else Matter.LOOSE_DATE, words[0], words[1], note)

    def _quantities(self, old: Features, new: Features) -> Iterator[Finding]:
        obliges = any(self._vocabulary.force[term.group].rank <= OBLIGING for term in (*old.force, *new.force))
        obliges = obliges or bool(_ORDER.search(old.sentence) and _ORDER.search(new.sentence))
        for gone, come in steps(old.quantities, new.quantities, lambda quantity: quantity.key):
            some = come or gone
            if some is None:
                continue
            sentence = new.sentence if come else old.sentence
            unit_changed = gone is not None and come is not None and gone.measure != come.measure
            level = max((self._level(q, sentence, obliges) for q in (gone, come) if q), key=lambda level: level.rank)
            lead = (_with_bound(old.sentence, gone), _with_bound(new.sentence, come))
            matter = Matter.UNIT if unit_changed else Matter.NUMBER
            yield Finding(level, matter, gone.text if gone else "", come.text if come else "", "", lead)

    def _level(self, quantity: Quantity, sentence: str, obliges: bool) -> Level:
        measure = quantity.measure or self._unit
        topical = max((topic.numbers for topic in self._topics), key=lambda level: level.rank, default=Level.LOW)
        before = sentence[max(0, quantity.start - 40) : quantity.start]
        if measure is None and (_AGED.search(before) or _SCORED.search(before)):
            return Level.HIGH
        if measure is None:
            return Level.MEDIUM if topical is not Level.LOW else Level.LOW
        if measure.level is not None:
            return measure.level
        if obliges and measure.group in ("time", "calendar", "times"):
            return Level.HIGH
        if measure.group == "calendar" and _AGE.search(sentence):
            return Level.HIGH
        return topical if topical is not Level.LOW else Level.MEDIUM

    def _terms(self, old: Features, new: Features) -> Iterator[Finding]:
        for gone, come in _exchanged(old.topics, new.topics, _said):
            topic = self._vocabulary.topics[(come or gone).group]  # type: ignore[union-attr]
            yield _finding(topic.words, Matter.TERM, gone, come, topic.title)


def _whole_verdicts(found: list[Finding]) -> list[Finding]:
    """A verdict that came for a word of force is one exchange: "not recommended" → "recommended as an option"."""
    out = list(found)
    for verdict in found:
        if verdict.matter not in (Matter.STATUS, Matter.VERDICT) or bool(verdict.gone) == bool(verdict.come):
            continue
        for rule in found:
            mine, other = (rule.come, rule.gone) if verdict.come else (rule.gone, rule.come)
            whole = verdict.come or verdict.gone
            if rule.matter in (Matter.FORCE, Matter.SAME_FORCE) and other and mine and mine.lower() in whole.lower():
                pair = (other, whole) if verdict.come else (whole, other)
                out[out.index(verdict)] = verdict._replace(gone=pair[0], come=pair[1])
                out.remove(rule)
                break
    return out


_ORDER = re.compile(r"(?:^|[.:;]\s)(?:Do not|Don't|Never|Always)\b")
_AGE = re.compile(r"\bage[ds]?\b|\bolder\b|\byounger\b|\badults?\b|\bans\b|\bJahren?\b", re.IGNORECASE)
_AGED = re.compile(r"\b(?:age[ds]?|ages|edad|Alter|âgés?)\b[^.;]{0,16}$", re.IGNORECASE)
_SCORED = re.compile(r"\b(?:PHQ-?9|MADRS|HAM-?D|HDRS|QIDS|BDI|CGI|scores?|Punkte)\b[^.;\d]{0,24}$", re.IGNORECASE)
_BOUND_BEFORE = re.compile(
    r"(?:at least|at most|up to|no more than|not more than|no less than|no later than|more than|less than|a minimum of|"
    r"a maximum of|within|mindestens|höchstens|au moins|au plus|al menos)\s$",
    re.IGNORECASE,
)


def _with_bound(sentence: str, quantity: Quantity | None) -> str:
    """The quantity with the bound before it: "at least two hours"."""
    if quantity is None:
        return ""
    bound = _BOUND_BEFORE.search(sentence[max(0, quantity.start - 40) : quantity.start])
    return (bound[0] if bound else "") + quantity.text


def _said(found: Found) -> str:
    return " ".join(stem(word) for word in found.text.split())


def _exchanged(
    old: Sequence[Found], new: Sequence[Found], key: Callable[[Found], Hashable]
) -> Iterator[tuple[Found | None, Found | None]]:
    """What went and what came, wherever it stood; paired within a group, in order."""
    if not (old or new):
        return
    left, right = Counter(map(key, old)), Counter(map(key, new))
    gone = _surplus(old, left - right, key)
    come = _surplus(new, right - left, key)
    for found in gone:
        partner = next((other for other in come if other.group == found.group), None)
        if partner is not None:
            come.remove(partner)
        yield found, partner
    for found in come:
        yield None, found


def _surplus(items: Sequence[Found], surplus: Counter[Hashable], key: Callable[[Found], Hashable]) -> list[Found]:
    out: list[Found] = []
    for item in items:
        if surplus[key(item)] > 0:
            surplus[key(item)] -= 1
            out.append(item)
    return out


def _finding(level: Level, matter: Matter, gone: Found | None, come: Found | None, note: str = "") -> Finding:
    return Finding(level, matter, gone.text if gone else "", come.text if come else "", note)

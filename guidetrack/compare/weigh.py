"""An edit → its level and reasons, each quoting the words and naming the section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import NamedTuple

from guidetrack.compare.dates import sentences
from guidetrack.compare.features import CONTACT, Features, features
from guidetrack.compare.findings import Finding, Judge, Matter
from guidetrack.compare.fold import Folder
from guidetrack.compare.numbering import split_label
from guidetrack.compare.phrases import Found, words_of
from guidetrack.compare.phrasing import LONGEST_NAME, section_name, shortened
from guidetrack.compare.quantities import quantities
from guidetrack.compare.vocabulary import Topic, Vocabulary
from guidetrack.models.enums import BlockKind, EditKind, Level
from guidetrack.normal import normal

LONGEST_READ = 20_000
"""Characters of one side of an edit that are read for findings: of a longer one only the words that differ."""

QUOTED = 60
"""Characters of a line quoted where no single word stands out."""


class Swap(NamedTuple):
    """The words of one place, before and after, and up to two words that stayed ``left`` and ``right`` of it."""

    gone: str
    come: str
    left: Sequence[str] = ()
    right: Sequence[str] = ()


class Weigher:
    """Weighs the edits of one comparison."""

    def __init__(self, vocabulary: Vocabulary, folder: Folder) -> None:
        self._vocabulary = vocabulary
        self._folder = folder
        self._headings: dict[str, list[Topic]] = {}
        self._names: dict[str, str] = {}

    def changed(
        self, before: str, after: str, path: Sequence[str], swaps: Sequence[Swap], context: str = ""
    ) -> list[Finding]:
        """Findings for a line that became another. ``context``: words around it, such as a table's headings."""
        old_text, new_text = _changed_sentences(normal(before), normal(after))
        if max(len(old_text), len(new_text)) > LONGEST_READ:
            pairs = zip(*(swap[:2] for swap in swaps), strict=True)
            old_text, new_text = (normal(" … ".join(side))[:LONGEST_READ] for side in pairs)
        old, new = self._read(old_text), self._read(new_text)
        reaches = old.contacts or new.contacts
        if reaches and CONTACT.sub("", old_text) == CONTACT.sub("", new_text):
            return [_contact(old, new)]
        judge = Judge(self._vocabulary, self._topics(path, new, context, old))
        found = [*judge.findings(old, new), *self._swapped(swaps)]
        if self._is_contact(old, new, found):
            found = found or [_wording_finding(Level.LOW, swaps, old_text, new_text)]
            return [finding._replace(level=Level.LOW, note="contact") for finding in found]
        found = [self._in_context(finding, swaps) for finding in found]
        floor = self._wording(path, swaps)
        if not found and _dated_alike(old, new):
            floor = Level.LOW
        elif floor is Level.LOW and any(map(self._joins, swaps)) and self._about(path, old, new):
            floor = Level.MEDIUM
        if not found or floor.rank > max(finding.level.rank for finding in found):
            found.append(_wording_finding(floor, swaps, old_text, new_text))
        return sorted(found, key=lambda finding: finding.order)

    def whole(
        self, text: str, path: Sequence[str], kind: EditKind, block: BlockKind, context: str = "", lead: str = ""
    ) -> list[Finding]:
        """Findings for a line that came or went. ``lead``: the words before the list an item stands in."""
        said = self._read(normal(text)[:LONGEST_READ])
        nothing = self._read("")
        topics = self._topics(path, said, context, lead)
        sides = (nothing, said) if kind is EditKind.ADDED else (said, nothing)
        judge = Judge(self._vocabulary, topics)
        about = [topic for topic in topics if topic.name != "substances"]
        found = [_as_block(finding, about) for finding in judge.findings(*sides)]
        least = max((topic.block for topic in topics), key=lambda level: level.rank, default=Level.LOW)
        if block is BlockKind.ITEM:
            least = max(least, self._least_of_item(path, lead, about), key=lambda level: level.rank)
        if block is BlockKind.HEADING:
            least = Level.MEDIUM if least is Level.LOW else least
        if not found or found[0].level.rank < least.rank:
            quote = shortened(normal(text), QUOTED)
            note = about[0].title if about else ""
            gone, come = ("", quote) if kind is EditKind.ADDED else (quote, "")
            found.append(Finding(least, Matter.BLOCK, gone, come, note))
        return sorted(found, key=lambda finding: finding.order)

    def section(self, path: Sequence[str]) -> str:
        """The name of a line's section in a few words, with a subject of guidance it names; empty before the first."""
        if not path:
            return ""
        title = normal(split_label(path[-1])[1])
        if title not in self._names:
            long = len(title) > LONGEST_NAME
            found = self._vocabulary.headings.find(title, words_of(title))["topics"] if long else []
            self._names[title] = section_name(title, keep=[term.text for term in found])
        return self._names[title]

    def moved(
        self, source: Sequence[str], target: Sequence[str], text: str, leads: tuple[str, str] = ("", "")
    ) -> list[Finding]:
        """Findings for a line that stands elsewhere now. ``leads``: the words before the lists it stood and stands in.
        """
        before, after = (_frame(path, lead) for path, lead in ((source, leads[0]), (target, leads[1])))
        turned = self._rules(source, leads[0]).items() ^ self._rules(target, leads[1]).items()
        level = max((level for _, level in turned), key=lambda level: level.rank, default=Level.LOW)
        ranks = {topic.name for topic in self._heading_topics(source)} ^ {t.name for t in self._heading_topics(target)}
        if ranks & {"contraindications", "boxed-warning", "indication"}:
            level = Level.HIGH
        which = before[0] == after[0]
        if which and (level is Level.LOW or before[1] == after[1]):
            return [Finding(level, Matter.MOVE, "", shortened(normal(text), QUOTED), "moved within its section")]
        gone, come = before[which] or "the beginning", after[which] or "the beginning"
        return [Finding(level, Matter.MOVE, gone, come, "moved")]

    def _least_of_item(self, path: Sequence[str], lead: str, about: Sequence[Topic]) -> Level:
        """An item that joins or leaves a list of what is forbidden, required or excepted changes the rule."""
        found = self._rules(path, lead)
        strongest = max(found.values(), key=lambda level: level.rank, default=Level.LOW)
        if about or strongest is not Level.HIGH or _FORBIDDING & self._rules(path[-1:], "").keys():
            return strongest
        return Level.MEDIUM

    def _rules(self, path: Sequence[str], lead: str) -> dict[str, Level]:
        """What the headings above a line, and the words before its list, make of it: forbidden, required, excepted."""
        found: dict[str, Level] = {}
        for frame in (*path[-2:], lead):
            terms = self._terms(frame) if frame else {}
            for term in terms.get("force", ()):
                found[term.group] = self._vocabulary.force[term.group].alone
            for term in (*terms.get("scope", ()), *terms.get("standing", ())):
                group = self._vocabulary.groups[term.group]
                if term.group in _TURNING_GROUPS or term.group.startswith("status."):
                    found[term.group] = group.level
        return found

    def unread(self, gone: str, come: str) -> Finding:
        """What is said of an edit past the bound of reading."""
        return _wording_finding(Level.MEDIUM, (), normal(gone[:LONGEST_READ]), normal(come[:LONGEST_READ]))

    def cost(self, text: str) -> int:
        """How much it would matter if this line went: 0, 1 or 2."""
        return self.whole(text, (), EditKind.REMOVED, BlockKind.PARAGRAPH)[0].level.rank - 1

    def _same_amounts(self, gone: str, come: str) -> bool:
        """Whether one amount is only said in another unit: 120 minutes, two hours."""
        mine, theirs = (quantities(normal(text), self._vocabulary, self._folder) for text in (gone, come))
        return bool(mine) and [quantity.key for quantity in mine] == [quantity.key for quantity in theirs]

    def _read(self, text: str) -> Features:
        return features(text, self._vocabulary, self._folder)

    def _terms(self, text: str) -> dict[str, list[Found]]:
        plain = normal(text)
        return self._vocabulary.terms.find(plain, words_of(plain))

    def _topics(self, path: Sequence[str], *read: Features | str) -> list[Topic]:
        names: dict[str, Topic] = {topic.name: topic for topic in self._heading_topics(path)}
        for said in read:
            terms = self._terms(said)["topics"] if isinstance(said, str) else said.topics
            names |= {term.group: self._vocabulary.topics[term.group] for term in terms}
        return list(names.values())

    def _heading_topics(self, path: Sequence[str]) -> list[Topic]:
        topics: dict[str, Topic] = {}
        for heading in path[-2:]:
            if heading not in self._headings:
                text = normal(heading)
                found = self._vocabulary.headings.find(text, words_of(text))["topics"]
                self._headings[heading] = [self._vocabulary.topics[term.group] for term in found]
            topics |= {topic.name: topic for topic in self._headings[heading]}
        return list(topics.values())

    def _swapped(self, swaps: Sequence[Swap]) -> list[Finding]:
        """``or`` for ``and``, ``before`` for ``after``: small words whose exchange turns a rule."""
        found: list[Finding] = []
        for gone, come, *_ in swaps:
            found += [Finding(Level.HIGH, Matter.NEGATION, a, b) for a, b in _turned(gone, come)]
            mine, theirs = (self._small_words(text) for text in (gone, come))
            if len(mine) == len(theirs) == 1:
                (name, before), (other, after) = mine[0], theirs[0]
                if name == other and before.lower() != after.lower():
                    found.append(Finding(self._vocabulary.groups[name].level, Matter.SMALL_WORD, before, after))
        return found

    def _joins(self, swap: Swap) -> bool:
        """Whether an alternative, or one more condition, only came or only went: "or with", "and dizziness"."""
        gone, come = swap.gone.strip(), swap.come.strip()
        if gone and come:
            return False
        return any(term.group == "scope.joining" for term in self._terms(gone or come)["scope"])

    def _about(self, path: Sequence[str], *read: Features | str) -> list[Topic]:
        """The subjects of a line, its substance aside."""
        return [topic for topic in self._topics(path, *read) if topic.name != "substances"]

    def _small_words(self, text: str) -> list[tuple[str, str]]:
        words = text.lower().split()
        if not 0 < len(words) <= 3 or self._vocabulary.small_words.isdisjoint(word.strip(".,;:()") for word in words):
            return []
        terms = self._terms(text)["scope"]
        return [(term.group, term.text) for term in terms if self._vocabulary.groups[term.group].swap]

    def _in_context(self, finding: Finding, swaps: Sequence[Swap]) -> Finding:
        """What the summary shows of a word that only came or went: what stood in its place, or stands beside it."""
        small = finding.matter is Matter.SMALL_WORD
        if any(finding.lead) or (bool(finding.gone) == bool(finding.come) and not small):
            return finding
        for swap in swaps:
            gone, come = swap.gone.strip(" ,;"), swap.come.strip(" ,;")
            if finding.gone not in gone or finding.come not in come or max(len(gone), len(come)) > QUOTED:
                continue
            if not small and ((gone and come) or not self._needs_neighbours(gone or come)):
                return finding._replace(lead=(gone, come))
            left = _beside(swap.left[::-1])[::-1]
            if left and left[-1].lower() not in _EMPTY_WORDS:
                left = left[-1:]
            right = _beside(swap.right[:1] if small else swap.right)
            gone, come = (" ".join(filter(None, [*left, words, *right])) for words in (gone, come))
            return finding._replace(lead=(gone, come))
        return finding

    def _needs_neighbours(self, text: str) -> bool:
        """Whether words say too little by themselves: one at most that is not "or", "not", "only", "may" …"""
        terms = self._terms(text)
        rest = text
        for found in (*terms["scope"], *terms["force"]):
            rest = rest.replace(found.text, " ", 1)
        words = [word for word in words_of(rest) if word.text.lower() not in _EMPTY_WORDS]
        return not words or (len(words) == 1 and len(words_of(text)) > 1)

    def _is_contact(self, old: Features, new: Features, found: list[Finding]) -> bool:
        """Whether a sentence that says how to reach somebody changed in a number or a name only."""
        if not (new.reaches or old.reaches) or len(new.sentence) > 300:
            return False
        return all(finding.level is not Level.HIGH for finding in found)

    def _wording(self, path: Sequence[str], swaps: Sequence[Swap]) -> Level:
        if all(_trivial(gone, come) or self._same_amounts(gone, come) for gone, come, *_ in swaps):
            return Level.LOW
        levels = (topic.wording for topic in self._heading_topics(path))
        return max(levels, key=lambda level: level.rank, default=Level.LOW)


_BACKGROUND = frozenset({Matter.TERM, Matter.LOOSE_DATE, Matter.SCOPE})
_AMOUNTS = frozenset({Matter.NUMBER, Matter.UNIT})
_RULES = frozenset({Matter.NEGATION, Matter.FORCE, Matter.DUTY, Matter.SMALL_WORD})


_TURNING_GROUPS = frozenset({"scope.negation", "scope.exception"})
_FORBIDDING = frozenset({"prohibition", "negative-advice", *_TURNING_GROUPS})


def _frame(path: Sequence[str], lead: str) -> tuple[str, str]:
    """What a line stands under: its heading, and the words before its list."""
    return split_label(path[-1])[1] if path else "", shortened(normal(lead), QUOTED)


_CLAUSE = frozenset(".,;:!?()[]|–—")


def _beside(words: Sequence[str]) -> list[str]:
    """Words up to the end of their clause."""
    return list(takewhile(lambda word: word not in _CLAUSE, words))


def _as_block(finding: Finding, about: Sequence[Topic]) -> Finding:
    """A finding in a line that came or went whole: words count less than in a sentence that stayed."""
    if finding.matter in _BACKGROUND:
        return finding._replace(level=Level.LOW)
    amount_or_aside = finding.matter in _AMOUNTS or (finding.matter in _RULES and not about)
    if finding.level is Level.HIGH and amount_or_aside:
        return finding._replace(level=Level.MEDIUM)
    return finding


def _changed_sentences(before: str, after: str) -> tuple[str, str]:
    """Only the sentences that are not in both."""
    old, new = sentences(before), sentences(after)
    mine, theirs = Counter(old), Counter(new)
    only_old, only_new = mine - theirs, theirs - mine
    if not only_old and not only_new:
        return before, after
    return " ".join(s for s in old if s in only_old), " ".join(s for s in new if s in only_new)


def _dated_alike(old: Features, new: Features) -> bool:
    """Whether two sentences differ only in how they write their dates."""
    sides = []
    for side in (old, new):
        text = side.sentence
        for day, _ in reversed(side.dates):
            text = text[: day.start] + str(day.value or day.text) + text[day.stop :]
        sides.append(text)
    return bool(old.dates) and sides[0] == sides[1]


def _contact(old: Features, new: Features) -> Finding:
    gone = next((item for item in old.contacts if item not in new.contacts), "")
    come = next((item for item in new.contacts if item not in old.contacts), "")
    note = "link target" if "://" in gone + come else "contact"
    return Finding(Level.LOW, Matter.CONTACT, gone, come, note)


_ARTICLES = (
    "a an the this that these those of is are was were be been being to in on at for with as it its their his her our "
    "your we you they he she will would also such here there which who whom please and"
)
_EMPTY_WORDS = frozenset(_ARTICLES.split())
_PREFIXES = "un in im ir non dis hypo hyper anti pre post de sub super over under"
_TURNING = frozenset(_PREFIXES.split())
_NEGATING = ("un", "in", "im", "ir", "il", "non", "dis")


def _turned(gone: str, come: str) -> list[tuple[str, str]]:
    """Words that only gained or lost a syllable that turns them round: safe and unsafe, zulässig and unzulässig."""
    mine, theirs = ([word.text for word in words_of(normal(text))] for text in (gone, come))
    if len(mine) != len(theirs):
        return []
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a.lower() != b.lower()]
    return [(a, b) for a, b in pairs if min(len(a), len(b)) > 3 and any(
        long.lower() == prefix + short.lower() for prefix in _NEGATING for short, long in ((a, b), (b, a)))]


def _trivial(gone: str, come: str) -> bool:
    """Whether an exchange is of punctuation, articles, capitals or spelling only."""
    mine, theirs = ([word.text for word in words_of(normal(text))] for text in (gone, come))
    if [word.lower() for word in mine] == [word.lower() for word in theirs]:
        return True
    left = [word.lower() for word in mine if word.lower() not in _EMPTY_WORDS]
    right = [word.lower() for word in theirs if word.lower() not in _EMPTY_WORDS]
    if len(left) != len(right):
        return False
    return all(a == b or _respelt(a, b) for a, b in zip(left, right, strict=True))


def _respelt(a: str, b: str) -> bool:
    if not (a.isalpha() and b.isalpha()) or min(len(a), len(b)) < 4 or max(len(a), len(b)) > 40:
        return False
    if any(a == prefix + b or b == prefix + a for prefix in _TURNING):
        return False
    return a[0] == b[0] and SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.8


def _wording_finding(level: Level, swaps: Sequence[Swap], before: str, after: str) -> Finding:
    """Nothing the vocabulary knows: quote the first words that differ."""
    for gone, come, *_ in swaps:
        if gone.strip() or come.strip():
            before, after = gone.strip(), come.strip()
            break
    return Finding(level, Matter.WORDING, shortened(before, QUOTED), shortened(after, QUOTED), "wording")



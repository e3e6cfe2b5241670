"""An edit → its level and reasons, each quoting the words and naming the section."""

from __future__ import annotations

from collections.abc import Sequence

from guidetrack.compare.columns import Crossing
from guidetrack.compare.exchanges import Exchanges, told_of_struck
from guidetrack.compare.features import CONTACT, DIGIT, STRUCK, Features, features
from guidetrack.compare.findings import OBLIGING, Finding, Judge, Matter
from guidetrack.compare.fold import Folder
from guidetrack.compare.frames import Frames
from guidetrack.compare.numbering import split_label
from guidetrack.compare.phrases import words_of
from guidetrack.compare.phrasing import LONGEST_NAME, section_name, shortened
from guidetrack.compare.quantities import quantities
from guidetrack.compare.vocabulary import Topic, Vocabulary
from guidetrack.compare.wording import (
    MARKS,
    QUOTED,
    Swap,
    changed_sentences,
    contact,
    dated_alike,
    trivial,
    wording_finding,
)
from guidetrack.models.enums import BlockKind, EditKind, Level
from guidetrack.normal import normal

LONGEST_READ = 20_000
"""Characters of one side of an edit that are read for findings: of a longer one only the words that differ."""


LIKE_AN_ITEM = 12
"""Words up to which a paragraph under a heading that forbids or requires is read as an item of its list."""


class Weigher:
    """Weighs the edits of one comparison."""

    def __init__(self, vocabulary: Vocabulary, folder: Folder) -> None:
        self._vocabulary = vocabulary
        self._folder = folder
        self.frames = Frames(vocabulary)
        self._exchanges = Exchanges(vocabulary, self.frames)
        self._names: dict[str, str] = {}

    def changed(
        self, before: str, after: str, path: Sequence[str], swaps: Sequence[Swap], context: str = "", head: str = ""
    ) -> list[Finding]:
        """Findings for a line that became another. ``context``: words around it, such as a table's headings.

        :param head: that of the one column a row changed in.
        """
        old_text, new_text = changed_sentences(normal(before), normal(after))
        if max(len(old_text), len(new_text)) > LONGEST_READ:
            pairs = zip(*(swap[:2] for swap in swaps), strict=True)
            old_text, new_text = (normal(" … ".join(side))[:LONGEST_READ] for side in pairs)
        old, new = self._read(old_text), self._read(new_text)
        reaches = old.contacts or new.contacts
        if reaches and CONTACT.sub("", old_text) == CONTACT.sub("", new_text):
            return [contact(old, new)]
        judge = Judge(self._vocabulary, self.frames.topics(path, new, context, old), self._exchanges.unit_in(head))
        found = [*judge.findings(old, new), *self._exchanges.swapped(swaps)]
        found += self._exchanges.divided(old_text, new_text, swaps)
        if STRUCK in old_text or STRUCK in new_text:
            found = [told_of_struck(finding, old_text, new_text) for finding in found]
        if self._is_contact(old, new, found):
            found = found or [wording_finding(Level.LOW, swaps, old_text, new_text)]
            return [finding._replace(level=Level.LOW, note="contact") for finding in found]
        found = [self._exchanges.in_context(finding, swaps) for finding in found]
        highest = max((finding.level.rank for finding in found), default=0)
        floor = Level.LOW if highest == Level.HIGH.rank else self._floor(path, old, new, swaps, found)
        if not found or floor.rank > highest:
            found.append(wording_finding(floor, swaps, old_text, new_text))
        return sorted(found, key=lambda finding: finding.order)

    def whole(
        self, text: str, path: Sequence[str], kind: EditKind, block: BlockKind, context: str = "", lead: str = ""
    ) -> list[Finding]:
        """Findings for a line that came or went, its label left out. ``lead``: the words before an item's list."""
        said = self._read(normal(text)[:LONGEST_READ])
        if said.contacts and len(words_of(CONTACT.sub(" ", said.sentence))) <= 1:
            sides = (self._read(""), said)
            return [contact(*(sides if kind is EditKind.ADDED else sides[::-1]))]
        nothing = self._read("")
        topics = self.frames.topics(path, said, context, lead)
        sides = (nothing, said) if kind is EditKind.ADDED else (said, nothing)
        judge = Judge(self._vocabulary, topics)
        about = [topic for topic in topics if topic.name != "substances"]
        found = [_as_block(finding, about) for finding in judge.findings(*sides)]
        least = max((topic.block for topic in topics), key=lambda level: level.rank, default=Level.LOW)
        if block is BlockKind.ITEM or (block is BlockKind.PARAGRAPH and len(text.split()) <= LIKE_AN_ITEM):
            least = max(least, self.frames.least_of_item(path, lead, about), key=lambda level: level.rank)
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
            found = self._vocabulary.headings.find(title)["topics"] if long else []
            self._names[title] = section_name(title, keep=[term.text for term in found])
        return self._names[title]

    def crossed(self, crossing: Crossing) -> Finding:
        """What is said of a row whose words are the same in other columns."""
        gone, come = (shortened(normal(" | ".join(cells)), QUOTED) for cells in (crossing.gone, crossing.come))
        if crossing.with_heads:
            return Finding(Level.LOW, Matter.SMALL_WORD, gone, come, "columns in another order")
        if crossing.heads:
            return Finding(Level.HIGH, Matter.SMALL_WORD, gone, come, "heads of columns changed places")
        said = self._read(normal(crossing.line)[:LONGEST_READ])
        heavy = said.codes or said.force or any(quantity.measure for quantity in said.quantities)
        quote = shortened(said.sentence, QUOTED)
        return Finding(Level.HIGH if heavy else Level.MEDIUM, Matter.MOVE, "", quote, "to another column")

    def renumbered(self, before: str, after: str) -> Finding:
        """What is said of a line that changed in nothing but its own number, which its neighbours do not explain."""
        return Finding(Level.LOW, Matter.WORDING, before, after, "its number alone")

    def unread(self, gone: str, come: str) -> Finding:
        """What is said of an edit past the bound of reading."""
        return wording_finding(Level.MEDIUM, (), normal(gone[:LONGEST_READ]), normal(come[:LONGEST_READ]))

    def cost(self, text: str) -> int:
        """How much it would matter if this line went: 0, 1 or 2."""
        return self.whole(text, (), EditKind.REMOVED, BlockKind.PARAGRAPH)[0].level.rank - 1

    def _same_amounts(self, gone: str, come: str) -> bool:
        """Whether one amount is only said in another unit: 120 minutes, two hours."""
        if not (self._counts(gone) and self._counts(come)):
            return False
        mine, theirs = (quantities(normal(text), self._vocabulary, self._folder) for text in (gone, come))
        return bool(mine) and [quantity.key for quantity in mine] == [quantity.key for quantity in theirs]

    def _counts(self, text: str) -> bool:
        return bool(DIGIT.search(text)) or self._folder.counts(word.lower() for word in words_of(normal(text)))

    def _read(self, text: str) -> Features:
        return features(text, self._vocabulary, self._folder)

    def _floor(
        self, path: Sequence[str], old: Features, new: Features, swaps: Sequence[Swap], found: Sequence[Finding]
    ) -> Level:
        """The level that other words have here, whatever they say."""
        if not found and dated_alike(old, new):
            return Level.LOW
        if not any(self._is_telling(swap, found) for swap in swaps):
            return Level.LOW
        levels = (topic.wording for topic in self.frames.heading_topics(path))
        floor = max(levels, key=lambda level: level.rank, default=Level.LOW)
        return Level.MEDIUM if floor is Level.LOW and self._is_of_a_rule(path, old, new, swaps, found) else floor

    def _is_telling(self, swap: Swap, found: Sequence[Finding]) -> bool:
        """Whether an exchange says something: not of one force, of spelling, or of units alone."""
        alike = trivial(swap.gone, swap.come) or self._same_amounts(swap.gone, swap.come)
        return not (alike or _same_force(swap, found))

    def _is_of_a_rule(
        self, path: Sequence[str], old: Features, new: Features, swaps: Sequence[Swap], found: Sequence[Finding]
    ) -> bool:
        """Whether a sentence obliges or forbids, a mark of a note came or went, or so did an alternative in a sentence
        that is about something.
        """
        ruling = self._vocabulary.force
        if any(ruling[term.group].rank <= OBLIGING for term in (*old.force, *new.force)):
            return True
        excepts = any(term.group == _EXCEPTION for term in (*old.scope, *new.scope))
        denies = any(term.group == _NEGATION for side in (old, new) for term in side.scope)
        if denies and self.frames.about((), old, new):
            return True
        if excepts or _EXCEPTION in self.frames.rules(path, ""):
            return True
        if old.standing or new.standing or any(MARKS & (set(swap.gone) ^ set(swap.come)) for swap in swaps):
            return True
        joined = any(self._exchanges.joins(swap) and self._is_telling(swap, found) for swap in swaps)
        return joined and bool(self.frames.about(path, old, new))

    def _is_contact(self, old: Features, new: Features, found: list[Finding]) -> bool:
        """Whether a sentence that says how to reach somebody changed in a number or a name only."""
        if not (new.reaches or old.reaches) or len(new.sentence) > 300:
            return False
        return all(finding.level is not Level.HIGH for finding in found)


_EXCEPTION, _NEGATION = "scope.exception", "scope.negation"
_BACKGROUND = frozenset({Matter.TERM, Matter.LOOSE_DATE, Matter.SCOPE})
_AMOUNTS = frozenset({Matter.NUMBER, Matter.UNIT})
_RULES = frozenset({Matter.NEGATION, Matter.FORCE, Matter.DUTY, Matter.SMALL_WORD})


def _same_force(swap: Swap, found: Sequence[Finding]) -> bool:
    """Whether an exchange is only of words of one force: must and shall."""
    pair = swap.gone.strip(), swap.come.strip()
    alike = (finding for finding in found if finding.matter is Matter.SAME_FORCE)
    return all(pair) and any(f" {finding.gone} ".replace(f" {pair[0]} ", f" {pair[1]} ") == f" {finding.come} "
                             for finding in alike)


def _as_block(finding: Finding, about: Sequence[Topic]) -> Finding:
    """A finding in a line that came or went whole: words count less than in a sentence that stayed."""
    if finding.matter in _BACKGROUND:
        return finding._replace(level=Level.LOW)
    amount_or_aside = finding.matter in _AMOUNTS or (finding.matter in _RULES and not about)
    if finding.level is Level.HIGH and amount_or_aside:
        return finding._replace(level=Level.MEDIUM)
    return finding


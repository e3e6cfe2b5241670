"""What a line stands under: its headings, the words before its list; what they make of it."""

from __future__ import annotations

from collections.abc import Sequence

from guidetrack.compare.features import Features
from guidetrack.compare.findings import Finding, Matter
from guidetrack.compare.numbering import split_label
from guidetrack.compare.phrases import Found
from guidetrack.compare.phrasing import section_name, shortened
from guidetrack.compare.vocabulary import Topic, Vocabulary
from guidetrack.compare.wording import QUOTED
from guidetrack.models.enums import Level
from guidetrack.normal import normal

_TURNING_GROUPS = frozenset({"scope.negation", "scope.exception"})
_CHOOSING = frozenset({"scope.quantifier", "scope.bound", "scope.only", "scope.exception", "scope.negation"})
_FORBIDDING = frozenset({"prohibition", "negative-advice", *_TURNING_GROUPS})


class Frames:
    """Reads headings and lead-ins with a vocabulary, each heading once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._headings: dict[str, list[Topic]] = {}
        self._ruled: dict[str, dict[str, Level]] = {}

    def terms(self, text: str) -> dict[str, list[Found]]:
        """The terms of the vocabulary in ``text``, by the sort of group (``topics`` …) that lists them."""
        return self._vocabulary.terms.find(normal(text))

    def topics(self, path: Sequence[str], *read: Features | str) -> list[Topic]:
        """The topics that lines under these headings are about, by heading and by their own words."""
        names: dict[str, Topic] = {topic.name: topic for topic in self.heading_topics(path)}
        for said in read:
            terms = self.terms(said)["topics"] if isinstance(said, str) else said.topics
            names |= {term.group: self._vocabulary.topics[term.group] for term in terms}
        return list(names.values())

    def heading_topics(self, path: Sequence[str]) -> list[Topic]:
        """The topics that the headings alone name."""
        topics: dict[str, Topic] = {}
        for heading in path[-2:]:
            if heading not in self._headings:
                found = self._vocabulary.headings.find(normal(heading))["topics"]
                self._headings[heading] = [self._vocabulary.topics[term.group] for term in found]
            topics |= {topic.name: topic for topic in self._headings[heading]}
        return list(topics.values())

    def about(self, path: Sequence[str], *read: Features | str) -> list[Topic]:
        """The subjects of a line, its substance aside."""
        return [topic for topic in self.topics(path, *read) if topic.name != "substances"]

    def moved(
        self, source: Sequence[str], target: Sequence[str], text: str, leads: tuple[str, str] = ("", "")
    ) -> list[Finding]:
        """Findings for a line that stands elsewhere now. ``leads``: the words before the lists it stood and stands in.
        """
        before, after = (_frame(path, lead) for path, lead in ((source, leads[0]), (target, leads[1])))
        level = self.passing(source, target, leads)
        is_heading = bool(target) and text == target[-1]
        if is_heading and level is Level.LOW and Level.HIGH in self.rules(target[-1:], "").values():
            level = Level.MEDIUM  # the heading of what is forbidden or required: more passed it than can be listed
        which = before[0] == after[0]
        if which and (level is Level.LOW or before[1] == after[1]):
            return [Finding(level, Matter.MOVE, "", shortened(normal(split_label(text[: 4 * QUOTED])[1]), QUOTED))]
        gone, come = before[which] or "the beginning", after[which] or "the beginning"
        return [Finding(level, Matter.MOVE, gone, come, "moved")]

    def passed(self, source: Sequence[str], target: Sequence[str], count: int, first: str) -> list[Finding]:
        """What is said of the lines that crossed a heading: how many, and with which words they begin."""
        gone, come = (section_name(split_label(path[-1])[1]) if path else "the beginning" for path in (source, target))
        lines = "1 line" if count == 1 else f"{count} lines"
        note = f'{lines} moved, from "{shortened(normal(first[: 4 * QUOTED]), QUOTED // 2)}" on'
        lead = f"{lines} moved", ""
        return [Finding(self.passing(source, target), Matter.MOVE, gone, come, note, lead)]

    def rehung(
        self, path: Sequence[str], source: str | None, target: str | None, count: int, text: str
    ) -> list[Finding]:
        """What is said of lines that left one list for another. ``source``, ``target``: what they hung and hang on;
        None for the running text.
        """
        level = self.passing(path, path, (source or "", target or ""))
        if source is not None and target is not None and level is Level.LOW:
            choosing = any(self._chooses(lead) for lead in (source, target))
            level = Level.HIGH if choosing else Level.MEDIUM
        said = shortened(normal(split_label(text[: 4 * QUOTED])[1]), QUOTED)
        gone, come = (f'"{section_name(normal(lead).rstrip(" :"))}"' if lead else "" for lead in (source, target))
        note = f"from {gone} to {come}" if gone and come else "to another list"
        if bool(gone) != bool(come):
            note = f"out of the list under {gone}" if gone else f"to the list under {come}"
        more = f" and {count - 1} more" if count > 1 else ""
        return [Finding(level, Matter.MOVE, "", said, note, ("", more))]

    def _chooses(self, lead: str) -> bool:
        """Whether words before a list say how many of its items it takes: one of, all, at least two."""
        return any(term.group in _CHOOSING for term in self.terms(lead)["scope"])

    def passing(self, source: Sequence[str], target: Sequence[str], leads: tuple[str, str] = ("", "")) -> Level:
        """How much it matters that a line passed from under these headings to under those."""
        ranks = {topic.name for topic in self.heading_topics(source)} ^ {t.name for t in self.heading_topics(target)}
        if ranks & {"contraindications", "boxed-warning", "indication"}:
            return Level.HIGH
        turned = self.rules(source, leads[0]).items() ^ self.rules(target, leads[1]).items()
        return max((level for _, level in turned), key=lambda level: level.rank, default=Level.LOW)

    def least_of_item(self, path: Sequence[str], lead: str, about: Sequence[Topic]) -> Level:
        """An item that joins or leaves a list of what is forbidden, required or excepted changes the rule."""
        found = self.rules(path, lead)
        strongest = max(found.values(), key=lambda level: level.rank, default=Level.LOW)
        if about or strongest is not Level.HIGH or _FORBIDDING & self.rules(path[-1:], "").keys():
            return strongest
        return Level.MEDIUM

    def rules(self, path: Sequence[str], lead: str) -> dict[str, Level]:
        """What the headings above a line, and the words before its list, make of it: forbidden, required, excepted."""
        found: dict[str, Level] = {}
        for frame in filter(None, (*path[-2:], lead)):
            if frame not in self._ruled:
                self._ruled[frame] = self._read(frame)
            found |= self._ruled[frame]
        return found

    def _read(self, frame: str) -> dict[str, Level]:
        terms = self.terms(frame)
        found = {term.group: self._vocabulary.force[term.group].alone for term in terms["force"]}
        for term in (*terms["scope"], *terms["standing"]):
            if term.group in _TURNING_GROUPS or term.group.startswith("status."):
                found[term.group] = self._vocabulary.groups[term.group].level
        return found



def _frame(path: Sequence[str], lead: str) -> tuple[str, str]:
    """What a line stands under: its heading, and the words before its list."""
    return split_label(path[-1])[1] if path else "", shortened(normal(lead), QUOTED)

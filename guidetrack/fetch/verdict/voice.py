"""The voice of walls, gates and faults whatever their wording: what they speak of, not how they say it. Pure.

A short page that speaks of the reader's visit and of refusing, of the site and of its coming back, and of nothing
that a document speaks of, is none. Single words in eleven languages make concepts; two or three concepts together in
one or two sentences make a voice. Phrases (``words.toml``) say more and are weighed apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain

from guidetrack.fetch.verdict.case import Case, Evidence
from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import PROSE, Sign, sentences
from guidetrack.fetch.verdict.scan import count_words
from guidetrack.fetch.verdict.subject import document_marks
from guidetrack.fetch.verdict.words import fold, tokens
from guidetrack.models.enums import Reason

FULL = 2.0
"""Weight of a rule all of whose concepts are there and one of its companions."""
HALF = 1.0
"""Weight without a companion."""
LONGEST = 120
"""Words of prose beyond which a page is not listened to: no wall needs more, and anything turns up in a long text."""
SHORT = 60
"""The same where no earlier text is lost."""
SAID = 2.0
"""Weight of a sign from which a page has said what it is."""
WINDOW = 3
"""Sentences in a row in which the concepts of a rule must stand; the heading is one."""
MARKS_BORNE = 1
"""Words of documents that a full voice may use and still be a wall: “this guideline is for members”."""
SPARSE = 15
"""Words of text below which what is visible below the heading is listened to as well."""
_SHORTEST_STEM = 3


@cache
def _stems() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Concepts by whole word and by the beginning of a word."""
    whole: dict[str, set[str]] = {}
    begun: dict[str, set[str]] = {}
    for concept, words in table("voice")["concept"].items():
        for word in words:
            known = begun if word.endswith("~") else whole
            known.setdefault(fold(word.rstrip("~")), set()).add(concept)
    return ({word: frozenset(found) for word, found in whole.items()},
            {word: frozenset(found) for word, found in begun.items()})


@lru_cache(maxsize=8192)
def _concepts_of(token: str) -> frozenset[str]:
    whole, begun = _stems()
    found = [whole.get(token, frozenset())]
    found += [begun[token[:end]] for end in range(_SHORTEST_STEM, len(token) + 1) if token[:end] in begun]
    return frozenset(chain.from_iterable(found))


@dataclass(frozen=True, slots=True)
class Voice:
    """What speaks most clearly in a few lines.

    :param weight: :data:`FULL` or :data:`HALF`. :param words: the words it is made of: they name no subject.
    """

    reason: Reason
    weight: float
    quote: str
    words: frozenset[str]


def listen(case: Case, evidence: Evidence) -> Evidence:
    """The evidence with the voice of a short page that hardly speaks of a document's things.

    It fills a silence: where something weighty is said already it adds nothing.
    """
    if evidence.substance > LONGEST:
        return evidence
    lines = _lines(case)
    voice = heard(lines, LONGEST if case.lost else SHORT) if case.look.kind in ("html", "text") else None
    if voice is None:
        return evidence
    evidence = replace(evidence, voice=voice.words)
    borne = MARKS_BORNE + case.lost if voice.weight >= FULL else int(case.lost)
    said = any(sign.reason and sign.weight >= SAID for sign in evidence.signs)
    if said or document_marks(lines, voice.words) > borne:
        return evidence
    return replace(evidence, signs=(*evidence.signs, Sign(voice.reason, voice.weight, "voice", voice.quote[:120])))


def words_of(concept: str, lines: Iterable[str]) -> frozenset[str]:
    """The folded words of some lines that belong to a concept."""
    return frozenset(word for line in lines for word in tokens(fold(line)) if concept in _concepts_of(word))


def _lines(case: Case) -> tuple[str, ...]:
    """The page's own heading and its sentences, those of the last good text left out."""
    top = tuple(words for level, words in case.look.headings if level == 1)[:1]
    own = case.fresh if case.words >= SPARSE else (*case.fresh, *case.focus)
    said = (line for line in own if count_words(line) >= PROSE or line.endswith((".", "!", "?", ":")))
    return tuple(dict.fromkeys((*top, *(line for line in said if not line.startswith("©")))))


def concepts(sentence: str) -> set[str]:
    """What a folded sentence speaks of."""
    return set(chain.from_iterable(map(_concepts_of, tokens(sentence))))


def heard(lines: Sequence[str], longest: int = LONGEST) -> Voice | None:
    """The clearest voice in a few lines; None where there is none, or where they hold more than ``longest`` words."""
    spoken = [sentence for line in lines for sentence in sentences(fold(line))]
    if sum(sentence.count(" ") + 1 for sentence in spoken) > longest:
        return None
    return max(_voices(spoken), key=lambda voice: voice.weight, default=None)


def _voices(spoken: list[str]) -> Iterator[Voice]:
    there = [concepts(sentence) for sentence in spoken]
    for rule in table("voice")["rule"]:
        needed, company = set(rule["all"]), set(rule["also"])
        for at in range(len(spoken)):
            window = set().union(*there[at : at + WINDOW])
            if needed <= window and needed & there[at]:
                words = tokens(" ".join(spoken[at : at + WINDOW]))
                own = frozenset(word for word in words if _concepts_of(word) & (needed | company))
                yield Voice(Reason(rule["reason"]), FULL if window & company else HALF, spoken[at], own)
                break

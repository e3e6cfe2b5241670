"""The publisher's own notice that a document was taken back: however short the page, that is the news itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import lead, line_of, sentence_at
from guidetrack.fetch.verdict.words import Index

APART = 90
"""Most characters between what is taken back and the word that says so."""
CURT = 9
"""Words of a sentence up to which a participle alone says it: “Document withdrawn.”"""
_BREAK = re.compile(r"(?<!\d)[.!?] |\n|\b(?:may|might|could|kann|konnte|peut|puede|puo|kan|pode) ")
_ANOTHER = re.compile(r"\bdomain(?: name)?\b(?! of)|\byour (?:licen[cs]e|session|subscription|certificate|version)\b")
"""What expires in a sentence that takes no document back: an address, the reader's own licence."""
_DATED = re.compile(r"\W*(?:\w+\W+){0,3}\d")


@cache
def _notices() -> tuple[Index[int], Index[int], Index[int]]:
    """Subjects, verbs and bare participles, each with the number of its language's table."""
    entries = table("notices")["notice"]

    def index(key: str) -> Index[int]:
        return Index((word, number) for number, entry in enumerate(entries) for word in entry.get(key, ()))

    return index("subjects"), index("verbs"), index("participles")


def withdrawal(lines: Iterable[str]) -> str:
    """The publisher's sentence that the document was withdrawn, replaced or archived, or empty.

    What may have happened to any page is none. A participle without "was" needs a short sentence or a date after it,
    and a subject unless the sentence begins with it.
    """
    folded, starts, originals = lead(lines)
    subjects, verbs, participles = _notices()
    found = [*verbs.search(folded), *(hit for hit in participles.search(folded) if _stands_alone(folded, *hit[1:]))]
    if not found:
        return ""
    named = list(subjects.search(folded))
    bare = [hit for hit in found if hit in set(participles.search(folded))]
    for hit in found:
        language, start, end = hit
        if hit in bare and _opens(folded, start, end):
            return originals[line_of(starts, start)]
        for other, begin, finish in named:
            apart = begin - end if begin >= end else start - finish
            between = folded[min(finish, end) : max(begin, start)]
            if _ANOTHER.search(folded, *sentence_at(folded, min(begin, start), max(finish, end))):
                continue
            if other == language and 0 <= apart <= APART and not _BREAK.search(between):
                return originals[line_of(starts, start)]
    return ""


def _stands_alone(folded: str, start: int, end: int) -> bool:
    left, right = sentence_at(folded, start, end)
    return folded.count(" ", left, right) < CURT or _DATED.match(folded, end) is not None


def _opens(folded: str, start: int, end: int) -> bool:
    return not folded[sentence_at(folded, start, end)[0] : start].strip()

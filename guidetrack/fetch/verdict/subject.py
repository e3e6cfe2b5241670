"""Whether the few sentences of a page in doubt speak of a document's subject, or of a fault that will pass. Pure.

A wall speaks of itself and of the reader. A short page that is closed, moved, in error or restricted *about* something
says what: a dose, a licence, the words of its own heading. Phrases that sound like a wall are then no proof.
"""

from __future__ import annotations

import re
from functools import cache

from guidetrack.fetch.verdict.case import Case, Evidence
from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import PROSE, neighbourhood, wall_words
from guidetrack.fetch.verdict.scan import count_words
from guidetrack.fetch.verdict.words import fold, tokens
from guidetrack.models import BlockKind

NAMED = 2
"""Marks of a subject from which words alone are not believed to be a wall."""
SUBJECT_LETTERS = 5
"""Letters from which a word of a heading may name a subject."""
STEM = 6
"""Letters of a word that are the same in its other forms and, for substances, in other languages."""
LONGEST = 40_000
"""Characters of a page in which its subject is looked for."""
EXPLAINED = 20
"""Words of prose from which a page that promises an explanation gives one."""
_AMOUNT = re.compile(r"\d\s?(?:mg|mcg|µg|μg|ug|ml|mg/kg|iu)(?![a-z])")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|marz|mai|juni"
    "|juli|oktober|dezember|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre|enero"
    "|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio"
    "|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|mei|augustus"
)
_DATE = re.compile(rf"\b(?:\d{{1,2}}(?:\.|er|st|nd|rd|th)?(?: de)? (?:{_MONTHS})|(?:{_MONTHS}) \d{{1,2}})\b")
_EXPLAINS = (
    "how to ", "how do i ", "what a ", "what is a ", "what does ", "guide to ", "understanding ", "troubleshooting",
    "help with ", "so melden ", "wie sie ", "comment se ", "comment vous ", "como iniciar", "come accedere",
    "hoe logt ",
)  # fmt: skip


@cache
def _said(name: str) -> re.Pattern[str]:
    """One of a table's words, whole unless it may go on."""
    words = (re.escape(word.rstrip("~")) + (r"\w*" if word.endswith("~") else "") for word in table("subject")[name])
    return re.compile(rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)")


def speaks_of_passing(case: Case) -> bool:
    """The sentences that sound like a wall, or those beside them, or the title, say that it will pass."""
    said = neighbourhood(_prose(case.fresh or case.focus, set()))
    return any(_said("passing").search(part) for part in (fold(f"{case.look.title} . {_top(case)}"), said))


def marks_of_subject(case: Case) -> int:
    """How many marks of a subject stand in and beside the sentences that sound like a wall; an amount counts two."""
    lines = _prose(case.main, {fold(case.look.title), *(fold(words) for _, words in case.look.headings)})
    said = neighbourhood(lines, bare=True)
    marks = len(set(_said("terms").findall(said))) + 2 * len(set(_AMOUNT.findall(said)))
    marks += bool(_DATE.search(said))
    return marks + 2 * len(_subject(case) & tokens(said)) + _named_by_heading(case, lines)


def only_words(evidence: Evidence) -> bool:
    """Nothing but what is said: no vendor, no form, no error object, no redirect, no frame."""
    return not any(
        sign.weight >= 1 and sign.zone not in ("title", "heading", "text", "noscript") for sign in evidence.signs
    ) and not any(sign.zone == "text" and sign.weight >= 4 for sign in evidence.signs)


def names_subject(case: Case) -> bool:
    """A long word of the last text's title or headings, or of this page's own heading, stands in its prose."""
    lines = _prose(case.main, {fold(case.look.title), *(fold(words) for _, words in case.look.headings)})
    there = {word[:STEM] for word in tokens(fold(" ".join(lines))[:LONGEST])}
    return any(word[:STEM] in there for word in _subject(case))


def explains(case: Case) -> bool:
    """The page's heading promises to explain what the page would otherwise be taken for."""
    return fold(_top(case)).startswith(_EXPLAINS) and sum(map(count_words, _prose(case.main, set()))) >= EXPLAINED


def _top(case: Case) -> str:
    """The first ``h1``, or the first heading where there is none."""
    headings = case.look.headings
    return next((words for level, words in headings if level == 1), headings[0][1] if headings else "")


def _prose(lines: tuple[str, ...], titles: set[str]) -> tuple[str, ...]:
    """The sentences among lines: not menus, not the site's name, not ``titles``."""
    return tuple(
        line
        for line in lines
        if (count_words(line) >= PROSE or line.endswith((".", "!", "?", ":"))) and fold(line) not in titles
    )


def _subject(case: Case) -> set[str]:
    """Long words of the last text's title and headings and of this page's own first heading.

    What both titles say is the site's name.
    """
    own = tokens(fold(_top(case)))
    if case.previous is not None:
        own |= tokens(fold(case.previous.title)) - tokens(fold(case.look.title))
        heads = [block.text for _, block in case.previous.walk() if block.kind is BlockKind.HEADING][:3]
        own |= tokens(fold(" ".join(heads)))
    return {word for word in own if len(word) >= SUBJECT_LETTERS} - wall_words() - set(table("subject")["furniture"])


def _named_by_heading(case: Case, lines: tuple[str, ...]) -> int:
    """A heading in which no word is a wall's or furniture, with a sentence below it."""
    top = tokens(fold(_top(case)))
    return int(bool(top and lines) and not top & (wall_words() | set(table("subject")["furniture"])))

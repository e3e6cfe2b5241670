"""Whether the few sentences of a page in doubt speak of a document's subject, or of a fault that will pass. Pure.

A wall speaks of itself and of the reader. A short page that is closed, moved, in error or restricted *about* something
says what: a dose, a licence, the words of its own heading. Phrases that sound like a wall are then no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from guidetrack.fetch.verdict.case import Case, Evidence
from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import PROSE, neighbourhood, says, wall_words
from guidetrack.fetch.verdict.scan import count_words
from guidetrack.fetch.verdict.words import fold, tokens
from guidetrack.models import BlockKind, Text

NAMED = 2
"""Marks of a subject from which words alone are not believed to be a wall."""
SUBJECT_LETTERS = 5
"""Letters from which a word of a heading may name a subject."""
STEM = 6
"""Letters of a word that are the same in its other forms and, for substances, in other languages."""
LONGEST = 40_000
"""Characters of a page in which its subject is looked for."""
NEAR = 80
"""Words of a page up to which all that it says stands near what sounds like a wall."""
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
_BESIDE = re.compile(r" [|–—:·-] ")
_EXPLAINS = re.compile(
    r"(?:how (?:to|do|does|is|are|we|can) |(?:what|why|when|who) (?!happened)[\w' ]+|guide to "
    r"|understanding |troubleshoot|help with "
    r"|(?:so|wie|was|wann|wer) [\w ]+|(?:comment|que faire|quand|qui) [\w' ]+|(?:como|que hacer|cuando|quien) [\w ]+"
    r"|(?:come|cosa fare|quando|chi) [\w' ]+|(?:hoe|wat|wanneer|wie) [\w ]+|(?:jak|co|kiedy|kto) [\w ]+"
    r"|[\w' -]*\b(?:step by step|explained|schritt fur schritt|erklart|pas a pas|paso a paso|passo a passo"
    r"|stap voor stap)\b)"
)
"""A heading that promises to explain."""
_POLICY = re.compile(
    r"(?:how we use|about) cookies|cookies (?:on|we use)|(?:cookie|datenschutz|privacy)[ -]?(?:policy|policies"
    r"|statement|notice|declaration|richtlinie|hinweise?|erklarung|beleid|verklaring)"
    r"|(?:politique|charte) (?:de |des |relative aux )(?:cookies|confidentialite)"
    r"|politica (?:de |sobre |sui |dei |su )(?:cookie|privacidad)|informativa (?:sui|sull)"
    r"|polityka (?:plikow cookie|cookies|prywatnosci)"
)
"""A heading that names a policy about cookies: a document like others, which speaks as consent pages do."""
_ASKS_CONSENT = re.compile(
    r"<(?:button|input|a)\b[^<>]{0,300}>?[^<>]{0,30}\b(?:accept|agree|akzept|zustimm|aceptar|accett|toestaan)"
)


@cache
def _said(name: str) -> re.Pattern[str]:
    """One of a table's words, whole unless it may go on."""
    words = (re.escape(word.rstrip("~")) + (r"\w*" if word.endswith("~") else "") for word in table("subject")[name])
    return re.compile(rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)")


def speaks_of_passing(case: Case) -> bool:
    """The sentences that sound like a wall, or those beside them, or the title, say that it will pass."""
    said = neighbourhood(_prose(case.fresh or case.focus, set()))
    return any(_said("passing").search(part) for part in (fold(f"{case.look.title} . {_top(case)}"), said))


def marks_of_subject(case: Case, without: frozenset[str] = frozenset()) -> int:
    """How many marks of a subject stand in and beside the sentences that sound like a wall; an amount counts two.

    Of a short page all sentences are near. What the heading names counts where the sentences name something too.

    :param without: words of which the wall's own voice is made.
    """
    lines = _prose(case.lines or case.main, {fold(case.look.title), *(fold(words) for _, words in case.look.headings)})
    alone = not case.lost and sum(map(count_words, lines)) <= NEAR
    said = neighbourhood((line for line in lines if says(line, count_words(line))), bare=True, every=alone)
    marks = _terms(said, without) + bool(_DATE.search(said))
    if marks and alone:
        marks += _terms(fold(_top(case)), without)
    there = tokens(said) - without
    return marks + 2 * len(_earlier(case) & there) + len(_own(case) & there) + _named_by_heading(case, lines, without)


def document_marks(lines: Iterable[str], without: frozenset[str] = frozenset()) -> int:
    """How many of a document's own terms stand in some lines; an amount counts two.

    :param without: folded words that count for nothing here.
    """
    return _terms(fold("\n".join(lines)[:LONGEST]), without)


def _terms(folded: str, without: frozenset[str]) -> int:
    found = {term for term in _said("terms").findall(folded) if not tokens(term) <= without}
    return len(found) + 2 * len(set(_AMOUNT.findall(folded)))


def only_words(evidence: Evidence) -> bool:
    """Nothing but what is said: no vendor, no form, no error object, no redirect, no frame."""
    return not any(
        sign.weight >= 1 and sign.zone not in ("title", "heading", "text", "voice", "noscript")
        for sign in evidence.signs
    ) and not any(sign.zone == "text" and sign.weight >= 4 for sign in evidence.signs)


def names_subject(case: Case) -> bool:
    """Two long words of the last text's title or headings, or of this page's own heading, stand in its prose."""
    lines = _prose(case.main, {fold(case.look.title), *(fold(words) for _, words in case.look.headings)})
    there = {word[:STEM] for word in tokens(fold(" ".join(lines))[:LONGEST])}
    subject = {word[:STEM] for word in _own(case) | _earlier(case)}
    # one may be there by chance: "use of this system is monitored"
    return bool(subject) and len(subject & there) >= min(2, len(subject))


def explains(case: Case) -> bool:
    """The page's heading promises to explain what the page would otherwise be taken for, and sentences follow.

    A heading that asks the reader is a wall's: “Who is visiting?”.
    """
    top = fold(_top(case))
    if top.endswith("?") or top.count(" ") < 2 or not _EXPLAINS.match(top):
        return False
    return sum(map(count_words, _prose(case.main, set()))) >= EXPLAINED


def names_policy(case: Case) -> bool:
    """A policy about cookies by its own heading, told in sentences and without a button to agree to it."""
    return (
        _POLICY.search(fold(_top(case))) is not None
        and sum(map(count_words, _prose(case.main, set()))) >= EXPLAINED
        and _ASKS_CONSENT.search(case.look.low) is None
    )


def _top(case: Case) -> str:
    """The first ``h1``; where there is none, the title if it is shown as text, else the first heading."""
    headings = case.look.headings
    first = _BESIDE.split(case.look.title)[0]
    if headings and first not in case.look.lines:
        first = headings[0][1]
    return next((words for level, words in headings if level == 1), first)


def _prose(lines: tuple[str, ...], titles: set[str]) -> tuple[str, ...]:
    """The sentences among lines: not menus, not the site's name, not ``titles``."""
    return tuple(
        line
        for line in lines
        if (count_words(line) >= PROSE or line.endswith((".", "!", "?", ":")))
        and not line.startswith("©")
        and fold(line) not in titles
    )


def _own(case: Case) -> set[str]:
    """Long words of this page's own first heading, those of walls and of furniture left out."""
    top = fold(_top(case))
    return _long(tokens(top)) if " " in top or "." not in top else set()


def _earlier(case: Case) -> set[str]:
    """Long words of the last text's title and headings. What both titles say is the site's name."""
    if case.previous is None:
        return set()
    words = tokens(fold(case.previous.title)) - tokens(fold(case.look.title))
    return _long(words) | _long(tokens(fold(" ".join(_headings(case.previous)))))


def heading_words(case: Case) -> set[str]:
    """Long words of the last text's first headings; where it had none, of its title, up to the site's name."""
    if case.previous is None:
        return set()
    heads = _headings(case.previous) or [_BESIDE.split(case.previous.title)[0]]
    return _long(tokens(fold(" ".join(heads))))


def _headings(text: Text) -> list[str]:
    return [block.text for _, block in text.walk() if block.kind is BlockKind.HEADING][:3]


def _long(words: set[str]) -> set[str]:
    return {word for word in words if len(word) >= SUBJECT_LETTERS} - wall_words() - set(table("subject")["furniture"])


def _named_by_heading(case: Case, lines: tuple[str, ...], without: frozenset[str]) -> int:
    """A heading in which no word is a wall's or furniture, with a sentence below it."""
    top = tokens(fold(_top(case)))
    return int(bool(top and lines) and not top & (wall_words() | without | set(table("subject")["furniture"])))

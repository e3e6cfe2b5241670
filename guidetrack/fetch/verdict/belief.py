"""Whether what stands in place of a lost text may be believed when the next check sees it again. Pure.

A shrunken document still speaks of its subject: in a sentence that stayed, in words of its heading, in a dose. What
speaks of nothing of it, or sounds a little like a wall and keeps no sentence of it, is no document however often it is
seen (``docs/decisions/0206-what-is-seen-again.md``).
"""

from __future__ import annotations

from itertools import chain

from guidetrack.fetch.verdict.case import Case, gather
from guidetrack.fetch.verdict.evidence import says
from guidetrack.fetch.verdict.scan import count_words
from guidetrack.fetch.verdict.subject import NAMED, STEM, document_marks, heading_words, marks_of_subject
from guidetrack.fetch.verdict.voice import listen
from guidetrack.fetch.verdict.words import fold, tokens

STAYED = 0.02
"""Share of the old text from which some of it stayed: a sentence of a long page, a phrase of a short one."""
STAYED_CLEARLY = 0.1
"""The same on a page that sounds a little like a wall."""
SAME_WORDS = 0.1
"""Share of the old text's long words that, used again, name its subject where its headings do not."""
WEAK = 0.5
"""Weight of a sign, too little for a verdict, from which a page sounds a little like a wall."""
A_PAGE = 150
"""Words of sentences from which what came is a text of its own, whatever it is about."""
SMALL = 24
"""Words of an old text up to which little can be shared with it; as little as with one that had no heading or title."""
_SPOKEN = ("text", "voice", "title", "heading", "noscript", "object")


def speaks_again(case: Case) -> bool:
    """Whether the same text at the next check is to be believed. Lists and files, which no wall is, always are."""
    if case.previous is None or case.look.kind not in ("html", "text"):
        return True
    stayed, a_page = case.alike.kept, _sentence_words(case) >= A_PAGE
    said = tuple(line for line in case.fresh if says(line, count_words(line)))
    named = bool(_subject(case) & _spoken(case, said)) or case.alike.vocabulary >= SAME_WORDS
    if _sounds_like_a_wall(case):
        return stayed >= STAYED_CLEARLY or (a_page and named) or marks_of_subject(case) >= NAMED
    small = case.alike.old_words <= SMALL or not _subject(case)
    return stayed >= STAYED or small or a_page or named or document_marks(said) >= NAMED


def _sounds_like_a_wall(case: Case) -> bool:
    signs = listen(case, gather(case)).signs
    return any(sign.reason is not None and sign.zone in _SPOKEN and sign.weight >= WEAK for sign in signs)


def _sentence_words(case: Case) -> int:
    return sum(count for line in case.main if says(line, count := count_words(line)))


def _subject(case: Case) -> set[str]:
    """Beginnings of the long words that the last text's headings, or without one its title, are made of."""
    return {word[:STEM] for word in heading_words(case)}


def _spoken(case: Case, said: tuple[str, ...]) -> set[str]:
    """Beginnings of the words in the page's title, headings and sentences."""
    heard = chain((case.look.title,), (words for _, words in case.look.headings), said)
    return {word[:STEM] for line in heard for word in tokens(fold(line))}

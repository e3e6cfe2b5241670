"""What to make of a text that is gone, or was never there, although nothing calls itself a wall. Pure."""

from __future__ import annotations

from urllib.parse import urljoin

from guidetrack.fetch.verdict.address import is_home, segments, split
from guidetrack.fetch.verdict.belief import speaks_again
from guidetrack.fetch.verdict.case import Case, gather
from guidetrack.fetch.verdict.evidence import says
from guidetrack.fetch.verdict.hollow import Gap, gap_below_heading, headings_only
from guidetrack.fetch.verdict.notices import withdrawal
from guidetrack.fetch.verdict.scan import count_words
from guidetrack.fetch.verdict.sentences import held, missed, quotes
from guidetrack.fetch.verdict.shape import front_page, needs_script
from guidetrack.models import Format, Reason, Verdict

QUOTED = 80
"""Characters of a line that are quoted."""
FURNITURE_WORDS = 120
"""Fewer words than this beside an empty ``<main>`` are what stands around a document."""
FEW_WORDS = 60
"""Words up to which a text about something else is held, whatever it speaks of."""
HOLLOW_WORDS = 20
"""Words of sentences from which a page below whose heading nothing stands is a page all the same."""
LISTS = (Format.FEED, Format.JSON, Format.XML)
"""Formats of which an empty document may be a good answer."""


def of_loss(case: Case) -> Verdict | None:
    """What to make of a text that is gone although nothing calls itself a wall."""
    lists = case.text is not None and case.text.format in LISTS
    if case.words == 0 and not (lists and (case.previous is None or not case.previous.lines)):
        if lists:
            return _shrunk(case)
        return missed(Reason.EMPTY, "The site answered with a page that holds no document.", quotes(gather(case).signs))
    if case.previous is None and headings_only(case):
        return missed(Reason.EMPTY, "The site answered with a heading and nothing below it.", case.lines[:1])
    if case.look.main_is_empty and case.words < FURNITURE_WORDS:
        reason = Reason.NEEDS_SCRIPT if needs_script(case.look) else Reason.EMPTY
        return missed(reason, "The site answered with its menus and footer, and nothing where the document stands.")
    if case.previous is None:
        return _hollow(case)
    if not case.lost or withdrawal(case.fresh):
        return None
    return _another_page(case) or (_shrunk(case) if case.alike.shrunk else _exchanged(case))


def _hollow(case: Case) -> Verdict | None:
    """On a first check: nothing stands below the heading, and what stands elsewhere are links."""
    if case.look.kind != "html" or _sentences_beside_cookies(case) >= HOLLOW_WORDS:
        return None
    gap = gap_below_heading(case.look)
    if gap is None:
        return None
    if gap is Gap.CERTAIN:
        return missed(Reason.EMPTY, "The site answered with a heading, menus and footer, and no document.")
    return held(
        Reason.EMPTY,
        "Nothing but links stands below the heading",
        case.lines[:3],
    )


def _sentences_beside_cookies(case: Case) -> int:
    """Words of the sentences on the page, counted until they are enough; those about cookies are no document."""
    words = 0
    for line, count in zip(case.lines, case.counts, strict=True):
        if says(line, count) and "cookie" not in line.lower():
            words += count
            if words >= HOLLOW_WORDS:
                break
    return words


def _exchanged(case: Case) -> Verdict | None:
    """A text in place of another with which it has nothing in common, not even its subject."""
    alike = case.alike
    if alike.kept > 0.05 or alike.vocabulary > 0.12 or not alike.heading_gone:
        return None
    once = speaks_again(case)
    if once and alike.new_words > FEW_WORDS:
        return None
    return held(
        Reason.SHRUNK,
        f"Nothing of the {alike.old_words} words that stood here is left, and the {alike.new_words} words there now "
        f"are about something else{_quoted(case)}",
        case.lines[:3],
        once=once,
    )


def _shrunk(case: Case) -> Verdict:
    old, new = case.alike.old_words, case.words
    happened = (
        f"The page lost {old - new} of its {old} words"
        if new < old
        else f"The page now shows another text ({new} words) in place of the last one ({old} words)"
    )
    return held(
        Reason.SHRUNK,
        f"{happened}{_quoted(case)}",
        (f"words: {old} before, {new} now", *case.lines[:2]),
        once=speaks_again(case),
    )


def _quoted(case: Case) -> str:
    """What stands there now, so that a person can tell at a glance."""
    line = next((line for line in case.main if says(line, count_words(line))), case.main[0] if case.main else "")
    return f" (“{line[:QUOTED].rstrip()}{'…' if len(line) > QUOTED else ''}”)" if line else ""


def _another_page(case: Case) -> Verdict | None:
    """Another page of the site under the document's address: its front page, or where a redirect led."""
    capture, look = case.capture, case.look
    if look.kind != "html" or case.alike.vocabulary > 0.5:
        return None
    own = look.meta.get("canonical") or look.meta.get("og:url") or ""
    canonical = urljoin(capture.reached, own) if own else ""
    if not is_home(capture.asked) and ((canonical and is_home(canonical)) or front_page(look)):
        return missed(
            Reason.MOVED,
            f"The site answered with its front page instead of the page: “{look.title[:120]}”.",
            (*((f"canonical: {canonical[:200]}",) if canonical else ()), f"title: {look.title[:120]}"),
        )
    if segments(capture.asked) != segments(capture.reached) and split(capture.reached).hostname:
        return missed(
            Reason.MOVED,
            f"The site sent us to another page, which does not hold the document: {capture.reached[:200]}",
            (f"reached: {capture.reached[:200]}", f"title: {look.title[:120]}"),
        )
    if canonical and segments(canonical)[-1:] != segments(capture.asked)[-1:] and case.alike.heading_gone:
        return held(
            Reason.MOVED,
            f"The site answered with what it calls another page ({canonical[:200]})",
            (f"canonical: {canonical[:200]}", f"title: {look.title[:120]}"),
            once=speaks_again(case),
        )
    return None

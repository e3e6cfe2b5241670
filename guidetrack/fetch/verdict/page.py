"""Is this the page at all? What an answer with status 2xx holds, against the last good text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin

from guidetrack.errors import ExtractError, SelectError
from guidetrack.fetch.verdict.address import is_home, segments, split
from guidetrack.fetch.verdict.answer import led_away, moved_for_good
from guidetrack.fetch.verdict.evidence import Said, Sign, header_signs, markup_signs, text_signs, title_signs, withdrawal
from guidetrack.fetch.verdict.objects import no_matches, object_sign
from guidetrack.fetch.verdict.resemblance import Resemblance, resemblance
from guidetrack.fetch.verdict.scan import Look, count_words
from guidetrack.fetch.verdict.sentences import held, instead, missed, quotes
from guidetrack.fetch.verdict.shape import shape_signs
from guidetrack.fetch.verdict.words import fold
from guidetrack.models import BlockKind, Capture, Format, Reason, Rules, Text, Verdict

SURE = 0.9
"""Share of the old text that, still standing, ends all doubt."""
PROSE = 9
"""Words from which a line counts as substance on a first check."""
SCAN_BELOW = 300
"""Words of substance up to which the source is searched for vendors' fingerprints: no wall says more."""

_LISTS = (Format.FEED, Format.JSON, Format.XML)
_DOCUMENTS = (Format.PDF, Format.DOCX, Format.XML, Format.FEED, Format.JSON)


def judge_page(capture: Capture, text: Text | None, previous: Text | None, problem: ExtractError | None = None, *,
               rules: Rules = Rules()) -> Verdict | None:
    """Judge what was extracted from an answer that :func:`judge_answer` let pass; None when it is the page.

    :param text: what the extractor read, None when it could not. :param previous: the last good text, None on a first check.
    :param problem: why it could not. :param rules: as the text was read with.
    """
    if not capture.body.strip():
        return missed(Reason.EMPTY, f"The site answered with status {capture.status} and an empty body.")
    case = _Case(capture, Look(capture), text, previous, rules)
    if previous is not None and text is not None and case.alike.kept >= SURE and previous.format is text.format:
        return None
    return (_elsewhere(case) or _of_list(case) or _by_signs(case) or _of_problem(case, problem) or _of_loss(case)
            or _of_format(case))


@dataclass(frozen=True)
class _Case:
    """All that is known, each part computed when first asked for."""

    capture: Capture
    look: Look
    text: Text | None
    previous: Text | None
    rules: Rules

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return self.text.lines if self.text is not None else ()

    @cached_property
    def words(self) -> int:
        return sum(map(count_words, self.lines))

    @cached_property
    def alike(self) -> Resemblance:
        if self.previous is None:
            raise ValueError("no earlier text to compare with")
        return resemblance(self.previous, self.lines or (self.look.lines if self.text is None else ()))

    @property
    def lost(self) -> bool:
        """There was a text and hardly anything of it is left."""
        return self.previous is not None and bool(self.previous.lines) and self.alike.lost

    @cached_property
    def main(self) -> tuple[str, ...]:
        """What the page says: the extracted text, or all that is visible where that is next to nothing."""
        return self.lines if self.words >= 15 or self.look.kind not in ("html", "text") else self.look.lines

    @cached_property
    def known(self) -> str:
        """The last good text, folded: what it said is no sign."""
        return fold(f"{self.previous.title}\n{self.previous.plain[:200_000]}") if self.previous else ""

    @cached_property
    def fresh(self) -> tuple[str, ...]:
        """The lines of ``main`` that the last good text did not have."""
        if self.previous is None:
            return self.main
        old = {*self.previous.lines, *(line.text for line in self.previous.set_aside)}
        return tuple(line for line in self.main if line not in old)


    @cached_property
    def unread(self) -> tuple[str, ...]:
        """What is visible beside the text that was read, the last good one and what that one set aside."""
        old = set(self.lines)
        if self.previous is not None:
            old.update(self.previous.lines)
            old.update(line.text for line in self.previous.set_aside)
        return tuple(line for line in self.look.lines if line not in old)[:200]


def _elsewhere(case: _Case) -> Verdict | None:
    """A permanent redirect away is believed only if it took the text along."""
    if case.capture.reached == case.capture.asked or not moved_for_good(case.capture):
        return None
    away = led_away(case.capture)
    return away if away and (case.previous is None or case.alike.kept < 0.6) else None


def _of_list(case: _Case) -> Verdict | None:
    """openFDA's "no matches": an empty list, held once if there were entries."""
    if case.capture.status != 404 or not no_matches(case.capture.body):
        return None
    if case.previous is None or not case.previous.lines:
        return None
    return held(Reason.SHRUNK, f"The list is empty now; it had {case.previous.words} words. It will be believed if the next check sees the same.")


def _by_signs(case: _Case) -> Verdict | None:
    """A wall, a gate or an error, if enough independent signs say so."""
    if case.capture.status == 404:
        return None
    evidence = _gather(case)
    totals: dict[Reason, float] = {}
    anchors: dict[Reason, float] = {}
    for sign in evidence.signs:
        if sign.reason is not None:
            totals[sign.reason] = totals.get(sign.reason, 0.0) + sign.weight
            anchors[sign.reason] = max(anchors.get(sign.reason, 0.0), sign.weight)
    if not totals:
        return None
    reason = max(totals, key=lambda key: (totals[key], anchors[key]))
    total = totals[reason] + 0.4 * sum(weight for key, weight in totals.items() if key is not reason)
    total += sum(sign.weight for sign in evidence.signs if sign.reason is None)
    need, anchor = _demand(case, evidence)
    if total < need or max(anchors.values()) < anchor or _only_words(case, evidence):
        return None
    if _withdrawn(case, evidence.signs) and (case.previous is not None or total < need + 3):
        return None
    return instead(reason, evidence.signs, case.capture.status)


def _only_words(case: _Case, evidence: _Evidence) -> bool:
    """On a first check, phrases alone are no second sign unless they are most of what the page says."""
    if case.lost or case.text is None:
        return False
    if any(sign.reason is not None and sign.weight >= (4 if sign.zone == "text" else 1) for sign in evidence.signs
           if sign.zone != "text" or sign.weight >= 4):
        return False
    return evidence.said.share < 0.5 or evidence.words > 120


def _demand(case: _Case, evidence: _Evidence) -> tuple[float, float]:
    """How much evidence is needed, and how strong its strongest piece must be."""
    substance = evidence.substance
    step = 0 if substance < 60 else 1 if substance < 200 else 2 if substance < 400 else 3
    if case.text is None:
        return (1.5, 2.0, 3.0, 4.0)[step], 1.0
    if case.previous is None:
        return (2.3, 3.0, 4.0, 6.0)[step], 1.7
    if case.lost:
        return (1.0, 1.4, 2.5, 3.5)[step], 0.9
    return (3.0, 3.0, 4.0, 6.0)[step] + (0.5 if case.alike.kept >= 0.7 else -0.5 if case.alike.heading_gone else 0.0), 1.5


@dataclass(frozen=True)
class _Evidence:
    """Every sign there is; how many words the page says, and how many of them no sign touches."""

    signs: tuple[Sign, ...]
    said: Said
    words: int
    substance: int


def _gather(case: _Case) -> _Evidence:
    look = case.look
    words = sum(map(count_words, case.main))
    said = text_signs(case.fresh, case.known)
    substance = max(sum(n for line in case.main if (n := count_words(line)) >= PROSE) - said.covered, 0)
    signs = [*said.signs, *_named(case), *shape_signs(look, case.words)]
    thing = object_sign(look)
    signs += [thing] if thing else []
    if substance < SCAN_BELOW:
        signs += _by_vendor(case)
        if case.main is case.lines and words < (120 if case.lost else 60) and look.kind == "html":
            known = {sign.reason for sign in said.signs if sign.weight >= 1}
            seen = text_signs(case.unread, case.known, 0.7 if case.lost else 0.5, anywhere=case.lost)
            signs += [sign for sign in seen.signs if sign.reason not in known]
    signs += _company(case, words)
    return _Evidence(tuple(signs), said, words, substance)


def _said_before(case: _Case, sign: Sign) -> bool:
    return bool(case.known) and fold(sign.quote.rstrip("…")) in case.known


def _named(case: _Case) -> list[Sign]:
    """Title and headings; the second place that says the same counts half."""
    look = case.look
    titles = title_signs(look.title or (case.text.title if case.text else ""), "title")
    tops = [words for level, words in look.headings if level == 1][:3] or [words for _, words in look.headings[:2]]
    blocks = [block.text for _, block in case.text.walk() if block.kind is BlockKind.HEADING][:2] if case.text else []
    if not tops and not blocks:
        blocks = [line for line in case.main[:2] if count_words(line) <= 10]
    own = set(blocks)
    foreign = 0.45 if own and not case.lost and sum(map(count_words, case.lines)) >= 25 else 0.9
    headings = [sign for words in dict.fromkeys((*tops, *blocks))
                for sign in title_signs(words, "heading", 0.9 if words in own else foreign)]
    found = [sign for sign in (*titles, *headings) if not _said_before(case, sign)]
    kept: list[Sign] = []
    for sign in sorted(found, key=lambda sign: -sign.weight):
        again = sum(other.reason is sign.reason for other in kept)
        if again < 2:
            kept.append(Sign(sign.reason, sign.weight * (1.0, 0.6)[again], sign.zone, sign.quote, sign.what))
    return kept


def _by_vendor(case: _Case) -> list[Sign]:
    """The strongest header and the strongest fingerprint."""
    headers = sorted(header_signs(case.capture), key=lambda sign: -sign.weight)
    markup = sorted(markup_signs(case.look), key=lambda sign: -sign.weight)
    return headers[:1] + markup[:1]


def _company(case: _Case, main_words: int) -> list[Sign]:
    """What proves nothing alone but fits a wall better than a document."""
    signs = []
    if main_words < 60 and case.look.kind in ("html", "text"):
        signs.append(Sign(None, 0.7 if main_words < 10 else 0.5 if main_words < 40 else 0.3, "shape", f"{main_words} words"))
    if case.capture.status not in (200, 404):
        signs.append(Sign(None, 0.7, "status", str(case.capture.status)))
    if case.look.kind == "html" and main_words < 150 and "noindex" in case.look.meta.get("robots", "").lower():
        signs.append(Sign(None, 0.3, "markup", "noindex"))
    if _unexpected(case):
        signs.append(Sign(None, 1.5, "format", "a web page where a document was"))
    return signs


def _unexpected(case: _Case) -> bool:
    """A web page came where a PDF, an XML document or JSON was asked for or had been."""
    wanted = case.rules.format if case.rules.format is not Format.AUTO else case.previous.format if case.previous else Format.AUTO
    return wanted in _DOCUMENTS and case.look.kind == "html"


def _withdrawn(case: _Case, signs: Sequence[Sign]) -> str:
    """The publisher's own notice, unless the page names itself a wall or an error."""
    if any(sign.zone in ("title", "heading", "object") and sign.weight >= 1 and sign.reason is not Reason.MOVED for sign in signs):
        return ""
    if any(sign.zone == "markup" and sign.weight >= 2.5 for sign in signs):
        return ""
    return withdrawal(case.fresh)


def _of_problem(case: _Case, problem: ExtractError | None) -> Verdict | None:
    if case.text is not None:
        return None
    if isinstance(problem, SelectError):
        return missed(Reason.SELECTOR, f"The page came, but the part that is watched is not on it: {problem}", quotes(_gather(case).signs))
    if case.look.kind == "html" and case.look.words == 0:
        return missed(Reason.EMPTY, "The site answered with a page without any text.")
    if _unexpected(case):
        return missed(Reason.UNREADABLE, f"The site answered with a web page where a document was expected: “{case.look.title[:120]}”.")
    return missed(Reason.UNREADABLE, f"What the site sent cannot be read: {problem}" if problem else "What the site sent cannot be read.")


def _of_loss(case: _Case) -> Verdict | None:
    """What to make of a text that is gone although nothing calls itself a wall."""
    lists = case.text is not None and case.text.format in _LISTS
    if case.words == 0 and not (lists and (case.previous is None or not case.previous.lines)):
        if lists:
            return _shrunk(case)
        return missed(Reason.EMPTY, "The site answered with a page without any text.", quotes(_gather(case).signs))
    if not case.lost or withdrawal(case.fresh):
        return None
    return _another_page(case) or (_shrunk(case) if case.alike.shrunk else None)


def _shrunk(case: _Case) -> Verdict:
    old, new = case.alike.old_words, case.words
    return held(Reason.SHRUNK, f"The page lost {old - new} of its {old} words; it will be believed if the next check sees the same.",
                (f"words: {old} before, {new} now", *case.lines[:2]))


def _another_page(case: _Case) -> Verdict | None:
    """Another page of the site under the document's address: its front page, or where a redirect led."""
    capture, look = case.capture, case.look
    if look.kind != "html" or case.alike.vocabulary > 0.5:
        return None
    own = look.meta.get("canonical") or look.meta.get("og:url") or ""
    canonical = urljoin(capture.reached, own) if own else ""
    if canonical and is_home(canonical) and not is_home(capture.asked):
        return missed(Reason.MOVED, f"The site answered with its front page instead of the page: “{look.title[:120]}”.",
                      (f"canonical: {canonical[:200]}", f"title: {look.title[:120]}"))
    if segments(capture.asked) != segments(capture.reached) and split(capture.reached).hostname:
        return missed(Reason.MOVED, f"The site sent us to another page, which does not hold the document: {capture.reached[:200]}",
                      (f"reached: {capture.reached[:200]}", f"title: {look.title[:120]}"))
    if canonical and segments(canonical)[-1:] != segments(capture.asked)[-1:] and case.alike.heading_gone:
        return held(Reason.MOVED, f"The site answered with what it calls another page ({canonical[:200]}); it will be believed if the next "
                    "check sees the same.", (f"canonical: {canonical[:200]}", f"title: {look.title[:120]}"))
    return None


def _of_format(case: _Case) -> Verdict | None:
    """A web page in place of a document, with nothing of what the document said."""
    if not _unexpected(case) or case.text is None or (case.previous is not None and not case.lost) or withdrawal(case.fresh):
        return None
    if case.previous is None and case.rules.format is Format.AUTO:
        return None
    return missed(Reason.UNREADABLE, f"The site answered with a web page where a document was expected: “{case.look.title[:120]}”.",
                  (f"title: {case.look.title[:120]}",))

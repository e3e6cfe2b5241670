"""All that is known of one page and the evidence drawn from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from guidetrack.fetch.verdict.evidence import LEAD, PROSE, Said, Sign, says, text_signs, title_signs
from guidetrack.fetch.verdict.objects import object_sign
from guidetrack.fetch.verdict.resemblance import Resemblance, resemblance
from guidetrack.fetch.verdict.scan import Look, count_words
from guidetrack.fetch.verdict.shape import form_signs, shape_signs
from guidetrack.fetch.verdict.vendors import header_signs, markup_signs
from guidetrack.fetch.verdict.words import fold
from guidetrack.models import BlockKind, Capture, Format, Rules, Text

LONG = 400
"""Words from which a text is searched for errors in its first lines only."""
SHORT_LEAD = 800
"""Characters of such a text that are searched."""
FOCUS_BELOW = 200
"""Words of prose up to which what follows the first heading is looked at alone: banners can outweigh a message."""
FOCUS_WORDS = 80
"""Words that follow the first heading which are looked at then."""
SCAN_BELOW = 300
"""Words of substance up to which the source is searched for vendors' fingerprints: no wall says more."""

_DOCUMENTS = (Format.PDF, Format.DOCX, Format.XML, Format.FEED, Format.JSON)

_DECLARED = ("/pdf", "/json", "+json", "/rss+xml", "/atom+xml")


@dataclass(frozen=True)
class Case:
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
    def counts(self) -> list[int]:
        return list(map(count_words, self.lines))

    @property
    def words(self) -> int:
        """How many words its lines have."""
        return sum(self.counts)

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
        """What the page says: the extracted text, or all that is visible where that is no sentence."""
        if self.words >= 15 or self.look.kind not in ("html", "text"):
            return self.lines
        return self.lines if any(map(says, self.lines, self.counts)) else self.look.lines

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
    def focus(self) -> tuple[str, ...]:
        """The first heading and what is visible right after it, without the lines of the last good text."""
        top = next((words for level, words in self.look.headings if level == 1), "")
        if not top or top not in self.look.lines:
            return ()
        at = self.look.lines.index(top)
        left, near = FOCUS_WORDS, []
        for line in self.look.lines[at:at + 12]:
            if line.startswith("©"):
                break
            left -= count_words(line)
            near.append(line)
            if left <= 0:
                break
        old = set(self.previous.lines) if self.previous is not None else set()
        return tuple(line for line in near if line not in old)

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """What is visible beside the text that was read, the last good one and what that one set aside."""
        old = set(self.lines)
        if self.previous is not None:
            old.update(self.previous.lines)
            old.update(line.text for line in self.previous.set_aside)
        return tuple(line for line in self.look.lines if line not in old)[:200]

    @cached_property
    def unexpected(self) -> bool:
        """A web page came where a PDF, an XML document or JSON was asked for or had been."""
        wanted = self.rules.format
        if wanted is Format.AUTO and self.previous is not None:
            wanted = self.previous.format
        return self.look.kind == "html" and (wanted in _DOCUMENTS or (wanted is Format.AUTO and self.contradicted))

    @cached_property
    def contradicted(self) -> bool:
        """The header names a document or a list of data, and the bytes are a web page."""
        declared = self.capture.media_type.lower().split(";")[0].strip()
        return self.look.kind == "html" and declared.endswith(_DECLARED)


@dataclass(frozen=True)
class Evidence:
    """Every sign there is; how many words the page says, and how many of them no sign touches.

    :param voice: folded words of which the voice of a wall is made: they name no subject.
    """

    signs: tuple[Sign, ...]
    said: Said
    words: int
    substance: int
    voice: frozenset[str] = frozenset()


def gather(case: Case) -> Evidence:
    """Every sign in a page, and what stands against them."""
    look = case.look
    thing = object_sign(look)
    if look.kind not in ("html", "text"):
        return Evidence((thing,) if thing else (), Said((), 0.0, 0, False), case.words, 0)
    counts = case.counts if case.main is case.lines else list(map(count_words, case.main))
    words = sum(counts)
    said = text_signs(case.fresh, case.known, limit=LEAD if words < LONG else SHORT_LEAD)
    if sum(count for count in counts if count >= 2 * PROSE - 1) < FOCUS_BELOW and case.focus:
        near = text_signs(case.focus, case.known)
        if sum(sign.weight for sign in near.signs) > sum(sign.weight for sign in said.signs):
            said = near
        counts = list(map(count_words, case.focus)) if said is near or look.password_at else counts
    substance = max(sum(count for count in counts if count >= 2 * PROSE - 1) - said.covered, 0)
    signs = [*said.signs, *_named(case)]
    if substance < SCAN_BELOW:
        signs += [*shape_signs(look, case.words), *form_signs(look, substance), *_by_vendor(case)]
        if case.main is case.lines and words < (120 if case.lost else 60) and look.kind == "html":
            known = {sign.reason for sign in said.signs if sign.weight >= 1}
            seen = text_signs(case.unread, case.known, 0.7 if case.lost else 0.5, anywhere=case.lost)
            signs += [sign for sign in seen.signs if sign.reason not in known]
    signs += _company(case, words if substance >= FOCUS_BELOW else _sentence_words(case))
    return Evidence(tuple(signs), said, words, substance)


def _said_before(case: Case, sign: Sign) -> bool:
    return bool(case.known) and fold(sign.quote.rstrip("…")) in case.known


def _named(case: Case) -> list[Sign]:
    """Title and headings; the second place that says the same counts half."""
    look = case.look
    titles = title_signs(look.title or (case.text.title if case.text else ""), "title")
    tops = [words for level, words in look.headings if level == 1][:3] or [words for _, words in look.headings[:2]]
    walked = case.text.walk() if case.text else ()
    blocks = list(islice((block.text for _, block in walked if block.kind is BlockKind.HEADING), 2))
    if not tops and not blocks:
        blocks = [line for line in case.main[:2] if count_words(line) <= 10]
    own = set(blocks)
    foreign = 0.45 if own and not case.lost and case.words >= 25 else 0.9
    headings = [
        sign
        for words in dict.fromkeys((*tops, *blocks))
        for sign in title_signs(words, "heading", 0.9 if words in own else foreign)
    ]
    found = [sign for sign in (*titles, *headings) if not _said_before(case, sign)]
    kept: list[Sign] = []
    for sign in sorted(found, key=lambda sign: -sign.weight):
        again = sum(other.reason is sign.reason for other in kept)
        if again < 2:
            kept.append(Sign(sign.reason, sign.weight * (1.0, 0.6)[again], sign.zone, sign.quote, sign.what))
    return kept


def _by_vendor(case: Case) -> list[Sign]:
    """The strongest header and the strongest fingerprint."""
    headers = sorted(header_signs(case.capture), key=lambda sign: -sign.weight)
    markup = sorted(markup_signs(case.look), key=lambda sign: -sign.weight)
    return headers[:1] + markup[:1]


def _sentence_words(case: Case) -> int:
    """Words of the lines that say something: teasers and links are company of any page."""
    return sum(count for line, count in zip(case.main, map(count_words, case.main), strict=True) if says(line, count))


def _company(case: Case, main_words: int) -> list[Sign]:
    """What proves nothing alone but fits a wall better than a document."""
    signs = []
    if main_words < 60 and case.look.kind in ("html", "text"):
        signs.append(
            Sign(None, 0.7 if main_words < 12 else 0.5 if main_words < 40 else 0.3, "shape", f"{main_words} words")
        )
    if case.capture.status not in (200, 404):
        signs.append(Sign(None, 0.7, "status", str(case.capture.status)))
    if case.look.kind == "html" and main_words < 150 and "noindex" in case.look.meta.get("robots", "").lower():
        signs.append(Sign(None, 0.3, "markup", "noindex"))
    if case.unexpected:
        signs.append(Sign(None, 1.5, "format", "a web page where a document was"))
    return signs

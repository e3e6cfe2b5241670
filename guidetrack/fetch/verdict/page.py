"""Is this the page at all? What an answer with status 2xx holds, against the last good text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guidetrack.errors import ExtractError, SelectError
from guidetrack.fetch.verdict.answer import led_away, moved_for_good
from guidetrack.fetch.verdict.case import Case, Evidence, gather
from guidetrack.fetch.verdict.evidence import Sign
from guidetrack.fetch.verdict.loss import of_loss
from guidetrack.fetch.verdict.notices import withdrawal
from guidetrack.fetch.verdict.objects import no_matches
from guidetrack.fetch.verdict.resemblance import same_lines
from guidetrack.fetch.verdict.scan import Look
from guidetrack.fetch.verdict.sentences import held, instead, missed, quotes
from guidetrack.fetch.verdict.shape import password_in_place, password_leads
from guidetrack.fetch.verdict.subject import (
    NAMED,
    explains,
    marks_of_subject,
    names_policy,
    names_subject,
    only_words,
    speaks_of_passing,
)
from guidetrack.fetch.verdict.voice import listen, words_of
from guidetrack.models import Capture, Format, Reason, Rules, Text, Verdict

SURE = 0.9
"""Share of the old text that, still standing, ends all doubt."""
OTHER_SUBJECT = 0.25
"""Share of the old text's longer words below which a page does not speak of the same."""
NAMES_VENDOR = 2.5
"""Weight of a fingerprint from which a page that asks for scripts is a wall that asks for them."""
ONLY_WORDS = 120
"""Words of prose beyond which phrases alone prove nothing on a first check; lists of links do not count."""


def judge_page(
    capture: Capture,
    text: Text | None,
    previous: Text | None,
    problem: ExtractError | None = None,
    *,
    rules: Rules = Rules(),
) -> Verdict | None:
    """Judge what was extracted from an answer that :func:`judge_answer` let pass; None when it is the page.

    :param text: what the extractor read, None when it could not. :param problem: why it could not.
    :param previous: the last good text, None on a first check. :param rules: as the text was read with.
    """
    if not capture.body.strip():
        return missed(Reason.EMPTY, f"The site answered with status {capture.status} and an empty body.")
    case = Case(capture, Look(capture), text, previous, rules)
    if (
        previous is not None
        and text is not None
        and previous.format is text.format
        and (same_lines(previous.lines, text.lines) >= SURE or case.alike.kept >= SURE)
    ):
        return None
    return (
        _elsewhere(case)
        or _of_list(case)
        or _by_signs(case)
        or _of_login(case)
        or _of_problem(case, problem)
        or _of_format(case)
        or of_loss(case)
    )


def _elsewhere(case: Case) -> Verdict | None:
    """A permanent redirect away is believed only if it took the text along."""
    if case.capture.reached == case.capture.asked or not moved_for_good(case.capture):
        return None
    away = led_away(case.capture)
    return away if away and (case.previous is None or case.alike.kept < 0.6) else None


def _of_list(case: Case) -> Verdict | None:
    """openFDA's "no matches": an empty list, held once if there were entries."""
    if case.capture.status != 404 or not no_matches(case.capture.body):
        return None
    if case.previous is None or not case.previous.lines:
        return None
    return held(
        Reason.SHRUNK,
        f"The list is empty now; it had {case.previous.words} words",
    )


def _by_signs(case: Case) -> Verdict | None:
    """A wall, a gate or an error, if enough independent signs say so."""
    if case.capture.status == 404 or case.look.kind in ("pdf", "binary"):
        return None
    evidence = listen(case, gather(case))
    totals: dict[Reason, float] = {}
    anchors: dict[Reason, float] = {}
    for sign in evidence.signs:
        if sign.reason is not None:
            totals[sign.reason] = totals.get(sign.reason, 0.0) + sign.weight
            anchors[sign.reason] = max(anchors.get(sign.reason, 0.0), sign.weight)
    if not totals:
        return None
    reason = max(totals, key=lambda key: (totals[key], anchors[key]))
    if reason is Reason.NEEDS_SCRIPT and anchors.get(Reason.BLOCKED, 0.0) >= NAMES_VENDOR:
        reason = Reason.BLOCKED
    total = totals[reason] + 0.4 * sum(weight for key, weight in totals.items() if key is not reason)
    total += sum(sign.weight for sign in evidence.signs if sign.reason is None)
    need, anchor = _demand(case, evidence)
    if total < need or max(anchors.values()) < anchor or _only_words(case, evidence):
        return None
    if _withdrawn(case, evidence.signs) and (case.previous is not None or total < need + 3):
        return None
    if reason is Reason.NOT_FOUND and not _headed(evidence, reason) and speaks_of_passing(case):
        reason, evidence = _for_now(evidence)
    if reason is Reason.CONSENT and case.previous is None and only_words(evidence) and names_policy(case):
        return None
    if only_words(evidence) and explains(case):
        return None if case.previous is None else _in_doubt(case, reason, evidence)
    if only_words(evidence):
        # a gate names those it lets in
        own = evidence.voice | (words_of("role", case.main) if reason is Reason.CONSENT else frozenset())
        marks = marks_of_subject(case, own)
        if marks >= NAMED + (reason is Reason.NOT_FOUND and _headed(evidence, reason)):
            return None if case.previous is None and marks > NAMED else _in_doubt(case, reason, evidence)
    return instead(reason, evidence.signs, case.capture.status)


def _headed(evidence: Evidence, reason: Reason) -> bool:
    """The title or a heading says it: what stands below may name a passing fault among other causes."""
    return any(sign.reason is reason and sign.zone in ("title", "heading") for sign in evidence.signs)


def _for_now(evidence: Evidence) -> tuple[Reason, Evidence]:
    """What will pass is no "not found": two of those would make the document gone."""
    signs = tuple(
        replace(sign, reason=Reason.MAINTENANCE) if sign.reason is Reason.NOT_FOUND else sign for sign in evidence.signs
    )
    return Reason.MAINTENANCE, replace(evidence, signs=signs)


def _in_doubt(case: Case, reason: Reason, evidence: Evidence) -> Verdict | None:
    """It sounds like a wall and speaks of its subject: a notice passes, the rest is held until it is seen again."""
    if withdrawal(case.main):
        return None
    said = (sign for sign in evidence.signs if sign.zone in ("text", "heading", "title", "voice") and sign.weight >= 1)
    quote = next((sign.quote for sign in said), "")
    return held(
        reason if case.previous is None else Reason.SHRUNK,
        f"The page sounds like a wall or an error, but speaks of its subject: “{quote}”",
        quotes(evidence.signs),
    )


def _only_words(case: Case, evidence: Evidence) -> bool:
    """On a first check, phrases alone are no second sign unless they are most of what the page says."""
    if case.lost or case.text is None:
        return False
    if any(sign.reason is not None and sign.weight >= (4 if sign.zone == "text" else 1) for sign in evidence.signs):
        return False
    prose = evidence.substance + evidence.said.covered
    return evidence.said.share < 0.4 or prose > ONLY_WORDS or not evidence.said.opens


def _demand(case: Case, evidence: Evidence) -> tuple[float, float]:
    """How much evidence is needed, and how strong its strongest piece must be."""
    substance = evidence.substance
    step = 0 if substance < 60 else 1 if substance < 200 else 2 if substance < 400 else 3
    if case.text is None:
        return (1.5, 2.0, 3.0, 4.0)[step], 1.0
    if case.previous is None:
        return (2.3, 3.0, 4.0, 6.0)[step], 1.7
    if case.lost:
        return (1.0, 1.4, 2.5, 3.5)[step], 0.9
    return (3.0, 3.0, 4.0, 6.0)[step] + (
        0.5 if case.alike.kept >= 0.7 else -0.5 if case.alike.heading_gone else 0.0
    ), 1.5


def _withdrawn(case: Case, signs: Sequence[Sign]) -> str:
    """The publisher's own notice, unless the page names itself a wall or an error."""
    if any(
        sign.zone in ("title", "heading", "object") and sign.weight >= 1 and sign.reason is not Reason.MOVED
        for sign in signs
    ):
        return ""
    if any(sign.zone == "markup" and sign.weight >= 2.5 for sign in signs):
        return ""
    return withdrawal(case.fresh)


def _of_login(case: Case) -> Verdict | None:
    """A form that asks for a password where the document was or should begin, whatever terms of use stand below it."""
    if case.text is None or case.look.kind != "html" or not password_in_place(case.look):
        return None
    if case.previous is None:
        begins = password_leads(case.look)
    else:
        begins = case.lost and case.alike.vocabulary < OTHER_SUBJECT
    if not begins or names_subject(case) or withdrawal(case.fresh):
        return None
    form = Sign(Reason.LOGIN, 3.0, "form", "a form that asks for a password", "a sign-in page")
    return instead(Reason.LOGIN, (form,))


def _of_problem(case: Case, problem: ExtractError | None) -> Verdict | None:
    if case.text is not None:
        return None
    if isinstance(problem, SelectError):
        return missed(
            Reason.SELECTOR,
            f"The page came, but the part that is watched is not on it: {problem}",
            quotes(gather(case).signs),
        )
    if case.look.kind == "html" and case.look.words == 0:
        return missed(Reason.EMPTY, "The site answered with a page without any text.")
    if case.unexpected:
        return missed(
            Reason.UNREADABLE,
            f"The site answered with a web page where a document was expected: “{case.look.title[:120]}”.",
        )
    return missed(
        Reason.UNREADABLE,
        f"What the site sent cannot be read: {problem}" if problem else "What the site sent cannot be read.",
    )


def _of_format(case: Case) -> Verdict | None:
    """A web page in place of a document, with nothing of what the document said."""
    if (
        not case.unexpected
        or case.text is None
        or (case.previous is not None and not case.lost)
        or withdrawal(case.fresh)
    ):
        return None
    if case.previous is None and case.rules.format is Format.AUTO and not case.contradicted:
        return None
    return missed(
        Reason.UNREADABLE,
        f"The site answered with a web page where a document was expected: “{case.look.title[:120]}”.",
        (f"title: {case.look.title[:120]}",),
    )

"""The sentence a person reads: what the site did, in plain words, with its own words quoted. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from guidetrack.fetch.verdict.evidence import Sign
from guidetrack.models import OutcomeKind, Reason, Verdict

_WHAT = {
    Reason.BLOCKED: "a page that refuses us",
    Reason.LOGIN: "a sign-in page",
    Reason.CONSENT: "a consent or confirmation page",
    Reason.NEEDS_SCRIPT: "a page that shows its text only with JavaScript",
    Reason.MAINTENANCE: "a maintenance notice",
    Reason.NOT_FOUND: "a “not found” page",
    Reason.HTTP_ERROR: "an error page",
    Reason.MOVED: "a page that is somebody else's or leads elsewhere",
    Reason.UNREADABLE: "something that holds no text",
    Reason.EMPTY: "a page without any text",
}
_WORDS = ("title", "heading", "text", "voice", "object", "noscript")


def instead(reason: Reason, signs: Sequence[Sign], status: int = 200) -> Verdict:
    """``missed``, with a sentence made from the strongest signs of ``reason``."""
    own = sorted((sign for sign in signs if sign.reason is reason), key=lambda sign: -sign.weight)
    what = next((sign.what for sign in own if sign.what and sign.weight >= 1), "") or _WHAT[reason]
    quote = next((sign.quote for sign in own if sign.zone in _WORDS), "") or (own[0].quote if own else "")
    code = f" (status {status})" if status != 200 else ""
    detail = f"The site answered with {what}{code} instead of the page" + (f": “{quote}”." if quote else ".")
    return missed(reason, detail, quotes(own))


def missed(reason: Reason, detail: str, signs: Sequence[str] = ()) -> Verdict:
    """``missed`` with this sentence."""
    return Verdict(reason, OutcomeKind.MISSED, detail, tuple(signs))


def held(reason: Reason, detail: str, signs: Sequence[str] = (), *, once: bool = True) -> Verdict:
    """``held`` with this sentence, and with what becomes of it.

    :param once: the same seen again is believed; else the last good text stands until something speaks of it again.
    """
    then = (
        "it will be believed if the next check sees the same."
        if once
        else "nothing there speaks of the document, so its last good text stands."
    )
    return Verdict(reason, OutcomeKind.HELD, f"{detail}; {then}", tuple(signs), once)


def quotes(signs: Sequence[Sign]) -> tuple[str, ...]:
    """``zone: words`` of each sign that carries weight, strongest first, no more than six."""
    ordered = sorted((sign for sign in signs if sign.weight >= 0.3), key=lambda sign: -sign.weight)
    return tuple(dict.fromkeys(f"{sign.zone}: {sign.quote}" for sign in ordered))[:6]

"""What can be judged before any text is read: status, length and where the redirects led. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from guidetrack.fetch.verdict.address import is_home, kind_of, organisation, split, under
from guidetrack.fetch.verdict.data import table
from guidetrack.fetch.verdict.evidence import Sign, text_signs, title_signs
from guidetrack.fetch.verdict.objects import no_matches, object_sign
from guidetrack.fetch.verdict.scan import Look
from guidetrack.fetch.verdict.sentences import instead, missed, quotes
from guidetrack.fetch.verdict.vendors import header_signs, markup_signs, telling_header
from guidetrack.models import Capture, Format, Reason, Rules, Verdict

PERMANENT = frozenset({301, 308})
"""RFC 9110 sections 15.4.2 and 15.4.9: the new address is meant to take the old one's place."""

_LOGIN = frozenset({401, 407, 511})
_GONE = frozenset({404, 410})
_BLOCKED = frozenset({402, 403, 405, 406, 418, 429, 430, 444, 451, 456, 460, 463, 495, 496, 497, 498, 499, 999})


def judge_answer(capture: Capture, *, conditional: bool = False, rules: Rules = Rules()) -> Verdict | None:
    """Judge an answer by transport, redirects and status; None when its text may be looked at.

    :param conditional: validators were sent, so that 304 is an answer.
    :param rules: with ``format = json``, openFDA's way of saying "no matches" (404) is an empty list.
    """
    status = capture.status
    if status == 304 and conditional:
        return None
    if status == 404 and rules.format is Format.JSON and no_matches(capture.body):
        return None
    if 200 <= status < 300:
        wall = telling_header(capture)
        return (instead(wall.reason, _signs(capture), status) if wall and wall.reason else None) or (
            _of_success(capture) or _of_redirects(capture)
        )
    return _of_failure(capture)


def _of_success(capture: Capture) -> Verdict | None:
    status = capture.status
    if capture.truncated:
        return missed(
            Reason.INCOMPLETE,
            f"The body of the site's answer was cut short ({capture.truncated}).",
            (capture.truncated,),
        )
    if status in (204, 205):
        return missed(
            Reason.EMPTY, f"The site answered with status {status} and no page at all.", (f"status: {status}",)
        )
    if status == 206:
        return missed(
            Reason.INCOMPLETE,
            "The site answered with a part of the page (status 206), not with the whole of it.",
            ("status: 206",),
        )
    if not capture.body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return missed(
            Reason.EMPTY,
            f"The site answered with status {status} and an empty body.",
            (f"body: {len(capture.body)} bytes",),
        )
    return None


def _of_redirects(capture: Capture) -> Verdict | None:
    """Redirects that lead away for certain; a permanent one may be a move, which only the text can tell."""
    if capture.reached == capture.asked or not capture.reached:
        return None
    known = kind_of(capture.asked, capture.reached)
    if known is not None:
        reason, part = known
        words = {
            Reason.BLOCKED: "an address that refuses or checks visitors",
            Reason.LOGIN: "a sign-in address",
            Reason.CONSENT: "a consent or confirmation address",
            Reason.MAINTENANCE: "a maintenance address",
            Reason.NOT_FOUND: "a “not found” address",
            Reason.HTTP_ERROR: "an error address",
        }
        return missed(
            reason,
            f"The site sent us to {words[reason]} instead of the page: {capture.reached[:200]}",
            (f"address: {part}", f"reached: {capture.reached[:200]}"),
        )
    return None if moved_for_good(capture) else led_away(capture)


def led_away(capture: Capture) -> Verdict | None:
    """``moved`` when the redirects ended on a front page or at another organisation."""
    asked, reached = capture.asked, capture.reached
    if not reached or asked == reached or not split(reached).hostname:
        return None
    addresses = table("addresses")
    if organisation(asked) != organisation(reached) and not under(asked, addresses["resolvers"]["domains"]):
        web_page = "html" in capture.media_type.lower() or Look(capture).kind == "html"
        if not web_page and under(reached, addresses["storage"]["domains"]):
            return None
        return missed(
            Reason.MOVED,
            f"The site sent us to another organisation ({split(reached).hostname}), not to the page: {reached[:200]}",
            (f"asked: {asked[:200]}", f"reached: {reached[:200]}"),
        )
    if is_home(reached) and not is_home(asked):
        return missed(
            Reason.MOVED,
            f"The site sent us to its front page instead of the page: {reached[:200]}",
            (f"asked: {asked[:200]}", f"reached: {reached[:200]}"),
        )
    return None


def moved_for_good(capture: Capture) -> bool:
    """Whether every hop said that the move is permanent."""
    return bool(capture.redirects) and all(hop.status in PERMANENT for hop in capture.redirects)


def _of_failure(capture: Capture) -> Verdict:
    status = capture.status
    signs = _signs(capture) if capture.body or capture.headers else []
    best: dict[Reason, float] = {}
    for sign in signs:
        if sign.reason is not None:
            best[sign.reason] = best.get(sign.reason, 0.0) + sign.weight
    blocked = max((sign.weight for sign in signs if sign.reason is Reason.BLOCKED), default=0.0)
    reason = _by_status(capture, best, blocked)
    return instead(reason, signs, status) if best.get(reason, 0.0) >= 1 else _plain(reason, status, signs)


def _by_status(capture: Capture, best: dict[Reason, float], blocked: float) -> Reason:
    """The reason for a status outside 200–299, with the body's words where the status is shared by several."""
    status = capture.status
    walled = blocked >= 2.5
    if status in _LOGIN:
        return Reason.BLOCKED if walled and status == 401 and blocked >= 3 else Reason.LOGIN
    if status in _GONE:
        return Reason.BLOCKED if walled and best[Reason.BLOCKED] > best.get(Reason.NOT_FOUND, 0.0) else Reason.NOT_FOUND
    if status in _BLOCKED:
        login = best.get(Reason.LOGIN, 0.0)
        return Reason.LOGIN if login >= 2.5 and login > best.get(Reason.BLOCKED, 0.0) else Reason.BLOCKED
    if status >= 500 or status == 400:
        if walled or (
            blocked >= 2 and status in (400, 503) and best[Reason.BLOCKED] > best.get(Reason.MAINTENANCE, 0.0) + 1
        ):
            return Reason.BLOCKED
        if status == 503 and (capture.header("retry-after") or best.get(Reason.MAINTENANCE, 0.0) >= 1.5):
            return Reason.MAINTENANCE
        if best.get(Reason.MAINTENANCE, 0.0) >= 3 and best[Reason.MAINTENANCE] > best.get(Reason.HTTP_ERROR, 0.0):
            return Reason.MAINTENANCE
        return Reason.HTTP_ERROR
    if walled:
        return Reason.BLOCKED
    return Reason.HTTP_ERROR


def _signs(capture: Capture) -> list[Sign]:
    look = Look(capture)
    signs = [*header_signs(capture), *markup_signs(look)]
    thing = object_sign(look)
    signs += [thing] if thing else []
    signs += title_signs(look.title, "title")
    for level, words in look.headings[:3]:
        signs += title_signs(words, "heading", 0.75 if level == 1 else 0.4)
    signs += text_signs(look.lines[:200]).signs
    if look.password_at:
        signs.append(Sign(Reason.LOGIN, 1.0, "form", "a form that asks for a password"))
    return signs


def _plain(reason: Reason, status: int, signs: Sequence[Sign]) -> Verdict:
    said = {
        Reason.BLOCKED: "The site refused to give us the page",
        Reason.LOGIN: "The site asks us to sign in before it gives the page",
        Reason.NOT_FOUND: "The site says that the page is not there",
        Reason.MAINTENANCE: "The site says that it is unavailable for now",
        Reason.HTTP_ERROR: "The site answered with an error instead of the page",
    }[reason]
    name = _PHRASES.get(status, "")
    return missed(
        reason, f"{said}: status {status}{' ' + name if name else ''}.", (f"status: {status}", *quotes(signs))
    )


_PHRASES = {
    304: "Not Modified, although the whole page was asked for",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    410: "Gone",
    418: "I'm a teapot",
    429: "Too Many Requests",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    511: "Network Authentication Required",
}

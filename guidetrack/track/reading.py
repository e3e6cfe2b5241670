"""From bytes to a text and a verdict: the one path, for tonight's check, a rebuild next year and the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.models import Capture, Headers, Redirect, Rules, Text, Verdict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bytes came to: a text, or the sentence that says why there is none.

    :param same: set when the text is the known one, which is not given again: how many lines were set aside.
    """

    text: Text | None
    problem: ExtractError | None = None
    same: int | None = None


def read(body: bytes, media_type: str, url: str, rules: Rules, known: str = "") -> Reading:
    """Extract, with failure as a value: whatever a page does to a parser costs that page its text and nothing else.

    :param known: digest of a text that need not be given again: most checks find it, and it may have to travel.
    """
    try:
        text = extract(body, media_type=media_type, url=url, rules=rules)
        if known and text.digest == known:
            return Reading(None, same=len(text.set_aside))
        return Reading(text)
    except ExtractError as problem:
        return Reading(None, problem)
    except MemoryError:
        return Reading(None, ExtractError("reading it needs more memory than is allowed for one page"))
    except Exception as error:
        return Reading(None, ExtractError(f"a parser failed on it ({type(error).__name__}: {error})"))


def verdict(
    raw_bytes: bytes,
    *,
    status: int = 200,
    headers: Mapping[str, str] | Headers = (),
    url: str = "",
    final_url: str = "",
    redirects: Sequence[Redirect | str] = (),
    previous: Text | None = None,
    rules: Rules | None = None,
) -> Verdict | None:
    """Whether an HTTP answer is the page at all, apart from what the page says. Pure: no network, no disk.

    :param raw_bytes: the body after content-decoding.
    :param status: HTTP status of the last answer. :param headers: its headers, as a mapping or as pairs.
    :param url: the address asked for. :param final_url: the address that answered; empty: ``url``.
    :param redirects: the hops between, as :class:`Redirect` or as the addresses passed through.
    :param previous: the last good text of the page, when there is one.
    :param rules: how the page is read, as for :func:`guidetrack.extract`; the default rules when None.
    :return: None when it can be taken for the page; else the reason, ``missed`` or ``held``, a sentence and the signs.
    """
    from guidetrack.fetch.verdict import judge_answer, judge_page

    rules = rules or Rules()
    pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
    final = final_url or url
    capture = Capture(id="", source="", asked=url, reached=final, status=status, headers=pairs, body=raw_bytes,
                      payload=raw_bytes, fetched=EPOCH, redirects=_hops(url, final, redirects))
    early = judge_answer(capture, rules=rules)
    if early is not None:
        return early
    reading = read(raw_bytes, capture.media_type, final, rules)
    return judge_page(capture, reading.text, previous, reading.problem, rules=rules)


def _hops(url: str, final: str, redirects: Sequence[Redirect | str]) -> tuple[Redirect, ...]:
    """Addresses given as strings become hops; how each answered is unknown, so 302 (RFC 9110 section 15.4.3)."""
    if not redirects and final != url:
        return (Redirect(url, 302, final),)
    hops: list[Redirect] = []
    for number, hop in enumerate(redirects):
        if isinstance(hop, Redirect):
            hops.append(hop)
            continue
        following = redirects[number + 1] if number + 1 < len(redirects) else final
        hops.append(Redirect(hop, 302, following if isinstance(following, str) else following.url))
    return tuple(hops)

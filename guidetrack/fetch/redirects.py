"""Where an answer points, and whether to go there. RFC 9110 section 15.4. Pure."""

from __future__ import annotations

import re

import httpx

from guidetrack.fetch.addresses import MAX_URL, checked
from guidetrack.fetch.faults import Fault
from guidetrack.models import Reason, Redirect

FOLLOWED = frozenset({301, 302, 303, 307, 308})

MAX_REDIRECTS = 10
"""Hops followed; what needs more goes round in a circle."""

_CONTROL = re.compile(r"[\x00-\x20\x7f]")


def target(url: httpx.URL, status: int, location: bytes | None) -> httpx.URL | None:
    """The address a redirect points to, absolute and without fragment; None when the answer is no redirect.

    Fault ``refused`` when it points to something that must not be asked, ``http-error`` when to no address at all.
    """
    if status not in FOLLOWED or not location or not location.strip():
        return None
    text = _decoded(location).strip()
    if len(text) > MAX_URL or _CONTROL.search(text.replace(" ", "%20")):
        raise Fault(Reason.HTTP_ERROR, f"{url.host} redirects to something that is no address", status=status)
    try:
        joined = url.join(text.replace(" ", "%20"))
    except (httpx.InvalidURL, ValueError) as error:
        detail = f"{url.host} redirects to {text[:100]!r}, which is no address"
        raise Fault(Reason.HTTP_ERROR, detail, status=status) from error
    return checked(joined)


def _decoded(location: bytes) -> str:
    try:
        return location.decode()
    except UnicodeDecodeError:
        return location.decode("latin-1")


class Chain:
    """The hops gone so far. Fault ``http-error`` for a circle."""

    def __init__(self) -> None:
        self.hops: list[Redirect] = []
        self._seen: set[tuple[str, str]] = set()

    def add(self, url: httpx.URL, status: int, to: httpx.URL, cookie: str) -> None:
        """One more hop. The same address with the same cookies twice is a circle; with new cookies it may answer."""
        self.hops.append(Redirect(str(url), status, str(to)))
        key = (str(to), cookie)
        if key in self._seen or (str(to) == str(url) and not cookie):
            detail = f"{to.host} redirects in a circle, back to {str(to)[:200]}"
            raise Fault(Reason.HTTP_ERROR, detail, status=status)
        if len(self.hops) > MAX_REDIRECTS:
            detail = f"more than {MAX_REDIRECTS} redirects, the last one to {str(to)[:200]}"
            raise Fault(Reason.HTTP_ERROR, detail, status=status)
        self._seen.add(key)

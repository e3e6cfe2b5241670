"""robots.txt: what a site asks crawlers to leave alone. RFC 9309, read by protego. Pure."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import protego

from guidetrack.fetch.identity import TOKEN

MAX_ROBOTS = 500 * 1024
"""Bytes read of a robots.txt; what follows is ignored. RFC 9309 section 2.5."""

ACCEPT = "text/plain,*/*;q=0.5"

MAX_HOPS = 5
"""Redirects followed to a robots.txt. RFC 9309 section 2.3.1.2."""


class _Parsed(Protocol):
    def can_fetch(self, url: str, user_agent: str) -> bool: ...
    def crawl_delay(self, user_agent: str) -> float | None: ...


class Rules:
    """The rules of one host.

    :param note: where they come from or why there are none, for the log.
    """

    __slots__ = ("_parsed", "delay", "note")

    def __init__(self, parsed: _Parsed | None, note: str) -> None:
        self._parsed = parsed
        self.note = note
        self.delay = (parsed.crawl_delay(TOKEN) or 0.0) if parsed else 0.0

    def allow(self, url: str) -> bool:
        """Whether the site lets us ask for this address."""
        return self._parsed is None or self._parsed.can_fetch(url, TOKEN)


@cache
def no_rules(note: str) -> Rules:
    """Everything is allowed; ``note`` says why."""
    return Rules(None, note)


def rules(status: int, media_type: str, body: bytes) -> Rules:
    """The rules in an answer to a request for /robots.txt.

    Only a 200 that is not a web page has rules. 4xx means there are none (RFC 9309 section 2.3.1.3). The RFC would
    have everything refused after a 5xx; we go on, because a source must not fall silent over a broken robots.txt.
    """
    if status != 200:
        return no_rules(f"robots.txt answers {status}")
    text = body[:MAX_ROBOTS].decode("utf-8-sig", "replace").lstrip("\ufeff \t\r\n")
    if "html" in media_type.lower() or text.startswith("<"):
        return no_rules("robots.txt is a web page")
    if not text:
        return no_rules("robots.txt is empty")
    return Rules(protego.Protego.parse(text), "robots.txt")

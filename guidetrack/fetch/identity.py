"""What a request says: who asks, what is wanted, what we have already. Nothing given from outside can add a header."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guidetrack.fetch.decoding import ACCEPT_ENCODING
from guidetrack.models import Headers, Validators

TOKEN = "guidetrack"
"""Our product token, for User-Agent and robots.txt. RFC 9309 section 2.2.1."""

ACCEPT = (
    "text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,application/atom+xml;q=0.9,"
    "application/rss+xml;q=0.9,application/json;q=0.9,text/plain;q=0.8,*/*;q=0.7"
)

MAX_VALUE = 4096
"""Longest header value sent, in characters."""

_NOT_FORWARDED = (
    "host", "user-agent", "accept-encoding", "connection", "keep-alive", "proxy-", "te", "trailer", "transfer-",
    "upgrade", "content-length", "cookie", "expect", "sec-", ":",
)
_TOKEN = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+\Z", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\x20-\x7e]+")
_SENDABLE = re.compile(r"[\x20-\x7e\x80-\xff]+\Z")


def user_agent(version: str, contact: str) -> str:
    """``guidetrack/0.1.0 (+compliance@clinic.example)``. RFC 9110 section 10.1.5.

    Control characters, line breaks, non-ASCII and parentheses are taken out of the contact.
    """
    clean = _UNSAFE.sub("", contact).translate(str.maketrans("", "", "()\\")).strip()[:200]
    return f"{TOKEN}/{version} (+{clean})" if clean else f"{TOKEN}/{version}"


def request_headers(
    agent: str, host: str, *, accept: str = "", validators: Validators = Validators(), fresh: bool = False,
    cookie: str = "",
) -> Headers:
    """The headers in the order they are sent.

    :param host: value of Host. :param accept: what the source asks for, or empty.
    :param fresh: no answer out of a cache on the way, and no validators. RFC 9111 section 5.2.1.4.
    """
    headers = [
        ("Host", host),
        ("User-Agent", agent),
        ("Accept", accept if _sendable(accept) else ACCEPT),
        ("Accept-Encoding", ACCEPT_ENCODING),
        ("Connection", "keep-alive"),
    ]
    if fresh:
        headers += [("Cache-Control", "no-cache"), ("Pragma", "no-cache")]
    else:
        if _sendable(validators.etag):
            headers.append(("If-None-Match", validators.etag))
        if _sendable(validators.last_modified):
            headers.append(("If-Modified-Since", validators.last_modified))
    if _sendable(cookie):
        headers.append(("Cookie", cookie))
    return tuple(headers)


def forwarded(agent: str, host: str, headers: Mapping[str, str]) -> Headers:
    """The headers of a request a page makes in a browser, as we send it: with our name, and nothing of the connection.

    :param headers: as the browser gives them, names in lower case.
    """
    kept = [
        (name, value)
        for name, value in headers.items()
        if _TOKEN.match(name) and _sendable(value) and not name.lower().startswith(_NOT_FORWARDED)
    ]
    ours = [("Host", host), ("User-Agent", agent), ("Accept-Encoding", ACCEPT_ENCODING), ("Connection", "keep-alive")]
    return (*ours, *kept)


def _sendable(value: str) -> bool:
    """Whether it can stand in a header as it is: no white space around it (RFC 9110 section 5.5), no control in it."""
    return 0 < len(value) <= MAX_VALUE and value == value.strip() and _SENDABLE.match(value) is not None

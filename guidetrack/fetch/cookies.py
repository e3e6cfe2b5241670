"""Cookies, for the length of one chain of redirects: some sites set one and send the reader back. RFC 6265.

Never stored, never shared between sources. Sent only to the very host that set them, so Domain, Path and Expires do
not matter; ``Secure`` does.
"""

from __future__ import annotations

import re

import httpx

MAX_COOKIES = 50
"""Cookies kept in one chain. RFC 6265 section 6.1 asks for at least 50 for each domain."""

_PAIR = re.compile(r"\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e\x20\"]*)")


class Cookies:
    """What the hosts of one chain have set."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[str, bool]] = {}

    def keep(self, url: httpx.URL, headers: list[tuple[bytes, bytes]]) -> None:
        """Take the Set-Cookie headers of an answer."""
        for name, value in headers:
            if name.lower() != b"set-cookie" or len(self._kept) >= MAX_COOKIES:
                continue
            first, _, attributes = value.decode("latin-1").partition(";")
            pair = _PAIR.fullmatch(first)
            if pair:
                secure = any(part.strip().lower() == "secure" for part in attributes.split(";"))
                self._kept[url.host, pair[1]] = (pair[2].strip(), secure)

    def header(self, url: httpx.URL) -> str:
        """The value of Cookie for a request, or empty."""
        if not self._kept:
            return ""
        return "; ".join(
            f"{name}={value}"
            for (host, name), (value, secure) in self._kept.items()
            if host == url.host and (not secure or url.scheme == "https")
        )

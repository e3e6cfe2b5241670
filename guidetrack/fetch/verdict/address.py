"""What addresses say: the organisation behind a host, a front page, a login or an unblock address. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from guidetrack.fetch.verdict.data import table
from guidetrack.models.enums import Reason

KINDS = (Reason.BLOCKED, Reason.LOGIN, Reason.CONSENT, Reason.MAINTENANCE, Reason.NOT_FOUND, Reason.HTTP_ERROR)
_CODES = (
    "ar|at|au|be|bg|ca|ch|cs|cy|da|de|dk|el|en|es|et|eu|fi|fr|ga|gb|gr|he|hr|hu|ie|in|int|it|ja|ko|lt|lu|lv|mt|mx|nb"
    "|nl|no|nz|pl|pt|ro|ru|sk|sl|sv|tr|uk|us|zh|global|eng|deu|fra|spa|english|deutsch|francais|espanol"
)
_LANGUAGE = re.compile(rf"(?:{_CODES})(?:[-_](?:[a-z]{{2}}|latn|hans|hant))?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:html?|s?html|php\d?|aspx?|jsp|jsf|do|cfm|cgi|action|xhtml)$", re.IGNORECASE)
_DOCUMENT_QUERY = re.compile(
    r"(?:^|&)(?:p|page_id|id|doc|docid|document|item|article|file|q|query|uri|url)=", re.IGNORECASE
)
_LOGIN_QUERY = re.compile(
    r"(?:^|&)(?:samlrequest|wctx|wtrealm|returnurl|return_url|redirect_uri|return_to|relaystate)=", re.IGNORECASE
)
_NOT_FOUND_QUERY = re.compile(r"(?:^|&)(?:aspxerrorpath=|error=404|404[=;]|e=404|status=404|err=404)", re.IGNORECASE)


@lru_cache(maxsize=512)
def split(url: str) -> SplitResult:
    """``urlsplit`` that never raises: an address that cannot be read has no parts."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port, parts.hostname
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def organisation(url: str) -> str:
    """The registrable domain (``nice.org.uk``), or host and port where the host is an IP address or has no dot.

    Two-label country suffixes are recognised by their second label, not by a list of every registry.
    """
    parts = split(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if "." not in host or _is_ip(host):
        return f"{host}:{parts.port}" if parts.port else host
    suffixes = table("addresses")["suffixes"]
    for family in suffixes["same"]:
        if any(host == name or host.endswith("." + name) for name in family if name != "gov.uk") or host == "gov.uk":
            return str(family[1])
    labels = host.split(".")
    keep = 2
    if len(labels) >= 3 and (len(labels[-1]) == 2 and labels[-2] in suffixes["labels"]):
        keep = 3
    for hosting in suffixes["hosting"]:
        if host.endswith("." + hosting):
            keep = hosting.count(".") + 2
    return ".".join(labels[-keep:])


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def under(url: str, domains: list[str]) -> bool:
    """Whether the host is one of ``domains`` or lies below one."""
    host = (split(url).hostname or "").lower()
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def segments(url: str) -> list[str]:
    """The path's parts in lower case, decoded, without file extensions and empty ones."""
    found = [_EXTENSION.sub("", unquote(part)).lower() for part in split(url).path.split("/")]
    return [part for part in found if part]


def is_home(url: str) -> bool:
    """Whether this is a front page: nothing after the host but a language and a word for "home"."""
    parts = segments(url)
    home = set(table("addresses")["home"]["segments"])
    while parts and (_LANGUAGE.fullmatch(parts[0]) or parts[0] in home) and len(parts) <= 3:
        parts = parts[1:]
    return not parts and not _DOCUMENT_QUERY.search(split(url).query)


def kind_of(asked: str, reached: str) -> tuple[Reason, str] | None:
    """What the address that answered says about itself, with the part that says so; None for nothing.

    A word that the address asked for holds too says nothing.
    """
    before = set(segments(asked))
    path = [part for part in segments(reached) if part not in before]
    labels = set((split(reached).hostname or "").lower().split(".")[:-1])
    labels -= set((split(asked).hostname or "").lower().split("."))
    query = split(reached).query
    if _NOT_FOUND_QUERY.search(query) and not _NOT_FOUND_QUERY.search(split(asked).query):
        return Reason.NOT_FOUND, query[:80]
    for reason in KINDS:
        rules: Mapping[str, Any] = table("addresses")[reason.value]
        if under(reached, rules["domains"]) and not under(asked, rules["domains"]):
            return reason, split(reached).hostname or ""
        known = set(rules["segments"])
        for part in path:
            if part in known:
                return reason, part
        for label in sorted(labels):
            if label in rules["hosts"]:
                return reason, split(reached).hostname or ""
    if _LOGIN_QUERY.search(query) and not _LOGIN_QUERY.search(split(asked).query):
        return Reason.LOGIN, query[:80]
    return None

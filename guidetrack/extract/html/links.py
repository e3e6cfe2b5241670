"""Links to documents: a new PDF behind the same words is news, a new session id in its address is not."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|csv)$", re.I)
_DOWNLOAD = re.compile(r"/media/\d+/download|/download/?$", re.I)
_TRACKING = re.compile(r"^(?:utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|_ga|_gl|sid|s?essionid|phpsessid|jsessionid"
                       r"|aspsessionid\w*|cfid|cftoken|token|csrf\w*|nonce|cb|_|cache\w*|rnd|rand|timestamp|ts|itok"
                       r"|x-amz-[\w-]+|expires|signature|key-pair-id|policy|awsaccesskeyid|sv|se|sr|sp|sig|st|spr)$",
                       re.I)
_BUSTER = re.compile(r"(?:v|ver|rev|r|t|_t|h|hash|m|mtime|modified|dt|bust)="
                     r"(?:\d{3,}|\d+(?:\.\d+){2,}|(?=.*\d)[\da-f.-]{6,})|[\da-f.]{6,}=", re.I)
"""What follows a file's name only to get past caches: times and digests. ``v=3`` may be an edition and stays."""
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.I)


def document_link(attrs: dict[str, str], base: str) -> str:
    """The absolute address of a linked document (PDF, Word …) without what rotates, or empty for any other link."""
    if not is_document(attrs):
        return ""
    href = attrs["href"]
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        if parts.scheme not in ("http", "https", ""):
            return ""
        query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)]
    except ValueError:
        return ""
    path = _SESSION_PATH.sub("", parts.path)
    if query and _DOCUMENT.search(path):
        query = [(k, v) for k, v in query if not _BUSTER.fullmatch(f"{k}={v}")]
    clean = urlunsplit((parts.scheme, parts.netloc.lower(), path, urlencode(query), ""))
    return "".join(clean.split()).replace("<", "%3C").replace(">", "%3E")


def is_document(attrs: dict[str, str]) -> bool:
    """Whether a link with these attributes leads to a document rather than to a page."""
    href = attrs.get("href", "")
    if not href:
        return False
    return "download" in attrs or ("type" in attrs and "pdf" in attrs["type"]) or _names_document(href)


@lru_cache(maxsize=8192)
def _names_document(href: str) -> bool:
    path, _, query = href.partition("#")[0].partition("?")
    path = path.strip().partition(";")[0]
    if ("." in path[-6:] and _DOCUMENT.search(path)) or ("download" in path.lower() and _DOWNLOAD.search(path)):
        return True
    return bool(query) and any(_DOCUMENT.search(value) for value in query.split("&"))


PROTECTED = "/cdn-cgi/l/email-protection"
"""Where Cloudflare points links whose mail address it hides; the hiding key changes with every answer."""


def hidden_address(code: str) -> str:
    """The mail address in a Cloudflare ``data-cfemail`` code: hex, each byte XORed with the first; or empty."""
    try:
        data = bytes.fromhex(code)
        return bytes(byte ^ data[0] for byte in data[1:]).decode("utf-8") if data else ""
    except ValueError:
        return ""

"""Which format bytes are, told by the bytes; what the server calls them only breaks a tie."""

from __future__ import annotations

import re

from guidetrack.errors import ExtractError
from guidetrack.extract import binary
from guidetrack.models import Format

HEAD_BYTES = 4096
"""How much of the start is looked at; a PDF may carry up to 1,024 bytes of junk first."""

_HTML_TAGS = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|p|h[1-6]|table|ul|ol|main|article|section"
    rb"|header|nav|span|br|a\s|b|strong|form|iframe|center|font)\b", re.I)
_XML_ROOT = re.compile(rb"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_FEED_ROOTS = {b"rss", b"feed", b"rdf"}
_NAMES = {
    Format.HTML: "an HTML page", Format.PDF: "a PDF", Format.XML: "XML", Format.FEED: "a feed", Format.JSON: "JSON",
    Format.TEXT: "plain text", Format.DOCX: "a Word document",
}
_READS = {
    Format.HTML: {Format.XML, Format.TEXT, Format.FEED, Format.JSON},
    Format.XML: {Format.FEED, Format.HTML},
    Format.FEED: {Format.XML, Format.JSON, Format.HTML},
    Format.JSON: {Format.FEED, Format.TEXT},
    Format.TEXT: {Format.HTML, Format.XML, Format.FEED, Format.JSON},
}
"""Forced format -> sniffed formats that it can still read."""


def decide(body: bytes, media_type: str = "", forced: Format = Format.AUTO) -> Format:
    """The format to read ``body`` as; :class:`ExtractError` when ``forced`` flatly contradicts the bytes."""
    found = sniff(body, media_type)
    if found not in (Format.PDF, Format.DOCX) and (kind := binary.named(body)):
        raise ExtractError(f"the server sent {kind}, where {_NAMES.get(forced, 'a document')} "
                           "was expected")
    if forced is Format.AUTO or forced is found:
        return found
    if found in _READS.get(forced, ()):
        return forced
    raise ExtractError(f"expected {_NAMES[forced]} (format = \"{forced.value}\"), but the server sent {_NAMES[found]}")


def sniff(body: bytes, media_type: str = "") -> Format:
    """The format of ``body`` by its content; ``media_type`` decides only between plain text and markup."""
    head = _ascii(body[:HEAD_BYTES])
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head.startswith(b"PK\x03\x04") and b"word/" in body:
        return Format.DOCX
    start = head.lstrip()
    if start[:1] in (b"{", b"["):
        return _json_or_text(start, media_type)
    if start.startswith(b"<"):
        return _markup(start, media_type)
    declared = media_type.lower()
    if "html" in declared or (_HTML_TAGS.search(head) and "text/plain" not in declared):
        return Format.HTML
    return Format.TEXT


def _ascii(head: bytes) -> bytes:
    """The start without byte-order mark; UTF-16 and UTF-32 folded to their ASCII bytes."""
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff"):
        if head.startswith(mark):
            head = head[len(mark):]
            break
    return head.replace(b"\x00", b"") if head[:64].count(b"\x00") >= 8 or b"\x00<" in head[:8] else head


def _json_or_text(start: bytes, media_type: str) -> Format:
    if b"jsonfeed.org/version" in start:
        return Format.FEED
    if "json" in media_type.lower() or re.match(rb"[{\[]\s*(?:[\"{\[\]}\d-]|true|false|null)", start):
        return Format.JSON
    return Format.TEXT


def _markup(start: bytes, media_type: str) -> Format:
    declared = media_type.lower()
    if re.match(rb"<!doctype\s+html", start, re.I):
        return Format.HTML
    root = _XML_ROOT.search(re.sub(rb"<!--.*?-->", b"", start, flags=re.S))
    name = root.group(1).lower() if root else b""
    if name in _FEED_ROOTS:
        return Format.FEED
    if name == b"html" or (_HTML_TAGS.match(start) and not start.startswith(b"<?xml")):
        return Format.HTML
    if start.startswith(b"<?xml") or ("xml" in declared and "html" not in declared):
        return Format.XML if not re.search(rb"<!doctype\s+html", start, re.I) else Format.HTML
    if "text/plain" in declared and not _HTML_TAGS.search(start):
        return Format.TEXT
    return Format.HTML if "html" in declared or _HTML_TAGS.search(start) or not name else Format.XML

"""A light look at a body: what kind of thing it is, its title, headings, visible words, forms, scripts.

No parser: a few linear passes over at most :data:`HEAD` + :data:`TAIL` bytes, each made only when asked for.
What the page *says* is the extractor's business; this sees what the extractor rightly leaves out.
"""

from __future__ import annotations

import codecs
import html
import re
from functools import cached_property
from urllib.parse import urljoin

from guidetrack.models import Capture

HEAD = 300_000
"""Bytes looked at from the start of a body."""
TAIL = 20_000
"""Bytes looked at from the end of a longer one."""

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|script|center|table|frameset|br|a)\b")
_TAG = re.compile(r"<[^<>]*>")
_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|tr|td|th|br|hr|section|article|header|footer|nav|main|form|body|table|title|pre"
    r"|dd|dt|option|button|label|fieldset|center|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)
_RAW = re.compile(r"<(script|style|noscript|svg|template|select|textarea|!--)")
_HEADING = re.compile(r"<h([123])\b[^<>]*>")
_MAIN = re.compile(r"<main\b[^<>]*>(.{0,2000}?)</main\b", re.IGNORECASE | re.DOTALL)
_META = re.compile(r"<(?:meta|link)\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b([a-z-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))", re.IGNORECASE)
_PASSWORD = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password")
_ROOT = re.compile(
    r"<(?:div|main|section)\b[^<>]*\bid\s*=\s*[\"']?(?:root|app|__next|__nuxt|___gatsby|svelte|react-root|app-root|main-app"
    r"|application|app-container|q-app|ember-app|spa|vue-app|reactapp|react-app|page-root|wrapper-app|mount|outlet)[\"'\s>]"
    r"[^<>]{0,80}?>?\s{0,40}(?:<(?:div|span|p|img|svg)\b[^<>]*>\s{0,20}){0,3}[^<>]{0,60}</"
    r"|<(?:app-root|my-app|ng-app|app-shell|ion-app|ui-view|router-outlet)\b[^<>]*>\s{0,20}[^<>]{0,60}</"
)
_SCRIPT_GO = re.compile(
    r"(?:location(?:\.href)?\s*=(?!=)|location\.(?:replace|assign)\s*\()\s*[\"']([^\"'<>\s]{1,500})"
)
_RELOAD = re.compile(r"location\.reload\s*\(|(?:location(?:\.href)?\s*=(?!=)|location\.(?:replace|assign)\s*\()")
_REFRESH = re.compile(r"\s*(\d+)[^;,]{0,10}[;,]\s*(?:url\s*=\s*)?[\"']?\s*([^\"'\s]+)", re.IGNORECASE)
_BARE_JSON = re.compile(rb"(?:null|true|false|-?[0-9.]{1,20}|\"[^\"<]{0,300}\")\s*$")
_DENSE = re.compile("[\u3040-\u9fff\uac00-\ud7a3]")
_TARGET = re.compile(r"<a\b[^<>]*\bhref\s*=")


class Look:
    """What can be seen of a capture's body. Everything is computed when first asked for."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture

    @cached_property
    def source(self) -> str:
        """The body's beginning (and end), decoded; bytes that do not fit become U+FFFD."""
        body = self.capture.body
        part = body if len(body) <= HEAD + TAIL else body[:HEAD] + b"\n" + body[-TAIL:]
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if part.startswith(mark):
                return part.decode(name, "replace")
        named = _CHARSET.search(self.capture.media_type.encode("ascii", "replace")) or _CHARSET.search(part[:2048])
        try:
            name = codecs.lookup(named.group(1).decode("ascii")).name if named else "utf-8"
            text = part.decode(name, "replace")
        except (LookupError, UnicodeError, ValueError):
            name, text = "utf-8", part.decode("utf-8", "replace")
        return part.decode("cp1252", "replace") if name == "utf-8" and "\ufffd" in text[: HEAD - 4] else text

    @cached_property
    def low(self) -> str:
        """``source`` with ASCII letters in lower case; places in one are places in the other."""
        return ascii_lower(self.source)

    @cached_property
    def kind(self) -> str:
        """``html``, ``pdf``, ``json``, ``xml``, ``text`` or ``binary``, by the bytes first."""
        start = self.capture.body[:1024].lstrip()
        if start.startswith(b"%PDF") or b"%PDF-" in start:
            return "pdf"
        if b"\x00" in start and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "binary"
        if start[:1] in (b"{", b"[") or ("json" in self.capture.media_type.lower() and _BARE_JSON.match(start)):
            return "json"
        head = self.low[:4096].lstrip("\ufeff \t\r\n")
        media = self.capture.media_type.lower()
        declared = head.startswith("<?xml") or ("xml" in media and "html" not in media)
        if declared and "<html" not in head and "<!doctype html" not in head:
            # labels and laws have <title> and <section> too: without <html> the declaration decides
            return "xml" if head.startswith("<") else "text"
        if _HTML.search(head):
            return "html"
        if head.startswith("<"):
            return "html" if "html" in media else "xml"
        return "html" if "html" in media and "<" in head else "text"

    @cached_property
    def title(self) -> str:
        """The first ``<title>`` outside ``<svg>``, as published."""
        start = self.low.find("<title")
        if start < 0:
            return ""
        start, end = self.low.find(">", start) + 1, self.low.find("</title", start)
        return _words(self.source[start : end if 0 <= end - start <= 2000 else start + 300]) if start else ""

    @cached_property
    def headings(self) -> tuple[tuple[int, str], ...]:
        """Level and words of the first dozen ``h1``–``h3``."""
        found = []
        shown, low = self._parts[0], self.shown_low
        for match in _HEADING.finditer(low):
            end = low.find(f"</h{match.group(1)}", match.end(), match.end() + 2000)
            words = _words(shown[match.end() : end]) if end > 0 else ""
            if words:
                found.append((int(match.group(1)), words))
            if len(found) >= 12:
                break
        return tuple(found)

    @cached_property
    def _parts(self) -> tuple[str, str, str]:
        """What is shown, what scripts hold, what ``<noscript>`` holds; each with its markup."""
        shown: list[str] = []
        held: dict[str, list[str]] = {"script": [], "noscript": []}
        at, unclosed = 0, set[str]()
        while match := _RAW.search(self.low, at):
            name = match.group(1)
            close = "-->" if name == "!--" else f"</{name}"
            end = -1 if name in unclosed else self.low.find(close, match.end())
            shown.append(self.source[at : match.start()])
            if end < 0:
                unclosed.add(name)
                at = match.end() if name in ("noscript", "svg", "template", "select") else len(self.source)
                continue
            if name in held:
                held[name].append(self.source[match.start() : end])
            at = end + len(close)
        shown.append(self.source[at:])
        return " ".join(shown), "\n".join(held["script"]), "\n".join(held["noscript"])

    @property
    def shown(self) -> str:
        """The source without scripts, styles, comments and what is not shown, with its markup."""
        return self._parts[0]

    @cached_property
    def shown_low(self) -> str:
        """``shown`` with ASCII letters in lower case."""
        return ascii_lower(self.shown)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What a reader would see, one line a block, title left out."""
        if self.kind != "html":
            return tuple(filter(None, (" ".join(line.split()) for line in _TAG.sub(" ", self.source).splitlines())))
        shown = self._parts[0]
        start = self.shown_low.find("<title")
        if start >= 0:
            end = self.shown_low.find("</title", start)
            shown = shown[:start] + shown[end if end > 0 else start :]
        text = html.unescape(_TAG.sub(" ", _BLOCK.sub("\n", shown)))
        return tuple(filter(None, (" ".join(line.split()) for line in text.splitlines())))

    @cached_property
    def words(self) -> int:
        """Number of words a reader would see."""
        return sum(map(count_words, self.lines))

    @cached_property
    def main_is_empty(self) -> bool:
        """There is a ``<main>``, and nothing stands in it: what belongs there was to come by script, or never came."""
        shown = self._parts[0]
        found = _MAIN.search(shown)
        return found is not None and not _words(found.group(1))

    @cached_property
    def noscript(self) -> str:
        """Words for readers without scripts."""
        return _words(self._parts[2])

    @cached_property
    def scripts(self) -> str:
        """The page's own scripts, lower case, with their tags."""
        return self._parts[1].lower()

    @cached_property
    def password_at(self) -> int:
        """Where in ``low`` a password can be typed; 0 for nowhere."""
        found = _PASSWORD.search(self.low)
        return found.start() if found else 0

    @cached_property
    def empty_root(self) -> bool:
        """Whether the element that scripts fill is (next to) empty."""
        return _ROOT.search(self.low) is not None

    @cached_property
    def links(self) -> int:
        """Number of links."""
        return len(_TARGET.findall(self.low))

    @cached_property
    def meta(self) -> dict[str, str]:
        """``refresh``, ``robots``, ``canonical``, ``og:url``, ``generator`` … where the page gives them."""
        found: dict[str, str] = {}
        for tag in _META.findall(self.source):
            pairs = {m[0].lower(): html.unescape(m[1] or m[2] or m[3]) for m in _ATTRIBUTE.findall(tag)}
            name = (
                pairs.get("name") or pairs.get("property") or pairs.get("http-equiv") or pairs.get("rel") or ""
            ).lower()
            value = pairs.get("content") or pairs.get("href") or ""
            if name and value:
                found.setdefault(name, value)
            if len(found) >= 40:
                break
        return found

    @cached_property
    def refresh(self) -> tuple[int, str] | None:
        """Seconds and absolute address of a ``<meta http-equiv=refresh>``; without an address it is this page again."""
        asked = self.meta.get("refresh", "").strip()
        if asked.isascii() and asked.isdigit():
            return min(int(asked[:6]), 10**6), self.capture.reached
        match = _REFRESH.match(asked)
        return (min(int(match.group(1)[:6]), 10**6), urljoin(self.capture.reached, match.group(2))) if match else None

    @cached_property
    def script_goes(self) -> str:
        """Where a script sends the reader: an absolute address, ``reload`` when it only comes back, or empty."""
        match = _SCRIPT_GO.search(self._parts[1])
        if match:
            return urljoin(self.capture.reached, str(match.group(1)))
        return "reload" if _RELOAD.search(self._parts[1]) else ""


def _words(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def ascii_lower(text: str) -> str:
    """Lower case for ASCII letters only: as long as before, and ten times faster where other letters occur."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def count_words(text: str) -> int:
    """Words of a line; two characters of a script without spaces count as one."""
    words = len(text.split())
    return words if text.isascii() or not (dense := _DENSE.findall(text)) else words + len(dense) // 2

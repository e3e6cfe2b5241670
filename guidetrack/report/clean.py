"""The one place that makes text from outside safe to show: terminals, logs, headers, spreadsheets, file names.

Pages, titles, addresses, headers, notes and reviewers' names are all quoted through here. HTML is escaped by the
template engine on top of this; JSON keeps every character and escapes the dangerous ones (`escaped`).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_CONTROLS = "".join(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)))
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks, embeddings, overrides and isolates: UAX #9, sections 2.1 to 2.6. They can make a line read backwards."""
_UNSEEN = "\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb"
_TAGS = "".join(chr(code) for code in range(0xE0000, 0xE0080))
_NONCHARACTERS = "\ufffe\uffff"
"""XML 1.0 section 2.2 allows neither; nor do lone surrogates, which become U+FFFD here."""

_TABLE: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _CONTROLS + _BIDI + _UNSEEN + _TAGS + _NONCHARACTERS)),
    **dict.fromkeys(map(ord, _BREAKS), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_DANGER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u2028\u2029" + _BIDI + _TAGS + "]")
_IN_JSON = re.compile(_DANGER.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_SPACES = re.compile(" {2,}")
_FORMULA = re.compile("[\\s'\"]*[=+\\-@\uff1d\uff0b\uff0d\uff20|]")
_AFTER_SEMICOLON = re.compile("(;[\"']*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")
_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def inline(text: str) -> str:
    """``text`` with nothing in it that a terminal, a log or a reader's eye would obey; outer spaces are kept.

    Line breaks and tabs become spaces; controls (ESC, backspace, bare CR, C1), bidi controls and unseen characters
    go. What stood between them stays: a hidden command becomes visible text.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_TABLE)


def line(text: str) -> str:
    """``text`` as one line: `inline`, runs of spaces folded, outer spaces off."""
    return _SPACES.sub(" ", inline(text)).strip(" ")


def escaped(json_text: str) -> str:
    """JSON text in which dangerous characters stand as ``\\uXXXX``: nothing is lost, nothing reaches a terminal."""
    return _IN_JSON.sub(lambda found: _json_escape(ord(found.group())), json_text)


def _json_escape(code: int) -> str:
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"


def scalar(text: str) -> str:
    """``text`` with lone surrogates replaced, so that it can be written as UTF-8; all else is kept."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def cell(text: str) -> str:
    """``text`` as a spreadsheet cell that no program takes for a formula.

    A cell that begins (after spaces or quotes) with a character that starts a formula gets an apostrophe in front;
    so does one after a semicolon, where a program that splits at semicolons would begin a new cell.
    """
    safe = _AFTER_SEMICOLON.sub(r"\1'", line(text))
    return f"'{safe}" if _FORMULA.match(safe) else safe


def web_url(url: str) -> str:
    """``url`` when it is a plain http or https address that can be a link, else empty."""
    safe = line(url)
    if safe != url or any(char in "\"'<>\\`" or char.isspace() for char in safe):
        return ""
    try:
        parts = urlsplit(safe)
        host = parts.hostname
    except ValueError:
        return ""
    return safe if parts.scheme in ("http", "https") and host else ""


def file_name(text: str, *, limit: int = 80) -> str:
    """``text`` as a file name that is safe everywhere: letters, digits, dot, dash and underscore only."""
    name = _NAME.sub("-", line(text)).strip("-.")[:limit].strip("-.")
    if not name:
        return "unnamed"
    return f"_{name}" if _RESERVED.match(name) else name

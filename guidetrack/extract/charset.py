"""Bytes to characters. A wrong declaration must not garble, and no byte may hide an edit.

Order: byte-order mark; UTF-16 told by its NULs; UTF-8 when the bytes are valid UTF-8 (other encodings almost never
are by accident, so this beats any declaration); what the header, then the page, declares; detection; and at last
UTF-8 with each stray byte read as windows-1252, so that different bytes stay different characters.
"""

from __future__ import annotations

import codecs
import re

META_BYTES = 2048
"""HTML wants the declaration within the first 1,024 bytes; pages are less careful. HTML section 4.2.5.4."""
SAMPLE_BYTES = 65_536
"""How much of a page detection looks at."""
STRAY_SHARE = 0.01
"""Up to this share of broken sequences a page is UTF-8 with accidents in it."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)"
                   rb"|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.I)
_NOT_DECLARED = ("utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode", "raw", "mbcs", "oem", "undefined")
_STATEFUL = frozenset({"iso2022_jp", "hz"})
"""All their bytes are ASCII, so valid UTF-8 proves nothing."""
_WIDER = {"ascii": "cp1252", "us-ascii": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "iso8859-9": "cp1254",
          "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
          "big5": "big5hkscs", "tis-620": "cp874"}
"""What browsers read instead, a superset of what was declared. WHATWG Encoding, section 4.2."""


def decode(body: bytes, media_type: str = "") -> str:
    """``body`` as characters; never fails, never empty for a body that says something."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _lenient(body[len(mark):], encoding)
    wide = _without_mark(body)
    if wide:
        return _lenient(body, wide)
    declared = _declared(body, media_type)
    if declared in _STATEFUL:
        return _lenient(body, declared)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared and declared != "utf-8":
        try:
            return body.decode(declared)
        except UnicodeDecodeError:
            pass
    text = _mostly_utf8(body)
    if text is not None:
        return text
    return _detected(body, declared)




def _without_mark(body: bytes) -> str:
    """UTF-16 without a mark: every other byte of Latin text is NUL."""
    head = body[:400]
    if len(head) < 4 or head.count(0) * 5 < len(head) * 2:
        return ""
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else ""


def _declared(body: bytes, media_type: str) -> str:
    found = _HEADER.search(media_type)
    name = found[1] if found else ""
    encoding = _known(name)
    if not encoding:
        meta = _META.search(body[:META_BYTES])
        encoding = _known((meta[1] or meta[2]).decode("ascii", "replace")) if meta else ""
    return encoding


def _known(name: str) -> str:
    if not name:
        return ""
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return ""
    if not getattr(codec, "_is_text_encoding", True) or codec.name.startswith(_NOT_DECLARED):
        return ""  # a page that could be searched for this name is not in UTF-16, whatever it says
    return _WIDER.get(codec.name, codec.name)


def _lenient(body: bytes, encoding: str) -> str:
    """Decode; lone surrogates and torn ends are kept visible rather than refused."""
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        pass
    if encoding == "utf-8":
        return _mostly_utf8(body, share=1.0) or ""
    return body.decode(encoding, "replace")


def _mostly_utf8(body: bytes, share: float = STRAY_SHARE) -> str | None:
    """UTF-8 with stray bytes read as windows-1252, if there are few of them."""
    text = body.decode("utf-8", "surrogateescape")
    strays = sum(1 for _ in _STRAY.finditer(text))
    wide = sum(1 for _ in _WIDE.finditer(text))
    if share < 1.0 and strays > max(2, share * len(text)) and strays > wide:
        return None
    if share < 1.0 and not wide:
        return None
    return _STRAY.sub(lambda match: _single(ord(match[0]) - 0xDC00), text)


_STRAY = re.compile("[\udc80-\udcff]")
_WIDE = re.compile("[^\x00-\x7f\udc80-\udcff]")


def _single(byte: int) -> str:
    """One byte as windows-1252 shows it; the five bytes it leaves open as Latin-1 control characters."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _detected(body: bytes, declared: str) -> str:
    if not declared or declared == "utf-8":
        from charset_normalizer import from_bytes

        best = from_bytes(body[:SAMPLE_BYTES]).best()
        guess = _known(best.encoding) if best is not None else ""
        if guess and guess not in ("ascii", "utf-8") and not _western(guess):
            try:
                return body.decode(guess)
            except UnicodeDecodeError:
                pass
    return "".join(map(_CP1252.__getitem__, body))


def _western(encoding: str) -> bool:
    """Encodings of Western Europe that detection confuses with windows-1252, which pages really use."""
    return encoding in _WESTERN


_WESTERN = frozenset({
    "cp1252", "cp1250", "cp1254", "cp1257", "cp1258", "latin-1", "iso8859-1", "iso8859-2", "iso8859-9", "iso8859-13",
    "iso8859-14", "iso8859-15", "iso8859-16", "mac-roman", "mac-latin2", "mac-iceland", "mac-turkish", "cp437", "cp775",
    "cp850", "cp852", "cp858", "cp860", "cp861", "cp863", "cp865", "cp037", "cp273", "cp500", "cp1026", "cp1140",
    "hp-roman8",
})
_CP1252 = [_single(byte) for byte in range(256)]

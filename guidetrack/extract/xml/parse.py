"""Bytes to an element tree: no DTD, no entity, no network; bounded depth and size; never a part for the whole."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from guidetrack.errors import ExtractError
from guidetrack.extract.charset import decode

MAX_DEPTH = 500
"""Elements inside one another; labels and laws stay below 60. libxml2 itself ends at 2,048."""
MAX_ELEMENTS = 400_000
"""A whole title of the federal regulations has about as many; more would need too much memory."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,400}\?>")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.S)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?P<subset>\[)?")
_HTML_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([a-zA-Z][a-zA-Z0-9]{1,30});")
_CUT = ("Premature end", "Extra content at the end", "Couldn't find end", "EndTag: '</' not found", "expected '>'",
        "Start tag expected", "not properly ended", "unterminated", "unclosed", "CData section not finished",
        "Comment not terminated", "AttValue: ' expected", 'AttValue: " or')


def parse(body: bytes, media_type: str = "") -> Any:
    """The root element. Characters come from :mod:`guidetrack.extract.charset`, so a wrong declaration does no harm.

    :raises ExtractError: not well-formed (cut off where it ends early), a DTD with declarations, too deep or too many.
    """
    text = _CONTROL.sub("", _DECLARATION.sub("", decode(body, media_type).lstrip("\ufeff"), count=1))
    if not text.strip():
        raise ExtractError("expected XML, but the body is empty")
    text = _named(_without_doctype(text))
    parser = etree.XMLPullParser(events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True,
                                 dtd_validation=False, huge_tree=True, remove_comments=True, remove_pis=False)
    try:
        return _fed(parser, text.encode("utf-8"))
    except etree.XMLSyntaxError as error:
        raise _reason(error, text) from error


def _fed(parser: Any, data: bytes) -> Any:
    """Parse piece by piece, so that a flood of elements is refused before it fills the memory."""
    depth = elements = 0
    for start in range(0, len(data), 65_536):
        parser.feed(data[start:start + 65_536])
        for event, _ in parser.read_events():
            depth += 1 if event == "start" else -1
            elements += event == "start"
            if depth > MAX_DEPTH:
                raise ExtractError(f"XML is nested too deep: more than {MAX_DEPTH} elements inside one another")
            if elements > MAX_ELEMENTS:
                raise ExtractError(f"XML has more than {MAX_ELEMENTS:,} elements")
    return parser.close()


def _without_doctype(text: str) -> str:
    """``text`` without its DOCTYPE; one that declares anything of its own is refused."""
    at = 0
    while match := _PROLOG.match(text, at):
        at = match.end()
    doctype = _DOCTYPE.match(text, at)
    if not doctype:
        if "<!ENTITY" in text[at:at + 4096]:
            raise ExtractError("the XML declares entities of its own; such documents are refused")
        return text
    if doctype["subset"]:
        raise ExtractError("the XML has a DOCTYPE with declarations of its own (entities could grow without bound "
                           "or fetch other files); such documents are refused")
    end = text.find(">", doctype.end())
    if end < 0:
        raise ExtractError("the XML is cut off inside its DOCTYPE")
    return text[:at] + text[end + 1:]


def _named(text: str) -> str:
    """HTML's named characters (``&nbsp;``), which need a DTD in XML, as characters; unknown names as text."""
    if "&" not in text:
        return text
    from html.entities import html5

    def character(match: re.Match[str]) -> str:
        return html5.get(match[1] + ";", f"&amp;{match[1]};")

    if "<![CDATA[" not in text:
        return _HTML_ENTITY.sub(character, text)
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.S)
    return "".join(part if index % 2 else _HTML_ENTITY.sub(character, part) for index, part in enumerate(parts))


def _reason(error: etree.XMLSyntaxError, text: str) -> ExtractError:
    message = (error.msg or "").partition(", line")[0]
    line = error.lineno or 0
    if "depth" in message:
        return ExtractError(f"XML is nested too deep: more than {MAX_DEPTH} elements inside one another")
    last = text.rstrip().count("\n") + 1
    if line >= last - 1 and (message.startswith(_CUT) or not text.rstrip().endswith(">")):
        return ExtractError(f"the XML is cut off at line {line:,}: expected its closing tags ({message})")
    return ExtractError(f"not well-formed XML at line {line:,}: {message}")

"""A template without its document: a heading, menus and footer, and nothing where the text belongs. Pure."""

from __future__ import annotations

import re
from enum import Enum

from guidetrack.fetch.verdict.case import Case
from guidetrack.fetch.verdict.scan import Look, ascii_lower
from guidetrack.fetch.verdict.words import fold, tokens
from guidetrack.models import BlockKind, Format

MOST_HEADINGS = 3
"""More of them are a document of headings: a list of questions, a table of contents."""
REACH = 8_000
"""Characters below the heading that are looked at."""
FURNITURE = 40
"""Words outside links below which what follows is furniture."""
_EMPTY = re.compile(r"<(div|span|section|article|p|ul|td|figure)\b[^<>]*>(?:\s|&nbsp;)*</\1\s*>")
_CLOSES = re.compile(
    r"(?:\s|<[hb]r\b[^<>]*>"
    r"|</(?:div|span|section|header|hgroup|article|main|td|tr|tbody|table|form|center|body|html)\s*>)*"
)
_LINK = re.compile(r"<a\b[^<>]*>.{0,500}?</a\s*>", re.DOTALL)
_BESIDE = re.compile(
    r"<(?:footer|aside|nav)\b|<(?:div|section|td|ul)\b[^<>]*\b(?:class|id)\s*=\s*[\"'][^\"'<>]*\b"
    r"(?:foot|side|col-|related|recent|widget|teaser|menu|news)"
)
"""Where what stands beside a document begins."""
_TAG = re.compile(r"<[^<>]*>")
_END = re.compile(r"</(?:article|body)\s*>")


class Gap(Enum):
    """How sure it is that nothing stands below the heading."""

    CERTAIN = "certain"
    """An element left empty, or the end of the article, follows."""
    LINKS = "links"
    """Only links follow, in another part of the page."""


def headings_only(case: Case) -> bool:
    """The text that was read is a heading of the page, or two, and nothing else, and nobody selected just that."""
    text = case.text
    if text is None or text.format is not Format.HTML or not 0 < len(case.lines) <= MOST_HEADINGS:
        return False
    if any(line.rule == "outside the selection" for line in text.set_aside):
        return False
    return all(block.kind is BlockKind.HEADING for _, block in text.walk())


def gap_below_heading(look: Look) -> Gap | None:
    """Whether nothing stands below the page's heading; None where something does or there is no heading."""
    rest = _below_heading(look)
    after = _CLOSES.match(rest)
    emptied = bool(after and _EMPTY.match(rest, after.end()))
    filled = _EMPTY.sub("", _EMPTY.sub("", rest))
    closed = _CLOSES.match(filled)
    if closed is None or not closed.group().strip():
        return None
    follows = filled[closed.end() :]
    beside = _BESIDE.search(follows)
    left = follows[: beside.start()] if beside else follows
    own = tokens(fold(_TAG.sub(" ", left))) - tokens(fold(look.title))
    bare = not any(word.isalpha() for word in own)
    if "</main" in closed.group() or (bare and (emptied or _END.search(closed.group()))):
        return Gap.CERTAIN
    said = _TAG.sub(" ", _LINK.sub(" ", follows))
    return Gap.LINKS if beside and not beside.start() and len(said.split()) < FURNITURE else None


def _below_heading(look: Look) -> str:
    """What is shown below the only ``h1``, or the only ``h2``, or the words that repeat the title; lower case."""
    shown = look.shown_low
    for close in ("</h1>", "</h2>"):
        at = shown.find(close)
        if at >= 0 and shown.find(close, at + 1) < 0:
            return shown[at + len(close) :][:REACH]
    title = ascii_lower(look.title.split(" | ")[0].strip())
    at = shown.rfind(f">{title}<", shown.find("</title") + 1) if len(title) > 3 else -1
    return shown[at + 1 + len(title) :][:REACH] if at >= 0 else ""

"""RSS, Atom and JSON Feed: one section per entry; the order of entries and all build dates carry no meaning."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from guidetrack.errors import ExtractError
from guidetrack.extract.charset import decode
from guidetrack.extract.draft import Draft, Input
from guidetrack.extract.fragment import is_markup, read_markup
from guidetrack.extract.outline import fold
from guidetrack.models import Block, BlockKind, PublisherNote, Section, SetAside

VERSION = 3
MAX_CHARACTERS = 8_000_000
"""Feeds of a thousand entries stay below two million; broken markup costs seconds a million."""
MAX_ENTRIES = 20_000
"""More entries than any feed keeps; a longer one is refused rather than read for minutes."""
_METADATA = "feed metadata"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOT_END = re.compile(r"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.{0,2000}?-->\s*)*$", re.I | re.S)
_ROOT_EMPTY = re.compile(r"^\s*<(?:[\w.-]+:)?(?:rss|feed|rdf)\b[^>]*/>\s*$", re.I | re.S)
_STAMP = re.compile(r"#\d{4}-\d\d-\d\dT[\d:.+Z-]+$")
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id)$", re.I)
_SUMMARY_CHARS = 400


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    title: str
    link: str
    content: str
    published: date | None
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def read(source: Input) -> Draft:
    """The feed's entries, newest first by the date of publication, then by key.

    :raises ExtractError: not a feed, or cut off before its end.
    """
    text = decode(source.body, source.media_type).lstrip("\ufeff")
    if text.lstrip()[:1] == "{":
        return _json_feed(source)
    text = _DECLARATION.sub("", _CONTROL.sub("", text))
    parsed = _parsed(text, source.url)
    channel = parsed.feed
    found = [_entry(entry) for entry in parsed.entries]
    aside = [SetAside(f"{name}: {fold(str(channel[name]))}", _METADATA)
             for name in ("updated", "published", "ttl", "generator", "docs") if channel.get(name)]
    return _draft(fold(_plain(channel.get("title", ""))), _plain(channel.get("subtitle", "")),
                  channel.get("language", ""), found, aside, source.url)


def _parsed(text: str, url: str) -> Any:
    """What feedparser reads; given a stream, so that it opens no address and no file."""
    if not text.strip():
        raise ExtractError("expected a feed, but the body is empty")
    if len(text) > MAX_CHARACTERS:
        raise ExtractError(f"the feed has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read")
    import feedparser

    stream = io.BytesIO(text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed = feedparser.parse(stream, response_headers=headers)
    except (RecursionError, ValueError, AssertionError) as error:
        raise ExtractError(f"the feed cannot be read: {type(error).__name__}") from error
    if not parsed.version and not parsed.entries:
        raise ExtractError("expected RSS, Atom or JSON Feed, but found " + _instead(text))
    if not _ROOT_END.search(text[-4000:]) and not _ROOT_EMPTY.match(text[-4000:]):
        raise ExtractError(f"the feed is cut off after {len(text):,} characters: its closing tag is missing")
    if len(parsed.entries) > MAX_ENTRIES:
        raise ExtractError(f"the feed has {len(parsed.entries):,} entries; at most {MAX_ENTRIES:,} are read")
    return parsed


def _instead(text: str) -> str:
    name = re.search(r"<\s*(?:!doctype\s+)?([\w:.-]+)", text[:4000], re.I)
    if name and name[1].lower() in ("html", "head", "body", "div", "p", "script"):
        return "an HTML page"
    return f"an XML document <{name[1][:40]}>" if name else "something else"


def _entry(entry: Any) -> _Entry:
    """One entry of RSS or Atom. The longest of content and summary is its text."""
    texts = [str(part.get("value", "")) for part in entry.get("content", ())] + [str(entry.get("summary", ""))]
    link = _clean(str(entry.get("link", "")))
    stamp = entry.get("published_parsed")
    return _Entry(
        key=_STAMP.sub("", str(entry.get("id", ""))) or link or fold(_plain(entry.get("title", ""))),
        title=fold(_plain(entry.get("title", ""))), link=link, content=max(texts, key=len),
        published=date(*stamp[:3]) if stamp else None,
        tags=tuple(sorted({fold(str(tag.get("term") or "")) for tag in entry.get("tags", ())} - {""})),
        files=_files((part.get("href"), part.get("type")) for part in entry.get("enclosures", ())),
    )


def _files(parts: Iterable[tuple[Any, Any]]) -> tuple[str, ...]:
    """Addresses of attached documents, from pairs of address and media type; pictures and sound are no text."""
    found = {_clean(str(address)) for address, kind in parts
             if address and not str(kind or "").lower().startswith(("image/", "audio/", "video/"))}
    return tuple(sorted(found - {""}))


def _json_feed(source: Input) -> Draft:
    """JSON Feed 1.1, https://jsonfeed.org/version/1.1."""
    from guidetrack.extract.json.govuk import iso_day
    from guidetrack.extract.json.parse import parse

    document = parse(source.body, source.media_type)
    items = document.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version", "")):
        raise ExtractError('expected RSS, Atom or JSON Feed, but found other JSON')
    found = []
    for item in items[:MAX_ENTRIES]:
        if isinstance(item, dict):
            link = _clean(str(item.get("url") or item.get("external_url") or ""))
            content = str(item.get("content_html") or item.get("content_text") or item.get("summary") or "")
            tags = item["tags"] if isinstance(item.get("tags"), list) else []
            attached = item["attachments"] if isinstance(item.get("attachments"), list) else []
            found.append(_Entry(str(item.get("id") or link), fold(str(item.get("title") or "")), link, content,
                                iso_day(item.get("date_published")), tuple(sorted(fold(str(tag)) for tag in tags)),
                                _files((part.get("url"), part.get("mime_type")) for part in attached
                                       if isinstance(part, dict))))
    return _draft(fold(str(document.get("title") or "")), str(document.get("description") or ""),
                  str(document.get("language") or ""), found, [], source.url)


def _draft(title: str, about: str, language: str, found: list[_Entry], aside: list[SetAside], url: str) -> Draft:
    head = [Block(BlockKind.PARAGRAPH, line) for line in (title, fold(about)) if line]
    sections = [Section((), 0, tuple(head))] if head else []
    notes: dict[int, PublisherNote] = {}
    dated = any(entry.published for entry in found)
    listed = sorted(enumerate(found), key=lambda one: (one[1].key, one[1].title, one[1].content))
    for place, entry in sorted(listed, key=lambda one: one[1].published or date.min, reverse=True):
        blocks = _blocks(entry, url)
        name = entry.title or (blocks[0].text[:120] if blocks else "") or entry.key or "(no title)"
        sections.append(Section((name,), 1, tuple(blocks), entry.key))
        if entry.published:
            aside.append(SetAside(f"{name}: published {entry.published.isoformat()}", "stated date"))
        summary = next((block.text for block in blocks if block.key not in ("link", "file")), "")
        note = PublisherNote(f"{name}: {summary}"[:_SUMMARY_CHARS] if summary else name, entry.published)
        notes[len(notes) if dated else place] = note  # the order of a feed without dates is all that tells old from new
    return Draft(tuple(sections), title, language, (), tuple(notes[at] for at in sorted(notes)), tuple(aside))


def _blocks(entry: _Entry, url: str) -> list[Block]:
    if is_markup(entry.content):
        blocks = [block if block.kind is not BlockKind.HEADING else Block(BlockKind.PARAGRAPH, block.text)
                  for block in read_markup(entry.content, entry.link or url)]
        blocks = [Block(BlockKind.ENTRY, block.text) if block.kind is BlockKind.PARAGRAPH else block
                  for block in blocks]
    else:
        blocks = [Block(BlockKind.ENTRY, line) for part in entry.content.split("\n\n") if (line := fold(part))]
    if entry.tags:
        blocks.append(Block(BlockKind.ENTRY, "topics: " + "; ".join(entry.tags), key="topics"))
    blocks += [Block(BlockKind.ENTRY, f"file: {address}", key="file") for address in entry.files]
    if entry.link:
        blocks.append(Block(BlockKind.ENTRY, f"link: {entry.link}", key="link"))
    return blocks


def _plain(value: Any) -> str:
    text = str(value or "")
    return " ".join(block.text for block in read_markup(text)) if is_markup(text) else text


def _clean(link: str) -> str:
    """A link without the parameters that only count visitors."""
    parts = urlsplit(link) if link.isprintable() else None
    if parts is None or not parts.query or ("utm_" not in parts.query and "clid" not in parts.query):
        return fold(link)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])]
    return urlunsplit(parts._replace(query=urlencode(query)))

"""The told changes as an Atom feed: RFC 4287. Text only: an entry holds no markup from any page."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from guidetrack.models import Change, Report, Source
from guidetrack.report import block, clean, state, words

ENTRIES = 200
"""Newest changes kept in the feed; readers keep older ones themselves."""


def feed(report: Report) -> str:
    """The newest told changes, newest first, as an Atom document."""
    sources = state.sources_of(report)
    newest = sorted(state.told(report), key=lambda change: change.seen, reverse=True)[:ENTRIES]
    updated = max((change.seen for change in newest), default=report.made)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <id>{_urn('feed', report.sources_file)}</id>",
        "  <title>Guidance changes</title>",
        f"  <subtitle>{_text(words.LIMITS)}</subtitle>",
        f"  <updated>{words.stamp(updated)}</updated>",
        f"  <generator version={quoteattr(clean.line(report.version))}>guidetrack</generator>",
        "  <author><name>guidetrack</name></author>",
        *(line for change in newest for line in _entry(change, sources.get(change.source))),
        "</feed>",
    ]
    return "\n".join(parts) + "\n"


def _entry(change: Change, source: Source | None) -> list[str]:
    """One change: title with level and publisher, the block of the mail as plain text."""
    title = f"{words.level(change)}: {words.who(source, change.source)}: {words.headline(change)}"
    digest = change.to.sha256 if change.to else ""
    body = "\n".join(block.change_block(change, source, width=0))
    link = clean.web_url(change.url)
    return [
        "  <entry>",
        f"    <id>{_urn('change', change.source, str(change.id), digest)}</id>",
        f"    <title>{_text(title)}</title>",
        f"    <updated>{words.stamp(change.seen)}</updated>",
        *([f'    <link rel="alternate" href={quoteattr(link)}/>'] if link else []),
        f"    <category term={quoteattr(change.level.value)}/>",
        f"    <summary>{_text(words.headline(change))}</summary>",
        f"    <content type=\"text\">{escape(body)}</content>",
        "  </entry>",
    ]


def _text(text: str) -> str:
    return escape(clean.line(text))


def _urn(*parts: str) -> str:
    """A stable identifier: the same change has the same one in every feed."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, clean.scalar('guidetrack/' + '/'.join(parts)))}"

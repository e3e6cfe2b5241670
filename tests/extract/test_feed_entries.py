"""Feeds: one section an entry, whatever the order; a torn feed or a page in its place is no feed."""

from __future__ import annotations

import json
import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.models import Format, Rules, Text

ITEMS = [
    "<item><title>Example recall &amp; alert</title><link>https://x.example/a?utm_source=rss&amp;id=1</link><guid>tag:1</guid>"
    "<pubDate>Thu, 02 Jan 2031 10:00:00 GMT</pubDate><description>&lt;p&gt;Return the &lt;b&gt;lot&lt;/b&gt;.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Lot 1&lt;/li&gt;&lt;/ul&gt;</description></item>",
    "<item><title>Second example</title><link>https://x.example/b</link><pubDate>Wed, 01 Jan 2031 10:00:00 GMT</pubDate>"
    "<description>Plain words, 5 &lt; 6.</description><category>Safety</category></item>",
    "<item><title>Third example</title><link>https://x.example/c</link><guid isPermaLink=\"false\">c-3</guid><description/></item>"]


def rss(items: list[str], built: str = "Thu, 02 Jan 2031 11:00:00 GMT", title: str = "Example recalls") -> bytes:
    """An RSS 2.0 feed of our own."""
    return (f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{title}</title><link>https://x.example</link>'
            f"<description>What we recall.</description><lastBuildDate>{built}</lastBuildDate><ttl>60</ttl>{''.join(items)}</channel></rss>").encode()


def read(body: bytes) -> Text:
    """The text of a feed."""
    return extract(body, "application/rss+xml", "https://x.example/rss.xml")


def test_rss() -> None:
    """Entries are keyed by guid or link, newest first; their markup is read; visitors' parameters go."""
    text = read(rss(ITEMS))
    assert text.title == "Example recalls"
    assert text.lines == (
        "Example recalls", "What we recall.", "Example recall & alert", "Return the lot.", "Lot 1", "link: https://x.example/a?id=1",
        "Second example", "Plain words, 5 < 6.", "topics: Safety", "link: https://x.example/b", "Third example", "link: https://x.example/c")
    assert [one.key for one in text.sections] == ["", "tag:1", "https://x.example/b", "c-3"]
    assert text.notes[0].text == "Example recall & alert: Return the lot."
    assert text.notes[0].value == date(2031, 1, 2)


@given(st.randoms(use_true_random=False), st.text("abc ", max_size=5))
def test_order_and_build_dates_are_ignored(pick: random.Random, built: str) -> None:
    """A feed built again in another order is no change."""
    shuffled = list(ITEMS)
    pick.shuffle(shuffled)
    assert read(rss(shuffled, built)).digest == read(rss(ITEMS)).digest


def test_new_and_withdrawn_entries_leave_the_others_alone() -> None:
    """One entry more or less is one section more or less."""
    assert set(read(rss(ITEMS[1:])).sections) < set(read(rss(ITEMS)).sections)


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Example updates</title>
<id>u:feed</id><updated>{updated}</updated><link rel="self" href="https://x.example/f"/><entry><id>https://x.example/doc#2031-01-02T10:00:00+00:00</id>
<updated>{updated}</updated><link rel="alternate" type="text/html" href="https://x.example/doc"/><title type="html">An &lt;i&gt;example&lt;/i&gt;</title>
<summary>It says so.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It says <b>so</b> at length, see the <a href="doc.pdf">file</a>.</p></div></content></entry></feed>"""


def test_atom() -> None:
    """The fuller of content and summary is the entry's text; the time in an identifier is no identity."""
    text = read(ATOM.format(updated="2031-01-02T10:00:00Z").encode())
    assert text.sections[-1].path == ("An example",)
    assert text.sections[-1].key == "https://x.example/doc"
    assert any(line.startswith("It says so at length, see the file") for line in text.lines)
    assert read(ATOM.format(updated="2031-05-05T10:00:00Z").encode()).digest == text.digest


def test_json_feed() -> None:
    """JSON Feed gives what RSS gives."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Example", "language": "en", "items": [
        {"id": "1", "url": "https://x.example/1", "title": "One", "content_html": "<p>Words</p>", "date_published": "2031-01-02T00:00:00Z"},
        {"id": "2", "content_text": "No title here", "date_published": "2031-01-03T00:00:00Z", "tags": ["b", "a"]}]}
    text = extract(json.dumps(feed).encode(), "application/feed+json", rules=Rules(format=Format.FEED))
    assert text.lines == ("Example", "No title here", "No title here", "topics: a; b", "One", "Words", "link: https://x.example/1")
    assert [one.key for one in text.sections] == ["", "2", "1"]


def test_rdf() -> None:
    """RSS 1.0 is a feed too."""
    body = (b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
            b'<channel rdf:about="u"><title>Example</title></channel><item rdf:about="https://x.example/1"><title>One</title>'
            b"<link>https://x.example/1</link></item></rdf:RDF>")
    assert "One" in read(body).lines


def test_an_empty_feed_is_a_text() -> None:
    """A feed without entries is valid and says its title."""
    assert read(rss([])).lines == ("Example recalls", "What we recall.")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_torn_feeds_are_refused(share: float) -> None:
    """A torn feed is not a feed with fewer entries."""
    body = rss(ITEMS * 5)
    with pytest.raises(ExtractError, match=r"cut off|expected"):
        read(body[:int(len(body) * share)])


def test_a_page_in_place_of_a_feed() -> None:
    """A wall where a feed was asked for is named as what it is."""
    with pytest.raises(ExtractError, match="HTML"):
        extract(b"<!doctype html><html><body><h1>Just a moment</h1></body></html>", "text/html", rules=Rules(format=Format.FEED))


def test_bombs_and_files_are_not_opened() -> None:
    """Entities are not expanded, files not opened."""
    body = (b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + b"&a;" * 200 + b'"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
            b"<rss version='2.0'><channel><title>T &x; " + b"&b;" * 200 + b"</title></channel></rss>")
    try:
        plain = extract(body, "application/rss+xml", rules=Rules(format=Format.FEED)).plain
    except ExtractError:
        return
    assert "root:" not in plain
    assert len(plain) < 10_000


def test_stray_ampersands_and_named_characters_are_read() -> None:
    """Feeds are seldom perfect: what people write is still read whole."""
    body = rss(["<item><title>Dose & route&nbsp;of it</title><link>https://x.example/1</link><guid>1</guid></item>"])
    assert "Dose & route of it" in " ".join(read(body).plain.replace("\xa0", " ").split("\n"))


def test_attached_documents_are_content() -> None:
    """Another attached document is a change of the entry; pictures, sound and counting parameters are none."""
    def entry(address: str, kind: str = "application/pdf") -> str:
        return f'<item><guid>a</guid><title>Label</title><enclosure url="{address}" type="{kind}" length="1"/></item>'

    here = read(rss([entry("https://office.example/label-3.pdf")]))
    assert "file: https://office.example/label-3.pdf" in here.lines
    assert read(rss([entry("https://office.example/label-3.pdf?utm_source=feed")])).digest == here.digest
    assert read(rss([entry("https://office.example/label-4.pdf")])).digest != here.digest
    assert not any("file:" in line for line in read(rss([entry("https://office.example/a.jpg", "image/jpeg")])).lines)
    atom = (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>a</id><title>Label</title>'
            b'<link rel="enclosure" type="application/pdf" href="https://office.example/b.pdf"/></entry></feed>')
    assert "file: https://office.example/b.pdf" in read(atom).lines
    form = {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [
        {"id": "a", "title": "Label", "attachments": [{"url": "https://office.example/c.pdf", "mime_type": "application/pdf"}, 3]}]}
    assert "file: https://office.example/c.pdf" in read(json.dumps(form).encode()).lines

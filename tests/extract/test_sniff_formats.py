"""Formats are told by the bytes; a forced format that flatly contradicts them is an error."""

from __future__ import annotations

import pytest

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.extract.sniff import decide, sniff
from guidetrack.models import Format, Rules


@pytest.mark.parametrize(("body", "media_type", "format"), [
    (b"%PDF-1.7\n...", "text/html", Format.PDF), (b"junk\n%PDF-1.4", "", Format.PDF),
    (b"<!DOCTYPE html><p>x", "application/pdf", Format.HTML), (b"  <html>", "application/json", Format.HTML),
    (b"\xef\xbb\xbf<!doctype html>", "", Format.HTML), ("<html><p>x".encode("utf-16"), "", Format.HTML),
    (b'<?xml version="1.0"?><html xmlns="x"><body/></html>', "application/xhtml+xml", Format.HTML),
    (b'<?xml version="1.0"?><rss version="2.0">', "text/html", Format.FEED), (b"<feed xmlns='x'>", "", Format.FEED),
    (b"<?xml version='1.0'?><!-- c --><rdf:RDF>", "", Format.FEED), (b"<?xml version='1.0'?><document xmlns='urn:hl7'>", "", Format.XML),
    (b"<ECFR>", "application/xml", Format.XML), (b'{"a": 1}', "text/html", Format.JSON), (b"\xef\xbb\xbf[1]", "", Format.JSON),
    (b'{"version": "https://jsonfeed.org/version/1.1"}', "application/json", Format.FEED),
    (b"Plain words.", "text/plain", Format.TEXT), (b"<b>bold</b> words", "text/html", Format.HTML), (b"", "", Format.TEXT),
    (b"words first <p>then a tag", "text/html", Format.HTML), (b"PK\x03\x04....word/document.xml", "", Format.DOCX),
    (b"[Federal Register Volume 90]\nRule", "text/plain", Format.TEXT),
])
def test_the_bytes_tell(body: bytes, media_type: str, format: Format):
    """What the server calls it matters only where the bytes say nothing."""
    assert sniff(body, media_type) is format


def test_a_forced_format_wins_where_it_can():
    """XML may be read as HTML, HTML as plain text, when the source says so."""
    assert decide(b"<?xml version='1.0'?><document>", "", Format.HTML) is Format.HTML
    assert decide(b"<p>x", "text/html", Format.TEXT) is Format.TEXT


def test_a_flat_contradiction_is_an_error():
    """HTML where a PDF is forced is unreadable, and the sentence names both."""
    with pytest.raises(ExtractError, match=r"HTML page"):
        extract(b"<html><p>Please log in</p></html>", "application/pdf", rules=Rules(format=Format.PDF))


def test_an_empty_page_is_unreadable():
    """No bytes, no text: an error, not an empty text."""
    with pytest.raises(ExtractError):
        extract(b"   ", "text/html")

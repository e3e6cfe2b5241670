"""What is fuzzed: each parser of bytes from outside, with samples to start from and what must hold of any input."""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import guidetrack
from guidetrack.compare import rebuild_new, rebuild_old
from guidetrack.demo import papers
from guidetrack.errors import ExtractError, GuidetrackError, SourcesError, WebArchiveError
from guidetrack.fetch import mementos, robots
from guidetrack.models import Capture, Format, Rules, Text
from guidetrack.sources import load
from guidetrack.store import importing, unwarc, warc
from tests.support.watched import page, varied

URL = "https://www.example.org/guidance/esketamine"
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LIMIT = 5_000_000


@dataclass(frozen=True)
class Target:
    """A parser: what to do with bytes (raising only what it may raise), samples, and words worth inserting."""

    run: Callable[[bytes], None]
    samples: tuple[bytes, ...]
    words: tuple[bytes, ...]


def _sound(text: Text) -> None:
    for line in text.lines:
        assert line.splitlines() == [line], "a block is one line, whatever reads it"
    assert text.plain.count("\n") == max(len(text.lines) - 1, 0)
    text.plain.encode("utf-8")


def _said(error: Exception) -> None:
    assert str(error), "an error must be a sentence"


def extracting(media_type: str, format: Format) -> Callable[[bytes], None]:
    """Read bytes as a format, as content says, and twice: the same both times."""

    def run(data: bytes) -> None:
        for rules in (Rules(format=format), Rules()):
            found = []
            for _ in range(2):
                try:
                    found.append(guidetrack.extract(data, media_type, URL, rules))
                except ExtractError as error:
                    _said(error)
            assert len(found) in (0, 2)
            if found:
                _sound(found[0])
                assert found[0] == found[1]

    return run


def _compare(data: bytes) -> None:
    old_part, _, new_part = data.partition(b"\x00\x00")
    try:
        old, new = (guidetrack.extract(part, "text/html", URL) for part in (old_part, new_part))
    except ExtractError:
        return
    comparison = guidetrack.compare(old, new)
    assert rebuild_old(new, comparison) == old.lines
    assert rebuild_new(old, comparison) == new.lines
    assert bool(comparison) == bool(comparison.edits)
    assert not guidetrack.compare(new, new)


def _verdict(data: bytes) -> None:
    for status in (200, 403):
        for media_type in ("text/html", "application/json", ""):
            found = guidetrack.verdict(data, status=status, headers={"Content-Type": media_type}, url=URL)
            assert found is None or len(found.detail.splitlines()) == 1


def _warc(data: bytes) -> None:
    def gz(block: bytes) -> bytes:
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        return packer.compress(block) + packer.flush()

    # as it is on disk, and with the mutated records packed anew: else nearly all would end at the checksum
    packed = b"".join(gz(b"WARC/1.1" + part) for part in data.split(b"WARC/1.1")[1:])
    for raw in (data, packed):
        try:
            capture = unwarc.decode(raw, LIMIT)
        except (ValueError, GuidetrackError) as error:
            _said(error)
        else:
            assert len(capture.body) <= LIMIT


def _foreign(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "theirs.warc.gz"
        path.write_bytes(data)
        try:
            for found in importing.read(path, "a", max_body=LIMIT, now=NOW):
                assert isinstance(found, Capture | importing.Skipped)
        except GuidetrackError as error:
            _said(error)


def _index(data: bytes) -> None:
    for read in (mementos.read_cdx, mementos.read_timemap):
        try:
            index = read(data, archive="https://archive.example/web", url=URL)
        except WebArchiveError as error:
            _said(error)
            continue
        assert index.malformed + index.elsewhere <= index.lines
        assert len(index.mementos) <= index.lines
        assert all(found.when.tzinfo is not None for found in index.mementos)


def _sources(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sources.toml"
        path.write_bytes(data)
        try:
            load(path)
        except SourcesError as error:
            unnamed = [problem for problem in error.problems if path.name not in problem and "…" not in problem]
        else:
            unnamed = []
    assert not unnamed


def _robots(data: bytes) -> None:
    rules = robots.rules(200, "text/plain", data)
    assert rules.delay >= 0
    assert isinstance(rules.allow(URL), bool)


def _docx(data: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in ("document", "styles", "footnotes"):
            package.writestr(f"word/{name}.xml", data)
    for whole in (out.getvalue(), data):
        extracting("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Format.DOCX)(whole)


def _capture() -> bytes:
    body = page().encode()
    capture = Capture("2026-03-02T060000Z-00000000", "a", URL, URL, 200, (("Content-Type", "text/html"),), body, NOW)
    raw, out = warc.encode(replace(capture, http_version="HTTP/1.1", reason_phrase="OK")), b""
    while raw:
        packer = zlib.decompressobj(31)
        out += packer.decompress(raw) + packer.flush()
        raw = packer.unused_data
    return out


_TAGS = (b"<p>", b"</p>", b"<table><tr><td>", b"<div hidden>", b"<!--", b"-->", b"<h2>", b"<li>", b"<details>", b"&#0;",
         b"&#x202e;", b"&#xD800;", b"<script>", b"<style>", b"<template>", b"<svg>", b"<noscript>", b"<a href='//['>",
         b'<time datetime="0000-99-99">', b"<base href='http://['>", b"<meta charset=utf-16>", b"<plaintext>", b"\x85",
         b"<select><option>", b"colspan=99999999", b"style='display:none'", b"<br>" * 50, b"<b>" * 300)
_XML = (b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-7'?>",
        b"xmlns:w='", b"<item>", b"</item>", b"<section>", b"\xff\xfe", b"<a>" * 400, b"&#1;", b"<?pi?>", b"displayName=''",
        b"<pubDate>Mon, 99 Zed 99999 25:61:61 +9999</pubDate>")
_JSON = (b"[", b"]", b"{", b"}", b'"', b'"\\ud800"', b"1e999", b"-0", b"null", b"NaN", b'"id":', b'"date":"99999-99-99"',
         b"[" * 500, b'{"a":' * 300, b"\\u0000", b"1" * 5000, b'"title":')
_PDF = (b"obj", b"endobj", b"stream\n", b"endstream", b"/Length 99999999", b"<<", b">>", b"xref", b"trailer", b"BT", b"ET",
        b"(\\377\\376) Tj", b"1e38 0 0 1e38 0 0 cm", b"/Type /Page", b"/Kids [3 0 R]", b"/Encrypt 1 0 R", b"9 0 R",
        b"NaN 0 Td", b"-2147483648", b"%%EOF")
_TOML = (b"[[source]]\n", b"[fetch]\n", b"[store]\n", b"id = ", b"url = ", b'"https://["', b'"-1d"', b"every = ", b"'''", b'"""',
         b"ignore = ['(a+)+$']", b"select = '[['", b"= 1", b"inf", b"\x00", b"\\uD800", b"include = ['*']", b"99999999999999999999d",
         b"{a=1}", b"[defaults]\n", b"[mail]\n", b"allow_private = ['::/0']", b"archive = 's3://'", b"1979-05-27")
_WARC = (b"WARC/1.1\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n", b"\r\n\r\n", b"WARC-Type: response\r\n",
         b"HTTP/1.1 200 OK\r\n", b"Content-Encoding: gzip\r\n", b"Transfer-Encoding: chunked\r\n", b"\x1f\x8b\x08\x00", b"{", b"null")
_INDEX = (b"20200101000000", b"00000000000000", b"99999999999999", b'rel="memento"', b'; datetime="', b"<https://", b"[", b"]", b'"',
          b",", b"https://archive.example/web/20200101000000/", b"timemap", b"\n", b"- -", b"original")
_ROBOTS = (b"User-agent: *\n", b"User-agent: guidetrack\n", b"Disallow: /*$\n", b"Disallow: " + b"*" * 200 + b"\n", b"Crawl-delay: 1e999\n",
           b"Crawl-delay: -5\n", b"Allow: %\n", b"Sitemap: [\n", b"\x00", b"Request-rate: 1/0\n", b"Visit-time: 9999-0\n")
_TEXT = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1b$B", b"\x81", b"\r", b"\x0c", b"\xed\xa0\x80", b"1. ", b"- ", b"\t| ", b"\x00\x00",
         b"charset=hz", b"\xc2\x85", b"====\n")

_WORD = (b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:pStyle w:val="H1"/>'
         b'</w:pPr><w:r><w:t>Policy</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Dose</w:t><w:sym w:char="F0B3"/></w:r></w:p></w:tc>'
         b'</w:tr></w:tbl></w:body></w:document>')
_LIST = (b'{"results": [{"id": "1", "title": "Guidance", "date": "2026-01-02", "body": "<p>Two hours.</p>"}, '
         b'{"id": "2", "title": "Notice", "updated": "2026-01-03", "text": "One hour."}]}')
_SOURCES = b'''[fetch]
contact = "a@clinic.example"
timeout = "60s"
[mail]
to = ["a@clinic.example"]
[defaults]
grace = "72h"
[[source]]
id = "a"
url = "https://www.example.org/a"
select = "main"
ignore = ['Viewed \\d+ times']
every = "1d"
'''
_CDX = b'''[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],
["org,example)/", "20200101000000", "https://www.example.org/guidance/esketamine", "text/html", "200", "AAAA", "100"]]'''
_LINES = b"org,example)/guidance/esketamine 20200101000000 https://www.example.org/guidance/esketamine text/html 200 AAAA 100\n"
_MAP = (b'<https://www.example.org/guidance/esketamine>; rel="original",\n<https://archive.example/web/20200101000000/'
        b'https://www.example.org/guidance/esketamine>; rel="first memento"; datetime="Wed, 01 Jan 2020 00:00:00 GMT"')


@cache
def targets() -> dict[str, Target]:
    """Every target by name."""
    one, other = page().encode(), varied(p0="At least one hour.").encode()
    records = _capture()
    return {
        "html": Target(extracting("text/html", Format.HTML), (one, other), _TAGS),
        "pdf": Target(extracting("application/pdf", Format.PDF),
                      (papers.bulletin(after=False), papers.bulletin(after=True)), _PDF),
        "xml": Target(extracting("application/xml", Format.XML), (papers.label(after=False), b"<a><b>c</b></a>"), _XML),
        "feed": Target(extracting("application/rss+xml", Format.FEED), (papers.feed(after=False),), _XML + _TAGS[:6]),
        "json": Target(extracting("application/json", Format.JSON), (_LIST,), _JSON),
        "docx": Target(_docx, (_WORD,), _XML),
        "charset": Target(extracting("text/plain; charset=x", Format.TEXT),
                          ("Zwei Stunden, überwacht.\n\n1. Ärzte\n2. Größe".encode("latin-1"), "二時間".encode("shift_jis"),
                           "Two hours — at least".encode("utf-16")), _TEXT),
        "warc": Target(_warc, (records,), _WARC),
        "warc-of-others": Target(_foreign, (records,), _WARC),
        "index": Target(_index, (_CDX, _LINES, _MAP), _INDEX),
        "sources": Target(_sources, (_SOURCES,), _TOML),
        "robots": Target(_robots, (b"User-agent: *\nDisallow: /private\nCrawl-delay: 2\n",), _ROBOTS),
        "verdict": Target(_verdict, (one, _LIST, b"<title>Just a moment...</title><h1>Checking your browser</h1>"), _TAGS),
        "compare": Target(_compare, (one + b"\x00\x00" + other,), (*_TAGS[:10], b"\x00\x00", b"two hours", b"1.2.3 ", b"<p>3 mg</p>")),
    }


def mutate(dice: random.Random, target: Target) -> bytes:
    """A sample with a few accidents: bytes lost, doubled, flipped, moved, words of the format put in."""
    data = bytearray(dice.choice(target.samples))
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8, 20))):
        at, length = dice.randrange(len(data) + 1), dice.choice((1, 2, 8, 40, 200, 2000))
        match dice.randrange(6):
            case 0:
                del data[at:at + length]
            case 1:
                data[at:at] = data[at:at + length] * dice.choice((1, 2, 30))
            case 2 if data:
                data[at % len(data)] = dice.randrange(256)
            case 3:
                piece = data[at:at + length]
                del data[at:at + length]
                there = dice.randrange(len(data) + 1)
                data[there:there] = piece
            case 4:
                other = dice.choice(target.samples)
                start = dice.randrange(len(other))
                data[at:at] = other[start:start + length]
            case _:
                data[at:at] = dice.choice(target.words) * dice.choice((1, 1, 1, 2, 10))
        del data[200_000:]
    return bytes(data)


def smaller(data: bytes, fails: Callable[[bytes], bool], rounds: int = 400) -> bytes:
    """A shorter input that still fails: halves, quarters … taken out as long as that helps."""
    size = max(len(data) // 2, 1)
    while rounds > 0:
        for at in range(0, len(data), size):
            rounds -= 1
            shorter = data[:at] + data[at + size:]
            if rounds > 0 and fails(shorter):
                data = shorter
                break
        else:
            if size == 1:
                return data
            size = max(size // 2, 1)
    return data

"""Hostile bodies cost a bounded number of steps and never raise."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages_for_verdict import ENGLISH, agency, capture, text_of

from guidetrack.fetch.verdict import judge_answer, judge_page
from guidetrack.fetch.verdict.objects import object_sign
from guidetrack.fetch.verdict.scan import HEAD, TAIL, Look
from guidetrack.models import Block, BlockKind, Section, Text

GOOD = text_of(agency(ENGLISH.title, ENGLISH.main))
PIECES = (
    b"<", b"<<", b"< ", b"<a ", b"<div id=", b"<script>", b"<script", b"<noscript>", b"<svg>", b"<!--", b"<title>", b"<h1>", b"<h1 ",
    b"<meta ", b"<meta aaaaaaaa", b"<input ", b"<input type type ", b"<iframe src", b"<body class=\"", b"&amp;", b"&#", b"'", b'"', b"a", b" ",
    b"\x00", b"\xff", b"\xe2\x80\x9c", b"location=", b"location.href = ", b"{", b"[", b'{"a":', b"<?xml ", b"<error>", b"</", b"not found ",
    b"page ", b"page * ", b"access * denied ", b"if you see ", "İ".encode(), "ß".encode(), "漢".encode(), b"<form>", b"\r\n", b"id=root",
)


class _Steps:
    """Counts lines of Python executed in the package: work, not time."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: object, event: str, arg: object) -> _Steps:
        if event == "line":
            self.count += 1
        return self


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_repetition_is_survived(piece: bytes) -> None:
    """A megabyte of any one thing is judged, with steps bounded by what is looked at."""
    body = piece * (1_000_000 // len(piece))
    page = capture(body)
    steps = _Steps()
    words = Text((Section((), 0, (Block(BlockKind.PARAGRAPH, body[:50_000].decode("utf-8", "replace").strip() or "x"),)),))
    sys.settrace(steps)
    try:
        judge_answer(page)
        for text, previous in ((words, None), (words, GOOD), (None, GOOD), (None, None)):
            judge_page(page, text, previous)
        judge_answer(capture(body, status=503))
    finally:
        sys.settrace(None)
    assert steps.count < 20 * (HEAD + TAIL)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=40)), max_size=60), st.integers(100, 599),
       st.sampled_from(["text/html", "application/json", "application/xml", "text/plain", "", "text/html; charset=utf-16", "x; charset=zlib"]))
def test_anything_is_judged(pieces: list[bytes], status: int, media: str) -> None:
    """No bytes, status or media type make it raise; anything outside 200–299 is missed."""
    page = capture(b"".join(pieces), status=status, headers=(("Content-Type", media),))
    verdict = judge_answer(page)
    assert verdict is not None or 200 <= status < 300
    for previous in (None, GOOD):
        judge_page(page, None, previous)
        judge_page(page, GOOD, previous)


def test_only_head_and_tail_are_looked_at() -> None:
    """Of a long body the beginning and the end are seen."""
    look = Look(capture(b"<p>start</p>" + b"x" * 2_000_000 + b"<p>end</p>"))
    assert len(look.source) <= HEAD + TAIL + 1
    assert "start" in look.source
    assert "end" in look.source


def test_deep_json_is_no_error() -> None:
    """Nesting beyond the parser's depth is simply not an error object."""
    assert object_sign(Look(capture(b"[" * 30_000, headers=(("Content-Type", "application/json"),)))) is None


@pytest.mark.parametrize(("body", "media"), [
    ("<p>Seite wurde nicht gefunden für Ärzte</p>".encode("cp1252"), "text/html; charset=windows-1252"),
    ("<p>Ärzte</p>".encode("utf-16"), "text/html"), ("<p>Ärzte</p>".encode("latin-1"), "text/html"),
    (b'<meta charset="iso-8859-1"><p>\xc4rzte</p>', "text/html"), ("\ufeff<p>Ärzte</p>".encode(), "text/html"),
])
def test_encodings(body: bytes, media: str) -> None:
    """The common encodings are read, named or not."""
    assert "rzte" in " ".join(Look(capture(body, headers=(("Content-Type", media),))).lines)

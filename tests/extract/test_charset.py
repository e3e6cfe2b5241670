"""Encodings: a wrong declaration does not garble, no byte hides an edit, nothing crashes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.extract import extract
from guidetrack.extract.charset import decode

GERMAN = "<p>Größe ≤ „18“ – café naïve</p>" * 5
PLAIN = "<p>Dose “56 mg” – café €</p>" * 5
RUSSIAN = "<p>Доза препарата не должна превышать 56 мг два раза в неделю, если врач не указал иначе.</p>" * 20
JAPANESE = "<p>投与量は週2回56mgを超えてはならない。医師の監督下で使用すること。</p>" * 20


@pytest.mark.parametrize(("markup", "encoding", "declared"), [
    (GERMAN, "utf-8", "iso-8859-1"), (GERMAN, "utf-8", "us-ascii"), (GERMAN, "utf-8", "windows-1252"),
    (GERMAN, "utf-8", ""), (GERMAN, "utf-8-sig", "latin-1"), (GERMAN, "utf-16", "utf-8"), (GERMAN, "utf-16-le", ""),
    (GERMAN, "utf-16-be", "utf-8"), (GERMAN, "utf-32", ""), (PLAIN, "cp1252", "utf-8"), (PLAIN, "cp1252", "iso-8859-1"),
    (PLAIN, "cp1252", ""), (PLAIN, "cp1252", "no-such-thing"), (RUSSIAN, "cp1251", "windows-1251"), (RUSSIAN, "cp1251", ""),
    (RUSSIAN, "koi8-r", "koi8-r"), (JAPANESE, "shift_jis", "shift_jis"), (JAPANESE, "euc_jp", ""),
    (JAPANESE, "iso2022_jp", "iso-2022-jp"), (JAPANESE, "gb18030", "gb2312"), (PLAIN, "utf-8", "utf-16"),
])
def test_characters_come_through(markup: str, encoding: str, declared: str):
    """The characters are those written, whatever is declared."""
    assert decode(markup.encode(encoding), f"text/html; charset={declared}" if declared else "text/html") == markup


def test_the_declaration_in_the_page_is_heard():
    """A meta element names the encoding where the header does not."""
    markup = f'<meta charset="windows-1251">{RUSSIAN}'
    assert decode(markup.encode("cp1251")) == markup


def test_an_encoding_alone_is_no_change():
    """The same page in another encoding has the same digest."""
    page = f"<html><body><main>{PLAIN}</main></body></html>"
    digests = {extract(page.encode(e), f"text/html; charset={e}").digest for e in ("utf-8", "cp1252", "utf-16", "utf-8-sig")}
    assert len(digests) == 1


@pytest.mark.parametrize(("old", "new"), [(b"\x80", b"\x81"), (b"\x8d", b"\x8f"), (b"\xff", b"\xfe")])
def test_an_invalid_byte_hides_no_edit(old: bytes, new: bytes):
    """Bytes that are wrong in the encoding stay different characters."""
    body = b"<p>caf\xc3\xa9 na\xc3\xafve \xe2\x89\xa5 18 x" + old + b" mg</p>"
    assert decode(body) != decode(body.replace(old, new))
    assert "café naïve ≥ 18" in decode(body)


@given(st.binary(max_size=400), st.sampled_from(["", "text/html; charset=utf-8", "text/html; charset=utf-16", "x; charset=idna",
                                                 "text/html; charset=shift_jis", "text/html; charset=hex"]))
def test_any_bytes_decode(body: bytes, media_type: str):
    """No bytes and no declaration make decoding fail."""
    assert isinstance(decode(body, media_type), str)


@given(st.text(alphabet="abc é≥ß\ud800\x00", min_size=1, max_size=40))
def test_lone_surrogates_and_nuls_survive(text: str):
    """Text with lone surrogates and NULs is read without failing."""
    extract(f"<p>Kept {text} kept.</p>".encode("utf-8", "surrogatepass"), "text/html")

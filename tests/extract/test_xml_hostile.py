"""XML that is torn or hostile is refused with a sentence; odd but harmless XML is read whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.extract.xml import parse
from guidetrack.models import Format, Rules

WHOLE = "<doc><title>Example</title>" + "".join(f"<p>Paragraph number {at} of this example.</p>\n" for at in range(200)) + "</doc>"


def refused(body: bytes | str) -> str:
    """The sentence with which a body is refused."""
    with pytest.raises(ExtractError) as caught:
        extract(body if isinstance(body, bytes) else body.encode(), "text/xml", rules=Rules(format=Format.XML))
    return str(caught.value)


@given(st.integers(1, len(WHOLE) - 1))
def test_truncated_anywhere(at: int) -> None:
    """A torn document is never a shorter text."""
    assert refused(WHOLE[:at])


def test_truncated_says_so() -> None:
    """The sentence names what is missing."""
    assert "cut off" in refused(WHOLE[:4000])
    assert "cut off" in refused(WHOLE[:-3])


def test_entity_bomb_and_external_entity() -> None:
    """A DOCTYPE that declares anything is refused before it is parsed."""
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><d>&b;</d>'
    file = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    parameter = '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]><d/>'
    for document in (bomb, file, parameter, '<?xml version="1.0"?><!-- c -->\n' + bomb):
        assert "declarations of its own" in refused(document)


def test_a_plain_doctype_and_named_characters_are_fine() -> None:
    """A DOCTYPE that only names a DTD is harmless; HTML's named characters are read, unknown ones kept."""
    text = extract(b'<!DOCTYPE art PUBLIC "-//X//DTD" "http://127.0.0.1:9/x.dtd"><art><p>a&nbsp;b &eacute; &unknown; &amp;nbsp;</p><p><![CDATA[&nbsp;]]></p></art>',
                   "text/xml")
    assert text.lines == ("a b é &unknown; &nbsp;", "&nbsp;")


def test_depth_is_bounded() -> None:
    """A hundred thousand elements inside one another are refused with a sentence."""
    assert "deep" in refused("<a>" * 100_000)
    assert "deep" in refused("<a>" * 1_000 + "x" + "</a>" * 1_000)


def test_number_of_elements_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of elements is refused."""
    monkeypatch.setattr(parse, "MAX_ELEMENTS", 1_000)
    assert "elements" in refused("<d>" + "<a/>" * 5_000 + "</d>")


def test_a_million_attributes_do_not_hang() -> None:
    """Many attributes on one element are read or refused, but not for minutes."""
    many = " ".join(f'a{at}="{at}"' for at in range(20_000))
    assert extract(f"<d><p {many}>x</p></d>".encode(), "text/xml", rules=Rules(format=Format.XML)).lines == ("x",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings(encoding: str) -> None:
    """Each common encoding is read."""
    body = f'<?xml version="1.0" encoding="{encoding}"?><d><p>Café déjà</p></d>'.encode(encoding)
    assert extract(body, "text/xml", rules=Rules(format=Format.XML)).lines == ("Café déjà",)


def test_a_wrong_declaration_does_not_garble() -> None:
    """Bytes that are UTF-8 are read as such, whatever the declaration says."""
    body = '<?xml version="1.0" encoding="iso-8859-1"?><d><p>Café — déjà</p></d>'.encode()
    assert extract(body, "text/xml; charset=iso-8859-1", rules=Rules(format=Format.XML)).lines == ("Café — déjà",)


def test_nul_and_control_characters() -> None:
    """Characters that XML forbids are left out; everything around them is read."""
    assert extract(b"<d><p>a\x00b\x08c</p></d>", "text/xml", rules=Rules(format=Format.XML)).lines == ("abc",)


def test_not_well_formed() -> None:
    """A wrong tag in the middle is named with its line."""
    assert "line 2" in refused("<d>\n<p>x</q>\n<p>y</p>\n<p>z</p>\n</d>")


def test_empty() -> None:
    """Nothing is not XML."""
    assert "empty" in refused('<?xml version="1.0"?>   ')

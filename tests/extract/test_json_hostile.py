"""JSON that is odd, broken or hostile: a text that lost nothing, or a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.errors import ExtractError, SelectError
from guidetrack.extract import extract
from guidetrack.models import Format, Items, Rules


def refused(body: bytes, items: Items | None = None) -> str:
    """The sentence with which a body is refused."""
    with pytest.raises(ExtractError) as caught:
        extract(body, "application/json", rules=Rules(items=items, format=Format.JSON))
    return str(caught.value)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_hundred_thousand_levels(opening: str) -> None:
    """Depth is refused with a sentence, not with a crash."""
    assert "deep" in refused(opening.encode() * 100_000 + b"1")
    closing = "]" if opening == "[" else "}"
    assert "deep" in refused((opening * 5_000 + "1" + closing * 5_000).encode())
    assert "deep" in refused((opening * 300 + "1" + closing * 300).encode())


@pytest.mark.parametrize("body", [b'{"results": [{"id": "1", "title": "An exam', b'{"results": [{"id": "1"}', b'{"a": 1,', b"["])
def test_cut_off(body: bytes) -> None:
    """A torn answer is never a shorter list."""
    assert "cut off" in refused(body)


def test_broken_in_the_middle() -> None:
    """A syntax error names its line."""
    assert "line 2" in refused(b'{"a": 1,\n "b": oops, "c": 3}')


def test_empty_body() -> None:
    """Nothing is not JSON."""
    assert "empty" in refused(b"  \n ")


def test_byte_order_mark_and_nul() -> None:
    """A byte-order mark, UTF-16 and NULs do no harm."""
    plain = '{"title": "Exämple", "value": "x"}'
    bodies = [b"\xef\xbb\xbf" + plain.encode(), plain.encode("utf-16"), plain.replace("x", "x\\u0000").encode()]
    assert all("Exämple" in extract(body, "application/json").plain for body in bodies[:2])
    assert "\x00" not in extract(bodies[2], "application/json").plain


def test_odd_values_keep_their_spelling() -> None:
    """Fractions stay as written; NaN, huge numbers and repeated names lose nothing."""
    text = extract(b'{"a": 1.10, "b": NaN, "c": ' + b"9" * 5000 + b', "d": 1, "d": 2, "e": 1e400, "f": -0.0}', "application/json").plain
    assert {"a: 1.10", "b: NaN", "d: 1", "d (2): 2", "e: 1e400", "f: -0.0", "c: " + "9" * 5000} <= set(text.splitlines())


def test_lone_surrogates_survive() -> None:
    """Half a character pair is no reason to fail."""
    assert extract(b'{"a": "x\\ud800y"}', "application/json").lines


def test_json_lines() -> None:
    """One value a line is a list."""
    text = extract(b'{"id": "1", "title": "One"}\n{"id": "2", "title": "Two"}\n', "application/json")
    assert [section.path for section in text.sections] == [("One",), ("Two",)]


@pytest.mark.parametrize("path", ["results[", "a..b", "(" * 5000, "results[?@", "unknown_function(@)", "length(`1`)"])
def test_a_bad_expression_is_a_sentence(path: str) -> None:
    """``items`` that is no JMESPath is refused, naming it."""
    assert "JMESPath" in refused(b'{"results": []}', Items(path))


def test_items_that_find_nothing() -> None:
    """A path that leads nowhere is told like a selector that matches nothing, with what is there."""
    with pytest.raises(SelectError, match=r"has: data, other"):
        extract(b'{"data": [1], "other": 2}', "application/json", rules=Rules(items=Items("results")))


def test_entries_without_identity_and_with_the_same_one() -> None:
    """Entries that cannot be told apart are all kept."""
    text = extract(json.dumps({"results": [{"x": "same"}, {"x": "same"}, {"x": "other"}]}).encode(), "application/json")
    assert list(text.lines) == ["x: other", "x: same", "x: same"]
    assert len({section.key for section in text.sections}) == 3


VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
                      lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=20)


@given(VALUES)
def test_any_json_gives_a_text_and_key_order_is_ignored(value: object) -> None:
    """Whatever JSON it is: no crash, and the same text when names come in another order."""
    one = extract(json.dumps(value).encode(), "application/json", rules=Rules(format=Format.JSON)) if isinstance(value, (dict, list)) else None
    if isinstance(value, dict) and one:
        turned = dict(reversed(list(value.items())))
        assert extract(json.dumps(turned).encode(), "application/json", rules=Rules(format=Format.JSON)).digest == one.digest

"""Line numbers of keys."""

from __future__ import annotations

import tomllib

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from guidetrack.sources.locate import Lines

DOCUMENT = '''# a comment = 1
top = 1   # top.more = 2
[fetch]   # [other]
pause = "2s"
"quoted key" = """
[source]
a = 1 \\""" still
"""
literal = \'\'\'
x = 2 \'\' \'\'\'
dotted.inner.last = [ 1,
  2, # comment ]
  { a = 1, b.c = [ "]", \'}\' ] },
  """two
lines""",
  5 ]
[[source]]
id = "a"
items = { path = "x=y", "f.g" = [1, 2] }
[source.more]
deep = 1979-05-27 07:32:00
[[source]]
id = "b"
  [[source.list]]
  k = 1
  [[source.list]]
  k = -1.5e3
[last.table]
end = true'''


def test_every_construct_of_toml() -> None:
    """Tables, lists of tables, dotted and quoted keys, inline tables, multi-line text: each key has its line."""
    tomllib.loads(DOCUMENT)
    lines = Lines(DOCUMENT)
    expected = {
        ("top",): 2, ("fetch",): 3, ("fetch", "pause"): 4, ("fetch", "quoted key"): 5, ("fetch", "literal"): 9,
        ("fetch", "dotted"): 11, ("fetch", "dotted", "inner", "last"): 11, ("fetch", "dotted", "inner", "last", 1): 12,
        ("fetch", "dotted", "inner", "last", 2): 13, ("fetch", "dotted", "inner", "last", 2, "b", "c"): 13,
        ("fetch", "dotted", "inner", "last", 3): 14, ("fetch", "dotted", "inner", "last", 4): 16,
        ("source", 0): 17, ("source", 0, "id"): 18, ("source", 0, "items", "path"): 19,
        ("source", 0, "items", "f.g", 1): 19, ("source", 0, "more", "deep"): 21, ("source", 1): 22,
        ("source", 1, "id"): 23, ("source", 1, "list", 0, "k"): 25, ("source", 1, "list", 1, "k"): 27,
        ("last", "table", "end"): 29,
    }
    assert {path: lines.of(path) for path in expected} == expected


def test_what_is_not_written_down_has_the_line_of_its_table() -> None:
    """A missing key is reported at the head of its table, a missing table at the top."""
    lines = Lines(DOCUMENT)
    assert lines.of(("source", 1, "url")) == 22
    assert lines.of(("mail", "to")) == 1


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
VALUES = st.recursive(
    st.integers(-5, 5) | st.booleans() | st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_every_key_of_any_document_is_found(data: dict[str, object]) -> None:
    """Whatever a writer of TOML puts out, each key and list member is found on a line of the document."""
    text = tomlkit.dumps(data)
    parsed = tomllib.loads(text)
    lines = Lines(text)
    stack: list[tuple[tuple[str | int, ...], object]] = [((), parsed)]
    while stack:
        path, value = stack.pop()
        assert lines.has(path), (path, text)
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        stack.extend(((*path, key), inner) for key, inner in pairs)

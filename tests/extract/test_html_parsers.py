"""The fast parser and the reference yield the same blocks; hostile pages lose nothing and end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidetrack.extract import extract
from guidetrack.extract.html.blocks import read_blocks
from guidetrack.extract.html.main import choose
from guidetrack.extract.html.tree import Tree, parse, parse_bs4

TAGS = ["p", "div", "span", "b", "a", "ul", "li", "table", "tr", "td", "th", "h2", "pre", "br", "details", "summary", "dl",
        "dt", "dd", "main", "nav", "script", "title", "select", "option", "svg", "font", "center", "o:p", "button", "embed", "text", "map", "object"]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(["<p class='share x'>", "<div hidden>", "<a href='/a.pdf'>", "<embed src=/a.pdf>", "<template shadowrootmode=open>", "<area href=/b.pdf alt=b>",
                     "<iframe srcdoc='&lt;p>f'>", "<!-- c -->", "<![CDATA[x]]>", "&amp;", "&#x80;",
                     "&nbsp;", "<", ">", "</", "<!", "<?x?>", "\x00", "\r\n", "<p", "a=\"", "'", "\u200b", "\ud800"]),
    st.text(alphabet="ab 1\n\tß≥", max_size=8))


def blocks(tree: Tree) -> object:
    """What a reader sees of a parsed page."""
    choose(tree)
    return read_blocks(tree, "https://x.example/")


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40).map("".join))
def test_both_parsers_yield_the_same_blocks(markup: str):
    """On any tag soup the events tell the same as beautifulsoup4 on lxml."""
    assert blocks(parse(markup)) == blocks(parse_bs4(markup))


HOSTILE = {
    "deep": "<div>" * 20_000 + "KEEP" + "</div>" * 20_000,
    "unclosed spans": "<p>" + "<span>" * 20_000 + "KEEP",
    "unclosed fonts": "".join(f"<p><font color=a{n}>t{n}" for n in range(3_000)) + "KEEP",
    "misnested": "<a><b>x</a>" * 10_000 + "KEEP",
    "foster": "<table>" + "<tr>x<td>y" * 10_000 + "</table>KEEP",
    "long attribute": "<p title='" + "a" * 3_000_000 + "'>KEEP</p>",
    "less-thans": "<" * 2_000_000 + "<p>KEEP</p>",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">KEEP</p>",
    "nested tables": "<table><tr><td>" * 3_000 + "KEEP",
    "nested lists": "<ul><li>" * 5_000 + "KEEP",
    "nested headings": "<h2><div>" * 5_000 + "KEEP",
    "nested names": "<div class='share carousel'>" * 5_000 + "KEEP",
    "classes": "<p class='" + " ".join(f"c{n}" for n in range(200_000)) + "'>KEEP</p>",
    "unclosed comment": "<p>KEEP</p><!-- " + "x" * 100_000,
    "declared utf-16": "<?xml version='1.0' encoding='utf-16'?><html><body><![CDATA[x]]><p>KEEP</p></body></html>",
    "controls": "<p>a\x00b\x1f\ufffe</p><p>KEEP</p>",
}


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_lose_nothing(markup: str):
    """Depth, swarms of attributes and broken nesting end in bounded time with every word somewhere."""
    text = extract(markup.encode(), "text/html")
    assert "KEEP" in text.plain + "".join(line.text for line in text.set_aside)


def test_what_nests_deeper_than_lxml_keeps_is_read():
    """Text below and after depth 254 is there, which lxml's tree drops silently."""
    text = extract(("<div>" * 300 + "<p>DEEP</p>" + "</div>" * 300 + "<p>AFTER</p>").encode(), "text/html")
    assert "DEEP" in text.lines
    assert "AFTER" in text.lines


@pytest.mark.parametrize("name", HOSTILE)
def test_both_parsers_yield_the_same_blocks_of_hostile_pages(name: str):
    """Depth and swarms of attributes are no reason to differ either."""
    assert blocks(parse(HOSTILE[name])) == blocks(parse_bs4(HOSTILE[name]))


@pytest.mark.parametrize("tag", ["ul", "li", "blockquote", "table", "dl"])
def test_a_box_that_calls_itself_a_heading_and_holds_one(tag: str):
    """It was opened as a heading, and is closed as one: nothing else comes out of step."""
    text = extract(f"<div><{tag} role=heading>Dose<h2>Ketamine</h2>28 mg</{tag}><p>Observe.</p></div>".encode(), "text/html")
    assert text.plain.endswith("Ketamine\n28 mg\nObserve.")
    assert {block.kind.value for section in text.sections for block in section.blocks} == {"paragraph"}


def test_words_beside_a_hidden_address_are_kept():
    """Where the code's owner wrote around the placeholder, only that gives way to the address."""
    text = extract(b"<p>Mail <b data-cfemail=5a3b1a38743935>[email&nbsp;protected] today</b></p>", "text/html")
    assert text.plain == "Mail a@b.co today"

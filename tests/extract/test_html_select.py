"""A source's own selectors and patterns: ``select``, ``drop``, ``ignore``."""

from __future__ import annotations

import pytest

from guidetrack.errors import ExtractError, SelectError
from guidetrack.extract import extract
from guidetrack.models import Rules

PAGE = (b"<html><body><div class=menu>Menu</div>loose<div id=a><h1>Rule</h1><p>One.</p><p class=ad-note>Two.</p></div>"
        b"<div id=b><p>Three.</p><nav>Inner</nav></div></body></html>")


def read(**rules: object) -> tuple[tuple[str, ...], dict[str, str]]:
    """Lines of the page under these rules, and what was set aside by rule."""
    text = extract(PAGE, "text/html", rules=Rules(**rules))  # type: ignore[arg-type]
    return text.lines, {line.text: line.rule for line in text.set_aside}


def test_select_keeps_everything_inside_and_lists_the_rest():
    """Inside a selection even navigation stays; outside, loose text too is set aside."""
    lines, aside = read(select="#b")
    assert lines == ("Three.", "Inner")
    assert aside == {"Menu": "outside the selection", "loose": "outside the selection", "Rule": "outside the selection",
                     "One.": "outside the selection", "Two.": "outside the selection"}


def test_select_may_match_several():
    """All matches are read, in the order of the page, each once though they nest."""
    assert read(select="#b, #a, #a p")[0] == ("Rule", "One.", "Two.", "Three.", "Inner")


def test_drop_sets_aside_with_its_selector():
    """What ``drop`` matches is listed under that selector."""
    lines, aside = read(select="#a", drop=(".ad-note",))
    assert lines == ("Rule", "One.")
    assert aside["Two."] == "drop: .ad-note"


def test_a_selector_that_matches_nothing_says_so():
    """Nothing selected is an error of its own kind, naming the selector."""
    with pytest.raises(SelectError, match="#gone"):
        read(select="#gone")


@pytest.mark.parametrize("rules", [{"select": "p["}, {"drop": (":::",)}, {"ignore": ("(",)}])
def test_a_wrong_rule_is_a_sentence(rules: dict[str, object]):
    """A rule that is not CSS, or not a regular expression, is an error that names it."""
    with pytest.raises(ExtractError, match="is not a"):
        read(**rules)


def test_ignore_sets_aside_matching_lines():
    """A block in which a pattern matches is set aside under that pattern."""
    lines, aside = read(select="#a", ignore=(r"^T\w+",))
    assert lines == ("Rule", "One.")
    assert aside["Two."] == r"ignore: ^T\w+"


def test_an_endless_pattern_is_refused():
    """A pattern that backtracks for ever ends in a sentence, not in a stall."""
    body = b"<main><p>" + b"a" * 5_000 + b"!</p></main>"
    with pytest.raises(ExtractError, match="too long"):
        extract(body, "text/html", rules=Rules(ignore=(r"(?:a|aa)+$",)))

"""Filters of urlwatch and webchanges → keys of a source. What has no counterpart is named; nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from guidetrack.models import Format
from guidetrack.sources.foreign.job import Draft, key_name
from guidetrack.sources.foreign.selectors import by_attribute, by_class, by_id, css_of_xpath, items_of
from guidetrack.sources.foreign.yamls import Tagged

MAX_FILTERS = 100

DONE_ANYWAY = frozenset(("html2text", "beautify", "strip", "striplines", "strip_each_line", "absolute_links",
                         "csv2text", "ical2text"))
"""What guidetrack does without being asked, or need not do: it reads text out of every format by itself."""
_FORMATS = {"pdf2text": Format.PDF, "pypdf": Format.PDF, "format-json": Format.JSON, "jsontoyaml": Format.JSON,
            "format-xml": Format.XML, "pretty-xml": Format.XML}
_NONE = {
    "grep": "guidetrack reports every line of what it takes; narrow it with select.",
    "keep_lines_containing": "guidetrack reports every line of what it takes; narrow it with select.",
    "re.sub": "guidetrack never rewrites text; ignore sets whole lines aside.",
    "re.findall": "guidetrack never takes a text apart by patterns; narrow it with select.",
    "shellpipe": "it runs a command, and guidetrack runs none.",
    "execute": "it runs a command, and guidetrack runs none.",
    "ocr": "guidetrack reads no pictures.",
    "sort": "lines stay in their order; guidetrack tells moved ones from new ones.",
    "reverse": "lines stay in their order.",
    "remove_repeated": "lines that are said twice stay.",
    "remove-duplicate-lines": "lines that are said twice stay.",
}


def apply(draft: Draft, value: object) -> None:
    """Carry over a chain of filters, in its order."""
    chain = list(_chain(value))
    for name, said in chain[:MAX_FILTERS]:
        rule = _RULES.get(name)
        if isinstance(said, Tagged):
            draft.lose(f"Filter {key_name(name)}: its value has the tag {said.tag}, which is not followed.")
        elif rule is not None:
            rule(draft, name, said)
        elif name in _FORMATS:
            _format(draft, name, said)
        elif name not in DONE_ANYWAY:
            draft.lose(f"Filter {key_name(name)}: " + _NONE.get(name, "has no counterpart."))
    if len(chain) > MAX_FILTERS:
        draft.lose(f"Filters after the first {MAX_FILTERS}: are left out.")


def _chain(value: object) -> Iterator[tuple[str, object]]:
    """Name and argument of each filter: a list of names and ``{name: argument}``, or the old ``a:b,c`` and mapping."""
    if isinstance(value, str):
        for part in value.split(","):
            name, _, said = part.strip().partition(":")
            if name:
                yield name, said or None
    elif isinstance(value, Mapping):
        for name, said in value.items():
            yield str(name), said
    elif isinstance(value, list):
        for part in value:
            if isinstance(part, Mapping):
                for name, said in part.items():
                    yield str(name), said
            elif isinstance(part, Tagged):
                yield part.tag, part
            elif part is not None:
                yield str(part), None
    elif value is not None and value is not False:
        yield "filter", Tagged(getattr(value, "tag", "?")) if isinstance(value, Tagged) else value


def _argument(said: object, key: str) -> tuple[str, Mapping[str, Any]]:
    """The main argument, given alone or by name, and all of them."""
    if isinstance(said, Mapping):
        return (str(said[key]) if isinstance(said.get(key), (str, int, float)) else ""), said
    return (str(said) if isinstance(said, (str, int, float)) and not isinstance(said, bool) else ""), {}


def _css(draft: Draft, name: str, said: object) -> None:
    selector, more = _argument(said, "selector")
    _select(draft, name, selector, more, exclude=str(more.get("exclude") or ""))


def _xpath(draft: Draft, name: str, said: object) -> None:
    path, more = _argument(said, "path")
    excluded = str(more.get("exclude") or "")
    exclude = css_of_xpath(excluded) if excluded else ""
    if excluded and not exclude:
        draft.lose(f"Filter {name}: what it excludes cannot be said as a CSS selector; write drop by hand.")
    if more.get("method") != "xml" and path and not css_of_xpath(path):
        draft.lose(f"Filter {name}: it cannot be said as a CSS selector; write select by hand, or leave it: "
                   "guidetrack finds the main content by itself.")
        draft.add("drop", exclude)
        return
    _select(draft, name, css_of_xpath(path), more, exclude=exclude)


def _select(draft: Draft, name: str, selector: str, more: Mapping[str, Any], *, exclude: str) -> None:
    """A part to take, another to leave out."""
    if more.get("method") == "xml":
        draft.form(Format.AUTO)
        draft.lose(f"Filter {name}: it takes elements of XML, which guidetrack reads whole (feeds: entry by entry).")
        return
    if selector:
        draft.selector(selector, within=True)
    if exclude:
        draft.add("drop", exclude)
    for key in ("skip", "maxitems", "sort"):
        if more.get(key):
            draft.lose(f"Filter {name}, {key}: select takes every element that matches, in order.")


def _element(draft: Draft, name: str, said: object) -> None:
    word, _ = _argument(said, name.removeprefix("element-by-"))
    if not word:
        draft.lose(f"Filter {name}: it names nothing to take.")
        return
    make: dict[str, Callable[[str], str]] = {
        "element-by-id": by_id, "element-by-class": by_class, "element-by-tag": str,
        "element-by-style": lambda style: by_attribute("style", style)}
    draft.selector(make[name](word), within=True)


def _without(draft: Draft, name: str, said: object) -> None:
    """Lines to leave out: a text, or a pattern."""
    import regex

    text, more = _argument(said, "text")
    pattern = str(more.get("re") or "") or (text if name == "grepi" else regex.escape(text, literal_spaces=True))
    if not pattern:
        draft.lose(f"Filter {name}: it names no line to leave out.")
        return
    draft.add("ignore", pattern)


def _format(draft: Draft, name: str, said: object) -> None:
    draft.form(_FORMATS[name])
    if isinstance(said, Mapping) and said.get("password"):
        draft.lose(f"Filter {name}, password: no secret is carried over; guidetrack says that it cannot read the file.")


def _jq(draft: Draft, name: str, said: object) -> None:
    query, _ = _argument(said, "query")
    draft.form(Format.JSON)
    if items := items_of(query, "jq"):
        draft.values["items"] = items
    elif query.strip() not in ("", "."):
        draft.lose("Filter jq: the whole document is read; write items (JMESPath) by hand to take a list of it.")


_RULES: dict[str, Callable[[Draft, str, object], None]] = {
    "css": _css, "xpath": _xpath, "jq": _jq, "grepi": _without, "delete_lines_containing": _without,
    "element-by-id": _element, "element-by-class": _element, "element-by-tag": _element, "element-by-style": _element,
}

"""XPath, jq and JSONPath as CSS selectors and places in JSON, where one says the same as the other."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"(//|/)([A-Za-z][\w-]*|\*)((?:\[[^\[\]]*\])*)")
_PREDICATE = re.compile(r"\[([^\[\]]*)\]")
_VALUE = r"""("[^"\\]*"|'[^'\\]*')"""
_EQUAL = re.compile(rf"@([A-Za-z][\w-]*)\s*=\s*{_VALUE}")
_CONTAINS = re.compile(rf"contains\(\s*@([A-Za-z][\w-]*)\s*,\s*{_VALUE}\s*\)")
_HAS = re.compile(r"@([A-Za-z][\w-]*)")
_IDENT = re.compile(r"-?[A-Za-z_][\w-]*")
_JQ = re.compile(r"\.((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)?\[\](?:\.([A-Za-z_]\w*))?")
_JSONPATH = re.compile(r"\$\.?((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)?\[\*\](?:\.([A-Za-z_]\w*))?")
MAX_LENGTH = 1000


def css_of_xpath(path: str) -> str:
    """The CSS selector that takes the same elements as an XPath of names, attributes and positions; else nothing."""
    if len(path) > MAX_LENGTH:
        return ""
    parts = [_css(part.strip()) for part in _union(path)]
    return ", ".join(parts) if all(parts) else ""


def _union(path: str) -> list[str]:
    """The alternatives, apart at each ``|`` that stands in no quotes."""
    parts, quote = [""], ""
    for sign in path:
        if sign == quote:
            quote = ""
        elif sign in "\"'" and not quote:
            quote = sign
        if sign == "|" and not quote:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _css(path: str) -> str:
    path = re.sub(r"//?text\(\)$", "", path.removeprefix("."))
    out, at = "", 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return ""
        joint = " " if step[1] == "//" else " > "
        simple = _simple(step[2], _PREDICATE.findall(step[3]))
        if not simple:
            return ""
        out += (joint if out else "") + simple
        at = step.end()
    return out if not path.startswith("/") or path.startswith(("//", "/html")) else ""


def _simple(tag: str, predicates: list[str]) -> str:
    out = "" if tag == "*" and predicates else tag
    for position, predicate in enumerate(predicates):
        said = predicate.strip()
        if found := _EQUAL.fullmatch(said):
            out += by_id(found[2][1:-1]) if found[1] == "id" else f'[{found[1]}="{_quoted(found[2])}"]'
        elif found := _CONTAINS.fullmatch(said):
            out += f'[{found[1]}*="{_quoted(found[2])}"]'
        elif found := _HAS.fullmatch(said):
            out += f"[{found[1]}]"
        elif said.isascii() and said.isdigit() and position == 0 and tag != "*" and 0 < int(said[:6]) < 100_000:
            out += f":nth-of-type({said})"
        else:
            return ""
    return out


def _quoted(value: str) -> str:
    return value[1:-1].replace('"', '\\"')


def by_id(name: str) -> str:
    """The element with an id."""
    return f"#{name}" if _IDENT.fullmatch(name) else by_attribute("id", name)


def by_class(name: str) -> str:
    """Elements of one class, or with exactly these words as their class."""
    return f".{name}" if _IDENT.fullmatch(name) else by_attribute("class", name)


def by_attribute(attribute: str, value: str) -> str:
    """Elements whose attribute has exactly this value."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'[{attribute}="{escaped}"]'


def items_of(query: str, language: str) -> str | dict[str, Any]:
    """``items`` for a jq or JSONPath query that takes every entry of a list, or one field of each; else nothing."""
    found = {"jq": _JQ, "jsonpath": _JSONPATH}[language].fullmatch(query.strip()[:MAX_LENGTH])
    if found is None:
        return ""
    path = found[1] or "@"
    return {"path": path, "fields": [found[2]]} if found[2] else path

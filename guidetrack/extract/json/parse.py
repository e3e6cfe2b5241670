"""Bytes to JSON values, bounded: nothing lost, no recursion, numbers as published. RFC 8259."""

from __future__ import annotations

import json
from typing import Any

from guidetrack.errors import ExtractError
from guidetrack.extract.charset import decode

MAX_DEPTH = 200
"""Arrays and objects inside one another; real answers stay below 20."""
MAX_INT_DIGITS = 300
"""Longer integers stay text: converting them costs quadratic time."""


class Figure(float):
    """A number with a fraction or exponent that remembers how it was written: ``1.10`` stays ``1.10``."""

    written: str

    def __new__(cls, written: str) -> Figure:
        self = super().__new__(cls, written)
        self.written = written
        return self

    def __str__(self) -> str:
        return self.written


def parse(body: bytes, media_type: str = "") -> Any:
    """The value in ``body``; several values on lines of their own (JSON Lines) give a list.

    :raises ExtractError: empty, malformed, cut off, or nested deeper than :data:`MAX_DEPTH`.
    """
    text = decode(body, media_type).lstrip("\ufeff").replace("\x00", "")
    if not text.strip():
        raise ExtractError("expected JSON, but the body is empty")
    try:
        value = _load(text)
    except RecursionError as error:
        raise ExtractError(f"JSON is nested too deep: more than {MAX_DEPTH} levels") from error
    except json.JSONDecodeError as error:
        value = _lines(text, error)
    if depth(value) > MAX_DEPTH:
        raise ExtractError(f"JSON is nested too deep: more than {MAX_DEPTH} levels")
    return value


def depth(value: Any) -> int:
    """How many arrays and objects stand inside one another."""
    deepest, level = 0, [value]
    while level and deepest <= MAX_DEPTH:
        level = [child for node in level if isinstance(node, (dict, list))
                 for child in (node.values() if isinstance(node, dict) else node) if isinstance(child, (dict, list))]
        deepest += 1
    return deepest


def _load(text: str) -> Any:
    return json.loads(text, strict=False, parse_int=_integer, parse_float=Figure, parse_constant=str,
                      object_pairs_hook=_object)


def _integer(written: str) -> Any:
    return int(written) if len(written) <= MAX_INT_DIGITS else written


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """All members; a repeated name gets a number, because the last one must not hide the others."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    seen: dict[str, int] = {}
    for name, value in pairs:
        seen[name] = seen.get(name, 0) + 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = value
    return found


def _lines(text: str, error: json.JSONDecodeError) -> Any:
    lines = [line for line in text.splitlines() if line.strip()]
    if error.msg == "Extra data" and len(lines) > 1:
        try:
            return [_load(line) for line in lines]
        except (json.JSONDecodeError, RecursionError):
            pass
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        raise ExtractError(f"JSON is cut off after {len(text):,} characters: expected {_expected(error)}") from error
    raise ExtractError(f"not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error


def _expected(error: json.JSONDecodeError) -> str:
    return "the end of a string" if error.msg.startswith("Unterminated") else "more of it"

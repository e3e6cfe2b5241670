"""Patterns made of the lists in words.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Any of the list's entries, as a pattern to match or search with."""
    return re.compile("|".join(f"(?:{entry})" for entry in _lists()[name]), re.I)


@cache
def names(name: str) -> re.Pattern[str]:
    """Any of the list's entries as a whole word among ids and classes."""
    return re.compile(r"(?:^|\s)(?:" + "|".join(_lists()[name]) + r")(?=\s|$)", re.I)


def entries(name: str) -> list[str]:
    """The list's entries as written."""
    return _lists()[name]


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))

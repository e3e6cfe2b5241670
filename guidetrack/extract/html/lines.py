"""Single lines that belong to the page rather than to the document: counters, share words, copyright years.

And a second copy of the same text, which responsive pages carry for small screens. Patterns are in lines.toml.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files

from guidetrack.extract.html.substance import has_force
from guidetrack.models import Block, BlockKind, Section, SetAside
from guidetrack.normal import normal

LONGEST = 160
COUNTER = "counter"
"""The one rule that also goes for a term and its definition."""


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    data = tomllib.loads(files(__package__).joinpath("lines.toml").read_text("utf-8"))
    return tuple((re.compile("(?:" + "|".join(rule["lines"]) + ")"), rule["name"]) for rule in data["rule"])


@cache
def _any_rule() -> re.Pattern[str]:
    """All the rules at once: nearly every line is in none."""
    return re.compile("|".join(pattern.pattern for pattern, _ in _rules()))


@lru_cache(maxsize=8192)
def rule_of(text: str) -> str:
    """The rule that sets a line aside, or empty."""
    if len(text) > LONGEST:
        return ""
    line = normal(text).lower().strip(" .:!>|·•*-»›")
    if not line:
        return "" if any(map(str.isalnum, text)) else "decoration"
    if not _any_rule().fullmatch(line) or has_force(line):
        return ""
    return next((name for pattern, name in _rules() if pattern.fullmatch(line)), "")


def sift(sections: tuple[Section, ...]) -> tuple[tuple[Section, ...], tuple[SetAside, ...]]:
    """Sections without such lines, and the lines with their rules."""
    aside: list[SetAside] = []
    kept = tuple(_sifted(section, aside) for section in sections)
    return kept, tuple(aside)


def _sifted(section: Section, aside: list[SetAside]) -> Section:
    rules = [_rule(block) for block in section.blocks]
    if not any(rules):
        return section
    aside.extend(SetAside(block.text, rule) for block, rule in zip(section.blocks, rules, strict=True) if rule)
    return replace(section, blocks=tuple(b for b, rule in zip(section.blocks, rules, strict=True) if not rule))


def _rule(block: Block) -> str:
    if block.kind in (BlockKind.ROW, BlockKind.CODE) or len(block.text) > LONGEST:
        return ""
    rule = rule_of(block.text)
    return rule if block.kind is not BlockKind.TERM or rule == COUNTER else ""

"""What a source's owner asked to leave out: ``ignore`` patterns. Set aside with the rule, never dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from guidetrack.errors import ExtractError
from guidetrack.extract.draft import Draft
from guidetrack.models import Block, Section, SetAside

PATTERN_SECONDS = 0.25
"""Time one pattern may spend on one line: a pattern that backtracks for ever is refused, not endured."""


def ignore(draft: Draft, patterns: tuple[str, ...]) -> Draft:
    """``draft`` without the blocks in which a pattern matches; those are set aside as ``ignore: <pattern>``.

    :raises ExtractError: a pattern is not a regular expression, or takes too long.
    """
    if not patterns:
        return draft
    compiled = [(pattern, _compile(pattern)) for pattern in patterns]
    aside: list[SetAside] = []
    sections = tuple(_filtered(section, compiled, aside) for section in draft.sections)
    return replace(draft, sections=sections, set_aside=(*draft.set_aside, *aside))


def _compile(pattern: str) -> Any:
    import regex

    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ExtractError(f"ignore pattern {pattern!r} is not a regular expression: {error}") from error


def _filtered(section: Section, compiled: list[tuple[str, Any]], aside: list[SetAside]) -> Section:
    kept: list[Block] = []
    for block in section.blocks:
        rule = _matching(block.text, compiled)
        if rule:
            aside.append(SetAside(block.text, rule))
        else:
            kept.append(block)
    return section if len(kept) == len(section.blocks) else replace(section, blocks=tuple(kept))


def _matching(line: str, compiled: list[tuple[str, Any]]) -> str:
    for pattern, expression in compiled:
        try:
            if expression.search(line, timeout=PATTERN_SECONDS):
                return f"ignore: {pattern}"
        except TimeoutError as error:
            raise ExtractError(f"ignore pattern {pattern!r} takes too long; make it simpler") from error
    return ""

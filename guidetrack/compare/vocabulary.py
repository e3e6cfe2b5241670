"""The vocabulary: what makes a change matter. Shipped as ``vocabulary.toml``; sources.toml may add to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from guidetrack.compare.phrases import Lexicon, stems_of, words_of
from guidetrack.errors import SourcesError
from guidetrack.models.enums import Level
from guidetrack.normal import normal

_LEVEL_KEYS = frozenset({"words", "numbers", "block", "wording", "alone", "level"})
_TERM_KEYS = frozenset({"terms", "headings"})
_OPEN_TABLES = frozenset({"topics", "force", "scope", "status", "verdict", "dates"})
"""Tables that sources.toml may add to. Patterns and unit factors are ours: a user's regex could stall a run."""

MAX_TERMS = 5_000
MAX_TERM_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of guidance and the levels a change about it has."""

    name: str
    title: str
    words: Level
    numbers: Level
    block: Level
    wording: Level


@dataclass(frozen=True, slots=True)
class Force:
    """A group of words that oblige, advise or permit. ``rank`` 1 (prohibition) to 6 (permission)."""

    name: str
    rank: int
    alone: Level


@dataclass(frozen=True, slots=True)
class Group:
    """A group of terms with one level. ``swap``: only one term taking another's place counts."""

    name: str
    title: str
    level: Level
    swap: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: its group, its size in the group's first unit, its level (None: as the topic says)."""

    group: str
    factor: float
    level: Level | None


@dataclass(frozen=True)
class Vocabulary:
    """What makes a change matter. Made by :func:`guidetrack.compare.load_vocabulary`."""

    topics: dict[str, Topic]
    force: dict[str, Force]
    groups: dict[str, Group]
    units: dict[str, list[tuple[tuple[str, ...], Unit]]]
    """Units by the first word of their name, longer names first."""
    codes: re.Pattern[str]
    """Every pattern of ``[codes]`` as a named group."""
    terms: Lexicon
    """Tables ``topics``, ``force``, ``scope``, ``standing`` (status and verdicts), ``dates``, ``contact``."""
    small_words: frozenset[str]
    """Words of the terms of which only an exchange counts: "and" for "or"."""
    headings: Lexicon
    """Table ``topics``: their terms and the words that mark a heading."""


def load(extra: Mapping[str, object]) -> Vocabulary:
    """See :func:`guidetrack.compare.load_vocabulary`."""
    return _built(_merged(_shipped(), extra)) if extra else _default()


@cache
def _default() -> Vocabulary:
    return _built(_shipped())


def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("guidetrack.compare").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


def _built(data: Mapping[str, Any]) -> Vocabulary:
    topics, force = data["topics"], data["force"]
    groups = {
        f"{table}.{name}": Group(name, group.get("title", name), Level(group["level"]), group.get("counts") == "swap")
        for table in ("scope", "status", "verdict", "dates", "codes")
        for name, group in data[table].items()
    }
    return Vocabulary(
        topics={name: _topic(name, topic) for name, topic in topics.items()},
        force={name: Force(name, group["rank"], Level(group["alone"])) for name, group in force.items()},
        groups=groups,
        units=_units(data["units"]),
        codes=re.compile("|".join(f"(?P<{name}>{code['pattern']})" for name, code in data["codes"].items())),
        terms=_lexicon(data),
        small_words=frozenset(
            word
            for group in data["scope"].values() if group["counts"] == "swap"
            for term in group["terms"]
            for word in term.split()
        ),
        headings=Lexicon({"topics": {name: [*topic["terms"], *topic["headings"]] for name, topic in topics.items()}}),
    )


def _lexicon(data: Mapping[str, Any]) -> Lexicon:
    tables = {table: _terms_of(data, table) for table in ("topics", "force", "scope", "dates")}
    standing = _terms_of(data, "status") | _terms_of(data, "verdict")
    return Lexicon({**tables, "standing": standing, "contact": {"contact": data["contact"]["terms"]}})


def _terms_of(data: Mapping[str, Any], table: str) -> dict[str, list[str]]:
    """The terms of a table by group; groups are named with their table but for topics and force."""
    prefix = "" if table in ("topics", "force") else f"{table}."
    return {prefix + name: group["terms"] for name, group in data[table].items()}


def _topic(name: str, topic: Mapping[str, Any]) -> Topic:
    levels = (Level(topic[key]) for key in ("words", "numbers", "block", "wording"))
    return Topic(name, topic["title"], *levels)


def _units(data: Mapping[str, Any]) -> dict[str, list[tuple[tuple[str, ...], Unit]]]:
    units: dict[str, list[tuple[tuple[str, ...], Unit]]] = {}
    for name, group in data.items():
        level = None if group["level"] == "topic" else Level(group["level"])
        for unit, factor in group["factors"].items():
            key = stems_of(normal(unit))
            units.setdefault(key[0], []).append((key, Unit(name, float(factor), level)))
    for named in units.values():
        named.sort(key=lambda item: -len(item[0]))
    return units


def _merged(shipped: dict[str, Any], extra: Mapping[str, object]) -> dict[str, Any]:
    """The shipped tables with those of sources.toml laid over them.

    :raises SourcesError: naming every table or key that cannot be laid over.
    """
    problems: list[str] = []
    for table, groups in extra.items():
        if table not in _OPEN_TABLES or not isinstance(groups, Mapping):
            allowed = ", ".join(sorted(_OPEN_TABLES))
            problems.append(f"vocabulary.{table}: expected a table of groups under one of: {allowed}")
            continue
        for name, group in groups.items():
            known = shipped[table].get(name)
            if known is None or not isinstance(group, Mapping):
                names = ", ".join(shipped[table])
                problems.append(f"vocabulary.{table}.{name}: expected one of the groups: {names}")
                continue
            shipped[table][name] = _laid_over(known, group, f"vocabulary.{table}.{name}", problems)
    if problems:
        raise SourcesError(problems)
    return shipped


def _laid_over(known: dict[str, Any], group: Mapping[str, object], where: str, problems: list[str]) -> dict[str, Any]:
    merged = dict(known)
    for key, value in group.items():
        if key in _LEVEL_KEYS and key in known:
            if value in {level.value for level in Level}:
                merged[key] = value
            else:
                problems.append(f"{where}.{key}: expected high, medium or low, not {value!r}")
        elif (key in _TERM_KEYS and key in known) or key == "without":
            terms = _terms(value, f"{where}.{key}", problems)
            target = "terms" if key == "without" else key
            dropped = set(terms) if key == "without" else set()
            merged[target] = [term for term in merged[target] if term not in dropped]
            merged[target] += [term for term in terms if key != "without" and term not in merged[target]]
        else:
            allowed = ", ".join(sorted({"without", *((_LEVEL_KEYS | _TERM_KEYS) & set(known))}))
            problems.append(f"{where}.{key}: unknown key; expected one of: {allowed}")
    return merged


def _terms(value: object, where: str, problems: list[str]) -> list[str]:
    if not isinstance(value, list) or len(value) > MAX_TERMS:
        problems.append(f"{where}: expected a list of at most {MAX_TERMS} terms")
        return []
    good = [term for term in value if isinstance(term, str) and len(term) <= MAX_TERM_LENGTH and words_of(normal(term))]
    if len(good) < len(value):
        problems.append(f"{where}: a term must be text with a letter or digit, at most {MAX_TERM_LENGTH} characters")
    return good

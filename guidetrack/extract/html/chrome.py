"""What an element calls itself: names by which sites mark what surrounds the document. The names are in chrome.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_PLAIN = re.compile(r"(?:elementor|siteorigin|so|avia|fl|brxe|breakdance|ux|kt|sp|wix|divi|et-pb|oxy|ct)-widgets?")
"""Names that page builders give to every piece of a page."""
LONGEST_NAME = 80
"""Longer ids and classes are made by machines."""
MOST_NAMES = 24
UNNAMED = 1_000


@dataclass(frozen=True, slots=True)
class Name:
    """A rule that an element's name calls for. ``where`` and ``most`` as chrome.toml explains."""

    rule: str
    where: str
    most: int = 0


ROLES = {
    "navigation": Name("navigation", "anywhere", 600), "banner": Name("site header", "outside", 600),
    "contentinfo": Name("site footer", "outside"), "complementary": Name("sidebar", "outside"),
    "search": Name("search box", "anywhere", 250), "dialog": Name("pop-up", "anywhere", 3000),
    "alertdialog": Name("pop-up", "anywhere", 3000), "menu": Name("navigation", "anywhere", 300),
    "menubar": Name("navigation", "anywhere", 300), "toolbar": Name("page tools", "anywhere", 250),
    "tablist": Name("navigation", "anywhere", 300), "progressbar": Name("page tools", "anywhere", 100),
    "tooltip": Name("pop-up", "anywhere", 300), "status": Name("page tools", "anywhere", 100),
}
TAGS = {
    "nav": Name("navigation", "anywhere", 600), "footer": Name("site footer", "outside"),
    "header": Name("site header", "outside", 600), "aside": Name("sidebar", "outside"),
    "noscript": Name("no script", "anywhere"), "select": Name("form", "anywhere"),
    "textarea": Name("form", "anywhere"), "datalist": Name("form", "anywhere"),
    "dialog": Name("pop-up", "anywhere", 3000),
    "search": Name("search box", "anywhere", 250),
}


@cache
def _names() -> tuple[tuple[re.Pattern[str], Name], ...]:
    data = tomllib.loads(files(__package__).joinpath("chrome.toml").read_text("utf-8"))
    before = "(?:(?:[a-z]{1,2}|" + "|".join(data["prefixes"]) + ")-)?(?:"
    return tuple((re.compile(before + "|".join(rule["words"]) + ")"),
                  Name(rule["name"], rule["where"], rule["most"])) for rule in data["rule"])


@cache
def _any_name() -> re.Pattern[str]:
    """All the rules at once: nearly every class a page uses is in none."""
    return re.compile("|".join(pattern.pattern for pattern, _ in _names()))


@lru_cache(maxsize=8192)
def named(identity: str, classes: str) -> Name | None:
    """The rule that an element's id and classes call for, if any."""
    if not identity and not classes:
        return None
    first = min((_rank(part) for part in f"{identity} {classes}".split(None, MOST_NAMES)[:MOST_NAMES]), default=UNNAMED)
    return None if first == UNNAMED else _names()[first][1]


@lru_cache(maxsize=16384)
def _rank(part: str) -> int:
    """Which rule one id or class calls for, by its place in chrome.toml."""
    if len(part) > LONGEST_NAME:
        return UNNAMED
    plain = part.partition("--")[0] or part
    words = {_words(plain), _words(plain.rpartition("__")[2])}
    if any(map(_PLAIN.fullmatch, words)):
        return UNNAMED
    if not any(map(_any_name().fullmatch, words)):
        return UNNAMED
    return next((rank for rank, (pattern, _) in enumerate(_names()) if any(map(pattern.fullmatch, words))), UNNAMED)


def _words(part: str) -> str:
    return _SEPARATORS.sub("-", _CAMEL.sub("-", part).lower()).strip("-")

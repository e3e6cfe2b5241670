"""From what pydantic found to sentences: ``file:line: key: what is wrong; expected …, e.g. …; did you mean "…"?``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from guidetrack.sources import checks
from guidetrack.sources.checks import Wrong

if TYPE_CHECKING:
    from pydantic import BaseModel

    from guidetrack.sources.locate import Path
    from guidetrack.sources.toml import Document

LIMIT = 200
"""Problems listed at most; the rest are counted."""

_TYPES = {
    "string_type": ("text in quotes", '"text"'),
    "bool_type": ("true or false, without quotes", "true"),
    "int_type": ("a whole number, without quotes", "25"),
    "list_type": ("a list in square brackets", '["one", "two"]'),
    "dict_type": ("a table", ""),
    "model_type": ("a table", ""),
    "model_attributes_type": ("a table", ""),
}
_ALIASES = {"link": "url", "address": "url", "uri": "url", "href": "url", "name": "title", "selector": "select",
            "css": "select", "interval": "every", "cadence": "every", "frequency": "every", "exclude": "drop",
            "region": "jurisdiction", "country": "jurisdiction", "type": "kind", "disabled": "enabled",
            "recipients": "to", "sender": "from", "server": "host", "user_agent": "contact", "sources": "source",
            "license": "licence", "routes": "route", "database": "catalogue", "delay": "pause", "max_size": "max_body",
            "db": "catalogue", "path": "archive", "proxies": "allow_private"}
"""What people write for our keys when they come from other tools."""


def sentence(where: str, key: str, wrong: Wrong) -> str:
    """One problem as one line."""
    text = f"{where}: {key}: {wrong.what}" if key else f"{where}: {wrong.what}"
    if wrong.expected:
        text += f"; expected {wrong.expected}"
        if wrong.example:
            text += f", e.g. {wrong.example}"
    if wrong.near:
        text += f'; did you mean "{wrong.near}"?'
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to ``word``, or nothing."""
    known = list(known)
    if (alias := _ALIASES.get(word.lower().replace("-", "_"))) in known:
        return str(alias)
    found = difflib.get_close_matches(word.lower().replace("-", "_")[:80], known, 1, 0.6)
    return found[0] if found else ""


class Problems:
    """Collects the problems of one file."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[tuple[int, str]] = []

    def add(self, path: Path, wrong: Wrong) -> None:
        """Record that the value at ``path`` is ``wrong``."""
        line = self.document.lines.of(path)
        self.found.append((line, sentence(f"{self.document.name}:{line}", dotted(path), wrong)))

    def add_errors(self, base: Path, errors: Iterable[Mapping[str, Any]], model: type[BaseModel]) -> None:
        """Record what pydantic found in the table at ``base``."""
        for error in errors:
            loc = tuple(error["loc"])
            self.add((*base, *loc), _translate(error, loc, model))

    @property
    def full(self) -> bool:
        """Whether there are so many that looking for more helps nobody."""
        return len(self.found) >= LIMIT

    def sentences(self) -> list[str]:
        """In the order of the file."""
        return [text for _, text in sorted(self.found, key=lambda pair: pair[0])]


def dotted(path: Path) -> str:
    """``("source", 2, "drop", 0)`` as people say it: ``source.drop``."""
    return ".".join(checks.shown(part)[1:-1] for part in path if isinstance(part, str))


def keys_of(model: type[BaseModel], loc: Path) -> list[str]:
    """The keys that the table at ``loc`` inside ``model`` knows."""
    for part in loc:
        if isinstance(part, int):
            continue
        name = next((name for name, field in model.model_fields.items() if (field.alias or name) == part), None)
        inner = _model_in(model.model_fields[name].annotation) if name else None
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if found := _model_in(inner):
            return found
    return None


def _translate(error: Mapping[str, Any], loc: Path, model: type[BaseModel]) -> Wrong:
    kind = error["type"]
    context = error.get("ctx", {})
    if isinstance(wrong := context.get("error"), Wrong):
        return wrong
    if kind == "extra_forbidden":
        return unknown_key(str(loc[-1]), keys_of(model, loc[:-1]))
    if kind == "missing":
        return _missing(str(loc[-1]))
    if kind in ("enum", "literal_error"):
        words = _choices(context["expected"])
        given = error["input"]
        near = nearest(given, words) if isinstance(given, str) else ""
        what = f"{checks.shown(given)} is not known" if isinstance(given, str) else f"this is {named(given)}"
        return Wrong(what, "one of " + ", ".join(f'"{word}"' for word in words), near=near)
    if kind in _TYPES:
        expected, example = _TYPES[kind]
        if isinstance(error["input"], str) and kind == "list_type" and len(error["input"]) < 60:
            example = f'[{checks.shown(error["input"])}]'
        return Wrong(f"this is {named(error['input'])}", expected, example)
    if kind in ("greater_than_equal", "less_than_equal"):
        return Wrong(f"{error['input']} is out of range", "1 to 65535", "587")
    if kind == "too_short":
        return Wrong("the list is empty", "at least one", '["compliance@clinic.example"]')
    return Wrong(str(error["msg"])[:200])


def unknown_key(key: str, known: list[str]) -> Wrong:
    """A key nobody knows, or one under which a secret stands."""
    if checks.SECRET_KEY.fullmatch(key) and key not in known:
        env = "password_env" if "password_env" in known else ""
        return Wrong("secrets are not written in this file (value not shown)",
                     "the name of an environment variable that holds it", 'password_env = "SMTP_PASSWORD"', env)
    near = nearest(key, known)
    return Wrong("unknown key", "" if near else "one of " + ", ".join(known), near=near)


def _missing(key: str) -> Wrong:
    examples = {"id": ("a short name that is a safe file name", 'id = "us-fda-label"'),
                "url": ("the address to watch", 'url = "https://www.nice.org.uk/guidance/ta854"'),
                "to": ("who gets it", 'to = ["compliance@clinic.example"]'),
                "path": ("where the entries are", 'path = "results"')}
    return Wrong("missing", *examples.get(key, ("a value", f'{key} = "…"')))


def _choices(expected: str) -> list[str]:
    return [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(",")]


def named(value: object) -> str:
    """What kind of TOML value it is, in words; never the value."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"), (str, "text"), ((int, float), "a number"), (list, "a list"), (dict, "a table"))
    return next((name for kind, name in names if isinstance(value, kind)), "a date or time")

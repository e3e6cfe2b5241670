"""Dataclasses to plain JSON values and back, guided by their type hints: no member can be forgotten.

Members at their default are left out, so a member added later reads back as its default from older rows.
Knows what the nouns are made of: dataclasses, tuples of one type, enums, dates and times, strings, numbers.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

Coder = Callable[[Any], Any]


def freeze(value: Any) -> dict[str, Any]:
    """A dataclass value as a dict of plain JSON values."""
    kind: Any = type(value)
    frozen: dict[str, Any] = _coders(kind)[0](value)
    return frozen


def thaw(kind: Any, value: dict[str, Any]) -> Any:
    """The value of :func:`freeze`. Raises ValueError or TypeError when it cannot be one of ``kind``."""
    return _coders(kind)[1](value)


@cache
def _coders(hint: Any) -> tuple[Coder, Coder]:
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _optional(next(argument for argument in arguments if argument is not type(None)))
    if origin is tuple:
        freeze_one, thaw_one = _coders(arguments[0])
        return (lambda items: [freeze_one(item) for item in items],
                lambda items: tuple([thaw_one(item) for item in items]))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return (lambda member: member.value), hint
    if hint in (date, datetime):
        return (lambda moment: moment.isoformat()), hint.fromisoformat
    return _same, _same


def _same(value: Any) -> Any:
    return value


def _optional(hint: Any) -> tuple[Coder, Coder]:
    freeze_one, thaw_one = _coders(hint)
    return (lambda value: None if value is None else freeze_one(value),
            lambda value: None if value is None else thaw_one(value))


def _dataclass(kind: type[Any]) -> tuple[Coder, Coder]:
    hints = typing.get_type_hints(kind)
    members = [(f.name, _default(f), *_coders(hints[f.name])) for f in fields(kind)]
    thawers = {name: thaw_one for name, _, _, thaw_one in members}

    def freeze_it(value: Any) -> dict[str, Any]:
        frozen = {}
        for name, default, freeze_one, _ in members:
            member = getattr(value, name)
            if default is MISSING or member != default:
                frozen[name] = freeze_one(member)
        return frozen

    def thaw_it(value: Any) -> Any:
        try:
            return kind(**{name: thawers[name](member) for name, member in value.items()})
        except (KeyError, AttributeError) as error:
            raise ValueError(f"no {kind.__name__}: {error}") from error

    return freeze_it, thaw_it


def _default(member: Any) -> Any:
    return member.default_factory() if member.default_factory is not MISSING else member.default

"""Makers of the frozen values that come by the hundred: a fifth of the time of calling the class."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from guidetrack.models.text import Block, Section, SetAside

P = ParamSpec("P")
T = TypeVar("T")


def _maker(name: str, frozen: Callable[P, T]) -> Callable[P, T]:
    """A maker of values of ``frozen``, a frozen dataclass with slots. ``name``: what it is called here, for pickles.

    The class's own ``__init__`` sets each member by name through ``object.__setattr__``. Here an open twin with the
    same slots is filled by plain assignments and then becomes the frozen class; that both have one layout, Python
    checks.
    """
    members: Any = dataclasses.fields(frozen)  # type: ignore[arg-type]
    twin: Any = dataclasses.make_dataclass(
        "Open", [(each.name, Any, dataclasses.field(default=each.default)) for each in members], slots=True, eq=False)

    def make(*args: P.args, **kwargs: P.kwargs) -> T:
        made = twin(*args, **kwargs)
        made.__class__ = frozen
        return made  # type: ignore[no-any-return]

    make.__name__ = make.__qualname__ = name
    make.__doc__ = frozen.__doc__
    return make


block = _maker("block", Block)
section = _maker("section", Section)
set_aside = _maker("set_aside", SetAside)

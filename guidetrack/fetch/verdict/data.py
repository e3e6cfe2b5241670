"""The tables of signs: TOML beside this module, read when first needed and kept."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """``signs/<name>.toml``, parsed."""
    return tomllib.loads(files(__package__).joinpath("signs", f"{name}.toml").read_text(encoding="utf-8"))

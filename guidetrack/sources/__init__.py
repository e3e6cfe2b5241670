"""sources.toml → :class:`~guidetrack.models.Settings`; every mistake in it named at once, with file, line and key.

Light to import: pydantic and the rest load when a file is read. Nothing here fetches; only :mod:`.edit` writes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidetrack.errors import SourcesError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guidetrack.models import Settings

__all__ = ["ENVIRONMENT", "NAME", "find", "load", "schema"]

NAME = "sources.toml"
ENVIRONMENT = "GUIDETRACK_SOURCES"
"""The environment variable that names the file when ``-c`` does not."""


def find(explicit: str | None, env: Mapping[str, str]) -> Path:
    """The sources file to use: ``-c``, then GUIDETRACK_SOURCES, ./sources.toml, the user's configuration folder.

    A file that was named is returned whether or not it exists (:func:`load` says what is wrong with it).
    Raises :exc:`SourcesError` when nothing was named and nothing is found.
    """
    if named := explicit or env.get(ENVIRONMENT):
        return Path(os.path.expanduser(named))
    here = Path(NAME)
    if here.is_file():
        return here
    from platformdirs import user_config_path

    user = user_config_path("guidetrack", appauthor=False) / NAME
    if user.is_file():
        return user
    raise SourcesError(f"no {NAME} here, nor {user}; write a starter with `guidetrack init`, "
                       f"or name one with `-c FILE` or {ENVIRONMENT}")


def load(path: Path) -> Settings:
    """Read and validate ``path`` and the files it includes.

    Raises :exc:`SourcesError` that holds all problems, each ``file:line: key: what is wrong; expected …``.
    """
    from guidetrack.sources.reading import read

    return read(Path(path))


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of sources.toml, for editors that complete and check TOML by schema."""
    from guidetrack.sources.jsonschema import build

    return build()

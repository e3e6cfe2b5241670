"""The public face: what is promised is importable, nothing heavy comes with it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import guidetrack

HEAVY = ["httpx", "sqlalchemy", "lxml", "bs4", "pydantic", "rich", "jinja2", "diff_match_patch", "warcio", "pypdfium2",
         "alembic", "feedparser"]


def test_all_is_what_is_importable() -> None:
    """Every public name loads, the list is sorted, and ``from guidetrack import *`` would give just that."""
    assert guidetrack.__all__ == sorted(guidetrack.__all__)
    for name in guidetrack.__all__:
        assert getattr(guidetrack, name) is not None
    assert dir(guidetrack) == guidetrack.__all__


def test_functions_stay_functions_after_their_packages_are_imported() -> None:
    """``guidetrack.extract`` is the function whatever was imported before."""
    import guidetrack.compare.engine
    import guidetrack.extract.sniff

    assert callable(guidetrack.extract)
    assert callable(guidetrack.compare)


@pytest.mark.parametrize("line", [
    "import guidetrack",
    "import guidetrack; guidetrack.Rules(select='main')",
    "from guidetrack.cli import run; run(['--help'])",
    "from guidetrack.cli import run; run(['--version'])",
])
def test_nothing_heavy_is_loaded_until_needed(line: str) -> None:
    """Start-up stays light: importing the library or asking for help pulls in none of the heavy libraries."""
    code = f"{line}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"

"""The public face: what is promised is importable, nothing heavy comes with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import guidetrack

FUNCTIONS = {"compare", "extract", "open", "render", "verdict"}
OTHERS = {"Tracker", "__version__", "errors"}
HEAVY = ["httpx", "sqlalchemy", "lxml", "bs4", "pydantic", "rich", "jinja2", "diff_match_patch", "warcio", "pypdfium2",
         "alembic", "feedparser"]


def test_all_is_what_is_importable() -> None:
    """Every public name loads, the list is sorted, and ``from guidetrack import *`` would give just that."""
    assert guidetrack.__all__ == sorted(guidetrack.__all__)
    for name in guidetrack.__all__:
        assert getattr(guidetrack, name) is not None
    assert dir(guidetrack) == guidetrack.__all__


def test_the_face_is_what_the_design_names() -> None:
    """The five functions, the tracker, the errors, the version, and models; nothing else, and no other module."""
    models = set(guidetrack.__all__) - FUNCTIONS - OTHERS
    assert set(guidetrack.__all__) >= FUNCTIONS | OTHERS
    assert all(getattr(guidetrack, name).__module__.startswith("guidetrack.models") for name in models)
    code = "from guidetrack import *; print(sorted(name for name in globals() if not name.startswith('__')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([name for name in guidetrack.__all__ if not name.startswith("__")])


def test_a_name_that_is_not_there_says_so() -> None:
    """A misspelt name is an AttributeError that names the module, as with any other."""
    with pytest.raises(AttributeError, match=r"module 'guidetrack' has no attribute 'extrakt'"):
        guidetrack.extrakt  # noqa: B018


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


WORKLESS = """
import logging, os, sys, threading, signal, warnings, locale
before = (dict(os.environ), os.getcwd(), list(logging.root.handlers), logging.root.level, threading.active_count(),
          signal.getsignal(signal.SIGTERM), list(warnings.filters), locale.setlocale(locale.LC_ALL), sys.excepthook)
opened = []
sys.addaudithook(lambda event, args: opened.append((event, args)) if event.startswith(("socket.", "subprocess."))
                 or (event == "open" and not str(args[0]).endswith((".py", ".pyc", ".pyi")) and args[1] not in ("rb", "r")) else None)
import guidetrack, guidetrack.testing, guidetrack.errors
for name in guidetrack.__all__:
    getattr(guidetrack, name)
after = (dict(os.environ), os.getcwd(), list(logging.root.handlers), logging.root.level, threading.active_count(),
         signal.getsignal(signal.SIGTERM), list(warnings.filters), locale.setlocale(locale.LC_ALL), sys.excepthook)
ours = [name for name in logging.root.manager.loggerDict if name.startswith("guidetrack")]
handlers = [name for name in ours if logging.getLogger(name).handlers]
print([number for number, pair in enumerate(zip(before, after)) if pair[0] != pair[1]], opened, handlers)
"""


def test_importing_does_nothing(tmp_path: Path) -> None:
    """Loading every public name sets up no logging, starts no thread or process, opens no file or socket for writing
    and changes neither environment nor signals."""
    done = subprocess.run([sys.executable, "-B", "-c", WORKLESS], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert (done.stdout.strip(), done.stderr, list(tmp_path.iterdir())) == ("[] [] []", "", [])

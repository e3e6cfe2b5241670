"""The programs in docs/examples run as they stand, each in the surroundings it is written for."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import guidetrack
from guidetrack.testing import Clock, Site, wall, write_sources

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGE = "<main><h1>Guidance {name}</h1><p>Observe the patient for at least {hours} hours.</p></main>"
DEV = "needs the development tools: pip install -e '.[dev]'"


@pytest.fixture
def sources(tmp_path: Path, site: Site) -> Path:
    """Two sources that were checked once; since then one has changed, the other stands behind a wall."""
    for name in ("one", "two"):
        site.page(f"/{name}", PAGE.format(name=name, hours="two"))
    file = write_sources(tmp_path, site)
    with guidetrack.open(file, now=Clock()) as tracker:
        assert len(list(tracker.check())) == 2
    site.page("/one", PAGE.format(name="one", hours="three"))
    site.answer("/two", wall("login"))
    return file


def module(name: str) -> ModuleType:
    """An example, imported."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_script_writes_what_changed(sources: Path, tmp_path: Path) -> None:
    """The table holds the change, the walled page is named on stderr, and its being overdue is the exit status."""
    table = tmp_path / "table.csv"
    done = subprocess.run([sys.executable, str(EXAMPLES / "script.py"), str(sources), str(table)], capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "two: login" in done.stderr
    assert "three hours" in table.read_text("utf-8")


def test_the_script_says_who_holds_the_archive(sources: Path, tmp_path: Path) -> None:
    """While another run is at work it ends with status 3 and a sentence, and writes nothing."""
    with guidetrack.open(sources, now=Clock()) as tracker:
        running = tracker.check()
        next(running)
        table = tmp_path / "table.csv"
        done = subprocess.run([sys.executable, str(EXAMPLES / "script.py"), str(sources), str(table)],
                              capture_output=True, text=True, check=False)
        list(running)
    assert (done.returncode, table.exists()) == (3, False)
    assert "at work" in done.stderr


def test_fastapi_checks_in_its_own_loop(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """POST checks without blocking the loop, GET gives the documented JSON, a held archive is 409."""
    pytest.importorskip("fastapi", reason=DEV)
    from fastapi.testclient import TestClient

    monkeypatch.setenv("GUIDETRACK_SOURCES", str(sources))
    with TestClient(module("fastapi_app").app) as client:
        assert client.post("/check").json() == {"one": "changed", "two": "missed"}
        document = client.get("/changes").json()
        assert document["schema"] == "guidetrack/changes/1"
        assert [change["source"] for change in document["changes"]] == ["one"]
        with guidetrack.open(sources, now=Clock()) as tracker:
            running = tracker.check()
            next(running)
            held = client.post("/check")
            list(running)
        assert (held.status_code, "at work" in held.json()["detail"]) == (409, True)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The machinery that runs the cells of a notebook; it keeps no history."""
    shells = pytest.importorskip("IPython.core.interactiveshell", reason=DEV)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    from traitlets.config import Config

    return shells.InteractiveShell(config=Config(HistoryManager={"enabled": False}), autoawait=True)


def test_the_cell_runs_in_a_notebook(sources: Path, shell: object, monkeypatch: pytest.MonkeyPatch,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    """The cell runs as a notebook runs it, inside a loop; in one, the blocking call says what to use instead."""
    monkeypatch.chdir(sources.parent)
    result = shell.run_cell((EXAMPLES / "jupyter_cell.py").read_text("utf-8"))  # type: ignore[attr-defined]
    out = capsys.readouterr().out
    assert result.success, out
    assert "changed    one" in out
    assert "three hours" in out
    blocking = ("import asyncio, guidetrack\nawait asyncio.sleep(0)\n"
                "with guidetrack.open('sources.toml') as tracker:\n    list(tracker.check())")
    refused = shell.run_cell(blocking, silent=True)  # type: ignore[attr-defined]
    assert "acheck" in str(refused.error_in_exec)


def test_the_celery_task_retries_while_the_archive_is_held(sources: Path) -> None:
    """Run at once, it gives the numbers of the changes; while another run holds the archive it asks for a retry."""
    celery = pytest.importorskip("celery", reason=DEV)
    example = module("celery_task")
    example.app.conf.update(task_always_eager=True, task_eager_propagates=True)
    with guidetrack.open(sources, now=Clock()) as tracker:
        running = tracker.check()
        next(running)
        with pytest.raises(celery.exceptions.Retry):
            example.check.apply(args=[str(sources)], retries=example.check.max_retries - 1).get()
        list(running)
    assert example.check.delay(str(sources)).get() == []
    assert example.app.tasks["guidance.check"].max_retries == 12


def programs() -> Iterator[tuple[str, str]]:
    """Every Python block of the documentation and the README."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        blocks = re.findall(r"^```python\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        yield from ((f"{path.stem}-{number}", block) for number, block in enumerate(blocks, 1))


@pytest.mark.parametrize(("name", "program"), list(programs()), ids=lambda value: value if "\n" not in value else "")
def test_every_program_in_the_documentation_fits_the_library(name: str, program: str) -> None:
    """It compiles, and every ``guidetrack.…`` name in it is public, as is every method it calls on the tracker."""
    tree = ast.parse(program, name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "guidetrack":
                assert node.attr in {*guidetrack.__all__, "testing"}, node.attr
            elif node.value.id == "tracker":
                assert hasattr(guidetrack.Tracker, node.attr), node.attr


def test_every_example_is_named_in_the_guide() -> None:
    """docs/library.md links each file of docs/examples."""
    guide = (ROOT / "docs" / "library.md").read_text("utf-8")
    for path in EXAMPLES.glob("*.py"):
        assert f"examples/{path.name}" in guide

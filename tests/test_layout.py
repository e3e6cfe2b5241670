"""Promises about ourselves: the folder list is the story, imports point one way, modules stay small."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "guidetrack"

ANYONE = {"errors", "_version"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "normal": set(),
    "models": {"normal"},
    "sources": {"models"},
    "fetch": {"models", "normal"},
    "extract": {"models", "normal"},
    "compare": {"models", "normal"},
    "store": {"models", "normal"},
    "report": {"models", "normal"},
    "mail": {"models"},
    "review": {"models", "store"},
    "track": {"models", "normal", "sources", "fetch", "extract", "compare", "store", "review"},
    "fleet": {"models", "fetch", "compare", "store", "track"},
    "library": {"sources", "track"},
    "demo": {"models", "track", "sources", "report", "library"},
    "testing": set(),
}


def modules_of(part: str) -> list[Path]:
    """The files of one part: a module or all of a package."""
    single = PACKAGE / f"{part}.py"
    return [single] if single.exists() else sorted((PACKAGE / part).rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """The parts of guidetrack that a module imports at run time, inside functions too; type-only imports are free."""
    tree = ast.parse(path.read_text("utf-8"))
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    typed = {id(node) for guard in guards for node in ast.walk(guard)}
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports of ours are written out in full"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("guidetrack.")}


@pytest.mark.parametrize("part", ALLOWED)
def test_imports_point_one_way(part: str) -> None:
    """Each part imports only what the layout promises; the middle packages never import each other."""
    files = modules_of(part)
    assert files, f"the layout names {part}, and it is not there"
    for path in files:
        assert imports_of(path) - {part} - ANYONE <= ALLOWED[part], path


def test_every_part_is_in_the_layout() -> None:
    """Nothing stands in the package that the layout does not name."""
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - set(ALLOWED) <= {"__init__", "__main__", "_version", "cli"}


def test_modules_stay_small() -> None:
    """No module over 350 lines: past that it is two things."""
    long = {str(path.relative_to(PACKAGE)): count for path in PACKAGE.rglob("*.py")
            if (count := len(path.read_text("utf-8").splitlines())) > 350}
    assert not long


def test_functions_stay_short() -> None:
    """No function over 60 lines, its docstring counted: past that it does two things."""
    long = {f"{path.relative_to(PACKAGE)}:{node.name}": count for path in PACKAGE.rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (count := (node.end_lineno or 0) - node.lineno + 1) > 60}
    assert not long


def test_no_import_circle() -> None:
    """What is imported when a module is loaded can be loaded in some order."""
    loads = {name_of(path): loaded_by(path) for path in PACKAGE.rglob("*.py")}
    known = {name: {other if other in loads else other.rpartition(".")[0] for other in wanted} & set(loads) - {name}
             for name, wanted in loads.items()}
    list(TopologicalSorter(known).static_order())  # raises CycleError, which names the circle


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = ("guidetrack", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def loaded_by(path: Path) -> set[str]:
    """What a module imports at its top level, also the names in it, which may be modules."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_import_detection_sees_a_forbidden_one(tmp_path: Path) -> None:
    """The checker itself works: a report module that reaches into the store is caught, a type-only import is not."""
    sample = tmp_path / "sample.py"
    sample.write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from guidetrack.fetch import Fetcher\n"
                      "def f():\n    from guidetrack.store.main import Store\n")
    assert imports_of(sample) == {"store"}

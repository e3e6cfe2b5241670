"""Every public name says what it is; what can fail says how."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import guidetrack
from guidetrack import errors

ROOT = Path(guidetrack.__file__).parent
MODULES = sorted(module.name for module in pkgutil.walk_packages([str(ROOT)], "guidetrack.")
                 if not module.name.endswith(("__main__", "migrations.env")) and ".versions." not in module.name)
PUBLIC = [name for name in guidetrack.__all__ if name not in ("__version__", "errors")]
FUNCTIONS = ("compare", "extract", "open", "render", "verdict")
ERRORS = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
_FIELD = re.compile(r":param (?:\*+)?(\w+):")


def documented(owner: type, name: str) -> bool:
    """Whether a method goes by another's words: of a base class (a library's may have none), or of a protocol of ours
    that the class fulfils; or it is an attribute of a protocol, which the protocol's docstring explains."""
    if inspect.getdoc(getattr(owner, name)):
        return True
    if any(name in vars(base) for base in owner.__mro__[1:]):
        return True
    if getattr(owner, "_is_protocol", False):
        return isinstance(vars(owner)[name], property)
    return any(name in members and members <= set(dir(owner)) for members in protocols())


@cache
def protocols() -> list[set[str]]:
    """The documented methods of each protocol of the package that documents all of them."""
    found = []
    for module in map(importlib.import_module, MODULES):
        for value in vars(module).values():
            if inspect.isclass(value) and getattr(value, "_is_protocol", False) and value.__module__ == module.__name__:
                methods = {name for name, method in vars(value).items() if inspect.isfunction(method) and name[0] != "_"}
                if methods and all(vars(value)[name].__doc__ for name in methods):
                    found.append(methods)
    return found


def silent(module: ModuleType) -> Iterator[str]:
    """The functions, classes and methods with a public name that a module defines and nobody documents."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if (inspect.isfunction(value) or inspect.isclass(value)) and not value.__doc__:
            yield name
        if inspect.isclass(value):
            for inner, method in vars(value).items():
                is_method = inspect.isfunction(method) or isinstance(method, property)
                if is_method and not inner.startswith("_") and not documented(value, inner):
                    yield f"{name}.{inner}"


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_a_docstring(name: str) -> None:
    """Modules, classes, functions and methods; one that overrides a documented one may go by that."""
    module = importlib.import_module(name)
    assert module.__doc__, name
    assert list(silent(module)) == []


def raised(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The errors of ours that a function raises itself, those of nested functions not counted."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            names.add(getattr(made, "attr", getattr(made, "id", "")))
        waiting.extend(ast.iter_child_nodes(node))
    return names & ERRORS


def silent_about_errors(path: Path) -> list[str]:
    """Public functions of a file that raise errors of ours and do not say so."""
    found = []
    waiting: list[tuple[str, ast.AST]] = [("", ast.parse(path.read_text("utf-8")))]
    while waiting:
        prefix, node = waiting.pop()
        for child in getattr(node, "body", []):
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                waiting.append((f"{child.name}.", child))
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
                says = (ast.get_docstring(child) or "").lower()
                # without words of its own it goes by another's, which the test above demands
                told = not says or "rais" in says or "see :" in says or any(name.lower() in says for name in raised(child))
                if raised(child) and not told:
                    found.append(f"{path.name}: {prefix}{child.name}: {', '.join(sorted(raised(child)))}")
    return found


# a click command's docstring is the help that users read; its errors are sentences with an exit status
@pytest.mark.parametrize("path", [path for path in sorted(ROOT.rglob("*.py")) if "cli" not in path.relative_to(ROOT).parts],
                         ids=lambda path: str(path.relative_to(ROOT)))
def test_what_raises_says_so(path: Path) -> None:
    """A public function that raises an error of ours names it, or says what it raises."""
    assert silent_about_errors(path) == []


def test_the_check_for_raises_sees_one(tmp_path: Path) -> None:
    """The checker itself works: a silent function is found, one that says so and an inner one are not."""
    file = tmp_path / "sample.py"
    file.write_text('def a():\n    """Do."""\n    raise UsageError("x")\n'
                    'def b():\n    """Do. :raises UsageError: never."""\n    raise UsageError("x")\n'
                    'def c():\n    """Do."""\n    def inner():\n        raise UsageError("x")\n')
    assert silent_about_errors(file) == ["sample.py: a: UsageError"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_functions_explain_each_argument(name: str) -> None:
    """Each parameter is named in the docstring, as a field or in a sentence."""
    function = getattr(guidetrack, name)
    says = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters:
        assert parameter in _FIELD.findall(says) or f"``{parameter}" in says, parameter


def test_documented_parameters_exist() -> None:
    """No docstring of a public function, class or method explains a parameter or field that is not there."""
    for name in PUBLIC:
        value = getattr(guidetrack, name)
        known = {*inspect.signature(value).parameters, *getattr(value, "__annotations__", {})} if callable(value) else set()
        known |= {inner for inner in dir(value) if not inner.startswith("_")}
        assert set(_FIELD.findall(value.__doc__ or "")) <= known, name
    for name, method in inspect.getmembers(guidetrack.Tracker, inspect.isfunction):
        assert set(_FIELD.findall(method.__doc__ or "")) <= set(inspect.signature(method).parameters), name


def test_the_tree_of_errors_is_the_real_one() -> None:
    """The tree drawn in ``guidetrack.errors`` and in docs/library.md has every class, under its real parent."""
    docs = (ROOT.parent / "docs" / "library.md").read_text("utf-8")
    for text in (errors.__doc__ or "", docs):
        drawn: dict[str, str] = {}
        above: list[str] = []
        for indent, name in re.findall(r"^(?: {4})?((?:[│├└ ][─ ]{2} )*)(\w+Error) {2,}\S", text, re.MULTILINE):
            depth = len(indent) // 4
            above[depth:] = [name]
            drawn[name] = above[depth - 1] if depth else "Exception"
        real = {name: getattr(errors, name).__base__.__name__ for name in ERRORS}
        assert drawn == real

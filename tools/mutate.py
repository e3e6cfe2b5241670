"""Mutation testing: change one thing in a module, see whether a test notices.

::

    python tools/mutate.py guidetrack/compare --tests tests/compare --sample 300 --seed 1
    python tools/mutate.py guidetrack/fetch/verdict --tests tests/verdict --sample 300 --seed 1

Each mutant runs in a forked child of a process that has pytest, the libraries and the tests' own helpers loaded, so a
mutant costs its tests and no start-up. The files on disk are never touched: the child's import system is given the
mutated module. Survivors are printed as a line each, to be read. POSIX only; why not mutmut: docs/decisions/1102.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Mod: ast.Add}


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the number of the place among the file's places, the line, and what became of what."""

    path: Path
    place: int
    line: int
    words: str


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in a node's place."""
    new = copy.deepcopy(node)
    match new:
        case ast.Compare(ops=[op]) if type(op) in COMPARISONS:
            new.ops = [COMPARISONS[type(op)]()]
            yield new
        case ast.BinOp(op=op) if type(op) in OPERATORS:
            new.op = OPERATORS[type(op)]()
            yield new
        case ast.BoolOp(op=op):
            new.op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield new
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.copy_location(ast.Constant(not value), node)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.copy_location(ast.Constant(value + 1), node)
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            new.value = ast.Constant(None)
            yield new
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            new.test = ast.UnaryOp(ast.Not(), test)
            yield new
        case ast.Continue():
            yield ast.copy_location(ast.Break(), node)
        case ast.Break():
            yield ast.copy_location(ast.Continue(), node)
        case ast.Expr(value=ast.Call()):
            yield ast.copy_location(ast.Pass(), node)


class Walker(ast.NodeTransformer):
    """Numbers the places of a module, and makes the change at one of them."""

    def __init__(self, wanted: int = -1) -> None:
        self.wanted = wanted
        self.places: list[tuple[int, str]] = []

    def visit(self, node: ast.AST) -> ast.AST:
        """Descend, leaving out what no test can see: annotations, ``__all__``, type-only imports, docstrings."""
        if isinstance(node, ast.AnnAssign):
            node.value = self.visit(node.value) if node.value else None  # type: ignore[assignment]
            return node
        if isinstance(node, ast.arg) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            return node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [self.visit(child) for child in node.body]  # type: ignore[misc]
            node.args.defaults = [self.visit(child) for child in node.args.defaults]  # type: ignore[misc]
            return node
        for new in changed(node):
            number = len(self.places)
            self.places.append((getattr(node, "lineno", 0), f"{_short(node)}  →  {_short(new)}"))
            if number == self.wanted:
                return new
        return self.generic_visit(node)


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:70]


def mutants(folder: Path) -> list[Mutant]:
    """Every change that can be made below a folder."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        walker = Walker()
        walker.visit(ast.parse(path.read_text("utf-8")))
        found += [Mutant(path, number, line, words) for number, (line, words) in enumerate(walker.places)]
    return found


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the import system the mutated source of one module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        parts = mutant.path.relative_to(ROOT).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def find_spec(self, name: str, folders: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Ours, for that one name."""
        if name != self.name:
            return None
        path = self.mutant.path
        places = [str(path.parent)] if path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(name, path, loader=self, submodule_search_locations=places)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed module."""
        tree = Walker(self.mutant.place).visit(ast.parse(self.mutant.path.read_text("utf-8")))
        assert isinstance(tree, ast.Module)
        exec(compile(ast.fix_missing_locations(tree), str(self.mutant.path), "exec"), vars(module))


def judged(mutant: Mutant | None, tests: list[str], seconds: float) -> str:
    """``killed``, ``survived`` or ``timeout``: what the tests say of a mutant, or of the code as it is, in a child."""
    child = os.fork()
    if child == 0:
        os.setsid()
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if mutant is not None:
            sys.meta_path.insert(0, Finder(mutant))
        import pytest

        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not soak and not fleet", *tests])
        os._exit(0 if code == 0 else 1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if status == 0 else "killed"
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tests", nargs="+", required=True, help="quick ones first: the first failure ends a mutant")
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn by --seed; all when 0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300.0, help="one that takes longer hangs and counts as killed")
    parser.add_argument("--at-least", type=float, default=85.0, help="percent that must be killed for exit status 0")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    # loaded once, inherited by every child; nothing of the package itself, which each child must import anew
    for name in ("pytest", "hypothesis", "hypothesis.strategies", "lxml.html", "bs4", "pydantic", "regex", "httpx",
                 "sqlalchemy", "diff_match_patch", "click", "jinja2", "charset_normalizer"):
        importlib.import_module(name)
    if judged(None, options.tests, options.seconds) != "survived":
        sys.exit("the tests do not pass as the code is: every mutant would count as killed")
    found = mutants(ROOT / options.folder)
    chosen = random.Random(options.seed).sample(found, min(options.sample or len(found), len(found)))
    print(f"{len(found)} mutants in {options.folder}, {len(chosen)} run", flush=True)
    count = {"killed": 0, "timeout": 0, "survived": 0}
    for mutant in chosen:
        verdict = judged(mutant, options.tests, options.seconds)
        count[verdict] += 1
        if verdict == "survived":
            print(f"  {mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.words}", flush=True)
    share = 100 * (count["killed"] + count["timeout"]) / max(len(chosen), 1)
    print(f"killed {count['killed']}, hung {count['timeout']}, survived {count['survived']}: {share:.1f} % killed")
    return 0 if share >= options.at_least else 1


if __name__ == "__main__":
    sys.exit(main())

"""What can be changed in a module, one thing at a time: the mutants that ``mutate.py`` shows to the tests.

A comparison or an operator becomes another, a condition its opposite, a number one more, a returned value ``None``, a
call on its own nothing. Annotations, docstrings, ``__all__`` and type-only imports are left alone: no test sees them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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

    def tree(self) -> ast.Module:
        """The changed module."""
        tree = Walker(self.place).visit(ast.parse(self.path.read_text("utf-8")))
        assert isinstance(tree, ast.Module)
        return ast.fix_missing_locations(tree)

    def lines(self) -> range:
        """The lines of the statement in which the place is; of a compound one, those before its body."""
        found = range(self.line, self.line + 1)
        for node in ast.walk(ast.parse(self.path.read_text("utf-8"))):
            if isinstance(node, ast.stmt) and node.lineno <= self.line <= (node.end_lineno or node.lineno):
                body = getattr(node, "body", None)
                end = body[0].lineno - 1 if isinstance(body, list) else node.end_lineno or node.lineno
                if self.line <= max(end, node.lineno):
                    found = range(node.lineno, max(end, node.lineno) + 1)
        return found

    def function(self) -> str:
        """The dotted name of the outermost function in which the place is; empty outside of functions."""
        names: list[str] = []
        body = ast.parse(self.path.read_text("utf-8")).body
        while inside := [node for node in body if node.lineno <= self.line <= (node.end_lineno or 0)]:
            node = inside[0]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return ".".join([*names, node.name])
            if not isinstance(node, ast.ClassDef):
                break
            names.append(node.name)
            body = node.body
        return ""


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

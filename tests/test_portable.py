"""No call that only some systems have, unless the code asks first."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "guidetrack"
FILES = sorted(PACKAGE.rglob("*.py"))
POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix", "readline"}
POSIX_CALLS = {"fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "chown", "fchown", "fchmod", "setsid", "killpg",
               "getpgid", "mkfifo", "statvfs", "nice", "wait", "waitpid", "sched_getaffinity", "getloadavg", "sync", "pread",
               "pwrite", "sendfile", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "SIGKILL", "SIGHUP", "SIGUSR1", "SIGALRM",
               "alarm", "setitimer", "add_signal_handler"}
GUARDS = ("sys.platform", "os.name", "hasattr(", "NotImplementedError", "ImportError")


def unguarded(path: Path) -> list[str]:
    """Uses of what POSIX alone has, outside a function or statement that asks which system this is."""
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        names = set()
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names} & POSIX_MODULES
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""} & POSIX_MODULES
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            names = {node.attr} & POSIX_CALLS if owner in ("os", "signal", "loop") else set()
        if not names:
            continue
        around: ast.AST | None = node
        while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
            around = parents.get(around)
        scope = ast.get_source_segment(source, around) or "" if around is not None else ""
        if not any(guard in scope for guard in GUARDS):
            found.append(f"{path.name}:{node.lineno}: {', '.join(sorted(names))}")  # type: ignore[attr-defined]
    return found


def windows_traps(path: Path) -> list[str]:
    """``rename`` that fails where the target exists, and text files in whatever encoding the system likes."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [arg.value for arg in [*node.args, *(word.value for word in node.keywords)]
                 if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        keywords = {word.arg for word in node.keywords}
        if name == "rename":
            found.append(f"{path.name}:{node.lineno}: rename, not replace")
        if name in ("read_text", "write_text") and "encoding" not in keywords and not {"utf-8", "ascii", "latin-1"} & set(texts):
            found.append(f"{path.name}:{node.lineno}: {name} without an encoding")
        mode = next((text for text in texts if set(text) <= set("rwxabt+") and text), "r")
        if isinstance(node.func, ast.Name) and name == "open" and "b" not in mode and "encoding" not in keywords and len(node.args) > 1:
            found.append(f"{path.name}:{node.lineno}: open without an encoding")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_needs_posix_without_asking(path: Path) -> None:
    """Windows and macOS have a way through every module, though we test on Linux only."""
    assert unguarded(path) + windows_traps(path) == []


def test_the_checks_see_what_they_look_for(tmp_path: Path) -> None:
    """An unguarded import, call, rename and encoding are found; guarded ones are not."""
    file = tmp_path / "sample.py"
    file.write_text("import fcntl\ndef a():\n    os.fork()\ndef b():\n    return os.getuid() if hasattr(os, 'getuid') else 0\n"
                    "def c(path):\n    path.rename('x')\n    path.write_text('x')\n    open(path, 'w')\n    open(path, 'rb')\n")
    assert [line.partition(":")[2] for line in unguarded(file) + windows_traps(file)] == [
        "1: fcntl", "3: fork", "7: rename, not replace", "8: write_text without an encoding", "9: open without an encoding"]

"""On which line of a TOML document each key stands: tomllib says it for mistakes in syntax only.

A scanner for text that tomllib has already accepted (TOML 1.0): it need not check anything, only count.
Iterative, so that no depth of nesting can exhaust the stack.
"""

from __future__ import annotations

import json
import re

Path = tuple[str | int, ...]
"""Keys from the root, with the position for each member of a list: ``("source", 2, "url")``."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]++|\#[^\n]*+)
      | (?P<newline>\n)
      | (?P<string>\"{3}(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3,5}
                 | '{3}(?:[^']++|'{1,2}(?!'))*+'{3,5}
                 | "(?:[^"\\\n]++|\\.)*+"
                 | '[^'\n]*+')
      | (?P<mark>[\[\]{}=,.])
      | (?P<bare>[^\s\[\]{}=,.#"']++)""",
    re.VERBOSE,
)


class Lines:
    """Line numbers (from 1) by path of keys."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        _Scanner(self._lines).run(text)

    def of(self, path: Path) -> int:
        """The line of ``path``, or of the innermost table or list around it that is written down."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def has(self, path: Path) -> bool:
        """Whether ``path`` itself is written down."""
        return path in self._lines


class _Scanner:
    """Walks the tokens once. ``stack`` holds open ``[`` and ``{`` of the value being read."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self.lines = lines
        self.line = 1
        self.table: Path = ()
        self.counts: dict[Path, int] = {}
        self.key: list[str] = []
        self.key_line = 1
        self.stack: list[tuple[str, Path, int]] = []
        self.header = 0
        self.value = False
        self.last_mark = False

    def run(self, text: str) -> None:
        for match in _TOKEN.finditer(text):
            kind, token = match.lastgroup, match[0]
            if kind == "newline":
                self._end_of_line()
            elif kind == "mark":
                self._mark(token)
            elif kind in ("string", "bare"):
                self._word(token, quoted=kind == "string")
            self.line += token.count("\n")
        self._end_of_line()

    def _end_of_line(self) -> None:
        if not self.stack:
            self.value = False
            self.header = 0
            self.key = []

    def _word(self, token: str, *, quoted: bool) -> None:
        self._note_member()
        if self._expects_key():
            if not self.key:
                self.key_line = self.line
            self.key.append(_unquote(token) if quoted else token)

    def _expects_key(self) -> bool:
        if self.stack:
            return self.stack[-1][0] == "{" and not self.value
        return not self.value

    def _mark(self, token: str) -> None:
        if not self.stack and not self.value:
            self._statement(token)
        elif token in "[{":
            self._open(token)
        elif token in "]}" and self.stack:
            self.stack.pop()
            self.value = True
            self.key = []
        elif token == "," and self.stack:
            opened, path, index = self.stack[-1]
            self.stack[-1] = (opened, path, index + 1)
            self.value = opened == "["
            self.key = []
        elif token == "=":
            self._assign(self.stack[-1][1])

    def _statement(self, token: str) -> None:
        """Marks outside a value: a table header in brackets, or the ``=`` after a key."""
        if token == "[":
            self.header += 1
            self.key_line = self.line
        elif token == "]" and self.key:
            self._enter(self.header > 1)
        elif token == "=":
            self._assign(self.table)

    def _enter(self, of_list: bool) -> None:
        path: Path = ()
        for position, part in enumerate(self.key):
            path = (*path, part)
            self.lines.setdefault(path, self.key_line)
            last = position == len(self.key) - 1
            if last and of_list:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
                self.lines.setdefault(path, self.key_line)
        self.table = path
        self.key = []

    def _assign(self, base: Path) -> None:
        path = base
        for part in self.key:
            path = (*path, part)
            self.lines.setdefault(path, self.key_line)
        self.current = path
        self.value = True
        self.key = []

    def _open(self, token: str) -> None:
        """``[`` or ``{`` where a value is expected."""
        path = self._note_member() or self.current
        self.stack.append((token, path, 0))
        self.value = token == "["

    def _note_member(self) -> Path | None:
        """Record the line of the list member that begins here, and return its path; None outside a list."""
        if not self.stack or self.stack[-1][0] != "[":
            return None
        _, path, index = self.stack[-1]
        member = (*path, index)
        self.lines.setdefault(member, self.line)
        return member


def _unquote(token: str) -> str:
    if token.startswith("'"):
        return token[1:-1]
    try:
        return str(json.loads(token))
    except ValueError:
        # TOML's \U escape is the one that JSON does not know
        return re.sub(r"\\U([0-9A-Fa-f]{8})", lambda m: chr(int(m[1], 16)), token[1:-1])

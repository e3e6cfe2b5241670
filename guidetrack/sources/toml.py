"""A file of sources as a TOML document: bounded, decoded, parsed; what cannot be is a sentence with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from guidetrack.errors import SourcesError
from guidetrack.sources.locate import Lines

MAX_BYTES = 5_000_000
"""A file of 10,000 sources is a third of this; more go into files that it includes."""
MAX_LINE = 16_384
"""Characters of one line; nobody reads more."""

_DOTTED = re.compile(r"""(?<!["'\w-])(?:["'\w-]++[ \t]*+\.[ \t]*+){32}""")
"""A key of more parts than any table is deep: tomllib takes quadratic time over it."""
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One parsed file. ``name`` is how messages call it."""

    path: Path
    name: str
    raw: bytes
    text: str
    data: dict[str, Any]

    @cached_property
    def lines(self) -> Lines:
        """Line numbers of its keys; worked out only when something is wrong."""
        return Lines(self.text)


def parse(path: Path, name: str) -> Document:
    """Read ``path``. Raises :exc:`SourcesError` with one sentence when it is no TOML document."""
    raw = _read(path, name)
    text = _decode(raw, name)
    _scan(text, name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(_syntax(text, str(error), name)) from None
    except RecursionError:
        raise SourcesError(f"{name}:1: brackets are nested too deep; expected a few levels") from None
    except (ValueError, OverflowError) as error:
        raise SourcesError(f"{name}:1: a value cannot be read ({str(error)[:120]})") from None
    return Document(path, name, raw, text, data)


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SourcesError(f"{name}: there is no such file; write a starter with `guidetrack init`") from None
    except IsADirectoryError:
        raise SourcesError(f"{name}: this is a folder; expected a file, e.g. {name.rstrip('/')}/sources.toml") from None
    except (OSError, ValueError) as error:
        raise SourcesError(f"{name}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if len(raw) > MAX_BYTES:
        raise SourcesError(f"{name}: larger than {MAX_BYTES // 10**6} MB; expected a list of sources, not data. "
                           'A long list goes into several files: include = ["more.toml"]')
    return raw


def _decode(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourcesError(f"{name}:1: the file is UTF-16; save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(raw[: error.start].decode("utf-8", "replace"))
        raise SourcesError(f"{name}:{line}: column {column}: byte 0x{raw[error.start]:02x} is not UTF-8 (Latin-1 or "
                           "Windows-1252, perhaps); save the file as UTF-8") from None
    return text.replace("\r\n", "\n")


def _scan(text: str, name: str) -> None:
    """What tomllib would name badly or take too long over."""
    if (at := text.find("\x00")) >= 0:
        raise SourcesError(f"{name}:{_place(text[:at])[0]}: the file holds a NUL byte; it is damaged, or no text file")
    if found := _DOTTED.search(text):
        raise SourcesError(f"{name}:{_place(text[: found.start()])[0]}: a key of more than 32 parts; expected a few")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            raise SourcesError(f"{name}:{number}: the line has {len(line)} characters; expected at most {MAX_LINE}")


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _syntax(text: str, message: str, name: str) -> str:
    if found := _CONFLICT.search(text):
        line = _place(text[: found.start()])[0]
        return f"{name}:{line}: a merge conflict is not resolved here; keep one side and delete the marker lines"
    match = re.search(r"\(at line (\d+), column (\d+)\)|\(at end of document\)", message)
    what = message[: match.start()].strip() if match else message
    if match is None or match[1] is None:
        line, column = _place(text)
    else:
        line, column = int(match[1]), int(match[2])
    return f"{name}:{line}: column {column}: not TOML: {what[:160]}{_hint(text, line, what)}"


def _hint(text: str, line: int, what: str) -> str:
    """What the usual mistakes look like; the line itself is not shown, it might hold a secret."""
    lines = text.split("\n")
    row = lines[line - 1].strip() if line <= len(lines) else ""
    if re.match(r"[\w.-]+\s*:", row):
        return "; expected key = value with an equals sign, e.g. every = \"1d\""
    if "Invalid value" in what:
        return "; expected text in quotes, a number, true or false, e.g. title = \"Label\""
    if "Unescaped" in what or "escape" in what.lower():
        return "; put text with backslashes in single quotes, e.g. ignore = ['Viewed \\d+ times']"
    if "Cannot overwrite" in what or "twice" in what or "Cannot declare" in what:
        return "; the same key stands here twice, or [source] where [[source]] is meant"
    return ""

"""Changing sources.toml as a careful person would: comments, order and line ends stay; nothing else moves.

Every edit is read back and compared with what was meant before a byte is written; the file changes whole or not
at all.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidetrack.errors import SourcesError, UsageError
from guidetrack.sources.toml import Document, parse

if TYPE_CHECKING:
    from tomlkit.items import InlineTable

BOM = b"\xef\xbb\xbf"


def files(path: Path) -> list[Document]:
    """The sources file and the files it includes, parsed. Raises :exc:`SourcesError`."""
    main = parse(path, str(path))
    named = main.data.get("include", [])
    extra = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
    return [main, *(parse(path.parent / name, str(path.parent / name)) for name in extra)]


def with_source(document: Document, values: Mapping[str, Any]) -> str:
    """The document's text with a source added at its end.

    :raises UsageError: its sources are written in a way that nothing can be added to.
    """
    return with_sources(document, [values])


def with_sources(document: Document, added: Sequence[Mapping[str, Any]]) -> str:
    """The document's text with sources added at its end, in order. :raises UsageError: see :func:`with_source`."""
    import tomlkit

    if not added:
        return document.text
    blocks = []
    for values in added:
        table = tomlkit.table()
        for key, value in values.items():
            table.add(key, _inline(value) if isinstance(value, Mapping) else value)
        blocks.append(f"[[source]]\n{tomlkit.dumps(table).strip()}\n")
    text = document.text.rstrip()
    joined = "\n".join([f"{text}\n", *blocks] if text else blocks)
    meant = dict(document.data)
    meant["source"] = [*_sources(document), *map(dict, added)]
    return _sure(joined, meant, document)


def _inline(value: Mapping[str, Any]) -> InlineTable:
    import tomlkit

    table = tomlkit.inline_table()
    table.update(value)
    return table


def with_address(document: Document, id: str, url: str) -> str:
    """The document's text with another ``url`` for one source. :raises UsageError: see :func:`with_source`."""
    import tomlkit

    edited = tomlkit.parse(document.text)
    meant = tomllib.loads(document.text)
    for position, source in enumerate(meant["source"]):
        if source["id"] == id:
            source["url"] = url
            edited["source"][position]["url"] = url
    return _sure(tomlkit.dumps(edited), meant, document)


def _sources(document: Document) -> list[Any]:
    found = document.data.get("source", [])
    return found if isinstance(found, list) else []


def _sure(text: str, meant: dict[str, Any], document: Document) -> str:
    """``text`` if it says what was meant."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{document.name} is written in a way that guidetrack cannot edit ({error}); "
                         "add the lines by hand") from error
    if said != meant:
        raise UsageError(f"{document.name} is written in a way that guidetrack cannot edit; add the lines by hand")
    return text


def holding(documents: list[Document], id: str) -> Document | None:
    """The document in which the source stands."""
    return next((document for document in documents
                 if any(isinstance(source, dict) and source.get("id") == id for source in _sources(document))), None)


def save(document: Document, text: str) -> None:
    """Put ``text`` in place of the document: whole or not at all, with its byte-order mark and line ends.

    :raises SourcesError: it cannot be written, or was changed by someone else since it was read.
    """
    raw = text.encode()
    if b"\r\n" in document.raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if document.raw.startswith(BOM):
        raw = BOM + raw
    try:
        if document.path.read_bytes() != document.raw:
            raise SourcesError(f"{document.name} was changed meanwhile; nothing was written, run the command again")
    except OSError as error:
        raise SourcesError(f"{document.name}: cannot be read ({error.strerror or error})") from error
    write(document.path, raw, replace=True)


def write(path: Path, raw: bytes, *, replace: bool) -> None:
    """Write a file whole or not at all; with ``replace`` False never over one that is there.

    :raises UsageError: the file is there. :raises SourcesError: it cannot be written.
    """
    target = path.resolve() if replace else path
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        partial = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            partial.chmod(target.stat().st_mode & 0o777 if replace else 0o666 & ~_umask())
            if replace:
                partial.replace(target)
            else:
                _place(partial, target)
        finally:
            with suppress(OSError):
                partial.unlink()
    except FileExistsError:
        raise UsageError(f"{path} is there already and stays as it is; name another file with -c FILE") from None
    except OSError as error:
        raise SourcesError(f"{path}: cannot be written ({error.strerror or error})") from error


def _place(partial: Path, target: Path) -> None:
    """Give the file its name unless the name is taken."""
    try:
        os.link(partial, target)
    except FileExistsError:
        raise
    except OSError:
        # no hard links on this file system: the little gap between looking and renaming is accepted
        if target.exists():
            raise FileExistsError(target) from None
        partial.replace(target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

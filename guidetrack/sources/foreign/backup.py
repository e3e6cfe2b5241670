"""Backups of changedetection.io: a zip with its data store, or with one folder for each watch (newer versions).

Nothing is unpacked to disk; only the JSON of watches, groups and settings, or the list of addresses, is read, each
bounded; the application's secret and the kept pages stay closed.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from guidetrack.errors import SourcesError
from guidetrack.sources.foreign import changedetection, lists
from guidetrack.sources.foreign.job import MAX_JOBS, Joblist

MAX_STORE_BYTES = 32_000_000
"""A data store, unpacked; 10,000 watches are about 30 MB."""
MAX_VALUES = 1_500_000
"""Values in one JSON document: what they take in memory is bounded before they are built."""
MAX_ENTRIES = 500_000
_STORE, _SETTINGS, _LIST = "url-watches.json", "changedetection.json", "url-list.txt"


def is_backup(path: Path) -> bool:
    """Whether a zip is one of theirs, by the names in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RecursionError):
        return False
    return any(name in (_STORE, _SETTINGS, _LIST) or _is_watch(name) for name in names)


def _is_watch(name: str) -> bool:
    return name.endswith("/watch.json") and name.count("/") == 1


def joblist(path: Path) -> Joblist:
    """The watches of a backup. :raises SourcesError: it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _joblist(archive, str(path))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise SourcesError(f"{path}: this backup cannot be read ({str(error)[:120]})") from None


def _joblist(archive: zipfile.ZipFile, name: str) -> Joblist:
    names = archive.namelist()
    if len(names) > MAX_ENTRIES:
        raise SourcesError(f"{name}: more than {MAX_ENTRIES:,} files; expected a backup of changedetection.io")
    kind = "a backup of changedetection.io"
    watches, tags, torn = _folders(archive, names)
    if _STORE in names:
        store = parsed(_bounded(archive, _STORE), f"{name}: {_STORE}")
        return Joblist(kind, tuple(changedetection.jobs(store, tags)), tuple(torn))
    if watches:
        settings = parsed(_bounded(archive, _SETTINGS), f"{name}: {_SETTINGS}") if _SETTINGS in names else {}
        store = {**(settings if isinstance(settings, dict) else {}), "watching": watches}
        return Joblist(kind, tuple(changedetection.jobs(store, tags)), tuple(torn))
    if _LIST in names:
        text = _bounded(archive, _LIST).decode("utf-8", "replace")
        return Joblist(f"{kind} (only its list of addresses)", tuple(lists.jobs(text)), tuple(torn))
    raise SourcesError(f"{name}: this backup holds no watches")


def _folders(archive: zipfile.ZipFile, names: list[str]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The watches and groups that have folders of their own, and what cannot be read."""
    watches: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    torn: list[str] = []
    left = MAX_STORE_BYTES
    for name in names:
        folder, _, file = name.partition("/")
        if file not in ("watch.json", "tag.json") or len(watches) > MAX_JOBS:
            continue
        raw = _bounded(archive, name)
        left -= len(raw)
        if left < 0:
            raise SourcesError(f"{archive.filename}: more than {MAX_STORE_BYTES // 10**6} MB of watches")
        try:
            (watches if file == "watch.json" else tags)[folder] = parsed(raw, name)
        except SourcesError as error:
            torn += error.problems
    return watches, tags, torn


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        raw = file.read(MAX_STORE_BYTES + 1)
    if len(raw) > MAX_STORE_BYTES:
        raise SourcesError(f"{archive.filename}: {name} is larger than {MAX_STORE_BYTES // 10**6} MB")
    return raw


def parsed(raw: bytes, name: str) -> Any:
    """JSON of bounded size. :raises SourcesError: it is none, or holds too much."""
    if sum(raw.count(sign) for sign in (b",", b"[", b"{")) > MAX_VALUES:
        raise SourcesError(f"{name}: more values than any list of watches has")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SourcesError(f"{name}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise SourcesError(f"{name}:{error.lineno}: column {error.colno}: not JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise SourcesError(f"{name}: not JSON that can be read: nested too deep, or a number too long") from None

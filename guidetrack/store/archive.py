"""The folder of bodies: ``<source>/<capture>.warc.gz`` and ``.txt`` beside it. Files appear whole or not at all.

Write order: temporary name, fsync, rename, fsync of the folder. A file that exists is never written again.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guidetrack.errors import DamagedError, StoreError
from guidetrack.models import Capture, Text
from guidetrack.store import unwarc, warc

WARC, TXT, PART = ".warc.gz", ".txt", ".part"
MAX_FILE_BYTES = 2_000_000_000
"""Larger than any file of ours can be: reading one is damage, or somebody else's file."""
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True, slots=True)
class Kept:
    """The two files of a capture as they are on disk. ``txt_sha256`` is empty when there is no text file."""

    warc_sha256: str
    warc_size: int
    txt_sha256: str = ""
    txt_size: int = 0


class Archive:
    """Bodies under one folder. ``put`` may be called from several threads at once, for different captures."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._serial = itertools.count()
        self._folders: set[str] = set()
        self._making = threading.Lock()

    def path(self, source: str, capture: str, suffix: str = WARC) -> Path:
        """Where a capture's file is. Names that could leave the folder are refused."""
        for name in (source, capture):
            if not _SAFE.fullmatch(name):
                raise StoreError(f"{name!r} cannot name a file of the archive")
        return self.root / source / f"{capture}{suffix}"

    def put(self, capture: Capture, text: Text | None) -> Kept:
        """Make a capture and its text durable. Putting the same capture again changes nothing."""
        target = self.path(capture.source, capture.id)
        raw = warc.encode(capture)
        plain = None if text is None else (text.plain + "\n").encode("utf-8", "backslashreplace")
        try:
            self._folder(capture.source)
            if target.exists():
                raw = self._same(target, capture)
            else:
                self._write(target, raw)
            beside = target.with_name(f"{capture.id}{TXT}")
            if plain is not None:
                if beside.exists():
                    plain = beside.read_bytes()
                else:
                    self._write(beside, plain)
            sync_folder(target.parent)
        except OSError as error:
            raise StoreError(f"cannot keep {target}: {error.strerror or error}") from error
        found = Kept(hashlib.sha256(raw).hexdigest(), len(raw))
        if plain is None:
            return found
        return Kept(found.warc_sha256, found.warc_size, hashlib.sha256(plain).hexdigest(), len(plain))

    def _same(self, target: Path, capture: Capture) -> bytes:
        """The bytes of a file already there, when it holds this very body; nothing is ever written over."""
        raw = target.read_bytes()
        try:
            there = unwarc.decode(raw, max(len(capture.body), 1))
        except ValueError as error:
            raise DamagedError(f"{target} is damaged: {error}") from error
        if there.sha256 != capture.sha256:
            raise StoreError(f"{target} holds another body of the same second; nothing was overwritten")
        return raw

    def _folder(self, source: str) -> None:
        if source in self._folders:
            return
        with self._making:
            folder = self.root / source
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                sync_folder(self.root)
            self._folders.add(source)

    def _write(self, target: Path, data: bytes) -> None:
        write_durably(target, data, target.with_name(f".{target.name}.{next(self._serial)}{PART}"))

    def remove(self, source: str, capture: str, suffixes: tuple[str, ...] = (WARC, TXT)) -> None:
        """Remove files of a capture; those not there do not matter."""
        for suffix in suffixes:
            path = self.path(source, capture, suffix)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"cannot remove {path}: {error.strerror or error}") from error

    def read(self, source: str, capture: str, suffix: str = WARC) -> bytes:
        """A file's bytes. Raises DamagedError when it is not there or larger than any of ours."""
        path = self.path(source, capture, suffix)
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise DamagedError(f"{path} is larger than any file of an archive")
            return path.read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"{path} is missing") from error
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror or error}") from error

    def files(self) -> Iterator[tuple[str, Path]]:
        """Source id and path of every file in the folders of sources, temporary ones too."""
        try:
            folders = sorted(entry.name for entry in os.scandir(self.root) if entry.is_dir(follow_symlinks=False))
            for folder in folders:
                for entry in sorted(os.scandir(self.root / folder), key=lambda e: e.name):
                    yield folder, Path(entry.path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"cannot read {self.root}: {error.strerror or error}") from error


def write_durably(target: Path, data: bytes, temporary: Path) -> None:
    """Write under ``temporary``, fsync, rename to ``target``. The folder is the caller's to sync. Leaves no litter."""
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; where folders cannot be opened (Windows) the system does it alone."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

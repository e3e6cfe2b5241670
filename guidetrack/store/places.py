"""Where the files of an archive are. A place has five verbs; a folder is one, a bucket another (``objects.py``).

A file is named ``<source>/<file>``; it appears whole or not at all, and one that exists is never written again.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from guidetrack.errors import DamagedError, StoreError

PART = ".part"
"""End of a temporary name; such a file belongs to a writer at work, or to one that was killed."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""What may name a folder or a file: no separator, no leading dot."""


class Listed(NamedTuple):
    """A file as its place lists it: the folder it is in, its name there, and its bytes."""

    folder: str
    name: str
    size: int


class Place(Protocol):
    """Files by name. Safe in threads. Raises StoreError in a sentence; DamagedError where a file should be."""

    address: str
    """As written in the settings."""

    def where(self, name: str) -> str:
        """The whole name of a file, for sentences."""

    def put_new(self, name: str, data: bytes) -> bool:
        """Write a file; False when there is one of that name, which stays. Durable after :meth:`settle`."""

    def settle(self, name: str) -> None:
        """Make a file's name durable, and with it all names written in its folder before."""

    def get(self, name: str, limit: int) -> bytes:
        """A file's bytes. Raises DamagedError when it is not there, or larger than ``limit`` bytes."""

    def size(self, name: str) -> int | None:
        """A file's bytes counted; None when it is not there."""

    def list(self, folder: str | None = None) -> Iterator[Listed]:
        """Every file in the folders, or in one; temporary ones too. Files of one folder come together."""

    def delete(self, name: str) -> None:
        """Remove a file; one that is not there does not matter."""


class Folder:
    """A folder of this machine. Write order: temporary name, fsync, rename, fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.address = str(root)
        self._serial = itertools.count()
        self._folders: set[str] = set()
        self._making = threading.Lock()

    def where(self, name: str) -> str:
        return str(self.root / name)

    def put_new(self, name: str, data: bytes) -> bool:
        target = self.root / name
        try:
            self._folder(name.partition("/")[0])
            if target.exists():
                return False
            write_durably(target, data, target.with_name(f".{target.name}.{next(self._serial)}{PART}"))
        except OSError as error:
            raise StoreError(f"cannot keep {target}: {error.strerror or error}") from error
        return True

    def _folder(self, name: str) -> None:
        if name in self._folders:
            return
        with self._making:
            folder = self.root / name
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                sync_folder(self.root)
            self._folders.add(name)

    def settle(self, name: str) -> None:
        try:
            sync_folder((self.root / name).parent)
        except OSError as error:
            raise StoreError(f"cannot keep {self.root / name}: {error.strerror or error}") from error

    def get(self, name: str, limit: int) -> bytes:
        path = self.root / name
        try:
            if path.stat().st_size > limit:
                raise DamagedError(f"{path} is larger than any file of an archive")
            return path.read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"{path} is missing") from error
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror or error}") from error

    def size(self, name: str) -> int | None:
        path = self.root / name
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror or error}") from error

    def list(self, folder: str | None = None) -> Iterator[Listed]:
        try:
            folders = [folder] if folder is not None else sorted(
                entry.name for entry in os.scandir(self.root) if entry.is_dir(follow_symlinks=False))
            for name in folders:
                for entry in sorted(os.scandir(self.root / name), key=lambda e: e.name):
                    with contextlib.suppress(FileNotFoundError):  # a writer's temporary name, gone meanwhile
                        size = entry.stat(follow_symlinks=False).st_size
                        yield Listed(name, entry.name, size)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"cannot read {self.root}: {error.strerror or error}") from error

    def delete(self, name: str) -> None:
        path = self.root / name
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"cannot remove {path}: {error.strerror or error}") from error


def is_remote(address: str) -> bool:
    """Whether an archive is on an object store rather than in a folder."""
    return "://" in address


def place(address: str) -> Place:
    """The place an address names: a folder, or ``s3://bucket/prefix``. Nothing is asked or made yet."""
    if not is_remote(address):
        return Folder(Path(address))
    from guidetrack.store.objects import Objects

    return Objects.at(address)


def write_durably(target: Path, data: bytes, temporary: Path) -> None:
    """Write under ``temporary``, fsync, rename over ``target``; the folder is the caller's to sync. No litter stays."""
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
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

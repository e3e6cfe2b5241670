"""The files of the archive: ``<source>/<capture>.warc.gz`` and ``.txt`` beside it. Files appear whole or not at all.

Where they are, a folder or a bucket, is a :class:`~guidetrack.store.places.Place`. A file that exists is never written
again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guidetrack.errors import DamagedError, StoreError
from guidetrack.models import Capture, StoreSettings, Text
from guidetrack.store import unwarc, warc
from guidetrack.store.places import NAME, PART, Listed, Place, is_remote, place

WARC, TXT = ".warc.gz", ".txt"
MAX_FILE_BYTES = 2_000_000_000
"""Larger than any file of ours can be: reading one is damage, or somebody else's file."""

__all__ = ["MAX_FILE_BYTES", "PART", "TXT", "WARC", "Archive", "Kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """The two files of a capture as they are kept. ``txt_sha256`` is empty when there is no text file."""

    warc_sha256: str
    warc_size: int
    txt_sha256: str = ""
    txt_size: int = 0


class Archive:
    """Bodies in one place. ``put`` may be called from several threads at once, for different captures.

    :param root: the folder of this machine that belongs to the archive: lock and note are there.
    """

    def __init__(self, place: Place, root: Path) -> None:
        self.place = place
        self.root = root
        self.claimed = False
        """Whether it is known that the bodies are the catalogue's own, see ``claim.py``."""

    @classmethod
    def at(cls, settings: StoreSettings) -> Archive:
        """The archive the settings name. On an object store, what must be on this machine is beside the catalogue."""
        beside = Path(settings.catalogue).parent if is_remote(settings.archive) else Path(settings.archive)
        return cls(place(settings.archive), beside)

    def name(self, source: str, capture: str, suffix: str = WARC) -> str:
        """What a capture's file is called.

        :raises StoreError: the names could lead out of the place.
        """
        for part in (source, capture):
            if not NAME.fullmatch(part):
                raise StoreError(f"{part!r} cannot name a file of the archive")
        return f"{source}/{capture}{suffix}"

    def where(self, source: str, capture: str, suffix: str = WARC) -> str:
        """Where a capture's file is, for sentences."""
        return self.place.where(self.name(source, capture, suffix))

    def put(self, capture: Capture, text: Text | None) -> Kept:
        """Make a capture and its text durable. Putting the same capture again changes nothing."""
        name = self.name(capture.source, capture.id)
        raw = warc.encode(capture)
        plain = None if text is None else (text.plain + "\n").encode("utf-8", "backslashreplace")
        if not self.place.put_new(name, raw):
            raw = self._same(name, capture)
        if plain is not None:
            beside = self.name(capture.source, capture.id, TXT)
            if not self.place.put_new(beside, plain):
                plain = self.place.get(beside, MAX_FILE_BYTES)
        self.place.settle(name)
        found = Kept(hashlib.sha256(raw).hexdigest(), len(raw))
        if plain is None:
            return found
        return Kept(found.warc_sha256, found.warc_size, hashlib.sha256(plain).hexdigest(), len(plain))

    def _same(self, name: str, capture: Capture) -> bytes:
        """The bytes of a file already there, when it holds this very body; nothing is ever written over."""
        raw, shown = self.place.get(name, MAX_FILE_BYTES), self.place.where(name)
        try:
            there = unwarc.decode(raw, max(len(capture.body), 1))
        except ValueError as error:
            raise DamagedError(f"{shown} is damaged: {error}") from error
        if there.sha256 != capture.sha256:
            raise StoreError(f"{shown} holds another body of the same second; nothing was overwritten")
        return raw

    def remove(self, source: str, capture: str, suffixes: tuple[str, ...] = (WARC, TXT)) -> None:
        """Remove files of a capture; those not there do not matter."""
        for suffix in suffixes:
            self.place.delete(self.name(source, capture, suffix))

    def read(self, source: str, capture: str, suffix: str = WARC) -> bytes:
        """A file's bytes. Raises DamagedError when it is not there or larger than any of ours."""
        return self.place.get(self.name(source, capture, suffix), MAX_FILE_BYTES)

    def size(self, source: str, capture: str, suffix: str = WARC) -> int | None:
        """Bytes of a file; None when it is not there."""
        return self.place.size(self.name(source, capture, suffix))

    def files(self, source: str | None = None) -> Iterator[Listed]:
        """Every file in the folders of sources, or of one source; temporary ones too."""
        return self.place.list(source)

    def holds_captures(self) -> bool:
        """Whether there is a body of anything."""
        return any(found.name.endswith(WARC) for found in self.files())

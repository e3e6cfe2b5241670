"""What writers are about to do to files, said beside the files before they do it (docs/decisions/1004).

An intent is an empty file ``.writing/<writer>~<source>~<capture>``: there from before a capture's files are written
or removed until the catalogue and the files agree. A writer that was killed leaves its own, and so tells precisely
which files may be litter; nothing else is ever looked at or removed. ``.writing/<writer>~~`` stands as long as the
writer does: one that was given up for dead finds it gone, and stops. Used with PostgreSQL, where writers are many; with
SQLite the note beside the lock serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from guidetrack.store.places import PART, Place

FOLDER = ".writing"


class Intent(NamedTuple):
    """Whose it is, and the capture it is about; of none: the writer itself."""

    writer: str
    source: str
    capture: str
    part: str = ""
    """The file's name, where writing it was cut short."""

    @property
    def file(self) -> str:
        """Its name in the archive."""
        return f"{FOLDER}/{self.part or f'{self.writer}~{self.source}~{self.capture}'}"


@dataclass(frozen=True)
class Intents:
    """The intents of one writer; those of all can be listed. ``writer`` empty: none are kept."""

    place: Place
    writer: str = ""

    def begin(self) -> None:
        """The writer is at work."""
        self.say([("", "")])

    def end(self) -> None:
        """The writer is done."""
        self.done([("", "")])

    def stand(self) -> bool:
        """Whether nobody gave the writer up for dead."""
        return not self.writer or self.place.size(Intent(self.writer, "", "").file) is not None

    def say(self, captures: Iterable[tuple[str, str]]) -> None:
        """These captures' files (source, capture) are about to be written or removed."""
        if self.writer:
            for source, capture in captures:
                self.place.put_new(Intent(self.writer, source, capture).file, b"")

    def done(self, captures: Iterable[tuple[str, str]]) -> None:
        """Files and catalogue agree about these captures."""
        if self.writer:
            for source, capture in captures:
                self.place.delete(Intent(self.writer, source, capture).file)

    def everybodys(self) -> Iterator[Intent]:
        """Every intent there is, by whichever writer."""
        for _, name, _ in self.place.list(FOLDER):
            parts = name.split("~")
            if name.startswith(".") and name.endswith(PART):
                yield Intent(parts[0][1:], "", "", name)
            elif len(parts) == 3:
                yield Intent(*parts)

"""One writer at a time: an operating-system lock, which dies with its process, and a note saying who holds it.

With a catalogue on a server the server keeps the locks: :mod:`guidetrack.store.session`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidetrack.errors import LockedError, StoreError
from guidetrack.store import session
from guidetrack.store.places import write_durably

if TYPE_CHECKING:
    from guidetrack.store.main import Store

LOCK, NOTE = ".lock", ".lock.json"
_MAX_NOTE_BYTES = 10_000


def read_note(root: Path) -> dict[str, Any] | None:
    """Who holds the archive, or held it and was killed; None when nobody did."""
    try:
        with open(root / NOTE, "rb") as file:
            value = json.loads(file.read(_MAX_NOTE_BYTES))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def write_note(root: Path, note: dict[str, Any]) -> None:
    """Say who holds the archive; replaces what was said before."""
    write_durably(root / NOTE, json.dumps(note).encode(), root / f"{NOTE}.part")


@contextlib.contextmanager
def held(store: Store, *, command: str, now: datetime, alone: bool = True, part: str = "") -> Iterator[None]:
    """Hold an archive, with what a killed writer left cleared away; see :meth:`Store.lock` and :meth:`Store.join`."""
    from guidetrack.store.claim import claim
    from guidetrack.store.sweep import sweep, sweep_dead

    recorder = store.recorder
    if not store.catalogue.schema:
        with locked(store.archive.root, command=command, now=now) as left:
            claim(store.archive, store.catalogue)
            sweep(store.catalogue, store.archive, left=left is not None, now=now)
            with recorder.holding(""):
                yield
        return
    with (session.held(store.catalogue, command=command, now=now, alone=alone, part=part) as mine,
          recorder.holding(mine.writer)):
        claim(store.archive, store.catalogue)
        mine.stand = recorder.intents.stand
        sweep_dead(store.catalogue, store.archive, mine, recorder.intents.everybodys(), now=now)
        yield


@contextlib.contextmanager
def locked(root: Path, *, command: str, now: datetime) -> Iterator[dict[str, Any] | None]:
    """Hold the archive; yields the note of a holder that was killed, or None.

    Raises LockedError, naming the holder, when another process has it.
    """
    from filelock import FileLock, Timeout

    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError(holder(root)) from error
    except OSError as error:
        raise StoreError(f"cannot lock {root}: {error.strerror or error}") from error
    try:
        try:
            left = read_note(root)
            (root / f"{NOTE}.part").unlink(missing_ok=True)
            write_note(root, {"pid": os.getpid(), "host": socket.gethostname(), "command": command,
                              "since": now.isoformat()})
        except OSError as error:
            raise StoreError(f"cannot lock {root}: {error.strerror or error}") from error
        yield left
        # not reached after an error: the note stays and tells the next writer to look for what was left behind
        with contextlib.suppress(OSError):
            (root / NOTE).unlink(missing_ok=True)
    finally:
        lock.release()


def holder(root: Path) -> str:
    """A sentence naming who holds the archive."""
    note = read_note(root)
    if note is None:
        return f"another guidetrack is at work on {root}"
    return (f"another guidetrack is at work on {root}: '{note.get('command')}' (process {note.get('pid')} on "
            f"{note.get('host')}), since {_when(note.get('since'))}")


def _when(since: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(since)).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return "an unknown time"

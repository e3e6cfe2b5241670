"""Death at every single step: wherever a writer dies, the next one finds an archive that is whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from guidetrack.models import Change
from guidetrack.store.verify import verify
from tests.support.archive import DAY, NOW, copy, open_store, record, running

pytestmark = [pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"), pytest.mark.usefixtures("backend")]

STEPS = 200
"""More than one run of three sources takes."""


class _Deadline:
    """Ends the process for good, without any clean-up, at the n-th step that touches the disk."""

    def __init__(self, step: int) -> None:
        self.left = step

    def before(self, done: Callable[..., object]) -> Callable[..., object]:
        """``done``, or death before it."""

        def stepped(*arguments: object, **named: object) -> object:
            self.left -= 1
            if self.left < 0:
                os._exit(9)
            return done(*arguments, **named)

        return stepped


def _run(folder: Path, day: int) -> None:
    at = NOW + day * DAY
    with open_store(folder, now=at) as store, running(store, f"run-{day}", at):
        known = store.memories()
        for name in ("a", "b", "c"):
            words = f"Version {day} of {name}."
            new = record(name, f"run-{day}", words, at=at)
            if name in known and known[name].base is not None:
                before = store.capture(name, known[name].base or "")
                new = record(name, f"run-{day}", words, at=at, before=before)
            store.record([new])
        store.told([change.id for change in store.untold()], f"run-{day}")


def _die(folder: Path, day: int, step: int) -> int:
    child = os.fork()
    if child == 0:
        deadline = _Deadline(step)
        os.fsync = deadline.before(os.fsync)  # type: ignore[assignment]
        for name in ("rename", "unlink", "mkdir"):
            setattr(Path, name, deadline.before(getattr(Path, name)))
        import sqlalchemy as sa

        for event in ("begin", "commit"):
            sa.event.listen(sa.Engine, event, deadline.before(lambda connection: None))
        try:
            _run(folder, day)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_dying_at_every_step_leaves_a_whole_archive(tmp_path: Path) -> None:
    """After death before each step in turn: nothing damaged, nothing half, no litter, every change told once."""
    base = tmp_path / "base"
    _run(base, 0)
    for step in range(STEPS):
        folder = tmp_path / str(step)
        copy(base, folder)
        if _die(folder, 1, step) == 0:
            break
        _assert_sound(folder)
        _run(folder, 2)
        _assert_sound(folder)
        with open_store(folder, write=False) as store:
            assert store.untold() == [], step
            _assert_one_story(store.changes())
        assert [path.name for path in (folder / "snapshots").rglob("*.part")] == [], step
    else:
        pytest.fail("a run has more steps than were tried")
    assert step >= 30, "the steps were not where they are expected"


def _assert_sound(folder: Path) -> None:
    with open_store(folder, write=False) as store:
        assert [str(problem) for problem in verify(store)] == [], folder.name


def _assert_one_story(changes: list[Change]) -> None:
    """Each change goes on from the one before: none lost, none recorded twice."""
    for name in ("a", "b", "c"):
        story = [change for change in reversed(changes) if change.source == name]
        for before, after in pairwise(story):
            assert before.to is not None
            assert after.from_ is not None
            assert after.from_.capture == before.to.capture

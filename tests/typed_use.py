"""A program as users write it, for ``mypy --strict`` only (``make check``): the types of the public face."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import assert_type

import guidetrack
from guidetrack import errors
from guidetrack.testing import Answer, Clock, Request, Site, wall, write_sources


def one_run(file: Path) -> list[str]:
    """A check, and the questions asked afterwards."""
    said: list[str] = []
    with guidetrack.open(file, now=lambda: datetime.now(UTC)) as tracker:
        assert_type(tracker, guidetrack.Tracker)
        assert_type(tracker.check(), Iterator[guidetrack.Outcome])
        for outcome in tracker.check(["a"], due=True, fresh=False):
            assert_type(outcome.kind, guidetrack.OutcomeKind)
            assert_type(outcome.reason, guidetrack.Reason | None)
            assert_type(outcome.source, guidetrack.Source)
            assert_type(outcome.change, guidetrack.Change | None)
        for change in tracker.changes(since=date(2026, 3, 1), reviewed=False, level=guidetrack.Level.MEDIUM):
            assert_type(change, guidetrack.Change)
            assert_type(change.edits, tuple[guidetrack.Edit, ...])
            assert_type(tracker.review(change, by="…", decision="no-action", note="…"), guidetrack.Review)
            said += [edit.before + edit.after for edit in change.edits]
        assert_type(tracker.text("a", on=date(2026, 3, 1)), guidetrack.Text)
        assert_type(tracker.status(), list[guidetrack.SourceStatus])
        report = tracker.report()
        assert_type(report, guidetrack.Report)
        assert_type(guidetrack.render(report, "html"), str | bytes)
    return said


async def in_a_loop(tracker: guidetrack.Tracker) -> None:
    """The same without blocking."""
    assert_type(tracker.acheck(), AsyncGenerator[guidetrack.Outcome, None])
    async for outcome in tracker.acheck(fresh=True):
        assert_type(outcome, guidetrack.Outcome)


def without_an_archive(before: bytes, after: bytes) -> str:
    """The pure functions."""
    rules = guidetrack.Rules(select="main", drop=(".share",), format=guidetrack.Format.HTML)
    old = guidetrack.extract(before, media_type="text/html", url="https://www.example.org/", rules=rules)
    new = guidetrack.extract(after)
    assert_type(old.plain, str)
    assert_type(old.sections, tuple[guidetrack.Section, ...])
    comparison = guidetrack.compare(old, new)
    assert_type(comparison, guidetrack.Comparison)
    assert_type(bool(comparison), bool)
    assert_type(comparison.level, guidetrack.Level)
    assert_type(comparison.reasons, tuple[str, ...])
    assert_type(comparison.set_aside, tuple[guidetrack.SetAside, ...])
    found = guidetrack.verdict(after, status=200, headers={"Content-Type": "text/html"}, url="https://www.example.org/",
                               final_url="https://www.example.org/", redirects=(), previous=old)
    assert_type(found, guidetrack.Verdict | None)
    if found is not None:
        assert_type(found.reason, guidetrack.Reason)
        assert_type(found.outcome, guidetrack.OutcomeKind)
        return found.detail
    return comparison.summary


def what_can_go_wrong(file: Path) -> tuple[str, ...]:
    """Errors carry what a program needs."""
    try:
        guidetrack.open(file).close()
    except errors.SourcesError as error:
        return error.problems
    except errors.GuidetrackError as error:
        return (str(error),)
    return ()


def a_test_of_theirs(folder: Path) -> None:
    """The scripted site."""

    def answer(request: Request) -> Answer:
        return Answer(body=request.target, delay_s=0.1)

    clock = Clock()
    with Site({"/a": "<p>…</p>", "/b": answer, "/c": wall("login")}) as site:
        file = write_sources(folder, site)
        assert_type(file, Path)
        with guidetrack.open(file, now=clock):
            assert_type(clock.forward(days=1), datetime)
        assert_type(site.log, list[Request])


def mistakes(tracker: guidetrack.Tracker, text: guidetrack.Text) -> None:
    """What a type checker must refuse: with no error here, the ignore itself is one under ``--strict``."""
    tracker.review(1, "…")  # type: ignore[call-arg]
    tracker.check("a", fresh="yes")  # type: ignore[arg-type]
    guidetrack.extract("<p>not bytes</p>")  # type: ignore[arg-type]
    guidetrack.compare(text, "…")  # type: ignore[arg-type]
    text.language = "en"  # type: ignore[misc]
    wall("blokced")  # type: ignore[arg-type]

"""The guided tour: the past of one page, two checks of the little web, one redline in full, one report.

It is the very pipeline; only the web and the clock are staged, so that it prints the same on every machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap

from guidetrack.demo.past import PREFIX
from guidetrack.demo.web import DOCUMENTS, Web, serve
from guidetrack.library import open as open_tracker
from guidetrack.models import Change
from guidetrack.report import render
from guidetrack.report.story import story_lines
from guidetrack.report.terminal import check_lines, show_change
from guidetrack.track import Tracker
from guidetrack.track.absorb import Taken
from guidetrack.track.backfill import Asked, Backfill, Listed, Wish

FIRST_CHECK = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
SECOND_CHECK = datetime(2026, 11, 10, 6, 0, tzinfo=UTC)
THIRD_CHECK = datetime(2026, 11, 11, 6, 0, tzinfo=UTC)
SHOWN_IN_FULL = "office-esketamine-label"


class Clock:
    """A clock that is set, not run."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


def sources_toml(web: Web) -> str:
    """The demo's sources.toml: what a user would write, with the pauses of a loopback site."""
    head = (
        "# The sources of the demo. The site they name runs only while the demo does.\n"
        '[fetch]\ncontact = "demo@clinic.example"\npause = "0s"\nsecond_look = "0s"\n'
        'allow_private = ["127.0.0.0/8"]   # the demo serves itself; real sources need no such line\n'
    )
    return head + "".join(
        f'\n[[source]]\nid = "{page.id}"\ntitle = "{page.title}"\npublisher = "{page.publisher}"\n'
        f'jurisdiction = "{page.jurisdiction}"\nkind = "{page.kind}"\nurl = "{web.base}{page.path}"\n'
        f'topics = ["{page.topic}"]\n'
        for page in DOCUMENTS
    )


def tour(folder: Path, report_file: Path, say: Callable[[str], None], *, width: int = 80, colour: bool = False) -> None:
    """Run the demo in ``folder`` and write its report to ``report_file``; ``say`` prints, line ends included."""
    clock = Clock(FIRST_CHECK)
    sources = folder / "sources.toml"
    with serve() as web:
        sources.write_text(sources_toml(web), "utf-8")
        with open_tracker(sources, now=clock) as tracker:
            say("First the past: what a web archive kept of one page, as `guidetrack backfill` fetches it:\n\n")
            say(asyncio.run(_past(tracker, f"{web.base}{PREFIX}", width)))
            say(f"\n{len(DOCUMENTS)} pages of a little web, served on this machine. First check, 3 November:\n\n")
            say(_check(tracker, width, colour))
            web.after, clock.moment = True, SECOND_CHECK
            say(
                "\nA week passes; some pages change, one hides behind a wall, one moves. Second check, 10 November:\n\n"
            )
            say(_check(tracker, width, colour))
            say("\nOne of them in full, as `guidetrack show` prints it:\n\n")
            say(_in_full(tracker, width, colour))
            say("\nIts whole story, as `guidetrack history` prints it:\n\n")
            say(_story(tracker, width))
            web.taken_back.add("indication")
            clock.moment = THIRD_CHECK
            say("\nThe next morning a publisher has taken its edit back. Third check, with -q (news and trouble only):\n\n")
            say(_check(tracker, width, colour, quiet=True))
            report = tracker.report(since=FIRST_CHECK.replace(hour=0))
            report_file.write_text(str(render(report, "html")), "utf-8")


async def _past(tracker: Tracker, archive: str, width: int) -> str:
    """One page back-filled; the changes found, and what was passed over."""
    wish = Wish(since=datetime(2019, 1, 1, tzinfo=UTC), archive=archive)
    work = Backfill(tracker.store, tracker.settings, wish, now=tracker.now)
    said = []
    with tracker.store.lock(command="backfill", now=tracker.now()):
        async for step in work.steps(tracker.sources([SHOWN_IN_FULL])):
            if isinstance(step, Listed):
                said.append(f"{step.source.id}: {step.plan.listed} copies, 2019 to 2023")
            elif isinstance(step, Asked) and step.taken is Taken.REFUSED:
                said.append(f"{step.memento.when:%Y-%m-%d}  passed over: {step.why}")
            elif isinstance(step, Change):
                said.append(f"{step.seen:%Y-%m-%d}  #{step.id:04d} {step.level.value}  {step.summary}")
    return _lines(said, width)


def _story(tracker: Tracker, width: int) -> str:
    _, events = tracker.history(SHOWN_IN_FULL)
    return "".join(f"  {line}\n" for line in story_lines(events, width=width - 2))


def _lines(said: Iterable[str], width: int) -> str:
    folded = (wrap(line, width, initial_indent="  ", subsequent_indent=" " * 14) for line in said)
    return "".join(f"{line}\n" for lines in folded for line in lines)


def _check(tracker: Tracker, width: int, colour: bool, *, quiet: bool = False) -> str:
    """One check, printed as ``guidetrack check`` prints it."""
    outcomes = list(tracker.check())
    order = {page.id: number for number, page in enumerate(DOCUMENTS)}
    outcomes.sort(key=lambda outcome: order[outcome.source.id])
    untold = [change.id for change in tracker.store.untold()]
    report = tracker.report(changes=untold, outcomes=outcomes)
    assert tracker.last_run is not None
    tracker.store.told(untold, tracker.last_run.id)
    return check_lines(report, quiet=quiet, width=width, colour=colour)


def _in_full(tracker: Tracker, width: int, colour: bool) -> str:
    change = tracker.changes(source=SHOWN_IN_FULL)[0]
    return show_change(change, tracker.source(SHOWN_IN_FULL), (), width=width, colour=colour)

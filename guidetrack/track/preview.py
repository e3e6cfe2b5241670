"""One look at a page without an archive: how it would be tracked, for ``try`` and ``add``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guidetrack._version import __version__
from guidetrack.compare import compare
from guidetrack.models import Capture, Failure, Settings, Source, Text, Verdict
from guidetrack.track.isolate import Reader

AT_MOST = timedelta(seconds=3)
"""A person is waiting: the second look comes sooner than in a check."""


@dataclass(frozen=True)
class Preview:
    """What one look, and a second one, showed.

    :param capture: the answer, if there was one. :param failure: why there was none.
    :param verdict: why it is not the page; None when it can be taken for it. :param text: what it says.
    :param unstable: lines that differed between the two looks. :param second: a sentence on the second look.
    """

    source: Source
    capture: Capture | None = None
    failure: Failure | None = None
    verdict: Verdict | None = None
    text: Text | None = None
    unstable: tuple[str, ...] = ()
    second: str = ""

    @property
    def trackable(self) -> bool:
        """Whether this would be a first good text."""
        return self.text is not None and self.verdict is None


async def preview(source: Source, settings: Settings, *, now: Callable[[], datetime]) -> Preview:
    """Fetch, judge and read a source twice, as a check would. Nothing is written.

    Network and page trouble come back as values; nothing is raised for what the page does.
    """
    from guidetrack.fetch import Fetcher
    from guidetrack.fetch.verdict import judge_answer, judge_page

    async with Fetcher(settings.fetch, now=now, version=__version__) as fetcher, Reader() as reader:
        answer = await fetcher.get(source)
        if isinstance(answer, Failure):
            return Preview(source, failure=answer)
        seen = Preview(source, answer)
        early = judge_answer(answer, rules=source.rules)
        if early is not None:
            return replace(seen, verdict=early)
        reading = await reader.read(answer, source.rules)
        verdict = judge_page(answer, reading.text, None, reading.problem, rules=source.rules)
        seen = replace(seen, text=reading.text, verdict=verdict)
        if seen.text is None or settings.fetch.second_look is None:
            return seen
        await asyncio.sleep(min(settings.fetch.second_look, AT_MOST).total_seconds())
        again = await fetcher.get(source, again=True)
        if isinstance(again, Failure) or judge_answer(again, rules=source.rules) is not None:
            return replace(seen, second="The second look was refused.")
        second = (await reader.read(again, source.rules)).text
        return _twice(seen, seen.text, second)


def _twice(seen: Preview, first: Text, second: Text | None) -> Preview:
    if second is None:
        return replace(seen, second="The second look could not be read.")
    comparison = compare(first, second)
    if not comparison:
        return replace(seen, second="A second look saw the same text.")
    lines = tuple(edit.after or edit.before for edit in comparison.edits)
    count = f"{len(lines)} line{'s' if len(lines) != 1 else ''}"
    return replace(seen, unstable=lines, second=f"A second look saw {count} rotate; a check sets them aside.")

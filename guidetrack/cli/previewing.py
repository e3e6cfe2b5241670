"""A preview of a page in words: what it is, what it says as it will be tracked, what may serve better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from guidetrack.report.clean import line
from guidetrack.report.width import cut, wrap
from guidetrack.report.words import plural

if TYPE_CHECKING:
    from guidetrack.models import Capture, Text
    from guidetrack.track.preview import Preview

HEADINGS, LINES, ROTATING = 24, 12, 5
_LABEL = 13


def described(seen: Preview, *, width: int = 80) -> str:
    """The whole preview as text for a terminal of ``width`` columns; nothing from the page can steer it."""
    return "".join(f"{one}\n" for one in _all(seen, max(width, 60)))


def _all(seen: Preview, width: int) -> Iterator[str]:
    yield line(seen.source.url)
    yield from _labelled("answer", _answer(seen), width)
    yield from _labelled("verdict", _verdict(seen), width)
    if seen.text is not None:
        yield from _facts(seen, seen.text, width)
        yield from _outline(seen.text, width)
    yield from _twins(seen, width)


def _labelled(label: str, text: str, width: int) -> Iterator[str]:
    lines = wrap(line(text), width - _LABEL - 2)
    for number, one in enumerate(lines):
        yield f"  {(label if number == 0 else '').ljust(_LABEL)}{one}"


def _answer(seen: Preview) -> str:
    if seen.failure is not None:
        return f"none: {seen.failure.detail}"
    capture = seen.capture
    if capture is None:
        return "none"
    moved = f", from {capture.reached}" if capture.reached != capture.asked else ""
    kind = capture.media_type or "no media type"
    return f"{capture.status}, {kind}, {_size(capture)}, {capture.elapsed_s:.1f} s{moved}"


def _size(capture: Capture) -> str:
    count = len(capture.body)
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} KB" if count >= 1e3 else f"{count} bytes"


def _verdict(seen: Preview) -> str:
    if seen.failure is not None:
        return f"cannot be tracked ({seen.failure.reason.value})"
    if seen.verdict is not None:
        signs = f" Signs: {', '.join(seen.verdict.signs)}." if seen.verdict.signs else ""
        return f"cannot be tracked as it answers now ({seen.verdict.reason.value}): {seen.verdict.detail}{signs}"
    return "can be tracked" if seen.trackable else "cannot be read"


def _facts(seen: Preview, text: Text, width: int) -> Iterator[str]:
    yield from _labelled("title", text.title or "none", width)
    sections = len([section for section in text.sections if section.path])
    under = plural(sections, "heading")
    yield from _labelled("text", f"{text.words:,} words under {under}, read as {text.format.value}", width)
    if text.dates:
        yield from _labelled("stated", ", ".join(f"{date.kind.value} {date.value}" for date in text.dates[:6]), width)
    if seen.capture is not None:
        yield from _labelled("select", _select(seen, seen.capture), width)
    if text.set_aside:
        count = plural(len(text.set_aside), "line")
        rules = Counter(aside.rule for aside in text.set_aside).most_common(6)
        yield from _labelled("set aside", f"{count}: "
                             + ", ".join(f"{rule} {number}" for rule, number in rules), width)
    if seen.second:
        yield from _labelled("second look", seen.second, width)
    for rotating in seen.unstable[:ROTATING]:
        yield from _labelled("", cut(f"~ {line(rotating)}", width - _LABEL - 2), width)


def _select(seen: Preview, capture: Capture) -> str:
    if seen.source.rules.select:
        return seen.source.rules.select
    from guidetrack.models import Format
    from guidetrack.sources import suggest

    if seen.text is None or seen.text.format is not Format.HTML:
        return "not needed"
    found = suggest.select(capture.body)
    pinned = f'; --select "{found}" would pin it down' if found else ""
    return f"not needed, the main content is found{pinned}"


def _outline(text: Text, width: int) -> Iterator[str]:
    headings = [section for section in text.sections if section.path]
    if headings:
        yield "\nHeadings"
        for section in headings[:HEADINGS]:
            yield cut("  " * min(max(section.level, 1), 6) + line(section.heading), width)
        if len(headings) > HEADINGS:
            yield f"  … and {len(headings) - HEADINGS} more"
    lines = text.lines[:LINES]
    if lines:
        yield "\nFirst lines, as they will be tracked"
        for one in lines:
            for part in wrap(cut(line(one), 2 * (width - 2)), width - 2):
                yield f"  {part}"


def _twins(seen: Preview, width: int) -> Iterator[str]:
    from guidetrack.sources import suggest

    capture = seen.capture
    found = suggest.twins(seen.source.url, capture.body if capture else b"", capture.media_type if capture else "")
    if found:
        yield "\nMay serve better; try one with: guidetrack try URL"
    for twin in found:
        yield f"  {line(twin.url)}"
        for part in wrap(line(twin.what), width - 6):
            yield f"      {part}"

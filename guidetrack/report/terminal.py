"""What the reading commands print. ``width`` 0 is a pipe: one line an item, its id first, never cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from guidetrack.models import Backlog, Change, Comparison, Report, Review, SetAside, Source, SourceStatus
from guidetrack.report import block, clean, paint, state, words
from guidetrack.report.check import check_header, check_lines
from guidetrack.report.log import log_lines
from guidetrack.report.width import cells, pad, wrap

__all__ = [
    "changes_table", "check_header", "check_lines", "comparison_lines", "log_lines", "show_change", "status_table",
]

_STATES = ("overdue", "late", "missed", "held", "gone", "never checked", "changed", "first", "unchanged")


def changes_table(report: Report, *, width: int = 80, colour: bool = False) -> str:
    """The report's changes in its order, an entry each: number, day seen, level, source, summary, decision."""
    sources, histories = state.sources_of(report), words.by_change(report.reviews)
    lines: list[str] = []
    for change in report.changes:
        history = histories.get(change.id)
        decision = f"  [{history[-1].decision.value}]" if history else ""
        text = words.headline(change) + words.flags(change) + decision
        start = f"{words.number(change.id)}  {words.stamp(change.seen)[:10]}  "
        level = pad(words.level(change), 7)
        if width <= 0:
            lines.append(f"{start}{level} {clean.line(change.source)}  {text}")
            continue
        source = sources.get(change.source)
        publisher = clean.line(source.publisher) if source else ""
        name = words.DOT.join(part for part in (publisher, clean.line(change.source)) if part)
        lead = cells(start) + 7
        first, *rest = wrap(name, max(24, width - lead))
        lines.append(f"{start}{paint.level(change.level, level, colour)}{first}")
        lines += [" " * lead + line for line in rest]
        lines += [" " * lead + line for line in wrap(text, max(24, width - lead))]
    return "\n".join(lines) + "\n" if lines else ""


def show_change(
    change: Change, source: Source | None, history: Sequence[Review] = (), *,
    evidence: Sequence[tuple[str, str]] = (), set_aside: Sequence[SetAside] | None = None, noise: bool = False,
    width: int = 80, colour: bool = False, whole: bool = False,
) -> str:
    """One change in full: the block of the mail.

    :param history: its reviews, oldest first. :param evidence: labels and values that lead back to the bytes.
    :param set_aside: every line set aside on the way to it; the change's own when None. ``noise`` lists them.
    """
    if set_aside is not None:
        change = replace(change, set_aside=tuple(set_aside))
    return "\n".join(block.change_block(change, source, history=history, pairs=evidence, noise=noise, width=width,
                                        colour=colour, whole=whole)) + "\n"


def comparison_lines(comparison: Comparison, *, width: int = 80, colour: bool = False) -> str:
    """A comparison that nobody recorded: level, why, and every edit."""
    if not comparison:
        lines = ["No words changed."]
        if comparison.renumbered:
            lines.append(f"   {words.renumbered(comparison.renumbered)}")
    else:
        reasons = "; ".join(clean.line(reason) for reason in comparison.reasons)
        head = f"{words.LEVEL_WORD[comparison.level]}  {clean.line(comparison.summary)}"
        lines = wrap(head, width) + (wrap(f"Why {comparison.level.value}: {reasons}.", width) if reasons else [])
        lines += ["", *block.edits(comparison.edits, width=width, colour=colour)]
        if comparison.renumbered:
            lines += ["", f"   {words.renumbered(comparison.renumbered)}"]
    if comparison.set_aside:
        lines += ["", f"   {words.plural(len(comparison.set_aside), 'line')} set aside as noise."]
    return "\n".join(lines) + "\n"


def status_table(statuses: Iterable[SourceStatus], *, width: int = 80, colour: bool = False) -> str:
    """One line a source, worst first: where it stands, when it was checked, good and changed, how often we looked.

    Under headings. What does not fit the width is left out from the right; a pipe gets every column, the id first.
    """
    rows = sorted(statuses, key=lambda status: _STATES.index(status.state))
    if not rows:
        return ""
    head = ("state", "source", "last checked", "last good", "last changed", "checks", "kept")
    table = [_status_row(status) for status in rows]
    sizes = [max(cells(row[at]) for row in (*table, head)) for at in range(len(head))]
    if width <= 0:
        order = (1, 0, 2, 3, 4, 5, 6)
        details = ("detail", *(_detail(status) for status in rows))
        return "".join("  ".join([*(pad(row[at], sizes[at]) for at in order), detail]).rstrip() + "\n"
                       for detail, row in zip(details, (head, *table), strict=True))
    shown = len(head)
    while shown > 3 and sum(sizes[:shown]) + 2 * (shown - 1) > width:
        shown -= 1
    lines = ["  ".join(pad(word, size) for word, size in zip(head[:shown], sizes, strict=False)).rstrip()]
    for status, row in zip(rows, table, strict=True):
        fields = [pad(word, size) for word, size in zip(row[:shown], sizes, strict=False)]
        fields[0] = paint.state(row[0], colour, fields[0])
        lines.append("  ".join(fields).rstrip())
        if _detail(status):
            lines += ["    " + line for line in wrap(_detail(status), max(24, width - 4))]
    return "\n".join(lines) + "\n"


def backlog_line(backlog: Backlog, now: datetime) -> str:
    """What waits for the workers, as a sentence."""
    oldest = f" (the first of them for {words.span(now - backlog.oldest)})" if backlog.oldest else ""
    failed = f"; {words.plural(backlog.failed, 'job')} given up, see what the workers said" if backlog.failed else ""
    return (f"Queue: {words.plural(backlog.waiting, 'job')} waiting{oldest}, {backlog.under_way} under way on "
            f"{words.plural(backlog.workers, 'worker')}{failed}.")


def _status_row(status: SourceStatus) -> tuple[str, ...]:
    memory = status.memory
    checked, good, changed = (words.stamp(at)[:16].replace("T", " ") if at else "never"
                              for at in (memory.last_checked, memory.last_good, memory.last_changed))
    word = status.state if status.source.enabled else "disabled"
    return (word, clean.line(status.source.id), checked, good[:10], changed[:10], str(memory.checks),
            str(memory.captures))


def _detail(status: SourceStatus) -> str:
    return clean.line(status.memory.last_detail) if status.memory.misses or status.memory.gone_since else ""

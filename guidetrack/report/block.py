"""One change in full, as text: what ``show`` prints and what the plain part of the mail holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from guidetrack.models import Change, ChangeKind, Edit, EditKind, Op, Review, SetAside, Source
from guidetrack.report import clean, paint, redline, words
from guidetrack.report.width import cells, pad, spans, wrap

_LABEL = 8
_INDENT = "   "
_NUMBER = 6


def heading(change: Change, source: Source | None, *, width: int, colour: bool, lead: str = "") -> list[str]:
    """Level, publisher, document and number; the number stands at the right edge where there is one."""
    level, number = words.level(change), words.number(change.id)
    start, title = f"{lead}{pad(level, 7)}", words.who(source, change.source)
    room = width - len(start) - _NUMBER - 1
    if width <= 0:
        lines = [f"{number}  {start}{title}"]
    else:
        first, *rest = wrap(title, room)
        lines = [f"{start}{pad(first, room)} {number}", *(" " * len(start) + line for line in rest)]
    if colour:
        lines[0] = lines[0].replace(level, paint.level(change.level, level, True), 1)
    return lines


def facts(change: Change, *, width: int) -> list[str]:
    """Address, the three dates, what the kind needs said, whether it was seen once, why this level."""
    said = [clean.line(change.url), words.dates_line(change)]
    if change.kind is not ChangeKind.CONTENT or not change.edits:
        said.append(f"{words.headline(change)}.")
    said.append(words.more(change))
    if not change.confirmed:
        said.append("Seen once; the next check will confirm it.")
    if change.historical:
        said.append("Found in an archive of the past; dated then, told to nobody.")
    if change.folded:
        said.append("Folded: the page alternates between texts, so this was recorded and not told.")
    said.append(words.why(change))
    if change.renumbered:
        said.append(words.renumbered(change.renumbered))
    if change.coarse:
        said.append("The edits are correct but coarse: the comparison reached its bound of work.")
    return [line for text in said if text for line in _indented(text, _INDENT, width)]


def notes(change: Change, *, width: int) -> list[str]:
    """The publisher's own words about the change, quoted first."""
    lines = []
    for note in change.notes:
        dated = f" ({words.day(note.value)})" if note.value else ""
        lines += _indented(f"The publisher says{dated}: “{clean.line(note.text)}”", _INDENT, width)
    return lines


def edits(items: Iterable[Edit], *, width: int, colour: bool, whole: bool = False) -> list[str]:
    """Section by section: Before, After and Marked; or Added, Removed, Moved."""
    lines: list[str] = []
    for path, group in groupby(items, key=lambda edit: edit.section):
        if lines:
            lines.append("")
        lines += [paint.style(line, "bold", colour) for line in _indented(words.section_path(path), _INDENT, width)]
        for at, edit in enumerate(group):
            if at:
                lines.append("")
            lines += edit_lines(edit, width=width, colour=colour, whole=whole)
    return lines


def edit_lines(edit: Edit, *, width: int, colour: bool, whole: bool = False) -> list[str]:
    """One edit under its labels."""
    ops = redline.operations(edit)
    if not whole:
        ops = redline.shortened(ops)
    lines = []
    if edit.kind is EditKind.MOVED:
        where = f"from {words.section_path(edit.moved_from)} to {words.section_path(edit.section)}"
        lines += _labelled("Moved", where, width)
    if edit.kind is EditKind.ADDED:
        return _labelled("Added", redline.after(ops), width)
    if edit.kind is EditKind.REMOVED:
        return _labelled("Removed", redline.before(ops), width)
    if redline.before(ops) == redline.after(ops):
        return [*lines, *_labelled("Text", redline.after(ops), width)]
    lines += _labelled("Before", redline.before(ops), width)
    lines += _labelled("After", redline.after(ops), width)
    return lines + _marked(ops, width, colour)


def _labelled(label: str, text: str, width: int) -> list[str]:
    hang = _INDENT + "  " + " " * _LABEL
    lines = wrap(text, max(20, width - len(hang)) if width > 0 else 0) or [""]
    return [f"{_INDENT}  {pad(label, _LABEL)}{lines[0]}", *(hang + line for line in lines[1:])]


def _marked(ops: tuple[Op, ...], width: int, colour: bool) -> list[str]:
    """The marked words, wrapped first and coloured after, so that colours never count as width."""
    runs = [(op.kind, "".join((redline.MARKS[op.kind][0], op.text, redline.MARKS[op.kind][1]))) for op in ops]
    text = "".join(run for _, run in runs)
    if not colour:
        return _labelled("Marked", text.strip(), width)
    starts, at = [], 0
    for kind, run in runs:
        starts.append((at, at + len(run), kind))
        at += len(run)
    hang = _INDENT + "  " + " " * _LABEL
    lines = []
    for start, end in spans(text, max(20, width - len(hang)) if width > 0 else 0):
        cuts = [(max(start, low), min(end, high), kind) for low, high, kind in starts if low < end and high > start]
        lines.append("".join(paint.run(kind, text[low:high], True) for low, high, kind in cuts))
    return [(f"{_INDENT}  {pad('Marked', _LABEL)}" if at == 0 else hang) + line for at, line in enumerate(lines)]


def reviews(change: Change, history: Sequence[Review], *, width: int) -> list[str]:
    """What people decided, oldest first, or how to decide."""
    lines = [line for review in history for line in _indented(words.review_line(review), _INDENT, width)]
    if words.open_after(history) and change.kind is not ChangeKind.TECHNICAL:
        command = f'guidetrack review {change.id:04d} --by "…" --decision …'
        lines += _indented(f"{words.asked(history)}   {command}", _INDENT, width)
    return lines


def evidence(pairs: Sequence[tuple[str, str]], *, width: int) -> list[str]:
    """Labelled facts that lead back to the bytes, one a line, never cut."""
    if not pairs:
        return []
    label = max(cells(name) for name, _ in pairs) + 2
    facts = (f"{_INDENT}  {pad(clean.line(name), label)}{clean.line(value)}" for name, value in pairs)
    return [f"{_INDENT}Evidence", *facts]


def set_aside(lines: Sequence[SetAside], *, width: int, listed: bool) -> list[str]:
    """How many lines were set aside; with ``listed`` each one under the rule that did it."""
    if not lines:
        return [f"{_INDENT}Set aside: nothing."] if listed else []
    count = f"{words.plural(len(lines), 'line')} set aside as noise"
    if not listed:
        return [f"{_INDENT}{count}; --noise lists them." if len(lines) > 1 else f"{_INDENT}{count}; --noise lists it."]
    out = [f"{_INDENT}{count}:"]
    by_rule = sorted(lines, key=lambda item: item.rule)
    for rule, group in groupby(by_rule, key=lambda item: item.rule):
        out += _indented(clean.line(rule), _INDENT + "  ", width)
        for item in group:
            out += _indented(clean.line(item.text), _INDENT + "    ", width)
    return out


def _indented(text: str, indent: str, width: int) -> list[str]:
    return [indent + line for line in wrap(text, max(20, width - len(indent)) if width > 0 else 0)]


def change_block(
    change: Change, source: Source | None, *, history: Sequence[Review] = (), pairs: Sequence[tuple[str, str]] = (),
    noise: bool = False, width: int = 80, colour: bool = False, lead: str = "", whole: bool = False,
) -> list[str]:
    """The whole block: heading, facts, note, edits, reviews, evidence, set aside; blank lines between the parts."""
    parts = [
        heading(change, source, width=width, colour=colour, lead=lead) + facts(change, width=width),
        notes(change, width=width),
        edits(change.edits, width=width, colour=colour, whole=whole),
        reviews(change, history, width=width),
        evidence(pairs, width=width),
        set_aside(change.set_aside, width=width, listed=noise),
    ]
    lines: list[str] = []
    for part in parts:
        if part:
            lines += [*([""] if lines else []), *part]
    return lines


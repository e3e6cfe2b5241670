"""A report as text: the sentence, what could not be checked, the glance, each change in full, what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guidetrack.models import Change, ChangeKind, Report, Source
from guidetrack.report import block, paint, state, words
from guidetrack.report.width import cut, pad, wrap

RULE = "-" * 70


def report_text(report: Report, *, width: int = 80, colour: bool = False) -> str:
    """The whole report as text."""
    sources, histories = state.sources_of(report), words.by_change(report.reviews)
    told = state.told(report)
    parts = [[line for text in (words.period(report), state.glance(report)) for line in wrap(text, width)]]
    parts += [trouble_lines(report, width=width, colour=colour)]
    parts += [glance_lines(told, sources, width=width, colour=colour)]
    for at, change in enumerate(told, 1):
        ruled = [RULE] if at == 1 else []
        parts.append(ruled + block.change_block(
            replace(change, edits=()) if words.retold(change) else change, sources.get(change.source),
            history=histories.get(change.id, ()), width=width, colour=colour,
            lead=f"{at}. "))
    parts.append([RULE, *aside_lines(report, width=width)])
    parts.append(wrap(words.LIMITS, width))
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def trouble_lines(report: Report, *, width: int, colour: bool = False) -> list[str]:
    """``Not checked``: each source with its state, since when and why; empty when all was well."""
    found = state.troubles(report)
    if not found:
        return []
    lines = ["Not checked"]
    for trouble in found:
        word = trouble.word.upper() if trouble.word in ("overdue", "late") else trouble.word
        said = f"{words.who(trouble.source, trouble.source.id)}: {trouble.sentence}."
        text = wrap(said, max(24, width - 11) if width else 0)
        lines.append(f"  {paint.state(trouble.word, colour, pad(word, 8))} {text[0]}")
        lines += [" " * 11 + line for line in text[1:]]
    return lines


def glance_lines(
    changes: Sequence[Change], sources: dict[str, Source], *, width: int, colour: bool = False
) -> list[str]:
    """One entry a change: level, publisher, document, the sentence."""
    lines = []
    for change in changes:
        source = sources.get(change.source)
        start = f"  {paint.level(change.level, pad(words.level(change), 7), colour)} "
        name = words.who(source, change.source)
        lines.append(start + (cut(name, width - 10) if width else name))
        lines += [" " * 10 + line for line in wrap(words.headline(change), max(24, width - 10) if width else 0)]
    return lines


def aside_lines(report: Report, *, width: int) -> list[str]:
    """What was set aside, folded, read anew by us, and what still waits for a decision."""
    lines = []
    noisy = [outcome for outcome in report.outcomes if outcome.set_aside]
    if noisy:
        count = sum(outcome.set_aside for outcome in noisy)
        lines.append(("Set aside", f"{words.plural(count, 'line')} as noise in {words.plural(len(noisy), 'source')}. "
                                   "Listed by: guidetrack show NUMBER --noise"))
    quiet = [change for change in report.changes if change.folded]
    if quiet:
        lines.append(("Folded", f"{words.plural(len(quiet), 'return')} of pages that alternate between two texts: "
                      + numbers(quiet)))
    ours = [change for change in report.changes if change.kind is ChangeKind.TECHNICAL]
    if ours:
        lines.append(("Technical", f"{words.plural(len(ours), 'difference')} made by our own reading, not by the "
                                   f"publisher: {numbers(ours)}"))
    past = [change for change in report.changes if change.historical]
    if past:
        lines.append(("Historical", f"{words.plural(len(past), 'change')} found in archives of the past: "
                                    f"{numbers(past)}"))
    if report.waiting:
        lines.append(("Waiting", f"{words.plural(len(report.waiting), 'earlier change')} not reviewed yet: "
                      + numbers(report.waiting)))
    count = state.source_count(report)
    troubled = len(state.troubles(report)) or "none"
    looked = state.looked(report)
    lines.append(("Coverage", f"{words.plural(count, 'source')} watched; {troubled} without a new text."
                              + (f" {looked}." if looked else "")))
    return [line for label, text in lines for line in _hanging(label, text, width)]


def numbers(changes: Sequence[Change], limit: int = 12) -> str:
    """``#0131, #0128`` and how many more."""
    shown = ", ".join(words.number(change.id) for change in changes[:limit])
    return shown + (f" and {len(changes) - limit} more." if len(changes) > limit else ".")


def _hanging(label: str, text: str, width: int) -> list[str]:
    first, *rest = wrap(text, max(24, width - 14) if width else 0)
    return [f"{pad(label, 13)} {first}", *(" " * 14 + line for line in rest)]

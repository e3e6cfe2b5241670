"""The two bodies of a mail, in the same order and the same words, within budgets.

Gmail clips HTML near 102 KB, so the HTML part stays under 90 KB and one change under 8 KB; what does not fit is
counted and stands in the attached report. The plain part tells the same edits and lists every summary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import css_inline
from markupsafe import Markup

from guidetrack.models import Change, Edit, Report, Review, Source
from guidetrack.report import block, clean, plain, redline, state, words
from guidetrack.report.html import environment, template, view
from guidetrack.report.width import wrap

MAIL_BYTES = 90_000
CHANGE_BYTES = 8_000
_RESERVE_BYTES = 4_000
"""Kept free for what follows the changes."""
_ROWS = 20
"""Lines of the glance and of the troubles in the HTML part; the plain part lists them all."""
_REVIEWS = 3
"""Newest decisions told with a change."""
_LINES = (700, 200, 60)
"""Characters of a line under a change's heading: the first that leaves room for the edits is taken."""
_CLIPS = (1_200, 500, 200)
"""Characters of an edit: the first that lets it fit is taken."""
WIDTH = 78


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and both bodies."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Planned:
    """A change as the mail tells it: the edits that fit, clipped to ``limit`` characters, and its HTML."""

    change: Change
    edits: tuple[Edit, ...]
    limit: int
    html: str
    left: str


def letter(report: Report, subject: str, attachment: str) -> Letter:
    """The mail about ``report``. :param attachment: file name of the attached report, or empty for none."""
    told, sources = tuple(map(_brief, state.told(report))), state.sources_of(report)
    frame = _frame(report, told, sources, subject, attachment)
    histories = words.by_change(report.reviews)
    room = MAIL_BYTES - _RESERVE_BYTES - len(_inlined(frame.render(blocks=(), left="")).encode())
    planned: list[_Planned] = []
    for at, change in enumerate(told, 1):
        one = _plan(at, change, sources.get(change.source), histories.get(change.id, ()))
        room -= len(one.html.encode())
        if room < 0:
            break
        planned.append(one)
    left = _left(told[len(planned):], attachment)
    html = _inlined(frame.render(blocks=[Markup(one.html) for one in planned], left=left))
    return Letter(subject, _plain(report, planned, left, attachment), html)


def _brief(change: Change) -> Change:
    """A return is one line, not a redline."""
    return replace(change, edits=()) if words.retold(change) else change


def _left(changes: Sequence[Change], attachment: str) -> str:
    """How many changes are listed above but not told in full, and where they are."""
    if not changes:
        return ""
    numbers = plain.numbers(changes)
    where = "in the attached report" if attachment else "in the report"
    return f"…and {words.plural(len(changes), 'more change', 'more changes')} in full {where}: {numbers}"


class _Frame:
    """The page round the blocks, with everything but the blocks already known."""

    def __init__(self, **known: object) -> None:
        self.known = known

    def render(self, *, blocks: Sequence[Markup], left: str) -> str:
        return environment().get_template("mail.html.j2").render(**self.known, blocks=blocks, left=left)


def _frame(report: Report, told: Sequence[Change], sources: dict[str, Source], subject: str, attachment: str) -> _Frame:
    return _Frame(subject=subject, period=words.period(report), glance=state.glance(report), told=told, sources=sources,
                  troubles=state.troubles(report), most_rows=_ROWS, aside=plain.aside_lines(report, width=0),
                  closing=closing(report, attachment))


def _inlined(html: str) -> str:
    """Styles moved onto the elements: mail programs drop ``<style>``. Nothing remote is ever loaded."""
    return css_inline.inline(html, extra_css=template("mail.css"), load_remote_stylesheets=False)


def _fragment(html: str) -> str:
    return css_inline.inline_fragment(html, template("mail.css"), load_remote_stylesheets=False)


def _plan(at: int, change: Change, source: Source | None, history: Sequence[Review]) -> _Planned:
    """As many edits as fit into the change's budget."""
    template = environment().get_template("mail_change.html.j2")
    for most in _LINES:
        head = _fragment(template.render(at=at, change=change, source=source, said=_said(change, history), most=most))
        if len(head.encode()) <= CHANGE_BYTES // 2:
            break
    for limit in _CLIPS:
        html, count = _with_edits(head, change, limit)
        if count or not change.edits:
            break
    rest = change.edits[count:]
    left = ""
    if rest:
        sections = len({edit.section for edit in rest})
        left = (f"…and {words.plural(len(rest), 'more edit')} in {words.plural(sections, 'section')}, in the report.")
        html += _fragment(f'<p class="m">{left}</p>')
    return _Planned(change, change.edits[:count], limit, html, left)


def _with_edits(head: str, change: Change, limit: int) -> tuple[str, int]:
    edit_template = environment().get_template("mail_edit.html.j2")
    html, room, path = head, CHANGE_BYTES - len(head.encode()) - 200, None
    for count, edit in enumerate(change.edits):
        heading = "" if edit.section == path else words.section_path(edit.section)
        piece = _fragment(edit_template.render(heading=heading, shown=view.shown(edit, limit)))
        room -= len(piece.encode())
        if room < 0:
            return html, count
        html, path = html + piece, edit.section
    return html, len(change.edits)


def _said(change: Change, history: Sequence[Review]) -> list[str]:
    """The lines under a change's heading, as in the plain block."""
    lines = [clean.line(change.url), words.dates_line(change), words.headline(change), *view.remarks(change),
             words.why(change), *map(words.review_line, history[-_REVIEWS:])]
    if words.open_after(history):
        lines.append(f'{words.asked(history)} guidetrack review {change.id:04d} --by "…" --decision …')
    return [line for line in lines if line]


def _plain(report: Report, planned: Sequence[_Planned], left: str, attachment: str) -> str:
    """The plain part, complete on its own."""
    told, sources = state.told(report), state.sources_of(report)
    histories = words.by_change(report.reviews)
    parts = [[words.period(report), *wrap(state.glance(report), WIDTH)],
             plain.trouble_lines(report, width=WIDTH), plain.glance_lines(told, sources, width=WIDTH)]
    for at, one in enumerate(planned, 1):
        lines = block.change_block(
            replace(one.change, edits=tuple(_clip(edit, one.limit) for edit in one.edits)),
            sources.get(one.change.source), history=histories.get(one.change.id, ()), width=WIDTH, lead=f"{at}. ")
        ruled = [plain.RULE] if at == 1 else []
        parts.append([*ruled, *lines, *(["", f"   {one.left}"] if one.left else [])])
    parts += [[left] if left else [], [plain.RULE, *plain.aside_lines(report, width=WIDTH)]]
    parts.append([line for text in closing(report, attachment) for line in wrap(text, WIDTH)])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _clip(edit: Edit, limit: int) -> Edit:
    """The edit with its runs shortened and clipped as in the HTML part."""
    return replace(edit, ops=redline.clipped(redline.shortened(redline.operations(edit)), limit))


def closing(report: Report, attachment: str) -> list[str]:
    """Limits, where the whole report is, and what made this."""
    count = words.plural(state.source_count(report), "source")
    attached = f"Full report attached: {attachment} (opens offline). " if attachment else ""
    run = f", run {clean.line(report.run.id)}" if report.run else ""
    return [f"{count} watched. This mail shows what we saw; the publisher's page is the authority. "
            "It reads text, not images, and is not legal advice.",
            f"{attached}guidetrack {clean.line(report.version)}{run}."]

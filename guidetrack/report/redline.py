"""One edit as marked words: shortened around what changed, never inside a word; in text or in HTML."""

from __future__ import annotations

from guidetrack.models import Edit, EditKind, Op, OpKind
from guidetrack.report import clean
from guidetrack.report.width import pieces

CONTEXT_WORDS = 12
"""Words kept on either side of a changed word when a block is shortened."""
WHOLE_CHARACTERS = 400
"""Blocks up to this long are shown whole."""
MARK_CHARACTERS = 30
"""What a changed run is counted for beside its words when a passage is clipped."""
GAP = " … "


MARKS = {OpKind.SAME: ("", ""), OpKind.DELETED: ("[-", "-]"), OpKind.INSERTED: ("{+", "+}")}
"""What stands before and after each kind of run in plain text."""


def operations(edit: Edit) -> tuple[Op, ...]:
    """The edit's runs of words, safe to show; a whole block added or removed is one run."""
    if edit.ops:
        ops: tuple[Op, ...] = edit.ops
    elif edit.kind is EditKind.ADDED:
        ops = (Op(OpKind.INSERTED, edit.after),)
    elif edit.kind is EditKind.REMOVED:
        ops = (Op(OpKind.DELETED, edit.before),)
    elif edit.before == edit.after:
        ops = (Op(OpKind.SAME, edit.after),)
    else:
        ops = (Op(OpKind.DELETED, edit.before), Op(OpKind.INSERTED, edit.after))
    safe = (Op(op.kind, clean.inline(op.text)) for op in ops)
    return tuple(op for op in safe if op.text)


def shortened(ops: tuple[Op, ...], *, limit: int = WHOLE_CHARACTERS, context: int = CONTEXT_WORDS) -> tuple[Op, ...]:
    """The runs with long unchanged stretches cut to a few words and ``…``; every changed word stays.

    :param limit: characters up to which a block stays whole.
    """
    if sum(len(op.text) for op in ops) <= limit:
        return ops
    last = len(ops) - 1
    result = []
    for at, op in enumerate(ops):
        if op.kind is OpKind.SAME:
            # words are kept on the side where a change stands; a block without any keeps both ends
            head = context if at or not last else 0
            tail = context if at < last or not last else 0
            op = Op(op.kind, _middle_out(op.text, head, tail))
        result.append(op)
    return tuple(result)


def clipped(ops: tuple[Op, ...], limit: int) -> tuple[Op, ...]:
    """The first runs, up to about ``limit`` characters, ending in ``…`` where words were left out: for budgets."""
    kept: list[Op] = []
    room = limit
    for op in ops:
        if len(op.text) > room:
            head = ""
            for piece in pieces(op.text):
                if len(head) + len(piece) > room:
                    break
                head += piece
            return (*kept, Op(op.kind, head.rstrip() + GAP.rstrip()))
        kept.append(op)
        # a mark costs room too: a thousand changed letters are not a thousand characters of mail
        room -= len(op.text) + (0 if op.kind is OpKind.SAME else MARK_CHARACTERS)
    return tuple(kept)


def _middle_out(text: str, head: int, tail: int) -> str:
    """The first ``head`` and last ``tail`` words of ``text`` with a gap between, when that is shorter."""
    parts = pieces(text)
    words = [at for at, part in enumerate(parts) if not part.isspace()]
    if len(words) <= head + tail + 3:
        return text
    start = "".join(parts[: words[head - 1] + 1]) if head else ""
    end = "".join(parts[words[-tail]:]) if tail else ""
    return start + (GAP if start and end else GAP.rstrip() if start else GAP.lstrip()) + end


def before(ops: tuple[Op, ...]) -> str:
    """The old words."""
    return "".join(op.text for op in ops if op.kind is not OpKind.INSERTED).strip()


def after(ops: tuple[Op, ...]) -> str:
    """The new words."""
    return "".join(op.text for op in ops if op.kind is not OpKind.DELETED).strip()


def marked(ops: tuple[Op, ...]) -> str:
    """Old and new words in one line, with marks round what went and what came."""
    return "".join(MARKS[op.kind][0] + op.text + MARKS[op.kind][1] for op in ops).strip()

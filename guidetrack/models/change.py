"""Comparison, Change and Review: what differs, what we recorded of it, what people decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guidetrack.models.capture import CaptureRef
from guidetrack.models.enums import ChangeKind, Decision, EditKind, Level, OpKind
from guidetrack.models.text import PublisherNote, SetAside


@dataclass(frozen=True, slots=True)
class Op:
    """A run of words that stayed, went or came. Joined without separators they rebuild a block."""

    kind: OpKind
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What happened to one block.

    :param section: headings down to the block, in the new text (for ``removed``: in the old).
    :param before: the whole block as in the old ``text.plain``; empty when added.
    :param after: the whole block as in the new one; empty when removed.
    :param ops: SAME+DELETED joined give ``before``, SAME+INSERTED joined give ``after``.
    :param old_at: index into the old ``Text.lines``; None when added. :param new_at: likewise, None when removed.
    :param moved_from: headings it stood under before, when it moved.
    :param coarse: the bound of work was reached; correct, but not the smallest description.
    """

    kind: EditKind
    section: tuple[str, ...]
    before: str
    after: str
    ops: tuple[Op, ...] = ()
    old_at: int | None = None
    new_at: int | None = None
    moved_from: tuple[str, ...] = ()
    level: Level = Level.LOW
    reasons: tuple[str, ...] = ()
    coarse: bool = False

    @property
    def marked(self) -> str:
        """The whole block with ``[-removed-]`` and ``{+added+}`` words."""
        marks = {OpKind.SAME: ("", ""), OpKind.DELETED: ("[-", "-]"), OpKind.INSERTED: ("{+", "+}")}
        return "".join(marks[op.kind][0] + op.text + marks[op.kind][1] for op in self.ops if op.text)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference of two texts. Falsy when no content changed.

    :param reasons: why this level, each quoting the words and naming the section; weightiest first.
    :param renumbered: how many headings or references changed in nothing but their number.
    :param unstable: lines that differed between two looks seconds apart, in normal form; after each, behind a tab,
        what stands for its place. To be handed back as ``remembered``.
    :param shaky: an edit stands in or beside what is unstable: one more look may say otherwise.
    :param silent: pairs of lines that differ in what is no content (numbering, typography, order) or were set
        aside as unstable. With ``edits`` they rebuild either text exactly; nobody is told of them.
    """

    edits: tuple[Edit, ...] = ()
    level: Level = Level.LOW
    reasons: tuple[str, ...] = ()
    summary: str = ""
    set_aside: tuple[SetAside, ...] = ()
    renumbered: int = 0
    coarse: bool = False
    unstable: tuple[str, ...] = ()
    silent: tuple[Edit, ...] = ()
    shaky: bool = False

    def __bool__(self) -> bool:
        return bool(self.edits)


@dataclass(frozen=True, slots=True)
class ComingDate:
    """A binding date stated in a current text.

    :param section: headings down to the sentence. :param why: ``effective``, ``expiry`` or ``deadline``.
    """

    value: date
    section: tuple[str, ...]
    sentence: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """A comparison we recorded.

    :param id: number in this archive, from 1; 0 before it is recorded.
    :param seen: when the new text was fetched (aware, UTC). :param stated: the date the document gives itself.
    :param from_: the capture of the last good text; None for none. :param to: the capture that showed the change.
    :param confirmed: a second look agreed; False means seen once.
    :param folded: recorded, not told: the page alternates between texts.
    :param historical: found in a web archive or an imported file; never notified.
    :param detail: what the kind needs said: which text returned, where it moved, gone since when.
    """

    id: int
    source: str
    kind: ChangeKind
    level: Level
    reasons: tuple[str, ...]
    summary: str
    seen: datetime
    to: CaptureRef | None = None
    from_: CaptureRef | None = None
    stated: date | None = None
    edits: tuple[Edit, ...] = ()
    notes: tuple[PublisherNote, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    renumbered: int = 0
    confirmed: bool = True
    folded: bool = False
    historical: bool = False
    coarse: bool = False
    detail: str = ""
    url: str = ""
    run: str = ""

    @property
    def notifies(self) -> bool:
        """Whether anyone is to be told of it."""
        return not (self.folded or self.historical or self.kind is ChangeKind.TECHNICAL)


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on a change. Recorded as typed; guidetrack does not authenticate.

    :param account: operating-system account. :param meaning: ``review`` or ``approval``.
    :param previous: SHA-256 of the journal entry before this one.
    """

    id: int
    change: int
    by: str
    role: str
    decision: Decision
    note: str
    at: datetime
    account: str = ""
    meaning: str = "review"
    version: str = ""
    previous: str = ""

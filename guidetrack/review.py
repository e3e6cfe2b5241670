"""The rules of reviewing, pure: who may decide what, when a note is needed, when a change is open, decided, confirmed.

guidetrack records what was typed; it does not authenticate anybody. Who may write to the archive is a matter of
file permissions.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from guidetrack.errors import UsageError
from guidetrack.models import Change, Decision, Review

REVIEW, APPROVAL = "review", "approval"
MAX_NAME, MAX_NOTE = 200, 10_000
"""Characters; a note is a sentence or a reference, not a document."""


class State(StrEnum):
    """Where a change stands with its reviewers."""

    OPEN = "open"
    """Nobody decided, or it was reopened."""
    DECIDED = "decided"
    CONFIRMED = "confirmed"
    """A second person agreed with the last decision."""


def state(reviews: Sequence[Review]) -> State:
    """Where a change with these reviews (oldest first) stands."""
    if not reviews or reviews[-1].decision is Decision.REOPEN:
        return State.OPEN
    return State.CONFIRMED if reviews[-1].meaning == APPROVAL else State.DECIDED


def settled(reviews: Sequence[Review], *, two_person: bool) -> bool:
    """Whether nothing is left to do: decided, and confirmed where the source asks for two persons."""
    stands = state(reviews)
    return stands is State.CONFIRMED or (stands is State.DECIDED and not two_person)


def decided(change: Change, reviews: Sequence[Review], *, by: str, decision: Decision, note: str, at: datetime,
            role: str = "", confirm: bool = False, two_person: bool = False, version: str = "",
            account: str | None = None) -> Review:
    """The entry to record, its number still 0, or UsageError with a sentence.

    :param reviews: the entries on this change so far, oldest first.
    :param confirm: agree, under another name, with the last decision; ``decision`` must be the same.
    :param account: operating-system account; None asks the system.
    """
    by, role, note = _one_line(by), _one_line(role), note.strip()
    if not by:
        raise UsageError("a review needs the name of who decides: --by NAME")
    if len(by) > MAX_NAME or len(role) > MAX_NAME or len(note) > MAX_NOTE:
        raise UsageError(f"a name or role may have {MAX_NAME} characters, a note {MAX_NOTE}")
    if confirm:
        _check_confirmation(change, reviews, by, decision, two_person=two_person)
    elif decision.needs_note and not note:
        raise UsageError(f"the decision {decision} needs a note that says {_wanted(decision)}: --note '…'")
    elif decision is Decision.REOPEN and state(reviews) is State.OPEN:
        raise UsageError(f"change {change.id} is open; there is nothing to reopen")
    return Review(0, change.id, by, role, decision, note, at, system_account() if account is None else account,
                  APPROVAL if confirm else REVIEW, version)


def _check_confirmation(change: Change, reviews: Sequence[Review], by: str, decision: Decision, *,
                        two_person: bool) -> None:
    if not two_person:
        raise UsageError(f"{change.source} asks for no second person; set two_person = true in sources.toml to use it")
    if state(reviews) is State.OPEN:
        raise UsageError(f"change {change.id} has no decision yet that could be confirmed")
    last = reviews[-1]
    if state(reviews) is State.CONFIRMED:
        raise UsageError(f"change {change.id} is confirmed already, by {last.by}")
    if decision is not last.decision:
        raise UsageError(f"the decision on change {change.id} is {last.decision}; confirm that one, or record another")
    if by.casefold() == last.by.casefold():
        raise UsageError(f"{by} decided this; another person must confirm it")


def _wanted(decision: Decision) -> str:
    return {
        Decision.NO_ACTION: "why nothing needs to change",
        Decision.NOT_APPLICABLE: "why it does not apply to you",
        Decision.ACTION: "what must change, or a ticket",
        Decision.DONE: "where the evidence is",
        Decision.REOPEN: "what is new",
    }[decision]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def system_account() -> str:
    """The operating-system account of this process, as the system names it; a number when it has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""

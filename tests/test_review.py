"""The rules of reviewing: who, what, when a note is needed, what a second person may do."""

from __future__ import annotations

import pytest

from guidetrack import review
from guidetrack.errors import UsageError
from guidetrack.models import Decision, Review
from guidetrack.review import State
from tests.support.archive import NOW, capture, change

CHANGE = change("a", capture(), id=7)


def _decided(*reviews: Review, by: str = "A. Person", decision: Decision = Decision.NO_ACTION, note: str = "Read.",
             confirm: bool = False, two_person: bool = False, role: str = "") -> Review:
    return review.decided(CHANGE, reviews, by=by, role=role, decision=decision, note=note, at=NOW, confirm=confirm,
                          two_person=two_person, version="1", account="account")


def test_an_entry_holds_what_was_typed() -> None:
    """Name and role as typed but on one line, decision, note, time, account, version; the number comes later."""
    made = _decided(by="  A.\nPerson ", role="Pharmacist", note=" Policy 4.2. ")
    assert made == Review(0, 7, "A. Person", "Pharmacist", Decision.NO_ACTION, "Policy 4.2.", NOW, "account", "review", "1")


def test_the_account_is_asked_of_the_system() -> None:
    """Without being told, the entry names the account the process runs under."""
    made = review.decided(CHANGE, [], by="A", decision=Decision.NOISE, note="", at=NOW)
    assert made.account == review.system_account() != ""


@pytest.mark.parametrize("decision", [d for d in Decision if d.needs_note and d is not Decision.REOPEN])
def test_a_note_is_needed(decision: Decision) -> None:
    """Every decision but noise must say why or what."""
    with pytest.raises(UsageError, match=f"the decision {decision} needs a note that says"):
        _decided(decision=decision, note="  ")
    assert _decided(decision=Decision.NOISE, note="").note == ""


def test_a_name_is_needed_and_bounded() -> None:
    """Nobody is not a person; a novel is not a name, nor a note."""
    for wrong in ({"by": " "}, {"by": "x" * 201}, {"note": "x" * 10_001}, {"role": "x" * 201}):
        with pytest.raises(UsageError):
            _decided(**wrong)  # type: ignore[arg-type]


def test_where_a_change_stands() -> None:
    """Open until decided, open again once reopened, confirmed by a second person."""
    one = _decided()
    again = _decided(one, decision=Decision.REOPEN)
    second = _decided(one, by="B. Other", confirm=True, two_person=True)
    assert [review.state(found) for found in ([], [one], [one, again], [one, second])] == [
        State.OPEN, State.DECIDED, State.OPEN, State.CONFIRMED]
    assert second.meaning == "approval"
    assert review.settled([one], two_person=False)
    assert not review.settled([one], two_person=True)
    assert review.settled([one, second], two_person=True)


def test_nothing_open_is_reopened() -> None:
    """Only what was decided can be reopened."""
    with pytest.raises(UsageError, match="nothing to reopen"):
        _decided(decision=Decision.REOPEN)


@pytest.mark.parametrize(("by", "decision", "reviews", "two_person", "why"), [
    ("a. PERSON", Decision.NO_ACTION, 1, True, "another person must confirm"),
    ("B. Other", Decision.ACTION, 1, True, "is no-action; confirm that one"),
    ("B. Other", Decision.NO_ACTION, 0, True, "no decision yet"),
    ("B. Other", Decision.NO_ACTION, 1, False, "two_person = true"),
    ("C. Third", Decision.NO_ACTION, 2, True, "confirmed already"),
])
def test_who_may_confirm(by: str, decision: Decision, reviews: int, two_person: bool, why: str) -> None:
    """Another name, the same decision, where the source asks for it, and once."""
    one = _decided()
    history = [one, _decided(one, by="B. Other", confirm=True, two_person=True)][:reviews]
    with pytest.raises(UsageError, match=why):
        _decided(*history, by=by, decision=decision, confirm=True, two_person=two_person)

"""What people chose about a patient as a whole, from the events about the patient."""

import json
from datetime import UTC, datetime

import pytest

from recall_tui.domain.choices import choice_of
from recall_tui.domain.commands import REPLIES, ContactOutcome
from recall_tui.domain.decisions import Decision, DecisionKind


def event(seq: int, kind: DecisionKind, *, undoes: str = "", **payload: object) -> Decision:
    """Return an event about the patient."""
    at = datetime(2026, 11, 20, 10, seq, tzinfo=UTC)
    return Decision(
        f"e{seq}", f"c{seq}", at, "jo", kind, "1", payload=payload, undoes=undoes, seq=seq
    )


def contacted(seq: int, outcome: ContactOutcome, number: str = "") -> Decision:
    """Return a contact that ended so."""
    return event(seq, DecisionKind.CONTACTED, outcome=str(outcome), number=number)


DIED = contacted(1, ContactOutcome.DECEASED_REPORTED)
WRONG = contacted(2, ContactOutcome.WRONG_NUMBER, "07700900123")


def test_a_reported_death_and_a_wrong_number_stay_known() -> None:
    """Nobody is texted at a stranger's number, and no family about somebody who died."""
    found = choice_of([DIED, WRONG])
    assert (found.deceased, found.wrong_number) == (True, "07700900123")
    nobody_answered = contacted(3, ContactOutcome.NO_ANSWER)
    assert choice_of([DIED, WRONG, nobody_answered]) == found


@pytest.mark.parametrize("reply", sorted(REPLIES))
def test_who_replies_is_alive_and_reached(reply: ContactOutcome) -> None:
    """A reply ends what was reported before it, not what is reported later."""
    found = choice_of([DIED, WRONG, contacted(3, reply)])
    assert (found.deceased, found.wrong_number) == (False, "")
    assert choice_of([contacted(0, reply), DIED]).deceased


def test_what_was_undone_does_not_count() -> None:
    """A death reported of the wrong patient is taken back."""
    undone = event(3, DecisionKind.UNDONE, undoes="c1")
    assert not choice_of([DIED, undone]).deceased


def test_month_owner_and_flags_are_the_last_said() -> None:
    """Each is what was said last; month 0 gives the choice back to the practice."""
    said = [
        event(1, DecisionKind.MONTH_CHOSEN, month=3),
        event(2, DecisionKind.ASSIGNED, to="al"),
        event(3, DecisionKind.FLAGGED, flag="housebound", on="2026-11-01", holds=True),
        event(4, DecisionKind.FLAGGED, flag="carer", on="2026-11-02", holds=True),
        event(5, DecisionKind.FLAGGED, flag="housebound", on="2026-11-20", holds=False),
        event(6, DecisionKind.NOTED, text="rang"),
    ]
    found = choice_of(said)
    assert (found.month, found.owner) == (3, "al")
    assert json.loads(found.flags) == {
        "carer": ["2026-11-02", True, "jo"], "housebound": ["2026-11-20", False, "jo"],
    }  # fmt: skip
    back = [event(7, DecisionKind.MONTH_CHOSEN, month=0), event(8, DecisionKind.ASSIGNED, to="")]
    found = choice_of([*said, *back])
    assert (found.month, found.owner) == (None, "")

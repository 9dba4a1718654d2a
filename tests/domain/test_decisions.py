"""Decisions: undo and redo, folding, and where a due item stands."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.domain.decisions import (
    Decision,
    DecisionKind,
    Facts,
    ItemState,
    blocking_change,
    fold,
)
from recall_tui.domain.live import live
from recall_tui.domain.standing import (
    BOOKING_GRACE_DAYS,
    NO_RESPONSE_DAYS,
    NO_RESPONSE_INVITES,
    state_of,
)
from recall_tui.domain.states import DueState

DUE = date(2026, 12, 15)
TODAY = date(2026, 11, 22)
UNREACHABLE = Facts(done=False, held=False, high_risk=False, reachable=False)
OPEN = Facts(done=False, held=False, high_risk=False)
RISKY = Facts(done=False, held=False, high_risk=True)


def event(seq: int, kind: DecisionKind, **payload: object) -> Decision:
    """Return an event; its command is named after its number unless ``command`` is given."""
    command = payload.pop("command", f"c{seq}")
    undoes = payload.pop("undoes", "")
    by = payload.pop("by", "jo")
    due_on = payload.pop("due_on", DUE)
    assert isinstance(due_on, date)
    return Decision(
        event_id=f"e{seq}",
        command_id=str(command),
        at=datetime(2026, 11, 20, 10, seq % 60, tzinfo=UTC),
        by=str(by),
        kind=kind,
        patient="1",
        item="hba1c",
        due_on=due_on,
        payload=payload,
        undoes=str(undoes),
        seq=seq,
    )


INVITE = event(1, DecisionKind.INVITED, on="2026-11-01", channel="sms")
BOOK = event(2, DecisionKind.BOOKED, on="2026-12-03", booking_id="b1", appointment_id="a1")


def test_undo_takes_a_booking_back_and_keeps_the_invites() -> None:
    """An undone booking leaves the invite count as it was before."""
    undo = event(3, DecisionKind.UNDONE, undoes="c2")
    state = fold([INVITE, BOOK, undo], None)
    assert (state.invites, state.booked_for) == (1, None)


def test_redo_takes_the_undo_back() -> None:
    """Undoing an undo brings the booking back, and so on at any depth."""
    undo = event(3, DecisionKind.UNDONE, undoes="c2")
    redo = event(4, DecisionKind.UNDONE, undoes="c3")
    again = event(5, DecisionKind.UNDONE, undoes="c4")
    assert fold([BOOK, undo, redo], None).booked_for == date(2026, 12, 3)
    assert fold([BOOK, undo, redo, again], None).booked_for is None


def test_decisions_of_a_closed_period_no_longer_count() -> None:
    """An invite for last year's due date is no invite for this year's."""
    old = event(1, DecisionKind.INVITED, on="2025-11-01", channel="sms", due_on=date(2025, 12, 15))
    assert fold([old], closed_through=date(2025, 12, 15)).invites == 0
    assert fold([old], closed_through=date(2024, 12, 15)).invites == 1


def test_a_moved_recall_date_keeps_the_decisions() -> None:
    """An invite for 15 December stays with the open item when the due date moves to March."""
    assert fold([INVITE], closed_through=date(2025, 12, 15)).invites == 1


def test_a_no_is_for_one_period() -> None:
    """Who declined in 2026 is asked again in 2027; while the period lasts the no stands."""
    said_no = event(1, DecisionKind.DECLINED, reason="no")
    before, later = date(2025, 12, 15), date(2027, 12, 15)
    assert fold([said_no], before, DUE, date(2026, 9, 22)).declined == "no"
    assert fold([said_no], before, later, date(2027, 9, 22)).declined == ""


def test_a_no_follows_its_due_date_within_the_period() -> None:
    """A birth date corrected by three weeks moves the due date, not what the patient said."""
    said_no = event(1, DecisionKind.DECLINED, reason="no")
    moved = date(2027, 1, 5)
    assert fold([said_no], date(2026, 1, 5), moved, date(2026, 10, 13)).declined == "no"


def test_mark_done_of_an_earlier_date_closes_nothing_later() -> None:
    """Marked done for June under a half-yearly rule: December's is open once the rule is off."""
    june, december = date(2026, 6, 15), DUE
    marked = event(1, DecisionKind.MARKED_DONE, reason="letter", due_on=june)
    assert fold([marked], date(2025, 12, 15), june).closed_for == june
    assert fold([marked], date(2025, 12, 15), december).closed_for is None


def test_a_note_about_an_item_changes_nothing() -> None:
    """What only tells something, about whichever due date, leaves the item as it stands."""
    told = [
        event(3, DecisionKind.NOTED, text="rang"),
        event(4, DecisionKind.CONTACTED, outcome="no_answer"),
        event(5, DecisionKind.ASSIGNED, to="al"),
    ]
    assert fold([INVITE, BOOK, *told], None) == fold([INVITE, BOOK], None)


def test_a_hold_without_an_end_holds_until_somebody_ends_it() -> None:
    """An end that was left empty is no end, not a day that cannot be read."""
    held = event(3, DecisionKind.HELD, reason="in hospital", name="Dr A", until="")
    state = fold([held], None)
    assert (state.held, state.held_until) == ("in hospital", None)
    assert state_of(OPEN, state, TODAY + timedelta(1000)) is DueState.ON_HOLD


def test_a_hold_ends_on_its_review_date() -> None:
    """Who held it and until when is kept; on that day the item is on the list again."""
    held = event(3, DecisionKind.HELD, reason="in hospital", name="Dr A", until="2026-12-20")
    state = fold([held], None)
    assert (state.held_by, state.held_until) == ("Dr A", date(2026, 12, 20))
    assert state_of(OPEN, state, date(2026, 12, 19)) is DueState.ON_HOLD
    assert state_of(OPEN, state, date(2026, 12, 20)) is DueState.OUTSTANDING


def test_a_no_of_an_earlier_period_hides_nothing_that_came_after_it() -> None:
    """What no longer counts is left out by itself; the invites of this period are counted on."""
    said_no = event(1, DecisionKind.DECLINED, reason="no", due_on=date(2026, 6, 15))
    invited = event(2, DecisionKind.INVITED, on="2026-11-01", channel="sms")
    state = fold([said_no, invited], date(2025, 12, 15), DUE, date(2026, 9, 22))
    assert (state.declined, state.invites) == ("", 1)


def test_what_was_decided_is_for_the_latest_due_date_of_all() -> None:
    """A letter that is recorded late, for an earlier due date, takes nothing back."""
    late = event(3, DecisionKind.INVITED, on="2026-11-20", channel="letter", due_on=TODAY)
    assert fold([BOOK, late], None).decided_for == DUE
    assert fold([late, BOOK], None).decided_for == DUE


def test_what_wakes_an_item_ends_one_thing_only() -> None:
    """The year of a no ends the no and no snooze; a reply ends the snooze and no no."""
    said_no = event(1, DecisionKind.DECLINED, reason="no")
    snoozed = event(2, DecisionKind.SNOOZED, until="2026-12-20", when="reply")
    year = event(3, DecisionKind.WOKEN, because="year")
    reply = event(3, DecisionKind.WOKEN, because="reply")
    ended = fold([said_no, snoozed, year], None)
    assert (ended.declined, ended.snoozed_until) == ("", date(2026, 12, 20))
    awake = fold([said_no, snoozed, reply], None)
    assert (awake.declined, awake.snoozed_until, awake.snoozed_when) == ("no", None, "")
    assert awake.snoozes == 1


def test_a_booking_ends_a_no() -> None:
    """Who declined and then rings to book is booked, not hidden as declined."""
    said_no = event(1, DecisionKind.DECLINED, reason="no")
    state = fold([said_no, BOOK], None)
    assert (state.declined, state.booked_for) == ("", date(2026, 12, 3))


def test_taking_an_older_booking_back_leaves_the_newer_one() -> None:
    """Booked twice: what takes the first one back says nothing about the second."""
    second = event(3, DecisionKind.BOOKED, on="2026-12-10", booking_id="b2")
    undone = event(4, DecisionKind.UNBOOKED, booking_id="b1", missed=True)
    state = fold([BOOK, second, undone], None)
    assert (state.booking_id, state.booked_for, state.missed) == ("b2", date(2026, 12, 10), 1)


@pytest.mark.parametrize(
    ("facts", "state", "expected"),
    [
        (Facts(done=True, held=True, high_risk=True), ItemState(declined="no"), DueState.DONE),
        (OPEN, ItemState(), DueState.OUTSTANDING),
        (UNREACHABLE, ItemState(), DueState.NO_CONTACT),
        (OPEN, ItemState(invites=2), DueState.INVITED),
        (OPEN, ItemState(invites=2, booked_for=TODAY), DueState.BOOKED),
        (OPEN, ItemState(snoozed_until=TODAY + timedelta(1)), DueState.SNOOZED),
        (OPEN, ItemState(snoozed_until=TODAY), DueState.OUTSTANDING),
        (OPEN, ItemState(declined="no"), DueState.DECLINED),
        (Facts(done=False, held=True, high_risk=False), ItemState(), DueState.ON_HOLD),
        (OPEN, ItemState(held="hospital", held_until=TODAY + timedelta(1)), DueState.ON_HOLD),
        (OPEN, ItemState(held="hospital", held_until=TODAY), DueState.OUTSTANDING),
        (OPEN, ItemState(closed_for=DUE), DueState.DONE),
    ],
)  # fmt: skip
def test_where_an_item_stands(facts: Facts, state: ItemState, expected: DueState) -> None:
    """Each row of the lattice of DESIGN.md section 5, for an item that is not high-risk."""
    assert state_of(facts, state, TODAY) is expected


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (RISKY, ItemState(declined="no")),
        (RISKY, ItemState(invites=3, last_invited=TODAY - timedelta(14))),
        (RISKY, ItemState(invites=4, last_invited=TODAY)),
        (RISKY, ItemState(snoozes=3, snoozed_until=TODAY + timedelta(5))),
        (RISKY, ItemState(missed=2)),
        (Facts(done=False, held=True, high_risk=True), ItemState()),
        (Facts(done=False, held=False, high_risk=True, reachable=False), ItemState()),
    ],
)
def test_high_risk_monitoring_goes_to_a_prescriber(facts: Facts, state: ItemState) -> None:
    """Decline, silence after three invites, third snooze, second DNA, hold: never hidden."""
    assert state_of(facts, state, TODAY) is DueState.ESCALATED


@given(st.lists(st.integers(0, 30), max_size=7), st.integers(0, 40))
def test_no_further_invite_starts_the_waiting_anew(gaps: list[int], later: int) -> None:
    """From the 14th day after the third invite on a prescriber hears of it; before, nobody does.

    However often and how closely somebody goes on asking.
    """
    days = [DUE + timedelta(sum(gaps[: n + 1])) for n in range(len(gaps))]
    invites = [
        event(seq, DecisionKind.INVITED, on=day.isoformat(), channel="sms")
        for seq, day in enumerate(days, 1)
    ]
    today = max(days, default=DUE) + timedelta(later)
    escalated = state_of(RISKY, fold(invites, None), today) is DueState.ESCALATED
    if len(days) < NO_RESPONSE_INVITES:
        assert not escalated
    elif today >= days[NO_RESPONSE_INVITES - 1] + timedelta(NO_RESPONSE_DAYS):
        assert escalated
    elif len(days) == NO_RESPONSE_INVITES:
        assert not escalated


@pytest.mark.parametrize(
    ("missed", "appointment", "escalated"),
    [
        (2, "", True), (1, "missed", True), (1, "", False), (1, "booked", False),
        (1, "attended", False), (0, "missed", False),
    ],
)  # fmt: skip
def test_the_second_missed_appointment_goes_to_a_prescriber(
    missed: int, appointment: str, *, escalated: bool
) -> None:
    """Those missed before and the one in the book count together; one alone is invited again."""
    facts = Facts(done=False, held=False, high_risk=True, appointment=appointment)
    gone = TODAY - timedelta(BOOKING_GRACE_DAYS + 1)
    state = state_of(facts, ItemState(missed=missed, booked_for=gone), TODAY)
    assert (state is DueState.ESCALATED) is escalated


def test_a_named_hold_of_high_risk_monitoring_holds() -> None:
    """A hold with a name, a reason and a review date is respected until that date."""
    facts = Facts(done=False, held=True, high_risk=True)
    held = ItemState(held="seen at hospital", held_by="Dr A", held_until=TODAY + timedelta(30))
    assert state_of(facts, held, TODAY) is DueState.ON_HOLD
    assert state_of(facts, held, TODAY + timedelta(30)) is DueState.ESCALATED


@pytest.mark.parametrize(
    ("appointment", "days_later", "expected"),
    [
        ("booked", BOOKING_GRACE_DAYS, DueState.BOOKED),
        ("attended", BOOKING_GRACE_DAYS, DueState.BOOKED),
        ("attended", BOOKING_GRACE_DAYS + 1, DueState.INVITED),
        ("missed", 0, DueState.INVITED),
        ("cancelled", -5, DueState.INVITED),
    ],
)
def test_a_booking_that_came_to_nothing_reopens(
    appointment: str, days_later: int, expected: DueState
) -> None:
    """Seven days after its date, or when missed or cancelled, the item is open again."""
    facts = Facts(done=False, held=False, high_risk=False, appointment=appointment)
    booked = ItemState(invites=1, booked_for=TODAY)
    assert state_of(facts, booked, TODAY + timedelta(days_later)) is expected


def test_somebody_elses_later_change_blocks_undo() -> None:
    """A colleague's change after mine stands in the way; my own later one does not."""
    mine = event(3, DecisionKind.SNOOZED, until="2026-12-01")
    theirs = event(4, DecisionKind.INVITED, on="2026-11-21", channel="sms", by="al")
    assert blocking_change([BOOK, mine], "c2", "jo") is None
    assert blocking_change([BOOK, theirs], "c2", "jo") is theirs


@given(st.lists(st.integers(0, 6), max_size=12))
def test_an_undone_undo_changes_nothing(choices: list[int]) -> None:
    """For any history, undoing the last command and redoing it gives the same state."""
    kinds = [
        DecisionKind.INVITED,
        DecisionKind.BOOKED,
        DecisionKind.UNBOOKED,
        DecisionKind.SNOOZED,
        DecisionKind.DECLINED,
        DecisionKind.REOPENED,
        DecisionKind.MARKED_DONE,
    ]
    history = [
        event(seq, kinds[choice], on="2026-12-03", until="2026-12-01", reason="r")
        for seq, choice in enumerate(choices, 1)
    ]
    if not history:
        return
    last = history[-1]
    undo = event(len(history) + 1, DecisionKind.UNDONE, undoes=last.command_id)
    redo = event(len(history) + 2, DecisionKind.UNDONE, undoes=undo.command_id)
    assert fold([*history, undo], None) == fold(history[:-1], None)
    assert fold([*history, undo, redo], None) == fold(history, None)
    assert [one.seq for one in live([*history, undo, redo])] == [one.seq for one in live(history)]

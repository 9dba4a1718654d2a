"""Where a due item stands: the rules that turn facts and decisions into a state.

Loads next to nothing, since the quick path needs it: what it judges is known by its attributes.
"""

from __future__ import annotations

from datetime import timedelta

from recall_tui.domain.states import DueState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from recall_tui.domain.decisions import Facts, ItemState

NO_RESPONSE_INVITES = 3
"""Invites after which silence about high-risk monitoring goes to a prescriber."""

NO_RESPONSE_DAYS = 14
"""Days in which the last of them may be answered. Nothing is waited for after one invite more."""

SNOOZES_BEFORE_ESCALATION = 3
MISSED_BEFORE_ESCALATION = 2
BOOKING_GRACE_DAYS = 7
"""Days after a booked appointment in which its results are waited for (DESIGN.md section 5)."""


def state_of(facts: Facts, state: ItemState, today: date) -> DueState:  # noqa: PLR0911 - a lattice
    """Return where a due item stands on ``today``. High-risk monitoring is never hidden."""
    if facts.done or state.closed_for is not None:
        return DueState.DONE
    if needs_prescriber(facts, state, today):
        return DueState.ESCALATED
    if is_held(facts, state, today):
        return DueState.ON_HOLD
    if state.declined:
        return DueState.DECLINED
    if state.snoozed_until is not None and state.snoozed_until > today:
        return DueState.SNOOZED
    if is_booked(facts, state, today):
        return DueState.BOOKED
    if state.invites:
        return DueState.INVITED
    return DueState.OUTSTANDING if facts.reachable else DueState.NO_CONTACT


def is_booked(facts: Facts, state: ItemState, today: date) -> bool:
    """Whether a booking still stands: not missed, not cancelled, not over seven days past."""
    if state.booked_for is None or facts.appointment in {"missed", "cancelled"}:
        return False
    return state.booked_for + timedelta(days=BOOKING_GRACE_DAYS) >= today


def is_held(facts: Facts, state: ItemState, today: date) -> bool:
    """Whether it is on hold: by an exclusion of every recall, or by a person until a date."""
    return facts.held or is_held_by_person(state, today)


def is_held_by_person(state: ItemState, today: date) -> bool:
    """Whether a hold that somebody stated still holds: not when its review date has come."""
    return bool(state.held) and (state.held_until is None or state.held_until > today)


def needs_prescriber(facts: Facts, state: ItemState, today: date) -> bool:
    """Whether high-risk monitoring must go to a named prescriber (DESIGN.md section 4)."""
    if state.escalated:
        return True
    if not facts.high_risk:
        return False
    if state.held_by and is_held_by_person(state, today):
        return False
    if is_booked(facts, state, today):
        return False
    return (
        facts.held
        or bool(state.declined)
        or not facts.reachable
        or is_silent(state, today)
        or state.snoozes >= SNOOZES_BEFORE_ESCALATION
        or state.missed + (facts.appointment == "missed") >= MISSED_BEFORE_ESCALATION
    )


def is_silent(state: ItemState, today: date) -> bool:
    """Whether the invites stay unanswered: three for 14 days, or more than three.

    No invite starts the waiting anew, or who is asked again every 13 days reaches nobody.
    """
    if state.invites != NO_RESPONSE_INVITES:
        return state.invites > NO_RESPONSE_INVITES
    last = state.last_invited
    return last is None or last + timedelta(days=NO_RESPONSE_DAYS) <= today

"""States of a due item, a planned appointment and a patient on the list."""

from collections.abc import Iterable
from enum import StrEnum


class DueState(StrEnum):
    """Where a due item stands, least advanced first; the value is what files and commands say."""

    ESCALATED = "escalated"
    """High-risk monitoring that nobody may hide: in a named prescriber's queue."""

    OUTSTANDING = "outstanding"
    """Due, nobody was asked yet."""

    NO_CONTACT = "no_contact"
    """Due, and there is no valid way to reach the patient."""

    INVITED = "invited"
    """Asked at least once, not booked."""

    BOOKED = "booked"
    """An appointment covers it."""

    SNOOZED = "snoozed"
    """Hidden until a date."""

    ON_HOLD = "on_hold"
    """Would be due, is not called now, for a stated reason."""

    DECLINED = "declined"
    """The patient said no."""

    DONE = "done"
    """Recorded in time, or closed by *mark done*."""

    @property
    def rank(self) -> int:
        """Place in the order above, 0 for the least advanced."""
        return _RANKS[self]

    @property
    def is_hidden(self) -> bool:
        """Whether the list hides it by default."""
        return self in HIDDEN

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something this month."""
        return self in {
            DueState.ESCALATED,
            DueState.OUTSTANDING,
            DueState.NO_CONTACT,
            DueState.INVITED,
            DueState.BOOKED,
        }


_RANKS = {state: rank for rank, state in enumerate(DueState)}

HIDDEN = frozenset({DueState.SNOOZED, DueState.ON_HOLD, DueState.DECLINED, DueState.DONE})
"""Hidden by default; the list always says how many, and why."""


class AppointmentState(StrEnum):
    """Where a planned appointment stands."""

    NOT_BOOKED = "not_booked"
    BOOKED = "booked"
    PARTLY_DONE = "partly_done"
    DONE = "done"


def least_advanced(states: Iterable[DueState]) -> DueState:
    """Return the least advanced state (done when there is none)."""
    return min(states, key=lambda state: state.rank, default=DueState.DONE)


def appointment_state(states: Iterable[DueState]) -> AppointmentState:
    """Return the state of a planned appointment from the states of its due items."""
    every = tuple(states)
    done = sum(state is DueState.DONE for state in every)
    if done == len(every):
        return AppointmentState.DONE
    if done:
        return AppointmentState.PARTLY_DONE
    if all(state is DueState.BOOKED for state in every):
        return AppointmentState.BOOKED
    return AppointmentState.NOT_BOOKED

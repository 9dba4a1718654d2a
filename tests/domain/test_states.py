"""The state of an appointment and of a row, from those of their due items."""

import pytest

from recall_tui.domain.states import (
    AppointmentState,
    DueState,
    appointment_state,
    least_advanced,
)


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ("done done", "done"), ("done booked", "partly_done"), ("done outstanding", "partly_done"),
        ("done declined", "partly_done"), ("booked booked", "booked"),
        ("booked invited", "not_booked"), ("booked snoozed", "not_booked"),
        ("outstanding", "not_booked"), ("booked", "booked"), ("done", "done"),
    ],
)  # fmt: skip
def test_an_appointment_is_as_far_as_all_of_it(states: str, whole: str) -> None:
    """Booked only when everything is, done only when everything is, partly done in between."""
    assert appointment_state(map(DueState, states.split())) is AppointmentState(whole)


def test_a_row_stands_where_the_least_advanced_of_it_does() -> None:
    """Monitoring that a prescriber must decide about shows through whatever else is booked."""
    order = list(DueState)
    for place, state in enumerate(order):
        assert least_advanced(reversed(order[place:])) is state
    assert least_advanced([]) is DueState.DONE
    assert order[0] is DueState.ESCALATED
    assert order[-1] is DueState.DONE


def test_what_hides_and_what_is_still_to_do_share_no_state() -> None:
    """Every state is on the list or hidden, and nothing that is high-risk and open hides."""
    assert {one for one in DueState if one.is_hidden} == {
        DueState.SNOOZED, DueState.ON_HOLD, DueState.DECLINED, DueState.DONE,
    }  # fmt: skip
    assert all(one.is_hidden is not one.is_open for one in DueState)

"""What rows are made into: the frozen views, or on the quick path something lighter.

Making a dataclass loads forty modules and takes as long as the whole look-up. So the functions
that put rows together are told what to make: ``full_kit.VIEWS``, or ``storage.lookup``'s own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from typing import Any

    from recall_tui.domain.decisions import Decision, Facts, ItemState
    from recall_tui.views.patient import (
        AppointmentView,
        BookingView,
        InviteView,
        NoteView,
        PatientPage,
        ReasonView,
    )
    from recall_tui.views.worklist import DueItemView, PlannedAppointmentView


class Kit:
    """One maker for each kind of value; every one but ``state`` is called with names."""

    due_item: type[DueItemView]
    planned: type[PlannedAppointmentView]
    page: type[PatientPage]
    appointment: type[AppointmentView]
    booking: type[BookingView]
    invite: type[InviteView]
    note: type[NoteView]
    reason: type[ReasonView]
    facts: type[Facts]
    state: Callable[[Sequence[Any]], ItemState]
    """Takes the columns of ``item_state`` in the order of the select."""

    invited: Callable[[ItemState, int, date | None], ItemState]
    """Makes a state with another number of invites and another last one."""

    moved: Callable[[ItemState, date | None], ItemState]
    """Makes a state that is booked for another day."""

    nothing_decided: ItemState
    decision_of_row: Callable[[Mapping[Any, Any]], Decision]

"""What comes next for a patient of whom nothing is needed now: somebody rings and wants to book it.

A receptionist who has the patient on the phone can book what the list of a later month asks for.
While anything is needed now only that is offered: nobody books a calm review before it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from recall_tui.domain.states import DueState
from recall_tui.views.patient import PatientPage
from recall_tui.views.worklist import PlannedAppointmentView

BOOKABLE = (DueState.OUTSTANDING, DueState.NO_CONTACT, DueState.INVITED, DueState.ESCALATED)
"""States in which a due item can be booked."""

TOGETHER = timedelta(weeks=8)
"""Planned appointments whose last days are no further apart belong to the same round."""


def next_planned(page: PatientPage) -> tuple[PlannedAppointmentView, ...]:
    """Return the next planned appointments of a patient; none while something is needed now."""
    if page.status != "registered" or any(map(_can_be_booked, page.appointments_needed)):
        return ()
    known = {one.appointment_no for one in page.appointments_needed}
    ahead = [
        one
        for one in page.year
        if one.staff_group and one.appointment_no not in known and _can_be_booked(one)
    ]
    first = min((one.latest for one in ahead), default=None)
    if first is None:
        return ()
    return tuple(one for one in ahead if one.latest <= first + TOGETHER)


def with_next(page: PatientPage) -> PatientPage:
    """Return the page with what comes next among what is needed, where nothing is needed now."""
    coming = next_planned(page)
    if not coming:
        return page
    return replace(page, appointments_needed=(*page.appointments_needed, *coming))


def _can_be_booked(planned: PlannedAppointmentView) -> bool:
    return any(due.is_open and due.state in BOOKABLE for due in planned.due_items)

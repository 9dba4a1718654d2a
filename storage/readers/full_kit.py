"""The frozen views, made from rows: for everything but the quick path."""

from dataclasses import replace

from recall_tui.domain.decisions import Facts, ItemState
from recall_tui.views.patient import (
    AppointmentView,
    BookingView,
    InviteView,
    NoteView,
    PatientPage,
    ReasonView,
)
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView
from storage.readers.kit import Kit
from storage.state_rows import decision_of_row


def _views() -> Kit:
    kit = Kit()
    kit.due_item = DueItemView
    kit.planned = PlannedAppointmentView
    kit.page = PatientPage
    kit.appointment = AppointmentView
    kit.booking = BookingView
    kit.invite = InviteView
    kit.note = NoteView
    kit.reason = ReasonView
    kit.facts = Facts
    kit.state = lambda columns: ItemState(*columns)
    kit.invited = lambda state, count, last: replace(state, invites=count, last_invited=last)
    kit.nothing_decided = ItemState()
    kit.decision_of_row = decision_of_row
    return kit


VIEWS = _views()
"""Makes the frozen dataclasses."""

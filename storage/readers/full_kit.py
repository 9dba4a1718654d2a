"""The frozen views, made from rows: for everything but the list and the quick path."""

from recall_tui.views.patient import (
    AppointmentView,
    BookingView,
    InviteView,
    NoteView,
    PatientPage,
    ReasonView,
)
from storage.readers.kit import Kit
from storage.readers.list_kit import list_kit
from storage.state_rows import decision_of_row


def _views() -> Kit:
    kit = list_kit()
    kit.page = PatientPage
    kit.appointment = AppointmentView
    kit.booking = BookingView
    kit.invite = InviteView
    kit.note = NoteView
    kit.reason = ReasonView
    kit.decision_of_row = decision_of_row
    return kit


VIEWS = _views()
"""Makes the frozen dataclasses."""

"""A patient's page as the JSON of docs/cli.md.

Loads nothing, since the quick path needs it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from recall_tui.views.patient import AppointmentView, BookingView, PatientPage
    from recall_tui.views.worklist import DueItemView, PlannedAppointmentView

LOOKUP_SCHEMA = "recall.lookup/1"


def page_shape(page: PatientPage) -> dict[str, object]:
    """Return the page as JSON values; dates and instants are left to the encoder's ``str``."""
    return {
        "schema": LOOKUP_SCHEMA,
        **_identity_shape(page),
        "contact": _contact_shape(page),
        "recall_date": page.recall_date,
        "anchor_source": page.anchor_source,
        "chosen_month": page.chosen_month,
        "assigned_to": page.assigned_to or None,
        "planned_appointments": [planned_shape(one) for one in page.appointments_needed],
        "bookings": [_booking_shape(one) for one in page.bookings],
        "invites": [
            {"on": one.on, "channel": one.channel, "items": list(one.items), "by": one.by}
            for one in page.invites
        ],
        "appointments": [
            _appointment_shape(one) for one in (*page.future_appointments, *page.past_appointments)
        ],
        "notes": [
            {"at": one.at.isoformat(), "by": one.by, "kind": one.kind, "words": one.words}
            for one in page.notes
        ],
    }


def _identity_shape(page: PatientPage) -> dict[str, object]:
    return {
        "patient": page.patient,
        "nhs_number": page.nhs_number,
        "nhs_number_status": page.nhs_number_status,
        "name": page.name,
        "date_of_birth": page.date_of_birth,
        "sex": page.sex,
        "status": page.status,
        "status_on": page.status_on,
        "sensitive": page.sensitive,
        "usual_gp": page.usual_gp,
        "flags": list(page.flags),
        "flags_by_hand": [
            {"flag": flag, "holds": holds, "on": on, "by": by}
            for flag, holds, on, by in page.hand_flags
        ],
        "stopped": page.stopped or None,
    }


def _booking_shape(booking: BookingView) -> dict[str, object]:
    return {
        "booking": booking.booking_id,
        "on": booking.on,
        "items": list(booking.items),
        "state": booking.state,
        "staff_group": booking.staff_group,
        "appointment": booking.appointment_id or None,
        "by": booking.by,
        "at": booking.at.isoformat(),
    }


def _appointment_shape(appointment: AppointmentView) -> dict[str, object]:
    return {
        "appointment": appointment.appointment_id,
        "starts_at": appointment.starts_at.isoformat(),
        "minutes": appointment.minutes,
        "staff_group": appointment.staff_group,
        "clinician": appointment.clinician,
        "slot_type": appointment.slot_type,
        "status": appointment.status,
    }


def _contact_shape(page: PatientPage) -> dict[str, object]:
    return {
        "channel": str(page.channel),
        "allowed": page.contact_allowed,
        "sms_consent": page.sms_consent,
        "email_consent": page.email_consent,
        "preferred": page.preferred_channel or None,
        "mobile_phone": page.mobile_phone or None,
        "home_phone": page.home_phone or None,
        "email": page.email or None,
        "address": page.address or None,
        "postcode": page.postcode or None,
        "language": page.language or None,
        "interpreter": page.interpreter,
        "sharing": page.sharing,
    }


def planned_shape(planned: PlannedAppointmentView) -> dict[str, object]:
    """Return a planned appointment with its due items as JSON values."""
    return {
        "staff_group": planned.staff_group,
        "minutes": planned.minutes,
        "stage": planned.stage,
        "place": planned.place,
        "earliest": planned.earliest,
        "latest": planned.latest,
        "state": str(planned.state),
        "due_items": [_due_shape(due) for due in planned.due_items],
    }


def _due_shape(due: DueItemView) -> dict[str, object]:
    return {
        "item": due.item,
        "due_on": due.due_on,
        "overdue_since": due.overdue_since,
        "state": str(due.state),
        "recalls": list(due.recalls),
        "done_on": due.done_on,
        "high_risk": due.high_risk,
        "hold": due.hold_words or None,
        "snoozed_until": due.snoozed_until,
        "snoozed_when": due.snoozed_when or None,
        "booked_for": due.booked_for,
        "booking": due.booking_id or None,
        "reopened": due.reopened or None,
    }

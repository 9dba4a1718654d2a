"""A patient's page as plain lines and as the JSON of docs/cli.md, for the command line."""

from collections.abc import Iterator
from datetime import date

from recall_tui.cleaning import clean
from recall_tui.domain.states import DueState
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
        "booked_for": due.booked_for,
        "booking": due.booking_id or None,
        "reopened": due.reopened or None,
    }


def page_lines(page: PatientPage) -> Iterator[str]:
    """Give the page as plain, aligned, cleaned lines."""
    for line in (*_head(page), "", *_needed(page), *_kept(page)):
        yield clean(line).rstrip()


def _head(page: PatientPage) -> Iterator[str]:
    born = f"born {_day(page.date_of_birth)}"
    yield f"{page.patient}  {page.name}  {born}  {page.sex}  NHS {page.nhs_number or 'not known'}"
    if page.status != "registered":
        since = f" on {_day(page.status_on)}" if page.status_on else ""
        yield f"NOT REGISTERED: {page.status}{since}"
    if page.sensitive:
        yield "RESTRICTED RECORD"
    reach = page.mobile_phone or page.home_phone or "no phone number"
    allowed = "" if page.contact_allowed else "  DO NOT CONTACT"
    yield f"contact by {page.channel}  {reach}{allowed}"
    if page.flags:
        yield f"flags: {', '.join(page.flags)}"


def _needed(page: PatientPage) -> Iterator[str]:
    if not page.appointments_needed:
        yield "nothing to book"
        return
    for planned in page.appointments_needed:
        window = f"{_day(planned.earliest)} to {_day(planned.latest)}"
        who = planned.staff_group.replace("_", " ") or "anyone"
        state = str(planned.state).replace("_", " ")
        yield f"{who}  {planned.minutes} min  {planned.place}  {window}  {state}"
        width = max(len(due.item) for due in planned.due_items)
        for due in planned.due_items:
            yield f"  {due.item:<{width}}  {_due_words(due)}"


def _due_words(due: DueItemView) -> str:
    if due.state is DueState.DONE:
        return f"done {_day(due.done_on)}" if due.done_on else "done"
    words = [str(due.state).replace("_", " "), f"due {_day(due.due_on)}"]
    if due.overdue_since is not None:
        words.append(f"overdue since {_day(due.overdue_since)}")
    if due.booked_for is not None:
        words.append(f"booked for {_day(due.booked_for)}")
    if due.high_risk:
        words.append("HIGH RISK")
    return "  ".join(words)


def _kept(page: PatientPage) -> Iterator[str]:
    for one in page.future_appointments:
        when = f"{_day(one.starts_at.date())} {one.starts_at:%H:%M}"
        yield f"appointment  {when}  {one.staff_group}  {one.slot_type}  {one.status}"
    for invite in page.invites:
        yield f"invited  {_day(invite.on)} by {invite.channel}: {', '.join(invite.items)}"
    for note in page.notes:
        yield f"note  {_day(note.at.date())} {note.by}: {note.kind} {note.words}"


def _day(day: date | None) -> str:
    return f"{day.day:2d} {day:%b %Y}" if day else ""

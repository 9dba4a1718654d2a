"""Putting a patient's page together from rows.

Plain Python: the quick path uses it, too.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from recall_tui.domain.decisions import live
from recall_tui.views.patient import AppointmentView, PatientPage, ReasonView
from recall_tui.views.worklist import PlannedAppointmentView
from storage.readers.book import Slot, book_of
from storage.readers.due_logic import (
    CONTACT,
    DueRow,
    channel_of,
    due_row,
    one_line_each,
    planned_appointments,
)
from storage.readers.history import booking_view, invites, notes
from storage.readers.people import shown_name, status_of
from storage.state_rows import decision_of_row

Row = Mapping[Any, Any]

OFFERED_ALONG = timedelta(weeks=8)
"""What is due within this time is offered along at booking."""


@dataclass(frozen=True, slots=True)
class PageRows:
    """Everything that is stored about one patient, column name to value."""

    person: Row
    """A row of ``patient`` with recall date, flags and choices of the same patient."""

    due: Sequence[Sequence[Any]]
    """Rows of the due items' select, in order of due date and item."""

    appointments: Sequence[Row]
    bookings: Sequence[Row]
    events: Sequence[Row]


def compose_page(rows: PageRows, today: date) -> PatientPage:
    """Return the page that these rows add up to."""
    person = rows.person
    slots = [
        Slot(row["appointment_id"], row["starts_at"], row["status"] or "booked", row["booked_on"])
        for row in rows.appointments
        if row["starts_at"] is not None
    ]
    book = book_of(slots)
    due = [due_row(row, book, today) for row in rows.due]
    events = live(decision_of_row(row) for row in rows.events)
    future, past = _appointments(rows.appointments, today)
    bookings = [booking_view(row) for row in rows.bookings]
    return PatientPage(
        **_identity(person),
        **_reaching(person),
        **_choices(person),
        appointments_needed=_needed(due, today),
        year=planned_appointments(due),
        bookings=tuple(sorted(bookings, key=lambda one: (one.on, one.booking_id), reverse=True)),
        invites=invites(events),
        future_appointments=future,
        past_appointments=past,
        notes=notes(events),
        reasons=tuple(ReasonView(row.view.item, row.view.due_on, row.reasons) for row in due),
    )


def _identity(person: Row) -> dict[str, Any]:
    status, since = status_of(person["died_on"], person["left_on"], person["absent_since"])
    return {
        "patient": person["patient_number"],
        "nhs_number": person["nhs_number"],
        "nhs_number_status": person["nhs_number_status"],
        "name": shown_name(person["family_name"], person["given_name"]),
        "date_of_birth": person["date_of_birth"] or date.min,
        "sex": person["sex"] or "U",
        "status": status,
        "status_on": since,
        "sensitive": bool(person["sensitive"]),
        "usual_gp": person["usual_gp"] or "",
    }


def _reaching(person: Row) -> dict[str, Any]:
    texts = ("address", "postcode", "home_phone", "mobile_phone", "email", "language")
    return {
        **{name: person[name] or "" for name in texts},
        "sms_consent": person["sms_consent"] or "unknown",
        "email_consent": person["email_consent"] or "unknown",
        "contact_allowed": person["contact_allowed"] is not False,
        "preferred_channel": person["preferred_channel"] or "",
        "interpreter": bool(person["interpreter"]),
        "channel": channel_of(tuple(person[name] for name in CONTACT)),
    }


def _choices(person: Row) -> dict[str, Any]:
    return {
        "recall_date": person["recall_date"],
        "anchor_source": person["anchor_source"] or "",
        "chosen_month": person["chosen_month"],
        "assigned_to": person["assigned_to"] or "",
        "flags": tuple(json.loads(person["flags"] or "[]")),
        "choice_version": person["choice_version"] or 0,
    }


def _needed(due: Iterable[DueRow], today: date) -> tuple[PlannedAppointmentView, ...]:
    """Return the appointments with anything open now or due within eight weeks."""
    until = today + OFFERED_ALONG
    rows = one_line_each(due)
    wanted = {
        row.planned
        for row in rows
        if not row.is_done and row.view.is_open and (row.listed_on or row.view.due_on) <= until
    }
    return planned_appointments(row for row in rows if row.planned in wanted)


def _appointments(
    rows: Sequence[Row], today: date
) -> tuple[tuple[AppointmentView, ...], tuple[AppointmentView, ...]]:
    """Return the appointments from today on in order, and the past ones newest first."""
    views = [
        AppointmentView(
            appointment_id=row["appointment_id"],
            starts_at=row["starts_at"],
            minutes=row["minutes"],
            staff_group=row["staff_group"] or "",
            clinician=row["clinician"] or "",
            slot_type=row["slot_type"] or "",
            status=row["status"] or "booked",
            booked_on=row["booked_on"],
        )
        for row in rows
        if row["starts_at"] is not None
    ]
    views.sort(key=lambda one: (one.starts_at, one.appointment_id))
    midnight = datetime.combine(today, time.min)
    future = tuple(one for one in views if one.starts_at >= midnight)
    return future, tuple(one for one in reversed(views) if one.starts_at < midnight)

"""Everything about one patient."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select

from recall_tui.views.patient import AppointmentView, PatientPage, ReasonView
from recall_tui.views.worklist import PlannedAppointmentView
from storage.readers.appointments import NO_BOOK, books
from storage.readers.due_rows import (
    CONTACT,
    DueRow,
    channel_of,
    due_row,
    due_rows_statement,
    one_line_each,
    planned_appointments,
)
from storage.readers.history import bookings, invites, live_events, notes
from storage.readers.patients import status_of
from storage.readers.worklist import shown_name
from storage.tables import APPOINTMENT, DUE_ITEM, PATIENT, PATIENT_CHOICE, PATIENT_PLAN

OFFERED_ALONG = timedelta(weeks=8)
"""What is due within this time is offered along at booking."""


def read_patient_page(
    connection: Connection, practice_id: int, patient: str, today: date
) -> PatientPage | None:
    """Return everything about one patient, or None when the practice does not know the number."""
    person = _person(connection, practice_id, patient)
    if person is None:
        return None
    due = _due(connection, practice_id, patient, today)
    events = live_events(connection, practice_id, patient)
    future, past = _appointments(connection, practice_id, patient, today)
    return PatientPage(
        **_identity(person),
        **_reaching(person),
        **_choices(person),
        appointments_needed=_needed(due, today),
        year=planned_appointments(due),
        bookings=bookings(connection, practice_id, patient),
        invites=invites(events),
        future_appointments=future,
        past_appointments=past,
        notes=notes(events),
        reasons=tuple(ReasonView(row.view.item, row.view.due_on, row.reasons) for row in due),
    )


def _person(connection: Connection, practice_id: int, patient: str) -> Mapping[str, Any] | None:
    same_plan = and_(
        PATIENT_PLAN.c.practice_id == PATIENT.c.practice_id,
        PATIENT_PLAN.c.patient_number == PATIENT.c.patient_number,
    )
    same_choice = and_(
        PATIENT_CHOICE.c.practice_id == PATIENT.c.practice_id,
        PATIENT_CHOICE.c.patient_number == PATIENT.c.patient_number,
    )
    row = connection.execute(
        select(
            PATIENT,
            PATIENT_PLAN.c.recall_date,
            PATIENT_PLAN.c.anchor_source,
            PATIENT_PLAN.c.flags,
            PATIENT_CHOICE.c.chosen_month,
            PATIENT_CHOICE.c.assigned_to,
            PATIENT_CHOICE.c.version.label("choice_version"),
        )
        .select_from(
            PATIENT.outerjoin(PATIENT_PLAN, same_plan).outerjoin(PATIENT_CHOICE, same_choice)
        )
        .where(PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number == patient)
    ).mappings()
    found = row.one_or_none()
    return {str(name): value for name, value in found.items()} if found else None


def _identity(person: Mapping[str, Any]) -> dict[str, Any]:
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


def _reaching(person: Mapping[str, Any]) -> dict[str, Any]:
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


def _choices(person: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "recall_date": person["recall_date"],
        "anchor_source": person["anchor_source"] or "",
        "chosen_month": person["chosen_month"],
        "assigned_to": person["assigned_to"] or "",
        "flags": tuple(json.loads(person["flags"] or "[]")),
        "choice_version": person["choice_version"] or 0,
    }


def _due(connection: Connection, practice_id: int, patient: str, today: date) -> list[DueRow]:
    book = books(connection, practice_id, [patient], today).get(patient, NO_BOOK)
    rows = connection.execute(
        due_rows_statement()
        .where(DUE_ITEM.c.practice_id == practice_id, DUE_ITEM.c.patient_number == patient)
        .order_by(DUE_ITEM.c.due_on, DUE_ITEM.c.item)
    )
    return [due_row(row, book, today) for row in rows]


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
    connection: Connection, practice_id: int, patient: str, today: date
) -> tuple[tuple[AppointmentView, ...], tuple[AppointmentView, ...]]:
    """Return the appointments from today on in order, and the past ones newest first."""
    rows = connection.execute(
        select(APPOINTMENT)
        .where(APPOINTMENT.c.practice_id == practice_id, APPOINTMENT.c.patient_number == patient)
        .order_by(APPOINTMENT.c.starts_at, APPOINTMENT.c.appointment_id)
    ).mappings()
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
    midnight = datetime.combine(today, time.min)
    future = tuple(one for one in views if one.starts_at >= midnight)
    return future, tuple(one for one in reversed(views) if one.starts_at < midnight)

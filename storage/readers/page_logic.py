"""Putting a patient's page together from rows.

Plain Python: the quick path uses it, too.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

from recall_tui.domain.live import live
from storage.readers.book import Slot, book_of
from storage.readers.due_logic import (
    CONTACT,
    NO_MINUTES,
    SAID,
    channel_of,
    due_row,
    one_line_each,
    planned_appointments,
)
from storage.readers.history import booking_view, invites, notes
from storage.readers.people import hand_flags, needs_interpreter, shown_name, status_of, stopped_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from recall_tui.domain.record_invites import RecordInvite
    from recall_tui.views.patient import AppointmentView, InviteView, PatientPage
    from recall_tui.views.worklist import PlannedAppointmentView
    from storage.readers.due_logic import DueRow
    from storage.readers.kit import Kit

    Row: TypeAlias = Mapping[Any, Any]

NEEDED_SOON = 8
"""What is due within so many weeks is among the appointments that a patient needs."""


class PageRows:
    """Everything that is stored about one patient, column name to value.

    ``person`` is a row of ``patient`` with recall date, flags and choices of the same patient;
    ``due`` are rows of the due items' select, in order of due date and item; ``minutes`` say what
    each item takes.
    """

    __slots__ = ("appointments", "bookings", "due", "events", "minutes", "person")

    def __init__(
        self,
        *,
        person: Row,
        due: Sequence[Sequence[Any]],
        appointments: Sequence[Row],
        bookings: Sequence[Row],
        events: Sequence[Row],
    ) -> None:
        """Keep the rows."""
        self.person = person
        self.due = due
        self.appointments = appointments
        self.bookings = bookings
        self.events = events
        self.minutes: Mapping[str, int] = NO_MINUTES


def compose_page(rows: PageRows, today: date, kit: Kit, weeks: int = NEEDED_SOON) -> PatientPage:
    """Return the page that these rows add up to; ``weeks`` ahead what is due is needed now."""
    person = rows.person
    slots = [
        Slot(row["appointment_id"], row["starts_at"], row["status"] or "booked", row["booked_on"])
        for row in rows.appointments
        if row["starts_at"] is not None
    ]
    book = book_of(slots)
    record, asked = _of_record(rows, today, kit)
    due = [due_row(row, book, today, kit, record) for row in rows.due]
    events = live(kit.decision_of_row(row) for row in rows.events)
    future, past = _appointments(rows.appointments, today, kit)
    bookings = [booking_view(row, kit) for row in rows.bookings]
    return kit.page(
        **_identity(person, today),
        **_reaching(person),
        **_choices(person),
        appointments_needed=_needed(due, today + timedelta(weeks=weeks), kit, rows.minutes),
        year=planned_appointments(due, kit, rows.minutes),
        bookings=tuple(sorted(bookings, key=lambda one: (one.on, one.booking_id), reverse=True)),
        invites=(*invites(events, kit), *asked),
        future_appointments=future,
        past_appointments=past,
        notes=notes(events, kit),
        reasons=tuple(
            kit.reason(item=row.view.item, due_on=row.view.due_on, reasons=row.reasons)
            for row in due
        ),
    )


def _of_record(
    rows: PageRows, today: date, kit: Kit
) -> tuple[tuple[RecordInvite, ...], tuple[InviteView, ...]]:
    """Return the invites that the clinical record holds, and what the page says of them."""
    text = rows.person["record_invites"]
    if not text:
        return (), ()
    # Most patients have none, and the quick path counts every module.
    from recall_tui.domain.record_invites import read_record_invites  # noqa: PLC0415
    from storage.readers.record_invites import record_views  # noqa: PLC0415

    record = read_record_invites(text)
    return record, record_views(record, rows.due, today, kit)


def _identity(person: Row, today: date) -> dict[str, Any]:
    left_on = person["left_on"]
    left = left_on if left_on is not None and left_on <= today else None
    status, since = status_of(person["died_on"], left, person["absent_since"])
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
        "interpreter": needs_interpreter(person["interpreter"], person["hand_flags"]),
        "sharing": person["sharing"] or 0,
        "data_as_of": person["synced_at"].date() if person.get("synced_at") else None,
        "channel": channel_of(tuple(person[name] for name in (*CONTACT, *SAID[:-1], "hand_flags"))),
        "stopped": stopped_of(
            person["mobile_phone"], person["deceased_reported"], person["wrong_number"]
        ),
    }


def _choices(person: Row) -> dict[str, Any]:
    return {
        "recall_date": person["recall_date"],
        "anchor_source": person["anchor_source"] or "",
        "chosen_month": person["chosen_month"],
        "assigned_to": person["assigned_to"] or "",
        "flags": tuple(json.loads(person["flags"] or "[]")),
        "choice_version": person["choice_version"] or 0,
        "hand_flags": hand_flags(person["hand_flags"]),
    }


def _needed(
    due: Iterable[DueRow], until: date, kit: Kit, minutes: Mapping[str, int]
) -> tuple[PlannedAppointmentView, ...]:
    """Return the appointments with anything open that is due by ``until``."""
    rows = one_line_each(due)
    wanted = {
        row.planned
        for row in rows
        if not row.is_done and row.view.is_open and (row.listed_on or row.view.due_on) <= until
    }
    return planned_appointments((row for row in rows if row.planned in wanted), kit, minutes)


def _appointments(
    rows: Sequence[Row], today: date, kit: Kit
) -> tuple[tuple[AppointmentView, ...], tuple[AppointmentView, ...]]:
    """Return the appointments from today on in order, and the past ones newest first."""
    views = [
        kit.appointment(
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

"""Everything about one patient."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, Select, Table, and_, func, select

from recall_tui.views.patient import PatientPage
from storage.readers.due_rows import due_rows_statement
from storage.readers.full_kit import VIEWS
from storage.readers.page_logic import PageRows, compose_page
from storage.readers.together import read_together
from storage.tables import (
    APPOINTMENT,
    BOOKING,
    DUE_ITEM,
    EVENT,
    PATIENT,
    PATIENT_CHOICE,
    PATIENT_PLAN,
)


def read_patient_page(
    connection: Connection, practice_id: int, patient: str, today: date, weeks: int
) -> PatientPage | None:
    """Return everything about one patient, or None when the practice does not know the number.

    What is due within ``weeks`` is among the appointments needed.
    """

    def mine(table: Table) -> tuple[ColumnElement[bool], ...]:
        return (table.c.practice_id == practice_id, table.c.patient_number == patient)

    found = read_together(
        connection,
        {
            "person": _person().where(*mine(PATIENT)),
            "appointments": select(APPOINTMENT).where(*mine(APPOINTMENT)),
            "bookings": select(BOOKING).where(*mine(BOOKING)),
            "events": select(EVENT).where(*mine(EVENT)),
        },
    )
    if not found["person"]:
        return None
    due = connection.execute(
        due_rows_statement().where(*mine(DUE_ITEM)).order_by(DUE_ITEM.c.due_on, DUE_ITEM.c.item)
    )
    rows = PageRows(
        person=found["person"][0],
        due=[tuple(row) for row in due],
        appointments=found["appointments"],
        bookings=found["bookings"],
        events=sorted(found["events"], key=lambda row: row["seq"]),
    )
    return compose_page(rows, today, VIEWS, weeks)


def _sharing() -> Label[int]:
    """Count the other registered patients with the same mobile number."""
    other = PATIENT.alias("other")
    return (
        select(func.count())
        .select_from(other)
        .where(
            other.c.practice_id == PATIENT.c.practice_id,
            other.c.mobile_key == PATIENT.c.mobile_key,
            PATIENT.c.mobile_key != "",
            other.c.patient_number != PATIENT.c.patient_number,
            other.c.left_on.is_(None),
            other.c.died_on.is_(None),
            other.c.absent_since.is_(None),
        )
        .correlate(PATIENT)
        .scalar_subquery()
        .label("sharing")
    )


def _person() -> Select[*tuple[Any, ...]]:
    """Return the select of patients with what is planned of them and chosen for them."""
    same_plan = and_(
        PATIENT_PLAN.c.practice_id == PATIENT.c.practice_id,
        PATIENT_PLAN.c.patient_number == PATIENT.c.patient_number,
    )
    same_choice = and_(
        PATIENT_CHOICE.c.practice_id == PATIENT.c.practice_id,
        PATIENT_CHOICE.c.patient_number == PATIENT.c.patient_number,
    )
    return select(
        PATIENT,
        PATIENT_PLAN.c.recall_date,
        PATIENT_PLAN.c.anchor_source,
        PATIENT_PLAN.c.flags,
        PATIENT_PLAN.c.record_invites,
        PATIENT_CHOICE.c.chosen_month,
        PATIENT_CHOICE.c.assigned_to,
        PATIENT_CHOICE.c.deceased_reported,
        PATIENT_CHOICE.c.wrong_number,
        PATIENT_CHOICE.c.flags.label("hand_flags"),
        PATIENT_CHOICE.c.version.label("choice_version"),
        _sharing(),
    ).select_from(PATIENT.outerjoin(PATIENT_PLAN, same_plan).outerjoin(PATIENT_CHOICE, same_choice))

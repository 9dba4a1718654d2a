"""Everything about one patient."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, Select, Table, and_, func, select

from recall_tui.views.patient import PatientPage
from storage.readers.due_rows import due_rows_statement
from storage.readers.full_kit import VIEWS
from storage.readers.list_books import minutes_in
from storage.readers.page_logic import PageRows, compose_page
from storage.readers.patients import sharing
from storage.readers.together import read_together
from storage.tables import (
    APPOINTMENT,
    BOOKING,
    DUE_ITEM,
    EVENT,
    IMPORT_RUN,
    MEMBER,
    PATIENT,
    PATIENT_CHOICE,
    PATIENT_PLAN,
    PRACTICE_WORDS,
)


def read_patient_page(  # noqa: PLR0913 - of whom, when, and for whom
    connection: Connection,
    practice_id: int,
    patient: str,
    today: date,
    weeks: int,
    *,
    viewer: str = "",
) -> PatientPage | None:
    """Return everything about one patient, or None when the practice does not know the number.

    What is due within ``weeks`` is among the appointments needed; ``viewer`` is the login of
    whoever asks (empty: the program itself).
    """
    key = (practice_id, patient)
    found = read_together(connection, {**_questions(key), "viewer": _role(practice_id, viewer)})
    if not found["person"]:
        return None
    due = (
        due_rows_statement()
        .where(*_mine(DUE_ITEM, key))
        .order_by(DUE_ITEM.c.due_on, DUE_ITEM.c.item)
    )
    rows = PageRows(
        person=found["person"][0],
        due=[tuple(row) for row in connection.execute(due)],
        appointments=found["appointments"],
        bookings=found["bookings"],
        events=sorted(found["events"], key=lambda row: row["seq"]),
    )
    rows.minutes = minutes_in("".join(row["words"] for row in found["words"]))
    page = compose_page(rows, today, VIEWS, weeks)
    return replace(page, seen_by="".join(row["role"] for row in found["viewer"]))


def _mine(table: Table, key: tuple[int, str]) -> tuple[ColumnElement[bool], ...]:
    """Return what selects the rows of a patient."""
    return (table.c.practice_id == key[0], table.c.patient_number == key[1])


def _questions(key: tuple[int, str]) -> dict[str, Select[*tuple[Any, ...]]]:
    """Return the selects of what is asked together of a patient."""
    return {
        "person": _person().where(*_mine(PATIENT, key)),
        "appointments": select(APPOINTMENT).where(*_mine(APPOINTMENT, key)),
        "bookings": select(BOOKING).where(*_mine(BOOKING, key)),
        "events": select(EVENT).where(*_mine(EVENT, key)),
        "words": select(PRACTICE_WORDS.c.words).where(PRACTICE_WORDS.c.practice_id == key[0]),
    }


def _role(practice_id: int, login: str) -> Select[*tuple[Any, ...]]:
    """Return the select of what somebody is in the practice."""
    return select(MEMBER.c.role).where(MEMBER.c.practice_id == practice_id, MEMBER.c.login == login)


def _synced() -> Label[datetime]:
    """Say when the newest extract was made that was applied."""
    return (
        select(func.coalesce(IMPORT_RUN.c.extracted_at, IMPORT_RUN.c.applied_at))
        .where(IMPORT_RUN.c.practice_id == PATIENT.c.practice_id, IMPORT_RUN.c.state == "applied")
        .order_by(IMPORT_RUN.c.run_no.desc())
        .limit(1)
        .correlate(PATIENT)
        .scalar_subquery()
        .label("synced_at")
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
        sharing(),
        _synced(),
    ).select_from(PATIENT.outerjoin(PATIENT_PLAN, same_plan).outerjoin(PATIENT_CHOICE, same_choice))

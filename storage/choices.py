"""What is chosen about patients, one row a patient, each with its version."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    insert,
    select,
    update,
)

from recall_tui.domain.choices import Choice, DeclinedItem, SnoozedItem
from storage import decided
from storage.ready import Write, ready
from storage.tables import (
    APPOINTMENT,
    DUE_ITEM,
    IMPORT_RUN,
    ITEM_STATE,
    PATIENT_CHOICE,
    PLANNED_APPOINTMENT,
)
from storage.written import Author

_COLUMNS = ("chosen_month", "assigned_to", "deceased_reported", "wrong_number", "flags")
"""Those of a ``Choice``, in its order."""

_CHOICES = ready(
    select(*[PATIENT_CHOICE.c[name] for name in ("patient_number", *_COLUMNS, "version")]).where(
        PATIENT_CHOICE.c.practice_id == bindparam("practice"),
        PATIENT_CHOICE.c.patient_number.in_(bindparam("patients", expanding=True)),
    ),
    "practice",
    several=("patients",),
)
_NEW_CHOICE = ready(insert(PATIENT_CHOICE), *(column.name for column in PATIENT_CHOICE.c))
_REPLACED_CHOICE = ready(
    update(PATIENT_CHOICE).where(
        PATIENT_CHOICE.c.practice_id == bindparam("of_practice"),
        PATIENT_CHOICE.c.patient_number == bindparam("of_patient"),
        PATIENT_CHOICE.c.version == bindparam("seen"),
    ),
    *("changed_at", "changed_by", "of_patient", "of_practice", "seen", "version", *_COLUMNS),
)


def choices(
    connection: Connection, practice_id: int, patients: Collection[str]
) -> dict[str, tuple[Choice, int]]:
    """Return what is chosen, and the row's version, of each patient of whom anything is."""
    found: dict[str, tuple[Choice, int]] = {}
    for some in decided.portions(sorted(set(patients))):
        values = {"patients": some, "practice": practice_id}
        rows: Sequence[Any] = connection.execute(_CHOICES, values).all()
        for patient, month, owner, deceased, wrong, flags, version in rows:
            found[patient] = Choice(month, owner, bool(deceased), wrong, flags), version
    return found


def writes_of_choices(
    practice_id: int, wanted: Mapping[str, tuple[Choice, int]], author: Author
) -> list[Write]:
    """Return what stores choices about patients, each over the version that was read, 0: none."""
    fresh: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    for patient, (one, version) in wanted.items():
        values = (one.month, one.owner, one.deceased, one.wrong_number, one.flags)
        row = {**author.values(), **dict(zip(_COLUMNS, values, strict=True))}
        row["version"] = version + 1
        if version:
            of_row = {"of_practice": practice_id, "of_patient": patient, "seen": version}
            known.append({**row, **of_row})
        else:
            fresh.append({**row, "practice_id": practice_id, "patient_number": patient})
    return [Write(_NEW_CHOICE, fresh), Write(_REPLACED_CHOICE, known, finds_all=True)]


CARRIED = ("interval", "once", "course")
"""Schedules whose open due date stands until it is done."""


def _of_open_item() -> ColumnElement[bool]:
    return and_(
        DUE_ITEM.c.practice_id == ITEM_STATE.c.practice_id,
        DUE_ITEM.c.patient_number == ITEM_STATE.c.patient_number,
        DUE_ITEM.c.item == ITEM_STATE.c.item,
        DUE_ITEM.c.is_open,
    )


def declined_until_done(connection: Connection, practice_id: int) -> tuple[DeclinedItem, ...]:
    """Return every declined open due item that no later due date follows, by patient and item.

    High-risk monitoring is left out: a no goes to a prescriber, who ends it.
    """
    rows = connection.execute(
        select(ITEM_STATE.c.patient_number, ITEM_STATE.c.item, ITEM_STATE.c.decided_for)
        .select_from(ITEM_STATE.join(DUE_ITEM, _of_open_item()))
        .where(
            ITEM_STATE.c.practice_id == practice_id,
            ITEM_STATE.c.declined != "",
            DUE_ITEM.c.schedule.in_(CARRIED),
            DUE_ITEM.c.high_risk.is_not(True),
        )
        .order_by(ITEM_STATE.c.patient_number, ITEM_STATE.c.item)
    )
    return tuple(DeclinedItem(patient, item, on) for patient, item, on in rows)


def snoozed_until_something(connection: Connection, practice_id: int) -> tuple[SnoozedItem, ...]:
    """Return every open due item whose snooze something may end before its day."""
    same_appointment = and_(
        PLANNED_APPOINTMENT.c.practice_id == DUE_ITEM.c.practice_id,
        PLANNED_APPOINTMENT.c.patient_number == DUE_ITEM.c.patient_number,
        PLANNED_APPOINTMENT.c.appointment_no == DUE_ITEM.c.appointment_no,
    )
    rows = connection.execute(
        select(
            ITEM_STATE.c.patient_number,
            ITEM_STATE.c.item,
            ITEM_STATE.c.decided_for,
            ITEM_STATE.c.snoozed_when,
            PLANNED_APPOINTMENT.c.staff_group,
        )
        .select_from(
            ITEM_STATE.join(DUE_ITEM, _of_open_item()).outerjoin(
                PLANNED_APPOINTMENT, same_appointment
            )
        )
        .where(ITEM_STATE.c.practice_id == practice_id, ITEM_STATE.c.snoozed_when != "")
        .order_by(ITEM_STATE.c.patient_number, ITEM_STATE.c.item)
    )
    return tuple(
        SnoozedItem(patient, item, on, when, group or "") for patient, item, on, when, group in rows
    )


def last_sync(connection: Connection, practice_id: int) -> datetime | None:
    """Return when an extract was applied last, or None."""
    at: datetime | None = connection.scalar(
        select(IMPORT_RUN.c.applied_at)
        .where(IMPORT_RUN.c.practice_id == practice_id, IMPORT_RUN.c.state == "applied")
        .order_by(IMPORT_RUN.c.run_no.desc())
        .limit(1)
    )
    return at


def booked_since(
    connection: Connection, practice_id: int, since: Mapping[str, datetime]
) -> frozenset[str]:
    """Return which patients have an appointment ahead that was booked on or after their day."""
    found: set[str] = set()
    for some in decided.portions(sorted(since)):
        rows = connection.execute(
            select(
                APPOINTMENT.c.patient_number, APPOINTMENT.c.booked_on, APPOINTMENT.c.starts_at
            ).where(
                APPOINTMENT.c.practice_id == practice_id,
                APPOINTMENT.c.patient_number.in_(some),
                APPOINTMENT.c.status == "booked",
                APPOINTMENT.c.booked_on.is_not(None),
            )
        )
        for patient, booked_on, starts_at in rows:
            day = since[patient].date()
            if booked_on and booked_on >= day and starts_at and starts_at.date() >= day:
                found.add(patient)
    return frozenset(found)

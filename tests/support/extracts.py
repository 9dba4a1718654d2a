"""Small extracts and plans for tests of the store: people who do not exist."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from recall_tui.frames import (
    APPOINTMENTS,
    DUE_ITEMS,
    EVENTS,
    MEDICATIONS,
    PATIENT_PLANS,
    PATIENTS,
    PLANNED_APPOINTMENTS,
    REGISTER,
    ROW_PROBLEMS,
    STAFF,
    Extract,
    PlanFrames,
    Schema,
)

Row = Mapping[str, Any]

_NHS_WEIGHTS = range(10, 1, -1)
_ALL_FILES = frozenset({"patients", "events", "medications", "appointments", "staff"})


def nhs_number(serial: int) -> str:
    """Return the serial-th NHS number of the 9-range, which no person has."""
    while True:
        digits = f"9{serial:08d}"
        weighted = zip(digits, _NHS_WEIGHTS, strict=True)
        check = 11 - sum(int(digit) * weight for digit, weight in weighted) % 11
        if check != 10:
            return f"{digits}{check % 11}"
        serial += 50_000_000


def frame(schema: Schema, rows: Sequence[Row]) -> pl.DataFrame:
    """Return a frame of ``schema``; what a row does not name is null."""
    full = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(full, schema=dict(schema))


def patient(number: str, **columns: object) -> dict[str, object]:
    """Return a registered patient."""
    serial = sum(ord(mark) * 7**place for place, mark in enumerate(number))
    row: dict[str, object] = {
        "patient_number": number,
        "nhs_number": nhs_number(serial % 10_000_000),
        "nhs_number_status": "verified",
        "title": "Ms",
        "given_name": "Ann",
        "family_name": "Drama",
        "date_of_birth": date(1960, 5, 17),
        "sex": "F",
        "registered_on": date(2001, 1, 1),
        "address": "1 Drama Street",
        "postcode": "ZZ99 3AA",
        "mobile_phone": f"07700 900{serial % 1000:03d}",
        "sms_consent": "allowed",
        "email_consent": "unknown",
        "contact_allowed": True,
        "interpreter": False,
        "sensitive": False,
    }
    return {**row, **columns}


def coded(number: str, code: str, on: date, **columns: object) -> dict[str, object]:
    """Return a coded event."""
    row: dict[str, object] = {
        "patient_number": number,
        "code": code,
        "event_date": on,
        "precision": "D",
        "occurrence": 0,
        "kind": "done",
    }
    return {**row, **columns}


def extract(
    patients: Sequence[Row],
    events: Sequence[Row] = (),
    *,
    medications: Sequence[Row] = (),
    appointments: Sequence[Row] = (),
    sha256: str = "a" * 64,
    **more: Any,  # noqa: ANN401 - fields of Extract
) -> Extract:
    """Return an extract of these rows."""
    return Extract(
        patients=frame(PATIENTS, patients).sort("patient_number"),
        events=frame(EVENTS, events),
        medications=frame(MEDICATIONS, medications),
        appointments=frame(APPOINTMENTS, appointments),
        staff=frame(STAFF, more.pop("staff", ())),
        problems=frame(ROW_PROBLEMS, more.pop("problems", ())),
        sha256=sha256,
        tables=more.pop("tables", _ALL_FILES),
        system="synthetic",
        extracted_at=more.pop("extracted_at", datetime(2026, 11, 20, 6)),  # noqa: DTZ001 - local
        **more,
    )


def due(number: str, item: str, due_on: date, **columns: object) -> dict[str, object]:
    """Return an open due item that stands alone in its appointment."""
    row: dict[str, object] = {
        "patient_number": number,
        "item": item,
        "due_on": due_on,
        "is_open": True,
        "closed_through": date(due_on.year - 1, due_on.month, 1),
        "schedule": "anchored",
        "every": "12 months",
        "recalls": ["diabetes"],
        "held": False,
        "high_risk": False,
        "listed_on": due_on,
        "appointment_no": 1,
        "reasons": "[]",
    }
    return {**row, **columns}


def plan(
    due_items: Sequence[Row],
    *,
    registers: Sequence[Row] = (),
    appointments: Sequence[Row] = (),
    patients: Sequence[Row] = (),
) -> PlanFrames:
    """Return a plan of these rows."""
    return PlanFrames(
        registers=frame(REGISTER, registers),
        due_items=frame(DUE_ITEMS, due_items),
        appointments=frame(PLANNED_APPOINTMENTS, appointments),
        patients=frame(PATIENT_PLANS, patients),
    )

"""Whose plan no longer holds. Loads no Polars, so that a session may ask."""

from datetime import date

from sqlalchemy import Connection, select

from storage.tables import PATIENT_PLAN


def expired_patients(connection: Connection, practice_id: int, today: date) -> tuple[str, ...]:
    """Return the patients whose plan holds no longer on ``today``, in order."""
    rows = connection.scalars(
        select(PATIENT_PLAN.c.patient_number).where(
            PATIENT_PLAN.c.practice_id == practice_id, PATIENT_PLAN.c.valid_until < today
        )
    )
    return tuple(sorted(rows))

"""What a plan was made from: patients about whom anything changed since keep their expired plan.

An import, a rolled back import and every decision that planning reads mark their patients with the
revision of the practice that they make (``patient.changed_no``), in their own transaction. A plan
is made outside any transaction from inputs of a known revision: what was marked later is not in it.
"""

import polars as pl
from sqlalchemy import ColumnElement, Connection, select

from storage.bulk import among, read_frame
from storage.tables import COUNTER, PATIENT

_NUMBER = {"patient_number": pl.String}


def revision_of(connection: Connection, practice_id: int) -> int:
    """Return the revision of the practice in this snapshot."""
    statement = select(COUNTER.c.revision).where(COUNTER.c.practice_id == practice_id)
    return connection.execute(statement).scalar_one()


def changed_after(
    connection: Connection,
    practice_id: int,
    patients: tuple[str, ...] | None,
    revision: int,
) -> pl.DataFrame:
    """Return (patient_number) of those who changed after ``revision``, among some or all."""
    conditions: list[ColumnElement[bool]] = [
        PATIENT.c.practice_id == practice_id,
        PATIENT.c.changed_no > revision,
    ]
    if patients is not None:
        conditions.append(among(PATIENT.c.patient_number, patients, connection.dialect.name))
    statement = select(PATIENT.c.patient_number).where(*conditions)
    return read_frame(connection, statement, dict(_NUMBER)).sort("patient_number")

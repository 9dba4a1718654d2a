"""Noting whose plan must be made again, for as many patients as an import touches."""

from collections.abc import Collection

import polars as pl
from sqlalchemy import Connection, Table, select, update

from storage.bulk import read_frame, upsert
from storage.decided import portions
from storage.marking import mark_changed
from storage.recorder import LONG_AGO
from storage.tables import PATIENT, PATIENT_PLAN

_NUMBER = {"patient_number": pl.String}


def expire(
    connection: Connection,
    practice_id: int,
    patients: pl.DataFrame,
    revision: int,
    new: Collection[str] = (),
) -> None:
    """Note that the plans of these patients (``patient_number``) no longer hold.

    Who has no plan yet gets one that never held, so that the next planning finds them; numbers
    that the practice does not know any more are left out. ``revision`` is the one that this
    transaction makes (``storage.plan_basis``); ``new`` are patients who have that mark already.
    """
    known = _numbers(connection, practice_id, PATIENT)
    wanted = patients.select("patient_number").unique().join(known, on="patient_number", how="semi")
    marked = pl.DataFrame({"patient_number": list(new)}, schema=_NUMBER)
    others = wanted.join(marked, on="patient_number", how="anti").to_series()
    mark_changed(connection, practice_id, others, revision)
    planned = _numbers(connection, practice_id, PATIENT_PLAN)
    for some in portions(wanted.join(planned, on="patient_number", how="semi").to_series()):
        connection.execute(
            update(PATIENT_PLAN)
            .where(
                PATIENT_PLAN.c.practice_id == practice_id,
                PATIENT_PLAN.c.patient_number.in_(some),
            )
            .values(valid_until=LONG_AGO)
        )
    fresh = wanted.join(planned, on="patient_number", how="anti").sort("patient_number")
    upsert(
        connection,
        PATIENT_PLAN,
        fresh.select(
            pl.lit(practice_id, dtype=pl.Int32).alias("practice_id"),
            "patient_number",
            pl.lit(LONG_AGO).alias("valid_until"),
            pl.lit("[]").alias("flags"),
        ),
        new=True,
    )


def expire_staged(connection: Connection, practice_id: int, whose: str, revision: int) -> None:
    """Do what ``expire`` does in two statements, for the patients set aside in ``whose``.

    They are short, since the lock is held while they run.
    """
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    connection.exec_driver_sql(
        f"UPDATE patient SET changed_no = {sign} FROM {whose} touched "  # noqa: S608 - our own name
        f"WHERE patient.practice_id = {sign} AND patient.patient_number = touched.patient_number",
        (revision, practice_id),
    )
    connection.exec_driver_sql(
        "INSERT INTO patient_plan (practice_id, patient_number, valid_until, flags) "  # noqa: S608 - as above
        f"SELECT practice_id, patient_number, {sign}, '[]' FROM patient JOIN {whose} touched "
        f"USING (patient_number) WHERE practice_id = {sign} "
        "ON CONFLICT (practice_id, patient_number) "
        "DO UPDATE SET valid_until = excluded.valid_until",
        (LONG_AGO.isoformat() if sign == "?" else LONG_AGO, practice_id),
    )


def _numbers(connection: Connection, practice_id: int, table: Table) -> pl.DataFrame:
    statement = select(table.c.patient_number).where(table.c.practice_id == practice_id)
    return read_frame(connection, statement, dict(_NUMBER))

"""Taking an import back: what it added goes, what it changed or removed returns.

A death, a departure or a do-not-contact that it brought stays: nobody is called again by undoing.
"""

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, RowMapping, Table, select, union, update

from recall_tui.errors import Refused
from storage.bulk import read_frame, remove, upsert
from storage.expiring import expire
from storage.images import rows_of
from storage.import_turns import wait_for_imports
from storage.recorder import Recorder
from storage.staging import PARTS, Part, with_derived
from storage.tables import (
    BOOKING,
    EVENT,
    IMPORT_CHANGE,
    IMPORT_RUN,
    ITEM_STATE,
    PATIENT,
    PATIENT_CHOICE,
)
from storage.written import Author

_DECISIONS = (EVENT, ITEM_STATE, BOOKING, PATIENT_CHOICE)


def roll_back(connection: Connection, practice_id: int, run_id: str, author: Author) -> int:
    """Take the newest import back, in the transaction that is open; return the rows touched.

    Raises:
        Refused: there is no such import, it was taken back, or a later one stands on it.
    """
    wait_for_imports(connection, practice_id)
    work = Recorder(connection, practice_id)
    run = _newest(connection, practice_id)
    if run is None or run["run_id"] != run_id:
        raise Refused("only the newest import can be taken back: take back later ones first")
    before = {part.name: _before(connection, practice_id, run_id, part) for part in PARTS}
    added = {
        part.name: _added(connection, practice_id, run["run_no"], part, before[part.name])
        for part in PARTS
    }
    key = pl.lit(practice_id, dtype=pl.Int32).alias("practice_id")
    for part in reversed(PARTS[1:]):
        remove(connection, part.table, added[part.name].select(key, pl.all()))
    _restore_patients(connection, practice_id, before["patients"])
    for part in PARTS[1:]:
        rows = with_derived(part, before[part.name]).select(key, pl.all())
        upsert(connection, part.table, rows)
    _remove_patients(connection, practice_id, added["patients"], author.at)
    frames = (*before.values(), *added.values())
    touched = [one.select("patient_number") for one in frames if "patient_number" in one.columns]
    expire(connection, practice_id, pl.concat(touched), work.next_revision)
    connection.execute(
        update(IMPORT_RUN)
        .where(IMPORT_RUN.c.practice_id == practice_id, IMPORT_RUN.c.run_id == run_id)
        .values(state="rolled_back")
    )
    work.counters["clinical_version"] += 1
    work.changed = True
    rows = sum(frame.height for frame in (*before.values(), *added.values()))
    _note(work, author, {"run": run_id, "rows": rows})
    work.finish()
    return rows


def _note(work: Recorder, author: Author, details: dict[str, object]) -> None:
    work.role_of(author.by)
    work.record_access("rollback", (), by=author.by, at=author.at, details=details)


def _newest(connection: Connection, practice_id: int) -> RowMapping | None:
    rows = connection.execute(
        select(IMPORT_RUN.c.run_id, IMPORT_RUN.c.run_no)
        .where(IMPORT_RUN.c.practice_id == practice_id, IMPORT_RUN.c.state != "rolled_back")
        .order_by(IMPORT_RUN.c.run_no.desc())
        .limit(1)
    )
    return rows.mappings().one_or_none()


def _before(connection: Connection, practice_id: int, run_id: str, part: Part) -> pl.DataFrame:
    statement = select(IMPORT_CHANGE.c.before).where(
        IMPORT_CHANGE.c.practice_id == practice_id,
        IMPORT_CHANGE.c.run_id == run_id,
        IMPORT_CHANGE.c.table_name == part.table.name,
    )
    images = read_frame(connection, statement, {"before": pl.String})
    return rows_of(part, images["before"])


def _added(
    connection: Connection, practice_id: int, run_no: int, part: Part, before: pl.DataFrame
) -> pl.DataFrame:
    """Return the keys of rows that the run wrote and that were not there before."""
    types: dict[str, Any] = {name: part.schema[name] for name in part.keys}
    statement = select(*[part.table.c[name] for name in part.keys]).where(
        part.table.c.practice_id == practice_id, part.table.c.run_no == run_no
    )
    written = read_frame(connection, statement, types)
    return written.join(before, on=list(part.keys), how="anti").sort(part.keys)


def _restore_patients(connection: Connection, practice_id: int, before: pl.DataFrame) -> None:
    part = PARTS[0]
    names = ("patient_number", "died_on", "left_on", "contact_allowed")
    statement = select(*[PATIENT.c[name] for name in names]).where(
        PATIENT.c.practice_id == practice_id
    )
    now = read_frame(connection, statement, {name: part.schema[name] for name in names})
    kept = before.join(now, on="patient_number", suffix="_now").with_columns(
        pl.coalesce("died_on_now", "died_on").alias("died_on"),
        pl.coalesce("left_on_now", "left_on").alias("left_on"),
        pl.when(~pl.col("contact_allowed_now"))
        .then(pl.lit(value=False))
        .otherwise(pl.col("contact_allowed"))
        .alias("contact_allowed"),
    )
    rows = with_derived(part, kept.select(before.columns))
    key = pl.lit(practice_id, dtype=pl.Int32).alias("practice_id")
    upsert(connection, PATIENT, rows.select(key, pl.all()))


def _remove_patients(
    connection: Connection, practice_id: int, added: pl.DataFrame, at: datetime
) -> None:
    """Remove added patients; those about whom something was decided become absent."""
    decided = read_frame(
        connection,
        union(*[_patients_of(table, practice_id) for table in _DECISIONS]),
        {"patient_number": pl.String},
    )
    key = pl.lit(practice_id, dtype=pl.Int32).alias("practice_id")
    free = added.join(decided, on="patient_number", how="anti")
    remove(connection, PATIENT, free.select(key, pl.all()))
    for (number,) in added.join(decided, on="patient_number", how="semi").iter_rows():
        connection.execute(
            update(PATIENT)
            .where(PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number == number)
            .values(absent_since=at.date())
        )


def _patients_of(table: Table, practice_id: int) -> Any:  # noqa: ANN401 - a select of one column
    return select(table.c.patient_number).where(table.c.practice_id == practice_id)

"""Taking an import back: what it added goes, what it changed or removed returns.

A death, a departure or a do-not-contact that it brought stays: nobody is called again by undoing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, RowMapping, Table, select, union, update

from recall_tui.errors import Refused, StoreTrouble
from storage.ahead import Overtaken
from storage.bulk import put_aside, read_frame, remove, upsert
from storage.deadline import BATCH
from storage.expiring import expire, expire_staged
from storage.images import rows_of
from storage.import_turns import wait_for_imports
from storage.recorder import Recorder, counters_seen
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
from storage.work import Database
from storage.written import Author

_DECISIONS = (EVENT, ITEM_STATE, BOOKING, PATIENT_CHOICE)


_MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class _Back:
    """What takes an import back, as the records were at a version."""

    practice_id: int
    run_id: str
    clinical_version: int
    before: Mapping[str, pl.DataFrame]
    """Rows of each part that it changed or removed."""

    added: Mapping[str, pl.DataFrame]
    """Keys of those that it brought."""

    patients: pl.DataFrame
    """The patients that it changed, as they will be."""

    @property
    def rows(self) -> int:
        """How many rows are touched."""
        return sum(one.height for one in (*self.before.values(), *self.added.values()))

    def touched(self) -> pl.DataFrame:
        """Return whose records are touched (patient_number)."""
        frames = (*self.before.values(), *self.added.values())
        some = [one.select("patient_number") for one in frames if "patient_number" in one.columns]
        return pl.concat(some).unique()


def roll_back(database: Database, practice_id: int, run_id: str, author: Author) -> int:
    """Take the newest import back; return the rows touched.

    What it takes is read first; on Postgres what only imports write is written before the lock
    is taken, as an import does.

    Raises:
        Refused: there is no such import, it was taken back, or a later one stands on it.
        StoreTrouble: another import kept running.
    """
    for _round in range(_MOST_ROUNDS):
        found = database.read(lambda one: _look(one, practice_id, run_id), seconds=BATCH)
        try:
            if database.write(_taking_back(found, author), seconds=BATCH):
                return found.rows
        except Overtaken:
            continue
    raise StoreTrouble("another import of this practice is running: try again in a minute")


def _look(connection: Connection, practice_id: int, run_id: str) -> _Back:
    run = _newest(connection, practice_id)
    if run is None or run["run_id"] != run_id:
        raise Refused("only the newest import can be taken back: take back later ones first")
    before = {part.name: _before(connection, practice_id, run_id, part) for part in PARTS}
    added = {
        part.name: _added(connection, practice_id, run["run_no"], part, before[part.name])
        for part in PARTS
    }
    version = counters_seen(connection, practice_id)["clinical_version"]
    patients = _patients_as_before(connection, practice_id, before["patients"])
    return _Back(practice_id, run_id, version, before, added, patients)


def _taking_back(found: _Back, author: Author) -> Callable[[Connection], bool]:
    """Return the unit that does it; False: the records are others since, look again."""
    practice_id = found.practice_id
    key = pl.lit(practice_id, dtype=pl.Int32).alias("practice_id")

    def unit(connection: Connection) -> bool:
        wait_for_imports(connection, practice_id)
        seen = counters_seen(connection, practice_id)
        if seen["clinical_version"] != found.clinical_version:
            return False
        for part in reversed(PARTS[1:]):
            remove(connection, part.table, found.added[part.name].select(key, pl.all()))
        for part in PARTS[1:]:
            rows = with_derived(part, found.before[part.name]).select(key, pl.all())
            upsert(connection, part.table, rows)
        is_sqlite = connection.dialect.name == "sqlite"
        touched = found.touched()
        whose = "" if is_sqlite else put_aside(connection, PATIENT, touched, "touched")
        work = Recorder(connection, practice_id)
        if work.counters["clinical_version"] != found.clinical_version:
            raise Overtaken
        upsert(connection, PATIENT, found.patients.select(key, pl.all()))
        _remove_patients(connection, practice_id, found.added["patients"], author.at)
        if is_sqlite:
            expire(connection, practice_id, touched, work.next_revision)
        else:
            expire_staged(connection, practice_id, whose, work.next_revision)
        _state_taken_back(connection, found)
        work.counters["clinical_version"] += 1
        work.changed = True
        _note(work, author, {"run": found.run_id, "rows": found.rows})
        work.finish()
        return True

    return unit


def _state_taken_back(connection: Connection, found: _Back) -> None:
    connection.execute(
        update(IMPORT_RUN)
        .where(IMPORT_RUN.c.practice_id == found.practice_id, IMPORT_RUN.c.run_id == found.run_id)
        .values(state="rolled_back")
    )


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


def _patients_as_before(
    connection: Connection, practice_id: int, before: pl.DataFrame
) -> pl.DataFrame:
    """Return patients as they were before, but dead, gone and not to be contacted if they are."""
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
    return with_derived(part, kept.select(before.columns))


def _remove_patients(
    connection: Connection, practice_id: int, added: pl.DataFrame, at: datetime
) -> None:
    """Remove added patients; those about whom something was decided become absent."""
    if added.is_empty():
        return
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

"""The records of a practice as the store holds them, every column."""

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Table, select

from recall_tui.frames import EVENTS, MEDICATIONS, PATIENTS, Schema
from storage.bulk import read_frame
from storage.store import SqlStore
from storage.tables import CODED_EVENT, MEDICATION, PATIENT


@dataclass(frozen=True, slots=True)
class Records:
    """Patients, coded events and medications, each sorted by its key."""

    patients: pl.DataFrame
    events: pl.DataFrame
    medications: pl.DataFrame


def records(store: SqlStore) -> Records:
    """Return what imports stored."""
    return Records(
        patients=_whole(store, PATIENT, PATIENTS),
        events=_whole(store, CODED_EVENT, EVENTS),
        medications=_whole(store, MEDICATION, MEDICATIONS),
    )


def _whole(store: SqlStore, table: Table, schema: Schema) -> pl.DataFrame:
    mine = table.c.practice_id == store.practice.practice_id
    statement = select(*[table.c[name] for name in schema]).where(mine)
    rows = store.database.read(lambda one: read_frame(one, statement, dict(schema)))
    keys = [column.name for column in table.primary_key.columns][1:]
    return rows.sort(keys)

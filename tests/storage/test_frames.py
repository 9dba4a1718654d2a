"""Frames in and out of tables: every value comes back as it went in, on both databases."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from sqlalchemy import Connection, delete

import storage.bulk
from recall_tui.frames import EVENTS, conform
from storage.bulk import upsert
from storage.store import SqlStore
from storage.tables import CODED_EVENT
from tests.storage.test_imports import bring
from tests.support.extracts import extract, patient
from tests.support.records import records

# A NUL is no text to Postgres, and no importer lets one through.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.none()
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.none()
ROWS = st.lists(st.tuples(TEXTS, NUMBERS, st.dates(date(1900, 1, 1))), min_size=1, max_size=20)


def put(store: SqlStore, rows: Sequence[tuple[str | None, float | None, date]]) -> pl.DataFrame:
    """Store only these rows as events of one patient and return them in the order of their key."""
    told = [
        {
            "patient_number": "100",
            "code": "44054006",
            "event_date": day,
            "precision": "D",
            "occurrence": place,
            "term": text,
            "value": value,
        }
        for place, (text, value, day) in enumerate(rows)
    ]
    frame = conform(pl.DataFrame(told, schema_overrides=dict(EVENTS)), EVENTS)
    numbers = (pl.lit(store.practice.practice_id).alias("practice_id"), pl.lit(1).alias("run_no"))

    def unit(connection: Connection) -> None:
        connection.execute(delete(CODED_EVENT))
        upsert(connection, CODED_EVENT, frame.with_columns(numbers), new=True)

    store.database.write(unit)
    return frame.sort("event_date", "occurrence")


@given(rows=ROWS)
@settings(
    max_examples=max(5, settings().max_examples // 10),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_values_come_back(
    store: SqlStore, rows: list[tuple[str | None, float | None, date]]
) -> None:
    """Any text, number and date is read back exactly, to the last digit."""
    bring(store, extract([patient("100")]))
    assert_frame_equal(put(store, rows), records(store).events, check_exact=True)


def test_portions(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is read in portions has each row once, in the same order."""
    monkeypatch.setattr(storage.bulk, "_PORTION", 3)
    bring(store, extract([patient("100")]))
    for count in (2, 3, 7):
        rows = [(f"{place}", float(place), date(2026, 1, place + 1)) for place in range(count)]
        assert_frame_equal(put(store, rows), records(store).events)

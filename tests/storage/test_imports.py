"""Imports: what they change, what they leave alone, and how they are taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from recall_tui.errors import Refused
from recall_tui.frames import Extract, PlanInputs
from recall_tui.views.imports import ImportReport
from storage.store import SqlStore
from tests.storage.test_work import losing_one_commit
from tests.support.extracts import coded, extract, patient
from tests.support.records import records

AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
HBA1C = "999791000000106"


def bring(store: SqlStore, given: Extract, *, accept: bool = False) -> ImportReport:
    """Import an extract as the administrator."""
    return store.merge_extract(given, by="jo", at=AT, accept=accept, dry_run=False)


def read(store: SqlStore) -> PlanInputs:
    """Return what the planner would read."""
    return cast("PlanInputs", store.plan_inputs())


def sample() -> Extract:
    """Return two patients with an event, a repeat and an appointment."""
    return extract(
        [
            patient("100", family_name="O'Brien", given_name="Siân"),
            patient("101", address='1 "The Nook",\nDrama Lane', email="", title=None),
        ],
        [
            coded("100", HBA1C, date(2026, 3, 1), value=48.5, unit="mmol/mol"),
            coded("101", HBA1C, date(2025, 1, 1), precision="Y", value_text="clotted"),
        ],
        medications=[
            {
                "patient_number": "100",
                "code": "321752006",
                "issued_on": date(2026, 1, 5),
                "occurrence": 0,
                "repeat": True,
            }
        ],
        appointments=[
            {
                "patient_number": "100",
                "appointment_id": "a1",
                "starts_at": datetime(2026, 12, 1, 9, 20),  # noqa: DTZ001 - local time
                "minutes": 20,
                "status": "booked",
            }
        ],
    )


def test_first_import(store: SqlStore) -> None:
    """What is imported is read back exactly: nulls, empty text, quotes, accents and numbers."""
    report = bring(store, sample())
    assert report.applied
    assert report.counts["patients"]["added"] == 2
    assert report.counts["events"]["added"] == 2
    stored = records(store)
    assert_frame_equal(stored.patients, sample().patients)
    assert_frame_equal(stored.events, sample().events)
    assert_frame_equal(stored.medications, sample().medications)


def test_same_files_twice(store: SqlStore) -> None:
    """The same files a second time change nothing, and the report says when they were applied."""
    bring(store, sample())
    revision = store.revision()
    report = bring(store, sample())
    assert not report.applied
    assert "applied before, on 22 Nov 2026" in report.words
    assert store.revision() == revision


def test_same_content_in_other_files(store: SqlStore) -> None:
    """The same rows in files with other bytes change no row."""
    bring(store, sample())
    report = bring(store, replace(sample(), sha256="b" * 64))
    assert report.applied
    assert report.words == "no row changed"
    assert report.counts["events"] == {
        "added": 0,
        "changed": 0,
        "unchanged": 2,
        "removed": 0,
        "rejected": 0,
    }


def test_changes_are_counted(store: SqlStore) -> None:
    """Changed, removed, vanished and deceased are each counted, and nobody is deleted."""
    bring(store, sample())
    report = bring(
        store,
        extract(
            [patient("100", family_name="O'Brien", given_name="Siân", died_on=date(2026, 11, 1))],
            [coded("100", HBA1C, date(2026, 3, 1), value=49.0, unit="mmol/mol")],
            sha256="c" * 64,
        ),
        accept=True,
    )
    assert report.counts["patients"]["left"] == 1
    assert report.counts["patients"]["died"] == 1
    assert report.counts["events"]["changed"] == 1
    assert report.counts["medications"]["removed"] == 1
    inputs = read(store)
    departed = inputs.patients.filter(pl.col("patient_number") == "101")
    assert departed["left_on"].item() == date(2026, 11, 20)
    assert inputs.events.height == 2


def test_rolled_back(store: SqlStore) -> None:
    """A rolled-back import leaves what was there before, except that nobody comes back to life."""
    bring(store, sample())
    before = records(store)
    report = bring(
        store,
        extract(
            [
                patient("100", family_name="Changed", died_on=date(2026, 11, 1)),
                patient("101", contact_allowed=False),
                patient("102"),
            ],
            [coded("102", HBA1C, date(2026, 3, 1))],
            sha256="d" * 64,
        ),
    )
    store.roll_back_import(report.run_id, by="jo", at=AT)
    after = records(store)
    expected = before.patients.with_columns(
        pl.Series("died_on", [date(2026, 11, 1), None]),
        pl.Series("contact_allowed", [True, False]),
    )
    assert_frame_equal(after.patients, expected)
    assert_frame_equal(after.events, before.events)
    assert_frame_equal(after.medications, before.medications)
    with pytest.raises(Refused):
        store.roll_back_import(report.run_id, by="jo", at=AT)


def test_answer_lost_at_the_commit(store: SqlStore) -> None:
    """An import whose commit arrived although the answer was lost is reported as applied."""
    with losing_one_commit(store.database, arrived=True):
        assert bring(store, sample()).applied
    assert "applied before" in bring(store, sample()).words


def test_rows_of_vanished_patients_stay(store: SqlStore) -> None:
    """What is known of a patient who left the extract is kept, and counts again on return."""
    bring(store, sample())
    only = extract([patient("100", family_name="O'Brien", given_name="Siân")], sha256="e" * 64)
    bring(store, only, accept=True)
    assert read(store).events["patient_number"].to_list() == ["101"]
    bring(store, replace(sample(), sha256="f" * 64), accept=True)
    assert_frame_equal(records(store).patients, sample().patients)
    assert_frame_equal(records(store).events, sample().events)

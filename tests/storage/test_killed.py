"""An import that is killed leaves everything or nothing, and bookings as they were."""

import random
import subprocess
import sys
import threading
from datetime import date

import pytest
from polars.testing import assert_frame_equal

from recall_tui.domain.commands import MarkBooked
from recall_tui.frames import Extract
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import coded, due, extract, patient, plan
from tests.support.records import records

NUMBERS = [f"{serial:04d}" for serial in range(400)]
CODES = ("999791000000106", "1006191000000106", "1022451000000103")


def first_extract() -> Extract:
    """Return four hundred patients with three results each."""
    events = [
        coded(number, code, date(2026, 3, 1), value=48.0) for number in NUMBERS for code in CODES
    ]
    return extract([patient(number) for number in NUMBERS], _sorted(events))


def later_extract() -> Extract:
    """Return the same patients, all of them changed, with another result each."""
    events = [
        coded(number, code, date(2026, 9, 1), value=51.0) for number in NUMBERS for code in CODES
    ]
    people = [patient(number, family_name="Changed") for number in NUMBERS]
    return extract(people, _sorted(events), sha256="b" * 64)


def _sorted(events: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(events, key=lambda row: (str(row["patient_number"]), str(row["code"])))


@pytest.mark.parametrize("attempt", range(4))
def test_killed_while_importing(store: SqlStore, database_url: str, attempt: int) -> None:
    """A killed import left the old rows or the new ones, never some of each."""
    store.merge_extract(first_extract(), by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due("0001", "hba1c", date(2026, 11, 10))]), None, AT)
    act(store, MarkBooked((target(store, "0001", "hba1c"),), TODAY))
    page = store.patient_page("0001", TODAY)
    command = [sys.executable, "-m", "tests.storage.importing_process", database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        pause = random.Random(attempt).uniform(0.0, 0.25)  # noqa: S311 - when to strike
        threading.Event().wait(pause)
        process.kill()
    stored = records(store)
    arrived = stored.patients["family_name"].unique().to_list()
    whole = later_extract() if arrived == ["Changed"] else first_extract()
    assert_frame_equal(stored.patients, whole.patients)
    assert_frame_equal(stored.events, whole.events)
    after = store.patient_page("0001", TODAY)
    assert page is not None
    assert after is not None
    assert after.bookings == page.bookings
    report = store.merge_extract(later_extract(), by="jo", at=AT, accept=True, dry_run=False)
    assert report.applied is (arrived != ["Changed"])
    assert records(store).events["value"].unique().to_list() == [51.0]

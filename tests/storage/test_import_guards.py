"""Imports that are stopped: what they take all the same, and what an administrator may accept."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from recall_tui.domain.import_guards import FileRows
from recall_tui.frames import PARKED, Extract, PlanInputs
from recall_tui.views.imports import ImportReport
from storage.store import SqlStore
from tests.support.extracts import coded, extract, patient
from tests.support.records import records
from tests.support.stocked import filled_by

AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
NUMBERS = [f"{serial}" for serial in range(100, 130)]
HBA1C = "999791000000106"
ALONE: dict[str, Any] = {"tables": {"patients"}}
"""An extract of the list of patients alone."""


def people(changes: dict[str, dict[str, Any]] | None = None) -> list[dict[str, object]]:
    """Return thirty patients, some of them changed."""
    return [patient(number, **(changes or {}).get(number, {})) for number in NUMBERS]


def bring(store: SqlStore, given: Extract, *, accept: bool = False) -> ImportReport:
    """Import an extract."""
    return store.merge_extract(given, by="jo", at=AT, accept=accept, dry_run=False)


def standing(store: SqlStore) -> dict[str, tuple[object, ...]]:
    """Return death, departure, permission and name of every patient."""
    planned = cast("PlanInputs", store.plan_inputs()).patients
    told = records(store).patients.drop("died_on", "left_on")
    columns = ("patient_number", "died_on", "left_on", "contact_allowed", "family_name")
    rows = planned.join(told, on="patient_number").select(columns).iter_rows()
    return {row[0]: row[1:] for row in rows}


def first_import(store: SqlStore) -> None:
    """Thirty patients with a result each."""
    events = [coded(number, HBA1C, date(2026, 3, 1), value=48.0) for number in NUMBERS]
    assert bring(store, extract(people(), events)).applied


filling = filled_by(first_import)
pytestmark = pytest.mark.usefixtures("store")


def changed(**more: Any) -> Extract:  # noqa: ANN401 - fields of Extract
    """Return an extract with a death, a departure, a refusal and a new name."""
    changes = {
        "100": {"died_on": date(2026, 11, 1)},
        "101": {"left_on": date(2026, 11, 2)},
        "102": {"contact_allowed": False},
        "103": {"family_name": "New"},
    }
    return extract(people(changes), sha256="b" * 64, **more)


def test_another_practice(store: SqlStore) -> None:
    """Another practice's file is stopped and nothing at all is taken from it."""
    before = standing(store)
    report = bring(store, changed(practice_code="B12345"), accept=True)
    assert not report.applied
    assert not report.may_accept
    assert "B12345" in report.stopped[0]
    assert standing(store) == before


def test_halved_list(store: SqlStore) -> None:
    """A halved list is stopped; what keeps people from being called wrongly is taken."""
    given = changed()
    half = extract(given.patients.head(12).to_dicts(), sha256="c" * 64, tables={"patients"})
    report = bring(store, half)
    assert not report.applied
    assert report.may_accept
    now = standing(store)
    assert now["100"][0] == date(2026, 11, 1)
    assert now["101"][1] == date(2026, 11, 2)
    assert now["102"][2] is False
    assert now["103"][3] == "Drama"
    assert now["129"][1] is None
    assert bring(store, half, accept=True).applied
    assert standing(store)["103"][3] == "New"
    assert standing(store)["129"][1] == date(2026, 11, 20)


def test_another_list_of_the_same_length(store: SqlStore) -> None:
    """As many come as are gone: the number of patients is as before, and the list is wrong."""
    others = [patient(f"9{number}") for number in NUMBERS[:5]]
    report = bring(store, extract([*people()[5:], *others], sha256="c" * 64, **ALONE))
    (why,) = report.stopped
    assert why.startswith("5 of 30 patients would be gone: is the list complete?")
    assert standing(store)["100"][1] is None


def test_a_list_on_which_half_have_left_is_not_believed(store: SqlStore) -> None:
    """A column in the wrong place: from a list stopped for its departures none is taken."""
    gone = {number: {"left_on": date(2026, 11, 2)} for number in NUMBERS[:15]}
    report = bring(store, extract(people(gone), sha256="c" * 64, **ALONE))
    assert (report.applied, report.words) == (False, "stopped: nothing was taken")
    assert all(left_on is None for _died, left_on, *_more in standing(store).values())


def test_older_file(store: SqlStore) -> None:
    """From a file older than the last one only deaths are taken: the rest may be out of date."""
    old = changed(extracted_at=datetime(2026, 11, 1, 6))  # noqa: DTZ001 - local time
    report = bring(store, old, accept=True)
    assert not report.applied
    now = standing(store)
    assert now["100"][0] == date(2026, 11, 1)
    assert (now["101"][1], now["102"][2], now["103"][3]) == (None, True, "Drama")


def test_unreadable_file(store: SqlStore) -> None:
    """What the importer already stopped changes nothing, whatever an administrator says."""
    before = standing(store)
    report = bring(store, extract([], sha256="d" * 64, stopped=("not a CSV file",)), accept=True)
    assert report.stopped == ("not a CSV file",)
    assert not report.applied
    assert standing(store) == before


def test_unreadable_file_beside_a_good_list(store: SqlStore) -> None:
    """Deaths, departures and refusals count although another file could not be read at all."""
    report = bring(store, changed(stopped=("events.csv: is empty",), tables={"patients"}))
    assert report.stopped[0] == "events.csv: is empty"
    assert not report.may_accept
    now = standing(store)
    assert now["100"][0] == date(2026, 11, 1)
    assert now["101"][1] == date(2026, 11, 2)
    assert now["102"][2] is False
    assert now["103"][3] == "Drama"


def test_unreadable_file_of_another_practice(store: SqlStore) -> None:
    """Nothing at all is taken from another practice's list, readable or not."""
    before = standing(store)
    more: dict[str, Any] = {"tables": {"patients"}, "practice_code": "B12345"}
    given = changed(stopped=("events.csv: is empty",), **more)
    assert len(bring(store, given).stopped) == 2
    assert standing(store) == before


def test_a_rejected_row_is_no_departure(store: SqlStore) -> None:
    """A patient whose row was rejected stays as stored, but for a death that the row tells."""
    given = changed()
    parked = given.patients.head(2).select(*PARKED)
    rest = extract(given.patients.tail(28).to_dicts(), sha256="c" * 64, parked=parked, **ALONE)
    assert bring(store, rest).applied
    now = standing(store)
    assert now["100"] == (date(2026, 11, 1), None, True, "Drama")
    assert now["101"] == (None, date(2026, 11, 2), True, "Drama")
    assert now["103"][3] == "New"


def test_nobody_is_gone_while_rows_cannot_be_read(store: SqlStore) -> None:
    """Of an unreadable row nobody knows whose it is: missing patients stay until a clean list."""
    given = extract(people()[1:], sha256="c" * 64, unreadable=1, **ALONE)
    report = bring(store, given)
    assert report.applied
    assert "nobody is taken for gone, since 1 row of patients.csv" in report.words
    assert standing(store)["100"][1] is None
    assert bring(store, extract(people()[1:], sha256="d" * 64, **ALONE)).applied
    assert standing(store)["100"][1] == date(2026, 11, 20)


def test_one_bad_file_of_several(store: SqlStore) -> None:
    """When many rows of one file were rejected, its table stays and the others are applied."""
    given = changed(
        tables={"patients", "events"},
        files=(
            FileRows("patients.csv", "patients", 30, 0),
            FileRows("events.csv", "events", 30, 20),
        ),
    )
    report = bring(store, given)
    assert report.applied
    assert "the events stay as they are" in report.words
    assert report.counts["events"]["removed"] == 0
    assert standing(store)["103"][3] == "New"
    assert cast("PlanInputs", store.plan_inputs()).events.height == 30


def test_dry_run(store: SqlStore) -> None:
    """Comparing only says what would happen and changes nothing."""
    revision = store.revision()
    report = store.merge_extract(changed(), by="jo", at=AT, accept=False, dry_run=True)
    assert not report.applied
    assert report.counts["patients"]["changed"] == 4
    assert store.revision() == revision


def test_stopped_run_is_not_the_last_applied(store: SqlStore) -> None:
    """A stopped file does not make the data look newer than they are."""
    later = changed(
        practice_code="B12345",
        extracted_at=datetime(2026, 11, 21, 6),  # noqa: DTZ001 - local time
    )
    bring(store, later)
    assert store.data_as_of() == date(2026, 11, 20)


def test_no_list_of_patients(store: SqlStore) -> None:
    """Files without a list of patients are stopped, not taken for a practice without patients."""
    report = bring(store, extract([], sha256="d" * 64, tables={"events"}), accept=True)
    assert "patients.csv" in report.stopped[0]
    assert cast("PlanInputs", store.plan_inputs()).events.height == 30


def test_a_file_cut_off_at_the_end_of_a_line(store: SqlStore) -> None:
    """Two of thirty patients without any event: nobody is taken off a register for that."""
    events = [coded(number, HBA1C, date(2026, 3, 1), value=48.0) for number in NUMBERS]
    report = bring(store, extract(people(), events[:24], sha256="d" * 64))
    assert (report.applied, report.may_accept) == (False, True)
    assert "6 of 30 rows of events are not there any more" in report.stopped[0]
    assert records(store).events.height == len(NUMBERS)


def test_an_older_extract_copied(store: SqlStore) -> None:
    """Without extract.csv a copy of an old extract looks new: who died since stays dead."""
    dead = people({"100": {"died_on": date(2026, 11, 1)}})
    events = [coded(number, HBA1C, date(2026, 3, 1), value=48.0) for number in NUMBERS]
    newer = [*events, coded("101", HBA1C, date(2026, 11, 20), value=50.0)]
    assert bring(store, extract(dead, newer, sha256="d" * 64)).applied
    older = replace(extract(people(), events, sha256="e" * 64), is_dated=False)
    report = bring(store, older)
    assert (report.applied, report.may_accept) == (False, True)
    assert standing(store)["100"][0] == date(2026, 11, 1)


def test_a_file_that_is_not_there_is_told(store: SqlStore) -> None:
    """What is known of drugs goes on as it was, which nobody would notice."""
    drugs = [{"patient_number": "100", "code": "321730000", "issued_on": date(2026, 11, 1),
              "occurrence": 0}]  # fmt: skip
    with_drugs = extract(
        people(), medications=drugs, tables={"patients", "medications"}, sha256="d" * 64
    )
    assert bring(store, with_drugs).applied
    report = bring(store, changed(**ALONE))
    assert report.applied
    assert (
        "there is no medications.csv: the medications are those of an earlier day" in report.words
    )
    assert "appointments" not in report.words

"""Plans: only what differs is written, for everybody or for some, and it is read back whole."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, select

from recall_tui.domain.calendar import Month
from recall_tui.errors import StoreTrouble
from recall_tui.frames import PlanFrames
from storage import plan_merging
from storage.store import SqlStore
from storage.tables import DUE_ITEM, PATIENT_PLAN, PLANNED_APPOINTMENT, REGISTER_MEMBER
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
NOVEMBER = date(2026, 11, 10)


def whole() -> PlanFrames:
    """Return the plan of two patients, with lists that need care."""
    return plan(
        [
            due("100", "hba1c", NOVEMBER, recalls=['odd "name"', "back\\slash", "diabetes"]),
            due("101", "hba1c", NOVEMBER, recalls=[]),
        ],
        registers=[
            {"recall": "diabetes", "patient_number": number, "held": False}
            for number in ("100", "101")
        ],
        appointments=[
            {"patient_number": "100", "appointment_no": 1, "staff_group": "hca", "minutes": 10}
        ],
        patients=[
            {"patient_number": "100", "valid_until": date(2026, 11, 30), "flags": ["housebound"]},
            {"patient_number": "101", "valid_until": date(2026, 12, 31), "flags": []},
        ],
    )


def two_patients(store: SqlStore) -> None:
    """Two patients without a plan."""
    given = extract([patient("100"), patient("101")])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)


filling = filled_by(two_patients)
pytestmark = pytest.mark.usefixtures("store")


def rows(store: SqlStore) -> list[int]:
    """Return how many rows each table of the plan has."""
    tables = (REGISTER_MEMBER, DUE_ITEM, PLANNED_APPOINTMENT, PATIENT_PLAN)
    return [
        len(store.database.read(lambda one, table=table: one.execute(select(table)).all()))
        for table in tables
    ]


def test_same_plan_twice(store: SqlStore) -> None:
    """The same plan a second time writes nothing, so that no screen refreshes for it."""
    assert store.merge_plan(whole(), None, AT) == 7
    revision = store.revision()
    assert store.merge_plan(whole(), None, AT) == 0
    assert store.revision() == revision


def test_lists_are_read_back(store: SqlStore) -> None:
    """Recalls and flags come back as they were, whatever characters they hold."""
    store.merge_plan(whole(), None, AT)
    row = store.worklist(Month(2026, 11), AT.date()).rows[0]
    assert row.due_items()[0].recalls == ('odd "name"', "back\\slash", "diabetes")
    assert row.flags == ("housebound",)


def test_some_patients_only(store: SqlStore) -> None:
    """Planning one patient again leaves everybody else's plan alone."""
    store.merge_plan(whole(), None, AT)
    assert store.merge_plan(plan([]), ["100"], AT) == 4
    assert rows(store) == [1, 1, 0, 1]
    assert store.merge_plan(plan([]), [], AT) == 0


def test_expired(store: SqlStore) -> None:
    """A plan holds through its last day and is expired the day after."""
    store.merge_plan(whole(), None, AT)
    assert store.expired_patients(date(2026, 11, 30)) == ()
    assert store.expired_patients(date(2026, 12, 1)) == ("100",)
    store.write(lambda work: work.expire_plans(["101", "100"]))
    assert store.expired_patients(date(2026, 11, 1)) == ("100", "101")


def test_planner_overtaken(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another plan was stored since it was compared, the plan is compared again."""
    overtaken: list[int] = []
    compare = plan_merging._compare  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the moment between

    def slow(*given: object, **named: object) -> object:
        found = compare(*given, **named)  # type: ignore[arg-type] - passed on
        if not overtaken:
            overtaken.append(1)
            store.merge_plan(plan([due("100", "bmi", NOVEMBER)]), None, AT)
        return found

    monkeypatch.setattr(plan_merging, "_compare", slow)
    assert store.merge_plan(whole(), None, AT) == 8
    assert rows(store) == [2, 2, 1, 2]


def test_planner_never_gets_in(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody else plans all the time, one line says so and nothing is half done."""

    def overtaken(*_unit: object) -> Callable[[Connection], bool]:
        return lambda connection: connection.closed

    monkeypatch.setattr(plan_merging, "_merging", overtaken)
    with pytest.raises(StoreTrouble, match="another planning"):
        store.merge_plan(whole(), None, AT)
    assert rows(store)[:3] == [0, 0, 0]


def test_import_asks_for_planning(store: SqlStore) -> None:
    """Whoever an import touches is to be planned again, should the program die before it does."""
    assert store.expired_patients(AT.date()) == ("100", "101")
    store.merge_plan(whole(), None, AT)
    assert store.expired_patients(AT.date()) == ()
    changed = extract([patient("100"), patient("101", sex="M"), patient("102")], sha256="b" * 64)
    report = store.merge_extract(changed, by="jo", at=AT, accept=False, dry_run=False)
    assert store.expired_patients(AT.date()) == ("101", "102")
    store.merge_plan(whole(), None, AT)
    store.roll_back_import(report.run_id, by="jo", at=AT)
    assert store.expired_patients(AT.date()) == ("101",)

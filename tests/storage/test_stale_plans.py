"""Plans that were overtaken: what changes while a plan is being made is never lost in it."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import select

from recall_tui.domain.commands import ChooseMonth, MarkDone
from recall_tui.frames import PlanFrames, PlanInputs
from recall_tui.services.replanning import MOST_ROUNDS, replan, tick
from storage import plan_merging
from storage.engine import open_database
from storage.store import SqlStore
from storage.tables import DUE_ITEM
from tests.support.desk import act, target
from tests.support.extracts import coded, due, extract, patient, plan
from tests.support.stocked import filled_by

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
START = date(2026, 11, 1)
NUMBERS = ("100", "101", "102")


@dataclass
class SlowPlanner:
    """Plans an item whose due date tells what it was planned from; others act meanwhile."""

    meanwhile: list[Callable[[], object]] = field(default_factory=list[Callable[[], object]])
    planned: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def plan(self, inputs: object, today: date) -> PlanFrames:
        """Return the plan of ``inputs``, after the next of what others do."""
        read = cast("PlanInputs", inputs)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        numbers = tuple(read.patients["patient_number"])
        self.planned.append(numbers)
        holds = today + timedelta(days=30)
        return plan(
            [due(number, "hba1c", expected(read, number)) for number in numbers],
            patients=[
                {"patient_number": number, "valid_until": holds, "flags": []} for number in numbers
            ],
        )


def expected(inputs: PlanInputs, number: str) -> date:
    """Return a due date that is another one for every other record."""
    events, closed, choices = (
        frame.filter(frame["patient_number"] == number)
        for frame in (inputs.events, inputs.closed, inputs.choices)
    )
    months = int(choices["chosen_month"].sum())
    return START + timedelta(days=events.height + 10 * closed.height + 100 * months)


def events_of(counts: dict[str, int]) -> list[dict[str, object]]:
    """Return so many coded events of each patient."""
    return [
        coded(number, "44054006", START - timedelta(days=day))
        for number, count in counts.items()
        for day in range(count)
    ]


def bring(store: SqlStore, counts: dict[str, int], name: str) -> None:
    """Import an extract in which each patient has so many events."""
    given = extract([patient(one) for one in counts], events_of(counts), sha256=name * 64)
    report = store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)
    assert report.applied


def due_dates(store: SqlStore) -> dict[str, date]:
    """Return the open due date of each patient."""
    columns = (DUE_ITEM.c.patient_number, DUE_ITEM.c.due_on)
    rows = store.database.read(lambda one: one.execute(select(*columns)).all())
    return {row[0]: row[1] for row in rows}


def true_dates(store: SqlStore) -> dict[str, date]:
    """Return the due dates that a plan made now has."""
    inputs = cast("PlanInputs", store.plan_inputs())
    return {number: expected(inputs, number) for number in inputs.patients["patient_number"]}


def practice(store: SqlStore) -> None:
    """Three patients, planned."""
    bring(store, dict.fromkeys(NUMBERS, 1), "a")
    replan(store, SlowPlanner(), TODAY, AT)


filling = filled_by(practice)
pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def other(database_url: str, store: SqlStore) -> Generator[SqlStore]:
    """Give the same practice through connections of its own."""
    opened = open_database(database_url)
    yield SqlStore(opened, store.practice)
    opened.close()


CHANGES: dict[str, Callable[[SqlStore], object]] = {
    "import": lambda store: bring(store, {"100": 2, "101": 1, "102": 1}, "b"),
    "new patient": lambda store: bring(store, {**dict.fromkeys(NUMBERS, 1), "103": 3}, "b"),
    "gone from the list": lambda store: bring(store, {"100": 1, "101": 1, "102": 0}, "b"),
    "month": lambda store: act(store, ChooseMonth("101", 3)),
    "mark done": lambda store: act(store, MarkDone((target(store, "102", "hba1c"),), "elsewhere")),
}


@pytest.mark.parametrize("change", ["import", "new patient", "month"])
def test_a_plan_from_before_is_not_stored(store: SqlStore, other: SqlStore, change: str) -> None:
    """What an import or a decision touched after the inputs were read stays expired."""
    before = due_dates(store)
    inputs = store.plan_inputs()
    old = SlowPlanner().plan(inputs, TODAY)
    CHANGES[change](other)
    touched = set(other.expired_patients(TODAY))
    assert touched
    store.merge_plan(old, None, AT, inputs)
    assert set(store.expired_patients(TODAY)) == touched
    assert set(store.changed_since(inputs, None)) == touched
    assert {number: due_dates(store)[number] for number in before} == before


@pytest.mark.parametrize("change", CHANGES)
def test_planning_again_finds_it(store: SqlStore, other: SqlStore, change: str) -> None:
    """Whoever changed while the practice was planned is planned once more, and nobody else."""
    planner = SlowPlanner([lambda: CHANGES[change](other)])
    replan(store, planner, TODAY, AT)
    assert due_dates(store) == true_dates(store)
    assert store.expired_patients(TODAY) == ()
    assert len(planner.planned) == 2
    assert len(planner.planned[1]) == 1


def test_between_comparing_and_storing(
    store: SqlStore, other: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that commits after the comparison, before the plan is stored, is seen as well."""
    compare = plan_merging._compare  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the moment between
    bring(store, {"100": 2, "101": 2, "102": 1}, "b")
    later = [lambda: bring(other, {"100": 3, "101": 2, "102": 1}, "c")]

    def slow(*given: object, **named: object) -> object:
        found = compare(*given, **named)  # type: ignore[arg-type] - passed on
        if later:
            later.pop()()
        return found

    monkeypatch.setattr(plan_merging, "_compare", slow)
    replan(store, SlowPlanner(), TODAY, AT)
    assert due_dates(store) == true_dates(store)
    assert store.expired_patients(TODAY) == ()


def test_two_planners(store: SqlStore, other: SqlStore) -> None:
    """A slow planner does not put its old plan over that of a quicker one with newer inputs."""

    def overtake() -> None:
        bring(other, {"100": 4, "101": 1, "102": 1}, "b")
        replan(other, SlowPlanner(), TODAY, AT)

    replan(store, SlowPlanner([overtake]), TODAY, AT)
    assert due_dates(store)["100"] == START + timedelta(days=4)
    assert store.expired_patients(TODAY) == ()


def test_planning_ends(store: SqlStore, other: SqlStore) -> None:
    """Who changes all the time stays expired after some rounds; the next tick plans them."""

    def change(count: int) -> Callable[[], object]:
        return lambda: bring(other, {"100": count, "101": 1, "102": 1}, "bcdefgh"[count - 2])

    planner = SlowPlanner([change(count) for count in range(2, 2 + MOST_ROUNDS)])
    replan(store, planner, TODAY, AT)
    assert store.expired_patients(TODAY) == ("100",)
    assert tick(store, SlowPlanner(), TODAY, AT) == 1
    assert due_dates(store) == true_dates(store)


@pytest.mark.parametrize(
    "order", [("import", "month"), ("mark done", "import"), ("month", "mark done")], ids="-".join
)
def test_any_two_changes(store: SqlStore, other: SqlStore, order: tuple[str, str]) -> None:
    """Whatever comes in between in the first rounds, the plan ends as one made now would be."""
    first, second = order
    steps = [lambda: CHANGES[first](other), lambda: CHANGES[second](other)]
    replan(store, SlowPlanner(steps), TODAY, AT)
    assert due_dates(store) == true_dates(store)
    assert store.expired_patients(TODAY) == ()

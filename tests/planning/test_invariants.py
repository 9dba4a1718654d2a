"""What holds for every plan, whatever the rules and the patients."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recall_tui.domain.ids import RecallId
from recall_tui.domain.recalls import Anchored, Interval
from recall_tui.frames import PlanFrames, PlanInputs
from recall_tui.planning.engine import plan
from tests.oracle.as_frames import inputs_of, plans_of
from tests.oracle.practices import SEEDS, Practice, random_practice
from tests.oracle.records import DueItem, Event, Person, PersonPlan
from tests.oracle.rulebooks import JAB

FEW = settings(
    max_examples=max(1, settings().max_examples // 10), phases=[Phase.explicit, Phase.generate]
)
"""Each example is a practice of its own rules, planned more than once."""

PATIENTS = 60


def planned(practice: Practice) -> PlanFrames:
    return plan(inputs_of(practice), practice.rulebook, practice.settings, practice.today)


def open_items(plans: dict[str, PersonPlan]) -> dict[tuple[str, str], DueItem]:
    return {
        (number, row.item): row
        for number, one in plans.items()
        for row in one.due_items
        if row.is_open
    }


def same(one: PlanFrames, other: PlanFrames) -> None:
    assert_frame_equal(one.registers, other.registers)
    assert_frame_equal(one.due_items, other.due_items)
    assert_frame_equal(one.appointments, other.appointments)
    assert_frame_equal(one.patients, other.patients)


def without_future(person: Person, practice: Practice) -> Person:
    """Return the person as recorded until today: nothing lies ready to happen later."""
    return replace(
        person,
        events=tuple(one for one in person.events if one.last_day <= practice.today),
        issues=tuple(one for one in person.issues if one.issued_on <= practice.today),
        left_on=None,
        died_on=None,
    )


@FEW
@given(seed=SEEDS)
def test_one_open_due_item(seed: int) -> None:
    """A patient has at most one open due item of an item, and every due date once."""
    practice = random_practice(seed, PATIENTS)
    plans = plans_of(planned(practice))
    opened = Counter(
        (number, row.item) for number, one in plans.items() for row in one.due_items if row.is_open
    )
    dates = Counter(
        (number, row.item, row.due_on) for number, one in plans.items() for row in one.due_items
    )
    assert max(opened.values(), default=0) <= 1
    assert max(dates.values(), default=0) <= 1


@FEW
@given(seed=SEEDS, days=st.sampled_from([1, 2, 7, 30, 90, 180, 365]))
def test_nobody_drops_off(seed: int, days: int) -> None:
    """While a recall asks for it and nothing is recorded, an open item stays open in time."""
    practice = random_practice(seed, PATIENTS)
    people = tuple(without_future(person, practice) for person in practice.people)
    now = replace(practice, people=people)
    later = replace(now, today=now.today + timedelta(days=days))
    before, after = plans_of(planned(now)), plans_of(planned(later))
    still = open_items(after)
    for (number, item), row in open_items(before).items():
        asking = {
            one.recall
            for one in after.get(number, PersonPlan()).registers
            if _asks_for_ever(practice, one.recall, item)
        }
        if set(row.recalls) & asking:
            assert (number, item) in still


def _asks_for_ever(practice: Practice, recall: RecallId, item: str) -> bool:
    """Whether the recall, and whoever else asks for the item, asks again and again."""
    needs = [
        (one.id, need)
        for one in practice.rulebook.active()
        for need in one.requirements
        if need.item == item
    ]
    endless = all(isinstance(need.schedule, Anchored | Interval) for _, need in needs)
    return endless and any(name == recall and need.only_if is None for name, need in needs)


@FEW
@given(seed=SEEDS)
def test_order_of_rows_does_not_matter(seed: int) -> None:
    """Shuffled rows give the identical plan."""
    practice = random_practice(seed, PATIENTS)
    inputs = inputs_of(practice)
    shuffled = PlanInputs(
        patients=inputs.patients.sample(fraction=1, shuffle=True, seed=seed % 1000),
        events=inputs.events.sample(fraction=1, shuffle=True, seed=seed % 1000),
        medications=inputs.medications.sample(fraction=1, shuffle=True, seed=seed % 1000),
        closed=inputs.closed.sample(fraction=1, shuffle=True, seed=seed % 1000),
        choices=inputs.choices.sample(fraction=1, shuffle=True, seed=seed % 1000),
        pinned=inputs.pinned,
    )
    settings, today = practice.settings, practice.today
    same(
        plan(inputs, practice.rulebook, settings, today),
        plan(shuffled, practice.rulebook, settings, today),
    )


@FEW
@given(seed=SEEDS)
def test_the_same_again(seed: int) -> None:
    """Planning twice gives the identical frames, in order and type."""
    practice = random_practice(seed, PATIENTS)
    same(planned(practice), planned(practice))


@FEW
@given(seed=SEEDS)
def test_one_patient_is_planned_like_all(seed: int) -> None:
    """The plan of one patient alone is that patient's part of the plan of all."""
    practice = random_practice(seed, PATIENTS)
    person = Random(seed).choice(practice.people)  # noqa: S311 - picks a patient, keeps no secret
    whole = planned(practice)
    alone = planned(replace(practice, people=(person,)))
    part = PlanFrames(
        *(
            frame.filter(frame["patient_number"] == person.number)
            for frame in (whole.registers, whole.due_items, whole.appointments, whole.patients)
        )
    )
    same(alone, part)


@FEW
@given(seed=SEEDS)
def test_doing_it_makes_nothing_more_overdue(seed: int) -> None:
    """A jab recorded today, which no rule reads, leaves no jab overdue for longer than before."""
    practice = random_practice(seed, PATIENTS)
    done = Event("TEST5-1", practice.today)
    people = tuple(replace(one, events=(*one.events, done)) for one in practice.people)
    before = open_items(plans_of(planned(practice)))
    after = open_items(plans_of(planned(replace(practice, people=people))))
    for (number, item), row in before.items():
        now = after.get((number, item))
        if item != JAB or now is None or now.overdue_since is None:
            continue
        assert row.overdue_since is not None
        assert now.overdue_since >= row.overdue_since


@FEW
@given(seed=SEEDS)
def test_every_due_item_is_in_the_year(seed: int) -> None:
    """Every open or expected due item is in an appointment of its patient, listed on its day."""
    practice = random_practice(seed, PATIENTS)
    frames = planned(practice)
    numbers = {
        (row["patient_number"], row["appointment_no"]): row["listed_on"]
        for row in frames.appointments.iter_rows(named=True)
    }
    for row in frames.due_items.iter_rows(named=True):
        if row["appointment_no"] is not None:
            assert numbers[row["patient_number"], row["appointment_no"]] == row["listed_on"]

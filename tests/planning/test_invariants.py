"""What holds for every plan, whatever the rules and the patients."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recall_tui.frames import PlanFrames, PlanInputs
from recall_tui.planning.engine import plan
from tests.oracle.as_frames import inputs_of, plans_of
from tests.oracle.practices import Practice, practices
from tests.oracle.records import DueItem, Event, Person, PersonPlan
from tests.oracle.rulebooks import JAB

FEW = practices(25)


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


@given(practice=FEW)
def test_one_open_due_item(practice: Practice) -> None:
    """A patient has at most one open due item of an item, and every due date once."""
    plans = plans_of(planned(practice))
    opened = Counter(
        (number, row.item) for number, one in plans.items() for row in one.due_items if row.is_open
    )
    dates = Counter(
        (number, row.item, row.due_on) for number, one in plans.items() for row in one.due_items
    )
    assert max(opened.values(), default=0) <= 1
    assert max(dates.values(), default=0) <= 1


@given(practice=FEW, days=st.sampled_from([1, 2, 7, 30, 90, 180, 365]))
def test_nobody_drops_off(practice: Practice, days: int) -> None:
    """While a recall asks for it and nothing is recorded, an open item stays open in time."""
    people = tuple(without_future(person, practice) for person in practice.people)
    now = replace(practice, people=people)
    later = replace(now, today=now.today + timedelta(days=days))
    before, after = plans_of(planned(now)), plans_of(planned(later))
    still = open_items(after)
    for (number, item), row in open_items(before).items():
        asking = (
            [
                recall.id
                for recall in practice.rulebook.active()
                if any(need.item == item and need.only_if is None for need in recall.requirements)
                and any(one.recall == recall.id for one in after[number].registers)
            ]
            if number in after
            else []
        )
        if set(row.recalls) & set(asking):
            assert (number, item) in still


@given(practice=FEW, seed=st.integers(0, 1000))
def test_order_of_rows_does_not_matter(practice: Practice, seed: int) -> None:
    """Shuffled rows give the identical plan."""
    inputs = inputs_of(practice)
    shuffled = PlanInputs(
        patients=inputs.patients.sample(fraction=1, shuffle=True, seed=seed),
        events=inputs.events.sample(fraction=1, shuffle=True, seed=seed),
        medications=inputs.medications.sample(fraction=1, shuffle=True, seed=seed),
        closed=inputs.closed.sample(fraction=1, shuffle=True, seed=seed),
        choices=inputs.choices.sample(fraction=1, shuffle=True, seed=seed),
        pinned=inputs.pinned,
    )
    settings, today = practice.settings, practice.today
    same(
        plan(inputs, practice.rulebook, settings, today),
        plan(shuffled, practice.rulebook, settings, today),
    )


@given(practice=FEW)
def test_the_same_again(practice: Practice) -> None:
    """Planning twice gives the identical frames, in order and type."""
    same(planned(practice), planned(practice))


@given(practice=FEW, seed=st.integers(0, 1000))
def test_one_patient_is_planned_like_all(practice: Practice, seed: int) -> None:
    """The plan of one patient alone is that patient's part of the plan of all."""
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


@given(practice=FEW)
def test_doing_it_makes_nothing_more_overdue(practice: Practice) -> None:
    """A jab recorded today, which no rule reads, leaves no jab overdue for longer than before."""
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


@given(practice=FEW)
def test_every_due_item_is_in_the_year(practice: Practice) -> None:
    """Every open or expected due item is in an appointment of its patient, listed on its day."""
    frames = planned(practice)
    numbers = {
        (row["patient_number"], row["appointment_no"]): row["listed_on"]
        for row in frames.appointments.iter_rows(named=True)
    }
    for row in frames.due_items.iter_rows(named=True):
        if row["appointment_no"] is not None:
            assert numbers[row["patient_number"], row["appointment_no"]] == row["listed_on"]

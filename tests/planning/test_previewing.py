"""A change of recall date, seen before it is made."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from recall_tui.domain.expressions import Coded
from recall_tui.domain.ids import RecallId
from recall_tui.domain.plan_settings import AnchorChoice, PlanSettings
from recall_tui.domain.recalls import Activity, Anchored, Every, Recall, Requirement
from recall_tui.planning.engine import plan
from recall_tui.planning.previewing import Wanted, preview
from tests.oracle.as_frames import inputs_of
from tests.oracle.practices import Practice, random_practice
from tests.oracle.records import Choice, Event, Person
from tests.oracle.rulebooks import DIAGNOSES, JAB, random_rulebook

TODAY = date(2025, 11, 22)


def _settled(seed: int) -> Practice:
    """Return a practice by birthday in which nobody's date was changed of late."""
    practice = random_practice(seed, 40)
    people = tuple(
        replace(one, choice=Choice(recall_date=one.born), marked_done=()) for one in practice.people
    )
    return replace(practice, people=people, settings=PlanSettings())


@pytest.mark.parametrize("seed", [3, 8])
def test_a_preview_is_what_the_change_then_does_and_it_postpones_nothing(seed: int) -> None:
    """The dates foretold are those of the plan after the change; none that is open moves later."""
    practice = _settled(seed)
    inputs = inputs_of(practice)
    after = replace(practice.settings, anchor=AnchorChoice.MEDICATION_REVIEW)
    wanted = Wanted(practice.settings, after, {})
    told = preview(inputs, practice.rulebook, wanted, practice.today)
    made = plan(inputs, practice.rulebook, after, practice.today)
    dates = dict(made.patients.select("patient_number", "recall_date").iter_rows())
    assert told.moved
    assert all(dates[patient] == then for patient, _now, then in told.moved)
    waiting = made.due_items.filter(made.due_items["is_open"])
    opened = {(row["patient_number"], row["item"]): row["due_on"] for row in waiting.to_dicts()}
    for one in told.changes:
        assert opened.get((one.patient, one.item), one.next_then) == one.next_then
    assert told.postponed == ()
    assert sum(told.months_now) == sum(told.months_then) == told.patients
    assert len(told.months_now) == len(told.months_then) == 12


def test_no_change_changes_nothing() -> None:
    """The same settings and no chosen month leave every date as it is."""
    practice = _settled(3)
    wanted = Wanted(practice.settings, practice.settings, {})
    told = preview(inputs_of(practice), practice.rulebook, wanted, practice.today)
    assert (told.moved, told.changes) == ((), ())
    assert told.months_now == told.months_then


def test_a_chosen_month_is_tried_for_its_patient_alone() -> None:
    """Only who chooses a month moves; taking it away again brings the birthday back."""
    practice = _settled(8)
    inputs = inputs_of(practice)
    told = preview(
        inputs,
        practice.rulebook,
        Wanted(practice.settings, practice.settings, {"p00001": 6}),
        practice.today,
    )
    assert {patient for patient, _now, _then in told.moved} <= {"p00001"}
    assert {then.month for _patient, _now, then in told.moved} <= {6}


def _in_june(months: int = 12, done: date = date(2025, 3, 25)) -> Practice:
    """Return the practice of one patient whose birthday is in June, vaccinated in March."""
    needs = (Requirement(JAB, Anchored(Every(months))),)
    recall = Recall(RecallId("r"), "R", Activity.ACTIVE, Coded(DIAGNOSES[0]), needs, DIAGNOSES[0])
    book = replace(random_rulebook(Random(1), TODAY), recalls={recall.id: recall})  # noqa: S311 - no secret
    person = Person(
        "p1",
        date(1960, 6, 15),
        events=(Event("DX0-1", date(2015, 1, 1)), Event("TEST5-1", done)),
    )
    return Practice(book, PlanSettings(drift_factor=1.2), TODAY, (person,))


def test_months_no_longer_kept_free_can_make_a_gap_long() -> None:
    """Called in March for a birthday in June; kept free no more, it is June: 447 days, and said."""
    practice = _in_june()
    free = replace(practice.settings, free_months=frozenset({4, 5, 6}))
    wanted = Wanted(free, practice.settings, {})
    (one,) = preview(inputs_of(practice), practice.rulebook, wanted, TODAY).long
    assert (one.next_now, one.next_then) == (date(2026, 3, 15), date(2026, 6, 15))
    assert one.gap_days == 447


def test_the_date_after_the_next_is_moved_out_of_the_free_months_too() -> None:
    """It lies beyond the year that is planned, and comes earlier as the next one does."""
    practice = _in_june()
    free = replace(practice.settings, free_months=frozenset({4, 5, 6}))
    wanted = Wanted(practice.settings, free, {})
    (one,) = preview(inputs_of(practice), practice.rulebook, wanted, TODAY).changes
    assert (one.next_now, one.after_now) == (date(2026, 6, 15), date(2027, 6, 15))
    assert (one.next_then, one.after_then) == (date(2026, 3, 15), date(2027, 3, 15))


@pytest.mark.parametrize(
    ("months", "free"), [(6, {12}), (12, set(range(1, 13)))], ids=["half a year", "all free"]
)
def test_what_is_due_more_often_or_has_no_other_month_stays(months: int, free: set[int]) -> None:
    """Months kept free move what is yearly, to where there is one that is not kept free."""
    practice = _in_june(months, date(2025, 11, 20))
    kept = replace(practice.settings, free_months=frozenset(free))
    wanted = Wanted(practice.settings, kept, {})
    assert preview(inputs_of(practice), practice.rulebook, wanted, TODAY).changes == ()
    moved = replace(practice.settings, free_months=frozenset({4, 5, 6}))
    told = preview(inputs_of(practice), practice.rulebook, replace(wanted, then=moved), TODAY)
    assert bool(told.changes) is (months == 12)

"""A plan is still the same on every day until which it says that it holds."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import Phase, given, settings

from recall_tui.domain import expressions as ex
from recall_tui.domain.ids import ClusterId, ItemId
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Anchored, Every, Exclusion
from recall_tui.frames import PlanFrames
from recall_tui.planning.engine import plan
from tests.domain.spec.example import Example, Person
from tests.domain.spec.rules import TWELVE_WEEKLY, asks, diabetes, everyone, on_drug, rulebook
from tests.domain.spec.test_5_variable import ON_METHOTREXATE
from tests.oracle.as_frames import inputs_of
from tests.oracle.holding import held_too_long
from tests.oracle.practices import SEEDS, Practice
from tests.oracle.records import Issue
from tests.oracle.records import Person as Patient

FEW = settings(
    max_examples=max(1, settings().max_examples // 25), phases=[Phase.explicit, Phase.generate]
)
PATIENTS = 40
DAYS = 10


def _first(practice: Practice) -> PlanFrames:
    return plan(inputs_of(practice), practice.rulebook, practice.settings, practice.today)


@FEW
@given(SEEDS)
def test_nothing_changes_before_a_plan_expires(seed: int) -> None:
    """Planned again on any day up to the last, a patient has the identical plan, reasons and all.

    Whoever has no plan has none for years. Why: nobody looks at a patient whose plan still holds.
    """
    assert held_too_long(seed, PATIENTS, DAYS) == []


QUIET = Example(
    rule="HbA1c every 12 months (recall date 15 May).",
    recalls=(diabetes(),),
    today="2026-06-01",
    history="""
        date       | code  | value | unit | kind
        2010-01-10 | dm    |       |      |
        2026-05-10 | hba1c | 48    | mmol/mol |
    """,
    due="",
)


CHANGED = Person(recall_date="2026-05-15", earlier="2025-03-01", changed="2025-11-01")
"""Whose recall date was 1 March, as reasons tell."""


@pytest.mark.parametrize(
    ("example", "until"),
    [
        (QUIET, "2026-08-15"),
        (replace(QUIET, today="2027-03-20"), "2027-03-31"),
        (replace(QUIET, today="2027-02-01", person=CHANGED), "2027-02-28"),
        (replace(QUIET, person=Person(left="2026-07-10")), "2026-07-09"),
        (replace(QUIET, person=Person(died="2026-07-10")), "2026-07-09"),
        (replace(QUIET, person=Person(left="2026-08-01", died="2026-07-10")), "2026-07-09"),
        (replace(QUIET, history=f"{QUIET.history}2026-07-20 | hba1c | | |"), "2026-07-19"),
        (replace(QUIET, history=f"{QUIET.history}2026-06 | hba1c | | |"), "2026-06-29"),
    ],
)
def test_a_plan_holds_until_the_day_before_something_changes(example: Example, until: str) -> None:
    """Whoever leaves, or has a record dated ahead, is planned again on that day, not next year."""
    assert str(example.plan().patients["valid_until"].item()) == until


def test_a_repeat_that_ends_is_planned_again_on_that_day() -> None:
    """A drug that is stopped from a day ahead on is monitored until then and not longer."""
    example = Example(
        rule="Blood count every 12 weeks.",
        recalls=(on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),),
        today="2026-06-01",
        drugs="issued | code | repeat | stopped\n2024-01-01|methotrexate|yes|2026-06-20",
        history="date | code\n2026-05-20 | fbc",
        due="",
    )
    assert example.plan().patients["valid_until"].item() == date(2026, 6, 19)


HISTORY = """
    date       | code  | value | unit
    2010-01-10 | dm    |       |
    2025-09-01 | ckd   |       |
    2026-05-10 | hba1c | 48    | mmol/mol
"""


@pytest.mark.parametrize(
    ("register", "until"),
    [
        (ex.Since(ClusterId("DM"), at_least=200), "2026-09-09"),
        (ex.Age(at_least=67), "2027-05-14"),
        (ex.Age(at_least=67, by=(8, 31)), "2026-08-31"),
        (ex.Age(at_least=67, by=(6, 1)), "2026-06-01"),
        (ex.Not(ex.Prescribed(ClusterId("WARFARIN"), 6)), "2026-07-06"),
        (ex.Not(ex.Coded(ClusterId("CKD"), within_months=12)), "2026-08-28"),
        (ex.Not(ex.Result(ItemId("hba1c"), above=47, within_months=6)), "2026-11-06"),
        (ex.Not(ex.Done(ItemId("hba1c"), 3)), "2026-08-06"),
    ],
)
def test_whom_time_alone_brings_onto_a_recall_is_planned_in_time(
    register: ex.Expression, until: str
) -> None:
    """An age, a time since the diagnosis, a record that is too old: nothing is imported then.

    A record is looked at a few days early: months counted back and on can differ by so many.
    """
    example = Example(
        rule="Foot check every 12 months.",
        recalls=(everyone(asks("foot"), register=register),),
        today="2026-06-01",
        history=HISTORY,
        drugs="issued | code\n2026-01-10 | warfarin",
        due="",
    )
    made = example.plan()
    assert made.due_items.is_empty()
    assert str(made.patients["valid_until"].item()) == until
    ended = date.fromisoformat(until)
    for days in (1, 6):
        made = example.plan(str(ended + timedelta(days=days)))
        assert made.patients["valid_until"].item() > ended
    assert not made.due_items.is_empty()


@pytest.mark.parametrize(
    ("months", "today"),
    [
        (1, date(2026, 3, 31)),
        (3, date(2026, 5, 31)),
        (6, date(2026, 8, 31)),
        (6, date(2027, 2, 28)),
    ],
)
def test_no_record_grows_too_old_unseen(months: int, today: date) -> None:
    """Whom it brings onto a recall, or takes off, on the next day has no plan that holds then.

    Why: issued on 28 February is longer ago than six months from 1 September on, not from 29
    August, when six months after that day are over.
    """
    rule = everyone(asks("foot"), register=ex.Not(ex.Prescribed(ClusterId("WARFARIN"), months)))
    days = [today - timedelta(days=ago) for ago in range(200)]
    people = tuple(
        Patient(str(day), date(1960, 5, 15), issues=(Issue("warfarin", day),)) for day in days
    )
    first = _first(Practice(rulebook(rule), PlanSettings(), today, people))
    later = _first(Practice(rulebook(rule), PlanSettings(), today + timedelta(days=1), people))
    on, then = (set(made.registers["patient_number"]) for made in (first, later))
    ends_today = first.patients.filter(pl.col("valid_until") == today)
    assert first.patients.filter(pl.col("valid_until") < today).is_empty()
    assert on != then
    assert on ^ then <= set(ends_today["patient_number"])


def test_when_the_recall_date_has_come_the_next_one_is_told() -> None:
    """Also of somebody of whom nothing goes by it: it stands in the plan and in its reasons."""
    example = Example(
        rule="Blood count every 12 weeks.",
        recalls=(on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),),
        person=Person(born="1960-06-20"),
        today="2026-06-01",
        drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
        history="date | code\n2026-05-20 | fbc",
        due="",
    )
    assert example.plan().patients["valid_until"].item() == date(2026, 6, 19)


@pytest.mark.parametrize(
    ("done", "today", "until", "comes"),
    [
        ("2026-05-20", "2026-06-01", date(2026, 7, 13), date(2026, 7, 14)),
        ("2026-02-06", "2026-04-01", date(2026, 4, 1), date(2026, 4, 2)),
    ],
    ids=["weeks ahead", "tomorrow"],
)
def test_a_due_date_that_comes_into_the_year_is_planned_then(
    done: str, today: str, until: date, comes: date
) -> None:
    """Of every item by itself: the next blood count is a year away on that day, and no earlier."""
    rules = on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY), asks("foot"), asks("review"))
    example = Example(
        rule="Blood count every 12 weeks; foot check and review every 12 months.",
        recalls=(rules,),
        today=today,
        drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
        history=f"date | code\n{done} | fbc\n2026-02-20 | foot\n2026-02-20 | review",
        due="",
    )
    made, later = example.plan(), example.plan(comes.isoformat())
    assert made.patients["valid_until"].item() == until
    last, following = (
        one.due_items.filter(item="fbc").get_column("due_on").to_list()[-1] for one in (made, later)
    )
    assert last < following == comes.replace(year=2027)


def test_of_frequencies_that_vary_the_one_of_today_brings_the_next() -> None:
    """The next blood count in the frequency in force comes within a year's sight on that day."""
    example = replace(ON_METHOTREXATE, today="2026-02-20")
    made, later = example.plan(), example.plan("2026-02-25")
    assert made.patients["valid_until"].item() == date(2026, 2, 24)
    assert later.due_items["due_on"].max() == date(2027, 2, 25)


def test_what_the_qof_year_put_off_comes_into_the_year_by_itself() -> None:
    """A check every two years is due by 31 March for QOF; its own date comes when a year away."""
    counted = replace(asks("foot", Anchored(Every(24))), qof={"2026/27": ("DM012",)})
    example = Example(
        rule="Foot check every 24 months, in the QOF year by 31 March; September is kept free.",
        recalls=(diabetes(counted),),
        person=Person(born="1961-09-30"),
        settings=PlanSettings(free_months=frozenset({9})),
        today="2026-04-02",
        history="date | code\n2009-01-10 | dm\n2025-08-20 | foot",
        due="",
    )
    made, later = example.plan(), example.plan("2026-08-30")
    assert made.patients["valid_until"].item() == date(2026, 8, 29)
    opened, put_off = date(2027, 3, 31), date(2027, 8, 30)
    assert made.due_items["due_on"].to_list()[-1:] == [opened]
    assert later.due_items["due_on"].to_list()[-2:] == [opened, put_off]


def test_who_reaches_an_age_in_ten_years_is_planned_then() -> None:
    """Whoever has no record of anything is found on the birthday, though nothing is imported."""
    example = Example(
        rule="Foot check every 12 months from 65 on.",
        recalls=(everyone(asks("foot"), register=ex.Age(at_least=65)),),
        person=Person(born="1971-05-15"),
        today="2026-06-01",
        due="",
    )
    made = example.plan()
    assert made.due_items.is_empty()
    assert made.patients["valid_until"].item() == date(2036, 5, 14)
    assert not example.plan("2036-05-15").due_items.is_empty()


def test_who_registers_on_a_day_ahead_is_planned_then() -> None:
    """The files name them already: on the day itself they hold nothing new, and are asked all."""
    example = replace(QUIET, person=Person(registered="2026-07-01"))
    made = example.plan()
    assert made.due_items.is_empty()
    assert made.registers.is_empty()
    assert made.patients["valid_until"].item() == date(2026, 6, 30)
    assert not example.plan("2026-07-01").due_items.is_empty()


def test_a_hold_without_a_date_is_reviewed_on_the_next_recall_date() -> None:
    """Also where nothing is due: the day of the review that is told may not be one that has passed.

    Why: a hold without a review date ahead is a hold that nobody ever looks at.
    """
    later = replace(asks("foot"), only_if=ex.Age(at_least=90))
    held = Exclusion(ex.Sex(is_="F"), "on hold")
    example = Example(
        rule="Foot check every 12 months from 90 on; women are on hold.",
        recalls=(replace(everyone(later, register=ex.Age(at_least=18)), exclusions=(held,)),),
        today="2026-06-01",
        due="",
    )
    made, reviewed = example.plan(), example.plan("2027-05-15")
    assert made.due_items.is_empty()
    assert made.registers["hold_review_on"].to_list() == [date(2027, 5, 15)]
    assert made.patients["valid_until"].item() == date(2027, 5, 14)
    assert reviewed.registers["hold_review_on"].to_list() == [date(2028, 5, 15)]

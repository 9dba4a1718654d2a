"""Register: a registered, living patient whose expression is true today; and who is on hold."""

from dataclasses import replace

import pytest

from recall_tui.domain.expressions import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Coded,
    Done,
    Expression,
    Flagged,
    Not,
    Prescribed,
    Result,
    Sex,
    Since,
)
from recall_tui.domain.ids import ClusterId, FlagId, ItemId
from recall_tui.domain.recalls import Exclusion, Once
from tests.domain.spec.example import Example, Person, check
from tests.domain.spec.rules import YEARLY, asks, diabetes, everyone, hold, kidneys

HISTORY = """
    date       | code  | value | unit
    2010-01-10 | dm    |       |
"""


def _member(
    register: Expression, history: str, drugs: str = "", person: Person | None = None
) -> bool:
    example = Example(
        rule="Who is on the register.",
        recalls=(everyone(asks("foot"), register=register),),
        person=person or Person(),
        today="2026-06-01",
        history=history,
        drugs=drugs,
        due="due_on",
    )
    return example.plan().registers.height == 1


@pytest.mark.parametrize(
    "person",
    [Person(died="2026-05-31"), Person(left="2026-06-01"), Person(registered="2026-06-02")],
    ids=["died", "left today", "registers tomorrow"],
)
def test_only_registered_living_patients_are_called(person: Person) -> None:
    """Nobody who died, left or has not yet registered is in the plan.

    Why: a letter to the dead is the worst thing a recall list can do.
    """
    check(
        Example(
            rule="HbA1c every 12 months for people with diabetes.",
            recalls=(diabetes(),),
            person=person,
            today="2026-06-01",
            history=HISTORY,
            due="item | due_on",
        )
    )


@pytest.mark.parametrize(
    ("history", "on"),
    [
        ("date | code\n2010-01-10 | dm", True),
        ("date | code\n2010-01-10 | dm\n2020-01-01 | dm_resolved", False),
        ("date | code\n2010-01-10 | dm\n2020-01-01 | dm_resolved\n2021-01-01 | dm", True),
        ("date | code\n2020-01-01 | dm\n2020-01-01 | dm_resolved", True),
        ("date | code\n2026-06-02 | dm", False),
        ("date | code | kind\n2010-01-10 | dm | request", False),
    ],
    ids=["coded", "resolved", "coded again", "resolved on the same day", "tomorrow", "request"],
)
def test_coded_until_resolved(history: str, *, on: bool) -> None:
    """The latest code counts unless a later one resolves it; what is dated tomorrow does not.

    Why: one wrong 'resolved' code must not hide a patient who was diagnosed again.
    """
    assert _member(Coded(ClusterId("DM"), ClusterId("DM_RESOLVED")), history) is on


@pytest.mark.parametrize(
    ("drugs", "on"),
    [
        ("issued | code | repeat | stopped\n2025-06-01 | lithium | |", True),
        ("issued | code | repeat | stopped\n2025-05-31 | lithium | |", False),
        ("issued | code | repeat | stopped\n2019-01-01 | lithium | yes |", True),
        ("issued | code | repeat | stopped\n2019-01-01 | lithium | yes | 2026-06-01", False),
    ],
    ids=["12 months ago", "a day longer ago", "current repeat", "repeat stopped"],
)
def test_prescribed_lately_or_on_current_repeat(drugs: str, *, on: bool) -> None:
    """A drug counts when it was issued within the months asked, or is on current repeat."""
    assert _member(Prescribed(ClusterId("LITHIUM"), 12), "", drugs) is on


@pytest.mark.parametrize(
    ("register", "on"),
    [
        (Age(at_least=66), True),
        (Age(at_least=67), False),
        (Age(under=66), False),
        (Sex("F"), True),
        (Result(ItemId("hba1c"), above=58), True),
        (Result(ItemId("hba1c"), above=60), False),
        (Result(ItemId("hba1c"), above=58, within_months=2), False),
        (Result(ItemId("egfr"), below=60), False),
        (Result(ItemId("egfr"), below=60, or_missing=True), True),
        (Since(ClusterId("DM"), at_least=196), True),
        (Since(ClusterId("DM"), at_least=197), False),
        (Done(ItemId("hba1c"), 3), True),
        (Done(ItemId("foot")), False),
        (AllOf((Age(at_least=18), Sex("M"))), False),
        (AnyOf((Age(under=18), Sex("F"))), True),
        (Not(Sex("M")), True),
        (AtLeast(2, (Sex("F"), Age(at_least=18), Flagged(FlagId("housebound")))), True),
        (AtLeast(3, (Sex("F"), Age(at_least=18), Flagged(FlagId("housebound")))), False),
    ],
    ids=str,
)
def test_every_kind_of_expression(register: Expression, *, on: bool) -> None:
    """Age, sex, results, time since diagnosis, things done, and their combinations."""
    history = """
        date       | code  | value | unit
        2010-01-10 | dm    |       |
        2026-03-15 | hba1c | 60    | mmol/mol
    """
    assert _member(register, history) is on


@pytest.mark.parametrize(
    ("history", "on"),
    [
        ("date | code\n2020-01-01 | housebound", True),
        ("date | code\n2020-01-01 | housebound\n2021-01-01 | not_housebound", False),
        ("date | code\n2021-01-01 | housebound\n2020-01-01 | not_housebound", True),
    ],
    ids=["set", "cleared later", "set again"],
)
def test_of_opposite_codes_the_newest_wins(history: str, *, on: bool) -> None:
    """A flag holds until a newer opposite code clears it.

    Why: somebody who could not leave the house in 2020 may well come to the surgery today.
    """
    assert _member(Flagged(FlagId("housebound")), history) is on


def test_an_excluded_patient_is_on_hold_and_not_gone() -> None:
    """Someone on hold keeps the due date, with the words and the day when it is looked at again.

    Why: 'on hold' and 'not due' are different things; a hold that nobody reviews is a lost patient.
    """
    frames = check(
        Example(
            rule="HbA1c every 12 months; on hold while in palliative care, looked at after a year.",
            recalls=(hold(diabetes(), "palliative", "palliative care"),),
            today="2026-06-01",
            history="""
                date       | code       | value | unit
                2010-01-10 | dm         |       |
                2025-05-10 | hba1c      | 48    | mmol/mol
                2026-02-01 | palliative |       |
            """,
            due="""
                due_on     | held | hold_words      | hold_review_on
                2026-05-15 | yes  | palliative care | 2027-02-01
            """,
        )
    )
    assert frames.registers["held"].to_list() == [True]
    assert frames.appointments.is_empty()


def test_an_item_is_on_hold_only_if_every_recall_holds_it() -> None:
    """What another recall still asks for is not on hold.

    Why: care declined for diabetes says nothing about the kidneys.
    """
    check(
        Example(
            rule="Kidney function yearly for diabetes (on hold) and half-yearly for the kidneys.",
            recalls=(
                hold(diabetes(asks("egfr")), "declined", "declined"),
                kidneys(asks("egfr", YEARLY)),
            ),
            today="2026-06-01",
            history="""
                date       | code     | value | unit
                2010-01-10 | dm       |       |
                2012-01-10 | ckd      |       |
                2025-05-10 | egfr     | 50    | mL/min
                2026-02-01 | declined |       |
            """,
            due="""
                item | due_on     | held | recalls
                egfr | 2026-05-15 |      | diabetes kidneys
            """,
        )
    )


def test_an_exclusion_of_one_item_holds_that_item_only() -> None:
    """Declined blood tests hold the blood test; the foot check of the same recall is asked for.

    Why: a no to one thing is no reason to stop looking after the rest.
    """
    no_bloods = replace(
        asks("hba1c"),
        exclusions=(Exclusion(Coded(ClusterId("DECLINED")), "blood test declined", 12),),
    )
    check(
        Example(
            rule="HbA1c (on hold while blood tests are declined) and foot check every 12 months.",
            recalls=(diabetes(no_bloods, asks("foot")),),
            today="2026-06-01",
            history="""
                date       | code     | value | unit
                2010-01-10 | dm       |       |
                2025-05-10 | hba1c    | 48    | mmol/mol
                2025-05-10 | foot     |       |
                2026-02-01 | declined |       |
            """,
            due="""
                item  | due_on     | held | hold_words          | hold_review_on
                foot  | 2026-05-15 |      |                     |
                hba1c | 2026-05-15 | yes  | blood test declined | 2027-02-01
            """,
        )
    )


def test_what_is_finished_for_one_recall_does_not_hide_what_another_one_holds() -> None:
    """A vaccine given once for all is no reason to forget the yearly one that is on hold.

    Why: on hold is shown as such, with its review date; it never just vanishes.
    """
    check(
        Example(
            rule="Vaccine once at 65 for everyone, and yearly for diabetes (on hold).",
            recalls=(
                hold(diabetes(asks("vaccine")), "declined", "declined"),
                everyone(asks("vaccine", Once(age=65)), register=Age(at_least=18)),
            ),
            today="2026-06-01",
            history="""
                date       | code
                2010-01-10 | dm
                2025-05-20 | vaccine
                2026-02-01 | declined
            """,
            due="""
                due_on     | held | hold_words | recalls
                2026-05-15 | yes  | declined   | diabetes everyone
            """,
        )
    )


def test_schedules_start_with_the_earliest_code_after_the_last_resolution() -> None:
    """Diagnosed again after a resolution, the schedule starts with the new diagnosis.

    Why: a code repeated at every visit is not a new diagnosis; a disease that came back is.
    """
    example = Example(
        rule="HbA1c every 12 months; never done: due within three months of the diagnosis.",
        recalls=(diabetes(),),
        today="2026-06-01",
        history="""
            date       | code
            2010-01-10 | dm
            2015-01-10 | dm
        """,
        due="""
            overdue_since
            2010-04-10
        """,
    )
    check(example)
    again = replace(
        example,
        history="""
            date       | code
            2010-01-10 | dm
            2015-01-10 | dm_resolved
            2024-01-10 | dm
            2025-01-10 | dm
        """,
        due="""
            overdue_since
            2024-04-10
        """,
    )
    check(again)

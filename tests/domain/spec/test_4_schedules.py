"""Schedules: anchored, interval, once, course, seasonal."""

from dataclasses import replace

import pytest

from recall_tui.domain.expressions import Age
from recall_tui.domain.recalls import Anchored, Course, Every, Interval, Once, Seasonal, Unit
from tests.domain.spec.example import Example, Person, check
from tests.domain.spec.rules import TWELVE_WEEKLY, asks, diabetes, everyone, on_drug

ADULTS = Age(at_least=18)


@pytest.mark.parametrize(
    ("months", "due"),
    [
        (3, "2026-08-15"),
        (4, "2026-09-15"),
        (6, "2026-11-15"),
        (12, "2027-05-15"),
        (24, "2027-05-15"),
        (36, "2028-05-15"),
    ],
)
def test_anchored_dates_are_recall_date_plus_k_frequencies(months: int, due: str) -> None:
    """Due dates lie on the recall date and every so many months from it.

    Above 12 months they are counted from the first recall date after the diagnosis (15 May 2019).
    Why: everything a patient needs falls on few days of the year.
    """
    check(
        Example(
            rule=f"Foot check every {months} months from the recall date (15 May).",
            recalls=(diabetes(asks("foot", Anchored(Every(months)))),),
            today="2026-06-01",
            history="""
                date       | code
                2018-06-10 | dm
                2026-05-10 | foot
            """
            if months not in {24, 36}
            else """
                date       | code
                2018-06-10 | dm
                2025-05-10 | foot
            """,
            due=f"due_on\n{due}",
        )
    )


def test_an_interval_counts_from_when_it_was_last_done() -> None:
    """Twelve weeks after the last blood count the next one is due, early or late alike.

    Why: what matters for a drug is the time since the last look at the blood, not a birthday.
    """
    check(
        Example(
            rule="Blood count 12 weeks after the last one, for people on methotrexate.",
            recalls=(on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),),
            today="2026-06-01",
            drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
            history="""
                date       | code
                2026-03-03 | fbc
                2026-05-20 | fbc
            """,
            due="""
                row      | due_on     | every    | done_on
                done     | 2026-05-26 | 12 weeks | 2026-05-20
                open     | 2026-08-12 | 12 weeks |
                expected | 2026-11-04 | 12 weeks |
                expected | 2027-01-27 | 12 weeks |
                expected | 2027-04-21 | 12 weeks |
            """,
        )
    )


def test_what_was_never_done_is_due_at_the_start_plus_the_offset() -> None:
    """The first blood count is due two weeks after the first issue, and is carried until done.

    Why: the first weeks on the drug are the most dangerous ones.
    """
    check(
        Example(
            rule="Blood count 12 weeks after the last, the first 14 days after the first issue.",
            recalls=(on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),),
            today="2026-06-01",
            drugs="issued | code | repeat\n2026-01-01 | methotrexate | yes",
            due="""
                due_on     | overdue_since | last_done
                2026-01-15 | 2026-01-15    |
            """,
        )
    )


@pytest.mark.parametrize(
    ("drugs", "due_on"),
    [
        ("2020-01-01 | methotrexate | |\n2020-10-01 | methotrexate | yes |", "2020-01-15"),
        ("2020-01-01 | methotrexate | |\n2021-01-02 | methotrexate | yes |", "2021-01-16"),
        (
            "2018-01-01 | methotrexate | yes | 2020-06-01\n2020-10-01 | methotrexate | yes |",
            "2018-01-15",
        ),
        (
            "2020-01-01 | methotrexate | yes | 2018-06-01\n2020-10-01 | methotrexate | yes |",
            "2020-01-15",
        ),
    ],
    ids=[
        "issued again",
        "after a gap of over a year",
        "repeat stopped",
        "stopped before its issue",
    ],
)
def test_a_drug_starts_with_the_first_issue_after_a_gap(drugs: str, due_on: str) -> None:
    """Never done: due after the first issue that no other covered within 12 months.

    Why: a new prescription of the same drug is no new start; a day of stopping that was typed
    wrongly makes none of it either.
    """
    fbc = asks("fbc", Interval(Every(12, Unit.WEEKS), first_after_days=14))
    check(
        Example(
            rule="Blood count 12 weeks after the last, the first 14 days after the first issue.",
            recalls=(on_drug("methotrexate", fbc),),
            today="2026-06-01",
            drugs=f"issued | code | repeat | stopped\n{drugs}",
            due=f"due_on\n{due_on}",
        )
    )


def test_an_event_before_the_least_gap_does_not_restart() -> None:
    """Coded again two days later, the injection counts from the first of the two days.

    Why: the same injection written down twice must not move the next one.
    """
    injection = replace(asks("vaccine", Interval(Every(12, Unit.WEEKS))), min_gap_days=14)
    check(
        Example(
            rule="Injection 12 weeks after the last one; entries within 14 days are the same one.",
            recalls=(diabetes(injection),),
            today="2026-06-01",
            history="""
                date       | code
                2018-06-10 | dm
                2026-05-04 | vaccine
                2026-05-06 | vaccine
            """,
            due="""
                due_on     | last_done
                2026-07-27 | 2026-05-06
            """,
        )
    )


def test_once_at_an_age() -> None:
    """A vaccine due once at 65 is due on the birthday and never again after it was given.

    Why: a dose given early at the right age is a dose given.
    """
    example = Example(
        rule="Vaccine once at 65.",
        recalls=(everyone(asks("vaccine", Once(age=65)), register=ADULTS),),
        person=Person(born="1961-05-15"),
        today="2026-06-01",
        due="due_on | overdue_since\n2026-05-15 | 2026-05-15",
    )
    check(example)
    given = "date | code\n2024-01-10 | vaccine"
    check(
        replace(
            example,
            history=given,
            due="row | due_on | done_on\ndone | 2026-05-15 | 2024-01-10",
        )
    )


def test_a_check_some_days_after_the_start_is_not_done_by_what_was_done_before_it() -> None:
    """What was done just before the start is not the check three months after it.

    Why: everybody has bloods before a statin; were they to count, nobody would be checked on it.
    """
    check(
        Example(
            rule="Foot check once, 90 days after the diagnosis; 21 days early at most.",
            recalls=(diabetes(asks("foot", Once(after_days=90, ever_counts=False))),),
            today="2026-07-01",
            history="""
                date       | code
                2026-03-20 | foot
                2026-04-01 | dm
            """,
            due="due_on | window_opens | overdue_since\n2026-06-30 | 2026-06-09 | 2026-06-30",
        )
    )


def test_a_course_counts_doses_with_the_least_gap() -> None:
    """The second dose is due by the greatest gap after the first; one given too soon is none.

    Why: a second dose after a month does not protect.
    """
    course = Course(doses=2, least_gap_days=183, greatest_gap_days=365)
    example = Example(
        rule="Vaccine: 2 doses, 183 to 365 days apart.",
        recalls=(everyone(asks("vaccine", course), register=ADULTS),),
        today="2026-06-01",
        history="""
            date       | code
            2026-01-10 | vaccine
            2026-02-10 | vaccine
        """,
        due="""
            due_on     | window_opens
            2027-01-10 | 2026-07-12
        """,
    )
    check(example)
    both = example.history + "            2026-07-12 | vaccine\n"
    check(
        replace(
            example,
            today="2026-08-01",
            history=both,
            due="row | due_on | done_on\ndone | 2027-01-10 | 2026-07-12",
        )
    )


@pytest.mark.parametrize(
    ("today", "given", "due"),
    [
        ("2026-08-20", "", "due_on | overdue_since\n2026-09-01 |"),
        ("2026-10-20", "", "due_on | overdue_since\n2026-09-01 | 2026-09-01"),
        ("2027-04-01", "", "due_on | overdue_since\n2027-09-01 |"),
        ("2027-01-20", "2026-09-20 | vaccine", "due_on | overdue_since\n2027-09-01 |"),
        ("2027-01-20", "2026-08-20 | vaccine", "due_on | overdue_since\n2026-09-01 | 2026-09-01"),
    ],
    ids=["before", "in season", "after", "given", "given before the season"],
)
def test_once_a_season(today: str, given: str, due: str) -> None:
    """A seasonal vaccine is due from 1 September to 31 March, once, and not in summer.

    Why: last winter's vaccine is no use in June, and the next one is not there yet.
    """
    check(
        Example(
            rule="Vaccine once between 1 September and 31 March.",
            recalls=(everyone(asks("vaccine", Seasonal((9, 1), (3, 31))), register=ADULTS),),
            today=today,
            history=f"date | code\n2015-01-01 | dm\n2025-10-01 | vaccine\n{given}",
            due=due,
        )
    )

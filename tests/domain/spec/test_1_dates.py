"""Dates: months are added to the recall date and clipped to the month's end."""

from dataclasses import replace

from recall_tui.domain.recalls import Anchored, Every
from tests.domain.spec.example import Example, Person, check
from tests.domain.spec.rules import YEARLY, asks, diabetes


def test_a_month_without_the_day_is_clipped() -> None:
    """A recall date on the 31st falls on the last day of a shorter month.

    Why: a monthly test of somebody born on the 31st must not jump into the next month.
    """
    check(
        Example(
            rule="HbA1c every month from the recall date (birthday).",
            recalls=(diabetes(asks("hba1c", Anchored(Every(1)))),),
            person=Person(born="1960-01-31", registered="2026-01-10"),
            today="2026-02-10",
            history="""
                date       | code  | value | unit
                2026-01-10 | dm    |       |
                2026-01-31 | hba1c | 48    | mmol/mol
            """,
            due="""
                row      | due_on
                done     | 2026-01-31
                open     | 2026-02-28
                expected | 2026-03-31
                expected | 2026-04-30
                expected | 2026-05-31
                expected | 2026-06-30
                expected | 2026-07-31
                expected | 2026-08-31
                expected | 2026-09-30
                expected | 2026-10-31
                expected | 2026-11-30
                expected | 2026-12-31
                expected | 2027-01-31
            """,
        )
    )


def test_nothing_is_chained_from_a_clipped_date() -> None:
    """After a clipped 28 February the next due date is the 31st again.

    Why: chained from the clipped date the patient's day would creep to the 28th for ever.
    """
    check(
        Example(
            rule="HbA1c every month from the recall date (birthday).",
            recalls=(diabetes(asks("hba1c", Anchored(Every(1)))),),
            person=Person(born="1960-01-31", registered="2026-01-10"),
            today="2026-03-05",
            history="""
                date       | code  | value | unit
                2026-01-10 | dm    |       |
                2026-02-28 | hba1c | 48    | mmol/mol
            """,
            due="""
                due_on
                2026-03-31
            """,
        )
    )


def test_a_leap_day_birthday_is_the_28th_in_a_short_year() -> None:
    """Born on 29 February: due on 28 February, and on the 29th in a leap year.

    Why: every patient has a recall date every year.
    """
    example = Example(
        rule="HbA1c every 12 months from the recall date (birthday).",
        recalls=(diabetes(asks("hba1c", YEARLY)),),
        person=Person(born="1960-02-29"),
        today="2026-12-01",
        history="""
            date       | code  | value | unit
            2010-01-10 | dm    |       |
            2026-02-20 | hba1c | 48    | mmol/mol
        """,
        due="""
            row      | due_on
            done     | 2026-02-28
            open     | 2027-02-28
        """,
    )
    check(example)
    later = """
        row      | due_on
        done     | 2026-02-28
        open     | 2027-02-28
        expected | 2028-02-29
    """
    check(replace(example, today="2027-03-01", due=later))


def test_a_monthly_item_due_on_the_31st_done_on_the_3rd() -> None:
    """Done on the 3rd, an item due on the 31st of that month counts: the whole month counts.

    Why: a monthly test done any day of its month is done; a week of tolerance would call the
    patient again.
    """
    check(
        Example(
            rule="HbA1c every month; tolerance one week, or the first of the due month if earlier.",
            recalls=(diabetes(asks("hba1c", Anchored(Every(1)))),),
            person=Person(born="1960-01-31", registered="2026-01-10"),
            today="2026-03-10",
            history="""
                date       | code  | value | unit
                2026-01-10 | dm    |       |
                2026-02-27 | hba1c | 48    | mmol/mol
                2026-03-03 | hba1c | 48    | mmol/mol
            """,
            due="""
                due_on     | closed_through
                2026-04-30 | 2026-03-31
            """,
        )
    )

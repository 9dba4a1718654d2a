"""The extra first due date of who is new here, and what of the recall date stands beside it."""

from recall_tui.domain.recalls import Anchored, Every
from tests.domain.spec.example import Example, Person
from tests.domain.spec.rules import asks, diabetes


def test_up_to_the_first_due_date_of_a_newcomer_nothing_else_is_due() -> None:
    """Due by 17 November, done on 22 October: 10 November of the recall date is not asked again.

    Its window was not open yet when it was done; the first check is what it was done for.
    """
    Example(
        rule="HbA1c every month (recall date 10 May); 28 days after the registration.",
        recalls=(diabetes(asks("hba1c", Anchored(Every(1)))),),
        person=Person(born="1960-05-10", registered="2026-10-20"),
        today="2026-10-25",
        history="""
            date       | code  | value | unit
            2010-01-10 | dm    |       |
            2026-10-22 | hba1c | 48    | mmol/mol
        """,
        due="""
            row      | due_on     | done_on
            done     | 2026-11-17 | 2026-10-22
            open     | 2026-12-10 |
            expected | 2027-01-10 |
            expected | 2027-02-10 |
            expected | 2027-03-10 |
            expected | 2027-04-10 |
            expected | 2027-05-10 |
            expected | 2027-06-10 |
            expected | 2027-07-10 |
            expected | 2027-08-10 |
            expected | 2027-09-10 |
            expected | 2027-10-10 |
        """,
    ).check()

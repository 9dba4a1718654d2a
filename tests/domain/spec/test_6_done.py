"""Done: which event completes which due date, early, late, for several recalls, or by hand."""

from dataclasses import replace

import pytest

from tests.domain.spec.example import Example, check
from tests.domain.spec.rules import HALF_YEARLY, TWELVE_WEEKLY, asks, diabetes, kidneys, on_drug

RULE = "HbA1c every 12 months (recall date 15 May); 12 weeks of tolerance."


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ("2026-02-20", "2027-05-15"),
        ("2026-02-19", "2026-05-15"),
        ("2026-04-01", "2027-05-15"),
        ("2026-11-30", "2027-05-15"),
        ("2027-02-19", "2027-05-15"),
    ],
    ids=["84 days early", "85 days early", "44 days early", "late", "very late"],
)
def test_done_from_tolerance_to_the_next_window(done: str, due: str) -> None:
    """84 days before the due date counts, 85 does not; late counts until the next window opens.

    Why: nobody is bled twice within weeks, and nobody is forgotten for a year.
    """
    check(
        Example(
            rule=RULE,
            recalls=(diabetes(),),
            today="2027-02-19",
            history=f"""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2025-05-10 | hba1c | 48    | mmol/mol
                {done} | hba1c | 48    | mmol/mol
            """,
            due=f"due_on\n{due}",
        )
    )


def test_done_too_early_is_shown() -> None:
    """An additional test 101 days before the due date is shown as such; the due date stands.

    Why: the receptionist sees at once why the test 'that was just done' is asked for again.
    """
    check(
        Example(
            rule=RULE,
            recalls=(diabetes(),),
            today="2026-03-01",
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2025-05-15 | hba1c | 48    | mmol/mol
                2026-02-03 | hba1c | 48    | mmol/mol
            """,
            due="due_on | early_days | window_opens\n2026-05-15 | 101 | 2026-02-20",
        )
    )


def test_done_late_leaves_the_due_dates_where_they_are() -> None:
    """Done five months late, the next one is still due on the recall date.

    Why: everything stays together on the patient's day of the year.
    """
    check(
        Example(
            rule=RULE,
            recalls=(diabetes(),),
            today="2026-11-01",
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2025-05-10 | hba1c | 48    | mmol/mol
                2026-10-12 | hba1c | 48    | mmol/mol
            """,
            due="""
                row  | due_on     | done_on    | last_done
                done | 2026-05-15 | 2026-10-12 | 2026-10-12
                open | 2027-05-15 |            | 2026-10-12
            """,
        )
    )


def test_a_least_gap_keeps_what_was_done_late_and_the_next_apart() -> None:
    """Done in February for May of last year: with a least gap of 60 days, from April on again.

    Why: two of the same within weeks help nobody; the due date itself stands.
    """
    check(
        Example(
            rule="Foot check every 12 months on the recall date, 60 days apart at least.",
            recalls=(diabetes(replace(asks("foot"), min_gap_days=60)),),
            today="2027-03-01",
            history="""
                date       | code
                2010-01-10 | dm
                2025-05-10 | foot
                2027-02-10 | foot
            """,
            due="""
                row  | due_on     | done_on    | window_opens
                done | 2026-05-15 | 2027-02-10 | 2026-02-20
                open | 2027-05-15 |            | 2027-04-11
            """,
        )
    )


def test_one_event_serves_every_recall_and_the_shortest_frequency_rules() -> None:
    """Asked for yearly and half-yearly, a test 70 days early does not count: 42 are allowed.

    Why: the half-yearly recall needs it closer to its date; one line, one test, both served.
    """
    check(
        Example(
            rule="HbA1c yearly for diabetes and half-yearly for the kidneys (recall date 15 May).",
            recalls=(diabetes(asks("hba1c")), kidneys(asks("hba1c", HALF_YEARLY))),
            today="2026-04-01",
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2010-01-10 | ckd   |       |
                2025-11-10 | hba1c | 48    | mmol/mol
                2026-03-06 | hba1c | 48    | mmol/mol
            """,
            due="due_on | every | recalls\n2026-05-15 | 6 months | diabetes kidneys",
        )
    )


def test_of_different_schedules_the_earliest_due_date_counts() -> None:
    """Asked for yearly and 12 weeks after the last time, the earlier date is the due date.

    Why: the stricter of two rules is the safe one.
    """
    check(
        Example(
            rule="Blood count yearly for diabetes, 12-weekly for methotrexate.",
            recalls=(
                diabetes(asks("fbc")),
                on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),
            ),
            today="2026-06-01",
            drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
            history="""
                date       | code
                2010-01-10 | dm
                2026-05-01 | fbc
            """,
            due="""
                due_on     | schedule | recalls
                2026-07-24 | interval | diabetes methotrexate
            """,
        )
    )


def test_an_item_for_qof_is_due_by_31_march_whatever_its_tolerance_says() -> None:
    """Done on 10 March for May, it was not recorded in the new QOF year: due by 31 March.

    It is the due date of that period moved earlier: 15 May does not stand beside it.
    Why: the practice is paid for what is recorded between 1 April and 31 March.
    """
    counted = replace(asks("hba1c"), qof={"2026/27": ("DM037",)})
    check(
        Example(
            rule="HbA1c every 12 months (recall date 15 May); counts for QOF indicator DM037.",
            recalls=(diabetes(counted),),
            today="2026-11-22",
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2026-03-10 | hba1c | 48    | mmol/mol
            """,
            due="""
                row      | due_on     | qof_by
                done     | 2026-05-15 |
                open     | 2027-03-31 | 2027-03-31
            """,
        )
    )


def test_mark_done_closes_one_due_date_and_never_counts_as_last_done() -> None:
    """Marked done by hand, the due date is closed and stays closed; 'last done' is untouched.

    Why: an override is a decision, not a result; the next one must not count from it.
    """
    check(
        Example(
            rule=RULE,
            recalls=(diabetes(),),
            today="2026-06-01",
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2025-05-10 | hba1c | 48    | mmol/mol
            """,
            marked_done="item | due_on\nhba1c | 2026-05-15",
            due="""
                row  | due_on     | closed_by | done_on | last_done
                done | 2026-05-15 | override  |         | 2025-05-10
                open | 2027-05-15 |           |         | 2025-05-10
            """,
        )
    )

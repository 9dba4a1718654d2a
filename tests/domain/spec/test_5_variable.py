"""Variable frequency: what was known before the window opened decides, and says so."""

from dataclasses import replace

from recall_tui.domain.expressions import Result
from recall_tui.domain.ids import ItemId
from recall_tui.domain.recalls import Anchored, Every, Interval, Unit, Variation
from recall_tui.domain.wording import sentences
from tests.domain.spec.example import Example, check, reasons_of_the_open_one
from tests.domain.spec.rules import asks, diabetes, on_drug, rulebook

HIGH = Variation(Result(ItemId("hba1c"), above=58), Every(3), "the last HbA1c was above 58")
VARIABLE = replace(asks("hba1c", Anchored(Every(12))), variations=(HIGH,))
RULE = "HbA1c every 12 months, every 3 while the last one was above 58 (recall date 15 May)."


def _example(history: str, due: str, today: str = "2026-06-01") -> Example:
    return Example(rule=RULE, recalls=(diabetes(VARIABLE),), today=today, history=history, due=due)


def test_the_first_condition_that_matches_rules_and_is_named() -> None:
    """After a high result the next one is due after three months, and the reason says why.

    Why: a receptionist has to be able to answer 'why again so soon?'.
    """
    frames = check(
        _example(
            """
            date       | code  | value | unit
            2010-01-10 | dm    |       |
            2025-05-10 | hba1c | 50    | mmol/mol
            2026-05-10 | hba1c | 70    | mmol/mol
            """,
            "due_on | every\n2026-08-15 | 3 months",
        )
    )
    reasons = reasons_of_the_open_one(frames)
    said = sentences(reasons, rulebook(diabetes(VARIABLE)))
    assert "Every 3 months, because: the last HbA1c was above 58." in said


def test_a_frequency_changed_by_yesterdays_result_undoes_nothing() -> None:
    """A high result 66 days before the due date still completes it; the next comes sooner.

    Why: the window was open when the blood was taken; a changed rule must not call it 'not done'.
    """
    check(
        _example(
            """
            date       | code  | value | unit
            2010-01-10 | dm    |       |
            2025-05-10 | hba1c | 50    | mmol/mol
            2026-03-10 | hba1c | 80    | mmol/mol
            """,
            """
            row      | due_on     | every     | done_on
            done     | 2026-05-15 | 3 months  | 2026-03-10
            open     | 2026-08-15 | 3 months  |
            expected | 2026-11-15 | 3 months  |
            expected | 2027-02-15 | 3 months  |
            """,
            today="2026-03-11",
        )
    )


def test_a_new_frequency_makes_no_past_due_date() -> None:
    """When the dose goes up, no blood count becomes overdue that nobody asked for before.

    Why: a list that turns red overnight for things nobody had to do is not believed any more.
    """
    often = Variation(
        Result(ItemId("egfr"), below=30), Every(4, Unit.WEEKS), "kidney function is below 30"
    )
    count = replace(asks("fbc", Interval(Every(12, Unit.WEEKS))), variations=(often,))
    example = Example(
        rule="Blood count every 12 weeks, every 4 while kidney function is below 30.",
        recalls=(on_drug("methotrexate", count),),
        today="2026-03-01",
        drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
        history="""
            date       | code | value | unit
            2025-11-01 | egfr | 50    | mL/min
            2026-01-01 | fbc  |       |
            2026-02-28 | egfr | 25    | mL/min
        """,
        due="due_on | overdue_since\n2026-03-26 |",
    )
    check(example)


def test_an_old_result_or_none_chooses_the_shortest() -> None:
    """Nobody on apixaban goes on yearly because the last kidney test was in 2019.

    Why: not knowing is a reason to look sooner, not later (85 on apixaban, last eGFR 2019).
    """
    low = Variation(Result(ItemId("egfr"), below=60), Every(6), "kidney function is below 60")
    kidney = replace(asks("egfr", Anchored(Every(12))), variations=(low,))
    check(
        Example(
            rule="Kidney function every 12 months, every 6 when it was below 60.",
            recalls=(on_drug("apixaban", kidney),),
            today="2026-06-01",
            drugs="issued | code | repeat\n2018-01-01 | apixaban | yes",
            history="""
                date       | code | value | unit
                2018-05-10 | egfr | 90    | mL/min
                2019-05-10 | egfr | 80    | mL/min
            """,
            due="due_on | every | overdue_since\n2026-05-15 | 6 months | 2020-05-15",
        )
    )


KIDNEYS = Variation(
    Result(ItemId("egfr"), below=30), Every(12, Unit.WEEKS), "kidney function is below 30"
)
COUNT = replace(asks("fbc", Interval(Every(90, Unit.DAYS))), variations=(KIDNEYS,))
ON_METHOTREXATE = Example(
    rule="Blood count every 90 days, every 12 weeks while kidney function is below 30.",
    recalls=(on_drug("methotrexate", COUNT),),
    today="2026-03-01",
    drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
    history="""
        date       | code | value | unit
        2025-12-01 | egfr | 25    | mL/min
        2026-01-01 | fbc  |       |
    """,
    due="""
        row      | due_on     | every
        done     | 2021-01-01 | 12 weeks
        open     | 2026-03-26 | 12 weeks
        expected | 2026-06-18 | 12 weeks
        expected | 2026-09-10 | 12 weeks
        expected | 2026-12-03 | 12 weeks
        expected | 2027-02-25 | 12 weeks
    """,
)


def test_what_is_expected_goes_on_in_the_frequency_of_today() -> None:
    """Of 12 weeks and 90 days only the dates of the one that rules today are expected.

    Why: a month's list with the same blood count twice, six days apart, is not believed.
    """
    check(ON_METHOTREXATE)


def test_a_blood_count_marked_done_is_not_due_again_within_days() -> None:
    """After the one that was marked the next is due a whole frequency later, not six days."""
    check(
        replace(
            ON_METHOTREXATE,
            today="2026-03-30",
            marked_done="item | due_on\nfbc | 2026-03-26",
            due="""
                row      | due_on     | every
                done     | 2026-03-26 | 12 weeks
                open     | 2026-06-18 | 12 weeks
                expected | 2026-09-10 | 12 weeks
                expected | 2026-12-03 | 12 weeks
                expected | 2027-02-25 | 12 weeks
            """,
        )
    )


def test_what_is_expected_counts_from_the_date_that_a_change_left_standing() -> None:
    """Kidney function fell: the blood count due after 90 days stands, the next is 12 weeks later.

    Why: counted from the last one, it would be asked for again after 78 days.
    """
    check(
        replace(
            ON_METHOTREXATE,
            today="2026-03-28",
            history="""
                date       | code | value | unit
                2025-12-01 | egfr | 50    | mL/min
                2026-01-01 | fbc  |       |
                2026-03-27 | egfr | 25    | mL/min
            """,
            due="""
                row      | due_on     | every
                done     | 2021-01-01 | 12 weeks
                open     | 2026-04-01 | 12 weeks
                expected | 2026-06-24 | 12 weeks
                expected | 2026-09-16 | 12 weeks
                expected | 2026-12-09 | 12 weeks
                expected | 2027-03-03 | 12 weeks
            """,
        )
    )

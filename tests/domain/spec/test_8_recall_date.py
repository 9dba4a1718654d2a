"""Recall date: birthday, medication review or chosen month; and what a change may never do."""

from dataclasses import replace

from recall_tui.domain.plan_settings import AnchorChoice, PlanSettings
from recall_tui.domain.recalls import Anchored, Every
from tests.domain.spec.example import Example, Person, check
from tests.domain.spec.rules import asks, diabetes, kidneys

HISTORY = """
    date       | code  | value | unit
    2010-01-10 | dm    |       |
    2025-05-10 | hba1c | 48    | mmol/mol
"""
BY_REVIEW = PlanSettings(anchor=AnchorChoice.MEDICATION_REVIEW)


def _example(person: Person, due: str, today: str = "2025-11-01") -> Example:
    return Example(
        rule="HbA1c every 12 months from the recall date.",
        recalls=(diabetes(),),
        person=person,
        today=today,
        history=HISTORY,
        due=due,
    )


def test_the_birthday_is_the_recall_date() -> None:
    """Without another choice the year starts on the birthday."""
    check(_example(Person(), "due_on\n2026-05-15"))


def test_a_chosen_month_overrides_it() -> None:
    """A patient who chose October is due on the day of the birthday in October."""
    person = Person(chosen_month=10)
    check(_example(person, "due_on\n2025-10-15"))


def test_without_a_medication_review_the_birthday_counts() -> None:
    """A practice that goes by the last medication review falls back on the birthday."""
    check(replace(_example(Person(), "due_on\n2026-05-15"), settings=BY_REVIEW))
    reviewed = HISTORY + "    2025-09-10 | medication |       |\n"
    check(replace(_example(Person(), "due_on\n2025-09-10"), settings=BY_REVIEW, history=reviewed))


def test_a_change_never_postpones_the_next_due_item() -> None:
    """Changed from 15 May to June, the next HbA1c is still due in May; then June counts.

    Why: a patient must not wait thirteen months because somebody tidied up the calendar.
    """
    person = Person(recall_date="1960-05-15", chosen_month=6)
    frames = check(
        _example(
            person,
            """
            row      | due_on
            done     | 2025-05-15
            open     | 2026-05-15
            expected | 2026-06-15
            """,
        )
    )
    (row,) = frames.patients.iter_rows(named=True)
    assert row["earlier_recall_date"].isoformat() == "1960-05-15"
    assert row["changed_on"].isoformat() == "2025-11-01"


def test_a_change_never_postpones_what_comes_after_an_item_done_early() -> None:
    """Done six weeks early for 15 May, then changed to June: next is 15 May a year on, then June.

    Why: what was done early counts for June, too: the patient would have waited thirteen months.
    """
    person = Person(recall_date="1960-05-15", chosen_month=6)
    early = HISTORY + "    2026-04-03 | hba1c | 48 | mmol/mol\n"
    example = _example(
        person,
        """
        row  | due_on
        done | 2026-05-15
        open | 2027-05-15
        """,
        "2026-04-20",
    )
    check(replace(example, history=early))


def test_after_a_change_history_stays_as_it_was() -> None:
    """Changed from May to October, nothing becomes overdue that was done in May.

    Why: the patient was seen in time; a change of the calendar is no reason to call anybody.
    """
    person = Person(
        recall_date="1960-10-15", chosen_month=10, earlier="1960-05-15", changed="2025-11-01"
    )
    check(
        _example(
            person,
            """
            row      | due_on     | overdue_since
            done     | 2025-05-15 |
            open     | 2026-05-15 |
            expected | 2026-10-15 |
            """,
            today="2025-12-01",
        )
    )


def test_due_15_may_reviewed_10_march() -> None:
    """A review inside its window completes the due item and does not move the recall date.

    Why: if every early review moved the date, the year would creep forward two months each time.
    """
    example = Example(
        rule="Medication review every 12 months; recall date: last medication review (15 May).",
        recalls=(diabetes(asks("medication")),),
        person=Person(born="1960-01-01", recall_date="2025-05-15"),
        settings=BY_REVIEW,
        today="2026-04-01",
        history="""
            date       | code       | value | unit
            2010-01-10 | dm         |       |
            2025-05-15 | medication |       |
            2026-03-10 | medication |       |
        """,
        due="""
            row      | due_on     | done_on
            done     | 2026-05-15 | 2026-03-10
            open     | 2027-05-15 |
        """,
    )
    frames = check(example)
    assert frames.patients["recall_date"].to_list()[0].isoformat() == "2025-05-15"


def test_free_months_move_yearly_items_earlier_and_nothing_else() -> None:
    """With May kept free, a yearly item due in May is due in April.

    Why: the practice keeps a month free for itself, not for the patient to wait.
    """
    check(
        replace(
            _example(Person(), "due_on\n2026-04-15"),
            settings=PlanSettings(free_months=frozenset({5})),
        )
    )


def test_no_free_month_makes_a_newly_diagnosed_patient_overdue() -> None:
    """Diagnosed in February, birthday in May, kept free like the months before: it stays in May.

    Why: moved out of the free months the first check would lie before the diagnosis.
    """
    check(
        replace(
            _example(
                Person(),
                """
                row      | due_on     | overdue_since
                open     | 2025-05-15 |
                expected | 2026-01-15 |
                """,
                today="2025-03-01",
            ),
            history="date | code\n2025-02-20 | dm",
            settings=PlanSettings(free_months=frozenset({2, 3, 4, 5})),
        )
    )


def test_each_requirement_says_whether_a_review_settled_it() -> None:
    """A review that completes what one recall asks for stays, whatever another recall thinks of it.

    Why: the kidney recall, begun last year, counts other years; the review was still in its time.
    """
    every_three_years = asks("medication", Anchored(Every(36)))
    example = Example(
        rule="Medication review every 36 months, for diabetes and for kidney disease.",
        recalls=(diabetes(every_three_years), kidneys(every_three_years)),
        person=Person(born="2008-08-30", registered="", recall_date="2023-08-30"),
        settings=BY_REVIEW,
        today="2025-03-31",
        history="""
            date       | code       | value | unit
            2022-08-30 | dm         |       |
            2024-10-07 | ckd        |       |
            2022-08-22 | medication |       |
            2025-01-29 | medication |       |
        """,
        due="due_on\n2025-08-30",
    )
    frames = check(example)
    assert [str(day) for day in frames.patients["recall_date"]] in ([], ["2023-08-30"])

"""Courses, ages and seasons, written in TOML alone."""

import pytest

from tests.domain.spec.example import Person, check
from tests.domain.spec.forms import in_toml

MMR = """
register = { age = { under = 19 } }

[[requirement]]
item = "vaccine"

[requirement.schedule.course]
each = [
  { from_age = "12 months", again_after = "28 days" },
  { gap = "28 days", due_age = "40 months", again_after = "28 days" },
]
"""


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ("", "due_on | window_opens\n2026-02-10 | 2026-02-10"),
        ("2026-02-20 | vaccine", "due_on | window_opens\n2028-06-10 | 2026-03-20"),
        ("2026-01-31 | vaccine", "due_on | window_opens\n2026-02-28 | 2026-02-28"),
        ("2026-02-20 | vaccine\n2026-03-10 | vaccine",
         "due_on | window_opens\n2028-06-10 | 2026-04-07"),
        ("2026-02-20 | vaccine\n2026-03-20 | vaccine", ""),
    ],
    ids=["none", "one", "before the first birthday", "second too soon", "both"],
)  # fmt: skip
def test_doses_of_a_course_go_by_age_and_gap(given: str, due: str) -> None:
    """MMR: the first dose from the first birthday, the second at 3 years and 4 months.

    A dose before the birthday, or within 28 days of the last, does not count, and the next one
    waits 28 days after it. Why: a dose too early does not protect, and two live vaccines get into
    each other's way.
    """
    check(
        in_toml(
            "Two doses: from 12 months, and at 40 months, at least 28 days apart.",
            MMR,
            "2026-06-01",
            due,
            history=f"date | code\n{given}",
            person=Person(born="2025-02-10", registered="2025-02-10"),
        )
    )


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ("2026-03-19 | vaccine", "due_on | window_opens\n2026-04-16 | 2026-04-16"),
        ("2026-03-20 | vaccine", "due_on | window_opens\n2028-06-10 | 2026-04-17"),
        ("2026-02-20 | vaccine", "due_on | window_opens\n2028-06-10 | 2026-03-20"),
    ],
    ids=["27 days after", "28 days after", "the same day"],
)
def test_live_vaccines_on_one_day_or_28_days_apart(given: str, due: str) -> None:
    """MMR within 28 days after a chickenpox vaccine does not count, and waits 28 days from then.

    Why: two live vaccines get into each other's way, unless they are given together.
    """
    apart = MMR + 'apart_from = "varicella"\napart_days = 28\n'
    check(
        in_toml(
            "MMR on the day of a chickenpox vaccine (20 February) or 28 days apart from it.",
            apart,
            "2026-06-01",
            due,
            history=f"date | code\n2026-02-20 | varicella\n{given}",
            person=Person(born="2025-02-10", registered="2025-02-10"),
        )
    )


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ("2026-05-20 | varicella", "due_on | window_opens\n2026-06-17 | 2026-06-17"),
        (
            "2026-04-01 | vaccine\n2026-05-20 | varicella",
            "due_on | window_opens\n2028-06-10 | 2026-06-17",
        ),
        (
            "2026-05-20 | vaccine\n2026-03-20 | varicella",
            "due_on | window_opens\n2028-06-10 | 2026-06-17",
        ),
    ],
    ids=["before the first", "before the second", "long before"],
)
def test_the_next_dose_waits_for_the_days_between(given: str, due: str) -> None:
    """After a chickenpox vaccine nobody is called for an MMR that would not count.

    Why: the nurse would give it in vain, and the child would come a third time.
    """
    apart = MMR + 'apart_from = "varicella"\napart_days = 28\n'
    check(
        in_toml(
            "MMR 28 days after the last chickenpox vaccine at the earliest.",
            apart,
            "2026-06-01",
            due,
            history=f"date | code\n{given}",
            person=Person(born="2025-02-10", registered="2025-02-10"),
        )
    )


def test_a_dose_too_near_counts_when_somebody_marks_it_done() -> None:
    """Who marks the MMR of 19 March as done takes it for a dose, chickenpox vaccine or not.

    Why: a person decided it, with a reason; the child is not called again for what was accepted.
    """
    apart = MMR + 'apart_from = "varicella"\napart_days = 28\n'
    check(
        in_toml(
            "MMR 27 days after a chickenpox vaccine, marked as done.",
            apart,
            "2026-06-01",
            "due_on | window_opens\n2028-06-10 | 2026-04-16",
            history="date | code\n2026-02-20 | varicella\n2026-03-19 | vaccine",
            marked_done="item | due_on\nvaccine | 2026-03-19",
            person=Person(born="2025-02-10", registered="2025-02-10"),
        )
    )


HEPATITIS_B = """
register = { coded = "CKD" }
start = "CKD"

[[requirement]]
item = "vaccine"

[requirement.schedule.course]
each = [{}, { gap = "28 days" }, { gap = "8 weeks", due = "5 months" }]
"""


def test_doses_of_a_course_may_differ_in_their_gaps() -> None:
    """Hepatitis B at 0, 1 and 6 months: each dose has its own least and wanted gap.

    Why: the third dose comes months after the second, not a month.
    """
    check(
        in_toml(
            "Three doses at 0, 1 and 6 months.",
            HEPATITIS_B,
            "2026-06-01",
            """
            due_on     | window_opens
            2026-07-08 | 2026-04-05
            """,
            history="""
                date       | code
                2026-01-02 | ckd
                2026-01-11 | vaccine
                2026-02-08 | vaccine
            """,
        )
    )


SHINGLES = """
register = { any = [
  { all = [{ age = { at_least = 65 } }, { age = { under = 65, on = 2023-08-31 } }] },
  { age = { at_least = 70, under = 80 } },
] }

[[requirement]]
item = "vaccine"
schedule = { course = { doses = 2, least_gap_days = 183, greatest_gap_days = 365 } }
"""


@pytest.mark.parametrize(
    ("born", "asked"),
    [
        ("1958-09-01", True),
        ("1958-08-31", False),
        ("1961-06-01", True),
        ("1961-06-02", False),
        ("1956-06-01", True),
        ("1946-06-01", False),
    ],
)
def test_the_age_on_a_date(born: str, asked: bool) -> None:  # noqa: FBT001 - what is expected
    """Shingles: whoever turned 65 on or after 1 September 2023, and 70 to 79.

    Why: who belongs to a programme is told by the day on which it began, not by today's age.
    """
    example = in_toml(
        "Two doses for those who were not 65 yet on 31 August 2023 and are now, and for 70 to 79.",
        SHINGLES,
        "2026-06-01",
        "" if not asked else "schedule\ncourse",
        person=Person(born=born),
    )
    check(example)


FLU = """
register = { age = { at_least = 65, by = "03-31" } }

[[requirement]]
item = "vaccine"
schedule = { seasonal = { opens = "09-01", closes = "03-31" } }
"""


@pytest.mark.parametrize(
    ("born", "due"),
    [("1962-03-31", "due_on\n2026-09-01"), ("1962-04-01", "")],
    ids=["65 by 31 March", "65 the day after"],
)
def test_the_age_by_a_day_of_the_year(born: str, due: str) -> None:
    """Flu: whoever will be 65 by 31 March is called from September on.

    Why: the season's group is counted by the age at its end.
    """
    check(
        in_toml(
            "Flu vaccine for those who are 65 by the next 31 March.",
            FLU,
            "2026-10-01",
            due,
            person=Person(born=born),
        )
    )

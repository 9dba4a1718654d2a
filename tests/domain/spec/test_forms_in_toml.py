"""Forms of rules, written in TOML alone.

A cluster is written like its only code, in capitals: the code ``dm`` is the cluster ``DM``.
"""

import pytest

from tests.domain.spec.example import Person, check
from tests.domain.spec.forms import in_toml

VARIABLE = """
start = "DM"
register = { coded = "DM", resolved_by = "DM_RESOLVED" }

[[requirement]]
item = "review"
schedule = { anchored = 12 }

[[requirement.variation]]
when = { flag = "housebound" }
every = "3 months"
words = "Housebound"

[[requirement.variation]]
when = { prescribed = "IBUPROFEN", months = 6 }
every = "4 months"
words = "Takes ibuprofen"

[[requirement.variation]]
when = { age = { at_least = 75 } }
every = "6 months"
words = "75 or over"
"""


@pytest.mark.parametrize(
    ("history", "drugs", "born", "due", "every"),
    [
        ("2026-01-10 | housebound", "", "1960-05-15", "2026-08-15", "3 months"),
        ("", "2026-03-01 | ibuprofen", "1960-05-15", "2026-09-15", "4 months"),
        ("", "", "1950-05-15", "2026-11-15", "6 months"),
        ("", "", "1960-05-15", "2027-05-15", "12 months"),
        (
            "2026-01-10 | housebound",
            "2026-03-01 | ibuprofen",
            "1950-05-15",
            "2026-08-15",
            "3 months",
        ),
    ],
    ids=["flag", "drug", "age", "none", "the first that holds"],
)
def test_a_frequency_varies_by_flag_drug_or_age(
    history: str, drugs: str, born: str, due: str, every: str
) -> None:
    """The first variation in the file that holds sets the frequency.

    Why: the order says what matters more, and whoever reads the rule sees it.
    """
    done = "2025-05-10 | review\n2025-11-10 | review\n2026-02-10 | review\n2026-05-10 | review"
    check(
        in_toml(
            "A review every year; more often when housebound, on ibuprofen or 75.",
            VARIABLE,
            "2026-06-01",
            f"due_on | every\n{due} | {every}",
            history=f"date | code\n2010-01-01 | dm\n{done}\n{history}",
            drugs=f"issued | code\n{drugs}" if drugs else "",
            person=Person(born=born),
        )
    )


TWO_OF_THREE = """
register = { at_least = 2, of = [
  { coded = "STROKE" },
  { coded = "CHD" },
  { coded = "COPD" },
] }

[[requirement]]
item = "review"
schedule = { anchored = 12 }
"""


@pytest.mark.parametrize(
    ("codes", "due"),
    [(("stroke", "copd"), "due_on\n2026-05-15"), (("stroke",), "")],
    ids=["two", "one"],
)
def test_n_of_m(codes: tuple[str, ...], due: str) -> None:
    """At least so many of several conditions put a patient on the register.

    Why: multimorbidity is not one list of codes.
    """
    rows = "\n".join(f"2015-03-0{number} | {code}" for number, code in enumerate(codes, 1))
    check(
        in_toml(
            "Two of three long-term conditions: a yearly review.",
            TWO_OF_THREE,
            "2026-06-01",
            due,
            history=f"date | code\n{rows}\n2025-05-15 | review",
        )
    )


SMOKERS = """
register = { coded = "SMOKER", resolved_by = "NOT_SMOKING" }

[[requirement]]
item = "review"
schedule = { anchored = 12 }
"""


@pytest.mark.parametrize(
    ("newest", "due"),
    [("smoker", "due_on\n2026-05-15"), ("not_smoking", "")],
)
def test_the_latest_of_several_codes_decides(newest: str, due: str) -> None:
    """A smoker is whoever's newest smoking status is a smoker's.

    Why: people stop, and start again; the record keeps all of it.
    """
    check(
        in_toml(
            "Current smokers, by the newest of all smoking codes.",
            SMOKERS,
            "2026-06-01",
            due,
            history=f"""
                date       | code
                2015-03-01 | smoker
                2018-03-01 | not_smoking
                2021-03-01 | smoker
                2025-05-15 | review
                2026-04-01 | {newest}
            """,
        )
    )


ATTACKS = """
start = "COPD"
register = { coded = "COPD" }

[[requirement]]
item = "review"
schedule = { anchored = 12 }

[[requirement.variation]]
when = { coded = "ATTACK", times = 2, within_months = 12 }
every = "6 months"
words = "Two attacks in a year"
"""


@pytest.mark.parametrize(
    ("first", "every", "due"),
    [("2025-06-20", "6 months", "2026-11-15"), ("2025-03-01", "12 months", "2027-05-15")],
    ids=["two in a year", "further apart"],
)
def test_codes_so_many_times_in_some_months(first: str, every: str, due: str) -> None:
    """Two attacks on different days within a year make the review half-yearly.

    Why: one attack is chance, two are a pattern; the same day written twice is one attack.
    """
    check(
        in_toml(
            "A yearly review, half-yearly after two attacks in 12 months.",
            ATTACKS,
            "2026-06-01",
            f"due_on | every\n{due} | {every}",
            history=f"""
                date       | code
                2010-01-01 | copd
                2025-05-10 | review
                2025-11-10 | review
                2026-05-10 | review
                {first} | attack
                2026-02-01 | attack
                2026-02-01 | attack
            """,
        )
    )


AFTER_READING = """
start = "DM"
register = { coded = "DM" }

[[exclusion]]
when = { then = { coded = "STATIN_DECLINED" }, after = { result = "hba1c", above = 58 } }
words = "Declined after the last reading above target"

[[requirement]]
item = "review"
schedule = { anchored = 12 }
"""


@pytest.mark.parametrize(
    ("declined", "held"),
    [("2026-04-02", "yes"), ("2026-03-30", "")],
    ids=["after the reading", "before it"],
)
def test_after_the_last_reading_above_target(declined: str, held: str) -> None:
    """What was decided before the last reading above target does not count any more.

    Why: QOF asks for refusals and invites made after that reading, for the same reason.
    """
    check(
        in_toml(
            "On hold when the patient declined after the last HbA1c above 58.",
            AFTER_READING,
            "2026-06-01",
            f"due_on | held\n2026-05-15 | {held}",
            history=f"""
                date       | code            | value | unit
                2010-01-01 | dm              |       |
                2025-05-10 | review          |       |
                2026-04-01 | hba1c           | 70    | mmol/mol
                {declined} | statin_declined |       |
            """,
        )
    )


CERVICAL = """
register = { all = [{ sex = "F" }, { age = { at_least = 25, under = 65 } }] }

[[requirement]]
item = "smear"
schedule = { interval = "36 months" }

[[requirement.variation]]
when = { coded = "HPV_POSITIVE", resolved_by = "HPV_NEGATIVE" }
every = "12 months"
words = "HPV found, cells normal: again in a year"

[[requirement.variation]]
when = { all = [
  { coded = "HPV_NEGATIVE", on_or_after = 2025-07-01 },
  { not = { coded = "SELF_SAMPLE", resolved_by = "SMEAR" } },
] }
every = "60 months"
words = "No HPV since July 2025: five years"

[[requirement.variation]]
when = { coded = "TOLD_5_YEARS", resolved_by = "TOLD_OTHERWISE" }
every = "60 months"
words = "Five years, as last told"
"""


@pytest.mark.parametrize(
    ("born", "history", "due"),
    [
        (
            "1990-05-15",
            "2025-07-01 | smear\n2025-07-01 | hpv_negative",
            "due_on | every\n2030-07-01 | 60 months",
        ),
        (
            "1990-05-15",
            "2025-06-30 | smear\n2025-06-30 | hpv_negative",
            "due_on | every\n2028-06-30 | 36 months",
        ),
        (
            "1990-05-15",
            "2025-07-01 | smear\n2025-07-01 | hpv_negative\n2026-01-10 | hpv_positive",
            "due_on | every\n2026-07-01 | 12 months",
        ),
        (
            "1970-05-15",
            "2023-03-01 | smear\n2023-03-01 | told_5_years",
            "due_on | every\n2028-03-01 | 60 months",
        ),
        (
            "1970-05-15",
            "2023-03-01 | smear\n2023-03-01 | told_5_years\n2023-04-01 | told_otherwise",
            "due_on | every\n2026-03-01 | 36 months",
        ),
        (
            "1990-05-15",
            "2025-07-10 | self_sample\n2025-07-10 | hpv_negative\n2025-07-09 | smear",
            "due_on | every\n2028-07-09 | 36 months",
        ),
        ("1961-05-15", "2020-01-10 | smear", ""),
    ],
    ids=[
        *("negative since July 2025", "negative before", "HPV found", "told five years"),
        *("told otherwise later", "a sample taken by herself", "65 and over"),
    ],
)
def test_an_interval_depends_on_the_last_result(born: str, history: str, due: str) -> None:
    """Cervical screening: five years, one year or as last told, and no more from 65.

    Five years after no HPV was found at a test on or after 1 July 2025, a year after HPV without
    cell change, otherwise what she was told; her own sample does not move her to five years.
    """
    check(
        in_toml(
            "Cervical sample, the interval by the last result.",
            CERVICAL,
            "2026-06-01",
            due,
            history=f"date | code\n{history}",
            person=Person(born=born),
        )
    )

"""What the reasons of a due item say."""

import json
from dataclasses import replace

from tests.domain.spec.example import Example, reasons_of_the_open_one
from tests.domain.spec.rules import asks, diabetes, kidneys


def test_the_qof_year_names_the_indicators_of_those_who_ask_for_this_patient() -> None:
    """An indicator of a register that the patient is not on is not named."""
    of_diabetes = replace(asks("hba1c"), qof={"2026/27": ("DM037",)})
    of_kidneys = replace(asks("hba1c"), qof={"2026/27": ("CKD009",)})
    plan = Example(
        rule="HbA1c every 12 months for diabetes, and for kidney disease.",
        recalls=(diabetes(of_diabetes), kidneys(of_kidneys)),
        today="2026-11-22",
        history="""
            date       | code  | value | unit
            2010-01-10 | dm    |       |
            2026-03-10 | hba1c | 48    | mmol/mol
        """,
        due="due_on\n2027-03-31",
    ).check()
    reasons = json.loads(reasons_of_the_open_one(plan))
    (said,) = [reason for reason in reasons if reason["code"] == "qof_year"]
    assert said["ids"] == ["DM037"]
    (last,) = [reason for reason in reasons if reason["code"] == "last_done"]
    assert (last["event"], last["value"]) == ("hba1c", 48.0)


def test_dates_far_apart_are_told_as_any_others() -> None:
    """A diagnosis dated 1002 is written as it stands: no table of words reaches so far."""
    plan = Example(
        rule="HbA1c every 12 months.",
        recalls=(diabetes(),),
        today="2026-11-22",
        history="""
            date       | code  | value | unit
            1002-01-10 | dm    |       |
            2026-03-10 | hba1c | 48    | mmol/mol
        """,
        due="due_on\n2027-05-15",
    ).check()
    reasons = reasons_of_the_open_one(plan)
    (started,) = [reason for reason in json.loads(reasons) if reason["code"] == "started"]
    assert started["on"] == "1002-01-10"


def test_of_two_results_of_one_day_the_greater_is_told() -> None:
    """It is the one that the rule went by, whichever was recorded first."""
    for first, second in (("60", "48"), ("48", "60")):
        plan = Example(
            rule="HbA1c every 12 months.",
            recalls=(diabetes(),),
            today="2026-11-22",
            history=f"""
                date       | code  | value    | unit
                2010-01-10 | dm    |          |
                2026-03-10 | hba1c | {first}  | mmol/mol
                2026-03-10 | hba1c | {second} | mmol/mol
            """,
            due="due_on\n2027-05-15",
        ).check()
        reasons = json.loads(reasons_of_the_open_one(plan))
        (last,) = [reason for reason in reasons if reason["code"] == "last_done"]
        assert (last["on"], last["value"]) == ("2026-03-10", 60.0)

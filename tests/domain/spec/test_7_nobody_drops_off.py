"""Nobody drops off: open until done, one line a patient and item, listed in the right month."""

from dataclasses import replace

from tests.domain.spec.example import Example, check
from tests.domain.spec.rules import TWELVE_WEEKLY, asks, diabetes, on_drug

RULE = "HbA1c every 12 months (recall date 15 May)."


def _overdue(today: str, due: str) -> Example:
    return Example(
        rule=RULE,
        recalls=(diabetes(),),
        today=today,
        history="""
            date       | code  | value | unit
            2010-01-10 | dm    |       |
            2023-05-10 | hba1c | 48    | mmol/mol
        """,
        due=due,
    )


def test_a_due_item_stays_open_until_its_successor_comes() -> None:
    """Not done in May 2024, the item is open with its own due date all the year.

    Why: a date that has passed is the best reason to call, not a reason to forget.
    """
    check(_overdue("2025-05-14", "due_on | overdue_since\n2024-05-15 | 2024-05-15"))


def test_the_successor_inherits_overdue_since() -> None:
    """From the next due date on the line says so, and still since when it is overdue.

    Why: there is one line a patient and item, and it never looks younger than it is.
    """
    check(_overdue("2026-06-01", "due_on | overdue_since\n2026-05-15 | 2024-05-15"))


def test_the_present_month_carries_what_is_overdue_however_old() -> None:
    """Whatever is overdue is listed in the month of today.

    Why: an admin works one month's list; what is missing there is missing for ever.
    """
    check(
        _overdue(
            "2026-11-22", "due_on | overdue_since | listed_on\n2026-05-15|2024-05-15|2026-11-01"
        )
    )


def test_a_patient_is_listed_in_the_month_of_the_first_appointment() -> None:
    """Bloods come two weeks before the review that reads them: listed in April for a review in May.

    Why: called in May for a review on 3 May, the bloods would come too late.
    """
    example = Example(
        rule="HbA1c and review every 12 months (recall date 3 May); bloods 14 days before.",
        recalls=(diabetes(asks("hba1c"), asks("review")),),
        today="2026-03-01",
        history="""
            date       | code   | value | unit
            2010-01-10 | dm     |       |
            2025-04-20 | hba1c  | 48    | mmol/mol
            2025-05-03 | review |       |
        """,
        due="""
            item   | due_on     | listed_on  | appointment_no
            hba1c  | 2026-05-03 | 2026-04-19 | 1
            review | 2026-05-03 | 2026-04-19 | 2
        """,
    )
    born_on_the_3rd = replace(example.person, born="1960-05-03")
    frames = check(replace(example, person=born_on_the_3rd))
    assert frames.appointments["staff_group"].to_list() == ["phlebotomist", "nurse"]
    assert frames.appointments["stage"].to_list() == [1, 2]


def test_decisions_follow_the_open_due_item() -> None:
    """Whatever was decided for a later due date than the last closed one belongs to the open one.

    Why: a booking or a snooze must survive any change of the recall date or the frequency.
    """
    frames = check(
        replace(
            _overdue("2026-06-01", "due_on | closed_through\n2026-05-15 | 2023-05-15"),
            booked="item | due_on | booked_for\nhba1c | 2025-05-15 | 2026-06-20",
        )
    )
    assert frames.appointments["target"].to_list()[0].isoformat() == "2026-06-20"


def test_on_methotrexate_since_2021_with_no_blood_count_ever() -> None:
    """The blood count is overdue since two weeks after the first issue, and listed now.

    Why: an unmonitored DMARD can destroy the bone marrow; nobody may be missed because nothing
    was ever recorded.
    """
    check(
        Example(
            rule="Blood count 12 weeks after the last, the first 14 days after the first issue.",
            recalls=(on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),),
            today="2026-11-22",
            drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
            due="""
                item | due_on     | overdue_since | high_risk | listed_on
                fbc  | 2021-01-15 | 2021-01-15    | yes       | 2026-11-01
            """,
        )
    )


def test_a_long_gap_is_flagged_wherever_it_shows() -> None:
    """More than 1.25 intervals between the last time and the due date is marked.

    Why: patterns drift a little every year; the guard says when it has become too much.
    """
    check(_overdue("2026-06-01", "due_on | last_done | long_gap_days\n2026-05-15|2023-05-10|1101"))

"""The patients that the safety case names, as far as no other chapter has them already."""

from dataclasses import replace

from tests.domain.spec.example import Example, Person, check
from tests.domain.spec.rules import TWELVE_WEEKLY, asks, diabetes, hold, on_drug

LEVEL = asks("lithium_level", TWELVE_WEEKLY)
LITHIUM = "issued | code | repeat\n2020-01-01 | lithium | yes"


def test_attended_but_nothing_coded() -> None:
    """An appointment after which nothing is recorded completes nothing.

    Why: what is not in the record did not happen, as far as anybody can tell.
    """
    check(
        Example(
            rule="Diabetes review every 12 months (recall date 15 May).",
            recalls=(diabetes(asks("review")),),
            today="2026-06-01",
            history="date | code\n2010-01-10 | dm\n2025-05-10 | review",
            booked="item | due_on | booked_for\nreview | 2026-05-15 | 2026-05-14",
            due="due_on | overdue_since\n2026-05-15 | 2026-05-15",
        )
    )


def test_lithium_and_three_unanswered_invites() -> None:
    """Invites do not complete: the lithium level stays overdue and high-risk.

    Why: silence is the most dangerous answer; the item goes to a prescriber, not away.
    """
    check(
        Example(
            rule="Lithium level 12 weeks after the last one.",
            recalls=(on_drug("lithium", LEVEL),),
            today="2026-11-22",
            drugs=LITHIUM,
            history="""
                date       | code          | kind
                2026-06-01 | lithium_level | done
                2026-09-01 | lithium_level | invite
                2026-09-15 | lithium_level | invite
                2026-10-01 | lithium_level | invite
            """,
            due="due_on | overdue_since | high_risk\n2026-08-24 | 2026-08-24 | yes",
        )
    )


def test_palliative_on_warfarin() -> None:
    """On hold with words and a review date, still marked high-risk: never simply gone.

    Why: somebody has to decide with a name whether the INR still matters.
    """
    check(
        Example(
            rule="INR 12 weeks after the last one; on hold in palliative care.",
            recalls=(
                hold(
                    on_drug("warfarin", asks("inr", TWELVE_WEEKLY)), "palliative", "palliative care"
                ),
            ),
            today="2026-11-22",
            drugs="issued | code | repeat\n2020-01-01 | warfarin | yes",
            history="date | code\n2026-06-01 | inr\n2026-07-01 | palliative",
            due="""
                due_on     | held | hold_words      | hold_review_on | high_risk
                2026-08-24 | yes  | palliative care | 2027-07-01     | yes
            """,
        )
    )


def test_annual_due_10_february_undone_in_november() -> None:
    """In November it is still there: overdue since February, listed in November.

    Why: a list by birth month alone would show the patient again only next February.
    """
    check(
        Example(
            rule="HbA1c every 12 months (recall date 10 February).",
            recalls=(diabetes(),),
            person=Person(born="1960-02-10"),
            today="2026-11-22",
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2025-02-01 | hba1c | 48    | mmol/mol
            """,
            due="due_on | overdue_since | listed_on\n2026-02-10 | 2026-02-10 | 2026-11-01",
        )
    )


def test_a_recoded_diagnosis_is_no_new_diagnosis() -> None:
    """Diabetes coded again at a review does not restart anything.

    Why: doctors code the diagnosis at every visit; a new start would hide years of missing tests.
    """
    check(
        Example(
            rule="HbA1c every 12 months (recall date 15 May).",
            recalls=(diabetes(),),
            today="2026-11-22",
            history="date | code\n2019-03-01 | dm\n2026-10-01 | dm",
            due="due_on | overdue_since\n2026-05-15 | 2019-05-15",
        )
    )


def test_dead_in_a_file_is_dead_in_the_plan() -> None:
    """With a date of death there is no plan, whatever is due or booked.

    Why: a letter to a dead patient cannot be taken back.
    """
    frames = check(
        Example(
            rule="Lithium level 12 weeks after the last one.",
            recalls=(on_drug("lithium", LEVEL),),
            person=Person(died="2026-11-20"),
            today="2026-11-22",
            drugs=LITHIUM,
            booked="item | due_on | booked_for\nlithium_level | 2020-01-15 | 2026-12-01",
            due="due_on",
        )
    )
    assert frames.registers.is_empty()
    assert frames.appointments.is_empty()
    assert frames.patients.is_empty()


def test_stopped_and_started_again() -> None:
    """Methotrexate again after more than a year counts as a new start.

    Why: restarting is as dangerous as starting.
    """
    example = Example(
        rule="Blood count 12 weeks after the last one, the first 14 days after the first issue.",
        recalls=(on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),),
        today="2026-11-22",
        drugs="issued | code\n2023-01-01 | methotrexate\n2026-11-01 | methotrexate",
        history="date | code\n2023-02-01 | fbc",
        due="due_on | last_done\n2026-11-15 | 2023-02-01",
    )
    check(example)
    short = "issued | code\n2025-12-01 | methotrexate\n2026-11-01 | methotrexate"
    late = "date | code\n2026-02-01 | fbc"
    check(replace(example, drugs=short, history=late, due="due_on\n2026-04-26"))

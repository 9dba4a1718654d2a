"""Defaults where the sources are silent: newly diagnosed, newly registered, tolerances."""

from dataclasses import replace
from datetime import date

import pytest

from recall_tui.domain.expressions import Age, AllOf, Prescribed
from recall_tui.domain.ids import ClusterId
from recall_tui.domain.recalls import Anchored, Every, Interval, Once
from tests.domain.spec.example import Example, Person, check
from tests.domain.spec.rules import DIABETES, TWELVE_WEEKLY, asks, diabetes, everyone, on_drug

RULE = "HbA1c every 12 months (recall date 15 May)."


@pytest.mark.parametrize(
    ("months", "due", "opens"),
    [
        (1, "2026-05-15", "2026-05-01"),
        (2, "2026-05-15", "2026-05-01"),
        (3, "2026-05-15", "2026-04-24"),
        (4, "2026-05-15", "2026-04-17"),
        (6, "2026-05-15", "2026-04-03"),
        (12, "2026-05-15", "2026-02-20"),
        (24, "2026-05-15", "2026-01-23"),
    ],
)
def test_tolerance_by_frequency(months: int, due: str, opens: str) -> None:
    """1, 2, 3, 4, 6 and 12 weeks for as many months, 16 weeks above; or the first of the month.

    Why: the more often something is due, the closer to its date it must be.
    """
    check(
        Example(
            rule=f"Foot check every {months} months (recall date 15 May).",
            recalls=(diabetes(asks("foot", Anchored(Every(months)))),),
            today="2026-05-14",
            history=f"""
                date       | code
                2023-06-10 | dm
                {"2026-04-16" if months < 6 else "2025-11-15"} | foot
            """
            if months < 24
            else "date | code\n2023-06-10 | dm\n2024-05-15 | foot",
            due=f"due_on | window_opens\n{due} | {opens}",
        )
    )


def test_newly_diagnosed_never_done_items_are_due_within_three_months() -> None:
    """Diagnosed in June with a birthday in May: what was never done is due in September.

    Why: eleven months is too long to wait for the first look.
    """
    check(
        Example(
            rule=RULE,
            recalls=(diabetes(),),
            today="2026-07-01",
            history="date | code\n2026-06-10 | dm",
            due="""
                row      | due_on     | window_opens
                open     | 2026-09-10 | 2026-06-10
                expected | 2027-05-15 | 2027-02-20
            """,
        )
    )


BORN_IN_MARCH = Person(born="1987-03-03")
NEW = "date | code | value | unit\n2026-09-16 | dm | |"


def _new(history: str, due: str, marked_done: str = "") -> Example:
    return Example(
        rule="HbA1c every 12 months (recall date 3 March).",
        recalls=(diabetes(),),
        person=BORN_IN_MARCH,
        today="2026-12-20",
        history=NEW + history,
        marked_done=marked_done,
        due=due,
    )


def test_after_the_first_check_nobody_waits_longer_than_a_year_and_its_tolerance() -> None:
    """Diagnosed in September, first done in October: the recall date in March stands.

    Why: it was dropped with the first check, due in December, and the next was 508 days away. Done
    within twelve weeks of the recall date, one check is enough for both.
    """
    check(
        _new(
            "\n2026-10-12 | hba1c | 50 | mmol/mol",
            """
                row  | due_on     | window_opens | done_on
                done | 2026-12-16 | 2026-09-16   | 2026-10-12
                open | 2027-03-03 | 2026-12-09   |
            """,
        )
    )
    check(
        _new(
            "\n2026-12-10 | hba1c | 50 | mmol/mol",
            """
                row  | due_on     | window_opens | done_on
                done | 2026-12-16 | 2026-09-16   | 2026-12-10
                open | 2028-03-03 | 2027-12-10   |
            """,
        )
    )
    check(_new("", "row | due_on | overdue_since\nopen | 2026-12-16 | 2026-12-16"))


def test_a_first_check_marked_done_closes_no_other() -> None:
    """Marked done for December, then really done in October: the recall date in March stands.

    Why: the day that was marked lies in the window of March, too.
    """
    check(
        _new(
            "\n2026-10-12 | hba1c | 50 | mmol/mol",
            """
                row  | due_on     | closed_by
                done | 2026-12-16 | evidence
                open | 2027-03-03 |
            """,
            marked_done="item | due_on\nhba1c | 2026-12-16",
        )
    )


def test_a_first_check_marked_done_ahead_leaves_the_next_one_open() -> None:
    """Marked done for November, three months ahead: the next is due three years after February.

    Why: nobody drops off. That of February 2027 is settled with it, since its window is open then.
    """
    check(
        Example(
            rule="Foot check every 36 months (recall date 28 February).",
            recalls=(diabetes(asks("foot", Anchored(Every(36)))),),
            person=Person(born="1976-02-28"),
            today="2026-08-31",
            history="date | code\n2026-08-25 | dm",
            marked_done="item | due_on\nfoot | 2026-11-25",
            due="""
                row  | due_on     | closed_by
                done | 2026-11-25 | override
                open | 2030-02-28 |
            """,
        )
    )


def test_what_was_done_before_the_diagnosis_holds_for_its_own_time() -> None:
    """Done eight years before, it is as good as never done; done in May, it is due next May.

    Why: an HbA1c of 2018 put the first one after the diagnosis off to the recall date, in August.
    """
    example = replace(
        _new("\n2018-04-01 | hba1c | 41 | mmol/mol", "due_on\n2026-12-16"),
        person=Person(born="1987-08-30"),
        rule="HbA1c every 12 months (recall date 30 August).",
    )
    check(example)
    lately = NEW + "\n2026-05-20 | hba1c | 41 | mmol/mol"
    check(replace(example, history=lately, due="due_on | window_opens\n2027-05-20 | 2026-09-16"))
    in_july = NEW + "\n2026-07-20 | hba1c | 41 | mmol/mol"
    check(replace(example, history=in_july, due="due_on | window_opens\n2027-08-30 | 2027-06-07"))


def test_what_was_done_elsewhere_holds_for_its_own_time() -> None:
    """Registered in October, last done in January: due next January, not on the next recall date.

    Why: the recall date is in September, twenty months after the last one.
    """
    check(
        Example(
            rule="HbA1c every 12 months (recall date 30 September).",
            recalls=(diabetes(),),
            person=Person(born="1960-09-30", registered="2026-10-20"),
            today="2026-11-22",
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2026-01-20 | hba1c | 48    | mmol/mol
            """,
            due="due_on | window_opens\n2027-01-20 | 2026-10-20",
        )
    )


def test_registered_last_month_with_an_old_diagnosis() -> None:
    """Nothing of the time elsewhere is demanded; without evidence it is due 28 days after.

    Why: the new practice cannot know what was done, and should not call it overdue since 2010.
    """
    example = Example(
        rule=RULE,
        recalls=(diabetes(),),
        person=Person(registered="2026-10-20"),
        today="2026-11-22",
        history="date | code | value | unit\n2010-01-10 | dm | |",
        due="due_on | overdue_since\n2026-11-17 | 2026-11-17",
    )
    check(example)
    brought = example.history + "\n2026-04-20 | hba1c | 48 | mmol/mol"
    check(replace(example, history=brought, due="due_on | overdue_since\n2027-05-15 |"))


def test_drug_monitoring_of_the_newly_registered_is_due_at_once() -> None:
    """Somebody who comes with methotrexate is due for a blood count on the day of registration.

    Why: nobody here has ever seen a result.
    """
    check(
        Example(
            rule="Blood count 12 weeks after the last one.",
            recalls=(on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY)),),
            person=Person(registered="2026-11-10"),
            today="2026-11-22",
            drugs="issued | code | repeat\n2021-01-01 | methotrexate | yes",
            due="due_on\n2026-11-10",
        )
    )


AT_65 = asks("vaccine", Once(age=65))
OVER_65 = everyone(AT_65, register=Age(at_least=65))


def _by_age(
    person: Person, due: str, rule: str = "Vaccine once at 65, for everybody of 65."
) -> Example:
    return Example(rule=rule, recalls=(OVER_65,), person=person, today="2026-11-22", due=due)


def test_a_recall_by_age_starts_with_the_birthday() -> None:
    """Who turns 65 here is due on that day; overdue since then, and not since registration.

    Why: nobody could have had it before, whatever else is known of the patient.
    """
    here = Person(born="1961-09-01", registered="1990-01-01")
    check(_by_age(here, "due_on | overdue_since\n2026-09-01 | 2026-09-01"))
    every_three_years = everyone(
        asks("review", Interval(Every(36))), register=Age(at_least=25, under=65)
    )
    check(
        replace(
            _by_age(Person(born="2001-06-10", registered="2001-06-20"), ""),
            rule="Review every 36 months from 25 to 64.",
            recalls=(every_three_years,),
            due="due_on | overdue_since\n2026-06-10 | 2026-06-10",
        )
    )


def test_who_came_here_older_than_that_is_due_28_days_after() -> None:
    """Born 1940 and registered in October: due in November, not overdue since 2005.

    Why: as with any old condition, the practice answers for the time that the patient was here.
    """
    check(
        _by_age(
            Person(born="1940-03-01", registered="2026-10-20"),
            "due_on | overdue_since\n2026-11-17 | 2026-11-17",
        )
    )


def test_nobody_is_overdue_since_before_a_programme_began() -> None:
    """Offered from 1 September 2024, who was 65 before is due 28 days later, if never done.

    Why: born in 1940, a patient would stand on top of the list as overdue since 2005.
    """
    offered = replace(OVER_65, offered_from=date(2024, 9, 1))
    example = _by_age(
        Person(born="1940-03-01"),
        "due_on | overdue_since\n2024-09-29 | 2024-09-29",
        rule="Vaccine once at 65, offered from 1 September 2024.",
    )
    check(replace(example, recalls=(offered,)))
    check(
        replace(
            example,
            recalls=(offered,),
            person=Person(born="1960-05-15"),
            due="due_on | overdue_since\n2025-05-15 | 2025-05-15",
        )
    )


GROWN_UP = diabetes(register=AllOf((DIABETES, Age(at_least=17))))
SEVENTEEN = Person(born="2009-11-20", registered="2009-12-01")


def test_nothing_was_owed_before_the_age_that_a_recall_asks_for() -> None:
    """Diabetic since 8, 17 in November: due in February, not overdue since 2017.

    Why: the hospital saw the child. What it did last counts, as what was done before a diagnosis.
    """
    example = Example(
        rule="HbA1c every 12 months for people with diabetes of 17 and over (recall date 20 Nov).",
        recalls=(GROWN_UP,),
        person=SEVENTEEN,
        today="2026-12-01",
        history="date | code | value | unit\n2017-03-01 | dm | |",
        due="due_on | window_opens | overdue_since\n2027-02-20 | 2026-11-20 |",
    )
    check(example)
    seen = example.history + "\n2026-06-01 | hba1c | 60 | mmol/mol"
    check(replace(example, history=seen, due="due_on | window_opens\n2027-06-01 | 2026-11-20"))
    grown = replace(SEVENTEEN, born="1960-11-20")
    check(replace(example, person=grown, due="overdue_since\n2017-06-01"))


def test_what_only_some_are_asked_for_begins_with_what_makes_them_so() -> None:
    """Methotrexate since 2015, lithium for a week: the level is due next week, not since 2015.

    Why: nobody could have missed it. What was measured before the drug is no monitoring of it.
    """
    level = replace(asks("lithium_level", TWELVE_WEEKLY), only_if=Prescribed(ClusterId("LITHIUM")))
    check(
        Example(
            rule="On methotrexate: lithium level every 12 weeks, only asked of those on lithium.",
            recalls=(on_drug("methotrexate", level),),
            today="2026-12-01",
            history="date | code\n2026-03-10 | lithium_level",
            drugs="""
                issued     | code         | repeat
                2015-01-10 | methotrexate | yes
                2026-11-24 | lithium      | yes
            """,
            due="due_on | window_opens | overdue_since\n2026-12-08 | 2026-11-24 |",
        )
    )


def test_an_interval_from_some_age_on_counts_what_was_done_before() -> None:
    """From 75 on every 12 weeks: done three weeks before that birthday it counts from then.

    Why: a birthday changes nothing about a blood count. Done six years before, it is due with 75.
    """
    on = on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY))
    example = Example(
        rule="Blood count every 12 weeks for people of 75 and over on methotrexate.",
        recalls=(replace(on, register=AllOf((on.register, Age(at_least=75)))),),
        person=Person(born="1951-11-20"),
        today="2026-12-01",
        history="date | code\n2026-11-01 | fbc",
        drugs="issued | code | repeat\n2015-01-10 | methotrexate | yes",
        due="due_on | overdue_since\n2027-01-24 |",
    )
    check(example)
    check(
        replace(
            example,
            history="date | code\n2020-11-01 | fbc",
            due="due_on | overdue_since\n2026-11-20 | 2026-11-20",
        )
    )


def test_only_what_harms_is_high_risk() -> None:
    """Of a high-risk recall, what a requirement takes out is called for like anything else.

    Why: when the weight is never hidden either, nobody sees the lithium level any more.
    """
    level = asks("lithium_level", TWELVE_WEEKLY)
    weight = replace(asks("foot"), high_risk=False)
    check(
        Example(
            rule="Lithium (high-risk): level every 12 weeks; foot check yearly, not high-risk.",
            recalls=(on_drug("lithium", level, weight),),
            today="2026-11-22",
            drugs="issued | code | repeat\n2026-09-01 | lithium | yes",
            due="item | high risk\nfoot |\nlithium_level | yes",
        )
    )

"""Why and why not: a patient judged clause by clause, and the rows of their plan."""

from dataclasses import replace
from datetime import date

from recall_tui.domain.expressions import AllOf
from recall_tui.domain.recalls import Activity
from recall_tui.planning.explain import explain, explain_and_plan, plan_now
from tests.domain.spec.example import Example, Person
from tests.domain.spec.rules import DIABETES, asks, diabetes, hold, kidneys

TODAY = date(2026, 11, 22)
DIABETIC = Example(
    rule="HbA1c every 12 months and a review for diabetes, an eGFR for kidney disease.",
    recalls=(
        hold(diabetes(asks("hba1c"), asks("review")), "palliative", "Palliative care"),
        kidneys(asks("egfr")),
    ),
    today="2026-11-22",
    history="""
        date       | code       | value | unit
        2010-01-10 | dm         |       |
        2026-03-10 | hba1c      | 48    | mmol/mol
        2026-06-01 | palliative |       |
    """,
    due="",
)
NAMES = tuple(one.id for one in DIABETIC.recalls)


def test_every_recall_says_whether_somebody_is_on_it_and_by_which_record() -> None:
    """On with since when, the hold in its words, and what is asked; not on with the clause."""
    rules = DIABETIC.rules()
    on, off = explain(DIABETIC.inputs(), rules, DIABETIC.settings, TODAY, NAMES)
    assert (on.recall, on.on, on.started_on) == ("diabetes", True, date(2010, 1, 10))
    assert (on.held, on.hold_words) == (True, "Palliative care")
    assert on.asked == ("hba1c", "review")
    assert [(one.true, one.on, one.depth) for one in on.clauses] == [(True, date(2010, 1, 10), 0)]
    assert (off.recall, off.on, off.started_on, off.held) == ("kidneys", False, None, False)
    assert (off.hold_words, off.asked) == ("", ())
    assert [(one.true, one.on) for one in off.clauses] == [(False, None)]


def test_a_clause_is_told_before_its_parts_and_each_with_its_own_answer() -> None:
    """Nested one deeper, so that it is seen which part keeps somebody off."""
    both = replace(diabetes(), register=AllOf((DIABETES, kidneys().register)))
    asked = replace(DIABETIC, recalls=(both,))
    (why,) = explain(asked.inputs(), asked.rules(), asked.settings, TODAY, [both.id])
    assert [(one.true, one.on, one.depth) for one in why.clauses] == [
        (False, None, 0),
        (True, date(2010, 1, 10), 1),
        (False, None, 1),
    ]


def test_a_diagnosis_dated_in_the_future_is_told_to_whoever_asks_why_not() -> None:
    """One year typed wrongly keeps somebody off a register: it is named, and counts for nothing."""
    history = "date | code\n2027-01-10 | ckd\n2062-01-10 | ckd"
    asked = replace(DIABETIC, recalls=(kidneys(asks("egfr")),), history=history)
    (why,) = explain(asked.inputs(), asked.rules(), asked.settings, TODAY, NAMES[1:])
    assert not why.on
    told = "(one is dated 10 Jan 2027, in the future: it does not count)"
    assert [one.words.endswith(told) for one in why.clauses] == [True]
    (why, _) = explain(DIABETIC.inputs(), DIABETIC.rules(), DIABETIC.settings, TODAY, NAMES)
    assert "future" not in why.clauses[0].words


def test_a_recall_that_is_switched_off_is_judged_as_if_it_were_on() -> None:
    """Who asks "why not" of it hears what it would say; nothing else is judged along."""
    off = replace(DIABETIC.recalls[0], activity=Activity.INACTIVE)
    asked = replace(DIABETIC, recalls=(off, DIABETIC.recalls[1]))
    (why,) = explain(asked.inputs(), asked.rules(), asked.settings, TODAY, [off.id])
    assert (why.recall, why.on) == ("diabetes", True)
    assert explain_and_plan(asked.inputs(), asked.rules(), asked.settings, TODAY)[0] != (why,)


def test_a_recall_without_a_list_of_codes_is_not_judged() -> None:
    """It would say "not on" of everybody."""
    vague = replace(DIABETIC.recalls[0], unverified="no list of codes")
    asked = replace(DIABETIC, recalls=(vague, DIABETIC.recalls[1]))
    told = explain(asked.inputs(), asked.rules(), asked.settings, TODAY, NAMES)
    assert [one.recall for one in told] == ["kidneys"]


def test_of_whoever_died_there_is_nothing_to_say() -> None:
    """Neither a recall nor a row of the plan."""
    dead = replace(DIABETIC, person=Person(died="2026-11-01"))
    rules, settings = dead.rules(), dead.settings
    assert explain(dead.inputs(), rules, settings, TODAY, NAMES) == ()
    assert explain_and_plan(dead.inputs(), rules, settings, TODAY) == ((), ())


def test_the_rows_told_are_those_of_the_plan() -> None:
    """One go for both gives what each gives alone, with the recalls that ask and the hold."""
    rules, settings = DIABETIC.rules(), DIABETIC.settings
    judged, due = explain_and_plan(DIABETIC.inputs(), rules, settings, TODAY)
    assert judged == explain(DIABETIC.inputs(), rules, settings, TODAY, NAMES)
    assert due == plan_now(DIABETIC.inputs(), rules, settings, TODAY)
    (hba1c,) = [one for one in due if one.item == "hba1c" and one.is_open]
    assert (hba1c.due_on, hba1c.last_done) == (date(2027, 5, 15), date(2026, 3, 10))
    assert (hba1c.recalls, hba1c.held, hba1c.overdue_since) == (("diabetes",), True, None)
    assert hba1c.window_opens == date(2027, 2, 20)
    assert '"on_hold"' in hba1c.reasons
    (done,) = [one for one in due if one.item == "hba1c" and one.done_on]
    assert (done.done_on, done.is_open) == (date(2026, 3, 10), False)

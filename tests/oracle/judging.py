"""Expressions, judged for one patient as of a day."""

from dataclasses import dataclass
from datetime import date

from recall_tui.domain.calendar import add_months, age_on
from recall_tui.domain.expressions import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Coded,
    Done,
    Expression,
    Flagged,
    Not,
    Prescribed,
    Result,
    Sex,
    Since,
    Then,
)
from recall_tui.domain.ids import FlagId
from recall_tui.domain.recalls import Rulebook
from tests.oracle.evidence import (
    code_days,
    done_days,
    issue_days,
    latest_number,
    start_of_codes,
    start_of_drug,
)
from tests.oracle.records import Person


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is true, and the latest day of what makes it so."""

    true: bool
    day: date | None = None


def judge(  # noqa: C901, PLR0911, PLR0912 - one line a kind of expression
    expression: Expression, person: Person, rulebook: Rulebook, as_of: date
) -> Verdict:
    """Return whether ``expression`` holds for the person on ``as_of``."""
    match expression:
        case Coded():
            return _coded(expression, person, rulebook, as_of)
        case Prescribed():
            return _prescribed(expression, person, rulebook, as_of)
        case Age(at_least, under):
            if person.born is None:
                return Verdict(true=False)
            age = age_on(person.born, _age_day(expression, as_of))
            return Verdict(_within(age, at_least, under))
        case Sex(wanted):
            return Verdict((person.sex or "U") == wanted)
        case Result():
            return _result(expression, person, rulebook, as_of)
        case Since():
            return _since(expression, person, rulebook, as_of)
        case Done(item, months):
            days = [one.first for one in done_days(person, rulebook, item, as_of)]
            if months is not None:
                days = [day for day in days if day >= add_months(as_of, -months)]
            return Verdict(bool(days), max(days, default=None))
        case Flagged(flag):
            return _flagged(flag, person, rulebook, as_of)
        case AllOf(parts):
            return _count(parts, len(parts), person, rulebook, as_of)
        case AnyOf(parts):
            return _count(parts, 1, person, rulebook, as_of)
        case AtLeast(count, parts):
            return _count(parts, count, person, rulebook, as_of)
        case Then(part, after):
            one, two = (judge(each, person, rulebook, as_of) for each in (part, after))
            dated = one.day is not None and two.day is not None and one.day > two.day
            return _if(one.true and two.true and dated, one.day)
        case Not(part):
            return Verdict(not judge(part, person, rulebook, as_of).true)


def _flagged(flag: FlagId, person: Person, rulebook: Rulebook, as_of: date) -> Verdict:
    rule = rulebook.flags[flag]
    on = code_days(person, rulebook, rule.on, as_of)
    off = code_days(person, rulebook, rule.off, as_of)
    return _if(bool(on) and not (off and off[-1] > on[-1]), on[-1] if on else None)


def _age_day(rule: Age, as_of: date) -> date:
    if rule.on is not None:
        return rule.on
    if rule.by is None:
        return as_of
    day = date(as_of.year, *rule.by)
    return day if day >= as_of else date(as_of.year + 1, *rule.by)


def _if(true: bool, day: date | None) -> Verdict:  # noqa: FBT001 - the two fields of a verdict
    return Verdict(true, day if true else None)


def _within(number: int, at_least: int | None, under: int | None) -> bool:
    return (at_least is None or number >= at_least) and (under is None or number < under)


def _count(
    parts: tuple[Expression, ...], needed: int, person: Person, rulebook: Rulebook, as_of: date
) -> Verdict:
    verdicts = [judge(part, person, rulebook, as_of) for part in parts]
    true = [verdict for verdict in verdicts if verdict.true]
    days = [verdict.day for verdict in true if verdict.day is not None]
    return _if(len(true) >= needed, max(days, default=None))


def _coded(rule: Coded, person: Person, rulebook: Rulebook, as_of: date) -> Verdict:
    days = code_days(person, rulebook, [rule.cluster], as_of)
    resolved = code_days(person, rulebook, [rule.resolved_by], as_of) if rule.resolved_by else []
    if not days or (resolved and resolved[-1] > days[-1]):
        return Verdict(true=False)
    recent = days
    if rule.within_months is not None:
        recent = [day for day in days if day >= add_months(as_of, -rule.within_months)]
    if len(set(recent)) < rule.times:
        return Verdict(true=False)
    inside = [
        day
        for day in days
        if (rule.on_or_after is None or day >= rule.on_or_after)
        and (rule.on_or_before is None or day <= rule.on_or_before)
    ]
    return _if(bool(inside), days[-1])


def _prescribed(rule: Prescribed, person: Person, rulebook: Rulebook, as_of: date) -> Verdict:
    rows = issue_days(person, rulebook, rule.cluster, as_of)
    recent = any(issued >= add_months(as_of, -rule.months) for issued, _ in rows)
    current = any(
        issue.repeat
        and issue.code in rulebook.clusters[rule.cluster].codes
        and issue.issued_on <= as_of
        and (issue.stopped_on is None or issue.stopped_on > as_of)
        for issue in person.issues
    )
    return _if(recent or current, max((issued for issued, _ in rows), default=None))


def _since(rule: Since, person: Person, rulebook: Rulebook, as_of: date) -> Verdict:
    if rule.drug:
        start = start_of_drug(person, rulebook, rule.cluster, rule.gap_months, as_of)
    else:
        start = start_of_codes(person, rulebook, rule.cluster, rule.resolved_by, as_of)
    if start is None:
        return Verdict(true=False)
    months = 0
    while add_months(start, months + 1) <= as_of:
        months += 1
    return _if(_within(months, rule.at_least, rule.under), start)


def _result(rule: Result, person: Person, rulebook: Rulebook, as_of: date) -> Verdict:
    found = latest_number(person, rulebook, rule.item, as_of)
    if found is not None and rule.within_months is not None:
        found = found if found[0] >= add_months(as_of, -rule.within_months) else None
    if found is None:
        return Verdict(rule.or_missing)
    day, number = found
    holds = (
        (rule.at_least is None or number >= rule.at_least)
        and (rule.above is None or number > rule.above)
        and (rule.at_most is None or number <= rule.at_most)
        and (rule.below is None or number < rule.below)
    )
    return _if(holds, day)


def items_in(expression: Expression) -> set[str]:
    """Return the items whose results the expression compares."""
    match expression:
        case Result(item=item):
            return {item}
        case AllOf(parts) | AnyOf(parts) | AtLeast(parts=parts):
            return {name for part in parts for name in items_in(part)}
        case Not(part):
            return items_in(part)
        case Then(part, after):
            return items_in(part) | items_in(after)
        case _:
            return set()

"""What counts: valid events of an item, values, starts. Everything is asked "as of" a day."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from recall_tui.domain.calendar import add_months
from recall_tui.domain.expressions import Age, AllOf, AnyOf, Coded, Expression, Prescribed
from recall_tui.domain.ids import ClusterId, ItemId
from recall_tui.domain.items import Item, ValueNeed
from recall_tui.domain.recalls import Recall, Requirement, Rulebook
from tests.oracle.records import Event, Person

DRUG_GAP_MONTHS = 12
NOBODY_KNOWS = date(2000, 1, 1)
CODE_KINDS = {"done", None, "declined"}
"""A declined code is a statement too: an exclusion may name it."""


@dataclass(frozen=True, order=True, slots=True)
class DoneDay:
    """A day (or month, or year) on which an item was validly done."""

    first: date
    last: date


def _codes(rulebook: Rulebook, clusters: Iterable[ClusterId]) -> set[str]:
    return {code for name in clusters for code in rulebook.clusters[name].codes}


def code_days(
    person: Person, rulebook: Rulebook, clusters: Iterable[ClusterId], as_of: date
) -> list[date]:
    """Return the days of the codes of ``clusters``, first to last."""
    codes = _codes(rulebook, clusters)
    return sorted(
        event.day
        for event in person.events
        if event.code in codes and event.day <= as_of and event.kind in CODE_KINDS
    )


def issue_days(
    person: Person, rulebook: Rulebook, cluster: ClusterId, as_of: date
) -> list[tuple[date, date]]:
    """Return the drug rows as (issued, covered to), first to last."""
    rows: list[tuple[date, date]] = []
    for issue in person.issues:
        if issue.code not in _codes(rulebook, [cluster]) or issue.issued_on > as_of:
            continue
        covered = min(issue.stopped_on or as_of, as_of) if issue.repeat else issue.issued_on
        rows.append((issue.issued_on, covered))
    return sorted(rows)


def start_of_codes(
    person: Person,
    rulebook: Rulebook,
    cluster: ClusterId,
    resolved_by: ClusterId | None,
    as_of: date,
) -> date | None:
    """Return the earliest code on or after the last resolving one."""
    days = code_days(person, rulebook, [cluster], as_of)
    resolved = code_days(person, rulebook, [resolved_by], as_of) if resolved_by else []
    after = [day for day in days if not resolved or day >= resolved[-1]]
    return after[0] if after else None


def start_of_drug(
    person: Person, rulebook: Rulebook, cluster: ClusterId, gap_months: int, as_of: date
) -> date | None:
    """Return the last issue that follows a gap of over ``gap_months``, or the first of all."""
    start: date | None = None
    covered: date | None = None
    for issued, to in issue_days(person, rulebook, cluster, as_of):
        if covered is None or issued > add_months(covered, gap_months):
            start = issued
        covered = to if covered is None else max(covered, to)
    return start


def start_of(recall: Recall, person: Person, rulebook: Rulebook, today: date) -> date | None:
    """Return since when the recall asks the patient: its start, and no earlier than its age."""
    return _latest(
        recorded_start(recall, person, rulebook, today), _birthday(person, recall.register)
    )


def recorded_start(recall: Recall, person: Person, rulebook: Rulebook, today: date) -> date | None:
    """Return the diagnosis or first issue that starts the recall's schedules."""
    if recall.start is None:
        return None
    if recall.start_drug:
        return start_of_drug(person, rulebook, recall.start, DRUG_GAP_MONTHS, today)
    return start_of_codes(person, rulebook, recall.start, recall.resolved_by, today)


def asked_since(
    recall: Recall, need: Requirement, person: Person, rulebook: Rulebook, today: date
) -> date | None:
    """Return since when the requirement is asked for: of what narrows it the latest counts."""
    start = start_of(recall, person, rulebook, today)
    if need.only_if is None:
        return start
    narrowed = recorded_in(need.only_if, person, rulebook, today)
    return _latest(start, narrowed, _birthday(person, need.only_if))


def counts_since(
    recall: Recall, need: Requirement, person: Person, rulebook: Rulebook, today: date
) -> date | None:
    """Return from when what was done counts in an interval: an age is no start of it."""
    start = recorded_start(recall, person, rulebook, today)
    if need.only_if is None:
        return start
    return _latest(start, recorded_in(need.only_if, person, rulebook, today))


def recorded_in(
    only_if: Expression, person: Person, rulebook: Rulebook, today: date
) -> date | None:
    """Return since when the drug or diagnosis is there that a requirement is narrowed to."""
    match only_if:
        case Prescribed(cluster):
            return start_of_drug(person, rulebook, cluster, DRUG_GAP_MONTHS, today)
        case Coded(cluster, resolved_by) if _is_plain(only_if):
            return start_of_codes(person, rulebook, cluster, resolved_by, today)
        case AllOf(parts):
            return _latest(*(recorded_in(part, person, rulebook, today) for part in parts))
        case AnyOf(parts) if all(_tells_a_start(part) for part in parts):
            days = [recorded_in(part, person, rulebook, today) for part in parts]
            return min((day for day in days if day is not None), default=None)
        case _:
            return None


def _is_plain(rule: Coded) -> bool:
    return rule == Coded(rule.cluster, rule.resolved_by)


def _tells_a_start(only_if: Expression) -> bool:
    match only_if:
        case Prescribed():
            return True
        case Coded():
            return _is_plain(only_if)
        case AllOf(parts):
            return any(_tells_a_start(part) for part in parts)
        case AnyOf(parts):
            return bool(parts) and all(_tells_a_start(part) for part in parts)
        case _:
            return False


def _birthday(person: Person, expression: Expression) -> date | None:
    age = age_asked_for(expression)
    return add_months(person.born, 12 * age) if person.born and age is not None else None


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def age_asked_for(register: Expression) -> int | None:
    """Return the age below which nobody is on the register, where it says one everywhere."""
    if isinstance(register, Age):
        return register.at_least if register.on is None and register.by is None else None
    if isinstance(register, AllOf):
        ages = {age_asked_for(part) for part in register.parts} - {None}
        return max((age for age in ages if age is not None), default=None)
    if isinstance(register, AnyOf) and register.parts:
        ages = {age_asked_for(part) for part in register.parts}
        return None if None in ages else min(age for age in ages if age is not None)
    return None


def here_since(person: Person, recall: Recall) -> date | None:
    """Return when the patient came here, or when the recall began to be offered, if later."""
    return max((day for day in (person.registered_on, recall.offered_from) if day), default=None)


def begin_of(person: Person, recall: Recall, started_on: date | None) -> date:
    """Return the day from which due dates are counted, for schedules that start on a day."""
    registered = here_since(person, recall)
    if started_on is not None and (registered is None or registered <= started_on):
        return started_on
    return registered or started_on or person.born or NOBODY_KNOWS


def _plain(unit: str) -> str:
    return "".join(unit.split()).casefold()


def number_of(event: Event, item: Item) -> float | None:
    """Return the event's plausible value in the item's own unit, or None."""
    if event.value is None or not math.isfinite(event.value):
        return None
    if not item.ranges:
        return event.value
    for one in item.ranges:
        known = event.unit is not None and _plain(event.unit) == _plain(one.unit)
        if known and one.low <= event.value <= one.high:
            return event.value * one.scale + one.offset
    return None


def _valid(event: Event, item: Item) -> bool:
    if event.kind not in {"done", None}:
        return False
    return item.value is ValueNeed.NONE or number_of(event, item) is not None


def _parts(item: Item) -> Sequence[tuple[ClusterId, ...]]:
    return item.parts or (item.clusters,)


def done_days(person: Person, rulebook: Rulebook, item: ItemId, as_of: date) -> list[DoneDay]:
    """Return every day on which all parts of the item were validly recorded."""
    rule = rulebook.items[item]
    days: list[set[DoneDay]] = []
    for part in _parts(rule):
        codes = _codes(rulebook, part)
        days.append(
            {
                DoneDay(event.day, event.last_day)
                for event in person.events
                if event.code in codes and event.last_day <= as_of and _valid(event, rule)
            }
        )
    return sorted(set[DoneDay].intersection(*days))


def codes_given(
    person: Person, rulebook: Rulebook, item: ItemId, as_of: date
) -> list[tuple[date, str]]:
    """Return first day and code of all that was done; of several parts on a day the least code."""
    rule = rulebook.items[item]
    codes = {code for part in _parts(rule) for code in _codes(rulebook, part)}
    found: list[tuple[date, str]] = []
    for day in done_days(person, rulebook, item, as_of):
        here = sorted(
            event.code
            for event in person.events
            if event.code in codes
            and DoneDay(event.day, event.last_day) == day
            and _valid(event, rule)
        )
        found += [(day.first, code) for code in (here[:1] if rule.parts else here)]
    return found


def latest_number(
    person: Person, rulebook: Rulebook, item: ItemId, as_of: date
) -> tuple[date, float] | None:
    """Return the day and value of the latest plausible number; of several the greatest."""
    rule = rulebook.items[item]
    codes = _codes(rulebook, _parts(rule)[0])
    days = set(done_days(person, rulebook, item, as_of))
    found: list[tuple[date, float]] = []
    for event in person.events:
        number = number_of(event, rule)
        whole = DoneDay(event.day, event.last_day) in days
        if event.code in codes and number is not None and whole and _valid(event, rule):
            found.append((event.day, number))
    return max(found, default=None)

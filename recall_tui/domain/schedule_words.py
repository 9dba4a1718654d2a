"""Schedules in words: when something is due, how early it counts, how often."""

from collections.abc import Iterator
from typing import assert_never

from recall_tui.domain import expressions as ex
from recall_tui.domain.expression_words import MONTH_NAMES, parts_of
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import (
    Anchored,
    Course,
    Dose,
    Every,
    Interval,
    Once,
    Requirement,
    Schedule,
    Seasonal,
    Unit,
)

_DAYS_IN = {Unit.DAYS: 1.0, Unit.WEEKS: 7.0, Unit.MONTHS: 30.4375}


def every_words(every: Every) -> str:
    """Return a frequency as people say it: 12 weeks, month, 5 years."""
    if every.unit is Unit.MONTHS and every.count > 12 and not every.count % 12:  # noqa: PLR2004 - a year
        return f"{every.count // 12} years"
    unit = every.unit.value
    return unit.removesuffix("s") if every.count == 1 else f"{every.count} {unit}"


def schedule_words(schedule: Schedule) -> Iterator[str]:
    """Give a schedule in sentences."""
    match schedule:
        case Anchored(every):
            yield f"Every {every_words(every)} on the recall date."
        case Interval(every, first):
            yield f"Every {every_words(every)}, counted from when it was last done."
            yield f"Never done: due {_days_after(first)} the start, and carried until it is."
        case Once():
            yield _once(schedule)
        case Course():
            yield from _course(schedule)
        case Seasonal(opens, closes):
            yield f"Once between {_day_of(opens)} and {_day_of(closes)} of each season."
        case _:
            assert_never(schedule)


def _once(schedule: Once) -> str:
    if schedule.age is not None:
        when = f"at the age of {schedule.age}"
    else:
        when = f"{_days_after(schedule.after_days or 0)} the start"
    counts = "done at any time before counts" if schedule.ever_counts else "older ones do not count"
    return f"Once, {when}; {counts}."


def _course(schedule: Course) -> Iterator[str]:
    terms = schedule.terms()
    yield f"A course of {len(terms)} dose{'s' * (len(terms) > 1)}."
    for number, dose in enumerate(terms, 1):
        if number == 1 and dose == Dose():
            yield f"  Dose 1: due {_days_after(schedule.first_after_days)} the start."
        else:
            yield f"  Dose {number}: {'; '.join(_dose(dose))}."
    if schedule.apart_from:
        other = schedule.apart_from.replace("_", " ")
        yield f"  Within {schedule.apart_days} days after another {other} a dose does not count."
    if schedule.grace_days:
        yield f"  A dose up to {schedule.grace_days} days early still counts."


def _dose(dose: Dose) -> Iterator[str]:
    if dose.from_age is not None:
        yield f"counts from the age of {every_words(dose.from_age)}"
    if dose.gap is not None:
        yield f"counts from {_length(dose.gap)} after the dose before"
    if dose.due_age is not None:
        yield f"due at the age of {every_words(dose.due_age)}"
    if dose.due is not None:
        yield f"due {_length(dose.due)} after the dose before"
    if dose.due is None and dose.due_age is None:
        yield "due as soon as it counts"
    if dose.again_after is not None:
        yield f"{_length(dose.again_after)} after one that did not count"


def tolerance_words(need: Requirement, settings: PlanSettings) -> Iterator[str]:
    """Give how early something counts: anchored, for each frequency that may be in force; once."""
    if isinstance(need.schedule, Once) and not need.schedule.ever_counts:
        wait = None if need.schedule.age is not None else need.schedule.after_days or 0
        yield f"Counts when done up to {settings.tolerance_days_once(wait)} days early."
    if not isinstance(need.schedule, Anchored):
        return
    options = dict.fromkeys([need.schedule.every, *(one.every for one in need.variations)])
    told = [
        f"{settings.tolerance_days(one.count)} days early (every {every_words(one)})"
        for one in options
    ]
    yield f"Counts when done up to {' or '.join(told)}, or from the first of the due month."


def may_vary(need: Requirement) -> Every | None:
    """Return the shortest frequency if variations look at results, else None."""
    if not any(_results(one.when) for one in need.variations):
        return None
    if not isinstance(need.schedule, Anchored | Interval):
        return None
    options = [need.schedule.every, *(one.every for one in need.variations)]
    return min(options, key=lambda one: _DAYS_IN[one.unit] * one.count)


def _results(expression: ex.Expression) -> bool:
    return isinstance(expression, ex.Result) or any(map(_results, parts_of(expression)))


def _length(every: Every) -> str:
    words = every_words(every)
    return f"a {words}" if every.count == 1 else words


def _days_after(days: int) -> str:
    return f"{days} days after" if days else "at"


def _day_of(day: tuple[int, int]) -> str:
    return f"{day[1]} {MONTH_NAMES[day[0] - 1]}"

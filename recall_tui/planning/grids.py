"""Grids of recall dates: recall date + k * months, always counted from the recall date itself."""

from dataclasses import dataclass
from datetime import date
from typing import Self

import polars as pl

from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.planning.dates import add_months, month_index, on_month

YEAR = 12


def tolerance(months: pl.Expr, settings: PlanSettings) -> pl.Expr:
    """Return the tolerance in days of each frequency (Int32 months)."""
    weeks = settings.tolerance_weeks
    longest = max(weeks)
    days = pl.lit(settings.tolerance_weeks_longer * 7)
    for limit in sorted(weeks, reverse=True):
        within = months <= limit if limit == longest else months < _next(limit, settings)
        days = pl.when(within).then(weeks[limit] * 7).otherwise(days)
    return pl.when(months < min(weeks)).then(0).otherwise(days)


def _next(limit: int, settings: PlanSettings) -> int:
    return min(other for other in settings.tolerance_weeks if other > limit)


def opens(due: pl.Expr, tolerance_days: pl.Expr) -> pl.Expr:
    """Return the first day that counts: due less the tolerance, or the first of its month."""
    return pl.min_horizontal(due - pl.duration(days=tolerance_days), due.dt.month_start())


@dataclass(frozen=True, slots=True)
class Base:
    """A recall date to count from: a month (since year 0) and a day that it may lack.

    Somebody born on the 31st who chose February counts from "31 February": the day is clipped
    in each month reached, never before.
    """

    month: pl.Expr
    day: pl.Expr

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the base in the columns ``name``_month and ``name``_day."""
        return cls(pl.col(f"{name}_month"), pl.col(f"{name}_day"))

    @classmethod
    def on(cls, date_: pl.Expr) -> Self:
        """Return the base that a date is."""
        return cls(month_index(date_), date_.dt.day().cast(pl.Int32))

    def plus(self, months: pl.Expr) -> pl.Expr:
        """Return the dates ``months`` later."""
        return on_month(self.month + months, self.day)


def first_recall_after(base: Base, start: pl.Expr) -> pl.Expr:
    """Return the months from ``base`` to the first recall date strictly after ``start``."""
    years = (month_index(start) - base.month) // YEAR
    reached = base.plus(years * YEAR) > start
    return pl.when(reached).then(years * YEAR).otherwise((years + 1) * YEAR)


def next_recall_date(base: Base, today: date) -> pl.Expr:
    """Return the first recall date after ``today``."""
    return base.plus(first_recall_after(base, pl.lit(today)))


def phase(base: Base, start: pl.Expr, months: pl.Expr) -> pl.Expr:
    """Return the months from ``base`` to a date of the grid of ``months``."""
    return pl.when(months > YEAR).then(first_recall_after(base, start)).otherwise(0)


def dates_between(options: pl.DataFrame, base: str = "base") -> pl.DataFrame:
    """Return ``options`` (months, begins, low, high) with one row for each ``due``.

    Dates lie after ``begins``, and about from ``low`` to ``high``; for frequencies above a year
    they count from the first recall date after ``begins``.
    """
    months = pl.col("months")
    shift = phase(Base.named(base), pl.col("begins"), months).alias("shift")
    steps = pl.int_ranges(
        _step("low", base),
        _step("high", base) + 1,
        dtype=pl.Int32,
    ).alias("step")
    ahead = pl.col("shift") + pl.col("step") * months
    due = Base.named(base).plus(ahead)
    return (
        options.with_columns(shift)
        .with_columns(steps)
        .explode("step", empty_as_null=False, keep_nulls=False)
        .with_columns(due.alias("due"))
        .filter((pl.col("due") > pl.col("begins")) & ((months <= YEAR) | (pl.col("step") >= 0)))
        .drop("shift", "step")
    )


def _step(limit: str, base: str) -> pl.Expr:
    apart = month_index(pl.col(limit)) - Base.named(base).month - pl.col("shift")
    return apart // pl.col("months")


def months_back(month: int, free: frozenset[int]) -> int:
    """Return how many months a due date in ``month`` moves back out of the free ones."""
    steps = (back for back in range(YEAR) if (month - 1 - back) % YEAR + 1 not in free)
    return next(steps, 0)


def moved_back(due: pl.Expr, months: pl.Expr, free: frozenset[int]) -> pl.Expr:
    """Return due dates of a year's frequency and more, moved back out of the free months."""
    if not free:
        return due
    back = {month: months_back(month, free) for month in range(1, YEAR + 1)}
    moves = due.dt.month().cast(pl.Int32).replace_strict(back, return_dtype=pl.Int32)
    return pl.when(months >= YEAR).then(add_months(due, -moves)).otherwise(due)


def _last_of_earlier(moved: pl.DataFrame, settings: PlanSettings) -> pl.DataFrame:
    """Return ``moved`` with ``until``: the first date of the earlier grid that opens later.

    Nothing recorded by the day of the change can have completed it: so whatever is open or next
    then is on the earlier grid up to that date.
    """
    months, changed = pl.col("months"), pl.col("changed_on")
    shift = phase(Base.named("earlier"), pl.col("begins"), months).alias("shift")
    closed = changed + pl.duration(days=tolerance(months, settings) + 1)
    step = pl.col("shift") + _step("closed", "earlier") * months
    dates = [Base.named("earlier").plus(step + ahead * months) for ahead in range(3)]
    first = pl.when(dates[0] >= pl.col("closed")).then(dates[0]).otherwise(dates[1])
    later = pl.when(dates[0] >= pl.col("closed")).then(dates[1]).otherwise(dates[2])
    window = moved_back(pl.col("first"), months, settings.free_months)
    waits = opens(window, tolerance(months, settings)) > changed
    return (
        moved.with_columns(shift, closed.alias("closed"))
        .with_columns(first.alias("first"), later.alias("later"))
        .with_columns(pl.when(waits).then("first").otherwise("later").alias("until"))
        .drop("shift", "closed", "first", "later")
    )


def grid(options: pl.DataFrame, settings: PlanSettings) -> pl.DataFrame:
    """Return the due dates of ``options``, across a change of the recall date where there was one.

    ``options`` have months, begins, low, high, the columns of the bases ``base`` (the recall date
    in force) and ``earlier``, and changed_on (both null when it never changed). Dates of the
    earlier grid hold up to the first whose window opened after the change, so that no open or
    next due item is postponed.
    """
    columns = [*options.columns, "due"]
    if options["changed_on"].null_count() == options.height:
        return dates_between(options).select(columns)
    changed = pl.col("changed_on").is_not_null() & pl.col("earlier_month").is_not_null()
    steady = dates_between(options.filter(~changed))
    moved = _last_of_earlier(options.filter(changed), settings)
    before = dates_between(moved, "earlier").filter(pl.col("due") <= pl.col("until"))
    after = dates_between(moved).filter(pl.col("due") > pl.col("until"))
    return pl.concat([part.select(columns) for part in (steady, before, after)])

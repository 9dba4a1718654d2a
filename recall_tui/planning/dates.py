"""The month arithmetic of ``domain.calendar`` for whole columns."""

from datetime import date
from functools import cache

import polars as pl

AS_WRITTEN = pl.QueryOptFlags.none()
"""For wide selections: there is nothing to optimise, and looking for it costs more."""

FAR = date(9999, 12, 31)
"""Stands for "until further notice"."""

MONTHS_A_YEAR = 12


def month_index(day: pl.Expr) -> pl.Expr:
    """Return the months since year 0 of a date column, as Int32."""
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1


@cache
def _first_days() -> pl.Series:
    """Return the first day of every month since year 1, counted from 1970: looked up by month."""
    months = pl.date_range(date(1, 1, 1), FAR, "1mo", eager=True)
    return months.cast(pl.Int32)


def on_month(index: pl.Expr, day_of_month: pl.Expr) -> pl.Expr:
    """Return the dates in the months ``index``, clipped to the month's end."""
    days = _first_days()
    place = (index - MONTHS_A_YEAR).clip(0, len(days) - 2)
    first, next_month = pl.lit(days).gather(place), pl.lit(days).gather(place + 1)
    wanted = first + day_of_month.cast(pl.Int32) - 1
    return pl.min_horizontal(pl.when(wanted.is_not_null()).then(next_month - 1), wanted).cast(
        pl.Date
    )


def add_months(day: pl.Expr, months: pl.Expr | int) -> pl.Expr:
    """Return the dates moved by ``months``, clipped to the end of the month reached."""
    if isinstance(months, int):
        return day.dt.offset_by(f"{months}mo")
    return on_month(month_index(day) + months, day.dt.day())


def period_end(first: pl.Series, precision: pl.Series) -> pl.Series:
    """Return the last possible day of dated records of precision D, M or Y."""
    # Few records are vague: only theirs are worked out.
    vague = precision.is_in(["M", "Y"]).arg_true()
    if vague.is_empty():
        return first
    day = pl.col("first")
    ends = pl.DataFrame(
        {"first": first.gather(vague), "precision": precision.gather(vague)}
    ).select(
        pl.when(pl.col("precision") == "M")
        .then(day.dt.month_end())
        .otherwise(pl.date(day.dt.year(), MONTHS_A_YEAR, 31))
    )
    return first.scatter(vague, ends.to_series())

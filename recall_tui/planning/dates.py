"""The month arithmetic of ``domain.calendar`` for whole columns."""

from datetime import date

import polars as pl

FAR = date(9999, 12, 31)
"""Stands for "until further notice"."""


def month_index(day: pl.Expr) -> pl.Expr:
    """Return the months since year 0 of a date column, as Int32."""
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1


def on_month(index: pl.Expr, day_of_month: pl.Expr) -> pl.Expr:
    """Return the dates in the months ``index``, clipped to the month's end."""
    first = pl.date(index // 12, index % 12 + 1, 1)
    last = first.dt.month_end().dt.day().cast(pl.Int32)
    return first + pl.duration(
        days=pl.min_horizontal(day_of_month.cast(pl.Int32), last) - 1,
    )


def add_months(day: pl.Expr, months: pl.Expr | int) -> pl.Expr:
    """Return the dates moved by ``months``, clipped to the end of the month reached."""
    return on_month(month_index(day) + months, day.dt.day())


def period_end(first: pl.Expr, precision: pl.Expr) -> pl.Expr:
    """Return the last possible day of a dated record of precision D, M or Y."""
    return (
        pl.when(precision == "M")
        .then(first.dt.month_end())
        .when(precision == "Y")
        .then(pl.date(first.dt.year(), 12, 31))
        .otherwise(first)
    )

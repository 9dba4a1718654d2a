"""The month arithmetic of ``domain.calendar`` for whole columns."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months

FAR = date(9999, 12, 31)
"""Stands for "until further notice"."""

MONTHS_A_YEAR = 12

_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097
_CYCLE_BEGINS = 2000

_CLIPPED = 4
"""Moving back and forth by months can lose fewer days than this."""


def month_index(day: pl.Expr) -> pl.Expr:
    """Return the months since year 0 of a date column, as Int32."""
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1


@dataclass(frozen=True, slots=True)
class _Months:
    """For every month since year 0, days counted from 1970: looked up, not worked out."""

    eve: pl.Series
    """The day before its first."""

    last: pl.Series
    """Its last day."""


@cache
def _months() -> _Months:
    # The calendar repeats itself: four centuries are laid side by side from year 0 to 9999.
    begin, end = date(_CYCLE_BEGINS, 1, 1), date(_CYCLE_BEGINS + _CYCLE_YEARS - 1, 12, 1)
    cycle = pl.date_range(begin, end, "1mo", eager=True).cast(pl.Int32) - 1
    earlier = _CYCLE_BEGINS // _CYCLE_YEARS
    cycles = range(-earlier, FAR.year // _CYCLE_YEARS + 1 - earlier)
    eve = pl.concat([cycle + number * _CYCLE_DAYS for number in cycles], rechunk=True)
    last_of_all = pl.Series([FAR]).cast(pl.Int32)
    return _Months(eve, pl.concat([eve.slice(1), last_of_all], rechunk=True))


def _place(index: pl.Expr) -> pl.Expr:
    return index.clip(0, len(_months().eve) - 1)


def on_month(index: pl.Expr, day_of_month: pl.Expr) -> pl.Expr:
    """Return the dates in the months ``index``, clipped to the month's end.

    Where there is an index there is a day, too.
    """
    place, months = _place(index), _months()
    wanted = pl.lit(months.eve).gather(place) + day_of_month.cast(pl.Int32)
    return pl.min_horizontal(wanted, pl.lit(months.last).gather(place)).cast(pl.Date)


def month_begins(index: pl.Expr) -> pl.Expr:
    """Return the first days of the months ``index``."""
    return (pl.lit(_months().eve).gather(_place(index)) + 1).cast(pl.Date)


def add_months(day: pl.Expr, months: pl.Expr | int) -> pl.Expr:
    """Return the dates moved by ``months``, clipped to the end of the month reached."""
    if isinstance(months, int):
        return day.dt.offset_by(f"{months}mo")
    return on_month(month_index(day) + months, day.dt.day())


def first_reaching(day: date, months: int) -> date:
    """Return the first date of which ``months`` later is ``day`` or after it.

    A whole column is then compared with one date, where each would have to be moved.
    """
    found = plain_add_months(day, -months) - timedelta(days=_CLIPPED)
    while plain_add_months(found, months) < day:
        found += timedelta(days=1)
    return found


def period_end(first: pl.Series, precision: pl.Series) -> pl.Series:
    """Return the last possible day of dated records of precision D, M or Y."""
    # Few records are vague: only theirs are worked out.
    vague = precision.is_in(["M", "Y"]).arg_true()
    if vague.is_empty():
        return first
    day = pl.col("first")
    ends = pl.DataFrame({"first": first[vague], "precision": precision[vague]}).select(
        pl.when(pl.col("precision") == "M")
        .then(day.dt.month_end())
        .otherwise(pl.date(day.dt.year(), MONTHS_A_YEAR, 31))
    )
    return first.scatter(vague, ends.to_series())

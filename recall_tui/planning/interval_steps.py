"""The due dates of intervals, one after another: each as if the one before were done on its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.recalls import Unit
from recall_tui.planning.dates import add_months, month_index
from recall_tui.planning.needs import Ask, length_of, words_of
from recall_tui.planning.sequences import EXPECTED_MONTHS
from recall_tui.planning.variable import Judge
from recall_tui.queries import AS_WRITTEN, HERE

OPTIONS = {
    "ask": pl.Int32,
    "option": pl.Int32,
    "days": pl.Int32,
    "months": pl.Int32,
    "length": pl.Float64,
    "every": pl.String,
}

COUNTED = ("chain", "pid", "ask", "begins", "base", "from", "after", "until")
"""What due dates are counted from: the day ``base``, whose first step is number ``from``; the due
date ``after`` which the next one is wanted (null: the first one is), and the day ``until`` which
all are closed (null: none is)."""

DUES = ("chain", "due", "every", "length", "why")


def options_of(asks: Iterable[Ask]) -> pl.DataFrame:
    """Return every frequency that may rule one of ``asks``, as ``OPTIONS``."""
    rows = [
        (
            ask.number,
            number,
            0 if every.unit is Unit.MONTHS else int(length_of(every)),
            every.count if every.unit is Unit.MONTHS else 0,
            length_of(every),
            words_of(every),
        )
        for ask in asks
        for number, every in enumerate(ask.options)
    ]
    return pl.DataFrame(rows, schema=OPTIONS, orient="row")


@dataclass(frozen=True, slots=True)
class NextDues:
    """The next due date of some chains."""

    dues: pl.DataFrame
    """``DUES``, one row a chain."""

    ruling: pl.DataFrame
    """chain, ruling: the number of the frequency of today, where the frequency varies."""


def next_dues(counted: pl.DataFrame, options: pl.DataFrame, judge: Judge) -> NextDues:
    """Return of each row of ``counted`` the next due date.

    It is the first date of any frequency on whose eve that frequency, or a shorter one, is in
    force. The first step of the longest one is due whatever is in force: none is after it.
    """
    rows = (
        _stepping(counted, options)
        .with_columns(_steps().alias("step"))
        .explode("step", empty_as_null=False, keep_nulls=False)
        .with_columns(pl.max_horizontal(_stepped(), "begins").alias("due"))
        .filter((pl.col("due") <= _at_first()) & _is_left())
        .collect(engine=HERE, optimizations=AS_WRITTEN)
    )
    demanded, ruling = _demanded(rows, options, judge)
    first = demanded.sort("chain", "due").unique("chain", keep="first", maintain_order=True)
    return NextDues(first.select(DUES), ruling)


@dataclass(frozen=True, slots=True)
class Expected:
    """What follows the open due dates of some chains."""

    dues: pl.DataFrame
    """chain, due_on, every: those that are due within the coming months."""

    beyond: pl.DataFrame
    """chain, beyond: of each the first one that is due later."""


def expected(
    counted: pl.DataFrame, options: pl.DataFrame, ruling: pl.DataFrame, today: date
) -> Expected:
    """Return what follows the due dates ``after``, should the frequency of today go on.

    ``ruling`` is that of ``NextDues``.
    """
    limit = plain_add_months(today, EXPECTED_MONTHS)
    ruled = counted.join(ruling, on="chain", how="left")
    rows = (
        _stepping(ruled, options)
        .filter(pl.col("option") == pl.col("ruling").fill_null(0))
        .with_columns(_steps_until(today, limit).alias("step"))
        .explode("step", empty_as_null=False, keep_nulls=False)
        .with_columns(_stepped().alias("due_on"))
        .filter(pl.col("due_on") > today)
        .select("chain", "due_on", "every")
        .collect(engine=HERE, optimizations=AS_WRITTEN)
    )
    later = rows.filter(pl.col("due_on") > limit)
    return Expected(
        rows.filter(pl.col("due_on") <= limit),
        later.group_by("chain").agg(pl.col("due_on").min().alias("beyond")),
    )


def last_closed(counted: pl.DataFrame, options: pl.DataFrame, judge: Judge) -> pl.DataFrame:
    """Return (chain, due): the last due date from ``after`` on that is not later than ``until``.

    They are counted in the frequency that is in force on the day ``until``.
    """
    asked = counted.with_columns(pl.min_horizontal("until", pl.lit(judge.today)).alias("asof"))
    ruled = judge.in_force(asked).rename({"option": "ruling"})
    steps = _steps_to(pl.col("until"))
    return (
        _stepping(ruled, options)
        .filter(pl.col("option") == pl.col("ruling"))
        .with_columns(pl.concat_list(steps, steps - 1).alias("step"))
        .explode("step", empty_as_null=False, keep_nulls=False)
        .with_columns(pl.max_horizontal(_stepped(), "after").alias("due"))
        .filter(pl.col("due") <= pl.col("until"))
        .group_by("chain")
        .agg(pl.col("due").max())
        .collect(engine=HERE)
    )


def _is_left() -> pl.Expr:
    """Return whether a due date is not closed."""
    return pl.col("until").is_null() | (pl.col("due") > pl.col("until"))


def _stepping(counted: pl.DataFrame, options: pl.DataFrame) -> pl.LazyFrame:
    """Return each row with each frequency: the day ``origin`` and the steps ``taken`` from it.

    Steps are counted from ``base`` where ``after`` is one of them, from ``after`` else: months are
    never counted from a day that the end of a month cut short.
    """
    after, base = pl.col("after"), pl.col("base")
    days, months = (pl.col(name).clip(lower_bound=1) for name in ("days", "months"))
    apart = (after - base).dt.total_days()
    months_apart = month_index(after) - month_index(base)
    in_days = pl.col("days") > 0
    whole = (
        pl.when(in_days)
        .then(apart % days == 0)
        .otherwise((months_apart % months == 0) & (add_months(base, months_apart) == after))
    )
    steps = pl.when(in_days).then(apart // days).otherwise(months_apart // months)
    first = after.is_null()
    return (
        counted.lazy()
        .join(options.lazy(), on="ask", how="inner")
        .with_columns(
            pl.when(first | whole).then(base).otherwise(after).alias("origin"),
            pl.when(first)
            .then(pl.col("from") - 1)
            .when(whole)
            .then(steps)
            .otherwise(0)
            .cast(pl.Int32)
            .alias("taken"),
        )
    )


def _steps() -> pl.Expr:
    """Return the numbers of the steps that are looked at: up to one of the longest frequency."""
    longest = pl.col("length").max().over("ask")
    alone = pl.col("length") == longest
    most = pl.when(alone).then(1).otherwise(longest // pl.col("length") + 1).cast(pl.Int32)
    return pl.int_ranges(pl.col("taken") + 1, pl.col("taken") + 1 + most, dtype=pl.Int32)


def _steps_until(today: date, limit: date) -> pl.Expr:
    """Return the numbers of the steps from about ``today`` to beyond ``limit``."""
    first, last = (_steps_to(pl.lit(day)) for day in (today, limit))
    begin = pl.max_horizontal("taken", first - 1) + 1
    return pl.int_ranges(begin, pl.max_horizontal(begin, last + 1) + 2, dtype=pl.Int32)


def _steps_to(day: pl.Expr) -> pl.Expr:
    """Return how many steps lie about between ``origin`` and ``day``: at most one too many."""
    origin = pl.col("origin")
    by_days = (day - origin).dt.total_days() // pl.col("days").clip(lower_bound=1)
    apart = month_index(day) - month_index(origin)
    by_months = apart // pl.col("months").clip(lower_bound=1)
    return pl.when(pl.col("days") > 0).then(by_days).otherwise(by_months).cast(pl.Int32)


def _stepped() -> pl.Expr:
    origin, step = pl.col("origin"), pl.col("step")
    by_days = origin + pl.duration(days=pl.col("days") * step)
    by_months = add_months(origin, pl.col("months") * step)
    return pl.when(pl.col("days") > 0).then(by_days).otherwise(by_months)


def _at_first() -> pl.Expr:
    """Return of each chain the latest first step of any of its frequencies."""
    first = pl.col("due").filter(pl.col("step") == pl.col("taken") + 1)
    return first.max().over("chain")


def _demanded(
    rows: pl.DataFrame, options: pl.DataFrame, judge: Judge
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the candidates whose frequency, or a shorter one, is in force the day before.

    And ``NextDues.ruling``: both are asked at once.
    """
    varying = options.filter(pl.col("option") > 0)["ask"].unique()
    varies = pl.col("ask").is_in(varying.implode())
    steady = rows.filter(~varies).with_columns(pl.lit(None, dtype=pl.Int32).alias("why"))
    changing = rows.filter(varies).rename({"option": "candidate"})
    ruling = {"option": "ruling"}
    if changing.is_empty():
        nothing = pl.DataFrame(schema={"chain": pl.UInt32, "ruling": pl.Int32})
        return steady, nothing
    before = pl.max_horizontal(pl.col("due") - pl.duration(days=1), "begins")
    asof = pl.min_horizontal(before, pl.lit(judge.today)).alias("asof")
    now = changing.unique("chain").with_columns(
        pl.lit(None, dtype=pl.Date).alias("due"), pl.lit(judge.today).alias("asof")
    )
    found = judge.in_force(pl.concat([changing.with_columns(asof), now]))
    lengths = options.select(
        "ask",
        "option",
        pl.col("length").alias("ruling"),
        pl.col("every").alias("ruling_every"),
    )
    ruled = (
        found.filter(pl.col("due").is_not_null())
        .join(lengths, on=["ask", "option"], how="left")
        .filter(pl.col("ruling") <= pl.col("length"))
        .with_columns(pl.col("ruling").alias("length"), pl.col("ruling_every").alias("every"))
    )
    today = found.filter(pl.col("due").is_null()).select("chain", "option").rename(ruling)
    return pl.concat([steady, ruled.select(steady.columns)]), today

"""Anchored chains of one frequency and one recall date, counted out without listing their dates.

The due dates of such a chain are numbered: ``k`` is the one ``k`` frequencies after the recall
date (or after the first recall date of the chain, above a year). Which of them an event completes,
which one is open and which are expected follows from the numbers alone. An extra first due date
(newly diagnosed, newly registered) takes the number before the first date of the grid that is kept.

What this cannot say is left to ``anchored``: variable frequencies, changed recall dates, least
gaps, free months, due dates marked done, and evidence without an exact day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.planning.dates import month_begins, month_index, on_month
from recall_tui.planning.grids import YEAR, Base, opens, phase, tolerance
from recall_tui.planning.sequences import AHEAD, EXPECTED_MONTHS, OUTCOME, Outcome, early_days

NEEDED = (
    *("chain", "months", "begins", "base_month", "base_day", "exact1", "exact2"),
    *("every", "length", "why", "registered", "start_drug", "diagnosed_here", "came_with_it"),
    *("before", "since", "holds"),
)
"""What is looked at of a chain."""

GRID = ("from_month", "base_day", "months", "allowed")
"""What makes the grid of a chain: the month of date 0, its day, how often, and how early counts."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What counting needs besides the chains."""

    settings: PlanSettings
    today: date

    def within(self, day: pl.Expr) -> pl.Expr:
        """Return the days that are as far after ``day`` as an event may come before a due date."""
        return day + pl.duration(days="allowed")


def steady(rows: pl.DataFrame, extra: pl.Expr, work: Counting) -> Outcome:
    """Return what became of the chains of ``rows``.

    ``rows`` have the columns of chains, months, every and why (of the extra due date); ``extra``
    is its day, or null, and may look at ``first_grid``, the first date of the grid.
    """
    counted = _counted(_numbered(rows.select(NEEDED), extra, work), work)
    return Outcome(_outcome(counted, work), _ahead(counted, work))


def _month_of(number: pl.Expr) -> pl.Expr:
    """Return the month of the date of the grid with this number."""
    return pl.col("from_month") + number * pl.col("months")


def _on_grid(number: pl.Expr) -> pl.Expr:
    """Return the date of the grid with this number."""
    return on_month(_month_of(number), pl.col("base_day"))


def _steps(month: pl.Expr) -> pl.Expr:
    """Return the number of the last date of the grid in ``month`` or before it."""
    return (month - pl.col("from_month")) // pl.col("months")


def _with_last_until(rows: pl.DataFrame, days: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Return ``rows`` with, by name, the number of the last date of the grid until each day."""
    numbered = rows.with_columns(_steps(month_index(day)).alias(n) for n, day in days.items())
    return numbered.with_columns(
        pl.when(_on_grid(pl.col(name)) <= day).then(name).otherwise(pl.col(name) - 1).alias(name)
        for name, day in days.items()
    )


def _numbered(rows: pl.DataFrame, extra: pl.Expr, work: Counting) -> pl.DataFrame:
    """Return the chains with ``extra`` and ``first``, the number of the first date that is kept.

    With an extra due date, dates whose window was open when it was done are not asked for beside
    it: what is done once counts once. While it is not done, its own day stands for that.
    """
    shift = phase(Base.named("base"), pl.col("begins"), pl.col("months"))
    begun = _with_last_until(
        rows.with_columns(
            (pl.col("base_month") + shift).alias("from_month"),
            tolerance(pl.col("months"), work.settings).alias("allowed"),
        ),
        {"first": pl.col("begins")},
    )
    with_extra = (
        begun.with_columns(pl.col("first") + 1)
        .with_columns(_on_grid(pl.col("first")).alias("first_grid"))
        .with_columns(extra.alias("extra"))
    )
    there = pl.col("extra").is_not_null()
    met = pl.min_horizontal("extra", "since").alias("met")
    apart = with_extra.filter(there).select("chain", "first", "extra", met, *GRID)
    opened = _with_last_until(_last_open_on(apart, "met", work), {"passed": pl.col("extra")})
    few = opened.select(
        "chain",
        pl.max_horizontal("first", pl.max_horizontal("number", "passed") + 1).alias("after_extra"),
        opens(pl.col("extra"), pl.col("allowed")).alias("extra_opens"),
    )
    return (
        with_extra.join(few, on="chain", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("after_extra", "first").alias("first"),
            pl.when(there).then(pl.min_horizontal("extra_opens", "begins")).alias("extra_opens"),
        )
        .with_columns((pl.col("first") - there.cast(pl.Int32)).alias("lowest"))
    )


def _last_open_on(rows: pl.DataFrame, day: str, work: Counting) -> pl.DataFrame:
    """Return ``rows`` with ``number``, the last date of the grid whose window is open on ``day``.

    A window opens as early as is allowed, or with the month of the due date.
    """
    found = _with_last_until(rows, {"number": work.within(pl.col(day))})
    in_month = _steps(month_index(pl.col(day)))
    return found.with_columns(pl.max_horizontal("number", in_month).alias("number"))


def _counted(rows: pl.DataFrame, work: Counting) -> pl.DataFrame:
    """Return the chains with the numbers of the last completed, the open and the last past date."""
    none = pl.col("lowest") - 1
    done, kept = pl.col("exact1").is_not_null(), pl.col("number") >= pl.col("first")
    first_only = pl.when(pl.col("exact1") >= pl.col("extra_opens")).then("lowest").otherwise(none)
    completed = pl.when(kept).then("number").otherwise(first_only)
    past_grid = _past(work.today)
    past_first = pl.when(pl.col("extra") <= work.today).then("lowest").otherwise(none)
    past = pl.when(past_grid >= pl.col("first")).then(past_grid).otherwise(past_first)
    return (
        _last_open_on(rows, "exact1", work)
        .with_columns(
            pl.when(done).then(completed).otherwise(none).alias("completed"), past.alias("past")
        )
        .with_columns(pl.max_horizontal(pl.col("completed") + 1, "past").alias("open"))
    )


def _past(day: date) -> pl.Expr:
    """Return the number of the last date of the grid on or before ``day``, the same for all."""
    month = pl.lit(day.year * YEAR + day.month - 1, dtype=pl.Int32)
    number = _steps(month)
    # In a month that ends on that day, later days of the grid are clipped to it.
    ends = (day + timedelta(days=1)).month != day.month
    later = pl.lit(value=False) if ends else pl.col("base_day") > day.day
    return number - (later & (_month_of(number) == month)).cast(pl.Int32)


def _windows(counted: pl.DataFrame) -> pl.DataFrame:
    """Return ``counted`` with the dates that are open, closed and next, and their windows."""
    numbers = {"open": pl.col("open"), "closed": pl.col("completed")}
    extra = {name: number < pl.col("first") for name, number in numbers.items()}
    following = pl.col("completed") + 1
    told = counted.with_columns(
        *(_on_grid(number).alias(f"{name}_on") for name, number in numbers.items()),
        *(month_begins(_month_of(one)).alias(f"{name}_month") for name, one in numbers.items()),
        pl.when(following < pl.col("first"))
        .then("extra")
        .otherwise(_on_grid(following))
        .alias("next_due"),
        *(one.alias(f"{name}_is_extra") for name, one in extra.items()),
    )
    earlier = pl.duration(days="allowed")
    soonest = {
        name: pl.min_horizontal(pl.col(f"{name}_on") - earlier, f"{name}_month") for name in numbers
    }
    return told.with_columns(
        *(
            pl.when(f"{name}_is_extra").then("extra").otherwise(f"{name}_on").alias(f"{name}_on")
            for name in numbers
        ),
        *(
            pl.when(f"{name}_is_extra").then("extra_opens").otherwise(one).alias(f"{name}_opens")
            for name, one in soonest.items()
        ),
    )


def _outcome(counted: pl.DataFrame, work: Counting) -> pl.DataFrame:
    done = pl.col("completed") >= pl.col("lowest")
    sooner = pl.when(pl.col("exact2") >= pl.col("closed_opens")).then("exact2")
    return (
        _windows(counted)
        .with_columns(
            pl.when(done).then("closed_on").alias("closed_on"),
            pl.when(pl.col("next_due") < work.today).then("next_due").alias("overdue_since"),
            pl.when(done).then("exact1").alias("done_on"),
            pl.when(done).then(pl.lit("evidence")).alias("closed_by"),
            pl.when("open_is_extra").then("why").alias("why"),
            pl.when(done).then("closed_opens").alias("closed_opens"),
            _on_grid(pl.max_horizontal("open", _past(_horizon(work))) + 1).alias("beyond"),
        )
        .with_columns(
            pl.col("open_opens").alias("opens"),
            pl.col("closed_on").alias("closed_through"),
            pl.coalesce(sooner, "done_on").alias("done_first"),
        )
        .with_columns(early_days())
        .select(list(OUTCOME))
    )


def _horizon(work: Counting) -> date:
    """Return the last day on which a due date is expected already."""
    return plain_add_months(work.today, EXPECTED_MONTHS)


def _ahead(counted: pl.DataFrame, work: Counting) -> pl.DataFrame:
    """Return the due dates after the open one that lie in the coming months."""
    soonest = pl.max_horizontal(pl.col("open"), pl.col("past")) + 1
    month = _month_of(pl.col("number"))
    return (
        counted.select(
            *("chain", "every", *GRID),
            soonest.alias("from"),
            (_past(_horizon(work)) + 1).alias("to"),
        )
        .filter(pl.col("from") < pl.col("to"))
        .with_columns(pl.int_ranges("from", "to", dtype=pl.Int32).alias("number"))
        .explode("number")
        .with_columns(
            _on_grid(pl.col("number")).alias("due_on"), month_begins(month).alias("opens")
        )
        .with_columns(
            pl.min_horizontal(pl.col("due_on") - pl.duration(days="allowed"), "opens").alias(
                "opens"
            )
        )
        .select(list(AHEAD))
    )

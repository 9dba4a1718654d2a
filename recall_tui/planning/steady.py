"""Anchored chains of one frequency and one recall date, counted out without listing their dates.

The due dates of such a chain are numbered: ``k`` is the one ``k`` frequencies after the recall
date (or after the first recall date of the chain, above a year). Which of them an event completes,
which one is open and which are expected follows from the numbers alone. An extra first due date
(newly diagnosed, newly registered) takes the number before the first date of the grid that is kept.

What this cannot say is left to ``anchored``: variable frequencies, changed recall dates, least
gaps, free months, due dates marked done, and evidence without an exact day.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.planning.dates import AS_WRITTEN, month_index
from recall_tui.planning.grids import Base, opens, phase, tolerance
from recall_tui.planning.sequences import AHEAD, EXPECTED_MONTHS, OUTCOME, Outcome, early_days

NEEDED = (
    *("chain", "months", "begins", "base_month", "base_day", "exact1", "exact2"),
    *("every", "length", "why", "registered", "start_drug", "diagnosed_here", "came_with_it"),
    *("oldest", "before_here"),
)
"""What is looked at of a chain."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What counting needs besides the chains."""

    settings: PlanSettings
    today: date

    @property
    def allowed(self) -> pl.Expr:
        """Days that an event may come before a due date of ``months``."""
        return tolerance(pl.col("months"), self.settings)

    def opens(self, due: pl.Expr) -> pl.Expr:
        """Return the first day that counts for ``due``."""
        return opens(due, self.allowed)


def steady(rows: pl.LazyFrame, extra: pl.Expr, work: Counting) -> Outcome:
    """Return what became of the chains of ``rows``.

    ``rows`` have the columns of chains, months, every and why (of the extra due date); ``extra``
    is its day, or null, and may look at ``first_grid``, the first date of the grid.
    """
    numbered = _numbered(rows.select(*NEEDED), extra, work)
    counted = _counted(numbered, work).collect(optimizations=AS_WRITTEN).lazy()
    wanted = [
        _outcome(counted, work).select(list(OUTCOME)),
        _ahead(counted, work).select(list(AHEAD)),
    ]
    found, ahead = pl.collect_all(wanted, optimizations=AS_WRITTEN)
    return Outcome(found, ahead)


def _on_grid(number: pl.Expr) -> pl.Expr:
    """Return the date of the grid with this number."""
    return Base.named("base").plus(pl.col("shift") + number * pl.col("months"))


def _reached(day: pl.Expr) -> pl.Expr:
    """Return the number of the last date of the grid in the month of ``day`` or before it."""
    return (month_index(day) - pl.col("base_month") - pl.col("shift")) // pl.col("months")


def _last_until(day: pl.Expr) -> pl.Expr:
    """Return the number of the last date of the grid on or before ``day``."""
    number = _reached(day)
    return pl.when(_on_grid(number) <= day).then(number).otherwise(number - 1)


def _last_open_on(day: pl.Expr, work: Counting) -> pl.Expr:
    """Return the number of the last date of the grid whose window has opened by ``day``."""
    far = day + pl.duration(days=work.allowed)
    return pl.max_horizontal(_last_until(far), _reached(day))


def _numbered(rows: pl.LazyFrame, extra: pl.Expr, work: Counting) -> pl.LazyFrame:
    """Return the chains with ``extra`` and ``first``, the number of the first date that is kept.

    With an extra due date, dates whose window is open on it are not asked for beside it.
    """
    shift = phase(Base.named("base"), pl.col("begins"), pl.col("months")).alias("shift")
    begun = _last_until(pl.col("begins")) + 1
    extra_opens = pl.min_horizontal(work.opens(pl.col("extra")), "begins")
    apart = pl.max_horizontal("first", _last_open_on(pl.col("extra"), work) + 1)
    return (
        rows.with_columns(shift)
        .with_columns(begun.alias("first"))
        .with_columns(_on_grid(pl.col("first")).alias("first_grid"))
        .with_columns(extra.alias("extra"))
        .with_columns(apart.alias("first"))
        .with_columns(
            pl.when(pl.col("extra").is_not_null()).then(extra_opens).alias("extra_opens"),
            (pl.col("first") - pl.col("extra").is_not_null().cast(pl.Int32)).alias("lowest"),
        )
    )


def _due(number: pl.Expr) -> pl.Expr:
    """Return the due date with this number."""
    return pl.when(number < pl.col("first")).then("extra").otherwise(_on_grid(number))


def _counted(rows: pl.LazyFrame, work: Counting) -> pl.LazyFrame:
    """Return the chains with the numbers of the last completed, the open and the last past date."""
    in_grid = _last_open_on(pl.col("exact1"), work)
    none = pl.col("lowest") - 1
    first_only = pl.when(pl.col("exact1") >= pl.col("extra_opens")).then("lowest").otherwise(none)
    kept = pl.when(pl.col("in_grid") >= pl.col("first")).then("in_grid").otherwise(first_only)
    completed = pl.when(pl.col("exact1").is_not_null()).then(kept).otherwise(none)
    past_grid = _last_until(pl.lit(work.today))
    past_first = pl.when(pl.col("extra") <= work.today).then("lowest").otherwise(none)
    past = pl.when(pl.col("past_grid") >= pl.col("first")).then("past_grid").otherwise(past_first)
    return (
        rows.with_columns(in_grid.alias("in_grid"), past_grid.alias("past_grid"))
        .with_columns(completed.alias("completed"), past.alias("past"))
        .with_columns(pl.max_horizontal(pl.col("completed") + 1, "past").alias("open"))
    )


def _opening(number: pl.Expr, due: str, work: Counting) -> pl.Expr:
    """Return the first day of the window of the due date with this number."""
    of_extra = number < pl.col("first")
    return pl.when(of_extra).then("extra_opens").otherwise(work.opens(pl.col(due)))


def _outcome(counted: pl.LazyFrame, work: Counting) -> pl.LazyFrame:
    done = pl.col("completed") >= pl.col("lowest")
    is_extra = pl.col("open") < pl.col("first")
    next_due = _due(pl.col("completed") + 1)
    closed_opens = _opening(pl.col("completed"), "closed_on", work)
    sooner = pl.when(pl.col("exact2") >= pl.col("closed_opens")).then("exact2")
    return (
        counted.with_columns(
            _due(pl.col("open")).alias("open_on"),
            pl.when(done).then(_due(pl.col("completed"))).alias("closed_on"),
            pl.when(next_due < work.today).then(next_due).alias("overdue_since"),
            pl.when(done).then("exact1").alias("done_on"),
            pl.when(done).then(pl.lit("evidence")).alias("closed_by"),
            pl.when(is_extra).then("why").alias("why"),
        )
        .with_columns(
            _opening(pl.col("open"), "open_on", work).alias("opens"),
            pl.when(done).then(closed_opens).alias("closed_opens"),
            pl.col("closed_on").alias("closed_through"),
        )
        .with_columns(pl.coalesce(sooner, "done_on").alias("done_first"))
        .with_columns(early_days())
    )


def _ahead(counted: pl.LazyFrame, work: Counting) -> pl.LazyFrame:
    """Return the due dates after the open one that lie in the coming months."""
    horizon = plain_add_months(work.today, EXPECTED_MONTHS)
    soonest = pl.max_horizontal(pl.col("open"), pl.col("past")) + 1
    beyond = _last_until(pl.lit(horizon)) + 1
    due = _on_grid(pl.col("number"))
    return (
        counted.with_columns(soonest.alias("from"), beyond.alias("to"))
        .filter(pl.col("from") < pl.col("to"))
        .with_columns(pl.int_ranges("from", "to", dtype=pl.Int32).alias("number"))
        .select("chain", "base_month", "base_day", "shift", "months", "every", "number")
        .explode("number")
        .with_columns(due.alias("due_on"))
        .with_columns(work.opens(pl.col("due_on")).alias("opens"))
    )

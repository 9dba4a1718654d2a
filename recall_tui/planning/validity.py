"""Until when a plan holds, if nothing but time passes."""

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from recall_tui.domain import expressions as ex
from recall_tui.domain.calendar import Month, qof_year_end
from recall_tui.domain.recalls import Seasonal
from recall_tui.domain.standing import BOOKING_GRACE_DAYS
from recall_tui.planning import expressions, facts
from recall_tui.planning.appointments import KEPT_DAYS, Packed
from recall_tui.planning.dates import AS_WRITTEN, add_months
from recall_tui.planning.expressions import leaves
from recall_tui.planning.facts import Questions
from recall_tui.planning.singles import seasons
from recall_tui.planning.thought import Planned
from recall_tui.planning.variable import results_in

CLIP_DAYS = 3
"""Counting months back from a day and on from a day can differ by so many days."""

YEAR_DAYS = 366


def valid_until(thought: Planned, result: Packed) -> pl.DataFrame:
    """Return (pid, valid_until): the last day on which each plan is surely still the same.

    It may be too early, never too late: a patient is then planned again for nothing. Besides those
    with a due item it names those to whom time alone may bring one within a year.
    """
    today = thought.today
    coming = thought.streams.coming.lazy().group_by("pid").agg(pl.col("day").min().alias("comes"))
    dated = (
        result.due_items.lazy()
        .select("pid", pl.min_horizontal(_from_due_date(today), _from_the_horizon(today)))
        .group_by("pid")
        .agg(pl.col("due_on").min().alias("dated"), pl.lit(value=True).alias("planned"))
    )
    recall = pl.col("next_recall")
    alone = pl.min_horizontal("facts", "comes")
    mine = pl.min_horizontal(
        alone, "dated", pl.when(recall > today).then(recall), pl.lit(_for_everyone(thought))
    )
    next_year = today + timedelta(days=YEAR_DAYS)
    day = pl.when("planned").then(mine).when(alone <= next_year).then(alone)
    return (
        _from_facts(thought)
        .join(thought.anchors.lazy().select("pid", "next_recall"), on="pid", how="left")
        .join(coming, on="pid", how="left")
        .join(dated, on="pid", how="left")
        .select("pid", (day - pl.duration(days=1)).alias("valid_until"))
        .filter(pl.col("valid_until").is_not_null())
        .collect()
    )


def _for_everyone(thought: Planned) -> date:
    """Return the next day that changes plans whoever they are for: QOF year, seasons."""
    ends = [
        closes + timedelta(days=1)
        for ask in thought.needs.asks
        if isinstance(schedule := ask.requirement.schedule, Seasonal)
        for _, closes in seasons(schedule, thought.today)
    ]
    days = [qof_year_end(thought.today) + timedelta(days=1), *ends]
    return min(day for day in days if day > thought.today)


def _from_due_date(today: date) -> pl.Expr:
    """Return when a due date next comes, passes or leaves the picture, or moves on overdue.

    A booking of which nothing came pins its items no longer, either.
    """
    due = pl.col("due_on")
    gone = due + pl.duration(days=KEPT_DAYS + 1)
    month_end = pl.lit(Month.of(today).plus(1).first)
    passes = (
        pl.when(due > today)
        .then(due)
        .when(due == today)
        .then(due + pl.duration(days=1))
        .when(gone > today)
        .then(gone)
    )
    given_up = pl.col("booked_for") + pl.duration(days=BOOKING_GRACE_DAYS + 1)
    return pl.min_horizontal(
        passes,
        pl.when(pl.col("is_open") & (due < today)).then(month_end),
        pl.when(given_up > today).then(given_up),
    )


def _from_the_horizon(today: date) -> pl.Expr:
    """Return when the due date after the last of an item is less than a year away."""
    last = (pl.col("pid") != pl.col("pid").shift(-1)) | (pl.col("item") != pl.col("item").shift(-1))
    length = pl.col("length").clip(upper_bound=YEAR_DAYS * 10).floor().cast(pl.Int32)
    day = pl.col("due_on") + pl.duration(days=length - (YEAR_DAYS + CLIP_DAYS))
    return pl.when(last.fill_null(value=True) & (day > today)).then(day)


def _from_facts(thought: Planned) -> pl.LazyFrame:
    """Return (pid, facts): when first an age is reached or a record becomes too old for a rule."""
    asked, today = thought.asked, thought.today
    moments = [one for leaf in _leaves(thought) for one in _moments(leaf, asked, today)]
    looked_at = results_in(
        one.when for ask in thought.needs.asks for one in ask.requirement.variations
    )
    for item in sorted({leaf.item for leaf in looked_at}):
        moments += _ages(facts.latest_result(asked, item)[1], 12, today)
    named = [moment.alias(str(number)) for number, moment in enumerate(moments)]
    ahead = [pl.when(pl.col(str(n)) > today).then(str(n)) for n in range(len(moments))]
    first = pl.min_horizontal(pl.lit(None, dtype=pl.Date), *ahead)
    days = asked.frame.lazy().select("pid", *named).select("pid", first.alias("facts"))
    return days.collect(optimizations=AS_WRITTEN).lazy()


def _leaves(thought: Planned) -> list[ex.Expression]:
    return list(dict.fromkeys(leaf for one in thought.needs.expressions for leaf in leaves(one)))


def _moments(leaf: ex.Expression, asked: Questions, today: date) -> Iterable[pl.Expr]:
    """Return the days on which the truth of a leaf may change by itself."""
    match leaf:
        case ex.Age() | ex.Since():
            return _reached(leaf, asked)
        case ex.Coded(within_months=int(months)):
            return _ages(facts.nth_code(asked, leaf.cluster, leaf.times), months, today)
        case ex.Prescribed():
            return _ages(facts.issue_days(asked, leaf)[0], leaf.months, today)
        case ex.Result(within_months=int(months)):
            return _ages(facts.latest_result(asked, leaf.item)[1], months, today)
        case ex.Done(months=int(months)):
            return _ages(facts.latest_done(asked, leaf), months, today)
        case _:
            return []


def _reached(leaf: ex.Age | ex.Since, asked: Questions) -> list[pl.Expr]:
    limits = [one for one in (leaf.at_least, leaf.under) if one is not None]
    if isinstance(leaf, ex.Age) and leaf.on is not None:
        return []
    if isinstance(leaf, ex.Age) and leaf.by is not None:
        return [expressions.age_day(leaf) + pl.duration(days=1)]
    if isinstance(leaf, ex.Age):
        return [add_months(pl.col("born"), 12 * one) for one in limits]
    start = facts.start_of(asked, leaf)
    return [add_months(start, one) for one in limits]


def _ages(day: pl.Expr, months: int, today: date) -> list[pl.Expr]:
    """Return when ``day`` may be over ``months`` old: a little early, or tomorrow when near."""
    old = add_months(day, months)
    soon = old - pl.duration(days=CLIP_DAYS)
    near = (soon <= today) & (old + pl.duration(days=CLIP_DAYS) > today)
    return [pl.when(near).then(pl.lit(today + timedelta(days=1))).otherwise(soon)]

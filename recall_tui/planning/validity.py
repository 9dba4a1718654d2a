"""Until when a plan holds, if nothing but time passes."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import polars as pl

from recall_tui.domain import expressions as ex
from recall_tui.domain.calendar import Month, qof_year_end
from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.recalls import Seasonal
from recall_tui.domain.standing import BOOKING_GRACE_DAYS
from recall_tui.planning import facts
from recall_tui.planning.appointments import KEPT_DAYS, Packed, next_monday
from recall_tui.planning.dates import add_months, first_reaching
from recall_tui.planning.expressions import leaves
from recall_tui.planning.facts import Questions
from recall_tui.planning.grids import Base, next_recall_date
from recall_tui.planning.sequences import EXPECTED_MONTHS
from recall_tui.planning.singles import seasons
from recall_tui.planning.thought import Planned
from recall_tui.planning.variable import results_in

CLIP_DAYS = 3
"""Counting months back from a day and on from a day can differ by so many days."""

YEAR = 12


def valid_until(thought: Planned, result: Packed) -> pl.DataFrame:
    """Return (pid, valid_until): the last day on which each plan is surely still the same.

    It may be too early, never too late: a patient is then planned again for nothing. Besides those
    with a due item it names everybody to whom time alone may bring one, in however many years: who
    turns 65 without a record of anything is found by nothing else.
    """
    today = thought.today
    coming = thought.streams.coming.group_by("pid").agg(pl.col("day").min().alias("comes"))
    dated = (
        # In order of patient, as the plan's rows are.
        result.due_items.select(
            pl.col("pid").set_sorted(),
            pl.min_horizontal(_from_due_date(today), _comes_into_sight()).alias("dated"),
        )
        .group_by("pid")
        .agg(pl.col("dated").min(), pl.lit(value=True).alias("planned"))
    )
    recall = pl.min_horizontal("next_recall", _next_of_before(today))
    alone = pl.min_horizontal("facts", "comes", pl.when("undated").then("next_recall"))
    mine = pl.min_horizontal(alone, "dated", recall, pl.lit(_for_everyone(thought)))
    day = pl.when("planned").then(mine).otherwise(alone)
    told = thought.anchors.select("next_recall", "earlier", "changed_on")
    everybody = pl.concat([_from_facts(thought), told], how="horizontal")
    return (
        everybody.join(coming, on="pid", how="left", maintain_order="left")
        .join(dated, on="pid", how="left", maintain_order="left")
        .join(_held_to_the_recall_date(thought), on="pid", how="left", maintain_order="left")
        .select("pid", (day - pl.duration(days=1)).alias("valid_until"))
        .filter(pl.col("valid_until").is_not_null())
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

    A booking of which nothing came pins its items no longer, either. Overdue monitoring moves on
    every week.
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
    overdue = pl.col("is_open") & (due < today)
    given_up = pl.col("booked_for") + pl.duration(days=BOOKING_GRACE_DAYS + 1)
    return pl.min_horizontal(
        passes,
        pl.when(overdue).then(month_end),
        pl.when(overdue & pl.col("high_risk")).then(next_monday(today)),
        pl.when(given_up > today).then(given_up),
    )


def _comes_into_sight() -> pl.Expr:
    """Return when the first due date that is not expected yet is a year away, or less."""
    beyond = pl.col("beyond")
    year_before = add_months(beyond, -EXPECTED_MONTHS)
    # From 28 February on a year reaches 28 February, not the 29th.
    reached = add_months(year_before, EXPECTED_MONTHS) >= beyond
    return pl.when(reached).then(year_before).otherwise(year_before + pl.duration(days=1))


def _next_of_before(today: date) -> pl.Expr:
    """Return the next recall date as it would have been: a changed one is told among reasons."""
    base = Base.on(pl.col("earlier"))
    return pl.when(pl.col("changed_on").is_not_null()).then(next_recall_date(base, today))


def _held_to_the_recall_date(thought: Planned) -> pl.DataFrame:
    """Return (pid, undated): on hold by what has no date, which is reviewed on the recall date."""
    held = thought.registers.members.filter(pl.col("held") & pl.col("review").is_null())
    return held.select("pid", pl.lit(value=True).alias("undated")).unique()


def _from_facts(thought: Planned) -> pl.DataFrame:
    """Return (pid, facts): when first an age is reached or a record becomes too old for a rule."""
    asked, today = thought.asked, thought.today
    leaves = _leaves(thought)
    looked_at = results_in(
        one.when for ask in thought.needs.asks for one in ask.requirement.variations
    )
    results = [(one, YEAR) for one in sorted({leaf.item for leaf in looked_at})]
    old = [found for leaf in leaves for found in _ageing(leaf, asked)]
    old += [(facts.latest_result(asked, item)[1], months) for item, months in results]
    starts = [
        (facts.start_of(asked, leaf), months)
        for leaf in leaves
        if isinstance(leaf, ex.Since)
        for months in _limits(leaf)
    ]
    moments = [
        *_too_old(_by_months(old, asked), today),
        *_reached(_by_months(starts, asked), today),
        *_birthdays(leaves, today),
    ]
    first = pl.min_horizontal(pl.lit(None, dtype=pl.Date), *moments)
    return asked.frame.select("pid", first.alias("facts"))


def _leaves(thought: Planned) -> list[ex.Expression]:
    return list(dict.fromkeys(leaf for one in thought.needs.expressions for leaf in leaves(one)))


def _limits(leaf: ex.Age | ex.Since) -> list[int]:
    return [one for one in (leaf.at_least, leaf.under) if one is not None]


def _ageing(leaf: ex.Expression, asked: Questions) -> list[tuple[pl.Expr, int]]:
    """Return the days after which so many months may change the truth of a leaf."""
    match leaf:
        case ex.Coded(within_months=int(months)):
            return [(facts.nth_code(asked, leaf.cluster, leaf.times), months)]
        case ex.Prescribed():
            return [(facts.issue_days(asked, leaf)[0], leaf.months)]
        case ex.Result(within_months=int(months)):
            return [(facts.latest_result(asked, leaf.item)[1], months)]
        case ex.Done(months=int(months)):
            return [(facts.latest_done(asked, leaf), months)]
        case _:
            return []


def _by_months(
    days: Iterable[tuple[pl.Expr, int]], asked: Questions
) -> Mapping[int, list[pl.Expr]]:
    """Return the columns of ``days`` in which there is a day, by their months."""
    found: dict[int, list[pl.Expr]] = {}
    for day, months in days:
        column = asked.column(day)
        if column.null_count() < len(column):
            found.setdefault(months, []).append(day)
    return found


def _reached(days: Mapping[int, list[pl.Expr]], today: date, before: int = 0) -> list[pl.Expr]:
    """Return when first one of the days is so many months ago, less so many days ``before``."""
    moments: list[pl.Expr] = []
    for months, columns in days.items():
        # Of columns that age alike the earliest day still ahead decides: only that one is moved.
        after = pl.lit(first_reaching(today + timedelta(days=1 + before), months))
        ahead = pl.min_horizontal([pl.when(day >= after).then(day) for day in columns])
        moments.append(add_months(ahead, months) - pl.duration(days=before))
    return moments


def _too_old(days: Mapping[int, list[pl.Expr]], today: date) -> list[pl.Expr]:
    """Return when a day may be over so many months old: a little early, or tomorrow when near."""
    moments = _reached(days, today, CLIP_DAYS)
    for months, columns in days.items():
        begins = pl.lit(first_reaching(today - timedelta(days=CLIP_DAYS), months))
        ends = pl.lit(first_reaching(today + timedelta(days=CLIP_DAYS + 1), months))
        near = pl.any_horizontal([(day >= begins) & (day < ends) for day in columns])
        moments.append(pl.when(near).then(pl.lit(today + timedelta(days=1))))
    return moments


def _birthdays(leaves: Iterable[ex.Expression], today: date) -> list[pl.Expr]:
    """Return when first an age that a rule names is reached."""
    ages = [leaf for leaf in leaves if isinstance(leaf, ex.Age) and leaf.on is None]
    moments = [_day_after(leaf.by, today) for leaf in ages if leaf.by is not None]
    years = {years for leaf in ages if leaf.by is None for years in _limits(leaf)}
    months: pl.Expr = pl.lit(None, dtype=pl.Int32)
    for one in sorted(years, reverse=True):
        still = pl.col("born") >= pl.lit(first_reaching(today + timedelta(days=1), YEAR * one))
        months = pl.when(still).then(pl.lit(YEAR * one, dtype=pl.Int32)).otherwise(months)
    return [*moments, add_months(pl.col("born"), months)]


def _day_after(day: tuple[int, int], today: date) -> pl.Expr:
    """Return the day after the next such day of the year, today included."""
    this_year = date(today.year, *day)
    following = this_year if this_year >= today else plain_add_months(this_year, YEAR)
    return pl.lit(following + timedelta(days=1))

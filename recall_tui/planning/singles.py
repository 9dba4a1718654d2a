"""Schedules that end: once at an age or a time, courses of doses, and one event a season."""

from datetime import date, timedelta

import polars as pl

from recall_tui.domain.calendar import Month
from recall_tui.domain.recalls import Once, Seasonal
from recall_tui.frames import empty
from recall_tui.planning.chains import of_kind
from recall_tui.planning.courses import course
from recall_tui.planning.dates import add_months
from recall_tui.planning.ending import NO_LENGTH, Singles, due_here, no_frequency
from recall_tui.planning.grids import YEAR
from recall_tui.planning.sequences import (
    AHEAD,
    OUTCOME,
    Happened,
    Outcome,
    completed,
    outcome,
)

SEASONS_BACK = 10
"""How many seasons back the last one that was done is looked for."""


def singles(rows: pl.DataFrame, work: Singles) -> list[Outcome]:
    """Return what became of the chains of ``rows`` that are once, a course or seasonal."""
    return [_once(rows, work), course(rows, work), _seasonal(rows, work)]


def _once(rows: pl.DataFrame, work: Singles) -> Outcome:
    by_age = add_months(pl.col("born"), YEAR * pl.col("age"))
    by_time = pl.col("start") + pl.duration(days=pl.col("after").fill_null(0))
    natural = pl.coalesce(by_age, by_time)
    mine = (
        of_kind(work.needs, rows, Once)
        .join(_terms(work), on="ask", how="left")
        .with_columns(natural.alias("natural"))
        .with_columns(due_here(pl.col("natural"), work.settings).alias("due"))
        .with_columns(
            pl.when("ever")
            .then(date.min)
            .otherwise(pl.col("natural") - pl.duration(days="early"))
            .alias("opens")
        )
    )
    if mine.is_empty():
        return Outcome(empty(OUTCOME), empty(AHEAD))
    happened = work.events(mine).join(mine.select("chain", "opens"), on="chain")
    done = (
        happened.filter(pl.col("first") >= pl.col("opens"))
        .group_by("chain")
        .agg(pl.col("first").max().alias("done_on"))
    )
    marks = work.marked(mine).select("chain", pl.lit(value=True).alias("marked")).unique()
    return _finished(
        mine.join(done, on="chain", how="left").join(marks, on="chain", how="left"), work
    )


def _terms(work: Singles) -> pl.DataFrame:
    """Return one row a requirement that asks once: when, and how many days before it counts."""
    asks = [
        (ask.number, schedule)
        for ask in work.needs.asks
        if isinstance(schedule := ask.requirement.schedule, Once)
    ]
    rows = [
        (
            *(number, once.age, once.after_days, once.ever_counts),
            work.settings.tolerance_days_once(once.after_days if once.age is None else None),
        )
        for number, once in asks
    ]
    numbers = dict.fromkeys(("ask", "age", "after"), pl.Int32)
    schema: dict[str, type[pl.DataType]] = {**numbers, "ever": pl.Boolean, "early": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _finished(judged: pl.DataFrame, work: Singles) -> Outcome:
    by_evidence = pl.col("done_on").is_not_null()
    by_mark = pl.col("marked").fill_null(value=False)
    closed = by_evidence | by_mark
    still = pl.when(~closed)
    known_opens = pl.when(pl.col("opens") > date.min).then("opens").otherwise("begins")
    found = judged.with_columns(
        still.then("due").alias("open_on"),
        still.then(pl.when(pl.col("due") < work.today).then("due")).alias("overdue_since"),
        pl.when(closed).then("due").alias("closed_on"),
        pl.when(by_evidence)
        .then(pl.lit("evidence"))
        .when(by_mark)
        .then(pl.lit("override"))
        .alias("closed_by"),
        pl.min_horizontal(known_opens, "due").alias("opens"),
    ).with_columns(
        pl.col("closed_on").alias("closed_through"),
        pl.when(closed).then("opens").alias("closed_opens"),
        *no_frequency(),
    )
    return Outcome(found.select(list(OUTCOME)), empty(AHEAD))


def _seasonal(rows: pl.DataFrame, work: Singles) -> Outcome:
    """One event inside each season; a season that has ended undone is not called for any more."""
    known = [
        (ask.number, *season)
        for ask in work.needs.asks
        if isinstance(schedule := ask.requirement.schedule, Seasonal)
        for season in seasons(schedule, work.today)
    ]
    schema = {"ask": pl.Int32, "due": pl.Date, "closes": pl.Date}
    table = pl.DataFrame(known, schema=schema, orient="row")
    mine = of_kind(work.needs, rows, Seasonal)
    if mine.is_empty():
        return Outcome(empty(OUTCOME), empty(AHEAD))
    sequence = (
        mine.select("chain", "ask", "begins")
        .join(table, on="ask", how="inner")
        .filter(pl.col("closes") >= pl.col("begins"))
        .with_columns(
            pl.col("due").alias("opens"),
            (pl.col("closes") + pl.duration(days=1)).alias("until"),
            pl.lit("").alias("every"),
            pl.lit(NO_LENGTH).alias("length"),
            pl.lit(None, dtype=pl.Int32).alias("why"),
        )
    )
    marks = _season_marks(work.marked(mine), sequence)
    judged = completed(sequence, Happened(work.events(mine), marks))
    ended = (pl.col("closes") < work.today) & pl.col("done_on").is_null() & ~pl.col("marked")
    return outcome(judged.filter(~ended), work.today)


def seasons(schedule: Seasonal, today: date) -> list[tuple[date, date]]:
    """Return first and last days of the seasons from long ago to the one after next."""
    crosses = schedule.closes < schedule.opens
    return [
        (_day(year, schedule.opens), _day(year + crosses, schedule.closes))
        for year in range(today.year - SEASONS_BACK, today.year + 3)
    ]


def _day(year: int, day: tuple[int, int]) -> date:
    month = Month(year, day[0])
    return min(month.first + timedelta(days=day[1] - 1), month.last)


def _season_marks(marks: pl.DataFrame, sequence: pl.DataFrame) -> pl.DataFrame:
    """Return the marks moved to the first day of the season that they close."""
    if marks.is_empty():
        return marks
    seasons = sequence.select("chain", "due").sort("due")
    return (
        marks.sort("day")
        .join_asof(seasons, left_on="day", right_on="due", by="chain", check_sortedness=False)
        .filter(pl.col("due").is_not_null())
        .select("chain", pl.col("due").alias("day"))
    )

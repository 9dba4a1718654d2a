"""Schedules that end: once at an age or a time, courses of doses, and one event a season."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from recall_tui.domain.calendar import Month
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Course, Once, Seasonal
from recall_tui.planning.chains import of_kind
from recall_tui.planning.dates import add_months
from recall_tui.planning.folding import fold
from recall_tui.planning.grids import YEAR
from recall_tui.planning.needs import Needs
from recall_tui.planning.sequences import (
    AHEAD,
    OUTCOME,
    Happened,
    Outcome,
    completed,
    outcome,
)
from recall_tui.planning.streams import Streams

SEASONS_BACK = 10
"""How many seasons back the last one that was done is looked for."""

NO_LENGTH = 1.0e6
"""These schedules have no frequency: any other is shorter."""


@dataclass(frozen=True, slots=True)
class Singles:
    """What planning these schedules needs besides the chains."""

    needs: Needs
    streams: Streams
    settings: PlanSettings
    marks: pl.DataFrame
    """Due dates marked done: pid, item, day."""

    today: date

    def events(self, mine: pl.DataFrame) -> pl.LazyFrame:
        """Return the evidence (chain, first, last) of these chains."""
        key = mine.lazy().select("chain", "pid", "item")
        found = self.streams.evidence.lazy().join(key, on=["pid", "item"], how="inner")
        return found.select("chain", "first", "last")

    def marked(self, mine: pl.DataFrame) -> pl.LazyFrame:
        """Return the marks (chain, day) of these chains."""
        key = mine.lazy().select("chain", "pid", "item")
        return self.marks.lazy().join(key, on=["pid", "item"], how="inner").select("chain", "day")


def singles(rows: pl.DataFrame, work: Singles) -> list[Outcome]:
    """Return what became of the chains of ``rows`` that are once, a course or seasonal."""
    return [_once(rows, work), _course(rows, work), _seasonal(rows, work)]


def _due_here(due: pl.Expr, settings: PlanSettings) -> pl.Expr:
    """Return a due date, moved on when it lies before the patient came here with the condition."""
    settled_in = pl.col("registered") + pl.duration(days=settings.newly_registered_days)
    earlier = pl.col("came_with_it") & (due < pl.col("registered"))
    return pl.when(earlier).then(settled_in).otherwise(due)


def _once(rows: pl.DataFrame, work: Singles) -> Outcome:
    table = pl.DataFrame(
        [
            (ask.number, schedule.age, schedule.after_days, schedule.ever_counts)
            for ask in work.needs.asks
            if isinstance(schedule := ask.requirement.schedule, Once)
        ],
        schema={"ask": pl.Int32, "age": pl.Int32, "after": pl.Int32, "ever": pl.Boolean},
        orient="row",
    )
    by_age = add_months(pl.col("born"), YEAR * pl.col("age"))
    by_time = pl.col("start") + pl.duration(days=pl.col("after").fill_null(0))
    natural = pl.coalesce(by_age, by_time)
    longest = pl.duration(days=work.settings.tolerance_weeks_longer * 7)
    mine = (
        of_kind(work.needs, rows, Once)
        .join(table, on="ask", how="left")
        .with_columns(natural.alias("natural"))
        .with_columns(_due_here(pl.col("natural"), work.settings).alias("due"))
        .with_columns(
            pl.when("ever").then(date.min).otherwise(pl.col("natural") - longest).alias("opens")
        )
    )
    happened = work.events(mine).join(mine.lazy().select("chain", "opens"), on="chain")
    done = (
        happened.filter(pl.col("first") >= pl.col("opens"))
        .group_by("chain")
        .agg(pl.col("first").max().alias("done_on"))
    )
    marks = work.marked(mine).select("chain", pl.lit(value=True).alias("marked")).unique()
    return _finished(
        mine.lazy().join(done, on="chain", how="left").join(marks, on="chain", how="left"), work
    )


def _finished(judged: pl.LazyFrame, work: Singles) -> Outcome:
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
        *_no_frequency(),
    )
    nothing = pl.DataFrame(schema=AHEAD)
    return Outcome(found.select(list(OUTCOME)).collect(), nothing)


def _no_frequency() -> list[pl.Expr]:
    return [
        pl.lit("").alias("every"),
        pl.lit(NO_LENGTH).alias("length"),
        pl.lit(None, dtype=pl.Int32).alias("why"),
        pl.lit(None, dtype=pl.Int32).alias("early_days"),
    ]


def _course(rows: pl.DataFrame, work: Singles) -> Outcome:
    """Doses count when the least gap was kept; a dose marked done counts on its due date."""
    table = pl.DataFrame(
        [
            (ask.number, s.doses, s.least_gap_days, s.greatest_gap_days, s.first_after_days)
            for ask in work.needs.asks
            if isinstance(s := ask.requirement.schedule, Course)
        ],
        schema=dict.fromkeys(("ask", "doses", "gap", "greatest", "first_after"), pl.Int32),
        orient="row",
    )
    first_due = pl.col("start") + pl.duration(days=pl.col("first_after"))
    mine = (
        of_kind(work.needs, rows, Course)
        .join(table, on="ask", how="left")
        .with_columns(_due_here(first_due, work.settings).alias("first_due"))
    )
    doses = _doses(mine, work)
    found = (
        mine.join(doses, on="chain", how="left")
        .with_columns(pl.col("given").fill_null(0))
        .with_columns(_next_dose(work.settings), _was_due(work.settings))
        .with_columns(
            pl.when(pl.col("open_on") < work.today).then("open_on").alias("overdue_since"),
            pl.coalesce(
                pl.col("last_dose") + pl.duration(days=pl.col("gap")),
                pl.min_horizontal("begins", "first_due"),
            ).alias("opens"),
            _through().alias("closed_through"),
            pl.lit(None, dtype=pl.Date).alias("closed_opens"),
            *_no_frequency(),
        )
    )
    return Outcome(found.select(list(OUTCOME)), pl.DataFrame(schema=AHEAD))


def _through() -> pl.Expr:
    latest = pl.max_horizontal("last_dose", "closed_on")
    through = pl.min_horizontal(latest, pl.col("open_on") - pl.duration(days=1))
    return pl.when(latest.is_not_null()).then(through)


def _doses(mine: pl.DataFrame, work: Singles) -> pl.DataFrame:
    """Return chain, given (doses that count), last_dose, dose_before, done_on and closed_by."""
    real = work.events(mine).select(
        "chain", pl.col("first").alias("day"), pl.lit("evidence").alias("by")
    )
    marks = work.marked(mine).select("chain", "day", pl.lit("override").alias("by"))
    limits = mine.lazy().select("chain", "gap", "doses")
    days = pl.concat([real, marks]).join(limits, on="chain").collect()
    counted = fold(days.sort("chain", "day", "by")).filter(
        pl.int_range(pl.len()).over("chain") < pl.col("doses")
    )
    return (
        counted.group_by("chain", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int32).alias("given"),
            pl.col("day").last().alias("last_dose"),
            pl.col("day").slice(-2, 1).filter(pl.len() > 1).first().alias("dose_before"),
            pl.col("by").last().alias("closed_by"),
        )
        .with_columns(pl.when(pl.col("closed_by") == "evidence").then("last_dose").alias("done_on"))
    )


def _next_dose(settings: PlanSettings) -> pl.Expr:
    after_last = pl.col("last_dose") + pl.duration(days=pl.col("greatest"))
    due = pl.coalesce(_due_here(after_last, settings), "first_due")
    return pl.when(pl.col("given") < pl.col("doses")).then(due).alias("open_on")


def _was_due(settings: PlanSettings) -> pl.Expr:
    after_before = pl.col("dose_before") + pl.duration(days=pl.col("greatest"))
    due = pl.coalesce(_due_here(after_before, settings), "first_due")
    return pl.when(pl.col("given") > 0).then(due).alias("closed_on")


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
    sequence = (
        mine.lazy()
        .select("chain", "ask", "begins")
        .join(table.lazy(), on="ask", how="inner")
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


def _season_marks(marks: pl.LazyFrame, sequence: pl.LazyFrame) -> pl.LazyFrame:
    """Return the marks moved to the first day of the season that they close."""
    seasons = sequence.select("chain", "due").sort("due")
    return (
        marks.sort("day")
        .join_asof(seasons, left_on="day", right_on="due", by="chain", check_sortedness=False)
        .filter(pl.col("due").is_not_null())
        .select("chain", pl.col("due").alias("day"))
    )

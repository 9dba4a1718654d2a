"""Interval schedules: due so long after it was last done, and carried until it is done."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.recalls import Interval
from recall_tui.planning.chains import of_kind
from recall_tui.planning.folding import fold, two_latest
from recall_tui.planning.interval_steps import (
    COUNTED,
    Expected,
    expected,
    last_closed,
    next_dues,
    options_of,
)
from recall_tui.planning.needs import Ask, Needs
from recall_tui.planning.sequences import AHEAD, OUTCOME, Outcome
from recall_tui.planning.streams import Streams
from recall_tui.planning.variable import Judge
from recall_tui.queries import AS_WRITTEN, HERE


@dataclass(frozen=True, slots=True)
class Intervals:
    """What interval planning needs besides the chains."""

    needs: Needs
    streams: Streams
    judge: Judge
    marks: pl.DataFrame
    """Due dates marked done: pid, item, day."""

    today: date


def intervals(rows: pl.DataFrame, work: Intervals) -> Outcome:
    """Return what became of the interval chains of ``rows``."""
    mine = _accepted(of_kind(work.needs, rows, Interval), work)
    options = options_of(_asks(work.needs))
    # Both at once: whatever is asked about variable frequencies is then asked once.
    apart = pl.lit(rows.height, dtype=pl.UInt32)
    counted = _counted(mine, "last")
    earlier = _counted(mine.filter(pl.col("last").is_not_null()), "previous")
    both = pl.concat([counted, earlier.with_columns(pl.col("chain") + apart)])
    found = next_dues(both, options, work.judge)
    is_first = pl.col("chain") < apart
    first, completed = found.dues.filter(is_first), found.dues.filter(~is_first)
    was_due = completed.select(pl.col("chain") - apart, pl.col("due").alias("was_due"))
    opened, marked = _past_marks(first, _marks(mine, work), (counted, options, work.judge))
    later = expected(_following(counted, opened), options, found.ruling, work.today)
    known = mine.join(was_due, on="chain", how="left").join(marked, on="chain", how="left")
    return _outcome(known, opened, later, work.today)


def _asks(needs: Needs) -> list[Ask]:
    return [ask for ask in needs.asks if isinstance(ask.requirement.schedule, Interval)]


def _accepted(mine: pl.DataFrame, work: Intervals) -> pl.DataFrame:
    """Return the chains with gap, the last day that restarted them, the one before, and first_due.

    Only what was done since the start counts (before a birthday that is the start: too);
    ``first_due`` is for those never done since.
    """
    table = pl.DataFrame(
        [
            (ask.number, ask.requirement.min_gap_days, schedule.first_after_days)
            for ask in _asks(work.needs)
            if isinstance(schedule := ask.requirement.schedule, Interval)
        ],
        schema=dict.fromkeys(("ask", "gap", "first_after"), pl.Int32),
        orient="row",
    )
    told = mine.join(table, on="ask", how="left").with_columns(_first_due().alias("first_due"))
    since = pl.col("recorded").is_null() | (pl.col("day") >= pl.col("recorded"))
    days = (
        told.lazy()
        .select("chain", "pid", "item", "gap", "recorded")
        .join(work.streams.evidence.lazy(), on=["pid", "item"], how="inner")
        .with_columns(pl.col("first").alias("day"))
        .filter(since)
        .select("chain", "day", "gap")
        .collect(engine=HERE, optimizations=AS_WRITTEN)
    )
    latest = two_latest(fold(days), ("last", "previous"))
    return told.join(latest, on="chain", how="left")


def _first_due() -> pl.Expr:
    """Return when an item never done is due: at once for those who came with the condition."""
    offset = pl.duration(days=pl.col("first_after"))
    due = pl.when(pl.col("started").is_not_null()).then(pl.col("started") + offset)
    return pl.max_horizontal(due, "registered").fill_null(pl.col("begins"))


def _counted(mine: pl.DataFrame, since: str) -> pl.DataFrame:
    """Return ``COUNTED`` from the day ``since``; null, never done: from when it is first due."""
    return mine.select(
        *("chain", "pid", "ask", "begins"),
        pl.coalesce(since, "first_due").alias("base"),
        pl.col(since).is_not_null().cast(pl.Int32).alias("from"),
        pl.lit(None, dtype=pl.Date).alias("after"),
        pl.lit(None, dtype=pl.Date).alias("until"),
    )


def _following(counted: pl.DataFrame, dues: pl.DataFrame) -> pl.DataFrame:
    """Return those of ``counted`` that have one of ``dues``, to ask for the one after it."""
    days = dues.select("chain", pl.col("due").alias("after"))
    return counted.drop("after").join(days, on="chain", how="inner").select(COUNTED)


def _closed_until(counted: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Return those of ``counted`` that have a mark, closed until its day."""
    days = marks.select("chain", pl.col("day").alias("until"))
    return counted.drop("until").join(days, on="chain", how="inner").select(COUNTED)


def _marks(mine: pl.DataFrame, work: Intervals) -> pl.DataFrame:
    """Return (chain, day): the latest day that was marked done of each chain."""
    key = mine.select("chain", "pid", "item")
    marks = work.marks.join(key, on=["pid", "item"], how="inner")
    return marks.group_by("chain").agg(pl.col("day").max())


def _past_marks(
    first: pl.DataFrame,
    marks: pl.DataFrame,
    counting: tuple[pl.DataFrame, pl.DataFrame, Judge],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the open due dates, and (chain, mark_due): the latest due date that a mark closed.

    A mark closes every due date on or before its day. What follows is due as if it had been done
    on the due date that was closed: how late it was marked is not known.
    """
    counted, options, judge = counting
    met = first.join(marks, on="chain", how="inner").filter(pl.col("day") >= pl.col("due"))
    if met.is_empty():
        return first, met.select("chain", pl.col("due").alias("mark_due"))
    marked = _closed_until(_following(counted, met), met)
    closed = last_closed(marked, options, judge)
    later = next_dues(_following(marked, closed), options, judge).dues
    opened = pl.concat([first.join(met, on="chain", how="anti"), later])
    return opened, closed.rename({"due": "mark_due"})


def _outcome(mine: pl.DataFrame, opened: pl.DataFrame, later: Expected, today: date) -> Outcome:
    named = opened.rename({"due": "open_on"})
    rows = (
        mine.join(named, on="chain", how="left")
        .join(later.beyond, on="chain", how="left")
        .with_columns(_opens().alias("opens"))
        .with_columns(_overdue(today), *_closed())
        .with_columns(_through())
    )
    ahead = later.dues.join(rows.select("chain", "opens"), on="chain", how="inner")
    return Outcome(
        rows.select(list(OUTCOME)).cast({"early_days": pl.Int32}), ahead.select(list(AHEAD))
    )


def _opens() -> pl.Expr:
    """Return the first day on which an event restarts: any after the least gap."""
    gap = pl.max_horizontal(pl.col("gap"), pl.lit(1))
    return pl.coalesce(pl.col("last") + pl.duration(days=gap), "start")


def _overdue(today: date) -> pl.Expr:
    return pl.when(pl.col("open_on") < today).then("open_on").alias("overdue_since")


def _closed() -> list[pl.Expr]:
    by_mark = pl.col("mark_due").is_not_null()
    done = pl.col("last").is_not_null()
    return [
        pl.when(by_mark).then("mark_due").when(done).then("was_due").alias("closed_on"),
        pl.lit(None, dtype=pl.Date).alias("closed_opens"),
        pl.when(~by_mark).then("last").alias("done_on"),
        pl.when(by_mark)
        .then(pl.lit("override"))
        .when(done)
        .then(pl.lit("evidence"))
        .alias("closed_by"),
        pl.lit(None, dtype=pl.Int32).alias("early_days"),
    ]


def _through() -> pl.Expr:
    latest = pl.max_horizontal("last", "was_due", "mark_due")
    before_open = pl.col("open_on") - pl.duration(days=1)
    through = pl.min_horizontal(latest, before_open)
    return pl.when(latest.is_not_null()).then(through).alias("closed_through")

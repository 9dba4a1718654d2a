"""Interval schedules: due so long after it was last done, and carried until it is done."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.recalls import Interval, Unit
from recall_tui.planning.chains import of_kind
from recall_tui.planning.dates import add_months, month_index
from recall_tui.planning.folding import fold, two_latest
from recall_tui.planning.needs import Ask, Needs, length_of, words_of
from recall_tui.planning.sequences import AHEAD, EXPECTED_MONTHS, OUTCOME, Outcome
from recall_tui.planning.streams import Streams
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
    # Both at once: whatever is asked about variable frequencies is then asked once.
    apart = pl.lit(rows.height, dtype=pl.UInt32)
    earlier = mine.filter(pl.col("last").is_not_null()).with_columns(
        pl.col("chain") + apart,
        pl.col("previous").alias("since"),
        pl.lit(None, dtype=pl.Date).alias("matters_after"),
    )
    dues = _dues(pl.concat([mine.with_columns(pl.col("last").alias("since")), earlier]), work)
    following, completed = (
        dues.filter(pl.col("chain") < apart),
        dues.filter(pl.col("chain") >= apart),
    )
    was_due = completed.group_by("chain", maintain_order=True).agg(
        pl.col("due").first().alias("was_due")
    )
    was_due = was_due.with_columns(pl.col("chain") - apart)
    marked = _marked(mine, following, work)
    return _outcome(mine, following, was_due, marked, work.today)


def _asks(needs: Needs) -> list[Ask]:
    return [ask for ask in needs.asks if isinstance(ask.requirement.schedule, Interval)]


def _options(needs: Needs) -> pl.DataFrame:
    rows = [
        (
            ask.number,
            number,
            0 if every.unit is Unit.MONTHS else int(length_of(every)),
            every.count if every.unit is Unit.MONTHS else 0,
            length_of(every),
            words_of(every),
        )
        for ask in _asks(needs)
        for number, every in enumerate(ask.options)
    ]
    return pl.DataFrame(rows, schema=OPTIONS, orient="row")


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
    return told.join(latest, on="chain", how="left").with_columns(_matters_after(told, work))


def _matters_after(told: pl.DataFrame, work: Intervals) -> pl.Expr:
    """Return ``matters_after``: later due dates of a chain matter, not only its first one.

    That is today, for those expected; where something was marked done it may be any of them.
    """
    after = pl.lit(work.today)
    if not work.marks.is_empty():
        marks = work.marks.select("pid", "item")
        chains = told.join(marks, on=["pid", "item"], how="semi")["chain"]
        after = pl.when(~pl.col("chain").is_in(chains.implode())).then(after)
        after = after.otherwise(pl.lit(date.min))
    return after.alias("matters_after")


def _first_due() -> pl.Expr:
    """Return when an item never done is due: at once for those who came with the condition."""
    offset = pl.duration(days=pl.col("first_after"))
    due = pl.when(pl.col("started").is_not_null()).then(pl.col("started") + offset)
    return pl.max_horizontal(due, "registered").fill_null(pl.col("begins"))


def _dues(mine: pl.DataFrame, work: Intervals) -> pl.DataFrame:
    """Return (chain, due, every, length, option, why) counted from the day in column ``since``.

    The first step of the longest frequency is due whatever is in force: the first due date is not
    after it.
    """
    never = pl.col("since").is_null()
    base = pl.coalesce("since", "first_due")
    rows = (
        mine.lazy()
        .select(
            "chain",
            "pid",
            "ask",
            "begins",
            "first_due",
            base.alias("base"),
            pl.when(never).then(0).otherwise(1).alias("from"),
            "matters_after",
        )
        .join(_options(work.needs).lazy(), on="ask", how="inner")
        .with_columns(_steps(work.today).alias("step"))
        .explode("step", empty_as_null=False, keep_nulls=False)
        .with_columns(pl.max_horizontal(_stepped(), "begins").alias("due"))
        .filter((pl.col("due") <= _at_first()) | (pl.col("due") > pl.col("matters_after")))
        .collect(engine=HERE, optimizations=AS_WRITTEN)
    )
    return (
        _demanded(rows, work)
        .sort("chain", "due")
        .unique(["chain", "due"], keep="first", maintain_order=True)
    )


def _at_first() -> pl.Expr:
    """Return of each chain the first due date of the longest frequency."""
    first = pl.col("due").filter(pl.col("step") == pl.col("from"))
    return first.max().over("chain")


def _steps(today: date) -> pl.Expr:
    """Return the steps that reach beyond the coming year."""
    limit = plain_add_months(today, EXPECTED_MONTHS)
    apart = (pl.lit(limit) - pl.col("base")).dt.total_days()
    by_days = apart // pl.col("days").clip(lower_bound=1)
    by_months = (month_index(pl.lit(limit)) - month_index(pl.col("base"))) // pl.col("months").clip(
        lower_bound=1
    )
    steps = pl.when(pl.col("days") > 0).then(by_days).otherwise(by_months)
    return pl.int_ranges("from", pl.max_horizontal(steps, 0).cast(pl.Int32) + 3, dtype=pl.Int32)


def _stepped() -> pl.Expr:
    by_days = pl.col("base") + pl.duration(days=pl.col("days") * pl.col("step"))
    by_months = add_months(pl.col("base"), pl.col("months") * pl.col("step"))
    return pl.when(pl.col("days") > 0).then(by_days).otherwise(by_months)


def _demanded(rows: pl.DataFrame, work: Intervals) -> pl.DataFrame:
    """Return the candidates whose frequency, or a shorter one, is in force the day before."""
    variable = [ask.number for ask in _asks(work.needs) if len(ask.options) > 1]
    no_choice = pl.lit(None, dtype=pl.Int32).alias("why")
    steady = rows.filter(~pl.col("ask").is_in(variable)).with_columns(no_choice)
    if not variable:
        return steady
    before = pl.max_horizontal(pl.col("due") - pl.duration(days=1), "begins")
    asked = (
        rows.filter(pl.col("ask").is_in(variable))
        .rename({"option": "candidate"})
        .with_columns(pl.min_horizontal(before, pl.lit(work.today)).alias("asof"))
    )
    lengths = _options(work.needs).select(
        "ask",
        "option",
        pl.col("length").alias("ruling"),
        pl.col("every").alias("ruling_every"),
    )
    ruled = (
        work.judge.in_force(asked)
        .join(lengths, on=["ask", "option"], how="left")
        .filter(pl.col("ruling") <= pl.col("length"))
        .with_columns(pl.col("ruling").alias("length"), pl.col("ruling_every").alias("every"))
    )
    return pl.concat([steady, ruled.select(steady.columns)])


def _marked(mine: pl.DataFrame, following: pl.DataFrame, work: Intervals) -> pl.DataFrame:
    """Return (chain, mark_due): the latest due date that a mark closed, on or before its day."""
    key = mine.select("chain", "pid", "item")
    marks = work.marks.join(key, on=["pid", "item"], how="inner").select("chain", "day")
    reached = following.join(marks, on="chain", how="inner").filter(pl.col("day") >= pl.col("due"))
    return reached.group_by("chain").agg(pl.col("due").max().alias("mark_due"))


def _outcome(
    mine: pl.DataFrame,
    following: pl.DataFrame,
    was_due: pl.DataFrame,
    marked: pl.DataFrame,
    today: date,
) -> Outcome:
    left = (
        following.join(marked, on="chain", how="left")
        .filter(pl.col("mark_due").is_null() | (pl.col("due") > pl.col("mark_due")))
        .sort("chain", "due")
    )
    opened = left.group_by("chain", maintain_order=True).agg(
        pl.col("due").first().alias("open_on"), pl.col("every", "length", "why").first()
    )
    rows = (
        mine.join(opened, on="chain", how="left")
        .join(was_due, on="chain", how="left")
        .join(marked, on="chain", how="left")
        .with_columns(_opens().alias("opens"))
        .with_columns(_overdue(today), *_closed())
        .with_columns(_through())
    )
    horizon = plain_add_months(today, EXPECTED_MONTHS)
    ahead = (
        left.filter((pl.col("due") > today) & (pl.col("due") <= horizon))
        .join(rows.select("chain", "open_on", "opens"), on="chain", how="inner")
        .filter(pl.col("due") > pl.col("open_on"))
        .with_columns(pl.col("due").alias("due_on"))
    )
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

"""Due dates with windows: which are done, which one is open, which are expected.

A sequence has one row a due date: chain, due, opens (first day that counts), until (first day
that counts no more, or null) and whatever else travels along.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.calendar import add_months
from recall_tui.planning.timeline import day_of, moment

EXPECTED_MONTHS = 12

OUTCOME = {
    "chain": pl.UInt32,
    "open_on": pl.Date,
    "overdue_since": pl.Date,
    "opens": pl.Date,
    "every": pl.String,
    "length": pl.Float64,  # of the frequency, in days
    "why": pl.Int32,  # why that frequency: number of the variation, or a code of ``variable``
    "closed_on": pl.Date,
    "closed_opens": pl.Date,
    "done_on": pl.Date,
    "closed_by": pl.String,
    "closed_through": pl.Date,
    "early_days": pl.Int32,
    "beyond": pl.Date,
}
"""What became of each chain: its open due date (null when finished), the last closed one, and the
first one beyond the coming months (null: none comes, or the open one lies beyond by itself)."""

AHEAD = {"chain": pl.UInt32, "due_on": pl.Date, "opens": pl.Date, "every": pl.String}
"""The due dates expected within the coming months."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of chains, in the columns of ``OUTCOME`` and ``AHEAD``."""

    chains: pl.DataFrame
    ahead: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Happened:
    """What may complete a due date: evidence (chain, first, last) and marks (chain, day)."""

    evidence: pl.DataFrame
    marks: pl.DataFrame


def windows_end_where_the_next_begins(sequence: pl.DataFrame) -> pl.DataFrame:
    """Return ``sequence`` sorted, each window open until a later one begins.

    Where the frequency varies, that of the due date after the next may begin before the next one's.
    """
    chain = pl.col("chain")
    last = chain != chain.shift(-1)
    # One number a row sorts several times faster than two columns.
    order = sequence.select(moment(chain, pl.col("due")).arg_sort()).to_series()
    # Later chains have greater numbers: the least one from here on is of the same chain.
    soonest = moment(chain, pl.col("opens")).cum_min(reverse=True).shift(-1)
    return sequence[order].with_columns(pl.when(~last).then(day_of(soonest, chain)).alias("until"))


def completed(sequence: pl.DataFrame, happened: Happened) -> pl.DataFrame:
    """Return ``sequence`` with done_on, done_first (null when no evidence) and marked.

    A mark closes the due date that it was made for; one that is no due date any more, the one
    whose window holds it.
    """
    inside = (pl.col("first") >= pl.col("opens")) & (
        pl.col("until").is_null() | (pl.col("last") < pl.col("until"))
    )
    windows = sequence.select("chain", "due", "opens", "until")
    done = (
        windows.join(happened.evidence, on="chain", how="inner")
        .filter(inside)
        .group_by("chain", "due")
        .agg(pl.col("first").max().alias("done_on"), pl.col("first").min().alias("done_first"))
    )
    judged = sequence.join(done, on=["chain", "due"], how="left")
    if happened.marks.is_empty():
        return judged.with_columns(pl.lit(value=False).alias("marked"))
    marked = (
        windows.join(happened.marks.rename({"day": "first"}), on="chain", how="inner")
        .with_columns(
            pl.col("first").alias("last"), (pl.col("first") == pl.col("due")).alias("own")
        )
        .filter(pl.when(pl.col("own").any().over("chain", "first")).then("own").otherwise(inside))
        .select("chain", "due", pl.lit(value=True).alias("marked"))
        .unique()
    )
    return judged.join(marked, on=["chain", "due"], how="left").with_columns(
        pl.col("marked").fill_null(value=False)
    )


def outcome(rows: pl.DataFrame, today: date) -> Outcome:
    """Return what became of the chains of ``rows`` (see ``completed``; with every and length)."""
    finished = rows.filter(pl.col("done_on").is_not_null() | pl.col("marked"))
    closed = finished.sort("chain", "due").group_by("chain", maintain_order=True).last()
    last = closed.select(
        "chain",
        pl.col("due").alias("closed_on"),
        pl.col("opens").alias("closed_opens"),
        "done_on",
        "done_first",
        pl.when(pl.col("done_on").is_not_null())
        .then(pl.lit("evidence"))
        .otherwise(pl.lit("override"))
        .alias("closed_by"),
    )
    left = (
        rows.join(last.select("chain", "closed_on"), on="chain", how="left")
        .filter(pl.col("closed_on").is_null() | (pl.col("due") > pl.col("closed_on")))
        .sort("chain", "due")
    )
    return _assembled(rows, left, last, today)


def _assembled(rows: pl.DataFrame, left: pl.DataFrame, last: pl.DataFrame, today: date) -> Outcome:
    due = pl.col("due")
    picked = ["due", "opens", "every", "length", "why"]
    past = left.filter(due <= today).group_by("chain", maintain_order=True)
    current = past.agg(pl.col(picked).last())
    following = left.filter(due > today).group_by("chain", maintain_order=True)
    upcoming = following.agg(pl.col(picked).first()).join(current, on="chain", how="anti")
    overdue = left.filter(due < today).group_by("chain").agg(due.min().alias("overdue_since"))
    opened = pl.concat([current, upcoming]).rename({"due": "open_on"})
    chains = rows.select("chain").unique()
    found = (
        chains.join(opened, on="chain", how="left")
        .join(overdue, on="chain", how="left")
        .join(last, on="chain", how="left")
        .with_columns(pl.col("closed_on").alias("closed_through"), early_days())
    )
    horizon = add_months(today, EXPECTED_MONTHS)
    after = (
        left.filter(due > today)
        .join(opened.select("chain", "open_on"), on="chain", how="inner")
        .filter(due > pl.col("open_on"))
    )
    beyond = after.filter(due > horizon).group_by("chain").agg(due.min().alias("beyond"))
    ahead = after.filter(due <= horizon).select("chain", due.alias("due_on"), "opens", "every")
    whole = found.join(beyond, on="chain", how="left")
    return Outcome(whole.select(list(OUTCOME)), ahead.select(list(AHEAD)))


def early_days() -> pl.Expr:
    """Return how many days before the open due date an additional event came, or null.

    Additional: after the due date that it completed anew, which an earlier event had completed.
    """
    additional = (
        (pl.col("done_on") > pl.col("closed_on"))
        & (pl.col("done_first") < pl.col("done_on"))
        & pl.col("open_on").is_not_null()
    )
    days = (pl.col("open_on") - pl.col("done_on")).dt.total_days()
    return pl.when(additional).then(days).cast(pl.Int32).alias("early_days")

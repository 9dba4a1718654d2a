"""One line for each patient and item, whatever number of recalls ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.calendar import qof_year_end
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Anchored, Course, Interval, Once, Rulebook, Schedule, Seasonal
from recall_tui.planning.dates import add_months
from recall_tui.planning.needs import DAYS_A_MONTH, Needs
from recall_tui.planning.sequences import EXPECTED_MONTHS, Outcome

KEY = ["pid", "item"]

SCHEDULE_WORDS: dict[type[Schedule], str] = {
    Anchored: "anchored",
    Interval: "interval",
    Once: "once",
    Course: "course",
    Seasonal: "seasonal",
}


@dataclass(frozen=True, slots=True)
class Merging:
    """What merging needs besides the chains and their outcomes."""

    needs: Needs
    rulebook: Rulebook
    settings: PlanSettings
    marks: pl.DataFrame
    today: date

    def asks(self) -> pl.DataFrame:
        """Return ask, recall_id, kind, counts_for_qof and risky for every requirement."""
        year = self.rulebook.contract_year
        rows = [
            (
                ask.number,
                str(ask.recall.id),
                SCHEDULE_WORDS[type(ask.requirement.schedule)],
                bool(ask.requirement.qof.get(year))
                and isinstance(ask.requirement.schedule, Anchored | Interval),
                ask.high_risk or self.rulebook.items[ask.requirement.item].high_risk,
            )
            for ask in self.needs.asks
        ]
        schema = {
            "ask": pl.Int32,
            "recall_id": pl.String,
            "kind": pl.String,
            "counts_for_qof": pl.Boolean,
            "risky": pl.Boolean,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")


@dataclass(frozen=True, slots=True)
class Merged:
    """One row a patient and item (``items``), and the due dates expected after the open one."""

    items: pl.DataFrame
    ahead: pl.DataFrame


def merged(rows: pl.DataFrame, outcomes: Sequence[Outcome], work: Merging) -> Merged:
    """Return the line of each patient and item: its earliest incomplete due date.

    Only recalls that do not hold the patient decide, unless every one that still asks does.
    """
    chains = rows.join(work.asks(), on="ask", how="left")
    found = pl.concat([one.chains for one in outcomes]).rename({"opens": "window_opens"})
    judged = _deciding(chains.join(found, on="chain", how="inner"))
    every = (
        chains.lazy()
        .sort("pid", "item", "ask")
        .group_by(KEY, maintain_order=True)
        .agg(
            pl.col("recall_id").unique(maintain_order=True).alias("recalls"),
            pl.col("risky").any().alias("high_risk"),
        )
    )
    asking = (
        judged.lazy()
        .sort("pid", "item", "ask")
        .group_by(KEY, maintain_order=True)
        .agg(
            pl.col("overdue_since").min(),
            pl.col("counts_for_qof").any(),
            pl.col("held").all(),
            pl.col("words").first(),
            pl.col("review").first(),
        )
    )
    items = (
        _winners(judged)
        .join(every, on=KEY, how="left")
        .join(asking, on=KEY, how="left")
        .with_columns(pl.col("day1").alias("last_done"))
        .with_columns(_early(), pl.when("held").then("words"), pl.when("held").then("review"))
    )
    timed = _with_qof(items, work).with_columns(_long_gap(work.settings)).collect()
    return Merged(timed, _ahead(timed, pl.concat([one.ahead for one in outcomes]), work.today))


def _deciding(judged: pl.DataFrame) -> pl.DataFrame:
    """Return the chains that decide: open and not held; else open; else what is finished."""
    is_open = pl.col("open_on").is_not_null()
    free = is_open & ~pl.col("held")
    any_free = free.any().over(KEY)
    any_open = is_open.any().over(KEY)
    closed = pl.col("closed_on").is_not_null()
    return judged.filter(
        pl.when(any_free).then(free).otherwise(pl.when(any_open).then(is_open).otherwise(closed))
    )


def _winners(judged: pl.DataFrame) -> pl.LazyFrame:
    """Return of each patient and item the chain whose open due date is earliest."""
    columns = ["pid", "item", "chain", "ask", "kind", "day1"]
    facts = ["next_recall", "source", "registered", "started", "earlier", "changed_on"]
    result = [
        *("open_on", "window_opens", "every", "length", "why", "closed_on", "closed_opens"),
        *("done_on", "closed_by", "closed_through", "early_days"),
    ]
    return (
        judged.lazy()
        .sort(
            *KEY,
            "open_on",
            "length",
            "ask",
            nulls_last=[False, False, True, False, False],
        )
        .unique(KEY, keep="first", maintain_order=True)
        .select(*columns, *facts, *result)
    )


def _early() -> pl.Expr:
    """Keep early days where a tolerance is allowed and the additional event is the last one."""
    last = (pl.col("done_on") == pl.col("last_done")) & (pl.col("kind") == "anchored")
    return pl.when(last).then("early_days").alias("early_days")


def _with_qof(items: pl.LazyFrame, work: Merging) -> pl.LazyFrame:
    """Return the items with qof_by, due by 31 March when not recorded in the QOF year."""
    ends = qof_year_end(work.today)
    starts = date(ends.year - 1, 4, 1)
    recorded = (pl.col("last_done") >= starts).fill_null(value=False)
    marks = work.marks.lazy().filter(pl.col("day") == ends)
    marked = marks.select("pid", "item", pl.lit(value=True).alias("marked")).unique()
    by_hand = pl.col("marked").fill_null(value=False)
    wanted = pl.col("counts_for_qof") & ~recorded & ~by_hand & pl.col("open_on").is_not_null()
    sooner = wanted & (pl.col("open_on") > ends)
    opens = pl.min_horizontal("window_opens", pl.lit(starts))
    # What was decided for 31 March ends with it, once the item is recorded or marked done.
    through = pl.col("counts_for_qof") & (recorded | by_hand) & (pl.col("open_on") > ends)
    # A date whose window is open on 31 March is only moved: it does not stand beside it.
    beside = sooner & (pl.col("window_opens") > ends)
    moved = pl.when(sooner & pl.col("early_days").is_not_null())
    closed = pl.max_horizontal("closed_through", pl.lit(ends))
    return items.join(marked, on=KEY, how="left").with_columns(
        pl.when(wanted).then(pl.lit(ends)).alias("qof_by"),
        pl.when(beside).then("open_on").alias("postponed_on"),
        pl.when(beside).then("window_opens").alias("postponed_opens"),
        moved.then((pl.lit(ends) - pl.col("last_done")).dt.total_days().cast(pl.Int32))
        .otherwise("early_days")
        .alias("early_days"),
        pl.when(sooner).then(pl.lit(ends)).otherwise("open_on").alias("open_on"),
        pl.when(sooner).then(opens).otherwise("window_opens").alias("window_opens"),
        pl.when(through).then(closed).otherwise("closed_through").alias("closed_through"),
    )


def _long_gap(settings: PlanSettings) -> pl.Expr:
    """Return the days from last done to due when they are over the factor (drift guard)."""
    gap = (pl.col("open_on") - pl.col("last_done")).dt.total_days()
    months = (pl.col("length") / DAYS_A_MONTH).round().cast(pl.Int32)
    by_months = (pl.col("open_on") - add_months(pl.col("open_on"), -months)).dt.total_days()
    monthly = pl.col("every").str.contains("month")
    interval = pl.when(monthly).then(by_months.cast(pl.Float64)).otherwise("length")
    repeated = pl.col("kind").is_in(["anchored", "interval"])
    long = repeated & (gap > settings.drift_factor * interval)
    return pl.when(long).then(gap).cast(pl.Int32).alias("long_gap_days")


def _ahead(items: pl.DataFrame, ahead: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return (pid, item, due_on, opens, every) expected after the open due date."""
    horizon = plain_add_months(today, EXPECTED_MONTHS)
    open_now = items.lazy().select("chain", *KEY, "open_on")
    later = ahead.lazy().join(open_now, on="chain", how="inner")
    postponed = (
        items.lazy()
        .filter(pl.col("postponed_on") <= horizon)
        .select(
            "chain",
            pl.col("postponed_on").alias("due_on"),
            pl.col("postponed_opens").alias("opens"),
            "every",
            *KEY,
            "open_on",
        )
    )
    columns = [*KEY, "due_on", "opens", "every"]
    return (
        pl.concat([later.select(*columns, "open_on"), postponed.select(*columns, "open_on")])
        .filter(pl.col("due_on") > pl.col("open_on"))
        .unique([*KEY, "due_on"])
        .select(columns)
        .collect()
    )

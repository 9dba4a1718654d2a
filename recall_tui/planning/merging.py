"""One line for each patient and item, whatever number of recalls ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.calendar import qof_year_end
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Anchored, Course, Interval, Once, Rulebook, Schedule, Seasonal
from recall_tui.planning.asking import askings
from recall_tui.planning.dates import add_months
from recall_tui.planning.needs import DAYS_A_MONTH, Needs
from recall_tui.planning.sequences import EXPECTED_MONTHS, Outcome
from recall_tui.planning.timeline import DAY_ZERO, DAYS
from recall_tui.queries import HERE

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
        """Return ask, kind, counts_for_qof and risky for every requirement."""
        year = self.rulebook.contract_year
        rows = [
            (
                ask.number,
                SCHEDULE_WORDS[type(ask.requirement.schedule)],
                bool(ask.requirement.qof.get(year))
                and isinstance(ask.requirement.schedule, Anchored | Interval),
                ask.high_risk or self.rulebook.items[ask.requirement.item].high_risk,
            )
            for ask in self.needs.asks
        ]
        schema = {
            "ask": pl.Int32,
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
    askings: pl.DataFrame
    """Of each ``asking`` of items: recalls (their ids) and recalls_json."""


def merged(rows: pl.DataFrame, outcomes: Sequence[Outcome], work: Merging) -> Merged:
    """Return the line of each patient and item: its earliest incomplete due date.

    Only recalls that do not hold the patient decide, unless every one that still asks does.
    """
    judged = _judged(rows, outcomes, work)
    place = judged["place"]
    asking, named = askings(judged.select("place", "recall"), work.needs)
    lines = judged.group_by("place", maintain_order=True).agg(
        pl.col("risky").any().alias("high_risk"), pl.col("standing").min().alias("least")
    )
    best = judged["standing"] == lines["least"][place]
    deciding = judged.filter(best & (judged["standing"] < NOTHING))
    winners, together = _winners(deciding, len(work.needs.asks))
    known = lines.select("high_risk", asking)[winners["place"]]
    items = pl.concat([winners.drop("place"), known, together], how="horizontal").with_columns(
        pl.col("day1").alias("last_done")
    )
    items = items.with_columns(
        _early(), pl.when("held").then("words"), pl.when("held").then("review")
    )
    timed = _with_qof(items, work).with_columns(_long_gap(work.settings))
    ahead = pl.concat([one.ahead for one in outcomes])
    return Merged(timed, _ahead(timed, ahead, work.today), named)


def _judged(rows: pl.DataFrame, outcomes: Sequence[Outcome], work: Merging) -> pl.DataFrame:
    """Return the chains with what became of them, and ``place``: the number of their line."""
    found = pl.concat([one.chains for one in outcomes]).rename({"opens": "window_opens"})
    # Chains and requirements are numbered in order: their rows are taken, not looked for.
    none = pl.Series([None], dtype=pl.UInt32).new_from_index(0, rows.height)
    where = none.scatter(found["chain"], pl.int_range(found.height, dtype=pl.UInt32, eager=True))
    line = pl.col("pid").cast(pl.Int64) * len(work.needs.items) + pl.col("item")
    parts = [
        rows.with_columns(line.rle_id().set_sorted().alias("place")),
        work.asks().drop("ask")[rows["ask"]],
        found.drop("chain")[where],
    ]
    judged = pl.concat(parts, how="horizontal")
    return judged.with_columns(_standing().alias("standing"))


SIXTEENTHS = 16

LENGTHS = 1 << 24
"""More than the sixteenths of any length, which is at most a million days (no frequency)."""

NOTHING = 3
"""Nothing became of the chain: it is neither open nor closed."""


def _standing() -> pl.Expr:
    """Return how far a chain decides: open and not held (0), open (1), finished (2), not at all.

    The least of a patient and item decide.
    """
    is_open = pl.col("open_on").is_not_null()
    return (
        pl.when(is_open & ~pl.col("held"))
        .then(0)
        .when(is_open)
        .then(1)
        .when(pl.col("closed_on").is_not_null())
        .then(2)
        .otherwise(NOTHING)
        .cast(pl.UInt8)
    )


def _winners(deciding: pl.DataFrame, asks: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return of each line the chain whose open due date is earliest, and what all of it say."""
    columns = ["place", "pid", "item", "chain", "ask", "kind", "day1"]
    facts = ["next_recall", "source", "registered", "started", "earlier", "changed_on"]
    result = [
        *("open_on", "window_opens", "every", "length", "why", "closed_on", "closed_opens"),
        *("done_on", "closed_by", "closed_through", "early_days", "beyond"),
    ]
    number = pl.col("place").rle_id().set_sorted().alias("number")
    ranked = deciding.with_columns(_rank(asks).alias("rank"), number)
    lines = ranked.group_by("number", maintain_order=True).agg(
        pl.col("rank").min(),
        pl.col("overdue_since").min(),
        pl.col("counts_for_qof").any(),
        pl.col("held").all(),
        pl.col("words").first(),
        pl.col("review").first(),
    )
    first = ranked["rank"] == lines["rank"][ranked["number"]]
    return ranked.filter(first).select(*columns, *facts, *result), lines.drop("number", "rank")


def _rank(asks: int) -> pl.Expr:
    """Return one number of a chain: the earliest open, of those the shortest, the first to ask."""
    no_day = pl.lit(DAYS - 1, dtype=pl.Int64)
    day = (pl.col("open_on").cast(pl.Int64) + DAY_ZERO).fill_null(no_day)
    # A length is a whole number of sixteenths of a day: a month is 487 of them.
    length = (pl.col("length") * SIXTEENTHS).cast(pl.Int64).fill_null(0).clip(0, LENGTHS - 1)
    return (day * LENGTHS + length) * asks + pl.col("ask")


def _early() -> pl.Expr:
    """Keep early days where a tolerance is allowed and the additional event is the last one."""
    last = (pl.col("done_on") == pl.col("last_done")) & (pl.col("kind") == "anchored")
    return pl.when(last).then("early_days").alias("early_days")


def _with_qof(items: pl.DataFrame, work: Merging) -> pl.DataFrame:
    """Return the items with qof_by, due by 31 March when not recorded in the QOF year."""
    ends = qof_year_end(work.today)
    starts = date(ends.year - 1, 4, 1)
    recorded = (pl.col("last_done") >= starts).fill_null(value=False)
    marks = work.marks.filter(pl.col("day") == ends)
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
    too_far = beside & (pl.col("open_on") > plain_add_months(work.today, EXPECTED_MONTHS))
    return items.join(marked, on=KEY, how="left", maintain_order="left").with_columns(
        pl.when(wanted).then(pl.lit(ends)).alias("qof_by"),
        pl.when(beside).then("open_on").alias("postponed_on"),
        pl.when(beside).then("window_opens").alias("postponed_opens"),
        moved.then((pl.lit(ends) - pl.col("last_done")).dt.total_days().cast(pl.Int32))
        .otherwise("early_days")
        .alias("early_days"),
        pl.when(sooner).then(pl.lit(ends)).otherwise("open_on").alias("open_on"),
        pl.when(sooner).then(opens).otherwise("window_opens").alias("window_opens"),
        pl.when(through).then(closed).otherwise("closed_through").alias("closed_through"),
        pl.when(too_far).then("open_on").otherwise("beyond").alias("beyond"),
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
        .collect(engine=HERE)
    )

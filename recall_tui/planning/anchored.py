"""Anchored schedules: due on the recall date and every so many months from it."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.reason_evidence import FIRST_DIAGNOSED, FIRST_OFFERED, FIRST_REGISTERED
from recall_tui.domain.recalls import Anchored
from recall_tui.frames import empty
from recall_tui.planning.chains import of_kind
from recall_tui.planning.dates import add_months
from recall_tui.planning.folding import fold, two_latest
from recall_tui.planning.grids import YEAR, grid, moved_back, opens, tolerance
from recall_tui.planning.needs import DAYS_A_MONTH, Needs
from recall_tui.planning.sequences import (
    AHEAD,
    EXPECTED_MONTHS,
    OUTCOME,
    Happened,
    Outcome,
    completed,
    outcome,
    windows_end_where_the_next_begins,
)
from recall_tui.planning.steady import Counting, steady
from recall_tui.planning.streams import Streams
from recall_tui.planning.variable import Judge, settled

BASES = ("base_month", "base_day", "earlier_month", "earlier_day")

SLACK_MONTHS = 5
"""No tolerance is longer; so far beyond a day and one frequency the next due date must lie."""


@dataclass(frozen=True, slots=True)
class Anchoring:
    """What anchored planning needs besides the chains."""

    needs: Needs
    streams: Streams
    settings: PlanSettings
    judge: Judge
    marks: pl.DataFrame
    """Due dates marked done: pid, item, day."""

    today: date


def anchored(rows: pl.DataFrame, work: Anchoring) -> Outcome:
    """Return what became of the anchored chains of ``rows``."""
    every = _with_gaps(of_kind(work.needs, rows, Anchored), work)
    listed, counted = _divided(every, work)
    one, other = _listed(listed, work), _counted_out(counted, work)
    return Outcome(pl.concat([one.chains, other.chains]), pl.concat([one.ahead, other.ahead]))


def _divided(mine: pl.DataFrame, work: Anchoring) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the chains whose due dates have to be listed, and those that can be counted out."""
    variable = [ask.number for ask in work.needs.asks if len(ask.options) > 1]
    vague = work.streams.vague().select("pid", "item")
    marked = work.marks.select("pid", "item")
    special = pl.concat([vague, marked]).unique().with_columns(pl.lit(value=True).alias("special"))
    changed = pl.col("changed_on").is_not_null() & pl.col("earlier_month").is_not_null()
    moved = pl.lit(bool(work.settings.free_months)) & (pl.col("months") >= YEAR)
    hard = (
        pl.col("ask").is_in(variable)
        | (pl.col("gap") > 0)
        | changed
        | moved
        | pl.col("special").fill_null(value=False)
    )
    parts = (
        mine.join(special, on=["pid", "item"], how="left", maintain_order="left")
        .with_columns(hard.alias("hard"))
        .drop("special")
        .partition_by("hard", as_dict=True, include_key=False)
    )
    nothing = mine.clear()
    return parts.get((True,), nothing), parts.get((False,), nothing)


def _counted_out(mine: pl.DataFrame, work: Anchoring) -> Outcome:
    months = pl.col("months")
    rows = mine.with_columns(
        every_months(months).alias("every"),
        (months * DAYS_A_MONTH).alias("length"),
        _why_first().alias("why"),
        add_months(pl.col("before"), months).alias("holds"),
    )
    extra = _first_due(work.settings, months)
    return steady(rows, extra, Counting(work.settings, work.today))


def _listed(mine: pl.DataFrame, work: Anchoring) -> Outcome:
    if mine.is_empty():
        return Outcome(empty(OUTCOME), empty(AHEAD))
    counted = _counted(mine, work)
    regular = _shifted(_due_dates(mine, work), work.settings)
    extra = _extra(mine, regular, work.settings)
    first = extra.join(_done_here(mine, counted), on="chain", how="left").select(
        "chain",
        pl.col("due").alias("first_due"),
        pl.min_horizontal("due", "done_here").alias("met"),
    )
    later = regular.join(first, on="chain", how="left").filter(
        pl.col("met").is_null()
        | ((pl.col("opens") > pl.col("met")) & (pl.col("due") > pl.col("first_due")))
    )
    columns = ["chain", "due", "opens", "every", "length", "why"]
    both = pl.concat([later.select(columns), extra.select(columns)])
    sequence = windows_end_where_the_next_begins(both)
    found = outcome(completed(sequence, _happened(mine, both, counted, work)), work.today)
    return Outcome(_not_before_the_gap(found.chains, counted), found.ahead)


def _not_before_the_gap(found: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Return the outcomes; where a least gap is asked, nothing counts before it has passed."""
    if counted.is_empty():
        return found
    gap_ends = pl.col("day").max() + pl.duration(days=pl.col("gap").first())
    latest = counted.group_by("chain").agg(gap_ends.alias("gap_ends"))
    opens = pl.max_horizontal("opens", "gap_ends")
    return (
        found.join(latest, on="chain", how="left")
        .with_columns(pl.when(pl.col("open_on").is_not_null()).then(opens).alias("opens"))
        .drop("gap_ends")
    )


def _done_here(mine: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Return chain, done_here: the first day from its beginning on whose evidence counts."""
    free = mine.filter(pl.col("gap") == 0).select("chain", pl.col("since").alias("done_here"))
    gapped = (
        counted.join(mine.select("chain", "begins"), on="chain", how="inner")
        .filter(pl.col("day") >= pl.col("begins"))
        .group_by("chain")
        .agg(pl.col("day").min().alias("done_here"))
    )
    return pl.concat([free, gapped])


def _options(work: Anchoring) -> pl.DataFrame:
    rows = [
        (ask.number, every.count)
        for ask in work.needs.asks
        if isinstance(ask.requirement.schedule, Anchored)
        for every in ask.options
    ]
    return pl.DataFrame(rows, schema={"ask": pl.Int32, "months": pl.Int32}, orient="row")


def _due_dates(mine: pl.DataFrame, work: Anchoring) -> pl.DataFrame:
    """Return chain, due, months (the frequency in force) and begins for every due date."""
    options = _options(work)
    longest = options.group_by("ask").agg(pl.col("months").max().alias("longest"))
    reach = pl.col("longest") + SLACK_MONTHS
    spare = YEAR if work.settings.free_months else 0
    furthest = work.marks.group_by("pid", "item").agg(pl.col("day").max().alias("marked"))
    latest = pl.max_horizontal(pl.lit(work.today), "marked")
    # A first due date that is marked done may lie ahead, and settles the dates of the grid near it.
    first = pl.when(pl.col("marked").is_not_null()).then(work.settings.newly_diagnosed_months + 1)
    high = add_months(latest, reach + EXPECTED_MONTHS + spare + first.otherwise(0))
    seen = add_months(pl.col("exact1"), -2 * pl.col("longest") - 1)
    chained = (
        mine.join(longest, on="ask", how="left")
        .join(furthest, on=["pid", "item"], how="left")
        .with_columns(pl.max_horizontal("begins", seen).alias("low"), high.alias("high"))
        .select("chain", "pid", "ask", "begins", "changed_on", "low", "high", *BASES)
    )
    variable = pl.col("ask").is_in([ask.number for ask in work.needs.asks if len(ask.options) > 1])
    one, several = options.filter(~variable), options.filter(variable)
    no_choice = pl.lit(None, dtype=pl.Int32).alias("why")
    listed = chained.join(one, on="ask", how="inner")
    steady = grid(listed, work.settings).with_columns(no_choice)
    changing = grid(chained.join(several, on="ask", how="inner"), work.settings)
    columns = ["chain", "begins", "due", "months", "why"]
    if changing.is_empty():
        return steady.select(columns)
    return pl.concat([steady.select(columns), settled(changing, work.judge).select(columns)])


def _shifted(dues: pl.DataFrame, settings: PlanSettings) -> pl.DataFrame:
    """Return the due dates moved out of the free months, with window and frequency in words.

    None moves to before the chain begins: nobody is overdue on the day of the diagnosis. Of those
    that fall together the one that was due first counts, with its frequency.
    """
    months = pl.col("months")
    earlier = moved_back(pl.col("due"), months, settings.free_months)
    if settings.free_months:
        may = earlier > pl.col("begins")
        moved = pl.when(may).then(earlier).otherwise("due").alias("due")
        dues = dues.sort("chain", "due").with_columns(moved)
        dues = dues.unique(["chain", "due"], keep="first", maintain_order=True)
    return dues.with_columns(
        opens(pl.col("due"), tolerance(months, settings)).alias("opens"),
        every_months(months).alias("every"),
        (months * DAYS_A_MONTH).alias("length"),
    )


def every_months(months: pl.Expr) -> pl.Expr:
    """Return frequencies as ``12 months``."""
    unit = pl.when(months == 1).then(pl.lit(" month")).otherwise(pl.lit(" months"))
    return pl.concat_str(months.cast(pl.String), unit)


def _extra(mine: pl.DataFrame, dues: pl.DataFrame, settings: PlanSettings) -> pl.DataFrame:
    """Return the first due date of the newly diagnosed or registered that no grid gives."""
    months = pl.col("months")
    first = (
        dues.sort("chain", "due")
        .group_by("chain", maintain_order=True)
        .agg(pl.col("due").first().alias("first_grid"), pl.col("months").first().alias("asked"))
    )
    return (
        mine.join(first, on="chain", how="left")
        .with_columns(add_months(pl.col("before"), pl.col("asked")).alias("holds"))
        .with_columns(_first_due(settings, pl.col("asked")).alias("due"))
        .filter(pl.col("due").is_not_null())
        .with_columns(
            pl.min_horizontal(opens(pl.col("due"), tolerance(months, settings)), "begins").alias(
                "opens"
            ),
            every_months(months).alias("every"),
            (months * DAYS_A_MONTH).alias("length"),
            _why_first().alias("why"),
        )
    )


def _first_due(settings: PlanSettings, every: pl.Expr) -> pl.Expr:
    """Return the extra first due date of a chain whose grid begins at ``first_grid``, or null.

    What was done before the chain began holds for a frequency (``every``, in months; until
    ``holds``) and its tolerance: where the grid begins later, the first is due that frequency after
    it, and not at once.
    """
    before, first, registered = pl.col("before"), pl.col("first_grid"), pl.col("registered")
    holds = pl.col("holds")
    waits = pl.duration(
        days=pl.when("start_drug").then(0).otherwise(settings.newly_registered_days)
    )
    soon = pl.max_horizontal(add_months(pl.col("begins"), settings.newly_diagnosed_months), holds)
    settled = pl.max_horizontal(registered + waits, holds)
    late = before.is_null() | (first > holds + pl.duration(days=tolerance(every, settings)))
    stale = before.is_null() | (before < add_months(registered, -every))
    return (
        pl.when(pl.col("diagnosed_here") & late & (first > soon))
        .then(soon)
        .when(pl.col("came_with_it") & (stale | (late & (first > settled))))
        .then(settled)
    )


def _why_first() -> pl.Expr:
    return (
        pl.when("diagnosed_here")
        .then(FIRST_DIAGNOSED)
        .when("offered")
        .then(FIRST_OFFERED)
        .otherwise(FIRST_REGISTERED)
        .cast(pl.Int32)
    )


def _with_gaps(mine: pl.DataFrame, work: Anchoring) -> pl.DataFrame:
    """Return the chains with their own frequency, and evidence too close to the last left out."""
    asks = [ask for ask in work.needs.asks if isinstance(ask.requirement.schedule, Anchored)]
    table = pl.DataFrame(
        [
            (a.number, a.options[0].count, a.requirement.min_gap_days, a.recall.start_drug)
            for a in asks
        ],
        schema={"ask": pl.Int32, "months": pl.Int32, "gap": pl.Int32, "start_drug": pl.Boolean},
        orient="row",
    )
    told = mine.join(table, on="ask", how="left")
    counted = _counted(told, work)
    if counted.is_empty():
        return told
    latest = two_latest(counted.filter(pl.col("day") == pl.col("last")), ("counted1", "counted2"))
    counts = pl.col("gap") > 0
    return told.join(latest, on="chain", how="left").with_columns(
        pl.when(counts).then("counted1").otherwise("exact1").alias("exact1"),
        pl.when(counts).then("counted2").otherwise("exact2").alias("exact2"),
    )


def _counted(mine: pl.DataFrame, work: Anchoring) -> pl.DataFrame:
    """Return the evidence (chain, day, gap, last) that counts where a least gap is asked."""
    gapped = mine.filter(pl.col("gap") > 0).select("chain", "pid", "item", "gap")
    if gapped.is_empty():
        schema = {"chain": pl.UInt32, "day": pl.Date, "gap": pl.Int32, "last": pl.Date}
        return pl.DataFrame(schema=schema)
    found = gapped.join(work.streams.evidence, on=["pid", "item"], how="inner")
    days = found.select("chain", pl.col("first").alias("day"), "gap", "last")
    return fold(days.sort("chain", "day", "last"))


def _happened(
    mine: pl.DataFrame, dues: pl.DataFrame, counted: pl.DataFrame, work: Anchoring
) -> Happened:
    """Return the evidence and the marks that may complete a due date of these chains.

    Of exactly dated evidence the two latest days are enough: windows follow one another, so that
    whatever is older was completed with them. ``counted`` is what counts where a gap is asked.
    """
    exact = [
        mine.select("chain", pl.col(name).alias("first"), pl.col(name).alias("last"))
        for name in ("exact1", "exact2")
    ]
    free = mine.filter(pl.col("gap") == 0).select("chain", "pid", "item")
    vague = work.streams.vague().join(free, on=["pid", "item"], how="inner")
    gapped = counted.select("chain", pl.col("day").alias("first"), "last")
    every = pl.concat([*exact, vague.select("chain", "first", "last"), gapped])
    return Happened(every.filter(pl.col("first").is_not_null()), _kept_marks(mine, dues, work))


def _kept_marks(mine: pl.DataFrame, dues: pl.DataFrame, work: Anchoring) -> pl.DataFrame:
    """Return the marks (chain, day): one on a 31 March that is no due date is of the QOF year."""
    key = mine.select("chain", "pid", "item")
    marks = work.marks.join(key, on=["pid", "item"], how="inner").select("chain", "day")
    if marks.is_empty():
        return marks
    march = (pl.col("day").dt.month() == 3) & (pl.col("day").dt.day() == 31)  # noqa: PLR2004 - 31 March
    own = dues.select("chain", pl.col("due").alias("day"), pl.lit(value=True).alias("own"))
    kept = marks.join(own, on=["chain", "day"], how="left").filter(
        pl.col("own").fill_null(value=False) | ~march
    )
    return kept.select("chain", "day")

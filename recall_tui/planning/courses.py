"""Courses of doses: which doses count, and from when and by when the next one is wanted."""

from collections.abc import Iterable

import polars as pl

from recall_tui.domain.recalls import Course, Every, Unit
from recall_tui.frames import empty
from recall_tui.planning.chains import of_kind
from recall_tui.planning.dates import add_months
from recall_tui.planning.ending import Singles, due_here, no_frequency
from recall_tui.planning.sequences import AHEAD, OUTCOME, Outcome
from recall_tui.queries import HERE

TIMES = ("gap", "wanted", "from_age", "due_age", "again")
"""Each in two columns: whole months and days."""

_DAYS_IN = {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 0}


def course(rows: pl.DataFrame, work: Singles) -> Outcome:
    """Return what became of the chains of ``rows`` that are courses.

    A dose counts from its least gap and age on, less the days of grace, and apart from what it must
    be apart from; one marked done counts on that day. The others are as if not given, but the next
    waits after them where the rule says so, and always after what it must be apart from.
    """
    terms = _terms(work)
    mine = of_kind(work.needs, rows, Course)
    if mine.is_empty():
        return Outcome(empty(OUTCOME), empty(AHEAD))
    days = _once_a_day(_apart(_given(mine, work), mine, work))
    state = _begin(mine)
    for number in range(int(terms["number"].max() or 0)):  # pyright: ignore[reportArgumentType] - a column of integers
        state = _with_next(state, terms.filter(pl.col("number") == number), work)
        state = _with_dose(state, days)
    left = _clear_of_others(_waiting(_with_next(state, terms, work), days), mine, work)
    found = left.with_columns(*no_frequency(), pl.col("due_next").alias("open_on"))
    return Outcome(_told(found, work), empty(AHEAD))


def _terms(work: Singles) -> pl.DataFrame:
    """Return one row a requirement and number of doses already counted, what the next one needs.

    After the last dose there is a row, too: nothing more is wanted.
    """
    rows = [
        (
            *(ask.number, number, number >= len(schedule.terms()), schedule.grace_days),
            schedule.first_after_days,
            *_split((one.gap, one.due, one.from_age, one.due_age, one.again_after)),
        )
        for ask in work.needs.asks
        if isinstance(schedule := ask.requirement.schedule, Course)
        for number, one in enumerate((*schedule.terms(), schedule.terms()[-1]))
    ]
    schema: dict[str, type[pl.DataType]] = {
        "ask": pl.Int32,
        "number": pl.Int32,
        "over": pl.Boolean,
        "grace": pl.Int32,
        "first_after": pl.Int32,
        **{f"{name}_{part}": pl.Int32 for name in TIMES for part in ("months", "days")},
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _split(times: Iterable[Every | None]) -> Iterable[int | None]:
    for one in times:
        months = one.count if one is not None and one.unit is Unit.MONTHS else 0
        yield None if one is None else months
        yield None if one is None else one.count * _DAYS_IN[one.unit]


def _after(day: str, name: str) -> pl.Expr:
    """Return a day plus a time of the terms; null when either is."""
    moved = add_months(pl.col(day), pl.col(f"{name}_months"))
    return moved + pl.duration(days=pl.col(f"{name}_days"))


def _begin(mine: pl.DataFrame) -> pl.DataFrame:
    """Return the chains before any dose."""
    none = pl.lit(None, dtype=pl.Date)
    return mine.select(
        *("chain", "ask", "born", "begins", "start", "registered", "came_with_it"),
        pl.lit(0, dtype=pl.Int32).alias("given"),
        none.alias("last_dose"),
        none.alias("closed_on"),
        none.alias("opens_next"),
        none.alias("due_next"),
        pl.lit(None, dtype=pl.String).alias("closed_by"),
    )


def _given(mine: pl.DataFrame, work: Singles) -> pl.DataFrame:
    """Return (chain, day, by) of every dose given or marked done."""
    real = work.events(mine).select(
        "chain", pl.col("first").alias("day"), pl.lit("evidence").alias("by")
    )
    marks = work.marked(mine).select("chain", "day", pl.lit("override").alias("by"))
    return pl.concat([real, marks])


def _once_a_day(days: pl.DataFrame) -> pl.DataFrame:
    """Return each day once: what counts before what does not, what was given before a mark."""
    order = days.sort("chain", "day", "clear", "by", descending=[False, False, True, False])
    return order.unique(["chain", "day"], keep="first", maintain_order=True)


def _apart(days: pl.DataFrame, mine: pl.DataFrame, work: Singles) -> pl.DataFrame:
    """Return ``days`` with ``clear``: nothing with another code was given too shortly before."""
    given = work.streams.evidence.select("pid", "item", "first", "code")
    waited = (pl.col("first") - pl.col("before")).dt.total_days()
    near = (
        _others(mine, work)
        .join(given, on=["pid", "item"], how="inner")
        .filter((waited > 0) & (waited < pl.col("least")) & (pl.col("code") != pl.col("other")))
        .select("chain", pl.col("first").alias("day"), pl.lit("evidence").alias("by"))
        .unique()
        .with_columns(pl.lit(value=False).alias("clear"))
    )
    joined = days.join(near, on=["chain", "day", "by"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("clear").fill_null(value=True))


def _others(mine: pl.DataFrame, work: Singles) -> pl.DataFrame:
    """Return (chain, pid, item, least, before, other): what the doses of ``mine`` are apart from.

    That is the day and the code of each such event, and the least days between.
    """
    terms = [
        (ask.number, work.streams.number_of(schedule.apart_from), schedule.apart_days)
        for ask in work.needs.asks
        if isinstance(schedule := ask.requirement.schedule, Course) and schedule.apart_from
    ]
    schema = {"ask": pl.Int32, "apart": pl.Int32, "least": pl.Int32}
    given = work.streams.evidence.select("pid", "item", "first", "code")
    others = given.rename({"item": "apart", "first": "before", "code": "other"})
    return (
        mine.select("chain", "ask", "pid", "item")
        .join(pl.DataFrame(terms, schema=schema, orient="row"), on="ask", how="inner")
        .join(others, on=["pid", "apart"], how="inner")
    )


def _clear_of_others(left: pl.DataFrame, mine: pl.DataFrame, work: Singles) -> pl.DataFrame:
    """Return ``left``, the next dose waiting after the latest event that it must be apart from.

    A dose of the course itself is none, though its code is among those of the other item.
    """
    own = work.streams.evidence.select("pid", "item", before="first", other="code")
    waits = (
        _others(mine, work)
        .join(own, on=["pid", "item", "before", "other"], how="anti")
        .group_by("chain")
        .agg((pl.col("before") + pl.duration(days=pl.col("least"))).max().alias("clear_on"))
    )
    wanted = pl.when(pl.col("due_next").is_not_null())
    return (
        left.join(waits, on="chain", how="left", maintain_order="left")
        .with_columns(
            wanted.then(pl.max_horizontal("opens_next", "clear_on")).alias("opens_next"),
            wanted.then(pl.max_horizontal("due_next", "clear_on")).alias("due_next"),
        )
        .drop("clear_on")
    )


def _with_next(state: pl.DataFrame, terms: pl.DataFrame, work: Singles) -> pl.DataFrame:
    """Return ``state`` with when the next dose counts and is due, where ``terms`` know it."""
    joined = state.drop("opens_next", "due_next").join(
        terms, left_on=["ask", "given"], right_on=["ask", "number"], how="left"
    )
    opens = pl.max_horizontal(_after("last_dose", "gap"), _after("born", "from_age"))
    by_start = pl.col("start") + pl.duration(days=pl.col("first_after"))
    aged = pl.max_horizontal(_after("born", "from_age"), _after("born", "due_age"))
    first = pl.when(pl.col("given") == 0).then(pl.coalesce(aged, by_start))
    wanted = pl.max_horizontal(
        opens, _after("last_dose", "wanted"), _after("born", "due_age"), first
    )
    more = pl.when(pl.col("over").eq(other=False))
    return joined.with_columns(
        more.then(opens).alias("opens_next"),
        more.then(due_here(wanted, work.settings)).alias("due_next"),
    )


def _with_dose(state: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Return ``state`` after the next dose, where one that counts was given."""
    counts = pl.col("opens_next") - pl.duration(days=pl.col("grace"))
    fresh = pl.col("last_dose").is_null() | (pl.col("day") > pl.col("last_dose"))
    wanted = state.lazy().filter(pl.col("due_next").is_not_null())
    taken = (
        wanted.join(days.lazy(), on="chain", how="inner")
        .filter(fresh & pl.col("clear") & (counts.is_null() | (pl.col("day") >= counts)))
        .sort("chain", "day")
        .unique("chain", keep="first")
        .select("chain", "day", "by")
    )
    came = pl.col("day").is_not_null()
    return (
        state.lazy()
        .select(pl.all().exclude("over", "grace", "first_after", "^.*_months$", "^.*_days$"))
        .join(taken, on="chain", how="left")
        .with_columns(
            (pl.col("given") + came.cast(pl.Int32)).alias("given"),
            pl.when(came).then("due_next").otherwise("closed_on").alias("closed_on"),
            pl.when(came).then("day").otherwise("last_dose").alias("last_dose"),
            pl.when(came).then("by").otherwise("closed_by").alias("closed_by"),
        )
        .drop("day", "by")
        .collect(engine=HERE)
    )


def _waiting(left: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Return ``left``, the next dose waiting after one that did not count."""
    latest = days.lazy().group_by("chain").agg(pl.col("day").max().alias("latest"))
    again = _after("latest", "again")
    vain = pl.col("last_dose").is_null() | (pl.col("latest") > pl.col("last_dose"))
    vain = vain & pl.col("due_next").is_not_null()
    return (
        left.lazy()
        .join(latest, on="chain", how="left")
        .with_columns(pl.when(vain).then(again).alias("waits"))
        .with_columns(
            pl.max_horizontal("opens_next", "waits").alias("opens_next"),
            pl.max_horizontal("due_next", "waits").alias("due_next"),
        )
        .select(pl.all().exclude("over", "grace", "first_after", "^.*_months$", "^.*_days$"))
        .collect(engine=HERE)
    )


def _told(found: pl.DataFrame, work: Singles) -> pl.DataFrame:
    overdue = pl.when(pl.col("open_on") < work.today).then("open_on")
    through = pl.min_horizontal(
        pl.max_horizontal("last_dose", "closed_on"), pl.col("open_on") - pl.duration(days=1)
    )
    dose = (pl.col("given") + 1).cast(pl.Int32)
    return found.with_columns(
        overdue.alias("overdue_since"),
        pl.when(pl.col("closed_by") == "evidence").then("last_dose").alias("done_on"),
        pl.coalesce("opens_next", pl.min_horizontal("begins", "open_on"), "last_dose").alias(
            "opens"
        ),
        pl.when(pl.col("closed_on").is_not_null()).then(through).alias("closed_through"),
        pl.lit(None, dtype=pl.Date).alias("closed_opens"),
        pl.when(pl.col("open_on").is_not_null()).then(dose).alias("why"),
    ).select(list(OUTCOME))

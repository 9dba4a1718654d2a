"""Valid evidence: what was done, with a plausible value where one is needed, part by part."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import polars as pl

from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Item, ValueNeed
from recall_tui.domain.recalls import Rulebook
from recall_tui.planning.dates import period_end
from recall_tui.planning.streams import like_codes
from recall_tui.planning.timeline import moment
from recall_tui.queries import HERE

EVIDENCE = ("pid", "item", "first", "last", "value", "code")
"""Columns of valid evidence; ``code`` as it comes in the events."""


class Evidence(NamedTuple):
    """What was recorded about items, judged. Nothing is thrown away: each window chooses its own.

    ``known`` existed by today, in order of pid, item and first; ``future`` is dated after it. Both
    have the columns of ``EVIDENCE``. ``unusable`` (pid, item, first) was recorded by today without
    a result that counts: none, implausible, in an unknown unit, or only a part of what is needed.
    """

    known: pl.DataFrame
    future: pl.DataFrame
    unusable: pl.DataFrame


def same_unit(unit: pl.Expr) -> pl.Expr:
    """Return units without case and blanks, so that ``MMol / mol`` is ``mmol/mol``."""
    return unit.fill_null("").str.to_lowercase().str.replace_all(r"\s+", "")


def plain_unit(unit: str) -> str:
    """Return one unit without case and blanks."""
    return "".join(unit.split()).lower()


def valid_evidence(
    events: pl.DataFrame, items: Iterable[ItemId], rulebook: Rulebook, today: date
) -> Evidence:
    """Return what ``events`` (which carry ``pid``) say of items, numbered in the order given."""
    wanted = [rulebook.items[item] for item in items]
    was_done = events.filter(pl.col("kind").is_null() | (pl.col("kind") == "done"))
    done = was_done.select(
        "pid",
        pl.col("event_date").alias("first"),
        period_end(was_done["event_date"], was_done["precision"]).alias("last"),
        "precision",
        "code",
        pl.col("value").cast(pl.Float64),
        pl.col("unit").fill_null("").cast(pl.Categorical),
    )
    parts = like_codes(_code_parts(wanted, rulebook), events)
    judged, useless = _judged(_paired(done), wanted, parts)
    proven, halves = _together(judged, wanted)
    known = proven.filter(pl.col("last") <= today)
    unusable = pl.concat([useless, halves]).filter(pl.col("last") <= today)
    return Evidence(
        in_order(known, len(wanted)),
        proven.filter(pl.col("first") > today),
        unusable.select("pid", "item", "first"),
    )


def _paired(done: pl.DataFrame) -> pl.DataFrame:
    """Return ``done`` with ``pair``, a number for each code and unit: quick to join on."""
    code, unit = done["code"], done["unit"].to_physical()
    own = code.to_physical() if code.dtype == pl.Enum else code.rank("dense")
    units = int(unit.max() or 0) + 1  # pyright: ignore[reportArgumentType] - a column of integers
    return done.with_columns((own.cast(pl.UInt64) * units + unit).alias("pair"))


def in_order(evidence: pl.DataFrame, items: int) -> pl.DataFrame:
    """Return ``evidence`` in order of pid, item (there are so many) and first."""
    line = pl.col("pid").cast(pl.Int64) * items + pl.col("item")
    # One number a row sorts several times faster than three columns.
    order = evidence.select(moment(line, pl.col("first")))
    return evidence[order.to_series().arg_sort()]


def _code_parts(items: Iterable[Item], rulebook: Rulebook) -> pl.DataFrame:
    rows: set[tuple[str, int, int]] = set()
    for number, item in enumerate(items):
        parts = item.parts or (item.clusters,)
        for part, clusters in enumerate(parts):
            for cluster in clusters:
                known = rulebook.clusters.get(cluster)
                codes = known.codes if known else frozenset[str]()
                rows |= {(code, number, part) for code in codes}
    return pl.DataFrame(
        sorted(rows), schema={"code": pl.String, "item": pl.Int32, "part": pl.Int32}, orient="row"
    )


def _ranges(items: Iterable[Item]) -> pl.DataFrame:
    rows = [
        (
            number,
            order,
            plain_unit(limits.unit),
            limits.low,
            limits.high,
            limits.scale,
            limits.offset,
        )
        for number, item in enumerate(items)
        for order, limits in enumerate(item.ranges)
    ]
    schema = {
        "item": pl.Int32,
        "order": pl.Int32,
        "plain": pl.String,
        "low": pl.Float64,
        "high": pl.Float64,
        "scale": pl.Float64,
        "offset": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _terms(done: pl.DataFrame, items: list[Item], code_parts: pl.DataFrame) -> pl.DataFrame:
    """Return (pair, item, part, limited, needy, order, low, high, scale, offset).

    One row for each code and unit that occur together, each part of an item that the code stands
    for, and each range of the item in that unit (none: nulls).
    """
    table = pl.DataFrame(
        {
            "item": range(len(items)),
            "limited": [bool(item.ranges) for item in items],
            "needy": [item.value is ValueNeed.REQUIRED for item in items],
        },
        schema={"item": pl.Int32, "limited": pl.Boolean, "needy": pl.Boolean},
    )
    return (
        done.select("pair", "code", "unit")
        .unique("pair", keep="any")
        .join(code_parts, on="code", how="inner")
        .join(table, on="item", how="left")
        .with_columns(same_unit(pl.col("unit").cast(pl.String)).alias("plain"))
        .join(_ranges(items), on=["item", "plain"], how="left")
        .drop("plain", "code", "unit")
    )


def _judged(
    done: pl.DataFrame, items: list[Item], code_parts: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that count, their value in the item's own unit or null; and the others.

    The latter as pid, item, first, last.
    """
    terms = _terms(done, items, code_parts)
    number = pl.when(pl.col("value").is_finite()).then(pl.col("value"))
    fits = number.is_between(pl.col("low"), pl.col("high"))
    own = pl.when(fits).then(number * pl.col("scale") + pl.col("offset"))
    value = pl.when("limited").then(own).otherwise(number)
    ambiguous = bool(terms.select("pair", "item", "part").is_duplicated().any())
    rows = done.lazy().with_row_index("row") if ambiguous else done.lazy()
    joined = rows.join(terms.lazy(), on="pair", how="inner").with_columns(value)
    if ambiguous:
        first_that_fits = joined.sort(pl.col("value").is_null(), "order")
        key = ["row", "item", "part"]
        joined = first_that_fits.unique(key, keep="first", maintain_order=True)
    counts = (pl.col("value").is_not_null() | ~pl.col("needy")).alias("counts")
    rows = joined.select(*EVIDENCE, "part", "precision", counts).collect(engine=HERE)
    return (
        rows.filter("counts").drop("counts"),
        rows.filter(~pl.col("counts")).select("pid", "item", "first", "last"),
    )


def _together(judged: pl.DataFrame, items: list[Item]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row for each day on which every part of an item was done; and the other days.

    The latter as pid, item, first, last.
    """
    parted = {number: len(item.parts) for number, item in enumerate(items) if item.parts}
    is_parted = pl.col("item").is_in(list(parted))
    plain = judged.lazy().filter(~is_parted).select(EVIDENCE)
    if not parted:
        return plain.collect(engine=HERE), judged.clear().select("pid", "item", "first", "last")
    needed = pl.col("item").replace_strict(parted, return_dtype=pl.UInt32, default=1)
    main = pl.when(pl.col("part") == 0).then("value").alias("value")
    days = (
        judged.lazy()
        .filter(is_parted)
        .with_columns(main)
        .group_by("pid", "item", "first", "last", "precision")
        .agg(pl.col("part").n_unique().alias("found"), pl.col("value").max(), pl.col("code").min())
        .with_columns((pl.col("found") == needed).alias("whole"))
        .collect(engine=HERE)
    )
    whole = days.filter("whole").select(EVIDENCE)
    halves = days.filter(~pl.col("whole")).select("pid", "item", "first", "last")
    return pl.concat([plain.collect(engine=HERE), whole]), halves

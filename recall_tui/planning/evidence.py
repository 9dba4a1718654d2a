"""Valid evidence: what was done, with a plausible value where one is needed, part by part."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Item, ValueNeed
from recall_tui.domain.recalls import Rulebook
from recall_tui.planning.dates import period_end

EVIDENCE = {
    "pid": pl.UInt32,
    "item": pl.Int32,
    "first": pl.Date,
    "last": pl.Date,
    "value": pl.Float64,
    "code": pl.String,
}


def same_unit(unit: pl.Expr) -> pl.Expr:
    """Return units without case and blanks, so that ``MMol / mol`` is ``mmol/mol``."""
    return unit.fill_null("").str.to_lowercase().str.replace_all(r"\s+", "")


def plain_unit(unit: str) -> str:
    """Return one unit without case and blanks."""
    return "".join(unit.split()).lower()


def valid_evidence(
    events: pl.DataFrame, items: Iterable[ItemId], rulebook: Rulebook, today: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (evidence that existed by ``today``, evidence dated in the future).

    ``events`` carry ``pid``. Items are numbered in the order given. Both frames have the columns
    of ``EVIDENCE``; nothing else is thrown away, so that each window can choose its own latest.
    """
    wanted = [rulebook.items[item] for item in items]
    done = (
        events.lazy()
        .filter(pl.col("kind").is_null() | (pl.col("kind") == "done"))
        .join(_code_parts(wanted, rulebook).lazy(), on="code", how="inner")
        .select(
            "pid",
            "item",
            "part",
            pl.col("event_date").alias("first"),
            period_end(pl.col("event_date"), pl.col("precision")).alias("last"),
            "precision",
            "code",
            pl.col("value").cast(pl.Float64),
            same_unit(pl.col("unit")).alias("unit"),
        )
    )
    judged = _together(_judged(done, wanted), wanted).collect()
    known = judged.filter(pl.col("last") <= today)
    return known, judged.filter(pl.col("first") > today)


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
        "unit": pl.String,
        "low": pl.Float64,
        "high": pl.Float64,
        "scale": pl.Float64,
        "offset": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _judged(done: pl.LazyFrame, items: list[Item]) -> pl.LazyFrame:
    """Return the rows that count, their value in the item's own unit or null."""
    ranges = _ranges(items)
    limited = [number for number, item in enumerate(items) if item.ranges]
    needy = [number for number, item in enumerate(items) if item.value is ValueNeed.REQUIRED]
    number = pl.when(pl.col("value").is_finite()).then(pl.col("value"))
    fits = number.is_between(pl.col("low"), pl.col("high"))
    own = pl.when(fits).then(number * pl.col("scale") + pl.col("offset"))
    value = pl.when(pl.col("item").is_in(limited)).then(own).otherwise(number)
    ambiguous = bool(ranges.select("item", "unit").is_duplicated().any())
    if ambiguous:
        done = done.with_row_index("row")
    joined = done.join(ranges.lazy(), on=["item", "unit"], how="left").with_columns(value)
    if ambiguous:
        first_that_fits = joined.sort(pl.col("value").is_null(), "order")
        joined = first_that_fits.unique("row", keep="first", maintain_order=True)
    return joined.filter(pl.col("value").is_not_null() | ~pl.col("item").is_in(needy))


def _together(judged: pl.LazyFrame, items: list[Item]) -> pl.LazyFrame:
    """Return one row for each day on which every part of an item was done."""
    parted = {number: len(item.parts) for number, item in enumerate(items) if item.parts}
    columns = list(EVIDENCE)
    plain = judged.filter(~pl.col("item").is_in(list(parted))).select(columns)
    if not parted:
        return plain
    needed = pl.col("item").replace_strict(parted, return_dtype=pl.UInt32, default=1)
    main = pl.col("value").filter(pl.col("part") == 0).max()
    whole = (
        judged.filter(pl.col("item").is_in(list(parted)))
        .group_by("pid", "item", "first", "last", "precision")
        .agg(pl.col("part").n_unique().alias("found"), main, pl.col("code").min())
        .filter(pl.col("found") == needed)
        .select(columns)
    )
    return pl.concat([plain, whole])

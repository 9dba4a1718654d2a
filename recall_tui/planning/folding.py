"""Days that count when two of them must lie a least gap apart."""

import polars as pl


def fold(days: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of ``days`` (chain, day, gap) that count, in order.

    Of each chain the first day counts, and then each that lies at least ``gap`` days after the
    last one that counted.
    """
    kept = days.unique(["chain", "day"], keep="first", maintain_order=True).sort("chain", "day")
    while True:
        before = pl.col("day").shift(1).over("chain")
        close = (pl.col("day") < before + pl.duration(days=pl.col("gap"))).fill_null(value=False)
        marked = kept.with_columns(close.alias("close"))
        # Only the first of a run goes: the next one is then measured from the day that counted.
        first = pl.col("close") & ~pl.col("close").shift(1, fill_value=False).over("chain")
        drop = marked.select(first).to_series()
        if not drop.any():
            return kept
        kept = kept.filter(~drop)


def two_latest(days: pl.DataFrame, names: tuple[str, str]) -> pl.DataFrame:
    """Return for each chain its latest and second latest day, under ``names``."""
    day = pl.col("day")
    return days.group_by("chain").agg(
        day.max().alias(names[0]), day.filter(day < day.max()).max().alias(names[1])
    )

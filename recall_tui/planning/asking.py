"""Who asks for an item: sets of recalls, of which there are few, numbered."""

import json

import polars as pl

from recall_tui.planning.needs import Needs

BITS = 62
"""So many recalls are one whole number."""


def askings(chains: pl.DataFrame, needs: Needs) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (line, asking) for each line of ``chains``, and (asking, recalls, recalls_json).

    ``chains`` (line, recall) are in order of both; ``recalls`` are the ids of all recalls that ask,
    in order.
    """
    line, recall = pl.col("line"), pl.col("recall")
    again = ((line == line.shift(1)) & (recall == recall.shift(1))).fill_null(value=False)
    words = [f"word{number}" for number in range(len(needs.recalls) // BITS + 1)]
    bits = [
        pl.when(recall // BITS == number)
        .then(pl.lit(2, dtype=pl.Int64).pow((recall % BITS).cast(pl.UInt32)))
        .otherwise(0)
        for number in range(len(words))
    ]
    of_line = (
        chains.lazy()
        .filter(~again)
        .select("line", *(bit.alias(word) for bit, word in zip(bits, words, strict=True)))
        .group_by("line")
        .agg(pl.col(words).sum())
        .collect()
    )
    known = of_line.select(words).unique().sort(words).with_row_index("asking")
    ids = [
        [str(recall.id) for number, recall in enumerate(needs.recalls) if _holds(some, number)]
        for some in known.select(words).iter_rows()
    ]
    named = known.select(
        "asking",
        pl.Series("recalls", ids, dtype=pl.List(pl.String)),
        pl.Series("recalls_json", [_json(some) for some in ids], dtype=pl.String),
    )
    return of_line.join(known, on=words, how="left").select("line", "asking"), named


def _json(ids: list[str]) -> str:
    return json.dumps(ids, separators=(",", ":"))


def _holds(words: tuple[int, ...], number: int) -> bool:
    return bool(words[number // BITS] >> number % BITS & 1)

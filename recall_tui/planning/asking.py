"""Who asks for an item: sets of recalls, of which there are few, numbered."""

import json
from collections.abc import Iterator

import polars as pl

from recall_tui.planning.needs import Needs

BITS = 62
"""So many recalls are one whole number."""


def askings(chains: pl.DataFrame, needs: Needs) -> tuple[pl.Series, pl.DataFrame]:
    """Return the ``asking`` of each line, and (asking, recalls, recalls_json).

    ``chains`` (place, recall) are in order of both, lines numbered by ``place``; ``recalls`` are
    the ids of all recalls that ask, in order.
    """
    place, recall = pl.col("place"), pl.col("recall")
    again = ((place == place.shift(1)) & (recall == recall.shift(1))).fill_null(value=False)
    words = [f"word{number}" for number in range(len(needs.recalls) // BITS + 1)]
    bits = [
        pl.when((recall // BITS == number) & ~again)
        .then(pl.lit(2, dtype=pl.Int64).pow((recall % BITS).cast(pl.UInt32)))
        .otherwise(0)
        for number in range(len(words))
    ]
    of_line = (
        chains.select("place", *(bit.alias(word) for bit, word in zip(bits, words, strict=True)))
        .group_by("place", maintain_order=True)
        .agg(pl.col(words).sum())
    )
    known = of_line.select(words).unique().sort(words).with_row_index("asking")
    names = [str(recall.id) for recall in needs.recalls]
    ids = [[names[one] for one in _numbers(some)] for some in known.select(words).iter_rows()]
    named = known.select(
        "asking",
        pl.Series("recalls", ids, dtype=pl.List(pl.String)),
        pl.Series("recalls_json", [_json(some) for some in ids], dtype=pl.String),
    )
    found = of_line.join(known, on=words, how="left", maintain_order="left")
    return found["asking"], named


def _json(ids: list[str]) -> str:
    return json.dumps(ids, separators=(",", ":"))


def _numbers(words: tuple[int, ...]) -> Iterator[int]:
    """Yield the numbers whose bits are set, in order."""
    for place, word in enumerate(words):
        left = word
        while left:
            lowest = left & -left
            yield place * BITS + lowest.bit_length() - 1
            left ^= lowest

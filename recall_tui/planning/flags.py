"""The patient flags that hold: the newest of their on and off codes decides."""

import polars as pl

from recall_tui.domain.expressions import Flagged
from recall_tui.planning.asking import BITS
from recall_tui.planning.expressions import judge
from recall_tui.planning.facts import Questions


def held_flags(asked: Questions) -> pl.DataFrame:
    """Return (pid, flags): for every patient the ids of the flags that hold, in order."""
    names = [str(name) for name in sorted(asked.flags)]
    judged = [judge(Flagged(name), asked).true for name in sorted(asked.flags)]
    # A bit each: few patients have any flag, and fewer sets of flags occur than patients.
    bits = [true.cast(pl.Int64) * (1 << n % BITS) for n, true in enumerate(judged)]
    words = [
        pl.sum_horizontal(pl.lit(0, dtype=pl.Int64), *bits[first : first + BITS])
        for first in range(0, len(bits) + 1, BITS)
    ]
    held = asked.frame.select("pid", *(word.alias(f"word{n}") for n, word in enumerate(words)))
    sets = held.drop("pid").unique()
    told = [
        [name for n, name in enumerate(names) if some[n // BITS] >> n % BITS & 1]
        for some in sets.iter_rows()
    ]
    named = sets.with_columns(pl.Series("flags", told, dtype=pl.List(pl.String)))
    found = held.join(named, on=sets.columns, how="left", maintain_order="left")
    return found.select("pid", "flags")

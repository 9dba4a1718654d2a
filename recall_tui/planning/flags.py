"""The patient flags that hold: the newest of their on and off codes decides."""

import polars as pl

from recall_tui.domain.expressions import Flagged
from recall_tui.planning.expressions import judge
from recall_tui.planning.facts import Questions


def held_flags(asked: Questions) -> pl.DataFrame:
    """Return (pid, flags): for every patient the ids of the flags that hold, in order."""
    names = sorted(asked.flags)
    judged = [(name, judge(Flagged(name), asked).true) for name in names]
    none = pl.lit(None, dtype=pl.String)
    given = [pl.when(true).then(pl.lit(str(name))).otherwise(none) for name, true in judged]
    listed = pl.concat_list(given).list.drop_nulls() if given else pl.lit([], pl.List(pl.String))
    return asked.frame.select("pid", listed.alias("flags"))

"""Dates in words: looked up, not written, where they lie close enough together."""

from dataclasses import dataclass

import polars as pl

MOST_DAYS = 200_000
"""Days that a table of dates in words spans at most; wider ones are written one by one."""

DAYS_A_ROW = 2
"""So many at most for each row, too: a table for few rows costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Days:
    """The dates of a frame in words."""

    first: int
    words: pl.Expr | None

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Days":
        """Return the words for all dates of ``rows``."""
        days = pl.col(pl.Date).cast(pl.Int32)
        low, high = rows.select(days.min()).row(0), rows.select(days.max()).row(0)
        first = min((day for day in low if day is not None), default=0)
        last = max((day for day in high if day is not None), default=0)
        if last - first > min(MOST_DAYS, DAYS_A_ROW * rows.height):
            return cls(0, None)
        every = pl.int_range(first, last + 1, dtype=pl.Int32, eager=True)
        return cls(first, pl.lit(every.cast(pl.Date).cast(pl.String)))

    def text(self, column: str) -> pl.Expr:
        """Return a date column in words."""
        if self.words is None:
            return pl.col(column).cast(pl.String)
        return self.words.gather(pl.col(column).cast(pl.Int32) - self.first)

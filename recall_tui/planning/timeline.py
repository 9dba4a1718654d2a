"""Days of many lines of events, in order, in which the latest up to any day is looked up.

A line is one patient and item. A lookup is a binary search, which costs a fraction of a join.
"""

from dataclasses import dataclass

import polars as pl

from recall_tui.queries import HERE

DAYS = 4_000_000
"""More than the days of the years 1 to 9999."""

DAY_ZERO = 719_162
"""Days from 1 January 1 to 1970, so that no day is negative."""


def moment(line: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return one number that orders by line, then day."""
    return line.cast(pl.Int64) * DAYS + DAY_ZERO + day.cast(pl.Int32)


def day_of(moment_: pl.Expr, line: pl.Expr) -> pl.Expr:
    """Return the day of a ``moment`` of this line; of that of another line anything or nothing."""
    since = moment_ - line.cast(pl.Int64) * DAYS - DAY_ZERO
    return since.cast(pl.Int32, strict=False).cast(pl.Date)


def moments(lines: pl.Series, days: pl.Series) -> pl.Series:
    """Return ``moment`` of columns: without a query, which costs more than few rows do."""
    return lines.cast(pl.Int64) * DAYS + DAY_ZERO + days.cast(pl.Int32)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The different days of each line, and of each day the one before it."""

    days: pl.DataFrame
    """moment, line, day, before (null for the first of a line), in order."""

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Timeline":
        """Return the days of ``rows`` (line, day), which are in order of both."""
        line, day = pl.col("line"), pl.col("day")
        same_line = line == line.shift(1)
        repeated = (same_line & (day == day.shift(1))).fill_null(value=False)
        different = rows.lazy().select("line", "day").filter(~repeated)
        days = different.select(
            moment(line, day).alias("moment"),
            "line",
            "day",
            pl.when(same_line).then(day.shift(1)).alias("before"),
        )
        # A row before all others, so that every search finds one.
        found = days.with_columns(line.cast(pl.Int64)).collect(engine=HERE)
        nobody = pl.DataFrame([(-1, -1, None, None)], schema=found.schema, orient="row")
        return cls(pl.concat([nobody, found], rechunk=True))

    def latest(self, lines: pl.Series, until: pl.Series | None = None) -> pl.DataFrame:
        """Return for each line the latest day (``until`` then, inclusive) and the one before it.

        A null in ``until`` finds nothing.
        """
        asked = pl.DataFrame({"line": lines.cast(pl.Int64)})
        if until is None:
            wanted = asked.select((pl.col("line") + 1) * DAYS - 1).to_series()
        else:
            day = pl.lit(until.cast(pl.Int32))
            wanted = asked.select(moment(pl.col("line"), day).fill_null(0)).to_series()
        place = self.days["moment"].search_sorted(wanted, side="right") - 1
        found = self.days.select("line", "day", "before")[place]
        mine = pl.col("line") == pl.lit(asked["line"])
        return found.select(pl.when(mine).then(name).alias(name) for name in ("day", "before"))

    def around(self, lines: pl.Series, days: pl.Series) -> pl.DataFrame:
        """Return ``before`` and ``since``: the last day of each line before a day, the first after.

        The day itself counts as after; null where there is none.
        """
        place = self.days["moment"].search_sorted(moments(lines, days), side="left")
        # After the last row of all there is none: a null takes a null there.
        beyond = place.set(place > self.days.height - 1, None)
        line = pl.lit(lines.cast(pl.Int64))
        return pl.DataFrame(
            self.days[at]
            .select(pl.when(pl.col("line") == line).then("day").alias(name))
            .to_series()
            for name, at in {"before": place - 1, "since": beyond}.items()
        )

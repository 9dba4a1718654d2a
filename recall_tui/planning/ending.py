"""What the schedules that end have in common: once, courses of doses, and seasons."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.planning.needs import Needs
from recall_tui.planning.streams import Streams

NO_LENGTH = 1.0e6
"""These schedules have no frequency: any other is shorter."""


@dataclass(frozen=True, slots=True)
class Singles:
    """What planning these schedules needs besides the chains."""

    needs: Needs
    streams: Streams
    settings: PlanSettings
    marks: pl.DataFrame
    """Due dates marked done: pid, item, day."""

    today: date

    def events(self, mine: pl.DataFrame) -> pl.DataFrame:
        """Return the evidence (chain, first, last) of these chains."""
        key = mine.select("chain", "pid", "item")
        found = self.streams.evidence.select("pid", "item", "first", "last")
        return found.join(key, on=["pid", "item"], how="inner").select("chain", "first", "last")

    def marked(self, mine: pl.DataFrame) -> pl.DataFrame:
        """Return the marks (chain, day) of these chains."""
        key = mine.select("chain", "pid", "item")
        return self.marks.join(key, on=["pid", "item"], how="inner").select("chain", "day")


def due_here(due: pl.Expr, settings: PlanSettings) -> pl.Expr:
    """Return a due date, moved on when it lies before the patient came here with the condition."""
    settled_in = pl.col("registered") + pl.duration(days=settings.newly_registered_days)
    earlier = pl.col("came_with_it") & (due < pl.col("registered"))
    return pl.when(earlier).then(settled_in).otherwise(due)


def no_frequency() -> list[pl.Expr]:
    """Return the columns of an outcome that only a frequency gives, saying nothing."""
    return [
        pl.lit("").alias("every"),
        pl.lit(NO_LENGTH).alias("length"),
        pl.lit(None, dtype=pl.Int32).alias("why"),
        pl.lit(None, dtype=pl.Int32).alias("early_days"),
        pl.lit(None, dtype=pl.Date).alias("beyond"),
    ]

"""Until when a plan holds, if nothing but time passes."""

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from recall_tui.planning.appointments import Packed

if TYPE_CHECKING:
    from recall_tui.planning.engine import Planned


def valid_until(thought: "Planned", result: Packed, today: date) -> pl.DataFrame:
    """Return (pid, valid_until): the last day on which each plan is still the same."""
    people = result.due_items.select("pid").unique()
    return people.with_columns(pl.lit(today).alias("valid_until"))

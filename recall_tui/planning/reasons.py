"""Why each due item stands in the plan: codes with their evidence, as JSON."""

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from recall_tui.domain.recalls import Rulebook

if TYPE_CHECKING:
    from recall_tui.planning.engine import Planned


def with_reasons(
    rows: pl.DataFrame, thought: "Planned", rulebook: Rulebook, today: date
) -> pl.DataFrame:
    """Return ``rows`` with the column ``reasons``."""
    return rows.with_columns(pl.lit("[]").alias("reasons"))

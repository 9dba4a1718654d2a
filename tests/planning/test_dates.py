"""Month arithmetic of whole columns, and what comparing with one date saves of it."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.domain.calendar import add_months as plain
from recall_tui.planning.dates import FAR, add_months, first_reaching, month_begins, month_index

DAYS = st.dates(date(1880, 1, 1), date(2150, 12, 31))
MONTHS = st.integers(-1200, 1200)


@given(st.lists(st.tuples(DAYS, MONTHS), min_size=1, max_size=30))
def test_a_column_moves_as_each_day_does(wanted: list[tuple[date, int]]) -> None:
    """31 January + 1 month is the end of February, whatever way it is worked out."""
    schema = {"day": pl.Date, "months": pl.Int32}
    frame = pl.DataFrame(wanted, schema=schema, orient="row")
    moved = frame.select(add_months(pl.col("day"), pl.col("months")).alias("day"))
    assert moved["day"].to_list() == [plain(day, months) for day, months in wanted]
    begins = frame.select(month_begins(month_index(pl.col("day"))).alias("day"))
    assert begins["day"].to_list() == [day.replace(day=1) for day, _ in wanted]


def test_the_calendar_ends_with_the_year_9999() -> None:
    """What lies beyond its last month is clipped to it, and nothing is nothing."""
    frame = pl.DataFrame({"day": [FAR, date(9999, 11, 30), None]}, schema={"day": pl.Date})
    moved = frame.select(add_months(pl.col("day"), pl.lit(1)).alias("day"))["day"].to_list()
    assert moved == [FAR, date(9999, 12, 30), None]


@given(DAYS, st.integers(0, 1200))
def test_the_first_day_that_reaches_another(day: date, months: int) -> None:
    """From it on, and not the day before, so many months lead to the day or past it."""
    found = first_reaching(day, months)
    assert plain(found, months) >= day
    assert plain(found - timedelta(days=1), months) < day

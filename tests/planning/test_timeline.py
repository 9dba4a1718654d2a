"""Days of many lines: the last before a day, and the first from it on."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.planning.timeline import Timeline

DAYS = st.integers(0, 9).map(lambda day: date(2024, 2, 25) + timedelta(days=day))
LINES = st.integers(0, 3)
EVENTS = st.lists(st.tuples(LINES, DAYS), min_size=1).map(sorted)


@given(events=EVENTS, line=LINES, day=DAYS)
def test_around_a_day(events: list[tuple[int, date]], line: int, day: date) -> None:
    """What is found belongs to the line, lies on its side of the day, and nothing lies between."""
    rows = pl.DataFrame(events, schema={"line": pl.Int64, "day": pl.Date}, orient="row")
    found = Timeline.of(rows).around(pl.Series([line]), pl.Series([day])).row(0, named=True)
    mine = [one for other, one in events if other == line]
    assert found == {
        "before": max((one for one in mine if one < day), default=None),
        "since": min((one for one in mine if one >= day), default=None),
    }

"""Days of many lines, and of many due dates the windows: what lies around a day."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.planning.sequences import windows_end_where_the_next_begins
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


CHAINS = st.sampled_from([0, 1, 4_000_000])
DUES = st.lists(st.tuples(CHAINS, st.integers(0, 9), st.integers(0, 9)), min_size=1)


@given(dues=DUES)
def test_a_window_ends_with_the_first_of_a_later_due_date(dues: list[tuple[int, int, int]]) -> None:
    """That of the one after the next may begin before the next one's, where frequencies vary."""
    days = {(chain, day): day - early for chain, day, early in dues}
    rows = [(*due, opens) for due, opens in sorted(days.items())]
    frame = pl.DataFrame(rows, schema=["chain", "due", "opens"], orient="row").with_columns(
        pl.col("due", "opens").cast(pl.Int32).cast(pl.Date)
    )
    ends = windows_end_where_the_next_begins(frame).get_column("until").to_list()
    epoch = date(1970, 1, 1)
    assert ends == [
        min(
            (
                epoch + timedelta(days=other[2])
                for other in rows
                if other[0] == one[0] and other[1] > one[1]
            ),
            default=None,
        )
        for one in rows
    ]

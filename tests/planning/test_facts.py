"""Facts about patients: of several records of a question the latest counts."""

from datetime import date

import polars as pl
import pytest

from recall_tui.domain.ids import ClusterId, ItemId
from recall_tui.planning.facts import Questions, latest_code, latest_result, start_of_codes
from recall_tui.planning.streams import Streams

TODAY = date(2026, 11, 22)
HERE, GONE = ClusterId("HERE_COD"), ClusterId("GONE_COD")
HBA1C = ItemId("hba1c")


def _streams() -> Streams:
    born = pl.Series([date(1950, 1, 1)] * 3, dtype=pl.Date)
    patients = pl.DataFrame(
        {"pid": [0, 1, 2], "patient_number": ["1", "2", "3"], "born": born, "sex": ["F"] * 3},
        schema_overrides={"pid": pl.UInt32},
    )
    days = [(0, date(2020, 1, 1)), (1, date(2021, 1, 1)), (0, date(2022, 1, 1))]
    code = {"pid": pl.UInt32, "day": pl.Date}
    evidence = [
        (0, 0, date(2026, 1, 5), date(2026, 1, 5), 51.0),
        (0, 0, date(2026, 3, 5), date(2026, 3, 5), 64.0),
        (0, 0, date(2026, 3, 5), date(2026, 3, 5), 48.0),
        (1, 0, date(2026, 2, 1), date(2026, 2, 28), 70.0),
    ]
    columns = {
        **dict.fromkeys(("pid", "item"), pl.UInt32), "first": pl.Date, "last": pl.Date,
        "value": pl.Float64,
    }  # fmt: skip
    nothing = pl.DataFrame(schema=code)
    return Streams(
        patients=patients,
        codes={
            HERE: pl.DataFrame(days, schema=code, orient="row"),
            GONE: pl.DataFrame([(0, date(2021, 6, 1))], schema=code, orient="row"),
        },
        drugs={},
        evidence=pl.DataFrame(evidence, schema=columns, orient="row"),
        future=nothing,
        coming=nothing,
        items=(HBA1C,),
    )


def _about(streams: Streams, day: date) -> Questions:
    asked = streams.patients.select("pid", pl.lit(day).alias("asof"))
    return Questions.about(streams, {}, asked)


@pytest.mark.parametrize("way", ["today", "about a day"])
def test_the_latest_record_counts(way: str) -> None:
    """Asked of everybody today or about a day that happens to be today: the same answers."""
    streams = _streams()
    of_today = way == "today"
    asked = Questions.today(streams, {}, TODAY) if of_today else _about(streams, TODAY)
    value, on = latest_result(asked, HBA1C)
    columns = {
        "latest": latest_code(asked, (HERE,)),
        "either": latest_code(asked, (HERE, GONE)),
        "start": start_of_codes(asked, HERE, GONE),
        "value": value,
        "on": on,
    }
    found = asked.frame.select(**columns)
    assert found.row(0) == (
        date(2022, 1, 1), date(2022, 1, 1), date(2022, 1, 1), 64.0, date(2026, 3, 5),
    )  # fmt: skip
    assert found.row(1) == (
        date(2021, 1, 1), date(2021, 1, 1), date(2021, 1, 1), 70.0, date(2026, 2, 1),
    )  # fmt: skip
    assert found.row(2) == (None,) * 5


def test_what_was_not_yet_known_does_not_count() -> None:
    """About an earlier day only what was over by then is seen: a vague month not before its end."""
    asked = _about(_streams(), date(2026, 2, 27))
    value, _ = latest_result(asked, HBA1C)
    assert asked.frame.select(value.alias("value"))["value"].to_list() == [51.0, None, None]

"""Month arithmetic against published vectors."""

import csv
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from recall_tui.domain.calendar import Month, add_months, age_on, qof_year_end
from recall_tui.planning.dates import add_months as add_months_of_column

_VECTORS: Final = Path(__file__).parent / "data" / "date_arithmetic_examples.csv"


def _clipping() -> list[dict[str, str]]:
    with _VECTORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        row
        for row in rows
        if row["convention"] == "clip" and row["weeks"] == "0" and row["days"] == "0"
    ]


def _months(row: dict[str, str]) -> int:
    return 12 * int(row["years"]) + int(row["months"])


def test_there_are_vectors() -> None:
    """The file is read, not passed over."""
    assert len(_clipping()) >= 10


@pytest.mark.parametrize(
    "row",
    _clipping(),
    ids=[f"{n}: {row['start']} {_months(row):+} months" for n, row in enumerate(_clipping())],
)
def test_published_vectors(row: dict[str, str]) -> None:
    """Months are added and clipped as python-dateutil's own tests expect."""
    start, expected = date.fromisoformat(row["start"]), date.fromisoformat(row["expected"])
    assert add_months(start, _months(row)) == expected


def test_columns_agree_with_single_dates() -> None:
    """The engine's columns move every day of four years as the calendar moves one date."""
    days = pl.date_range(date(2023, 1, 1), date(2026, 12, 31), eager=True)
    for months in (-37, -12, -1, 0, 1, 2, 6, 11, 12, 13, 24, 60):
        moved = pl.DataFrame({"day": days}).select(add_months_of_column(pl.col("day"), months))
        assert moved.to_series().to_list() == [add_months(day, months) for day in days]


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(1960, 5, 15), date(2026, 5, 14), 65),
        (date(1960, 5, 15), date(2026, 5, 15), 66),
        (date(1960, 2, 29), date(2026, 2, 28), 66),
        (date(2026, 5, 15), date(2026, 5, 15), 0),
    ],
)
def test_age_in_completed_years(born: date, today: date, years: int) -> None:
    """A year is completed on the birthday, on 28 February for those born on the 29th."""
    assert age_on(born, today) == years


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2027, 3, 31)),
        (date(2026, 12, 31), date(2027, 3, 31)),
    ],
)
def test_the_qof_year_ends_on_31_march(today: date, ends: date) -> None:
    """The QOF year runs from 1 April to 31 March."""
    assert qof_year_end(today) == ends


def test_months_have_ends_and_followers() -> None:
    """A month knows its first and last day, its follower and how it is written."""
    month = Month.parse("2024-02")
    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert str(month.plus(11)) == "2025-01"


def test_the_calendar_ends() -> None:
    """Beyond the year 9999 there is an error, not another date."""
    with pytest.raises(OverflowError):
        add_months(date(9999, 12, 31), 1)

"""Days as people in Britain write them, and the days on which a practice is closed."""

from datetime import date

import pytest

from recall_tui.domain.bank_holidays import Nation, bank_holiday, bank_holidays
from recall_tui.domain.typed_days import day_check, read_day, read_span, span_check

MONDAY = date(2026, 12, 7)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-03", "2026-12-03"), ("3/12/2026", "2026-12-03"), ("3.12.26", "2026-12-03"),
        ("3/12", "2027-12-03"), ("7/12", "2026-12-07"), ("29/2", None), ("+7", "2026-12-14"),
        ("29/2/2028", "2028-02-29"), ("+", None), ("+99999", None), ("31/11/2026", None),
        ("", None), ("1/2/3/4", None), ("0/0/0", None), ("99999-1-1", None),
        ("3 dec", "2027-12-03"), ("9th December", "2026-12-09"), ("Dec 9", "2026-12-09"),
        ("Weds 9 Dec", "2026-12-09"), ("thu 9 dec", None), ("wed 9/12", "2026-12-09"),
        ("on the 9th of dec 26", "2026-12-09"), ("9 sept 2027", "2027-09-09"),
        ("091226", "2026-12-09"), ("09122026", "2026-12-09"), ("20261209", "2026-12-09"),
        ("091228", "2028-12-09"), ("09122028", "2028-12-09"),
        ("0912", "2026-12-09"), ("9 12", "2026-12-09"), ("9-12-26", "2026-12-09"),
        ("today", "2026-12-07"), ("Tomorrow", "2026-12-08"), ("tue", "2026-12-08"),
        ("mon", "2026-12-14"), ("tues week", "2026-12-15"), ("week on thu", "2026-12-17"),
        ("next tue", None), ("in 2 weeks", "2026-12-21"), ("2w", "2026-12-21"),
        ("24 months", "2028-12-07"), ("25 months", None),
        ("3 months", "2027-03-07"), ("+10", "2026-12-17"), ("10", None), ("dec", None),
        ("31 nov", None), ("t", None), ("9 dec 2026 9", None), ("9/12/026", None), ("٣/١٢", None),
    ],
)  # fmt: skip
def test_british_forms(typed: str, day: str | None) -> None:
    """The next day there is where the year is left out; what is not certain is none."""
    assert read_day(typed, MONDAY) == (date.fromisoformat(day) if day else None)


def test_a_wrong_weekday_is_said() -> None:
    """Caller and receptionist mean different days: better said than booked."""
    check = day_check(MONDAY)
    assert check("thu 9 dec") == "9 Dec 2026 is a Wednesday."
    assert check("6/12/26") == "That day is past."
    assert check("soon").startswith("Write the day as")
    assert not check("tue week")
    assert not check("today")


@pytest.mark.parametrize(
    ("day", "nation", "name"),
    [
        ("2026-04-03", "england_and_wales", "Good Friday"),
        ("2026-04-06", "england_and_wales", "Easter Monday"),
        ("2026-04-06", "scotland", ""),
        ("2026-12-28", "england_and_wales", "Boxing Day"),
        ("2027-12-27", "england_and_wales", "Christmas Day"),
        ("2027-12-28", "england_and_wales", "Boxing Day"),
        ("2022-12-27", "england_and_wales", "Christmas Day"),
        ("2028-01-03", "england_and_wales", "New Year's Day"),
        ("2020-05-08", "england_and_wales", "Early May bank holiday"),
        ("2020-05-04", "england_and_wales", ""),
        ("2022-06-02", "scotland", "Spring bank holiday"),
        ("2023-05-08", "northern_ireland", "Coronation"),
        ("2023-01-03", "scotland", "New Year's Day"),
        ("2025-08-04", "scotland", "Summer bank holiday"),
        ("2026-07-13", "northern_ireland", "Battle of the Boyne"),
        ("2025-12-01", "england_and_wales", ""), ("2024-12-02", "scotland", "St Andrew's Day"),
    ],
)  # fmt: skip
def test_bank_holidays_are_those_of_the_nation(day: str, nation: str, name: str) -> None:
    """As published on gov.uk, substitute days and proclaimed ones included."""
    assert bank_holiday(date.fromisoformat(day), Nation(nation)) == name


@pytest.mark.parametrize(("nation", "count"), [(Nation.ENGLAND_AND_WALES, 8), (Nation.SCOTLAND, 9),
                                               (Nation.NORTHERN_IRELAND, 10)])  # fmt: skip
def test_every_year_has_its_number(nation: Nation, count: int) -> None:
    """No two holidays fall on one day, and none on a weekend."""
    for year in range(2027, 2050):
        days = bank_holidays(year, nation)
        assert len(days) == count
        assert all(day.weekday() < 5 for day in days)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("8 dec to 12 dec", (8, 12)),
        ("8-12 dec", (8, 12)),
        ("8 to 12 dec", (8, 12)),
        ("8/12 - 12/12", (8, 12)),
        ("2026-12-08 to 2026-12-12", (8, 12)),
        ("8 dec", (8, 8)),
        ("12 dec to 8 dec", None),
        ("8 dec to", None),
    ],
)
def test_days_are_read_as_they_are_said(typed: str, days: tuple[int, int] | None) -> None:
    """From one day to another, a shared month once; one day stands for itself."""
    today = date(2026, 11, 30)
    wanted = (date(2026, 12, days[0]), date(2026, 12, days[1])) if days else None
    assert read_span(typed, today) == wanted
    assert bool(span_check(today)(typed)) is (days is None)

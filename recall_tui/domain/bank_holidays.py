"""Bank holidays by rule, so that no list has to be loaded or kept up to date.

Source of the rules: Banking and Financial Dealings Act 1971 and https://www.gov.uk/bank-holidays;
days that were proclaimed for one year are named below.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

SATURDAY: Final = 5


class Nation(StrEnum):
    """Whose bank holidays a practice keeps; the value is what the settings file says."""

    ENGLAND_AND_WALES = "england_and_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


_MOVED: Final = {
    2002: ((5, -1), (6, 4)), 2012: ((5, -1), (6, 4)), 2020: ((5, 1), (5, 8)),
    2022: ((5, -1), (6, 2)),
}  # fmt: skip
"""Year: which Monday (month, first or last) was moved, and to which day."""

_PROCLAIMED: Final = {
    2002: {date(2002, 6, 3): "Golden Jubilee"},
    2011: {date(2011, 4, 29): "Royal wedding"},
    2012: {date(2012, 6, 5): "Diamond Jubilee"},
    2022: {date(2022, 6, 3): "Platinum Jubilee", date(2022, 9, 19): "State funeral"},
    2023: {date(2023, 5, 8): "Coronation"},
}
_WORLD_CUP: Final = date(2026, 6, 15)
"""Proclaimed for Scotland only."""


def bank_holiday(on: date, nation: Nation = Nation.ENGLAND_AND_WALES) -> str:
    """Return the name of the bank holiday, or nothing when the day is none."""
    return bank_holidays(on.year, nation).get(on, "")


@lru_cache(maxsize=64)
def bank_holidays(year: int, nation: Nation) -> Mapping[date, str]:
    """Return the bank holidays of a year with their names."""
    easter = _easter(year)
    found = {
        easter - timedelta(days=2): "Good Friday",
        _monday(year, 5, 1): "Early May bank holiday",
        _monday(year, 5, -1): "Spring bank holiday",
        **_PROCLAIMED.get(year, {}),
    }
    scottish = nation is Nation.SCOTLAND
    if scottish and year == _WORLD_CUP.year:
        found[_WORLD_CUP] = "World Cup bank holiday"
    found[_monday(year, 8, 1 if scottish else -1)] = "Summer bank holiday"
    if not scottish:
        found[easter + timedelta(days=1)] = "Easter Monday"
    for day, name in _dated(year, nation).items():
        # Substitute days follow one another: two holidays never fall on one day.
        found[_next_working(day, found)] = name
    return found


def _dated(year: int, nation: Nation) -> dict[date, str]:
    """Return the holidays that have a date, those first that keep their own day."""
    named = {date(year, 1, 1): "New Year's Day"}
    if nation is Nation.SCOTLAND:
        named |= {date(year, 1, 2): "2nd January", date(year, 11, 30): "St Andrew's Day"}
    if nation is Nation.NORTHERN_IRELAND:
        named |= {date(year, 3, 17): "St Patrick's Day", date(year, 7, 12): "Battle of the Boyne"}
    named |= {date(year, 12, 25): "Christmas Day", date(year, 12, 26): "Boxing Day"}
    return dict(sorted(named.items(), key=lambda one: one[0].weekday() >= SATURDAY))


def _next_working(day: date, taken: Mapping[date, str]) -> date:
    while day.weekday() >= SATURDAY or day in taken:
        day += timedelta(days=1)
    return day


def _monday(year: int, month: int, which: int) -> date:
    """Return the first or the last (-1) Monday of a month, or the day it was moved to."""
    moved = _MOVED.get(year)
    if moved is not None and moved[0] == (month, which):
        return date(year, *moved[1])
    if which > 0:
        first = date(year, month, 1)
        return first + timedelta(days=-first.weekday() % 7)
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def _easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    golden, century = year % 19, year // 100
    skipped = century // 4
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - skipped - moon + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - epact - year % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)

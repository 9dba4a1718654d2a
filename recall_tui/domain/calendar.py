"""Month arithmetic with one convention: clip to the month's end, never chain from a clip."""

import calendar as _calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

DAYS_IN_WEEK = 7

SHORTEST_MONTH = 28
"""Every month has so many days."""


def add_months(day: date, months: int) -> date:
    """Return ``day`` moved by ``months`` (may be negative), clipped to the end of its new month.

    31 Jan + 1 month is 28 or 29 Feb; 29 Feb + 12 months is 28 Feb. The expected values are the
    vectors marked ``clip`` in tests/domain/data/date_arithmetic_examples.csv.

    Raises:
        OverflowError: the result lies outside the years 1 to 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        message = f"{months} months from {day} is outside the calendar"
        raise OverflowError(message)
    if day.day <= SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    last = _calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def age_on(born: date, today: date) -> int:
    """Return completed years; someone born on 29 Feb is a year older on 28 Feb of a short year."""
    years = today.year - born.year
    return years - 1 if add_months(born, 12 * years) > today else years


def qof_year_end(today: date) -> date:
    """Return the 31 March that ends the QOF year (1 April to 31 March) of ``today``."""
    return date(today.year + 1 if today.month >= 4 else today.year, 3, 31)  # noqa: PLR2004 - April


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, written ``2026-11``."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month in which ``day`` lies."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM``.

        Raises:
            ValueError: ``text`` is not a month.
        """
        day = date.fromisoformat(f"{text}-01")
        return cls.of(day)

    @property
    def first(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day of the month."""
        return self.plus(1).first - timedelta(days=1)

    def plus(self, months: int) -> Self:
        """Return the month that lies ``months`` later."""
        return type(self).of(add_months(self.first, months))

    def __str__(self) -> str:
        """Return ``YYYY-MM``."""
        return f"{self.year:04d}-{self.number:02d}"

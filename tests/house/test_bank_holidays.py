"""The bank holidays that planning of appointments relies on reach far enough."""

from datetime import UTC, datetime

import holidays


def test_next_years_bank_holidays_are_known() -> None:
    """The pinned holidays package knows England's eight or more for this year and the next.

    When this goes red: move the pin of ``holidays`` in requirements/base.in and run ``make lock``.
    """
    year = datetime.now(UTC).year
    known = holidays.country_holidays("GB", subdiv="ENG", years=[year, year + 1])
    for each in (year, year + 1):
        days = [day for day in known if day.year == each]
        assert len(days) >= 8, f"{each}: {days}"


def test_2026s_bank_holidays_are_the_published_ones() -> None:
    """The package agrees with the government's list for 2026, substitute days included.

    It also lists 26 December itself, a Saturday: nobody is booked on that day anyway.
    """
    known = holidays.country_holidays("GB", subdiv="ENG", years=[2026])
    assert sorted(f"{day:%m-%d}" for day in known if day.weekday() < 5) == [
        "01-01",
        "04-03",
        "04-06",
        "05-04",
        "05-25",
        "08-31",
        "12-25",
        "12-28",
    ]

"""A day as people in Britain write or say it; nothing is guessed."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from recall_tui.domain.calendar import add_months

DAY_FORMS: Final = "3/12, 3 Dec, tue, tue week, tomorrow, in 2 weeks, +7 or 2026-12-03"
"""How a day may be written."""

MOST_DAYS: Final = 366
"""So many days at most are asked about at once."""

_LONGEST: Final = 40
_MOST_AHEAD: Final = 999
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAY_NAMES: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_NEAR: Final = {"today": 0, "tod": 0, "tomorrow": 1, "tom": 1, "tmrw": 1, "tmr": 1}
_UNITS: Final = {"d": 1, "day": 1, "days": 1, "w": 7, "wk": 7, "wks": 7, "week": 7, "weeks": 7}
_UNIT_MONTHS: Final = {"m": 1, "mth": 1, "mths": 1, "month": 1, "months": 1}
_CENTURY: Final = 2000
_SPAN: Final = re.compile(r"\s+(?:to|till|until|-|\u2013)\s+")
_WORD: Final = re.compile(r"\d+|[a-z]+")


def read_day(text: str, today: date) -> date | None:
    """Return the day that ``text`` names, or None when it names none for certain.

    3/12/2026, 3.12.26, 031226, 3rd Dec, Thu 3 Dec and 2026-12-03; without a year the next one
    there is. today, tomorrow, tue (the next one after today), tue week, in 2 weeks, 3 months, +7.
    A weekday beside a date must be the weekday of that date. "next tue" is not taken: people mean
    two different days by it.
    """
    plain = text.strip().lower()
    if not plain or len(plain) > _LONGEST or not plain.isascii():
        return None
    if plain.startswith("+"):
        ahead = plain[1:].strip()
        return _ahead(int(ahead), today) if ahead.isdecimal() and len(ahead) < 4 else None  # noqa: PLR2004 - at most 999 days
    words = [word for word in _WORD.findall(plain) if word not in {"on", "the", "of", "a"}]
    if not words or re.search(r"[^\w\s/.,'-]", plain):
        return None
    words = [word for word in words if word not in {"st", "nd", "rd", "th"}]
    return _relative(words, today) or _dated(words, today)


def read_span(text: str, today: date) -> tuple[date, date] | None:
    """Return the first and last day that ``text`` names, or None when it names none for certain.

    One day stands for itself; "8 dec to 12 dec", "8 dec - 12 dec", "8-12 dec" and "8 to 12 dec".
    """
    alone = read_day(text, today)
    if alone is not None:
        return alone, alone
    for parts in (_SPAN.split(text.strip().lower()), text.strip().lower().split("-")):
        if len(parts) == 2:  # noqa: PLR2004 - a first day and a last one
            first, last = (part.strip() for part in parts)
            ends = read_day(last, today)
            shared = f"{first} {' '.join(last.split()[1:])}" if first.isdecimal() else first
            begins = read_day(shared, today)
            if begins is not None and ends is not None and begins <= ends:
                return begins, ends
    return None


def weekday_words(text: str, today: date) -> str:
    """Say which weekday the date in ``text`` is where it names another one, else nothing."""
    words = [word for word in _WORD.findall(text.strip().lower()) if _weekday(word) is None]
    meant = read_day(" ".join(words), today) if words else None
    if meant is None or read_day(text, today) is not None:
        return ""
    return f"{meant.day} {meant:%b %Y} is a {meant:%A}."


def span_check(today: date) -> Callable[[str], str]:
    """Return what says what is wrong with a span of days typed, or nothing."""

    def wrong(text: str) -> str:
        span = read_span(text, today)
        if span is None:
            return weekday_words(text, today) or f"Write 8 dec to 12 dec, or one day: {DAY_FORMS}."
        if span[1] < today:
            return "Those days are past."
        return "" if (span[1] - span[0]).days < MOST_DAYS else f"At most {MOST_DAYS} days."

    return wrong


def day_check(today: date) -> Callable[[str], str]:
    """Return what says what is wrong with a day typed, or nothing."""

    def wrong(text: str) -> str:
        chosen = read_day(text, today)
        if chosen is None:
            return weekday_words(text, today) or f"Write the day as {DAY_FORMS}."
        return "That day is past." if chosen < today else ""

    return wrong


def _ahead(days: int, today: date) -> date | None:
    return today + timedelta(days=days) if days <= _MOST_AHEAD else None


def _relative(words: Sequence[str], today: date) -> date | None:
    match words:
        case [word] if word in _NEAR:
            return today + timedelta(days=_NEAR[word])
        case [word] | ["this", word] | ["coming", word] if _weekday(word) is not None:
            return _coming(word, today)
        case [word, "week" | "wk"] | ["week", word] if _weekday(word) is not None:
            return _coming(word, today) + timedelta(days=7)
        case [count, unit] | ["in", count, unit] if count.isdecimal() and len(count) <= len("999"):
            if unit in _UNITS:
                return _ahead(int(count) * _UNITS[unit], today)
            months = int(count) if unit in _UNIT_MONTHS else 0
            return add_months(today, months) if 0 < months <= 24 else None  # noqa: PLR2004 - two years
        case _:
            return None


def _weekday(word: str) -> int | None:
    """Return the number of a weekday written with at least three letters, Monday 0."""
    short = len(word) >= len("mon")
    found = [place for place, name in enumerate(_DAY_NAMES) if short and name.startswith(word)]
    return found[0] if found else (2 if word == "weds" else None)


def _coming(word: str, today: date) -> date:
    ahead = ((_weekday(word) or 0) - today.weekday()) % 7
    return today + timedelta(days=ahead or 7)


def _month(word: str) -> int | None:
    if len(word) < len("jan"):
        return None
    numbered = enumerate(_MONTH_NAMES, start=1)
    return next((number for number, name in numbered if name.startswith(word)), None)


def _dated(words: Sequence[str], today: date) -> date | None:
    meant = {day for word in words if (day := _weekday(word)) is not None}
    rest = [word for word in words if _weekday(word) is None]
    found = _date(rest, today)
    if found is None or len(words) - len(rest) > 1:
        return None
    return found if not meant or found.weekday() in meant else None


def _date(words: Sequence[str], today: date) -> date | None:
    match words:
        case [digits] if digits.isdecimal():
            return _run_of_digits(digits, today)
        case [year, month, day] if len(year) == len("2026") and (month + day + year).isdecimal():
            return _made(int(year), int(month), int(day))
        case [one, other, *years] if len(years) <= 1:
            named = _month(other) or _month(one)
            day = one if _month(other) else other
            if named is None and other.isdecimal() and len(other) <= len("12"):
                named, day = int(other), one
            if named is None or not day.isdecimal() or len(day) > len("31"):
                return None
            return _of_year(int(day), named, years[0] if years else "", today)
        case _:
            return None


def _run_of_digits(digits: str, today: date) -> date | None:
    """Read 0312, 031226, 03122026 or 20261203."""
    day, month, year = digits[:2], digits[2:4], digits[4:]
    if len(digits) not in {4, 6, 8}:
        return None
    found = _of_year(int(day), int(month), year, today)
    if found is None and len(digits) == len("20261203"):
        return _made(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return found


def _of_year(day: int, month: int, year: str, today: date) -> date | None:
    """Return the day in a year given with two or four digits, or the next one there is."""
    if year:
        if not year.isdecimal() or len(year) not in {2, 4}:
            return None
        return _made(int(year) + (_CENTURY if len(year) == len("26") else 0), month, day)
    this_year = _made(today.year, month, day)
    is_past = this_year is not None and this_year < today
    return _made(today.year + 1, month, day) if is_past else this_year


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

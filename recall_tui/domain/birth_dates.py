"""A date of birth as people write it beside a name: taken out of the text, never guessed."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

BIRTH_FORM: Final = "24/01/1975"
"""How to write a date of birth."""

_MONTH: Final = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{4}|\d{2})"
_BETWEEN: Final = r"\s*[/.-]\s*"
_FORMS: Final = tuple(
    re.compile(rf"(?<![^\W_]){form}(?![^\W_])")
    for form in (
        rf"(?P<year>\d{{4}}){_BETWEEN}(?P<number>\d{{1,2}}){_BETWEEN}(?P<day>\d{{1,2}})",
        rf"(?P<day>\d{{1,2}}){_BETWEEN}(?P<number>\d{{1,2}}){_BETWEEN}{_YEAR}",
        rf"(?P<day>\d{{1,2}})\s+(?P<number>\d{{1,2}})\s+{_YEAR}",
        rf"{_DAY}(?:\s+of)?[\s.,/-]*{_MONTH}[\s.,/-]*{_YEAR}",
        rf"{_MONTH}[\s.]*{_DAY}[\s.,]+{_YEAR}",
        r"(?P<day>\d{2})(?P<number>\d{2})(?P<year>\d{4}|\d{2})",
    )
)
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_CENTURIES: Final = (2000, 1900)
_OLDEST: Final = 125
_YEAR_ALONE: Final = re.compile(r"(?:^|\s)(?P<year>(?:19|20)\d\d)(?:\s|$)")


class NameAndBirth(NamedTuple):
    """What was typed: the name, and what was said of the birth."""

    name: str
    written: str
    """The date as it was typed; empty: there was none."""

    days: tuple[date, ...]
    """The days that may be meant: two where a year of two digits fits two centuries."""

    year: int | None


def split_birth(text: str, today: date) -> NameAndBirth:
    """Take a date or a year of birth out of a text; what is left is the name.

    24/01/1975, 24/1/75, 24-01-1975, 24.01.1975, 24 Jan 1975, 24th January 1975, 1975-01-24 and
    24011975, before or behind the name; the day comes before the month. ``days`` is empty where
    ``written`` is no day up to ``today``.
    """
    plain = text.strip().lower()
    for form in _FORMS:
        found = form.search(plain)
        if found is not None:
            name = _rest(plain, found)
            return NameAndBirth(name, found.group().strip(), tuple(_days(found, today)), None)
    year = _YEAR_ALONE.search(plain)
    if year is not None and not any(map(str.isdigit, rest := _rest(plain, year))):
        return NameAndBirth(rest, "", (), int(year["year"]))
    return NameAndBirth(plain, "", (), None)


def birth_days(text: str, today: date) -> tuple[date, ...]:
    """Return the days that a date of birth, with nothing beside it, may mean."""
    found = split_birth(text, today)
    return () if found.name else found.days


def _rest(text: str, found: re.Match[str]) -> str:
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    words = (word for word in rest.split() if word.strip(",;.") not in {"", "born", "dob"})
    return " ".join(words).strip(" ,;")


def _days(found: re.Match[str], today: date) -> Iterator[date]:
    parts = found.groupdict()
    number = parts.get("number")
    month = int(number) if number else _MONTHS.index(parts["month"]) + 1
    year = int(parts["year"])
    is_short = len(parts["year"]) == len("75")
    for each in [century + year for century in _CENTURIES] if is_short else [year]:
        try:
            day = date(each, month, int(parts["day"]))
        except ValueError:
            continue
        if day <= today and each > today.year - _OLDEST:
            yield day

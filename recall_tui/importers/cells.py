"""Read the text of one cell: each function returns the value, or None and the fault."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from math import inf, nextafter
from typing import Final

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.gb import nhs

from recall_tui.cleaning import clean_name, hidden_characters
from recall_tui.importers.columns import plain
from recall_tui.importers.problems import Fault

FIRST_YEAR: Final = 1880
LAST_YEAR: Final = 2200
LONGEST_KEY: Final = 64
_EXACT_DIGITS: Final = 15
"""A spreadsheet keeps so many digits of a number; the rest become noughts."""

_SHORTEST_ID: Final = 6
_LONGEST_ID: Final = 18
_OF_DESCRIPTIONS: Final = frozenset({"01", "11"})

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[- ](\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_CLOCK = re.compile(r"(.+?)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+|\d+[.,]\d+[eE]\d+|\d+[.,]0+", re.ASCII)
_BOUND = re.compile(r"(<=|=<|≤|<|>=|=>|≥|>) ?(\d+(?:\.\d+)?)", re.ASCII)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_MONTHS: Final = {
    "janfebmaraprmayjunjulaugsepoctnovdec"[start : start + 3]: start // 3 + 1
    for start in range(0, 36, 3)
}
_MONTHS_IN_YEAR: Final = 12


def read_key(text: str) -> tuple[str | None, Fault | None]:
    """Read an identifier."""
    if hidden_characters(text):
        return None, Fault.HIDDEN
    if len(text) > LONGEST_KEY:
        return None, Fault.TOO_LONG
    if _SCIENTIFIC.fullmatch(text):
        return None, Fault.NUMBER_FORMAT
    return text, None


def read_code(text: str) -> tuple[str | None, Fault | None]:
    """Read a clinical code; a number that a spreadsheet has rounded is none, nor is a term's id."""
    key, fault = read_key(text)
    if fault is None and _is_rounded(text):
        return None, Fault.ROUNDED
    if fault is None and _is_of_a_term(text):
        return None, Fault.OF_A_TERM
    return key, fault


def _is_of_a_term(code: str) -> bool:
    """Whether it is the id of a SNOMED CT description: its partition is 01 or 11, not 00 or 10.

    No rule names one, so nobody with such codes alone would be on any register.
    """
    if not (code.isascii() and code.isdecimal() and _SHORTEST_ID <= len(code) <= _LONGEST_ID):
        return False
    return code[-3:-1] in _OF_DESCRIPTIONS and has_check_digit(code)


def _is_rounded(code: str) -> bool:
    """Whether all digits past the fifteenth are 0 and the id is not right as it stands.

    An identifier of SNOMED CT so long has 10 as its partition and a Verhoeff check digit.
    """
    lost = len(code) - _EXACT_DIGITS
    if lost < 1 or not (code.isascii() and code.isdecimal()) or not code.endswith("0" * lost):
        return False
    return code[-3:-1] != "10" or not has_check_digit(code)


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the Verhoeff check digit of the others."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _VERHOEFF[value]
        check = _dihedral(check, value)
    return check == 0


_VERHOEFF: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _dihedral(left: int, right: int) -> int:
    """Multiply in the symmetry group of the pentagon: 0 to 4 turn, 5 to 9 reflect."""
    turns, reflects = left % 5, left >= 5  # noqa: PLR2004 - half of the ten symmetries
    angle = (turns - right if reflects else turns + right) % 5
    return angle + (5 if reflects != (right >= 5) else 0)  # noqa: PLR2004 - the same


def read_nhs_number(text: str) -> tuple[str | None, Fault | None]:
    """Read an NHS number in any spacing, as ten digits."""
    try:
        number = nhs.validate(text)
    except InvalidChecksum:
        return None, Fault.NHS_CHECK
    except ValidationError:
        return None, Fault.NHS_LENGTH
    if not number.isascii():
        return None, Fault.NHS_LENGTH
    return (None, Fault.NHS_SAME) if len(set(number)) == 1 else (number, None)


def read_text(text: str) -> tuple[str | None, Fault | None]:
    """Read a name or free text: cleaned, and noted when something invisible was in it."""
    hidden = any(mark not in _LINE_ENDS for mark in hidden_characters(text))
    return clean_name(text) or None, Fault.HIDDEN_REMOVED if hidden else None


_LINE_ENDS: Final = frozenset({"U+0009", "U+000A", "U+000D"})


@lru_cache(maxsize=1 << 16)
def read_day(text: str) -> tuple[date | None, Fault | None]:
    """Read a day; one that is possible only in American order says so."""
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _SLASHED.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        if month > _MONTHS_IN_YEAR >= day:
            return None, Fault.DATE_AMERICAN
    elif match := _NAMED.fullmatch(text):
        day, year = int(match[1]), int(match[3])
        month = _MONTHS.get(match[2].lower(), 0)
    else:
        return None, Fault.DATE
    return _date(year, month, day)


def _date(year: int, month: int, day: int) -> tuple[date | None, Fault | None]:
    try:
        found = date(year, month, day)
    except ValueError:
        return None, Fault.DATE
    return (found, None) if FIRST_YEAR <= year <= LAST_YEAR else (None, Fault.DATE_YEAR)


def read_period(text: str) -> tuple[date | None, Fault | None]:
    """Read a day, month or year as its first day; ``precision`` tells them apart."""
    if match := _MONTH.fullmatch(text):
        return _date(int(match[1]), int(match[2]), 1)
    if _YEAR.fullmatch(text):
        return _date(int(text), 1, 1)
    return read_day(text)


def read_time(text: str) -> tuple[datetime | None, Fault | None]:
    """Read a local date and time."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None, Fault.TIME
    day, fault = read_day(match[1])
    if day is None:
        return None, Fault.TIME if fault is Fault.DATE else fault
    try:
        return datetime(  # noqa: DTZ001 - local time of the practice, no zone
            day.year, day.month, day.day, int(match[2]), int(match[3]), int(match[4] or 0)
        ), None
    except ValueError:
        return None, Fault.TIME


def read_bound(text: str) -> float | None:
    """Return the number for a result below or above what can be measured: ``<3``, ``> 90``.

    It is the next number beside the bound, so that no rule takes "less than 3" for 3 or more.
    """
    match = _BOUND.fullmatch(text)
    if match is None:
        return None
    bound = float(match[2])
    if match[1] in {"<", ">"}:
        return nextafter(bound, -inf if match[1] == "<" else inf)
    return bound


def read_whole(text: str) -> tuple[int | None, Fault | None]:
    """Read a whole number of at most six digits."""
    return (int(text), None) if _WHOLE.fullmatch(text) and text.isascii() else (None, Fault.NUMBER)


def read_word(text: str, words: Mapping[str, str]) -> tuple[str | None, Fault | None]:
    """Read one of the known words, whatever its case, blanks and punctuation."""
    found = words.get(plain(text))
    return (None, Fault.WORD) if found is None else (found, None)

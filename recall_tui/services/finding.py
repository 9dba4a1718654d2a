"""Finding a patient from whatever was typed: several matches are listed, never picked."""

import re
from datetime import date

from recall_tui.domain.birth_dates import BIRTH_FORM, NameAndBirth, split_birth
from recall_tui.errors import BadInput
from recall_tui.ports import Store
from recall_tui.views.patient import PatientHit

_SEPARATED = re.compile(r"\d\s*[/.]\s*\d|\d-\d{1,2}-\d")
"""No number is written so: it is a date, or was meant to be one."""


def find_patients(store: Store, typed: str, today: date) -> tuple[PatientHit, ...]:
    """Return the patients that fit.

    Digits are tried as patient number or NHS number (any spacing), then as a phone number or its
    last digits; words as names in any order, with a date or year of birth before or behind them.

    Raises:
        BadInput: the date of birth is none, or has no name beside it.
    """
    text = typed.strip()
    digits = "".join(filter(str.isdigit, text))
    born = split_birth(text, today)
    hits: tuple[PatientHit, ...] = ()
    if digits and not any(char.isalpha() for char in text):
        if _SEPARATED.search(text) is None:
            # As typed: a phone that shows who rings begins with +44.
            hits = store.find_by_number(digits) or store.find_by_phone(text)
        # Six or eight digits without anything between them are a number that nobody has.
        is_date = born.written and not born.written.isdecimal()
        if not hits and (is_date or _SEPARATED.search(text)):
            raise BadInput(_wanting(text, born))
        return hits
    return (
        store.find_by_number(text)
        or store.find_by_number(text.upper())
        or _by_name(store, text, born)
    )


def _by_name(store: Store, text: str, born: NameAndBirth) -> tuple[PatientHit, ...]:
    if born.days and born.name:
        found = [hit for day in born.days for hit in store.find_by_name(born.name, day)]
        return tuple(found)
    if born.written or _SEPARATED.search(text) or any(map(str.isdigit, text.partition(",")[2])):
        raise BadInput(_wanting(text, born))
    return store.find_by_name(born.name, None, born.year)


def _wanting(text: str, born: NameAndBirth) -> str:
    """Say what is wrong with a date of birth, or what is missing beside it."""
    if born.days:
        return f"a date of birth alone finds nobody: write the name too, as Webb {BIRTH_FORM}"
    written = born.written or text
    return f"{written} is not a date of birth: write day, month and year, as {BIRTH_FORM}"

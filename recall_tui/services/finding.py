"""Finding a patient from whatever was typed: several matches are listed, never picked."""

import re
from datetime import date, datetime

from recall_tui.errors import BadInput
from recall_tui.ports import Store
from recall_tui.views.patient import PatientHit

YEAR = re.compile(r"(?:19|20)\d\d")
BIRTH_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y")


def find_patients(store: Store, typed: str) -> tuple[PatientHit, ...]:
    """Return the patients that fit.

    Digits are tried as patient number or NHS number (any spacing), then as a phone number or its
    last digits; words as names, with a date of birth after a comma or a birth year at the end.

    Raises:
        BadInput: the date of birth is none.
    """
    text = typed.strip()
    digits = "".join(filter(str.isdigit, text))
    if digits and not any(char.isalpha() for char in text):
        # As typed: a phone that shows who rings begins with +44.
        return store.find_by_number(digits) or store.find_by_phone(text)
    exact = store.find_by_number(text) or store.find_by_number(text.upper())
    if exact:
        return exact
    words, _comma, born = text.partition(",")
    name, _blank, last = f"{words} {born}".strip().rpartition(" ")
    if name and YEAR.fullmatch(last) and not any(mark.isdigit() for mark in name):
        return store.find_by_name(name.strip(), None, int(last))
    return store.find_by_name(words.strip(), _born(born.strip()))


def _born(text: str) -> date | None:
    if not text:
        return None
    for form in BIRTH_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date of birth has no zone
        except ValueError:
            continue
    message = f"{text} is not a date of birth: write it as 1950-12-31"
    raise BadInput(message)

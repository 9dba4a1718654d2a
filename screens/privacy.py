"""Privacy mode: who a patient is stays masked, so that nobody else in the room can read it.

Only what is drawn is masked; files, commands and what is copied on a key hold the whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recall_tui.views.past import PatientPast
    from recall_tui.views.patient import PatientHit, PatientPage
    from recall_tui.views.worklist import WorklistRow

HIDDEN = "hidden"
SHOWN_DIGITS = 3
"""The last digits of a number, by which its owner knows it."""


class _Mode:
    """Whether patients are masked, and who is shown all the same."""

    is_on = False
    revealed = ""


_mode = _Mode()


def mask(*, on: bool) -> None:
    """Mask patients on every screen from now on, or no longer."""
    _mode.is_on, _mode.revealed = on, ""


def reveal(patient: str) -> None:
    """Show one patient plainly ("": nobody any more)."""
    _mode.revealed = patient


def is_masked(patient: str = "") -> bool:
    """Whether patients, or this one, are masked."""
    return _mode.is_on and (not patient or patient != _mode.revealed)


def name_words(name: str) -> str:
    """Return a name as it may be shown now: initials where patients are masked."""
    return initials(name) if is_masked() else name


def initials(name: str) -> str:
    """Return the initials of a family name and given names."""
    return ", ".join(f"{part.strip()[:1]}." for part in name.split(",") if part.strip())


def number_words(number: str) -> str:
    """Return a telephone or NHS number with all but its last digits masked."""
    digits = sum(mark.isdigit() for mark in number)
    seen, masked = 0, ""
    for mark in number:
        seen += mark.isdigit()
        masked += "*" if mark.isdigit() and seen <= digits - SHOWN_DIGITS else mark
    return masked


def shown_page(page: PatientPage) -> PatientPage:
    """Return a patient as the masked screen shows them; the date of birth is left to the line."""
    if not is_masked(page.patient):
        return page
    return replace(
        page,
        name=initials(page.name),
        nhs_number=number_words(page.nhs_number) if page.nhs_number else None,
        mobile_phone=number_words(page.mobile_phone),
        home_phone=number_words(page.home_phone),
        email=HIDDEN if page.email else "",
        address=HIDDEN if page.address else "",
        postcode=page.postcode.partition(" ")[0],
    )


def shown_past(patient: str, past: PatientPast) -> PatientPast:
    """Return what lies behind a patient with the names of the household masked."""
    if not is_masked(patient):
        return past
    others = tuple(replace(one, name=name_words(one.name)) for one in past.household)
    return replace(past, household=others)


def shown_row(row: WorklistRow) -> WorklistRow:
    """Return a row of the list as the masked screen shows it."""
    if not is_masked():
        return row
    number = number_words(row.nhs_number) if row.nhs_number else None
    return replace(row, name=name_words(row.name), nhs_number=number)


def shown_hit(hit: PatientHit) -> PatientHit:
    """Return a match of a look-up as the masked screen shows it."""
    if not is_masked():
        return hit
    return replace(hit, name=name_words(hit.name), postcode=hit.postcode.partition(" ")[0])

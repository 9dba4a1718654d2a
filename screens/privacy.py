"""Privacy mode: who a patient is stays masked, so that nobody else in the room can read it.

Masked are names, dates of birth, telephone and NHS numbers, addresses, and whatever somebody typed
about a patient, which may name anybody. Patient numbers stay: to work with, and to no stranger's
use. Only what is drawn, told by ``--plain`` or printed on a terminal is masked; files, pipes, JSON
and what is copied on a key hold the whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from recall_tui.views.ledger import Ledger
    from recall_tui.views.past import PatientPast
    from recall_tui.views.patient import PatientHit, PatientPage
    from recall_tui.views.queues import QueueRow
    from recall_tui.views.worklist import PlannedAppointmentView, WorklistRow

HIDDEN = "hidden"
SHOWN_DIGITS = 3
"""The last digits of a number, by which its owner knows it."""

TYPED = frozenset({"reason", "words", "name"})
"""What of an event's payload somebody typed."""


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
    """Return the initials of a family name and given names; a sign before them stays."""
    sign, plain = ("+ ", name[2:]) if name.startswith("+ ") else ("", name)
    return sign + ", ".join(f"{part.strip()[:1]}." for part in plain.split(",") if part.strip())


def without_names(text: str, names: Iterable[str]) -> str:
    """Return a text with each of these names as initials."""
    for name in names:
        if name and name in text:
            text = text.replace(name, initials(name))
    return text


def number_words(number: str) -> str:
    """Return a telephone or NHS number with all but its last digits masked."""
    digits = sum(mark.isdigit() for mark in number)
    seen, masked = 0, ""
    for mark in number:
        seen += mark.isdigit()
        masked += "*" if mark.isdigit() and seen <= digits - SHOWN_DIGITS else mark
    return masked


def born(on: date, patient: str = "") -> date | int:
    """Return a date of birth, or only its year where patients (or this one) are masked."""
    return on.year if is_masked(patient) else on


def typed_words(words: str) -> str:
    """Return what somebody typed about a patient as it may be shown now."""
    return HIDDEN if words and is_masked() else words


def without_holds(line: str, patient: str) -> str:
    """Return a line of the reasons without the words of a hold, where the patient is masked."""
    head, on_hold, _words = line.partition("On hold: ")
    return f"{head}{on_hold}{HIDDEN}." if on_hold and is_masked(patient) else line


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
        appointments_needed=_without_words(page.appointments_needed),
        year=_without_words(page.year),
        notes=tuple(replace(one, words=HIDDEN if one.words else "") for one in page.notes),
    )


def _without_words(
    planned: Sequence[PlannedAppointmentView],
) -> tuple[PlannedAppointmentView, ...]:
    """Return planned appointments without what somebody typed about their due items."""
    return tuple(
        replace(
            one,
            due_items=tuple(
                replace(due, hold_words=HIDDEN) if due.hold_words else due for due in one.due_items
            ),
        )
        if any(due.hold_words for due in one.due_items)
        else one
        for one in planned
    )


def shown_past(patient: str, past: PatientPast) -> PatientPast:
    """Return what lies behind a patient, without the household's names and what was typed."""
    if not is_masked(patient):
        return past
    others = tuple(replace(one, name=name_words(one.name)) for one in past.household)
    happened = tuple(replace(one, payload=_untyped(one.payload)) for one in past.happenings)
    return replace(past, household=others, happenings=happened)


def _untyped(payload: Mapping[str, object]) -> dict[str, object]:
    return {name: HIDDEN if value and name in TYPED else value for name, value in payload.items()}


def shown_row(row: WorklistRow) -> WorklistRow:
    """Return a row of the list as the masked screen shows it."""
    if not is_masked():
        return row
    number = number_words(row.nhs_number) if row.nhs_number else None
    planned = _without_words(row.appointments)
    return replace(row, name=name_words(row.name), nhs_number=number, appointments=planned)


def shown_hit(hit: PatientHit) -> PatientHit:
    """Return a match of a look-up as the masked screen shows it."""
    if not is_masked():
        return hit
    return replace(hit, name=name_words(hit.name), postcode=hit.postcode.partition(" ")[0])


def shown_queue_row(row: QueueRow) -> QueueRow:
    """Return a row of a queue without name, birthday, telephone number and what was typed."""
    if not is_masked():
        return row
    row = replace(row, name=name_words(row.name), detail=HIDDEN if row.detail else "")
    if row.date_of_birth is None:
        return row
    return replace(row, what=f"born {row.date_of_birth.year}", group=HIDDEN, date_of_birth=None)


def shown_ledger(ledger: Ledger) -> Ledger:
    """Return what was done without what was typed."""
    if not is_masked():
        return ledger
    entries = tuple(replace(one, words=typed_words(one.words)) for one in ledger.entries)
    return replace(ledger, entries=entries)

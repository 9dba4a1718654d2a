"""A patient in lines of plain text: the pane, the booking window and the page share them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from recall_tui.domain.calendar import age_on
from recall_tui.domain.channel import Channel
from recall_tui.domain.states import DueState
from recall_tui.views.filters import WORDS, Facet
from recall_tui.views.names import Names
from recall_tui.views.page_text import (
    day,
    gap_words,
    invite_words,
    plain,
    reopened_words,
    sharing_words,
    standing_words,
    unplanned_words,
    urgent_first,
)
from recall_tui.views.words import (
    STAFF_WORDS,
    STATE_WORDS,
    STOPPED_WORDS,
    until_words,
)
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView, WorklistRow
from screens.privacy import is_masked, shown_page, shown_row

if TYPE_CHECKING:
    from recall_tui.views.patient import AppointmentView, PatientPage


def born_words(born: date, patient: str = "") -> str:
    """Return a date of birth, or only its year where patients (or this one) are masked."""
    return str(born.year) if is_masked(patient) else day(born)


def spaced_nhs_number(number: str | None) -> str:
    """Return an NHS number as 999 000 0018."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else "none recorded"


def staff(group: str) -> str:
    """Return a staff group as people say it."""
    return STAFF_WORDS.get(group, group or "any staff")


def channel_words(channel: Channel) -> str:
    """Return how to reach a patient, as people say it."""
    return WORDS[Facet.CHANNEL][str(channel)].lower()


def flag_words(flags: Sequence[str]) -> str:
    """Return flags as people say them."""
    return ", ".join(flag.replace("_", " ") for flag in flags)


def planned_line(planned: PlannedAppointmentView, today: date) -> str:
    """Return one planned appointment in a line."""
    if not planned.staff_group:
        return unplanned_words(planned)
    return f"{staff(planned.staff_group)} {planned.minutes} min: {standing_words(planned, today)}"


def due_line(due: DueItemView, names: Names) -> str:
    """Return one due item in a line: what, when, and what stands in the way."""
    parts = [names.item(due.item)]
    if due.state is DueState.DONE:
        parts.append(f"done {day(due.done_on)}" if due.done_on else "marked done")
        return ", ".join(parts)
    overdue = f"! overdue since {day(due.overdue_since)}" if due.overdue_since else ""
    parts.append(overdue or f"due {day(due.due_on)}")
    if due.high_risk:
        parts.append("high risk")
    if due.state is not DueState.OUTSTANDING:
        parts.append(_state_words(due))
    if due.reopened:
        parts.append(reopened_words(due.reopened, due.booked_for))
    if due.hold_words:
        parts.append(due.hold_words)
    if due.early_days:
        parts.append(f"done {due.early_days} days early, too early to count")
    if due.long_gap_days:
        parts.append(gap_words(due.long_gap_days))
    return ", ".join(parts)


def _state_words(due: DueItemView) -> str:
    words = STATE_WORDS[due.state].lower()
    if due.state is DueState.SNOOZED and due.snoozed_until:
        return f"{words} {until_words(due.snoozed_until, due.snoozed_when)}"
    if due.state is DueState.INVITED and due.last_invited:
        times = "" if due.invites == 1 else f" {due.invites} times, last"
        return f"{words}{times} {day(due.last_invited)}"
    return words


def row_lines(row: WorklistRow, number_label: str) -> list[str]:
    """Return who the patient of a row is and how to reach them, for the pane."""
    row = shown_row(row)
    lines = [
        row.name,
        f"{number_label} {row.patient}",
        f"NHS {spaced_nhs_number(row.nhs_number)}",
        f"Born {born_words(row.date_of_birth)}",
    ]
    if row.usual_gp:
        lines.append(f"Usual GP {row.usual_gp}")
    lines += [f"! {STOPPED_WORDS[row.stopped]}"] if row.stopped else []
    unwanted = f" ({', '.join(map(plain, row.asked_not))})" if row.asked_not else ""
    lines.append(f"Reach by {channel_words(row.channel)}{unwanted}")
    if row.flags:
        lines.append(f"Flags: {flag_words(row.flags)}")
    if row.invites:
        times = "once" if row.invites == 1 else f"{row.invites} times"
        lines.append(f"Invited {times}, last {day(row.last_invited)}")
    else:
        lines.append("Not invited")
    if row.exported:
        lines.append(f"! {row.exported[:1].upper()}{row.exported[1:]}")
    if row.next_appointment:
        more = f" (1 of {row.future_appointments})" if row.future_appointments > 1 else ""
        lines.append(f"In the book: {day(row.next_appointment)}{more}")
    if row.assigned_to:
        lines.append(f"Assigned to {row.assigned_to}")
    return lines


def need_lines(row: WorklistRow, names: Names, today: date) -> list[str]:
    """Return the appointments needed of a row with their due items, for the pane."""
    lines: list[str] = []
    for planned in shown_row(row).appointments:
        lines.append(planned_line(planned, today))
        lines += [f"  {due_line(due, names)}" for due in urgent_first(planned.due_items)]
    return [*lines, "Recalls: " + ", ".join(names.recall(recall) for recall in row.recalls)]


def identity_lines(page: PatientPage, today: date, number_label: str) -> list[str]:
    """Return who it is and how to reach them, as reception reads it out."""
    page = shown_page(page)
    born = (
        f"born {born_words(page.date_of_birth, page.patient)} ({age_on(page.date_of_birth, today)})"
    )
    first = f"{page.name}   {born}   {page.sex}"
    if page.status != "registered":
        first += f"   {page.status.upper()} {day(page.status_on)}"
    number = f"{number_label} {page.patient}   NHS {spaced_nhs_number(page.nhs_number)}"
    lines = [first, f"{number}   {page.postcode}"]
    warnings = warning_words(page)
    if warnings:
        lines.append(f"! {warnings}")
    phones = " or ".join(one for one in (page.mobile_phone, page.home_phone) if one)
    lines.append(f"Phone {phones or 'none'}   {invite_words(page)}")
    return lines


def warning_words(page: PatientPage) -> str:
    """Return everything to know before speaking to the patient."""
    found = [STOPPED_WORDS[page.stopped]] if page.stopped else []
    if not page.contact_allowed:
        found.append("do not contact")
    if page.sensitive:
        found.append("sensitive record")
    if page.sharing:
        found.append(sharing_words(page.sharing))
    if page.interpreter:
        found.append(f"interpreter ({page.language or 'language not recorded'})")
    found += [flag.replace("_", " ") for flag in page.flags]
    return ", ".join(found)


def appointment_line(real: AppointmentView) -> str:
    """Return a real appointment in a line."""
    parts = [f"{day(real.starts_at.date())} {real.starts_at:%H:%M} {staff(real.staff_group)}"]
    if real.minutes is not None:
        parts.append(f"{real.minutes} min")
    parts += [one for one in (real.clinician, real.slot_type, real.status) if one]
    return ", ".join(parts)

"""A patient in lines of plain text: the pane, the booking window and the page share them."""

from __future__ import annotations

from datetime import date

from recall_tui.domain.states import DueState
from recall_tui.views.names import Names
from recall_tui.views.patient import AppointmentView, PatientPage
from recall_tui.views.words import APPOINTMENT_WORDS, STAFF_WORDS, STATE_WORDS
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView, WorklistRow

REOPENED_WORDS = {
    "attended_not_recorded": "attended, not recorded",
    "no_appointment_found": "no appointment found",
    "missed": "did not attend",
    "cancelled": "appointment cancelled",
}


def day(value: date | None) -> str:
    """Return a day as 3 Dec 2026, nothing for none."""
    return "" if value is None else f"{value.day} {value:%b %Y}"


def spaced_nhs_number(number: str | None) -> str:
    """Return an NHS number as 999 000 0018."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else "none recorded"


def staff(group: str) -> str:
    """Return a staff group as people say it."""
    return STAFF_WORDS.get(group, group or "any staff")


def planned_line(planned: PlannedAppointmentView) -> str:
    """Return one planned appointment in a line."""
    done = sum(due.state is DueState.DONE for due in planned.due_items)
    partly = f" ({done} of {len(planned.due_items)} done)" if done else ""
    booked = next((due.booked_for for due in planned.due_items if due.booked_for), None)
    state = APPOINTMENT_WORDS[planned.state]
    when = (
        f"booked for {day(booked)}"
        if booked
        else f"{day(planned.earliest)} to {day(planned.latest)}"
    )
    return f"{staff(planned.staff_group)}, {planned.minutes} min: {state.lower()}{partly}, {when}"


def due_line(due: DueItemView, names: Names) -> str:
    """Return one due item in a line: what, when, and what stands in the way."""
    parts = [names.item(due.item)]
    if due.state is DueState.DONE:
        parts.append(f"done {day(due.done_on)}" if due.done_on else "marked done")
        return ", ".join(parts)
    since = f"! overdue since {day(due.overdue_since)}" if due.overdue_since else ""
    parts.append(since or f"due {day(due.due_on)}")
    if due.state not in {DueState.OUTSTANDING, DueState.INVITED}:
        parts.append(STATE_WORDS[due.state].lower())
    if due.reopened:
        parts.append(REOPENED_WORDS.get(due.reopened, due.reopened))
    if due.hold_words:
        parts.append(due.hold_words)
    if due.early_days:
        parts.append(f"done {due.early_days} days early, too early to count")
    if due.high_risk:
        parts.append("high risk")
    if due.long_gap_days:
        parts.append(f"gap of {due.long_gap_days} days")
    return ", ".join(parts)


def row_lines(row: WorklistRow, names: Names) -> list[str]:
    """Return what the detail pane says about a row of the list."""
    lines = [
        row.name,
        f"Number {row.patient}   NHS {spaced_nhs_number(row.nhs_number)}",
        f"Born {day(row.date_of_birth)}" + (f"   GP {row.usual_gp}" if row.usual_gp else ""),
    ]
    if row.flags:
        lines.append("Flags: " + ", ".join(flag.replace("_", " ") for flag in row.flags))
    invited = f", last {day(row.last_invited)}" if row.last_invited else ""
    lines.append(f"Reach by {row.channel}; invites {row.invites}{invited}")
    if row.next_appointment:
        lines.append(
            f"Next appointment {day(row.next_appointment)} ({row.future_appointments} in all)"
        )
    if row.assigned_to:
        lines.append(f"Assigned to {row.assigned_to}")
    for planned in row.appointments:
        lines += ["", planned_line(planned)]
        lines += [f"  {due_line(due, names)}" for due in planned.due_items]
    lines += ["", "Recalls: " + ", ".join(names.recall(recall) for recall in row.recalls)]
    return lines


def identity_lines(page: PatientPage) -> list[str]:
    """Return who it is and how to reach them, as reception reads it out."""
    status = (
        "" if page.status == "registered" else f"   {page.status.upper()} {day(page.status_on)}"
    )
    lines = [
        f"{page.name}   born {day(page.date_of_birth)}   {page.sex}{status}",
        f"Number {page.patient}   NHS {spaced_nhs_number(page.nhs_number)}   {page.postcode}",
    ]
    flags = [flag.replace("_", " ") for flag in page.flags]
    if page.interpreter:
        flags.append(f"interpreter ({page.language or 'language not recorded'})")
    if not page.contact_allowed:
        flags.append("DO NOT CONTACT")
    if flags:
        lines.append("Flags: " + ", ".join(flags))
    phones = [one for one in (page.mobile_phone, page.home_phone) if one]
    lines.append(f"Phone {' or '.join(phones) or 'none'}   invite by {page.channel}")
    return lines


def appointment_line(real: AppointmentView) -> str:
    """Return a real appointment in a line."""
    minutes = f", {real.minutes} min" if real.minutes is not None else ""
    who = f", {real.clinician}" if real.clinician else ""
    kind = f", {real.slot_type}" if real.slot_type else ""
    at = f"{day(real.starts_at.date())} {real.starts_at:%H:%M}"
    return f"{at} {staff(real.staff_group)}{minutes}{who}{kind}, {real.status}"

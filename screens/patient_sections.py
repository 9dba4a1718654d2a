"""Sections of the full page that look back and ahead: the year, results, household, timeline."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date

from recall_tui.domain.calendar import Month
from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.views.names import Names
from recall_tui.views.patient import PatientPage
from recall_tui.views.worklist import PlannedAppointmentView
from screens.patient_lines import staff

MONTHS = 12
CELL = 5


def year_lines(page: PatientPage, names: Names, today: date) -> list[str]:
    """Return the twelve months from this one: how many appointments in each, and for what."""
    first = Month.of(today)
    by_month: dict[Month, list[PlannedAppointmentView]] = {}
    for planned in page.year:
        month = max(first, Month.of(_first_day(planned)))
        if planned.state is not AppointmentState.DONE and month < first.plus(MONTHS):
            by_month.setdefault(month, []).append(planned)
    months = [first.plus(ahead) for ahead in range(MONTHS)]
    lines = [
        "".join(f"{month.first:%b}".ljust(CELL) for month in months),
        "".join(_cell(by_month.get(month, ())).ljust(CELL) for month in months),
    ]
    for month in months:
        lines += [f"{month.first:%b %Y}: {_needs(one, names)}" for one in by_month.get(month, ())]
    source = page.anchor_source.replace("_", " ") or "not known"
    if page.recall_date:
        lines.append(f"Recall date {page.recall_date.day} {page.recall_date:%B} ({source})")
    return lines


def _first_day(planned: PlannedAppointmentView) -> date:
    """Return the day it is due, or may be done from: what is expected is due within its window."""
    open_days = [due.due_on for due in planned.due_items if due.state is not DueState.DONE]
    return max(planned.earliest, min(open_days, default=planned.earliest))


def _cell(planned: Iterable[PlannedAppointmentView]) -> str:
    every = list(planned)
    late = any(due.overdue_since for one in every for due in one.due_items)
    return f"{len(every) or '.'}{'!' if late else ''}"


def _needs(planned: PlannedAppointmentView, names: Names) -> str:
    items = ", ".join(
        names.item(due.item) for due in planned.due_items if due.state is not DueState.DONE
    )
    return f"{staff(planned.staff_group)} {planned.minutes} min, {items}"


def has_unicode() -> bool:
    """Whether what is written leaves in an encoding that has more than ASCII."""
    # Textual puts something of its own in the place of sys.stdout.
    encoding = sys.__stdout__.encoding if sys.__stdout__ else ""
    return encoding.lower().replace("-", "") in {"utf8", "utf16"}

"""What the booking window lists: what is booked, what is still to book, and what is in the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recall_tui.domain.matching_terms import Fit, WantedItem
from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.views.coming import next_planned
from recall_tui.views.matching import Guide, Reconciled
from recall_tui.views.matching_words import (
    fit_words,
    names_of,
    offered_words,
    rest_words,
    staff_words,
)
from recall_tui.views.names import Names
from recall_tui.views.page_text import urgent_first, when_words
from recall_tui.views.patient import AppointmentView, BookingView, PatientPage
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView
from screens.patient_lines import appointment_line, day, due_line, planned_line


@dataclass(frozen=True)
class Entry:
    """A planned appointment, or the part of it that one booking covers, or what is left of it."""

    planned: PlannedAppointmentView
    items: tuple[DueItemView, ...]
    booking_id: str = ""
    is_next: bool = False
    """Whether it is not needed now, but what comes next."""

    @property
    def number(self) -> int:
        """The number of the planned appointment."""
        return self.planned.appointment_no


def entries_of(page: PatientPage) -> tuple[Entry, ...]:
    """Return the planned appointments of a patient, those booked in part divided.

    Where nothing is left to book now, what comes next stands behind them.
    """
    standing = {one.booking_id for one in page.bookings if one.state == "active"}
    found: list[Entry] = []
    for planned in page.appointments_needed:
        booked: dict[str, list[DueItemView]] = {}
        for due in urgent_first(planned.due_items):
            is_booked = due.state is DueState.BOOKED and due.booking_id in standing
            booked.setdefault(due.booking_id if is_booked else "", []).append(due)
        found += [
            Entry(planned, tuple(items), booking)
            for booking, items in sorted(booked.items(), key=lambda one: one[0])
        ]
    coming = next_planned(page)
    return (*found, *(Entry(one, one.due_items, is_next=True) for one in coming))


def waiting_of(entries: Sequence[Entry], found: Reconciled) -> list[Entry]:
    """Return what of the planned appointments can still be booked."""
    return [
        one for one in entries if not one.booking_id and found.wanted_of(one.number) is not None
    ]


def nothing_line(page: PatientPage, today: date) -> str:
    """Return what stands where no planned appointment is due: which one comes next, and when."""
    plan = page.year if page.status == "registered" else ()
    ahead = [one for one in plan if one.staff_group and one.state is not AppointmentState.DONE]
    first = min(ahead, key=lambda one: (one.latest, one.appointment_no), default=None)
    return (
        f"Nothing is due now. Next: {planned_line(first, today)}"
        if first
        else "Nothing is due now."
    )


def best_entry(entries: Sequence[Entry], found: Reconciled) -> Entry | None:
    """Return the entry of the best pair, else the first that can be booked."""
    waiting, best = waiting_of(entries, found), found.best
    chosen = next((one for one in waiting if best and one.number == best.wanted.number), None)
    return chosen or (waiting[0] if waiting else None)


def still_lines(entries: Sequence[Entry], found: Reconciled) -> list[str]:
    """Return what is said beside a booked appointment while others are still to book."""
    waiting = [one for one in waiting_of(entries, found) if not one.is_next]
    counts = Counter(staff_words(one.planned.staff_group) for one in waiting)
    groups = [f"{group} ({count})" if count > 1 else group for group, count in counts.items()]
    return [f"Still to book: {', '.join(groups)} (Up, Down)."] if groups else []


def entry_lines(
    entry: Entry, found: Reconciled, names: Names, page: PatientPage, today: date
) -> list[str]:
    """Return an entry with its due items, and what in the book fits."""
    pair = None if entry.booking_id else found.fit_of(entry.number)
    lines = [_booked_head(entry, page) if entry.booking_id else _head(entry, found, pair, today)]
    lines += [f"  {due_line(due, names)}" for due in entry.items]
    if pair is not None:
        every, count = len(pair.wanted.items), len(pair.covered)
        much = "all of it" if count == every else f"{count} of {every}"
        at = f" {pair.offered.starts_at:%H:%M}" if pair.offered.starts_at else ""
        on = f"{pair.offered.on:%a} {pair.offered.on.day} {pair.offered.on:%b}{at}"
        lines.append(f"  > {on} {staff_words(pair.offered.staff_group)} covers {much}")
    return lines


def _booked_head(entry: Entry, page: PatientPage) -> str:
    """Return what is booked: a mere note is no appointment, the book does not hold it."""
    group, on = staff_words(entry.planned.staff_group), day(entry.items[0].booked_for)
    made = [one for one in page.bookings if one.booking_id == entry.booking_id]
    if any(is_in_book(one, page) for one in made):
        return f"{group}: booked for {on}"
    return f"{group}: noted for {on}, NOT in the book"


def _head(entry: Entry, found: Reconciled, pair: Fit | None, today: date) -> str:
    planned, wanted = entry.planned, found.wanted_of(entry.number)
    if entry.is_next:
        return f"Not needed yet: {planned_line(planned, today)}"
    if wanted is None:
        return planned_line(planned, today)
    left = f"{staff_words(planned.staff_group)} {wanted.minutes} min"
    if len(wanted.items) == len(planned.due_items):
        # Beside an appointment that fits, "not booked" would be read as "make one".
        return (
            f"{left}: wanted{when_words(planned, today)}" if pair else planned_line(planned, today)
        )
    return f"{left}: still to book{when_words(planned, today)}"


def future_lines(page: PatientPage, found: Reconciled, number: int) -> list[str]:
    """Return the appointments of the book, each with what it covers of a planned one."""
    lines: list[str] = []
    for real in page.future_appointments:
        pair = found.fit_of(number, real.appointment_id) if _is_in(real, found) else None
        covers = f": covers {len(pair.covered)} of {len(pair.wanted.items)}" if pair else ""
        lines.append(f"{appointment_line(real)}{covers}")
    return lines


def noted_lines(page: PatientPage, names: Names) -> list[str]:
    """Return what is noted here as booked, and whether the book held it at the last sync."""
    lines: list[str] = []
    for booking in page.bookings:
        if booking.state == "active":
            items = ", ".join(names.item(item) for item in booking.items)
            lines.append(f"{day(booking.on)} by {booking.by}, {_in_book(booking, page)}: {items}")
    return ["Noted here as booked", *lines] if lines else []


def is_in_book(booking: BookingView, page: PatientPage) -> bool:
    """Whether the book held the appointment of a booking at the last sync."""
    return any(
        one.appointment_id == booking.appointment_id
        if booking.appointment_id
        else one.starts_at.date() == booking.on
        for one in page.future_appointments
    )


def _in_book(booking: BookingView, page: PatientPage) -> str:
    held = is_in_book(booking, page)
    return "in the book" if held else "NOT in the book at the last sync, make it there"


def book_heading(page: PatientPage) -> str:
    """Return what stands above the book: how old it is."""
    as_of = page.data_as_of
    return f"In the book on {day(as_of)}" if as_of else "In the book"


def _is_in(real: AppointmentView, found: Reconciled) -> bool:
    return real.appointment_id in {one.appointment_id for one in found.book}


def verdict_lines(found: Reconciled, number: int, pair: Fit | None, guide: Guide) -> list[str]:
    """Return what is said below the lists: what fits, what it covers, what is left, and where."""
    wanted = found.wanted_of(number)
    if wanted is None:
        return []
    if pair is None:
        return [
            "No appointment in the book fits: make one there, b notes its day.",
            *_beside(found, number, guide),
        ]
    covered = {one.item for one in pair.covered}
    rest = [one for one in wanted.items if one.item not in covered]
    lines = [f"a accepts: {offered_words(pair.offered)}", " ".join(fit_words(pair, guide))]
    if rest:
        lines.append(" ".join(rest_words(found, number, rest, guide)))
    along = found.along(pair, guide.along_weeks)
    if along:
        lines.append(f"Could be done along (b, tick): {names_of(along, guide)}.")
    return lines


def _beside(found: Reconciled, number: int, guide: Guide) -> list[str]:
    wanted = found.wanted_of(number)
    items: Sequence[WantedItem] = wanted.items if wanted else ()
    return rest_words(found, number, items, guide)[1:]

"""The appointments of one patient, and what became of the booked ones.

Loads next to nothing: the quick path uses it, too.
"""

from __future__ import annotations

from datetime import timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

LOOK_BACK = timedelta(days=366)
"""How far back the book is read to learn what became of a booking."""

OVER = frozenset({"missed", "cancelled"})
"""What becomes of an appointment that holds nothing any more."""

_BEST = ("attended", "booked", "missed", "cancelled")
"""Of several appointments on the booked day, the first of these tells."""


class Slot:
    """An appointment, as far as lists need it."""

    __slots__ = ("appointment_id", "booked_on", "starts_at", "status")

    def __init__(
        self, appointment_id: str, starts_at: datetime, status: str, booked_on: date | None
    ) -> None:
        """Keep what lists need of it."""
        self.appointment_id = appointment_id
        self.starts_at = starts_at
        self.status = status
        self.booked_on = booked_on


class Book:
    """The appointments of one patient, in order of time."""

    __slots__ = ("slots",)

    def __init__(self, slots: tuple[Slot, ...] = ()) -> None:
        """Keep the appointments."""
        self.slots = slots

    def status_of(self, appointment_id: str, on: date | None) -> str:
        """Return what became of a booked appointment: by its id, else by its day; or ''."""
        if not appointment_id and on is None:
            return ""
        if appointment_id:
            for slot in self.slots:
                if slot.appointment_id == appointment_id:
                    return slot.status
        found = {slot.status for slot in self.slots if slot.starts_at.date() == on}
        return next((status for status in _BEST if status in found), "")

    def day_of(self, appointment_id: str, on: date | None) -> date | None:
        """Return when a booked appointment is now: it may have been moved in the book."""
        if appointment_id and on is not None:
            for slot in self.slots:
                if slot.appointment_id == appointment_id:
                    return slot.starts_at.date()
        return on

    def future(self, today: date) -> tuple[Slot, ...]:
        """Return the booked appointments of today and later."""
        return tuple(
            slot
            for slot in self.slots
            if slot.status == "booked" and slot.starts_at.date() >= today
        )


NO_BOOK = Book()


def book_of(slots: Iterable[Slot]) -> Book:
    """Return the book of one patient's appointments."""
    return Book(tuple(sorted(slots, key=lambda slot: (slot.starts_at, slot.appointment_id))))

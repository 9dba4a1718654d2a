"""Real appointments of patients, and what became of the booked ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, SelectBase, select

from storage.tables import APPOINTMENT

LOOK_BACK = timedelta(days=366)
"""How far back the book is read to learn what became of a booking."""

_BEST = ("attended", "booked", "missed", "cancelled")
"""Of several appointments on the booked day, the first of these tells."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An appointment, as far as lists need it."""

    appointment_id: str
    starts_at: datetime
    status: str
    booked_on: date | None


@dataclass(frozen=True, slots=True)
class Book:
    """The appointments of one patient, in order of time."""

    slots: tuple[Slot, ...] = ()

    def status_of(self, appointment_id: str, on: date | None) -> str:
        """Return what became of a booked appointment: by its id, else by its day; or ''."""
        if appointment_id:
            for slot in self.slots:
                if slot.appointment_id == appointment_id:
                    return slot.status
        found = {slot.status for slot in self.slots if slot.starts_at.date() == on}
        return next((status for status in _BEST if status in found), "")

    def future(self, today: date) -> tuple[Slot, ...]:
        """Return the booked appointments of today and later."""
        return tuple(
            slot
            for slot in self.slots
            if slot.status == "booked" and slot.starts_at.date() >= today
        )


NO_BOOK = Book()


def books(
    connection: Connection,
    practice_id: int,
    who: SelectBase | Sequence[str],
    today: date,
) -> Mapping[str, Book]:
    """Return the book of each patient of ``who`` (numbers, or a select of them)."""
    mine: ColumnElement[bool] = APPOINTMENT.c.patient_number.in_(who)
    since = datetime.combine(today - LOOK_BACK, time.min)
    rows = connection.execute(
        select(
            APPOINTMENT.c.patient_number,
            APPOINTMENT.c.appointment_id,
            APPOINTMENT.c.starts_at,
            APPOINTMENT.c.status,
            APPOINTMENT.c.booked_on,
        ).where(APPOINTMENT.c.practice_id == practice_id, mine, APPOINTMENT.c.starts_at >= since)
    )
    found: defaultdict[str, list[Slot]] = defaultdict(list)
    for patient, appointment_id, starts_at, status, booked_on in rows:
        if starts_at is not None:
            found[patient].append(Slot(appointment_id, starts_at, status or "booked", booked_on))
    return {patient: _ordered(slots) for patient, slots in found.items()}


def _ordered(slots: Iterable[Slot]) -> Book:
    return Book(tuple(sorted(slots, key=lambda slot: (slot.starts_at, slot.appointment_id))))

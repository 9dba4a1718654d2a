"""Reading the appointments of many patients at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, SelectBase, select

from storage.readers.book import LOOK_BACK, Book, Slot, book_of
from storage.tables import APPOINTMENT


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
    return {patient: book_of(slots) for patient, slots in found.items()}

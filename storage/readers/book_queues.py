"""Queues from the appointment book: who comes anyway, and whose booking must be moved."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select

from recall_tui.domain.calendar import Month
from recall_tui.views.queues import QueueAsk, QueueRow
from recall_tui.views.words import STAFF_WORDS, STOPPED_WORDS
from storage.readers.people import is_same_number, shown_name, status_of
from storage.readers.worklist import read_worklist
from storage.tables import APPOINTMENT, BOOKING, PATIENT, PATIENT_CHOICE


def attending(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return who comes to the practice in these days and has something open, clinic by clinic."""
    coming = connection.execute(
        select(
            APPOINTMENT.c.patient_number,
            APPOINTMENT.c.starts_at,
            APPOINTMENT.c.staff_group,
            APPOINTMENT.c.clinician,
            APPOINTMENT.c.slot_type,
        ).where(*_booked(practice_id, ask))
    ).all()
    month = Month.of(ask.today)
    patients = {row[0] for row in coming}
    listed = {
        row.patient: row
        for row in read_worklist(connection, (practice_id, ""), month, ask.today, patients).rows
    }
    found: list[QueueRow] = []
    for patient, starts_at, staff_group, clinician, slot_type in coming:
        row = listed.get(patient)
        assert starts_at is not None, "the condition asks for a time"  # noqa: S101 - ours
        items = tuple(
            due.item
            for due in (row.due_items() if row else ())
            if due.is_open and not due.state.is_hidden
        )
        if row is not None and items:
            found.append(
                QueueRow(patient, row.name, _clinic(starts_at, staff_group, clinician),
                         slot_type or "", starts_at.date(), f"{starts_at:%H:%M}", "", items)
            )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.on or date.max, one.group, one.at, one.name)))


def _clinic(starts_at: datetime, staff_group: str | None, clinician: str | None) -> str:
    who = clinician or STAFF_WORDS.get(staff_group or "", staff_group or "") or "staff not stated"
    return f"{starts_at:%a %d %b}, {who}"


def _booked(practice_id: int, ask: QueueAsk) -> tuple[ColumnElement[bool], ...]:
    first = datetime.combine(ask.begins, time.min)
    after = datetime.combine(ask.ends + timedelta(days=1), time.min)
    wanted = (
        APPOINTMENT.c.practice_id == practice_id,
        APPOINTMENT.c.starts_at >= first,
        APPOINTMENT.c.starts_at < after,
        APPOINTMENT.c.status == "booked",
    )
    if ask.staff_group:
        return (*wanted, APPOINTMENT.c.staff_group == ask.staff_group)
    return wanted


_CHOSEN = and_(
    PATIENT_CHOICE.c.practice_id == PATIENT.c.practice_id,
    PATIENT_CHOICE.c.patient_number == PATIENT.c.patient_number,
)
_WHO = (
    PATIENT.c.patient_number,
    PATIENT.c.family_name,
    PATIENT.c.given_name,
    PATIENT.c.mobile_phone,
    PATIENT.c.home_phone,
    PATIENT.c.died_on,
    PATIENT.c.left_on,
    PATIENT.c.absent_since,
    PATIENT_CHOICE.c.wrong_number,
    PATIENT_CHOICE.c.deceased_reported,
)


class _Who(NamedTuple):
    """Whose appointment must be moved: by which number they are told, or why nobody rings."""

    patient: str
    name: str
    phone: str
    gone: str


def _who(row: Sequence[Any], today: date) -> _Who:
    """Return the patient in the columns of ``_WHO``.

    A stranger's number is none, and nobody is rung who died or left: their slot is cancelled.
    """
    number, family, given, mobile, home, died_on, left_on, absent_since, wrong, deceased = row
    status, since = status_of(died_on, left_on, absent_since)
    if status == "left" and since is not None and since > today:
        status = "registered"
    gone = f"{status} {_plain(since)}: cancel it" if since and status != "registered" else ""
    if deceased and not gone:
        gone = STOPPED_WORDS["deceased"]
    mobile = "" if is_same_number(wrong, mobile) else mobile
    home = "" if is_same_number(wrong, home) else home
    phone = "" if gone else mobile or home or ""
    return _Who(number, shown_name(family, given), phone, gone)


def _plain(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def closed(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return the bookings with a staff group in these days: all of them must be moved.

    Those made here say what they cover; those of the book alone say so. Of one person's, those stay
    of which nobody knows with whom they are.
    """
    made = [
        QueueRow(
            who.patient, who.name, _day(on), _with("booked here", clinician, who.gone), on, "",
            group, tuple(item for item, _due_on in json.loads(covers)), who.phone,
        )
        for who, (on, group, covers, clinician) in _bookings(connection, practice_id, ask)
        if _is_with(clinician, ask)
    ]  # fmt: skip
    known = {(row.patient, row.on) for row in made}
    found = [
        row for row in _slots(connection, practice_id, ask) if (row.patient, row.on) not in known
    ]
    return tuple(sorted([*made, *found], key=lambda one: (one.on or date.max, one.at, one.name)))


def _bookings(
    connection: Connection, practice_id: int, ask: QueueAsk
) -> Iterator[tuple[_Who, Sequence[Any]]]:
    wanted = [
        BOOKING.c.practice_id == practice_id,
        BOOKING.c.active,
        BOOKING.c.on >= ask.begins,
        BOOKING.c.on <= ask.ends,
    ]
    if ask.staff_group:
        wanted.append(BOOKING.c.staff_group == ask.staff_group)
    same = and_(
        PATIENT.c.practice_id == BOOKING.c.practice_id,
        PATIENT.c.patient_number == BOOKING.c.patient_number,
    )
    # An appointment's id is unique for its patient only.
    slot = and_(
        APPOINTMENT.c.practice_id == BOOKING.c.practice_id,
        APPOINTMENT.c.patient_number == BOOKING.c.patient_number,
        APPOINTMENT.c.appointment_id == BOOKING.c.appointment_id,
    )
    columns = (BOOKING.c.on, BOOKING.c.staff_group, BOOKING.c.covers, APPOINTMENT.c.clinician)
    rows = connection.execute(
        select(*_WHO, *columns)
        .select_from(BOOKING.join(PATIENT, same).outerjoin(APPOINTMENT, slot))
        .outerjoin(PATIENT_CHOICE, _CHOSEN)
        .where(*wanted)
    )
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        yield _who(values[: len(_WHO)], ask.today), values[len(_WHO) :]


def _slots(connection: Connection, practice_id: int, ask: QueueAsk) -> list[QueueRow]:
    same = and_(
        PATIENT.c.practice_id == APPOINTMENT.c.practice_id,
        PATIENT.c.patient_number == APPOINTMENT.c.patient_number,
    )
    columns = (
        APPOINTMENT.c.starts_at,
        APPOINTMENT.c.staff_group,
        APPOINTMENT.c.clinician,
        APPOINTMENT.c.slot_type,
    )
    rows = connection.execute(
        select(*_WHO, *columns)
        .select_from(APPOINTMENT.join(PATIENT, same))
        .outerjoin(PATIENT_CHOICE, _CHOSEN)
        .where(*_booked(practice_id, ask))
    )
    found: list[QueueRow] = []
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        who = _who(values[: len(_WHO)], ask.today)
        starts_at, group, clinician, slot_type = values[len(_WHO) :]
        if starts_at is not None and _is_with(clinician, ask):
            words = " ".join(filter(None, ("in the book:", slot_type, clinician)))
            found.append(
                QueueRow(
                    who.patient, who.name, _day(starts_at.date()), _join(words, who.gone),
                    starts_at.date(), f"{starts_at:%H:%M}", group or "", (), who.phone,
                )
            )  # fmt: skip
    return found


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b %Y}"


def _is_with(clinician: str | None, ask: QueueAsk) -> bool:
    return not clinician or ask.clinician.casefold() in clinician.casefold()


def _with(words: str, clinician: str | None, gone: str) -> str:
    return _join(f"{words} with {clinician}" if clinician else words, gone)


def _join(words: str, gone: str) -> str:
    return f"{gone} ({words})" if gone else words

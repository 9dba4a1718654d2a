"""Queues from what is due now: bloods without their review, a prescriber's, a care home's.

Each is one question about the rows it lists (and one about the appointments of those patients).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from recall_tui.domain.calendar import Month
from recall_tui.domain.states import DueState
from recall_tui.views.queues import Queue, QueueAsk, QueueRow, in_groups
from recall_tui.views.words import STAFF_SHORT
from recall_tui.views.worklist import (
    DueItemView,
    PlannedAppointmentView,
    WorklistRow,
    WorklistSnapshot,
)
from storage.readers.appointments import books
from storage.readers.book import NO_BOOK
from storage.readers.due_logic import DueRow, due_row, one_line_each, planned_appointments
from storage.readers.due_rows import due_rows_statement
from storage.readers.full_kit import VIEWS
from storage.readers.people import shown_name
from storage.readers.worklist import is_here, read_worklist
from storage.tables import APPOINTMENT, BOOKING, DUE_ITEM, PATIENT
from storage.words import read_words

BLOODS_REACH = timedelta(days=56)
"""A review reads bloods of at most six weeks before it; two weeks more to notice that it lacks."""


NOT_BOOKED, IN_BOOK = "Review not booked", "In the book, not linked: Enter says whether it fits"
"""Headings of reviews for which the book has no appointment that may be it, or has one."""

UNBOOKED = frozenset({DueState.OUTSTANDING, DueState.INVITED, DueState.NO_CONTACT})
"""States of a due item that nobody booked."""


def _snapshot(connection: Connection, practice_id: int, ask: QueueAsk) -> WorklistSnapshot:
    return read_worklist(connection, (practice_id, ""), Month.of(ask.today), ask.today)


def bloods_done(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return patients whose bloods are done and whose review, which reads them, is not booked.

    Whoever measures the rest (blood pressure, feet) may do so at the review: only what the rules
    want before it must be done. A store without such rules wants the whole first appointment done.
    """
    since, first = ask.today - BLOODS_REACH, _wanted_first(connection, practice_id)
    lately = and_(DUE_ITEM.c.done_on >= since, DUE_ITEM.c.done_on <= ask.today)
    listed = select(DUE_ITEM.c.patient_number).where(DUE_ITEM.c.practice_id == practice_id, lately)
    found: list[QueueRow] = []
    for due in _due(connection, practice_id, ask, and_(
        DUE_ITEM.c.patient_number.in_(listed), or_(DUE_ITEM.c.is_open, lately)
    )).values():  # fmt: skip
        planned = planned_appointments(_as_gathered(due, since), VIEWS)
        for bloods, review in _waiting_reviews(planned, first):
            done = max(one.done_on for one in bloods if one.done_on)
            if review.earliest > done + BLOODS_REACH:
                continue  # another year's review
            items = tuple(one.item for one in review.due_items if one.state is not DueState.DONE)
            words = f"bloods done {done.day} {done:%b}, review by {review.latest:%d %b}"
            found.append(QueueRow(due[0].patient, "", NOT_BOOKED, words, review.latest,
                                  "", review.staff_group, items))  # fmt: skip
    who = [row.patient for row in found]
    names = _names(connection, practice_id, who)
    slots = _slots_ahead(connection, practice_id, ask, who)
    return in_groups(
        [_with_slots(_named(row, names), slots.get(row.patient, ())) for row in found],
        (NOT_BOOKED, IN_BOOK),
    )


def _slots_ahead(
    connection: Connection, practice_id: int, ask: QueueAsk, patients: Sequence[str]
) -> Mapping[str, Sequence[tuple[datetime, str]]]:
    """Return when and with whom patients are in the book from today on, without a booking here."""
    made = (
        select(BOOKING.c.appointment_id)
        .where(
            BOOKING.c.practice_id == practice_id,
            BOOKING.c.active,
            BOOKING.c.patient_number == APPOINTMENT.c.patient_number,
            BOOKING.c.appointment_id == APPOINTMENT.c.appointment_id,
        )
        .exists()
    )
    columns = (APPOINTMENT.c.patient_number, APPOINTMENT.c.starts_at, APPOINTMENT.c.staff_group)
    rows = connection.execute(
        select(*columns)
        .where(
            APPOINTMENT.c.practice_id == practice_id,
            APPOINTMENT.c.patient_number.in_(patients),
            APPOINTMENT.c.status == "booked",
            APPOINTMENT.c.starts_at >= datetime.combine(ask.today, time.min),
            ~made,
        )
        .order_by(APPOINTMENT.c.starts_at)
    )
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for number, starts_at, group in rows:
        if starts_at is not None:
            found[number].append((starts_at, group or ""))
    return found


def _with_slots(row: QueueRow, slots: Sequence[tuple[datetime, str]]) -> QueueRow:
    """Say what the book has for a patient: with the staff group of the review it may be the one."""
    if not slots:
        return row
    said = ", ".join(
        f"{at.day} {at:%b %H:%M} {STAFF_SHORT.get(group, group)}".rstrip() for at, group in slots
    )
    fits = any(group == row.staff_group for _at, group in slots)
    return replace(row, group=IN_BOOK if fits else row.group, detail=f"in the book: {said}")


def _wanted_first(connection: Connection, practice_id: int) -> Mapping[str, Sequence[str]]:
    """Return, by review, the items that the practice's rules want before it."""
    after = read_words(connection, practice_id).get("after")
    return cast("Mapping[str, Sequence[str]]", after or {})


def _as_gathered(rows: Sequence[DueRow], since: date) -> list[DueRow]:
    """Keep one row a patient and item: what was done lately, although its successor is open."""
    lately = {
        (row.patient, row.view.item): row
        for row in sorted(rows, key=lambda row: row.view.due_on)
        if row.view.done_on and row.view.done_on >= since
    }
    others = [row for row in one_line_each(rows) if (row.patient, row.view.item) not in lately]
    return [*lately.values(), *others]


def _waiting_reviews(
    planned: Iterable[PlannedAppointmentView], first: Mapping[str, Sequence[str]]
) -> Iterable[tuple[Sequence[DueItemView], PlannedAppointmentView]]:
    """Give what was gathered before each review that nobody booked, once all of it is done."""
    every = [one for one in planned if one.appointment_no]
    for review in every:
        if not {due.state for due in review.due_items} & UNBOOKED:
            continue
        wanted = {item for due in review.due_items for item in first.get(due.item, ())}
        before = [
            due
            for one in every
            if one.stage < review.stage and one.earliest <= review.latest
            for due in one.due_items
            if not first or due.item in wanted
        ]
        if before and all(due.state is DueState.DONE for due in before):
            yield before, review


def _due(
    connection: Connection, practice_id: int, ask: QueueAsk, wanted: ColumnElement[bool]
) -> Mapping[str, list[DueRow]]:
    mine = (DUE_ITEM.c.practice_id == practice_id, wanted)
    listed = select(DUE_ITEM.c.patient_number).where(*mine)
    every = books(connection, practice_id, listed, ask.today)
    groups: defaultdict[str, list[DueRow]] = defaultdict(list)
    for row in connection.execute(due_rows_statement().where(*mine, is_here(ask.today))):
        groups[row[0]].append(due_row(row, every.get(row[0], NO_BOOK), ask.today, VIEWS))
    return groups


def prescriber(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return high-risk monitoring that nobody may hide, by usual GP."""
    return in_groups(
        [
            QueueRow(
                row.patient, row.name, f"Usual GP: {row.usual_gp or 'none stated'}",
                _since(due.overdue_since, row.invites), due.due_on, "", "", (due.item,),
                due.hold_words,
            )
            for row in _snapshot(connection, practice_id, ask).rows
            for due in row.due_items()
            if due.state is DueState.ESCALATED
        ]
    )  # fmt: skip


def _since(overdue: date | None, invites: int) -> str:
    late = f"overdue since {overdue:%d %b %Y}" if overdue else "due"
    return f"{late}, invited {invites} times" if invites else f"{late}, not invited"


def care_home(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return what is open for residents of care homes, home by home."""
    rows = [
        row
        for row in _snapshot(connection, practice_id, ask).rows
        if "care_home" in row.flags and _open_items(row)
    ]
    where = _addresses(connection, practice_id, [row.patient for row in rows])
    return in_groups(
        [
            QueueRow(row.patient, row.name, where.get(row.patient) or "No address stated",
                     "", row.overdue_since, "", "", _open_items(row),
                     date_of_birth=row.date_of_birth)
            for row in rows
        ]
    )  # fmt: skip


def _open_items(row: WorklistRow) -> tuple[str, ...]:
    return tuple(due.item for due in row.due_items() if due.is_open and not due.state.is_hidden)


def _names(connection: Connection, practice_id: int, patients: list[str]) -> Mapping[str, str]:
    columns = (PATIENT.c.patient_number, PATIENT.c.family_name, PATIENT.c.given_name)
    rows = connection.execute(
        select(*columns).where(
            PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number.in_(patients)
        )
    )
    return {number: shown_name(family, given) for number, family, given in rows}


def _addresses(connection: Connection, practice_id: int, patients: list[str]) -> Mapping[str, str]:
    columns = (PATIENT.c.patient_number, PATIENT.c.address, PATIENT.c.postcode)
    rows = connection.execute(
        select(*columns).where(
            PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number.in_(patients)
        )
    )
    return {number: " ".join(filter(None, (street, code))) for number, street, code in rows}


def _named(row: QueueRow, names: Mapping[str, str]) -> QueueRow:
    return replace(row, name=names.get(row.patient, ""))


READERS: Mapping[Queue, Callable[[Connection, int, QueueAsk], tuple[QueueRow, ...]]] = {
    Queue.BLOODS_DONE: bloods_done,
    Queue.PRESCRIBER: prescriber,
    Queue.CARE_HOME: care_home,
}

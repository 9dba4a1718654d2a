"""What is assigned to a person or their teams, newest first; who assigned it, and when."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from recall_tui.domain.calendar import Month
from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.domain.live import live
from recall_tui.views.queues import QueueAsk, QueueRow
from storage.readers.people import shown_name
from storage.readers.worklist import is_here, read_worklist
from storage.state_rows import decision_of_row
from storage.tables import EVENT, PATIENT, PATIENT_CHOICE

LONDON = ZoneInfo("Europe/London")


def mine(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return a row for each patient assigned to one of ``ask.owners``: what is due now, too."""
    rows = connection.execute(
        select(
            PATIENT.c.patient_number, PATIENT.c.family_name, PATIENT.c.given_name,
            PATIENT_CHOICE.c.assigned_to,
        )
        .join_from(
            PATIENT_CHOICE,
            PATIENT,
            (PATIENT.c.practice_id == PATIENT_CHOICE.c.practice_id)
            & (PATIENT.c.patient_number == PATIENT_CHOICE.c.patient_number),
        )
        .where(
            PATIENT_CHOICE.c.practice_id == practice_id,
            PATIENT_CHOICE.c.assigned_to.in_([one for one in ask.owners if one]),
            is_here(ask.today),
        )
    ).all()  # fmt: skip
    patients = [row[0] for row in rows]
    if not patients:
        return ()
    given = _assigned(connection, practice_id, patients)
    listed = read_worklist(
        connection, (practice_id, ""), Month.of(ask.today), ask.today, patients
    ).rows
    due = {row.patient: [one.item for one in row.due_items() if one.is_open] for row in listed}
    found = [
        _row(number, shown_name(family, own), owner, given.get(number), tuple(due.get(number, ())))
        for number, family, own, owner in rows
    ]
    newest_first = sorted(found, key=lambda one: -one.since.timestamp() if one.since else 0.0)
    return tuple(newest_first)


def _row(
    number: str, name: str, owner: str, event: Decision | None, items: tuple[str, ...]
) -> QueueRow:
    if event is None:
        return QueueRow(number, name, owner, "assigned", items=items)
    at = event.at.astimezone(LONDON)
    return QueueRow(
        number, name, f"{owner}, from {event.by}", "assigned", at.date(), f"{at:%H:%M}",
        items=items, since=event.at, by=event.by,
    )  # fmt: skip


def _assigned(connection: Connection, practice_id: int, patients: list[str]) -> dict[str, Decision]:
    """Return the newest assignment that still counts, by patient."""
    events = connection.execute(
        select(EVENT)
        .where(
            EVENT.c.practice_id == practice_id,
            EVENT.c.patient_number.in_(patients),
            EVENT.c.item == "",
        )
        .order_by(EVENT.c.seq)
    ).mappings()
    return {
        one.patient: one
        for one in live(decision_of_row(row) for row in events)
        if one.kind is DecisionKind.ASSIGNED
    }

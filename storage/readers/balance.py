"""The daily balance: everybody on a register stands in exactly one column."""

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import ColumnElement, Connection, SelectBase, and_, select

from recall_tui.domain.calendar import Month
from recall_tui.domain.record_invites import read_record_invites
from recall_tui.domain.states import DueState, least_advanced
from recall_tui.views.balance import BalanceLine
from storage.readers.appointments import books
from storage.readers.book import NO_BOOK
from storage.readers.due_logic import due_row
from storage.readers.due_rows import due_rows_statement
from storage.readers.full_kit import VIEWS
from storage.readers.worklist import in_month, is_here
from storage.tables import DUE_ITEM, PATIENT, PATIENT_PLAN, REGISTER_MEMBER

_COLUMN = {
    DueState.ESCALATED: "escalated",
    DueState.OUTSTANDING: "to_invite",
    DueState.NO_CONTACT: "to_invite",
    DueState.INVITED: "invited",
    DueState.BOOKED: "booked",
    DueState.SNOOZED: "snoozed",
    DueState.ON_HOLD: "on_hold",
    DueState.DECLINED: "declined",
    DueState.DONE: "done",
}


def read_balance(connection: Connection, practice_id: int, today: date) -> tuple[BalanceLine, ...]:
    """Return one line for each recall that has a register, in order of its id.

    A patient counts by the least advanced of what the recall asks for now; where nothing is open
    up to this month, the patient is done.
    """
    standing = _standing(connection, practice_id, today)
    members = connection.execute(
        select(REGISTER_MEMBER.c.recall, REGISTER_MEMBER.c.patient_number, REGISTER_MEMBER.c.held)
        .select_from(REGISTER_MEMBER.join(PATIENT, _same_patient()))
        .where(REGISTER_MEMBER.c.practice_id == practice_id, is_here(today))
        .order_by(REGISTER_MEMBER.c.patient_number, REGISTER_MEMBER.c.recall)
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for recall, patient, held in members:
        states = standing.get((recall, patient))
        state = least_advanced(states or ())
        if held and state in {DueState.DONE, DueState.OUTSTANDING, DueState.NO_CONTACT}:
            state = DueState.ON_HOLD
        counts[recall][_COLUMN[state]] += 1
        counts[recall]["on_register"] += 1
    return tuple(_line(recall, counts[recall]) for recall in sorted(counts))


def _same_patient() -> ColumnElement[bool]:
    return and_(
        PATIENT.c.practice_id == REGISTER_MEMBER.c.practice_id,
        PATIENT.c.patient_number == REGISTER_MEMBER.c.patient_number,
    )


def _standing(
    connection: Connection, practice_id: int, today: date
) -> dict[tuple[str, str], list[DueState]]:
    """Return the states of what is open up to this month, by recall and patient."""
    mine = (
        DUE_ITEM.c.practice_id == practice_id,
        DUE_ITEM.c.is_open,
        in_month(Month.of(today), today),
    )
    listed = select(DUE_ITEM.c.patient_number).where(*mine)
    every = books(connection, practice_id, listed, today)
    record = _record_invites(connection, practice_id, listed)
    found: defaultdict[tuple[str, str], list[DueState]] = defaultdict(list)
    for row in connection.execute(due_rows_statement().where(*mine)):
        asked = read_record_invites(record.get(row[0]))
        due = due_row(row, every.get(row[0], NO_BOOK), today, VIEWS, asked)
        for recall in due.view.recalls:
            found[recall, due.patient].append(due.view.state)
    return found


def _record_invites(connection: Connection, practice_id: int, who: SelectBase) -> dict[str, str]:
    """Return the invites that the clinical record holds, for those of ``who`` with any."""
    rows = connection.execute(
        select(PATIENT_PLAN.c.patient_number, PATIENT_PLAN.c.record_invites).where(
            PATIENT_PLAN.c.practice_id == practice_id,
            PATIENT_PLAN.c.patient_number.in_(who),
            PATIENT_PLAN.c.record_invites.is_not(None),
        )
    )
    return {row[0]: row[1] or "" for row in rows}


def _line(recall: str, counts: Counter[str]) -> BalanceLine:
    columns = ("on_register", *dict.fromkeys(_COLUMN.values()))
    return BalanceLine(recall=recall, **{name: counts[name] for name in columns})

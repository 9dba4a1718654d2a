"""The month's list."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from recall_tui.domain.calendar import Month
from recall_tui.domain.states import least_advanced
from recall_tui.views.worklist import WorklistRow, WorklistSnapshot
from storage.readers.appointments import books
from storage.readers.book import NO_BOOK, Book
from storage.readers.due_logic import (
    DueRow,
    channel_of,
    due_row,
    one_line_each,
    planned_appointments,
)
from storage.readers.due_rows import due_rows_statement
from storage.readers.full_kit import VIEWS
from storage.readers.people import shown_name
from storage.readers.standing import data_as_of, revision
from storage.tables import DUE_ITEM, PATIENT, PATIENT_CHOICE, PATIENT_PLAN

_FAR = date.max


def in_month(month: Month, today: date) -> ColumnElement[bool]:
    """Return which due items a month lists; the present one also every open earlier one."""
    here = DUE_ITEM.c.listed_month == str(month)
    if month != Month.of(today):
        return and_(DUE_ITEM.c.is_open.in_([True, False]), here)
    earlier = DUE_ITEM.c.listed_month <= str(month)
    return or_(and_(DUE_ITEM.c.is_open, earlier), and_(~DUE_ITEM.c.is_open, here))


def is_here(today: date) -> ColumnElement[bool]:
    """Return which patients may be listed: neither dead, nor departed, nor gone."""
    return and_(
        PATIENT.c.died_on.is_(None),
        or_(PATIENT.c.left_on.is_(None), PATIENT.c.left_on > today),
        PATIENT.c.absent_since.is_(None),
    )


def read_worklist(
    connection: Connection,
    practice: tuple[int, str],
    month: Month,
    today: date,
    patients: Collection[str] | None = None,
) -> WorklistSnapshot:
    """Return the list of a month, or the rows of some patients; ``practice``: its id and name."""
    practice_id, name = practice
    mine = [DUE_ITEM.c.practice_id == practice_id, in_month(month, today)]
    if patients is not None:
        mine.append(DUE_ITEM.c.patient_number.in_(sorted(patients)))
    listed = select(DUE_ITEM.c.patient_number).where(*mine)
    every = books(connection, practice_id, listed, today)
    groups: defaultdict[str, list[DueRow]] = defaultdict(list)
    for row in connection.execute(due_rows_statement().where(*mine, is_here(today))):
        groups[row[0]].append(due_row(row, every.get(row[0], NO_BOOK), today, VIEWS))
    people = _people(connection, practice_id, mine)
    rows = [
        _worklist_row(people[patient], one_line_each(due), every.get(patient, NO_BOOK), today)
        for patient, due in groups.items()
    ]
    return WorklistSnapshot(
        practice=name,
        month=month,
        today=today,
        revision=revision(connection, practice_id),
        rows=tuple(sorted(rows, key=_urgency)),
        data_as_of=data_as_of(connection, practice_id),
    )


_PERSON = (
    PATIENT.c.patient_number,
    PATIENT.c.nhs_number,
    PATIENT.c.family_name,
    PATIENT.c.given_name,
    PATIENT.c.date_of_birth,
    PATIENT.c.usual_gp,
    PATIENT.c.language,
    PATIENT.c.interpreter,
    PATIENT_PLAN.c.flags,
    PATIENT_CHOICE.c.assigned_to,
)


def _people(
    connection: Connection, practice_id: int, mine: Sequence[ColumnElement[bool]]
) -> Mapping[str, Mapping[str, Any]]:
    same_plan = and_(
        PATIENT_PLAN.c.practice_id == PATIENT.c.practice_id,
        PATIENT_PLAN.c.patient_number == PATIENT.c.patient_number,
    )
    same_choice = and_(
        PATIENT_CHOICE.c.practice_id == PATIENT.c.practice_id,
        PATIENT_CHOICE.c.patient_number == PATIENT.c.patient_number,
    )
    rows = connection.execute(
        select(*_PERSON)
        .select_from(
            PATIENT.outerjoin(PATIENT_PLAN, same_plan).outerjoin(PATIENT_CHOICE, same_choice)
        )
        .where(
            PATIENT.c.practice_id == practice_id,
            PATIENT.c.patient_number.in_(select(DUE_ITEM.c.patient_number).where(*mine)),
        )
    )
    names = [column.name for column in _PERSON]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def _worklist_row(
    person: Mapping[str, Any], due: list[DueRow], book: Book, today: date
) -> WorklistRow:
    views = [row.view for row in due]
    pending = [row.view for row in due if not row.is_done]
    overdue = [view.overdue_since for view in pending if view.overdue_since is not None]
    invited = max((view.last_invited for view in views if view.last_invited), default=None)
    future = book.future(today)
    since = [slot for slot in future if invited and slot.booked_on and slot.booked_on >= invited]
    return WorklistRow(
        patient=person["patient_number"],
        nhs_number=person["nhs_number"],
        name=shown_name(person["family_name"], person["given_name"]),
        date_of_birth=person["date_of_birth"] or date.min,
        state=least_advanced(view.state for view in views),
        overdue_since=min(overdue, default=None),
        high_risk_overdue=any(view.high_risk and view.overdue_since for view in pending),
        appointments=planned_appointments(due, VIEWS),
        recalls=tuple(sorted({recall for view in views for recall in view.recalls})),
        invites=max((view.invites for view in views), default=0),
        last_invited=invited,
        future_appointments=len(future),
        since_last_invite=len(since),
        assigned_to=person["assigned_to"] or "",
        channel=channel_of(due[0].contact),
        flags=tuple(json.loads(person["flags"] or "[]")),
        usual_gp=person["usual_gp"] or "",
        next_appointment=future[0].starts_at.date() if future else None,
        language=person["language"] or "",
        interpreter=bool(person["interpreter"]),
    )


def _urgency(row: WorklistRow) -> tuple[bool, date, str, str]:
    return (not row.high_risk_overdue, row.overdue_since or _FAR, row.name, row.patient)
